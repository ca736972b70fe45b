namespace FreeML.Sim.Cli;

/// <summary>How far a long job is: one line on standard error that overwrites itself, while somebody watches.</summary>
internal static class Progress
{
    /// <summary>Shows how much is done.</summary>
    public static void Show(Terminal terminal, int done, int of)
    {
        if (terminal.ShowsProgress && of > 1)
        {
            terminal.Error.Write(done == of ? "\r\e[K" : $"\r{done} of {of}");
        }
    }
}
