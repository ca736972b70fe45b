namespace FreeML.Sim.Recording;

/// <summary>One time the supply was on.</summary>
/// <param name="Index">From 0.</param>
/// <param name="TurnOnSeconds">When the supervisor switched the supply on.</param>
/// <param name="BootDoneSeconds">When the first instruction followed; null if the supply failed before it.</param>
/// <param name="EndSeconds">When the supply failed, or the run ended.</param>
/// <param name="OffBeforeSeconds">Time without power since the end before, or since the start of the run.</param>
/// <param name="TurnOnVolts">Buffer voltage at turn-on.</param>
/// <param name="EndVolts">Buffer voltage at the end.</param>
/// <param name="ProgramCounter">Where the program was at the end; 0 where there is none.</param>
/// <param name="Reason">Why it ended, as <see cref="RunFiles.EventNames"/> spells it, or <see cref="RunFiles.StillOn"/>.</param>
public readonly record struct PowerCycle(
    long Index, double TurnOnSeconds, double? BootDoneSeconds, double EndSeconds, double OffBeforeSeconds, double TurnOnVolts, double EndVolts, uint ProgramCounter, string Reason)
{
    /// <summary>Time with power, boot included.</summary>
    public double OnSeconds => EndSeconds - TurnOnSeconds;
}

/// <summary>Something that happened in a recorded run.</summary>
/// <param name="TimeSeconds">When.</param>
/// <param name="What">What.</param>
/// <param name="BufferVolts">Voltage of the energy buffer then.</param>
/// <param name="ProgramCounter">Where the program was; 0 where there is none.</param>
public readonly record struct RecordedEvent(double TimeSeconds, RunEvent What, double BufferVolts, uint ProgramCounter);
