namespace FreeML.Sim.Cli.Figures;

/// <summary>Where text is fastened.</summary>
public enum TextAnchor
{
    /// <summary>At its left end.</summary>
    Start,

    /// <summary>In its middle.</summary>
    Middle,

    /// <summary>At its right end.</summary>
    End,
}

/// <summary>A line of text. Positions are in millimetres from the upper left corner; vertically they are the middle of the letters.</summary>
/// <param name="X">Where it is fastened.</param>
/// <param name="Y">Middle of the letters.</param>
/// <param name="Anchor">Which part of it is at X.</param>
/// <param name="Points">Size of the font.</param>
/// <param name="Text">What it says.</param>
/// <param name="IsUpright">Whether it reads from bottom to top.</param>
public sealed record PlacedText(double X, double Y, TextAnchor Anchor, double Points, string Text, bool IsUpright = false);

/// <summary>A key of the legend: its left end and middle, in millimetres.</summary>
public sealed record PlacedKey(double X, double Y, Series Series);

/// <summary>A panel in its place, in millimetres from the upper left corner.</summary>
public sealed record PlacedPanel(Panel Panel, double Top, double Height, AxisScale Scale)
{
    /// <summary>Height on the page of a value.</summary>
    public double Y(double value) => Top + (Height * (1 - Scale.Share(value)));
}

/// <summary>
/// Where everything in a figure goes, so that all writers agree: sizes in millimetres as printed, fonts as journals ask for (8 pt labels, 7 pt numbers).
/// All text is inside the figure: it is broken between words, and cut as a last resort.
/// </summary>
public sealed class FigureLayout
{
    /// <summary>Size of labels and legend, in points.</summary>
    public const double LabelPoints = 8;

    /// <summary>Size of numbers at ticks and of names of lines, in points.</summary>
    public const double TickPoints = 7;

    /// <summary>Length of a tick, in millimetres, outwards.</summary>
    public const double TickMm = 0.8;

    /// <summary>Width of a key in the legend, in millimetres.</summary>
    public const double KeyMm = 5.4;

    /// <summary>Height of the area of a key, in millimetres.</summary>
    public const double KeyHeightMm = 1.8;

    private const double TitlePoints = 9;
    private const double EdgeMm = 0.6;
    private const double GapMm = 1;
    private const double PanelGapMm = 3.2;
    private const double VerticalTickSpacingMm = 5.5;
    private const double HorizontalTickSpacingMm = 11;
    private const double LegendGapMm = 2.6;
    private const double StripLabelMm = 20;

    private readonly List<PlacedText> _texts = [];
    private readonly List<PlacedKey> _keys = [];
    private readonly List<PlacedPanel> _panels = [];

    private FigureLayout(Figure figure, AxisScale x, double left, double width)
    {
        Figure = figure;
        X = x;
        Left = left;
        Width = width;
    }

    /// <summary>What is laid out.</summary>
    public Figure Figure { get; }

    /// <summary>The shared axis.</summary>
    public AxisScale X { get; }

    /// <summary>Left edge of the panels.</summary>
    public double Left { get; }

    /// <summary>Width of the panels.</summary>
    public double Width { get; }

    /// <summary>Height of the figure.</summary>
    public double Height { get; private set; }

    /// <summary>The panels from top to bottom.</summary>
    public IReadOnlyList<PlacedPanel> Panels => _panels;

    /// <summary>All text but the numbers at ticks.</summary>
    public IReadOnlyList<PlacedText> Texts => _texts;

    /// <summary>Keys of the legends.</summary>
    public IReadOnlyList<PlacedKey> Keys => _keys;

