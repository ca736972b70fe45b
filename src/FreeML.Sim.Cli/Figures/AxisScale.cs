using System.Globalization;

namespace FreeML.Sim.Cli.Figures;

/// <summary>A place on an axis with its name.</summary>
/// <param name="Value">In base units.</param>
/// <param name="Label">As shown; a hyphen stands for the minus sign.</param>
public readonly record struct Tick(double Value, string Label);

/// <summary>From where to where an axis goes, in which unit it is shown, and where its ticks are.</summary>
/// <param name="Minimum">Lower end, in base units.</param>
/// <param name="Maximum">Upper end, in base units.</param>
/// <param name="Factor">What one base unit is in the unit shown.</param>
/// <param name="Unit">The unit shown, with its prefix.</param>
/// <param name="Ticks">In rising order.</param>
public sealed record AxisScale(double Minimum, double Maximum, double Factor, string Unit, IReadOnlyList<Tick> Ticks)
{
    /// <summary>Share of the data's span that is left empty at an end that the data reach.</summary>
    private const double Padding = 0.06;

    private static readonly double[] DecimalSteps = [1, 2, 5];

    /// <summary>What lies further apart is no data, and arithmetic with it not exact.</summary>
    private const double MostRatio = 1e15;

    /// <summary>Ticks of a decade, from many to few.</summary>
    private static readonly double[][] DecadeTicks = [[1, 2, 5], [1, 3], [1]];

    /// <summary>Units of time: the least span that is shown in it, its length in seconds, and steps that clocks and calendars like.</summary>
    private static readonly (double FromSeconds, double Seconds, string Symbol, double[] Steps)[] TimeUnits =
    [
        (4 * 86400.0, 86400, "d", [1, 2, 4, 7, 14, 28]),
        (3 * 3600.0, 3600, "h", [1, 2, 3, 4, 6, 12, 24]),
        (10 * 60.0, 60, "min", [1, 2, 5, 10, 15, 30, 60]),
        (0.5, 1, "s", [1, 2, 5, 10, 20, 50, 100, 200]),
        (0.5e-3, 1e-3, "ms", [1, 2, 5, 10, 20, 50, 100, 200]),
        (0, 1e-6, "µs", [1, 2, 5, 10, 20, 50, 100, 200]),
    ];

    /// <summary>SI prefixes, largest first; the base unit also serves tenths, as people write 0.5 V.</summary>
    private static readonly (double From, double Factor, string Prefix)[] Prefixes =
    [
        (1e9, 1e-9, "G"), (1e6, 1e-6, "M"), (1e3, 1e-3, "k"), (0.1, 1, ""), (1e-3, 1e3, "m"), (1e-6, 1e6, "µ"), (1e-9, 1e9, "n"), (double.Epsilon, 1e12, "p"), (0, 1, ""),
    ];

    /// <summary>Whether equal distances are equal ratios.</summary>
    public bool IsLogarithmic { get; private init; }

    /// <summary>Where a value is, as a share of the axis.</summary>
    public double Share(double value) =>
        IsLogarithmic ? Math.Log(Math.Max(value, double.Epsilon) / Minimum) / Math.Log(Maximum / Minimum) : (value - Minimum) / (Maximum - Minimum);

    /// <summary>A scale for data.</summary>
    /// <param name="axis">What is shown.</param>
    /// <param name="low">Least value of the data, in base units.</param>
    /// <param name="high">Greatest value of the data.</param>
    /// <param name="wanted">How many ticks there is space for; one more may come.</param>
    /// <param name="isPadded">Whether to leave space between the data and the ends.</param>
    public static AxisScale For(Axis axis, double low, double high, int wanted, bool isPadded)
    {
        if (axis.Categories.Count > 0)
        {
            return new AxisScale(-0.5, axis.Categories.Count - 0.5, 1, "", [.. axis.Categories.Select((name, n) => new Tick(n, name))]);
        }

        if (axis.IsLogarithmic && low > 0 && high > low && high / low < MostRatio)
        {
            return Logarithmic(axis, low, high, wanted);
        }

        (double minimum, double maximum) = Ends(axis, low, high, isPadded);
        double largest = Math.Max(Math.Abs(minimum), Math.Abs(maximum));
        (double factor, string unit, double[] steps) = UnitFor(axis, largest);
        return new AxisScale(minimum, maximum, factor, unit, axis.IsStrip ? [] : TicksBetween(minimum, maximum, factor, steps, wanted));
    }

