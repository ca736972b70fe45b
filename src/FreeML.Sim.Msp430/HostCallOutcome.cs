namespace FreeML.Sim.Msp430;

/// <summary>What follows a call of one of the simulator's services.</summary>
/// <param name="ExitCode">The program's exit code, when the call ended it; otherwise the program goes on.</param>
public readonly record struct HostCallOutcome(int? ExitCode)
{
    /// <summary>The program goes on behind the call.</summary>
    public static HostCallOutcome Continue => default;

    /// <summary>The program is over.</summary>
    public static HostCallOutcome Exit(int code) => new(code);
}
