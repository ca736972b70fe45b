using System.Globalization;

namespace FreeML.Sim.Power;

/// <summary>A number of a power model, with where it comes from.</summary>
/// <param name="Name">By which a scenario overrides it.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">SI: C, A, s, Hz, or 1.</param>
/// <param name="Source">Document and place.</param>
/// <param name="Confidence">stated, recalled or inferred.</param>
public sealed record Coefficient(string Name, double Value, string Unit, string Source, string Confidence)
{
    /// <summary>One line, as <c>info</c> prints it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} = {Value:R} {Unit} ({Source}; {Confidence})");
}
