namespace FreeML.Sim.Cli;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The firmware, or a check, failed.</summary>
    public const int Failed = 1;

    /// <summary>A bad request: one line on standard error says why.</summary>
    public const int BadRequest = 2;

    /// <summary>A bug of this program.</summary>
    public const int Bug = 70;

    /// <summary>The user interrupted it.</summary>
    public const int Interrupted = 130;
}
