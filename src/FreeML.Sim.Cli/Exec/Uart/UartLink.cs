using System.Net;
using System.Net.Sockets;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>The host's end of a UART, open: where its bytes go, and where bytes for it come from.</summary>
internal sealed class UartLink : IDisposable
{
    private readonly IDisposable? _owned;

    private UartLink(int? index, Stream? output, IUartInput? input, IDisposable? owned)
    {
        Index = index;
        Output = output;
        Input = input;
        _owned = owned;
    }

    /// <summary>Which UART; null for the board's.</summary>
    public int? Index { get; }

    /// <summary>Takes what the UART sends; null for nobody.</summary>
    public Stream? Output { get; }

    /// <summary>Gives what the UART receives; null for nothing.</summary>
    public IUartInput? Input { get; }

    /// <summary>Opens one.</summary>
    /// <param name="request">What.</param>
    /// <param name="terminal">Standard input; names and ports to connect to are told to standard error.</param>
    /// <param name="handsOutputOn">Whether bytes for standard output go there, and not into the result.</param>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public static UartLink Open(UartRequest request, Terminal terminal, bool handsOutputOn)
    {
        try
        {
            return request.End switch
            {
                UartEnd.File => ToFile(request),
                UartEnd.InputFile => FromFile(request),
                UartEnd.Standard => Live(request, handsOutputOn ? terminal.OutputBytes : null, terminal.Input, null, terminal),
                UartEnd.PseudoTerminal => ToPseudoTerminal(request, terminal),
                _ => ToSocket(request, terminal),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new InputException(request.Path.Length > 0 ? request.Path : "--uart", null, error.Message, "something that can be opened");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Output?.Flush();
        _owned?.Dispose();
    }

    private static UartLink ToFile(UartRequest request)
    {
        FileStream file = File.Create(request.Path);
        return new UartLink(request.Index, file, null, file);
    }

    private static UartLink FromFile(UartRequest request)
    {
        FileStream file = File.OpenRead(request.Path);
        return new UartLink(request.Index, null, new FileInput(file), file);
    }

    private static UartLink ToPseudoTerminal(UartRequest request, Terminal terminal)
    {
        PseudoTerminal pty = PseudoTerminal.Open();
        terminal.Error.WriteLine($"uart: {pty.Name}");
        return Live(request, pty, pty, pty, terminal);
    }

    // The run begins when somebody has connected: so nothing that the program says at its start is lost.
    private static UartLink ToSocket(UartRequest request, Terminal terminal)
    {
        using TcpListener listener = new(IPAddress.Loopback, request.Port);
        listener.Start(backlog: 1);
        terminal.Error.WriteLine($"uart: waiting for a connection to {listener.LocalEndpoint}");
        Socket socket;
        try
        {
            socket = listener.AcceptSocketAsync(terminal.Interrupted).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return new UartLink(request.Index, null, null, null);
        }

        socket.NoDelay = true;
        NetworkStream stream = new(socket, ownsSocket: true);
        return Live(request, stream, stream, stream, terminal);
    }

    private static UartLink Live(UartRequest request, Stream? output, Stream input, IDisposable? owned, Terminal terminal)
    {
        Stream? forgiving = output is null ? null : new ForgivingStream(output);
        return new UartLink(request.Index, forgiving, new LiveInput(input, () => forgiving?.Flush(), terminal.Interrupted), owned);
    }

    /// <summary>The bytes of a file, as fast as the UART takes them.</summary>
    private sealed class FileInput(Stream file) : IUartInput
    {
        public UartInput Next(bool mayWait) => file.ReadByte() is var value and >= 0 ? UartInput.Byte((byte)value) : UartInput.End;
    }
}
