namespace FreeML.Sim.Msp430.Analog;

/// <summary>What a comparator waits for: that a voltage which depends on supply or buffer changes its sign.</summary>
/// <param name="Difference">The voltage between its inputs.</param>
/// <param name="IsPositive">Its sign now.</param>
/// <param name="Interrupts">Whether the change raises an interrupt that is enabled.</param>
public readonly record struct VoltageWatch(VoltageMix Difference, bool IsPositive, bool Interrupts);
