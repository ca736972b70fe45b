using System.Diagnostics.CodeAnalysis;

namespace FreeML.Sim.Msp430.Bus;

/// <summary>The requests that modules make to others, by name: "TA0CCR0", "UCA0TX", "ADC12IFG". Modules may be attached in any order.</summary>
public sealed class TriggerTable
{
    private readonly Dictionary<string, TriggerLine> _lines = new(StringComparer.Ordinal);

    /// <summary>Makes a module's request known.</summary>
    /// <exception cref="ArgumentException">There is one of the name.</exception>
    public void Add(TriggerLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        _lines.Add(line.Name, line);
    }

    /// <summary>The request of a name; none where the module is not modelled.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out TriggerLine? line) => _lines.TryGetValue(name, out line);
}
