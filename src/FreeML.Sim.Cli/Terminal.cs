using System.Text;

namespace FreeML.Sim.Cli;

/// <summary>What a command talks to: three streams, and the user's wish to stop. Text is UTF-8 with "\n" on every host.</summary>
internal sealed class Terminal : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A terminal over given streams, which stay open.</summary>
    public Terminal(Stream input, Stream output, Stream error, CancellationToken interrupted = default)
    {
        Input = input;
        OutputBytes = output;
        ErrorBytes = error;
        Output = new StreamWriter(output, Utf8, bufferSize: 1 << 14, leaveOpen: true) { NewLine = "\n" };
        Error = new StreamWriter(error, Utf8, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
        Interrupted = interrupted;
    }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Standard output: results. Buffered; <see cref="FlushOutput"/> before writing to <see cref="OutputBytes"/>.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard output as bytes, unbuffered.</summary>
    public Stream OutputBytes { get; }

    /// <summary>Standard error: messages, warnings and progress.</summary>
    public TextWriter Error { get; }

    /// <summary>Standard error as bytes.</summary>
    public Stream ErrorBytes { get; }

    /// <summary>Whether somebody watches standard error: the progress of work whose results come at its end may be shown.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether progress may be shown between results: somebody watches standard error and they go elsewhere.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Set when the user wants no more (Ctrl-C).</summary>
    public CancellationToken Interrupted { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess(CancellationToken interrupted) =>
        new(Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError(), interrupted)
        {
            IsWatched = !Console.IsErrorRedirected,
            ShowsProgress = Console.IsOutputRedirected && !Console.IsErrorRedirected,
        };

    /// <summary>Hands on what was written to <see cref="Output"/>.</summary>
    public void FlushOutput() => Output.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
    }
}
