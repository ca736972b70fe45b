using System.Globalization;
using System.Text;
using System.Xml;

namespace FreeML.Sim.Cli.Figures;

/// <summary>Scalable Vector Graphics 1.1: one unit is a millimetre, text stays text.</summary>
public sealed class SvgWriter : IFigureWriter
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const string Ink = "#000000";
    private const string GridInk = "#dddddd";
    private const string ThresholdInk = "#555555";
    private const double FrameMm = 0.18;
    private const double GridMm = 0.12;

    /// <summary>From the middle of the letters to the line they stand on, in heights of the font.</summary>
    private const double BaselineShift = 0.36;

    /// <summary>What names within the picture begin with, so that several can stand in one page.</summary>
    public string IdPrefix { get; init; } = "";

    /// <inheritdoc/>
    public string Extension => "svg";

    /// <inheritdoc/>
    public void Write(FigureLayout layout, TextWriter output)
    {
        XmlWriterSettings settings = new() { Indent = true, IndentChars = " ", NewLineChars = "\n", OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false) };
        using (XmlWriter xml = XmlWriter.Create(output, settings))
        {
            xml.WriteStartElement("svg", Namespace);
            Attributes(xml, ("width", Mm(layout.Figure.WidthMm) + "mm"), ("height", Mm(layout.Height) + "mm"), ("viewBox", $"0 0 {Mm(layout.Figure.WidthMm)} {Mm(layout.Height)}"),
                ("font-family", "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif"));
            if (layout.Figure.Title.Length > 0)
            {
                xml.WriteElementString("title", Namespace, TextMetrics.Clean(layout.Figure.Title));
            }

            Element(xml, "rect", ("width", "100%"), ("height", "100%"), ("fill", "#ffffff"));
            WriteHatches(xml, layout);
            for (int n = 0; n < layout.Panels.Count; n++)
            {
                WritePanel(xml, layout, n);
            }

            foreach (PlacedKey key in layout.Keys)
            {
                WriteKey(xml, key);
            }

            foreach (PlacedText text in layout.Texts)
            {
                Text(xml, text, "label");
            }

            xml.WriteEndElement();
        }

        output.Write('\n');
    }

    /// <summary>A tile for each hatch that is used: lines from corner to corner, and what of its neighbours' lines reaches in.</summary>
    private void WriteHatches(XmlWriter xml, FigureLayout layout)
    {
        const double D = SeriesStyle.HatchMm;
        string rising = $"M0 {Mm(D)}L{Mm(D)} 0M{Mm(-D / 4)} {Mm(D / 4)}L{Mm(D / 4)} {Mm(-D / 4)}M{Mm(D * 3 / 4)} {Mm(D * 5 / 4)}L{Mm(D * 5 / 4)} {Mm(D * 3 / 4)}";
        string falling = $"M0 0L{Mm(D)} {Mm(D)}M{Mm(-D / 4)} {Mm(D * 3 / 4)}L{Mm(D / 4)} {Mm(D * 5 / 4)}M{Mm(D * 3 / 4)} {Mm(-D / 4)}L{Mm(D * 5 / 4)} {Mm(D / 4)}";
        foreach (int index in layout.Figure.Panels.SelectMany(panel => panel.Series).Where(series => series.Key == ShapeKind.Area).Select(series => series.Style).Distinct().Order())
        {
            SeriesStyle style = SeriesStyle.Of(index);
            string lines = style.Hatch switch
            {
                Hatch.Rising => rising,
                Hatch.Falling => falling,
                Hatch.Crossed => rising + falling,
                _ => "",
            };
            if (lines.Length > 0)
            {
                xml.WriteStartElement("pattern", Namespace);
                Attributes(xml, ("id", HatchId(index)), ("width", Mm(D)), ("height", Mm(D)), ("patternUnits", "userSpaceOnUse"));
                Element(xml, "path", ("d", lines), ("fill", "none"), ("stroke", Colour((style.Red, style.Green, style.Blue))), ("stroke-width", Mm(SeriesStyle.HatchLineMm)));
                xml.WriteEndElement();
            }
        }
    }

    private string HatchId(int style) => string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}hatch{style}");

    private void WritePanel(XmlWriter xml, FigureLayout layout, int index)
    {
        PlacedPanel placed = layout.Panels[index];
        string clip = string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}panel{index}");
        (string, string)[] box = [("x", Mm(layout.Left)), ("y", Mm(placed.Top)), ("width", Mm(layout.Width)), ("height", Mm(placed.Height))];
        xml.WriteStartElement("clipPath", Namespace);
        Attributes(xml, ("id", clip));
        Element(xml, "rect", box);
        xml.WriteEndElement();

        foreach (Tick tick in placed.Scale.Ticks)
        {
            Line(xml, layout.Left, placed.Y(tick.Value), layout.Left + layout.Width, placed.Y(tick.Value), GridInk, GridMm);
        }

        xml.WriteStartElement("g", Namespace);
        Attributes(xml, ("clip-path", $"url(#{clip})"));
        foreach (Series series in placed.Panel.Series)
        {
            foreach (Shape shape in series.Shapes(placed.Scale.Minimum, placed.Scale.Maximum))
            {
                Draw(xml, shape.Kind, [.. shape.Points.Select(point => (layout.XMm(point.X), placed.Y(point.Y)))], series);
            }
        }

        foreach (Threshold line in placed.Panel.Thresholds)
        {
            Element(xml, "path", ("d", $"M{Mm(layout.Left)} {Mm(placed.Y(line.Value))}H{Mm(layout.Left + layout.Width)}"), ("stroke", ThresholdInk), ("stroke-width", Mm(FrameMm)), ("stroke-dasharray", "1.2 0.8"));
        }

        xml.WriteEndElement();

        Element(xml, "rect", [.. box, ("fill", "none"), ("stroke", Ink), ("stroke-width", Mm(FrameMm))]);
        foreach (Tick tick in placed.Scale.Ticks)
        {
            Line(xml, layout.Left - FigureLayout.TickMm, placed.Y(tick.Value), layout.Left, placed.Y(tick.Value), Ink, FrameMm);
            Text(xml, new PlacedText(layout.Left - FigureLayout.TickMm - 0.6, placed.Y(tick.Value), TextAnchor.End, FigureLayout.TickPoints, tick.Label), "y-tick");
        }

        double bottom = placed.Top + placed.Height;
        bool isLast = index == layout.Panels.Count - 1;
        foreach (Tick tick in layout.X.Ticks)
        {
            double x = layout.XMm(tick.Value);
            Line(xml, x, bottom, x, bottom + FigureLayout.TickMm, Ink, FrameMm);
            IReadOnlyList<string> lines = isLast ? layout.TickLines(tick) : [];
            for (int n = 0; n < lines.Count; n++)
            {
                double y = bottom + FigureLayout.TickMm + 0.4 + ((n + 0.5) * FigureLayout.LineMm(FigureLayout.TickPoints));
                Text(xml, new PlacedText(x, y, TextAnchor.Middle, FigureLayout.TickPoints, lines[n]), "x-tick");
            }
        }
    }

    private void WriteKey(XmlWriter xml, PlacedKey key)
    {
        double half = FigureLayout.KeyHeightMm / 2;
        double right = key.X + FigureLayout.KeyMm;
        (double, double)[] points = key.Series.Key switch
        {
            ShapeKind.Line or ShapeKind.Edge => [(key.X, key.Y), (right, key.Y)],
            ShapeKind.Area => [(key.X, key.Y - half), (right, key.Y - half), (right, key.Y + half), (key.X, key.Y + half)],
            _ => [],
        };
        Draw(xml, key.Series.Key, points, key.Series);
        if (key.Series.HasMarkers)
        {
            Draw(xml, ShapeKind.Markers, [((key.X + right) / 2, key.Y)], key.Series);
        }
    }

    private void Draw(XmlWriter xml, ShapeKind kind, (double X, double Y)[] points, Series series)
    {
        if (points.Length == 0)
        {
            return;
        }

        SeriesStyle style = SeriesStyle.Of(series.Style);
        string stroke = Colour((style.Red, style.Green, style.Blue));
        switch (kind)
        {
            case ShapeKind.Area:
                Element(xml, "path", ("d", Path(points) + "Z"), ("fill", Colour(style.Fill)), ("stroke", stroke), ("stroke-width", Mm(SeriesStyle.AreaOutlineMm)), ("stroke-linejoin", "round"));
                if (style.Hatch != Hatch.None)
                {
                    Element(xml, "path", ("d", Path(points) + "Z"), ("fill", $"url(#{HatchId(series.Style)})"));
                }

                break;
            case ShapeKind.Line or ShapeKind.Edge:
                (string, string)[] dash = kind == ShapeKind.Edge || style.DashMm.Count == 0 ? [] : [("stroke-dasharray", string.Join(' ', style.DashMm.Select(Mm)))];
                Element(xml, "path", [("d", Path(points)), ("fill", "none"), ("stroke", stroke), ("stroke-width", Mm(SeriesStyle.LineMm)), ("stroke-linejoin", "round"), .. dash]);
                break;
            default:
                string inside = series.Marker switch
                {
                    Marker.Cross => "none",
                    Marker.Diamond => "#ffffff",
                    _ => stroke,
                };
                Element(xml, "path", ("d", string.Concat(points.Select(point => MarkerPath(series.Marker, point.X, point.Y)))), ("fill", inside), ("stroke", stroke), ("stroke-width", Mm(SeriesStyle.LineMm / 2)));
                break;
        }
    }

    private static string MarkerPath(Marker marker, double x, double y)
    {
        const double Size = SeriesStyle.MarkerMm;
        const double Long = SeriesStyle.DiamondMm;
        string d = Mm(2 * Size);
        return marker switch
        {
            Marker.Circle => $"M{Mm(x - Size)} {Mm(y)}a{Mm(Size)} {Mm(Size)} 0 1 0 {d} 0a{Mm(Size)} {Mm(Size)} 0 1 0 -{d} 0Z",
            Marker.Square => $"M{Mm(x - Size)} {Mm(y - Size)}h{d}v{d}h-{d}Z",
            Marker.Triangle => $"M{Mm(x)} {Mm(y - Size)}L{Mm(x + Size)} {Mm(y + Size)}H{Mm(x - Size)}Z",
            Marker.Diamond => $"M{Mm(x)} {Mm(y - Long)}L{Mm(x + Long)} {Mm(y)}L{Mm(x)} {Mm(y + Long)}L{Mm(x - Long)} {Mm(y)}Z",
            _ => $"M{Mm(x - Size)} {Mm(y - Size)}l{d} {d}m0 -{d}l-{d} {d}",
        };
    }

    private static string Path((double X, double Y)[] points)
    {
        StringBuilder path = new();
        foreach ((double x, double y) in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Mm(x)).Append(' ').Append(Mm(y));
        }

        return path.ToString();
    }

    private static void Line(XmlWriter xml, double x1, double y1, double x2, double y2, string ink, double width) =>
        Element(xml, "path", ("d", Path([(x1, y1), (x2, y2)])), ("stroke", ink), ("stroke-width", Mm(width)));

    private static void Text(XmlWriter xml, PlacedText text, string role)
    {
        double size = text.Points * TextMetrics.MmPerPoint;
        double shift = size * BaselineShift;
        (double x, double y) = text.IsUpright ? (text.X + shift, text.Y) : (text.X, text.Y + shift);
        string anchor = text.Anchor switch
        {
            TextAnchor.Start => "start",
            TextAnchor.Middle => "middle",
            _ => "end",
        };
        xml.WriteStartElement("text", Namespace);
        Attributes(xml, ("class", role), ("x", Mm(x)), ("y", Mm(y)), ("font-size", Mm(size)), ("text-anchor", anchor));
        if (text.IsUpright)
        {
            Attributes(xml, ("transform", $"rotate(-90 {Mm(x)} {Mm(y)})"));
        }

        // Only a number has a minus sign; names have hyphens.
        bool isNumber = role != "label" && double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        xml.WriteString(isNumber ? text.Text.Replace('-', '\u2212') : text.Text);
        xml.WriteEndElement();
    }

    private static void Element(XmlWriter xml, string name, params (string Name, string Value)[] attributes)
    {
        xml.WriteStartElement(name, Namespace);
        Attributes(xml, attributes);
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params (string Name, string Value)[] attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            xml.WriteAttributeString(name, value);
        }
    }

    private static string Colour((byte Red, byte Green, byte Blue) colour) => string.Create(CultureInfo.InvariantCulture, $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}");

    /// <summary>Millimetres to a thousandth, which is finer than any printer.</summary>
    private static string Mm(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
