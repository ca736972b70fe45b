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
        "Each mark on a line is an exit of a variant, the last one the whole network: how often its answer is right if it is always taken, against the energy up to that answer on continuous power at 3 V. "
            + "Signs in diamonds are what was measured in the run: the share of right answers, against the energy that the device took for an answer.",
        new Axis("Energy per inference", AxisUnit.Joule), (_, exit) => exit.Joules, variant => variant.JoulesPerInference);

    /// <summary>Accuracy against latency.</summary>
    public static ReportFigure? AgainstLatency(RunDirectory run, string name) => Make(run, name, "Accuracy and latency",
        "Each mark on a line is an exit of a variant, the last one the whole network: how often its answer is right if it is always taken, against the time to that answer on continuous power. "
            + "Signs in diamonds are what was measured in the run: the share of right answers, against the mean time from sample to answer, times without power included.",
        new Axis("Time from sample to answer", AxisUnit.Time), (variant, exit) => variant.ClockHertz > 0 ? exit.Cycles / variant.ClockHertz : null, variant => variant.Latency?.Mean);

    private static ReportFigure? Make(
        RunDirectory run, string name, string title, string caption, Axis cost, Func<Variant, ExitUse, double?> costOf, Func<Variant, double?> measured)
    {
        List<Series> series = [];
        foreach ((Variant variant, int style) in run.Summary.Variants.Select((variant, n) => (variant, n)))
        {
            DataPoint[] exits = [.. variant.Exits.SelectMany(exit => Point(costOf(variant, exit), exit.AccuracyIfAlways))];
            DataPoint[] whole = [.. Point(measured(variant), variant.Accuracy)];
            if (exits.Length > 0)
            {
                series.Add(new LineSeries(variant.Name, style, exits) { IsMarked = true });
            }

            if (whole.Length > 0)
            {
                // The variant's own sign in it tells it from others without colour.
                series.Add(new ScatterSeries("", style, whole) { Sign = Marker.Diamond });
                series.Add(new ScatterSeries(exits.Length > 0 ? "" : variant.Name, style, whole));
            }
        }

        if (series.OfType<LineSeries>().Any() && series.OfType<ScatterSeries>().Any())
        {
            series.Add(new ScatterSeries("in the run", InTheRun, []) { Sign = Marker.Diamond });
        }

        bool isWide = ReportFigure.IsWide(series.SelectMany(curve => curve.Rows).Select(row => row.X));
        return series.Count == 0 ? null : new ReportFigure(name, title, caption,
            new Figure("", FigureWidth.OneColumn, cost with { IsLogarithmic = isWide }, [new Panel(ReportFigure.Accuracy(series.SelectMany(curve => curve.Rows).Select(row => row.Y ?? 0)), HeightMm, series)]));
    }

    private static IEnumerable<DataPoint> Point(double? x, double? y) => x is { } cost && y is { } accuracy ? [new DataPoint(cost, accuracy)] : [];
}
