using System.Text.Json.Nodes;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Cli.Report;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Recording;
using FreeML.Sim.Tests.Report;

namespace FreeML.Sim.Tests.Figures;

/// <summary>Figures of every kind, small and large. With FREEML_FIGURES naming a directory, the tests leave them there to be looked at.</summary>
internal static class Examples
{
    /// <summary>Text that every format has trouble with somewhere.</summary>
    public const string Hostile = "a\\b{c}$d$&#%_~^<e>|\"f\"`'-- \u202Eµ²é漢字\uD83D\uDE00\n\0\u001b[31m ]]> &amp; \\end{document} \\input{/etc/passwd}";

    /// <summary>Figures of a run, made once.</summary>
    private static readonly Lazy<IReadOnlyList<ReportFigure>> Run = new(ReportTests.Figures);

    public static IReadOnlyDictionary<string, Func<Figure>> All { get; } = WithRun(new SortedDictionary<string, Func<Figure>>(StringComparer.Ordinal)
    {
        ["supply-few"] = () => Supply(6, 100, FigureWidth.OneColumn),
        ["supply-many"] = () => Supply(2000, 300, FigureWidth.TwoColumns),
        ["supply-off"] = () => SupplyFigure.From([new SupplySample(1e6, 0.2, 0, 1e-7, 0, false)], [], 3.3, 1.8),
        ["supply-nothing"] = () => SupplyFigure.From([], [], null, null),
        ["supply-short"] = () => SupplyFigure.From([.. Enumerable.Range(0, 40).Select(n => new SupplySample(n * 1e-6, 3 + (n * 1e-4), 1.8, 0, 1e-3, true))], [new PowerCycle(0, 0, 0, 39e-6, 0, 3, 3, 0, "stop")], 3.0, 2.99),
        ["trace-power"] = () => TraceFigure.From(Burst(TraceQuantity.Power, 100, 1e-3)),
        ["trace-power-dense"] = () => TraceFigure.From(Burst(TraceQuantity.Power, 50_000, 2e-6), FigureWidth.TwoColumns, "Bursts"),
        ["trace-irradiance"] = () => TraceFigure.From(Days(), FigureWidth.OneColumn, "Two weeks of sun"),
        ["trace-surface"] = () => TraceFigure.From(Surface()),
        ["trace-voltage"] = () => TraceFigure.From(Burst(TraceQuantity.Voltage, 200, 4)),
        ["bars"] = Bars,
        ["stack"] = Stack,
        ["marked"] = Marked,
        ["scatter"] = Scatter,
        ["scatter-ratios"] = () => Scatter() with { X = new Axis("Energy of an inference", AxisUnit.Joule) { IsLogarithmic = true } },
        ["hostile"] = () => Scatter() with { Title = Hostile, X = new Axis(Hostile, new AxisUnit(Hostile)) },
    });

    public static Figure Bars() => new("", FigureWidth.OneColumn, new Axis("Capacitor", AxisUnit.None) { Categories = ["770 µF", "10 mF", "17 mF", "REACT, five banks", "Switched"] },
    [
        new Panel(new Axis("On-time", AxisUnit.Percent), 30,
        [
            .. new[] { "RF cart", "RF mobile", "Solar campus" }.Select((name, series) => new BarSeries(name, series, [.. Enumerable.Range(0, 5).Select(n => new DataPoint(n, 0.05 + (0.03 * n) + (0.06 * series)))]) { GroupSize = 3, GroupIndex = series }),
        ]),
    ]);

    /// <summary>More layers than colours, so that some are hatched; one is nothing in places, one everywhere.</summary>
    public static Figure Stack() => new("", FigureWidth.OneColumn, new Axis("", AxisUnit.None) { Categories = ["freeml", "checkpoint", "restart", "extraordinary"] },
    [
        new Panel(new Axis("Energy", AxisUnit.Joule) { Minimum = 0 }, 30, BarSeries.Stack(Enumerable.Range(0, 11).Select(layer =>
            ($"layer {layer}", layer, (IReadOnlyList<double>)[.. Enumerable.Range(0, 4).Select(n => layer == 4 || (layer == 2 && n == 1) ? 0 : 1e-4 * (layer + 1 + n))])))),
    ]);

