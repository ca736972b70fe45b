namespace FreeML.Sim.Msp430.Analog;

/// <summary>What the board connects to an analog pin: a divider on the supply or the buffer, a fixed voltage, or a recorded one.</summary>
/// <param name="Steady">The part that does not depend on time by itself.</param>
/// <param name="Recorded">The part that does; null for none.</param>
public sealed record AnalogSource(VoltageMix Steady, Waveform? Recorded = null)
{
    /// <summary>A pin at ground.</summary>
    public static AnalogSource Ground { get; } = new(VoltageMix.Of(0));

    /// <summary>The voltage at a time.</summary>
    public VoltageMix At(SimTime time) => Recorded is null ? Steady : Steady + VoltageMix.Of(Recorded.At(time));
}
