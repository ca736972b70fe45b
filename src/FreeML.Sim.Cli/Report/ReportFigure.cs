using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>A figure of a run.</summary>
/// <param name="Name">Of its files.</param>
/// <param name="Title">A few words.</param>
/// <param name="Caption">What is seen, and how it was computed.</param>
/// <param name="Figure">The figure.</param>
internal sealed record ReportFigure(string Name, string Title, string Caption, Figure Figure)
{
    private static readonly (string Name, Func<RunDirectory, string, ReportFigure?> Make)[] Makers =
    [
        ("voltage", VoltageFigure.Voltage),
        ("progress", VoltageFigure.Compared),
        ("accuracy-energy", ExitFigure.AgainstEnergy),
        ("accuracy-latency", ExitFigure.AgainstLatency),
        ("energy-stack", StackFigure.Energy),
        ("latency-cdf", LatencyFigure.Distribution),
        ("memory", StackFigure.Memory),
        ("accuracy-size", SizeFigure.Steps),
    ];

    /// <summary>Names of all figures, in the order in which they are read.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Select(maker => maker.Name)];

    /// <summary>The figures that a run has data for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="wanted">Which ones; all of them if null.</param>
    public static IReadOnlyList<ReportFigure> Of(RunDirectory run, string? wanted = null) =>
        [.. Makers.Where(maker => wanted is null || maker.Name == wanted).Select(maker => maker.Make(run, maker.Name)).OfType<ReportFigure>()];

    /// <summary>Ratio of the largest to the least value from which on small ones could not be told apart on an even axis.</summary>
    private const double WideRatio = 15;

    /// <summary>Whether values are better seen by their ratios.</summary>
    public static bool IsWide(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length > 1 && sorted[0] > 0 && sorted[^1] / sorted[0] > WideRatio;
    }

    /// <summary>An axis for shares of right answers: as far as they go and a little beyond, but not to more than all, and not into differences that mean nothing.</summary>
    public static Axis Accuracy(IEnumerable<double> shares)
    {
        const double LeastSpan = 0.1;
        const double Padding = 0.15;
        double[] sorted = [.. shares.Order()];
        double span = Math.Max(sorted[^1] - sorted[0], LeastSpan);

        // Over all by so much that a mark there is whole.
        return new Axis("Accuracy", AxisUnit.Percent)
        {
            Minimum = Math.Max(0, sorted[^1] - (span * (1 + Padding))),
            Maximum = Math.Max(sorted[^1], Math.Min(1, sorted[^1] + (span * Padding))) + (span * Padding / 2),
        };
    }

    /// <summary>Width for so many bars with names.</summary>
    public static double WidthFor(int categories) => categories <= 6 ? FigureWidth.OneColumn : FigureWidth.TwoColumns;

    /// <summary>A variant as it is called where there is little space.</summary>
    public static string NameOf(Variant variant) => variant.Inferences == 0 ? $"{variant.Name} (no answer)" : variant.Name;
}
