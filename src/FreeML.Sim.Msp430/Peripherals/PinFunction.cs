namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>What one setting of a pin's two function-select bits means.</summary>
/// <param name="Input">The module input that the pin feeds, with PxDIR clear or by the module's choice; null for none.</param>
/// <param name="Output">The module output that drives the pin, with PxDIR set or by the module's choice; null for none.</param>
/// <param name="ModuleDecides">Whether the module, not PxDIR, decides the direction: serial lines.</param>
/// <param name="Analog">Names of analog inputs; with one, neither output driver nor input buffer is connected.</param>
public sealed record PinFunction(string? Input, string? Output, bool ModuleDecides = false, string? Analog = null)
{
    /// <summary>No function: nothing hears the pin, and as an output it is low.</summary>
    public static PinFunction None { get; } = new(null, null);

    /// <summary>
    /// Reads <c>TA0.CCI1A&gt;TA0.1</c> (input and output by PxDIR, either may be missing), <c>!UCA0TXD</c> (the module decides),
    /// <c>@A0,C0</c> (analog), or <c>-</c> (none).
    /// </summary>
    internal static PinFunction Parse(string text)
    {
        if (text == "-")
        {
            return None;
        }

        if (text[0] is '!' or '@')
        {
            string name = text[1..];
            return text[0] == '@' ? new PinFunction(null, null, Analog: name) : new PinFunction(name, name, ModuleDecides: true);
        }

        string[] sides = text.Split('>');
        return sides.Length == 2
            ? new PinFunction(NullIfEmpty(sides[0]), NullIfEmpty(sides[1]))
            : throw new InvalidOperationException($"'{text}' is no pin function.");
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>A pin and what its function-select bits connect it to.</summary>
/// <param name="Name">"P1.0".</param>
/// <param name="Functions">For PxSEL1:PxSEL0 = 01, 10 and 11; 00 is the port itself.</param>
public sealed record PinDescription(string Name, IReadOnlyList<PinFunction> Functions)
{
    /// <summary>Name of its port: "P1", "PJ".</summary>
    public string Port => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Its bit in the port's registers.</summary>
    public int Bit => Name[^1] - '0';

    /// <summary>Reads a table, one pin a line: name and three functions, as <see cref="PinFunction.Parse"/> reads them.</summary>
    internal static IReadOnlyList<PinDescription> ParseTable(string table)
    {
        List<PinDescription> pins = [];
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length != 4)
            {
                throw new InvalidOperationException($"'{line}' has {columns.Length} columns, not a name and three functions.");
            }

            pins.Add(new PinDescription(columns[0], [.. columns[1..].Select(PinFunction.Parse)]));
        }

        return pins.AsReadOnly();
    }
}
