using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>
/// Connects a device's UARTs to the host. A link without a number is for the board's UART, the one that a LaunchPad's debugger shows on the
/// computer; if firmware sends nothing there, for the lowest of those it uses. Input without a number goes to the board's UART, or to
/// another that is in operation while that one is not.
/// </summary>
internal sealed class UartConsole
{
    private readonly Device _device;
    private readonly Stream[] _unnamed;
    private readonly CapturedOutput?[] _kept;
    private readonly bool[] _hasSent;

    private UartConsole(Device device, Stream[] unnamed)
    {
        _device = device;
        _unnamed = unnamed;
        _kept = new CapturedOutput?[device.Uarts.Count];
        _hasSent = new bool[device.Uarts.Count];
    }

    private int Board => _device.Description.BoardUart;

    /// <summary>Connects them.</summary>
    /// <param name="device">The device.</param>
    /// <param name="links">The host's ends.</param>
    /// <param name="transcript">Takes what the board's UART sends, too; null for nobody.</param>
    public static UartConsole Attach(Device device, IReadOnlyList<UartLink> links, Stream? transcript)
    {
        Stream[] unnamed = [.. links.Where(link => link.Index is null).Select(link => link.Output).Append(transcript).OfType<Stream>()];
        UartConsole console = new(device, unnamed);
        foreach (EusciA uart in device.Uarts)
        {
            console.Connect(uart, links);
        }

        return console;
    }

    /// <summary>The run is over: shows what another UART sent if the board's sent nothing.</summary>
    public void Finish()
    {
        if (_hasSent.Length == 0 || _hasSent[Board])
        {
            return;
        }

        int other = Array.IndexOf(_hasSent, true);
        foreach (Stream target in other < 0 ? [] : _unnamed)
        {
            target.Write(_kept[other]!.Bytes);
            target.Flush();
        }
    }

    private void Connect(EusciA uart, IReadOnlyList<UartLink> links)
    {
        List<Stream> targets = [.. links.Where(link => link.Index == uart.Index).Select(link => link.Output).OfType<Stream>()];
        if (_unnamed.Length > 0)
        {
            targets.AddRange(uart.Index == Board ? _unnamed : [_kept[uart.Index] = new CapturedOutput()]);
        }

        if (targets.Count > 0)
        {
            uart.Sent += (value, _) =>
            {
                _hasSent[uart.Index] = true;
                foreach (Stream target in targets)
                {
                    target.WriteByte(value);
                }
            };
        }

        IUartInput? named = links.LastOrDefault(link => link.Index == uart.Index && link.Input is not null)?.Input;
        IUartInput? shared = links.LastOrDefault(link => link.Index is null && link.Input is not null)?.Input;
        uart.Input = named ?? (shared is null ? null : new SharedInput(this, uart, shared));
    }

    // The board's UART hears it; another one while that one is not in operation.
    private bool Hears(EusciA uart) =>
        uart.Index == Board || (!_device.Uarts[Board].IsEnabled && uart == _device.Uarts.First(candidate => candidate.IsEnabled));

    private sealed class SharedInput(UartConsole console, EusciA uart, IUartInput source) : IUartInput
    {
        public UartInput Next(bool mayWait) => console.Hears(uart) ? source.Next(mayWait) : UartInput.End;
    }
}
