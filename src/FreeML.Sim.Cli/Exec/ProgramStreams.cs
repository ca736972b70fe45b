namespace FreeML.Sim.Cli.Exec;

/// <summary>Where a simulated program reads and writes.</summary>
/// <param name="Input">Its standard input.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal readonly record struct ProgramStreams(Stream Input, Stream Output, Stream Error)
{
    /// <summary>Nothing to read; what is written is kept.</summary>
    public static ProgramStreams Captured() => new(Stream.Null, new CapturedOutput(), new CapturedOutput());

    /// <summary>Nothing to read; what is written is forgotten.</summary>
    public static ProgramStreams Discarded => new(Stream.Null, Stream.Null, Stream.Null);
}
