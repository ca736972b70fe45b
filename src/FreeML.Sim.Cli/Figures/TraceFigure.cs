using System.Globalization;
using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Cli.Figures;

/// <summary>A harvesting trace over time. An I-V surface is shown by the power of its best point and by its current at a few voltages.</summary>
public static class TraceFigure
{
    private const double PanelMm = 34;
    private const double SecondPanelMm = 30;

    /// <summary>Where an I-V surface is cut, as shares of its highest voltage.</summary>
    private static readonly double[] VoltageShares = [0, 0.5, 0.8];

    private static readonly Dictionary<TraceQuantity, Axis> Axes = new()
    {
        [TraceQuantity.Power] = new Axis("Power", AxisUnit.Watt),
        [TraceQuantity.Voltage] = new Axis("Open-circuit voltage", AxisUnit.Volt),
        [TraceQuantity.Current] = new Axis("Short-circuit current", AxisUnit.Ampere),
        [TraceQuantity.Irradiance] = new Axis("Irradiance", AxisUnit.WattPerSquareMetre),
        [TraceQuantity.IvSurface] = new Axis("Maximum power", AxisUnit.Watt),
        [TraceQuantity.SingleDiode] = new Axis("Light current", AxisUnit.Ampere),
    };

    /// <summary>The figure of a trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="widthMm">Printed width: <see cref="FigureWidth"/>.</param>
    /// <param name="title">Above the figure; empty for none.</param>
    public static Figure From(Trace trace, double widthMm = FigureWidth.OneColumn, string title = "")
    {
        Columns columns = new(widthMm, trace.DurationSeconds);
        List<Panel> panels = [new Panel(Axes[trace.Quantity], PanelMm, Curve(trace, columns, "", 0, trace.Quantity == TraceQuantity.IvSurface ? sample => BestWatts(trace, sample) : sample => trace.Values[sample * trace.Columns]))];
        if (trace.Quantity == TraceQuantity.IvSurface)
        {
            int[] cuts = [.. VoltageShares.Select(share => NearestColumn(trace, share * trace.Axis[^1])).Distinct()];
            panels.Add(new Panel(new Axis("Current", AxisUnit.Ampere), SecondPanelMm, [.. cuts.SelectMany((column, n) =>
                Curve(trace, columns, "at " + trace.Axis[column].ToString("0.##", CultureInfo.InvariantCulture) + " V", n, sample => trace.Values[(sample * trace.Columns) + column]))]));
        }

        return new Figure(title, widthMm, new Axis("Time", AxisUnit.Time) { Minimum = 0, Maximum = trace.DurationSeconds }, panels);
    }

    /// <summary>Each sample as a step while they can be told apart on paper; else what it moves in, and its mean.</summary>
    private static IReadOnlyList<Series> Curve(Trace trace, Columns columns, string label, int style, Func<int, double> value)
    {
        int count = trace.Times.Count;
        if (count <= columns.Count)
        {
            return [new StepSeries(label, style, [.. Enumerable.Range(0, count).Select(n => new DataPoint(trace.Times[n], value(n)))], trace.DurationSeconds)];
        }

        DataPoint[] corners = new DataPoint[2 * count];
        for (int n = 0; n < count; n++)
        {
            corners[2 * n] = new DataPoint(trace.Times[n], value(n));
            corners[(2 * n) + 1] = new DataPoint(n + 1 < count ? trace.Times[n + 1] : trace.DurationSeconds, value(n));
        }

        // In front of other curves a range would hide them, so that several curves are means alone.
        StepSeries mean = new(label.Length > 0 ? label : "mean", style, columns.Means(Enumerable.Range(0, count).Select(n => (new Interval(corners[2 * n].X, corners[(2 * n) + 1].X), corners[2 * n].Y))), trace.DurationSeconds);
        return label.Length > 0 ? [mean] : [new AreaSeries("range", 6, columns.Envelope(corners)), mean];
    }

    private static double BestWatts(Trace trace, int sample) => Enumerable.Range(0, trace.Columns).Max(column => trace.Axis[column] * trace.Values[(sample * trace.Columns) + column]);

    private static int NearestColumn(Trace trace, double volts) => Enumerable.Range(0, trace.Columns).MinBy(column => Math.Abs(trace.Axis[column] - volts));
}
