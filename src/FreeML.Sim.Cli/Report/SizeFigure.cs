using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>What compression cost.</summary>
internal static class SizeFigure
{
    private const double HeightMm = 34;

    /// <summary>Accuracy against size, step by step from right to left.</summary>
    public static ReportFigure? Steps(RunDirectory run, string name)
    {
        DataPoint[] points = [.. run.ReadCompression().Select(step => new DataPoint(step.Bytes, step.Accuracy))];
        if (points.Length == 0)
        {
            return null;
        }

        Panel panel = new(new Axis("Accuracy", AxisUnit.Percent), HeightMm, [new LineSeries("after each step", 0, points) { IsMarked = true }, new ScatterSeries("the network that ran", 1, [points[^1]]) { Sign = Marker.Diamond }]);
        return new ReportFigure(name, "Accuracy and size",
            $"Accuracy on validation samples after each step of the compression, from right to left, against the bytes on the device: from {SiText.Of(points[0].X, "B")} to {SiText.Of(points[^1].X, "B")}.",
            new Figure("", FigureWidth.OneColumn, new Axis("Size", new AxisUnit("B") { HasPrefixes = true }) { Minimum = 0 }, [panel]));
    }
}