    private static AxisScale Logarithmic(Axis axis, double low, double high, int wanted)
    {
        double padding = Math.Pow(high / low, Padding);
        double minimum = axis.Minimum is > 0 and double begin ? begin : low / padding;
        double maximum = axis.Maximum is { } end && end > minimum ? end : high * padding;
        (double factor, string unit, _) = UnitFor(axis, Math.Sqrt(minimum * maximum));
        int first = (int)Math.Floor(Math.Log10(minimum * factor));
        int last = (int)Math.Ceiling(Math.Log10(maximum * factor));
        List<Tick>[] choices = [.. DecadeTicks.Select(places => Enumerable.Range(first, last - first + 1)
            .SelectMany(decade => places.Select(place => place * Math.Pow(10, decade)))
            .Where(shown => shown >= minimum * factor * (1 - 1e-9) && shown <= maximum * factor * (1 + 1e-9))
            .Select(shown => new Tick(Math.Clamp(shown / factor, minimum, maximum), shown.ToString(shown is >= 1e-5 and < 1e6 ? "0.#####" : "0e0", CultureInfo.InvariantCulture)))
            .ToList())];
        return new AxisScale(minimum, maximum, factor, unit, choices.FirstOrDefault(ticks => ticks.Count <= wanted + 1, choices[^1])) { IsLogarithmic = true };
    }

    private static (double Factor, string Unit, double[] Steps) UnitFor(Axis axis, double size)
    {
        if (axis.Unit.IsTime)
        {
            (_, double seconds, string symbol, double[] steps) = TimeUnits.First(candidate => size >= candidate.FromSeconds);
            return (1 / seconds, symbol, steps);
        }

        if (axis.Unit.HasPrefixes)
        {
            (_, double factor, string prefix) = Prefixes.First(candidate => size >= candidate.From);
            return (factor, prefix + axis.Unit.Symbol, DecimalSteps);
        }

        return (axis.Unit.FixedFactor, axis.Unit.Symbol, DecimalSteps);
    }

    private static (double Minimum, double Maximum) Ends(Axis axis, double low, double high, bool isPadded)
    {
        if (!(high >= low))
        {
            (low, high) = (0, 1);
        }

        // Nothing below zero: the axis begins there, unless the data are far from it.
        bool fromZero = isPadded && low >= 0 && low <= 0.5 * high;
        double span = high - (fromZero ? 0 : low);
        if (span <= Math.Abs(high) * 1e-12)
        {
            span = Math.Max(Math.Abs(high), high == 0 ? 1 : 0);
            (low, high) = isPadded ? (low - (span * 0.5), high + (span * 0.5)) : (low, high + span);
        }

        double padding = isPadded ? span * Padding : 0;
        double minimum = axis.Minimum ?? (fromZero ? 0 : low - padding);
        double maximum = axis.Maximum ?? (high + padding);
        return maximum > minimum ? (minimum, maximum) : (minimum, minimum + 1);
    }

    /// <summary>Ticks no denser than wanted, unless that leaves so few that a scale cannot be read from them.</summary>
    private static List<Tick> TicksBetween(double minimum, double maximum, double factor, double[] steps, int wanted)
    {
        const int Readable = 3;
        List<Tick> ticks = TicksAtLeastApart(minimum, maximum, factor, steps, wanted);
        for (int denser = wanted + 1; ticks.Count < Readable && wanted > 1 && denser <= 2 * wanted; denser++)
        {
            ticks = TicksAtLeastApart(minimum, maximum, factor, steps, denser);
        }

        return ticks;
    }

    private static List<Tick> TicksAtLeastApart(double minimum, double maximum, double factor, double[] steps, int wanted)
    {
        double low = minimum * factor;
        double high = maximum * factor;

        // A part in 10^9 of the span, so that ends that are ticks stay ticks after rounding.
        double slack = (high - low) * 1e-9;
        (double step, int decimals) = Step((high - low) / Math.Max(1, wanted), steps);
        List<Tick> ticks = [];
        for (double n = Math.Ceiling((low - slack) / step); n * step <= high + slack; n++)
        {
            // Without this, minus zero has a sign.
            double shown = n == 0 ? 0 : n * step;
            ticks.Add(new Tick(Math.Clamp(shown / factor, minimum, maximum), shown.ToString($"F{decimals}", CultureInfo.InvariantCulture)));
        }

        return ticks;
    }

    /// <summary>The least step of the table that is not less than what is asked for, and the digits that it needs.</summary>
    private static (double Step, int Decimals) Step(double least, double[] steps)
    {
        if (least > 1)
        {
            // Beyond the table of a unit of time, decades of its last entry.
            double unit = 1;
            while (!steps.Any(step => step * unit >= least))
            {
                unit *= 10;
            }

            return (steps.First(step => step * unit >= least) * unit, 0);
        }

        int decimals = 0;
        double divisor = 1;
        while (DecimalSteps[0] / (divisor * 10) >= least && decimals < 15)
        {
            decimals++;
            divisor *= 10;
        }

        // From here the step is the first of 1, 2 and 5 tenths, or 1.
        foreach (double step in DecimalSteps)
        {
            if (step / (divisor * 10) >= least)
            {
                return (step / (divisor * 10), decimals + 1);
            }
        }

        return (1 / divisor, decimals);
    }
}
