namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>A unit a heading can name.</summary>
/// <param name="Symbol">As written.</param>
/// <param name="Quantity">What it measures; null for time.</param>
/// <param name="PerSi">How many make one SI unit. Division by a power of ten keeps "2.13 mW" the double nearest to 0.00213.</param>
internal sealed record Unit(string Symbol, TraceQuantity? Quantity, double PerSi)
{
    /// <summary>Units, exactly as written: mW is not MW.</summary>
    private static readonly Unit[] Symbols =
    [
        new("s", null, 1), new("ms", null, 1e3), new("us", null, 1e6), new("µs", null, 1e6),
        new("W", TraceQuantity.Power, 1), new("mW", TraceQuantity.Power, 1e3), new("uW", TraceQuantity.Power, 1e6), new("µW", TraceQuantity.Power, 1e6), new("nW", TraceQuantity.Power, 1e9),
        new("V", TraceQuantity.Voltage, 1), new("mV", TraceQuantity.Voltage, 1e3), new("uV", TraceQuantity.Voltage, 1e6), new("µV", TraceQuantity.Voltage, 1e6),
        new("A", TraceQuantity.Current, 1), new("mA", TraceQuantity.Current, 1e3), new("uA", TraceQuantity.Current, 1e6), new("µA", TraceQuantity.Current, 1e6), new("nA", TraceQuantity.Current, 1e9),
        new("W_m2", TraceQuantity.Irradiance, 1), new("W/m2", TraceQuantity.Irradiance, 1), new("W/m^2", TraceQuantity.Irradiance, 1), new("W/m²", TraceQuantity.Irradiance, 1), new("Watts/m^2", TraceQuantity.Irradiance, 1),
    ];

    /// <summary>Units written out, in any case.</summary>
    private static readonly Unit[] Words =
    [
        new("seconds", null, 1), new("sec", null, 1), new("milliseconds", null, 1e3), new("microseconds", null, 1e6),
        new("watts", TraceQuantity.Power, 1), new("milliwatts", TraceQuantity.Power, 1e3), new("microwatts", TraceQuantity.Power, 1e6),
        new("volts", TraceQuantity.Voltage, 1), new("millivolts", TraceQuantity.Voltage, 1e3),
        new("amperes", TraceQuantity.Current, 1), new("amps", TraceQuantity.Current, 1), new("milliamperes", TraceQuantity.Current, 1e3), new("milliamps", TraceQuantity.Current, 1e3), new("microamperes", TraceQuantity.Current, 1e6), new("microamps", TraceQuantity.Current, 1e6),
        // What the radiation networks and logic analysers leave out because everybody knows.
        new("GHI", TraceQuantity.Irradiance, 1), new("DNI", TraceQuantity.Irradiance, 1), new("DHI", TraceQuantity.Irradiance, 1),
        new("Clearsky GHI", TraceQuantity.Irradiance, 1), new("Clearsky DNI", TraceQuantity.Irradiance, 1), new("Clearsky DHI", TraceQuantity.Irradiance, 1),
    ];

    /// <summary>Whether it measures time.</summary>
    public bool IsTime => Quantity is null;

    /// <summary>The unit of that symbol, or null.</summary>
    public static Unit? Named(string symbol) =>
        Array.Find(Symbols, unit => unit.Symbol == symbol) ?? Array.Find(Words, unit => unit.Symbol.Equals(symbol, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The heading of a column: a name, and a unit as <c>name_unit</c>, <c>name [unit]</c>, <c>name (unit)</c>, or a word that is both.</summary>
/// <param name="Text">The heading as written.</param>
/// <param name="Name">The heading without its unit.</param>
/// <param name="Unit">The unit, or null where none is known.</param>
internal sealed record Heading(string Text, string Name, Unit? Unit)
{
    private static readonly Dictionary<string, TraceQuantity?> Meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["time"] = null,
        ["power"] = TraceQuantity.Power,
        ["voltage"] = TraceQuantity.Voltage,
        ["current"] = TraceQuantity.Current,
        ["irradiance"] = TraceQuantity.Irradiance,
    };

    /// <summary>Reads a heading.</summary>
    public static Heading Parse(string text)
    {
        if (Unit.Named(text) is { } word && text.Length > 1)
        {
            return new Heading(text, text, word);
        }

        (string name, string? symbol) = Divide(text);
        return new Heading(text, name, symbol is null ? null : Unit.Named(symbol));
    }

    /// <summary>Whether the name says one thing and the unit another, as <c>power_V</c> does.</summary>
    public bool IsContradictory => Unit is not null && Meanings.TryGetValue(Name, out TraceQuantity? meant) && meant != Unit.Quantity;

    /// <summary>Whether the name needs a unit that is not there, as <c>power</c> or <c>power_kg</c> do.</summary>
    public bool LacksUnit => Unit is null && (Meanings.ContainsKey(Name) || Meanings.Keys.Any(key => Text.StartsWith(key + "_", StringComparison.OrdinalIgnoreCase)));

    private static (string Name, string? Symbol) Divide(string text)
    {
        foreach ((char open, char close) in ((char, char)[])[('[', ']'), ('(', ')')])
        {
            int from = text.LastIndexOf(open);
            if (from >= 0 && text.EndsWith(close))
            {
                return (text[..from].Trim(), text[(from + 1)..^1].Trim());
            }
        }

        if (text.EndsWith("-Analog", StringComparison.Ordinal))
        {
            // Logic analysers export analog channels in volts, and say so nowhere.
            return (text[..^"-Analog".Length], "V");
        }

        int cut = text.EndsWith("_W_m2", StringComparison.Ordinal) ? text.Length - "_W_m2".Length : text.LastIndexOf('_');
        return cut > 0 ? (text[..cut], text[(cut + 1)..]) : (text, null);
    }
}
