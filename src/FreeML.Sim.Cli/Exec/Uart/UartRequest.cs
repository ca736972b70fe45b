using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>What is at the other end of a UART.</summary>
internal enum UartEnd
{
    /// <summary>A file that is written.</summary>
    File,

    /// <summary>Standard input and output.</summary>
    Standard,

    /// <summary>A pseudo-terminal.</summary>
    PseudoTerminal,

    /// <summary>A program that connects over loopback TCP.</summary>
    Tcp,

    /// <summary>A file that is read.</summary>
    InputFile,
}

/// <summary>One value of <c>--uart</c> or <c>--uart-input</c>.</summary>
/// <param name="Index">Which UART; null for the board's.</param>
/// <param name="End">What is at its other end.</param>
/// <param name="Path">The file.</param>
/// <param name="Port">TCP port; 0 for any that is free.</param>
internal sealed record UartRequest(int? Index, UartEnd End, string Path = "", int Port = 0)
{
    private const string TcpPrefix = "tcp:";

    /// <summary>Reads a value of <c>--uart</c>.</summary>
    /// <exception cref="InputException">It makes no sense.</exception>
    public static UartRequest Parse(string option, string text, DeviceDescription device)
    {
        (int? index, string end) = Split(option, text, device);
        return end switch
        {
            "-" => new UartRequest(index, UartEnd.Standard),
            "pty" => new UartRequest(index, UartEnd.PseudoTerminal),
            _ when end.StartsWith(TcpPrefix, StringComparison.Ordinal) => new UartRequest(index, UartEnd.Tcp, Port: ReadPort(option, end[TcpPrefix.Length..])),
            _ => new UartRequest(index, UartEnd.File, end),
        };
    }

    /// <summary>Reads a value of <c>--uart-input</c>.</summary>
    /// <exception cref="InputException">It makes no sense.</exception>
    public static UartRequest ParseInput(string option, string text, DeviceDescription device)
    {
        (int? index, string path) = Split(option, text, device);
        return new UartRequest(index, UartEnd.InputFile, path);
    }

    // "uca1:" before the rest names a UART.
    private static (int? Index, string End) Split(string option, string text, DeviceDescription device)
    {
        int count = device.Modules.Count(module => module.Name.StartsWith("eUSCI_A", StringComparison.Ordinal));
        if (count == 0)
        {
            throw new InputException(option, null, $"device {device.Name}", "one that has a UART");
        }

        int? index = null;
        if (text.Length > 4 && text.StartsWith("uca", StringComparison.OrdinalIgnoreCase) && text[4] == ':')
        {
            index = text[3] - '0';
            if (index < 0 || index >= count)
            {
                throw new InputException(option, null, InputException.Quote(text[..4]), $"uca0 to uca{count - 1} on {device.Name}");
            }

            text = text[5..];
        }

        return text.Length > 0 ? (index, text) : throw new InputException(option, null, "nothing", "FILE, -, pty or tcp:PORT");
    }

    private static int ReadPort(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue
            ? port
            : throw new InputException(option, null, InputException.Quote(TcpPrefix + text), "tcp: and a port from 0 to 65535");
}
