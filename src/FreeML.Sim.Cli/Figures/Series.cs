namespace FreeML.Sim.Cli.Figures;

/// <summary>A point in base units of both axes.</summary>
public readonly record struct DataPoint(double X, double Y);

/// <summary>A vertical span at one place.</summary>
public readonly record struct DataRange(double X, double Low, double High);

/// <summary>A span of the horizontal axis.</summary>
public readonly record struct Interval(double From, double To);

/// <summary>A row of the table behind a figure; what a kind of series has no use for is null.</summary>
public readonly record struct DataRow(double X, double? XTo, double? Y, double? YTo);

/// <summary>How a shape is painted.</summary>
public enum ShapeKind
{
    /// <summary>A line through the points.</summary>
    Line,

    /// <summary>A line that is never dashed: the edge of an area.</summary>
    Edge,

    /// <summary>The points are the corners of a filled area.</summary>
    Area,

    /// <summary>A sign at each point.</summary>
    Markers,
}

/// <summary>What writers draw: points in base units and how to paint them.</summary>
public sealed record Shape(ShapeKind Kind, IReadOnlyList<DataPoint> Points);

/// <summary>Data in a panel. A kind of series says what shapes it is made of, so that writers draw every kind.</summary>
/// <param name="Label">Name in the legend; empty for none.</param>
/// <param name="Style">Index into <see cref="SeriesStyle.All"/>, taken around.</param>
public abstract record Series(string Label, int Style)
{
    /// <summary>What the key in the legend looks like.</summary>
    public abstract ShapeKind Key { get; }

    /// <summary>Whether there is a sign at each point, over what <see cref="Key"/> says.</summary>
    public virtual bool HasMarkers => Key == ShapeKind.Markers;

    /// <summary>Sign of its points.</summary>
    public virtual Marker Marker => SeriesStyle.Of(Style).Marker;

    /// <summary>Word for the kind, in the table behind the figure.</summary>
    public abstract string Kind { get; }

    /// <summary>The numbers.</summary>
    public abstract IEnumerable<DataRow> Rows { get; }

    /// <summary>Shapes from back to front.</summary>
    /// <param name="bottom">Lower end of the vertical axis.</param>
    /// <param name="top">Upper end of the vertical axis.</param>
    public abstract IEnumerable<Shape> Shapes(double bottom, double top);
}

/// <summary>Points joined by straight lines.</summary>
public sealed record LineSeries(string Label, int Style, IReadOnlyList<DataPoint> Points) : Series(Label, Style)
{
    /// <summary>Whether the points are marked.</summary>
    public bool IsMarked { get; init; }

    /// <inheritdoc/>
    public override ShapeKind Key => ShapeKind.Line;

    /// <inheritdoc/>
    public override bool HasMarkers => IsMarked;

    /// <inheritdoc/>
    public override string Kind => "line";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Points.Select(point => new DataRow(point.X, null, point.Y, null));

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top) =>
        IsMarked ? [new Shape(ShapeKind.Line, Points), new Shape(ShapeKind.Markers, Points)] : [new Shape(ShapeKind.Line, Points)];
}

/// <summary>Values that each hold until the next one begins, the last until <paramref name="End"/>.</summary>
public sealed record StepSeries(string Label, int Style, IReadOnlyList<DataPoint> Points, double End) : Series(Label, Style)
{
    /// <summary>Whether the space down to zero is filled.</summary>
    public bool IsFilled { get; init; }

    /// <inheritdoc/>
    public override ShapeKind Key => IsFilled ? ShapeKind.Area : ShapeKind.Line;

    /// <inheritdoc/>
    public override string Kind => "step";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Points.Select((point, n) => new DataRow(point.X, EndOf(n), point.Y, null));

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top)
    {
        List<DataPoint> corners = [];
        for (int n = 0; n < Points.Count; n++)
        {
            // A value that goes on needs no new corner.
            if (n == 0 || Points[n].Y != Points[n - 1].Y)
            {
                corners.Add(Points[n]);
            }

            if (n == Points.Count - 1 || Points[n + 1].Y != Points[n].Y)
            {
                corners.Add(Points[n] with { X = EndOf(n) });
            }
        }

        if (IsFilled && corners.Count > 0)
        {
            double ground = Math.Clamp(0, bottom, top);
            yield return new Shape(ShapeKind.Area, [new(corners[0].X, ground), .. corners, new(corners[^1].X, ground)]);
        }

        yield return new Shape(IsFilled ? ShapeKind.Edge : ShapeKind.Line, corners);
    }

    private double EndOf(int n) => n + 1 < Points.Count ? Points[n + 1].X : End;
}

