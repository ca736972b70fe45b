using System.Globalization;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>A number about a device, with where it comes from.</summary>
/// <param name="Name">Path-like name, by which a scenario can override it.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">SI base unit, or empty for a count.</param>
/// <param name="Source">Document and place.</param>
/// <param name="Confidence">How sure it is.</param>
public sealed record DeviceConstant(string Name, double Value, string Unit, string Source, Confidence Confidence)
{
    /// <summary>One line, as <c>info</c> prints it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} = {Value:R} {Unit} ({Source}; {Confidence.ToString().ToLowerInvariant()})");
}

/// <summary>How sure a constant is.</summary>
public enum Confidence
{
    /// <summary>Read in the source named.</summary>
    Stated,

    /// <summary>Believed to stand in the source named; the page was not found again.</summary>
    Recalled,

    /// <summary>Follows from other facts; no source says it.</summary>
    Inferred,
}
