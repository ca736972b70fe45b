namespace FreeML.Sim.Msp430.Devices;

/// <summary>What a device is put together with, besides its own description.</summary>
public sealed record DeviceOptions
{
    /// <summary>Whether a crystal is soldered to LFXT. Without one, firmware that waits for it waits for ever, as on a board.</summary>
    public bool HasLfxt { get; init; }

    /// <summary>Whether a crystal is soldered to HFXT.</summary>
    public bool HasHfxt { get; init; }

    /// <summary>Frequency of that crystal; null for the device's usual one.</summary>
    public ClockRate? HfxtClock { get; init; }

    /// <summary>Temperature of the chip, in degrees Celsius.</summary>
    public double Celsius { get; init; } = 25;

    /// <summary>The CPU's clock on a device without a clock system (<c>generic</c>).</summary>
    public ClockRate FixedClock { get; init; } = ClockRate.FromHertz(8_000_000);
}
