using FreeML.Sim.Energy;
using FreeML.Sim.Msp430;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Powering;

/// <summary>The supply that images are to run on.</summary>
internal sealed record SupplyRequest
{
    /// <summary>What it is made of.</summary>
    public required SupplyOptions Options { get; init; }

    /// <summary>What the device's doings cost.</summary>
    public required PowerModel Prices { get; init; }

    /// <summary>How far a run goes that nobody limits: the length of the trace; null without one.</summary>
    public double? TraceSeconds { get; init; }

    /// <summary>What RAM holds after a power failure.</summary>
    public SramAfterFailure Sram { get; init; } = SramAfterFailure.Noise;

    /// <summary>Longest slice with one price, in seconds.</summary>
    public double SliceCapSeconds { get; init; }

    /// <summary>Directory of the recording, or null.</summary>
    public string? RecordDirectory { get; init; }

    /// <summary>What was chosen, by the names of the options.</summary>
    public IReadOnlyList<(string Name, string Value)> Choices { get; init; } = [];

    /// <summary>What the user should know: repairs of the trace, assumptions.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
