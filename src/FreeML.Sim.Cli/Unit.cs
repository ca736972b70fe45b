namespace FreeML.Sim.Cli;

/// <summary>A unit that quantities on the command line can have.</summary>
/// <param name="Name">What is measured, with its article, for messages.</param>
/// <param name="Symbol">Symbol of the SI base unit.</param>
/// <param name="Example">A quantity, for messages.</param>
internal sealed record Unit(string Name, string Symbol, string Example)
{
    /// <summary>Hertz.</summary>
    public static Unit Frequency { get; } = new("a frequency", "Hz", "8MHz");

    /// <summary>Seconds; also minutes and hours, because traces last that long.</summary>
    public static Unit Time { get; } = new("a time", "s", "20ms") { Others = [("min", 60), ("h", 3600)] };

    /// <summary>Volts.</summary>
    public static Unit Voltage { get; } = new("a voltage", "V", "2.4V");

    /// <summary>Amperes.</summary>
    public static Unit Current { get; } = new("a current", "A", "5uA");

    /// <summary>Watts.</summary>
    public static Unit Power { get; } = new("a power", "W", "1.5mW");

    /// <summary>Joules.</summary>
    public static Unit Energy { get; } = new("an energy", "J", "3mJ");

    /// <summary>Farads.</summary>
    public static Unit Capacitance { get; } = new("a capacitance", "F", "100uF");

    /// <summary>Coulombs.</summary>
    public static Unit Charge { get; } = new("a charge", "C", "50pC");

    /// <summary>Watts per square metre.</summary>
    public static Unit Irradiance { get; } = new("an irradiance", "W/m2", "800W/m2");

    /// <summary>Ohms, also as the Greek letter and as the sign that looks like it.</summary>
    public static Unit Resistance { get; } = new("a resistance", "Ohm", "47kOhm") { Others = [("\u03A9", 1), ("\u2126", 1)] };

    /// <summary>Bytes: kB is 1000 of them, KiB 1024.</summary>
    public static Unit Size { get; } = new("a size", "B", "30kB") { Others = [("KiB", 1024), ("MiB", 1024 * 1024), ("GiB", 1024 * 1024 * 1024)] };

    /// <summary>Other units with their size in the base unit. They take SI prefixes only where their size is 1.</summary>
    public (string Symbol, decimal Factor)[] Others { get; init; } = [];
}
