using FreeML.Compiler.Compression;
using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Compress;

/// <summary>Accuracy and predicted energy against size, step by step from right to left.</summary>
internal static class CompressionFigure
{
    /// <summary>Name of the figure's files.</summary>
    public const string Name = "compression";

    private const double AccuracyMm = 32;
    private const double EnergyMm = 24;

    /// <summary>The figure of a compression.</summary>
    /// <param name="steps">With the network as it came first.</param>
    public static Figure From(IReadOnlyList<CompressionStep> steps)
    {
        Panel accuracy = new(new Axis("Accuracy (validation)", AxisUnit.Percent), AccuracyMm, Curve([.. steps.Where(step => step.Accuracy is not null).Select(step => new DataPoint(step.Bytes, step.Accuracy!.Value))]));
        Panel energy = new(new Axis("Energy per inference", AxisUnit.Joule) { Minimum = 0 }, EnergyMm, Curve([.. steps.Where(step => step.Joules is not null).Select(step => new DataPoint(step.Bytes, step.Joules!.Value))]));
        return new Figure("", FigureWidth.OneColumn, new Axis("Size", new AxisUnit("B") { HasPrefixes = true }) { Minimum = 0 }, steps.Any(step => step.Joules is not null) ? [accuracy, energy] : [accuracy]);
    }

    private static IReadOnlyList<Series> Curve(IReadOnlyList<DataPoint> points) => [new LineSeries("", 0, points), new ScatterSeries("", 0, points)];
}
