using System.Text.Json.Nodes;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Figures;

/// <summary>What a supply did during a run: buffer voltage, harvested power, and when the chip had power.</summary>
public static class SupplyFigure
{
    /// <summary>Where a run's summary may name the buffer voltage at which the supply turns on.</summary>
    public const string TurnOnKey = "turnOn_V";

    /// <summary>Where it may name that at which the supply turns off.</summary>
    public const string TurnOffKey = "turnOff_V";

    private const double VoltageMm = 32;
    private const double PowerMm = 18;
    private const double BandMm = 4;
    private const double ShareMm = 10;

    /// <summary>Turns up or down, for each column, from which on a voltage is drawn as the range that it moves in.</summary>
    private const double TurnsPerColumn = 0.25;

    /// <summary>Share of the whole range that counts as a turn.</summary>
    private const double TurnShare = 0.1;

    private static readonly Axis Time = new("Time", AxisUnit.Time) { Minimum = 0 };

    /// <summary>The figure of a recorded run; its turn-on and turn-off voltages are lines if its summary has them.</summary>
    public static Figure From(RecordedRun run, double widthMm = FigureWidth.OneColumn, string title = "") =>
        From(run.Samples, run.PowerCycles, Volts(run.Summary, TurnOnKey), Volts(run.Summary, TurnOffKey), widthMm, title);

    /// <summary>The figure of a run.</summary>
    /// <param name="samples">States of the supply, in order of time; powers are means since the sample before.</param>
    /// <param name="powerCycles">When the chip had power, in order of time; gone through once.</param>
    /// <param name="turnOnVolts">Buffer voltage at which the supply turns on; null if it has none.</param>
    /// <param name="turnOffVolts">Buffer voltage at which it turns off; null if it has none.</param>
    /// <param name="widthMm">Printed width: <see cref="FigureWidth"/>.</param>
    /// <param name="title">Above the figure; empty for none.</param>
    public static Figure From(
        IReadOnlyList<SupplySample> samples, IEnumerable<PowerCycle> powerCycles, double? turnOnVolts, double? turnOffVolts, double widthMm = FigureWidth.OneColumn, string title = "")
    {
        double end = samples.Count > 0 ? samples[^1].TimeSeconds : 0;
        Columns columns = new(widthMm, end > 0 ? end : 1);
        return new Figure(title, widthMm, Time with { Maximum = end > 0 ? end : 1 },
            [Voltage(samples, columns, turnOnVolts, turnOffVolts), Power(samples, columns, end), OnOff(powerCycles, columns, end)]);
    }

    private static double? Volts(JsonObject summary, string key) => summary[key] is JsonValue value && value.TryGetValue(out double volts) && double.IsFinite(volts) ? volts : null;

    private static Panel Voltage(IReadOnlyList<SupplySample> samples, Columns columns, double? turnOnVolts, double? turnOffVolts)
    {
        DataPoint[] points = [.. samples.Select(sample => new DataPoint(sample.TimeSeconds, sample.BufferVolts))];
        IReadOnlyList<Series> series = Turns(points) > columns.Count * TurnsPerColumn
            ? [new AreaSeries("", 0, columns.Envelope(points))]
            : [new LineSeries("", 0, [.. Thinned(samples, columns)])];
        Threshold?[] thresholds = [turnOnVolts is { } on ? new Threshold(on, "turn-on") : null, turnOffVolts is { } off ? new Threshold(off, "turn-off") : null];
        return new Panel(new Axis("Buffer voltage", AxisUnit.Volt), VoltageMm, series) { Thresholds = [.. thresholds.OfType<Threshold>()] };
    }

    private static IEnumerable<DataPoint> Thinned(IReadOnlyList<SupplySample> samples, Columns columns)
    {
        SampleDecimator decimator = new(columns.Count * SampleDecimator.RowsPerBin);
        foreach (SupplySample sample in samples)
        {
            decimator.Add(sample);
        }

        return decimator.Rows.Select(row => new DataPoint(row.TimeSeconds, row.BufferVolts));
    }

    /// <summary>How often a curve turns by more than a little.</summary>
    private static int Turns(DataPoint[] points)
    {
        if (points.Length == 0)
        {
            return 0;
        }

        double little = (points.Max(point => point.Y) - points.Min(point => point.Y)) * TurnShare;
        int turns = 0;
        bool isRising = true;
        double extreme = points[0].Y;
        foreach (DataPoint point in points)
        {
            double ahead = isRising ? point.Y - extreme : extreme - point.Y;
            if (ahead > 0)
            {
                extreme = point.Y;
            }
            else if (-ahead > little)
            {
                (isRising, extreme) = (!isRising, point.Y);
                turns++;
            }
        }

        return turns;
    }

    private static Panel Power(IReadOnlyList<SupplySample> samples, Columns columns, double end)
    {
        (Interval Span, double Value)[] spans = [.. samples.Select((sample, n) => (new Interval(n > 0 ? samples[n - 1].TimeSeconds : 0, sample.TimeSeconds), sample.HarvestedWatts))];
        IReadOnlyList<DataPoint> points = spans.Length > columns.Count ? columns.Means(spans) : [.. spans.Where(span => span.Span.To > span.Span.From).Select(span => new DataPoint(span.Span.From, span.Value))];
        return new Panel(new Axis("Harvested power", AxisUnit.Watt), PowerMm, [new StepSeries("", 2, points, end) { IsFilled = true }]);
    }

    /// <summary>Each time on as a band while they can be told apart on paper, else the share of time on.</summary>
    private static Panel OnOff(IEnumerable<PowerCycle> powerCycles, Columns columns, double end)
    {
        List<Interval> bands = [];
        long count = 0;
        IReadOnlyList<DataPoint> shares = columns.Means(powerCycles.Select(cycle =>
        {
            Interval span = new(cycle.TurnOnSeconds, cycle.EndSeconds);
            if (++count * 4 <= columns.Count)
            {
                bands.Add(span);
            }

            return (span, 1.0);
        }));
        return count == bands.Count
            ? new Panel(new Axis("On", AxisUnit.None) { IsStrip = true, Minimum = 0, Maximum = 1 }, BandMm, [new BandSeries("", 1, bands)])
            : new Panel(new Axis("On", AxisUnit.Percent) { Minimum = 0, Maximum = 1 }, ShareMm, [new StepSeries("", 1, shares, end) { IsFilled = true }]);
    }
}
