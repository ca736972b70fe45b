using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>How long answers take.</summary>
internal static class LatencyFigure
{
    private const double HeightMm = 36;

    /// <summary>Steps of a curve; more cannot be told apart on paper.</summary>
    private const int MostSteps = 400;

    /// <summary>How much further than the data the axis goes.</summary>
    private const double Beyond = 1.05;

    /// <summary>Share of answers that are there after a time.</summary>
    public static ReportFigure? Distribution(RunDirectory run, string name)
    {
        (Variant Variant, double[] Seconds)[] measured =
            [.. run.Summary.Variants.Select(variant => (variant, (double[])[.. run.ReadInferences(variant).Select(answer => answer.LatencySeconds).Order()])).Where(pair => pair.Item2.Length > 0)];
        if (measured.Length == 0)
        {
            return null;
        }

        double end = measured.Max(pair => pair.Seconds[^1]) * Beyond;
        bool isWide = ReportFigure.IsWide(measured.SelectMany(pair => pair.Seconds));
        double begin = isWide ? measured.Min(pair => pair.Seconds[0]) / Beyond : 0;
        Series[] curves = [.. measured.Select(pair => new StepSeries(pair.Variant.Name, StyleOf(run, pair.Variant), Steps(pair.Seconds, begin), end))];
        Panel panel = new(new Axis("Share of answers", AxisUnit.Percent) { Minimum = 0, Maximum = 1.04 }, HeightMm, curves);
        return new ReportFigure(name, "Latency",
            "Share of a variant's answers that were there so long after their sample was, times without power included. A curve that rises further left is better; what was never answered is not in it.",
            new Figure("", FigureWidth.OneColumn, new Axis("Time from sample to answer", AxisUnit.Time) { Minimum = begin, Maximum = end, IsLogarithmic = isWide }, [panel]));
    }

    /// <summary>A variant looks the same in all figures.</summary>
    private static int StyleOf(RunDirectory run, Variant variant) => run.Summary.Variants.TakeWhile(other => !ReferenceEquals(other, variant)).Count();

    private static IReadOnlyList<DataPoint> Steps(double[] sorted, double begin)
    {
        int count = Math.Min(sorted.Length, MostSteps);

        // Of many answers, every so many; the last one always.
        return [new DataPoint(begin, 0), .. Enumerable.Range(1, count).Select(n => (int)((long)n * sorted.Length / count)).Select(rank => new DataPoint(sorted[rank - 1], (double)rank / sorted.Length))];
    }
}
