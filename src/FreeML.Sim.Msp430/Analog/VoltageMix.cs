namespace FreeML.Sim.Msp430.Analog;

/// <summary>
/// A voltage as a sum: a share of the chip's supply, a share of the energy buffer's voltage, and volts of its own. In this form it can be told
/// when a comparator will find two voltages equal, without looking at them all the time.
/// </summary>
/// <param name="OfSupply">Share of the supply.</param>
/// <param name="OfBuffer">Share of the buffer.</param>
/// <param name="Own">Volts besides.</param>
public readonly record struct VoltageMix(double OfSupply, double OfBuffer, double Own)
{
    /// <summary>The chip's supply.</summary>
    public static VoltageMix Supply => new(1, 0, 0);

    /// <summary>The energy buffer.</summary>
    public static VoltageMix Buffer => new(0, 1, 0);

    /// <summary>Whether it depends on the supply or the buffer.</summary>
    public bool FollowsPower => OfSupply != 0 || OfBuffer != 0;

    /// <summary>A fixed voltage.</summary>
    public static VoltageMix Of(double volts) => new(0, 0, volts);

    /// <summary>Its value, in volts.</summary>
    public double At((double Supply, double Buffer) volts) => (OfSupply * volts.Supply) + (OfBuffer * volts.Buffer) + Own;

    /// <summary>Behind a divider.</summary>
    public static VoltageMix operator *(VoltageMix mix, double factor) => new(mix.OfSupply * factor, mix.OfBuffer * factor, mix.Own * factor);

    /// <summary>Sum.</summary>
    public static VoltageMix operator +(VoltageMix left, VoltageMix right) =>
        new(left.OfSupply + right.OfSupply, left.OfBuffer + right.OfBuffer, left.Own + right.Own);

    /// <summary>Difference.</summary>
    public static VoltageMix operator -(VoltageMix left, VoltageMix right) => left + (right * -1);
}
