using FreeML.Sim.Cli.Exec.Compare;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Exec;

/// <summary>What became of one image: it ran and stopped, or could not be run.</summary>
internal sealed record ExecResult
{
    /// <summary>The image, as the user named it.</summary>
    public required string Image { get; init; }

    /// <summary>Why it could not be run; null if it was.</summary>
    public InputException? Error { get; init; }

    /// <summary>Why it stopped; null if the user interrupted it.</summary>
    public StopReason? Stop { get; init; }

    /// <summary>What it exited with, if it did.</summary>
    public int? ExitCode { get; init; }

    /// <summary>MCLK cycles.</summary>
    public long Cycles { get; init; }

    /// <summary>Simulated time.</summary>
    public SimTime Time { get; init; }

    /// <summary>What it cost here: the only figure that is not the same each time.</summary>
    public double HostSeconds { get; init; }

    /// <summary>What it wrote to standard output; empty if that was handed on.</summary>
    public string Output { get; init; } = "";

    /// <summary>What it wrote to standard error; empty if that was handed on.</summary>
    public string ErrorOutput { get; init; } = "";

    /// <summary>What it did, counted.</summary>
    public ActivityLedger Ledger { get; init; }

    /// <summary>What its peripheral modules did: cycles, or seconds.</summary>
    public PerModule Modules { get; init; }

    /// <summary>What the supply did; null on continuous power.</summary>
    public RunReport? Supply { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where two engines began to differ; null if they did not, or were not compared.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>What the program was translated to, where standard output is to have it.</summary>
    public string? Translation { get; init; }

    /// <summary>R0 to R15 at the stop.</summary>
    public IReadOnlyList<uint> Registers { get; init; } = [];

    /// <summary>The stop reason as results spell it.</summary>
    public string StopName => Stop switch
    {
        null => Error is null ? "interrupted" : "unreadable",
        StopReason.MaxCycles => "max-cycles",
        { } reason => reason.ToString().ToLowerInvariant(),
    };

    /// <summary>What this result makes of the program's exit code.</summary>
    public int Verdict => (Error, Stop) switch
    {
        ({ }, _) => Cli.ExitCode.BadRequest,
        _ when Divergence is not null => Cli.ExitCode.Failed,
        (_, null) => Cli.ExitCode.Interrupted,
        (_, StopReason.Exited) => ExitCode == 0 ? Cli.ExitCode.Done : Cli.ExitCode.Failed,
        (_, StopReason.Parked or StopReason.Until) => Cli.ExitCode.Done,
        _ => Cli.ExitCode.Failed,
    };
}
