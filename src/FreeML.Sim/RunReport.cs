using FreeML.Sim.Energy;
using FreeML.Sim.Msp430;
using FreeML.Sim.Power;

namespace FreeML.Sim;

/// <summary>What came of a run on a supply.</summary>
public sealed record RunReport
{
    /// <summary>Why it ended.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>Simulated time, off times included, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Time with power after boot, asleep or awake, in seconds.</summary>
    public required double OnSeconds { get; init; }

    /// <summary>Time asleep, part of the former, in seconds.</summary>
    public required double SleepSeconds { get; init; }

    /// <summary>Time until the first instruction, in seconds; null if none was ever reached.</summary>
    public required double? ColdStartSeconds { get; init; }

    /// <summary>Boots that reached the first instruction.</summary>
    public required long Boots { get; init; }

    /// <summary>Boots during which the supply failed.</summary>
    public required long AbortedBoots { get; init; }

    /// <summary>Times the supply failed under a running or sleeping program.</summary>
    public required long PowerFailures { get; init; }

    /// <summary>Power failures that cut an instruction's writes to memory in two.</summary>
    public required long TornInstructions { get; init; }

    /// <summary>The supply's book.</summary>
    public required EnergyBook Book { get; init; }

    /// <summary>What the chip consumed, in joules for each activity.</summary>
    public required PerActivity Energy { get; init; }

    /// <summary>What the peripheral modules did: cycles, or seconds.</summary>
    public required PerModule Modules { get; init; }
}