/// <summary>The space between a lower and an upper curve.</summary>
public sealed record AreaSeries(string Label, int Style, IReadOnlyList<DataRange> Ranges) : Series(Label, Style)
{
    /// <inheritdoc/>
    public override ShapeKind Key => ShapeKind.Area;

    /// <inheritdoc/>
    public override string Kind => "area";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Ranges.Select(range => new DataRow(range.X, null, range.Low, range.High));

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top)
    {
        DataPoint[] low = [.. Ranges.Select(range => new DataPoint(range.X, range.Low))];
        DataPoint[] high = [.. Ranges.Select(range => new DataPoint(range.X, range.High))];
        return [new Shape(ShapeKind.Area, [.. high, .. low.Reverse()])];
    }
}

/// <summary>A bar at each place, from zero or from the top of another.</summary>
public sealed record BarSeries(string Label, int Style, IReadOnlyList<DataPoint> Points) : Series(Label, Style)
{
    /// <summary>Part of the distance between places that is not left empty.</summary>
    private const double GroupWidth = 0.76;

    /// <summary>Bars of other series at the same places.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>Which of them this is, from 0.</summary>
    public int GroupIndex { get; init; }

    /// <summary>Where each bar begins; none if all begin at zero.</summary>
    public IReadOnlyList<double> Bases { get; init; } = [];

    /// <inheritdoc/>
    public override ShapeKind Key => ShapeKind.Area;

    /// <inheritdoc/>
    public override string Kind => "bar";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Points.Select((point, n) => Bases.Count == 0 ? new DataRow(point.X, null, point.Y, null) : new DataRow(point.X, null, Bases[n], point.Y));

    /// <summary>Bars at 0, 1, 2, ... that stand on each other. What is nothing everywhere is left out.</summary>
    /// <param name="layers">From the ground up: name, style, and height at each place.</param>
    public static IReadOnlyList<BarSeries> Stack(IEnumerable<(string Label, int Style, IReadOnlyList<double> Heights)> layers)
    {
        List<BarSeries> stack = [];
        double[] tops = [];
        foreach ((string label, int style, IReadOnlyList<double> heights) in layers.Where(layer => layer.Heights.Any(height => height != 0)))
        {
            double[] bases = tops.Length == 0 ? new double[heights.Count] : tops;
            tops = [.. bases.Zip(heights, (ground, height) => ground + height)];

            // A bar of no height would still have an outline.
            int[] shown = [.. Enumerable.Range(0, heights.Count).Where(n => heights[n] != 0)];
            double[] reached = tops;
            stack.Add(new BarSeries(label, style, [.. shown.Select(n => new DataPoint(n, reached[n]))]) { Bases = [.. shown.Select(n => bases[n])] });
        }

        return stack;
    }

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top)
    {
        double width = GroupWidth / GroupSize;
        for (int n = 0; n < Points.Count; n++)
        {
            DataPoint point = Points[n];
            double left = point.X - (GroupWidth / 2) + (GroupIndex * width);
            double ground = Math.Clamp(Bases.Count == 0 ? 0 : Bases[n], bottom, top);
            DataPoint[] corners = [new(left, ground), new(left, point.Y), new(left + width, point.Y), new(left + width, ground)];
            yield return new Shape(ShapeKind.Area, corners);
            yield return new Shape(ShapeKind.Edge, [.. corners, corners[0]]);
        }
    }
}

/// <summary>Points on their own.</summary>
public sealed record ScatterSeries(string Label, int Style, IReadOnlyList<DataPoint> Points) : Series(Label, Style)
{
    /// <summary>Another sign than that of the style.</summary>
    public Marker? Sign { get; init; }

    /// <inheritdoc/>
    public override Marker Marker => Sign ?? base.Marker;

    /// <inheritdoc/>
    public override ShapeKind Key => ShapeKind.Markers;

    /// <inheritdoc/>
    public override string Kind => "scatter";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Points.Select(point => new DataRow(point.X, null, point.Y, null));

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top) => [new Shape(ShapeKind.Markers, Points)];
}

/// <summary>Spans of the horizontal axis, over the whole height: when something was so.</summary>
public sealed record BandSeries(string Label, int Style, IReadOnlyList<Interval> Intervals) : Series(Label, Style)
{
    /// <inheritdoc/>
    public override ShapeKind Key => ShapeKind.Area;

    /// <inheritdoc/>
    public override string Kind => "band";

    /// <inheritdoc/>
    public override IEnumerable<DataRow> Rows => Intervals.Select(interval => new DataRow(interval.From, interval.To, null, null));

    /// <inheritdoc/>
    public override IEnumerable<Shape> Shapes(double bottom, double top) => Intervals.Select(interval =>
        new Shape(ShapeKind.Area, [new(interval.From, bottom), new(interval.From, top), new(interval.To, top), new(interval.To, bottom)]));
}
