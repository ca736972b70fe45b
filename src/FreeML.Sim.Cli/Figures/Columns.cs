namespace FreeML.Sim.Cli.Figures;

/// <summary>
/// Brings data of any length down to what paper can show: columns of equal width from 0 to the end. Extremes, integrals and shares of time stay exact.
/// </summary>
public sealed class Columns
{
    /// <summary>Columns in a millimetre of paper: each is a little narrower than the thinnest line in a figure.</summary>
    private const double PerMm = 4;

    private readonly double _endSeconds;

    /// <summary>Columns for a figure.</summary>
    /// <param name="widthMm">Width of the figure.</param>
    /// <param name="endSeconds">Where the last column ends; positive.</param>
    public Columns(double widthMm, double endSeconds)
    {
        Count = Math.Max(1, (int)(widthMm * PerMm));
        _endSeconds = endSeconds;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>Where a column begins.</summary>
    public double Start(int column) => _endSeconds * column / Count;

    /// <summary>Lowest and highest value of straight lines through points, in each column; the points in order.</summary>
    public IReadOnlyList<DataRange> Envelope(IReadOnlyList<DataPoint> points)
    {
        DataRange[] ranges = [.. Enumerable.Range(0, Count).Select(n => new DataRange(Start(n) + (_endSeconds / Count / 2), double.PositiveInfinity, double.NegativeInfinity))];
        for (int n = 0; n < points.Count; n++)
        {
            DataPoint to = points[n];
            DataPoint from = n > 0 ? points[n - 1] : to;
            int last = ColumnOf(to.X);
            for (int column = ColumnOf(from.X); column <= last; column++)
            {
                Include(column, Between(from, to, Math.Clamp(Start(column), from.X, to.X)));
                Include(column, Between(from, to, Math.Clamp(Start(column + 1), from.X, to.X)));
            }
        }

        return [.. ranges.Where(range => range.High >= range.Low)];

        void Include(int column, double value) =>
            ranges[column] = ranges[column] with { Low = Math.Min(ranges[column].Low, value), High = Math.Max(ranges[column].High, value) };
    }

    /// <summary>Means over each column of values that hold over spans of time; where there is none it is 0.</summary>
    public IReadOnlyList<DataPoint> Means(IEnumerable<(Interval Span, double Value)> spans)
    {
        double[] integrals = new double[Count];
        foreach ((Interval span, double value) in spans)
        {
            int last = ColumnOf(span.To);
            for (int column = ColumnOf(span.From); column <= last; column++)
            {
                integrals[column] += value * Math.Max(0, Math.Min(span.To, Start(column + 1)) - Math.Max(span.From, Start(column)));
            }
        }

        return [.. integrals.Select((integral, n) => new DataPoint(Start(n), integral / (Start(n + 1) - Start(n))))];
    }

    private static double Between(DataPoint from, DataPoint to, double x) =>
        x <= from.X ? from.Y : x >= to.X ? to.Y : from.Y + ((to.Y - from.Y) * (x - from.X) / (to.X - from.X));

    private int ColumnOf(double x) => Math.Clamp((int)Math.Min(x / _endSeconds * Count, Count), 0, Count - 1);
}
