using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>What an exit costs and what it is worth.</summary>
internal static class ExitFigure
{
    private const double HeightMm = 38;

    /// <summary>Black, for the sign that all variants share.</summary>
    private const int InTheRun = 3;

    /// <summary>Accuracy against energy.</summary>
    public static ReportFigure? AgainstEnergy(RunDirectory run, string name) => Make(run, name, "Accuracy and energy",
        "Each mark on a line is an exit of a variant, the last one the whole network: how often its answer is right if it is always taken, against the energy up to that answer on continuous power. "
            + "Diamonds are what was measured in the run: the share of right answers, against all energy that the run consumed or lost, over its answers.",
        new Axis("Energy per inference", AxisUnit.Joule), exit => exit.Joules, exit => exit.AccuracyIfAlways, variant => variant.JoulesPerInference);

    /// <summary>Accuracy against latency.</summary>
    public static ReportFigure? AgainstLatency(RunDirectory run, string name) => Make(run, name, "Accuracy and latency",
        "Each mark on a line is an exit of a variant that was taken in the run: how often its answer is right if it is always taken, against the mean time from sample to answer where it answered, times without power included. "
            + "Diamonds are the run as a whole: the share of right answers against the mean time to them.",
        new Axis("Time from sample to answer", AxisUnit.Time), exit => exit.MeanSeconds, exit => exit.AccuracyIfAlways ?? (exit.Taken > 0 ? exit.Correct / exit.Taken : null), variant => variant.Latency?.Mean);

    private static ReportFigure? Make(
        RunDirectory run, string name, string title, string caption, Axis cost, Func<ExitUse, double?> costOf, Func<ExitUse, double?> accuracyOf, Func<Variant, double?> measured)
    {
        List<Series> series = [];
        foreach ((Variant variant, int style) in run.Summary.Variants.Select((variant, n) => (variant, n)))
        {
            DataPoint[] exits = [.. variant.Exits.SelectMany(exit => Point(costOf(exit), accuracyOf(exit)))];
            DataPoint[] whole = [.. Point(measured(variant), variant.Accuracy)];
            if (exits.Length > 0)
            {
                series.Add(new LineSeries(variant.Name, style, exits) { IsMarked = true });
            }

            if (whole.Length > 0)
            {
                series.Add(new ScatterSeries(exits.Length > 0 ? "" : variant.Name, style, whole) { Sign = Marker.Diamond });
            }
        }

        if (series.Any(curve => curve is LineSeries) && series.Any(curve => curve is ScatterSeries))
        {
            series.Add(new ScatterSeries("in the run", InTheRun, []) { Sign = Marker.Diamond });
        }

        return series.Count == 0 ? null : new ReportFigure(name, title, caption,
            new Figure("", FigureWidth.OneColumn, cost, [new Panel(new Axis("Accuracy", AxisUnit.Percent), HeightMm, series)]));
    }

    private static IEnumerable<DataPoint> Point(double? x, double? y) => x is { } cost && y is { } accuracy ? [new DataPoint(cost, accuracy)] : [];
}
