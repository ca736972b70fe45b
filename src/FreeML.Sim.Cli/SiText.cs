using System.Globalization;

namespace FreeML.Sim.Cli;

/// <summary>Quantities for people: four digits and an SI prefix.</summary>
internal static class SiText
{
    private static readonly (double From, string Prefix)[] Prefixes = [(1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "u"), (1e-9, "n"), (1e-12, "p")];

    /// <summary>A quantity such as <c>81.2 mJ</c>. Long times are in hours and days, and a number without a unit has no prefix.</summary>
    public static string Of(double value, string unit)
    {
        if (unit == "s" && Math.Abs(value) >= 2 * 3600)
        {
            return Math.Abs(value) >= 3 * 86400 ? Of(value / 86400, "d") : Of(value / 3600, "h");
        }

        (double from, string prefix) = value == 0 || unit.Length == 0 ? (1, "") : Prefixes.FirstOrDefault(row => Math.Abs(value) >= row.From && (unit is not ("s" or "h" or "d") || row.From <= 1), Prefixes[^1]);
        double shown = value / from;

        // G4 alone would turn to exponents from 10,000 on.
        string number = Math.Abs(shown) >= 1000 ? shown.ToString("0", CultureInfo.InvariantCulture) : shown.ToString("G4", CultureInfo.InvariantCulture);
        return unit.Length == 0 ? number : $"{number} {prefix}{unit}";
    }
}