    public static Figure Marked() => new("", FigureWidth.OneColumn, new Axis("Time", AxisUnit.Time),
    [
        new Panel(new Axis("Accuracy", AxisUnit.Percent), 30,
        [
            new BandSeries("on", SeriesStyle.Background, [new Interval(0.1, 0.2), new Interval(0.4, 0.5)]),
            .. Enumerable.Range(0, 10).Select(n => new LineSeries($"variant {n}", n, [new DataPoint(0.1 + (0.01 * n), 0.8), new DataPoint(0.3, 0.9), new DataPoint(0.5, 0.95)]) { IsMarked = true }),
            new ScatterSeries("in the run", 3, [new DataPoint(0.45, 0.93)]) { Sign = Marker.Diamond },
        ]),
    ]);

    public static Figure Scatter() => new("", FigureWidth.OneColumn, new Axis("Energy of an inference", AxisUnit.Joule),
    [
        new Panel(new Axis("Error", AxisUnit.Percent), 30,
        [
            .. Enumerable.Range(0, 4).Select(series => new ScatterSeries($"variant {series}", series, [.. Enumerable.Range(0, 9).Select(n => new DataPoint(1e-3 * (1 + n + (0.3 * series)), 0.02 + (0.1 / (n + 1 + series))))])),
            new LineSeries("best", 3, [.. Enumerable.Range(0, 9).Select(n => new DataPoint(1e-3 * (1 + n), 0.02 + (0.08 / (n + 1))))]),
        ]) { Notes = [new Note(8e-3, 0.1, "no better is known"), new Note(2e-3, 0.02, Hostile)] },
    ]);

    public static Figure Supply(int cycles, int samplesPerCycle, double widthMm)
    {
        using ScratchDirectory scratch = new();
        using (RunRecorder recorder = new(scratch["run"]))
        {
            RunRecorderTests.Play(recorder, cycles, samplesPerCycle);
            recorder.Complete(new JsonObject { [SupplyFigure.TurnOnKey] = 3.3, [SupplyFigure.TurnOffKey] = 1.8 });
        }

        return SupplyFigure.From(RecordedRun.Load(scratch["run"]), widthMm);
    }

    private static SortedDictionary<string, Func<Figure>> WithRun(SortedDictionary<string, Func<Figure>> examples)
    {
        foreach (string name in ReportFigure.Names)
        {
            examples[$"run-{name}"] = () => Run.Value.Single(figure => figure.Name == name).Figure;
        }

        return examples;
    }

    private static Trace Burst(TraceQuantity quantity, int count, double high)
    {
        Random random = new(1);
        return new Trace("bursts", quantity, [.. Enumerable.Range(0, count).Select(n => n * 0.01)], count * 0.01, [.. Enumerable.Range(0, count).Select(n => n / 20 % 3 == 0 ? high * random.NextDouble() : high / 20)]);
    }

    private static Trace Days()
    {
        Random random = new(2);
        const int Minutes = 14 * 1440;
        return new Trace("days", TraceQuantity.Irradiance, [.. Enumerable.Range(0, Minutes).Select(n => n * 60.0)], Minutes * 60.0,
            [.. Enumerable.Range(0, Minutes).Select(n => Math.Max(0, Math.Sin(((n % 1440 / 1440.0) - 0.25) * 2 * Math.PI)) * 950 * (n / 1440 % 3 == 1 ? random.NextDouble() : 1))]);
    }

    private static Trace Surface()
    {
        double[] axis = [.. Enumerable.Range(0, 31).Select(n => n * 0.1)];
        return new Trace("surface", TraceQuantity.IvSurface, [.. Enumerable.Range(0, 60).Select(n => n * 0.5)], 30,
            [.. Enumerable.Range(0, 60).SelectMany(n => axis.Select(volts => (2 + Math.Sin(n * 0.3)) * 1e-4 * (1 - Math.Exp((volts - 3) * 3))))], axis);
    }
}
