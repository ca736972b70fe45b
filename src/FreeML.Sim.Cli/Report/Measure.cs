using System.Globalization;

namespace FreeML.Sim.Cli.Report;

/// <summary>Something by which variants are compared.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Of">Its value; null where there is none.</param>
/// <param name="Text">The value for people.</param>
/// <param name="Better">1 if more is better, -1 if less is, 0 if neither.</param>
internal sealed record Measure(string Name, Func<Variant, double?> Of, Func<double, string> Text, int Better = 0)
{
    /// <summary>What binary numbers may be off by, in the third digit.</summary>
    private const double Rounding = 1e-6;

    private const string None = "\u2013";

    /// <summary>Everything, in the order of the table.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        new("answers", variant => variant.Inferences, Whole, 1),
        new("right answers", variant => variant.Accuracy, Percent, 1),
        new("right answers in floating point", variant => variant.FloatAccuracy, Percent),
        new("same as on continuous power", variant => variant.Inferences > 0 ? variant.ContinuousMatches / variant.Inferences : null, Percent, 1),
        new("latency, mean", variant => variant.Latency?.Mean, Seconds, -1),
        new("latency, median", variant => variant.Latency?.Median, Seconds, -1),
        new("latency, 99 of 100 within", variant => variant.Latency?.P99, Seconds, -1),
        new("on-time an answer, mean", variant => variant.OnTime?.Mean, Seconds, -1),
        new("answers a second", variant => variant.Inferences > 0 ? variant.Throughput : null, value => Measured(value, ""), 1),
        new("energy an answer", variant => variant.JoulesPerInference, Joules, -1),
        new("power failures", variant => variant.PowerFailures, Whole),
        new("power cycles an answer", variant => variant.PowerCyclesPerInference, value => Measured(value, ""), -1),
        new("work done in vain", variant => variant.Cycles > 0 ? variant.ThrownAwayCycles / variant.Cycles : null, Percent, -1),
        new("deadlines missed", variant => variant.DeadlineMisses, Whole, -1),
        new("samples dropped", variant => variant.Dropped, Whole, -1),
        new("memory", variant => variant.Memory.Total, Bytes, -1),
    ];

    /// <summary>The row of a table: a cell for each variant, the best one marked. One that gave no answers is never best.</summary>
    public IReadOnlyList<Cell> Row(IReadOnlyList<Variant> variants)
    {
        double[] eligible = [.. variants.Where(variant => variant.Inferences > 0 && !variant.IsStuck).Select(Of).OfType<double>()];
        double? best = Better == 0 || eligible.Distinct().Count() < 2 ? null : Better > 0 ? eligible.Max() : eligible.Min();
        return [Cell.Words(Name), .. variants.Select(variant => Of(variant) is { } value
            ? new Cell(Text(value), IsBest: value == best && variant.Inferences > 0 && !variant.IsStuck)
            : new Cell(None))];
    }

    /// <summary>A share as per cent.</summary>
    public static string Percent(double share) => (share * 100).ToString(Math.Abs(share) < 0.1 && share != 0 ? "0.0#" : "0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A number of things.</summary>
    public static string Whole(double count) => Math.Round(count).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    /// <summary>A time.</summary>
    public static string Seconds(double value) => Measured(value, "s");

    /// <summary>An energy.</summary>
    public static string Joules(double value) => Measured(value, "J");

    /// <summary>A size.</summary>
    public static string Bytes(double value) => Math.Abs(value) < 10_000 ? $"{Whole(value)} B" : Measured(value, "B");

    /// <summary>A quantity that was set, with a prefix.</summary>
    public static string Si(double value, string unit) => SiText.Of(value, unit).Replace(" u", " \u00B5", StringComparison.Ordinal);

    /// <summary>A quantity that was measured, with a prefix: three digits, zeros at the end too.</summary>
    public static string Measured(double value, string unit)
    {
        if (value == 0 || unit.Length == 0)
        {
            return $"{value.ToString("G3", CultureInfo.InvariantCulture)} {unit}".TrimEnd();
        }

        string[] parts = Si(Math.Round(value / Place(value)) * Place(value), unit).Split(' ');
        double shown = double.Parse(parts[0], CultureInfo.InvariantCulture);
        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(shown))), 0, 9);
        parts[0] = shown.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return string.Join(' ', parts);
    }

    /// <summary>The next quantity of three digits that is not less.</summary>
    public static string AtLeast(double value, string unit) => Si(value > 0 ? Math.Ceiling((value / Place(value)) - Rounding) * Place(value) : value, unit);

    /// <summary>What the third digit counts.</summary>
    private static double Place(double value) => Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);

    /// <summary>A number, or a dash.</summary>
    public static string Maybe(double? value, Func<double, string> text) => value is { } number ? text(number) : None;
}
