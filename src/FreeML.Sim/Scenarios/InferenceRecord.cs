namespace FreeML.Sim.Scenarios;

/// <summary>One sample's way through the device, as the host saw it.</summary>
public sealed record InferenceRecord
{
    /// <summary>Number of the sample among all that came, from 0.</summary>
    public required long Number { get; init; }

    /// <summary>Which of the samples it is.</summary>
    public required int Sample { get; init; }

    /// <summary>When it came, in seconds.</summary>
    public required double ArrivedSeconds { get; init; }

    /// <summary>When the device was given it.</summary>
    public required double StartedSeconds { get; init; }

    /// <summary>When the answer was there; when the run ended, if there is none.</summary>
    public double FinishedSeconds { get; init; }

    /// <summary>The class; -1 if there is none.</summary>
    public int Answer { get; init; } = -1;

    /// <summary>Which exit answered; the number of exits: the whole network.</summary>
    public int Exit { get; init; } = -1;

    /// <summary>Power failures meanwhile.</summary>
    public long PowerFailures { get; init; }

    /// <summary>The books of all phases meanwhile.</summary>
    public PhaseTotals All { get; init; }

    /// <summary>The books of the phases in which the network or an exit is computed.</summary>
    public PhaseTotals Computing { get; init; }

    /// <summary>From arrival to answer.</summary>
    public double LatencySeconds => FinishedSeconds - ArrivedSeconds;
}