    /// <summary>Lays a figure out.</summary>
    /// <exception cref="ArgumentException">It has no panel, or is too narrow to hold one.</exception>
    public static FigureLayout Of(Figure figure)
    {
        if (figure.Panels.Count == 0)
        {
            throw new ArgumentException("a figure has at least one panel", nameof(figure));
        }

        AxisScale[] scales = [.. figure.Panels.Select(VerticalScale)];
        IReadOnlyList<string>[] labels = [.. figure.Panels.Zip(scales, VerticalLabel)];

        double numbers = figure.Panels.Zip(scales, labels).Max(panel => panel.First.Y.IsStrip
            ? panel.Third.Select(line => TextMetrics.WidthMm(line, LabelPoints)).DefaultIfEmpty().Max() - LabelLines(labels, figure)
            : panel.Second.Ticks.Select(tick => TextMetrics.WidthMm(tick.Label, TickPoints)).DefaultIfEmpty().Max());
        double left = EdgeMm + LabelLines(labels, figure) + Math.Max(0, numbers) + GapMm + TickMm;
        double right = EdgeMm + Math.Max(
            TextMetrics.WidthMm("0000", TickPoints) / 2,
            figure.Panels.SelectMany(panel => panel.Thresholds).Select(line => GapMm + TextMetrics.WidthMm(TextMetrics.Clean(line.Label), TickPoints)).DefaultIfEmpty().Max());
        right = Math.Min(right, figure.WidthMm / 4);
        double width = figure.WidthMm - left - right;
        if (!(width >= 10))
        {
            throw new ArgumentException($"a figure of {figure.WidthMm} mm leaves no space for its panels", nameof(figure));
        }

        FigureLayout layout = new(figure, HorizontalScale(figure, width), left, width);
        double y = layout.PlaceTitle();
        for (int n = 0; n < figure.Panels.Count; n++)
        {
            y = layout.PlacePanel(figure.Panels[n], scales[n], labels[n], y);
        }

        layout.PlaceHorizontalLabel(y - PanelGapMm);
        return layout;
    }

    /// <summary>Horizontal place on the page of a value.</summary>
    public double XMm(double value) => Left + (Width * X.Share(value));

    /// <summary>Height of a line of text, in millimetres.</summary>
    public static double LineMm(double points) => points * TextMetrics.MmPerPoint * TextMetrics.LineHeight;

    /// <summary>The lines of a horizontal tick's name; names of categories are broken. Widths are generous, so that one may be a little wider than its place.</summary>
    public IReadOnlyList<string> TickLines(Tick tick) => Figure.X.Categories.Count == 0
        ? [tick.Label]
        : TextMetrics.Wrap(TextMetrics.Clean(tick.Label), TickPoints, (Width / Figure.X.Categories.Count) + (GapMm / 2), 2);

    private static double LabelLines(IReadOnlyList<string>[] labels, Figure figure) =>
        labels.Zip(figure.Panels).Where(pair => !pair.Second.Y.IsStrip).Select(pair => pair.First.Count * LineMm(LabelPoints)).DefaultIfEmpty().Max();

    private static string WithUnit(Axis axis, AxisScale scale)
    {
        string label = TextMetrics.Clean(axis.Label);
        return scale.Unit.Length == 0 || axis.IsStrip ? label : $"{label} ({scale.Unit})";
    }

    private static IReadOnlyList<string> VerticalLabel(Panel panel, AxisScale scale) =>
        TextMetrics.Wrap(WithUnit(panel.Y, scale), LabelPoints, panel.Y.IsStrip ? StripLabelMm : panel.HeightMm + PanelGapMm - GapMm, !panel.Y.IsStrip ? 3 : panel.HeightMm < 2 * LineMm(LabelPoints) ? 1 : 2);

    private static AxisScale VerticalScale(Panel panel)
    {
        IEnumerable<double> values = panel.Series.SelectMany(series => series.Rows).SelectMany(row => new[] { row.Y, row.YTo }).OfType<double>();
        if (panel.Series.Any(series => series.Key == ShapeKind.Area && series is not (AreaSeries or BandSeries)))
        {
            values = values.Append(0);
        }

        (double low, double high) = Range(values.Concat(panel.Thresholds.Select(line => line.Value)));
        return AxisScale.For(panel.Y, low, high, (int)(panel.HeightMm / VerticalTickSpacingMm), isPadded: true);
    }

    private static AxisScale HorizontalScale(Figure figure, double width)
    {
        (double low, double high) = Range(figure.Panels.SelectMany(panel => panel.Series).SelectMany(series => series.Rows).SelectMany(row => new[] { row.X, row.XTo ?? row.X }));
        return AxisScale.For(figure.X, low, high, (int)(width / HorizontalTickSpacingMm), isPadded: figure.Panels.Any(panel => panel.Series.Any(series => series.HasMarkers)));
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return (low, high);
    }

    private double PlaceTitle()
    {
        double y = EdgeMm;
        foreach (string line in TextMetrics.Wrap(TextMetrics.Clean(Figure.Title), TitlePoints, Figure.WidthMm - (2 * EdgeMm), 2))
        {
            _texts.Add(new PlacedText(Figure.WidthMm / 2, y + (LineMm(TitlePoints) / 2), TextAnchor.Middle, TitlePoints, line));
            y += LineMm(TitlePoints);
        }

        return y + GapMm;
    }

    private double PlacePanel(Panel panel, AxisScale scale, IReadOnlyList<string> label, double y)
    {
        y = PlaceLegend(panel, y);
        PlacedPanel placed = new(panel, y, panel.HeightMm, scale);
        _panels.Add(placed);
        double middle = y + (panel.HeightMm / 2);
        for (int n = 0; n < label.Count; n++)
        {
            _texts.Add(panel.Y.IsStrip
                ? new PlacedText(Left - GapMm, middle + ((n - ((label.Count - 1) / 2.0)) * LineMm(LabelPoints)), TextAnchor.End, LabelPoints, label[n])
                : new PlacedText(EdgeMm + ((n + 0.5) * LineMm(LabelPoints)), Within(middle, TextMetrics.WidthMm(label[n], LabelPoints)), TextAnchor.Middle, LabelPoints, label[n], IsUpright: true));
        }

        PlaceThresholds(placed);
        foreach (Note note in panel.Notes)
        {
            double x = XMm(note.X);
            bool isLeft = x < Left + (Width / 2);
            string text = TextMetrics.Cut(TextMetrics.Clean(note.Text), TickPoints, isLeft ? Left + Width - x : x - Left);
            _texts.Add(new PlacedText(x, Math.Clamp(placed.Y(note.Y), y + 1.5, y + panel.HeightMm - 1.5), isLeft ? TextAnchor.Start : TextAnchor.End, TickPoints, text));
        }

        return y + panel.HeightMm + PanelGapMm;
    }

    /// <summary>A label longer than its panel is high must not leave the figure at the top.</summary>
    private static double Within(double middle, double length) => Math.Max(middle, EdgeMm + (length / 2));

    private double PlaceLegend(Panel panel, double y)
    {
        Series[] named = [.. panel.Series.Where(series => series.Label.Length > 0)];
        if (named.Length == 0)
        {
            return y;
        }

        double x = Left;
        double row = LineMm(LabelPoints);
        double middle = y + (row / 2);
        foreach (Series series in named)
        {
            string text = TextMetrics.Cut(TextMetrics.Clean(series.Label), LabelPoints, Width - KeyMm - GapMm);
            double needed = KeyMm + GapMm + TextMetrics.WidthMm(text, LabelPoints);
            if (x > Left && x + needed > Left + Width)
            {
                x = Left;
                middle += row;
            }

            _keys.Add(new PlacedKey(x, middle, series));
            _texts.Add(new PlacedText(x + KeyMm + GapMm, middle, TextAnchor.Start, LabelPoints, text));
            x += needed + LegendGapMm;
        }

        return middle + (row / 2) + GapMm;
    }

    /// <summary>Names at the right edge, moved apart where lines are close.</summary>
    private void PlaceThresholds(PlacedPanel placed)
    {
        double height = LineMm(TickPoints);
        double x = Left + Width + GapMm;
        double[] middles = [.. placed.Panel.Thresholds.Select(line => placed.Y(line.Value))];
        int[] order = [.. Enumerable.Range(0, middles.Length).OrderBy(n => middles[n])];
        for (int pass = 0; pass < order.Length; pass++)
        {
            for (int n = 1; n < order.Length; n++)
            {
                double overlap = height - (middles[order[n]] - middles[order[n - 1]]);
                if (overlap > 0)
                {
                    middles[order[n - 1]] -= overlap / 2;
                    middles[order[n]] += overlap / 2;
                }
            }
        }

        for (int n = 0; n < middles.Length; n++)
        {
            string text = TextMetrics.Cut(TextMetrics.Clean(placed.Panel.Thresholds[n].Label), TickPoints, Figure.WidthMm - EdgeMm - x);
            _texts.Add(new PlacedText(x, middles[n], TextAnchor.Start, TickPoints, text));
        }
    }

    private void PlaceHorizontalLabel(double bottom)
    {
        double y = bottom + TickMm + GapMm + (X.Ticks.Select(tick => TickLines(tick).Count).DefaultIfEmpty().Max() * LineMm(TickPoints));
        foreach (string line in TextMetrics.Wrap(WithUnit(Figure.X, X), LabelPoints, Figure.WidthMm - (2 * EdgeMm), 2))
        {
            double half = TextMetrics.WidthMm(line, LabelPoints) / 2;
            double x = Math.Clamp(Left + (Width / 2), EdgeMm + half, Figure.WidthMm - EdgeMm - half);
            _texts.Add(new PlacedText(x, y + (LineMm(LabelPoints) / 2), TextAnchor.Middle, LabelPoints, line));
            y += LineMm(LabelPoints);
        }

        Height = y + EdgeMm;
    }
}
