using System.Globalization;
using System.Text;

namespace FreeML.Sim.Cli.Figures;

/// <summary>
/// LaTeX with PGFPlots, data included. The file is a document of its own, as large as the figure; put into a paper with <c>\input</c>
/// it is a picture in the paper's fonts, and needs <c>\usepackage{pgfplots}</c> there; its first lines say if it needs more.
/// </summary>
public sealed class PgfPlotsWriter : IFigureWriter
{
    private const string Accents = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ";

    /// <summary>Millimetres of a TeX point.</summary>
    private const double MmPerTexPoint = 25.4 / 72.27;

    /// <summary>What characters become; others of ASCII stay, and what is in neither place becomes a question mark, as TeX's fonts may not have it.</summary>
    private static readonly Dictionary<char, string> Escapes = new()
    {
        ['\\'] = @"\textbackslash{}", ['{'] = @"\{", ['}'] = @"\}", ['$'] = @"\$", ['&'] = @"\&", ['#'] = @"\#", ['%'] = @"\%", ['_'] = @"\_",
        ['~'] = @"\textasciitilde{}", ['^'] = @"\textasciicircum{}", ['<'] = @"\textless{}", ['>'] = @"\textgreater{}", ['|'] = @"\textbar{}", ['"'] = "''",
        // Keeps ligatures and accents of TeX away from them.
        ['`'] = "`{}", ['\''] = "'{}", ['-'] = "-{}",
        ['µ'] = @"$\mu$", ['μ'] = @"$\mu$", ['Ω'] = @"$\Omega$", ['°'] = @"$^\circ$", ['²'] = "$^2$", ['³'] = "$^3$", ['±'] = @"$\pm$", ['×'] = @"$\times$", ['·'] = @"$\cdot$",
        ['−'] = "$-$", ['–'] = "--", ['—'] = "---", ['…'] = @"\ldots{}", ['≤'] = @"$\le$", ['≥'] = @"$\ge$", ['√'] = @"$\surd$", ['η'] = @"$\eta$",
    };

    /// <inheritdoc/>
    public string Extension => "tex";

    /// <inheritdoc/>
    public void Write(FigureLayout layout, TextWriter output)
    {
        string width = Mm(layout.Figure.WidthMm);
        string height = Mm(layout.Height);
        bool hasHatches = layout.Figure.Panels.SelectMany(panel => panel.Series).Any(series => SeriesStyle.Of(series.Style).Hatch != Hatch.None);
        string library = hasHatches ? @"\usetikzlibrary{patterns}" : "";
        output.Write($$$"""
            % {{{Escape(TextMetrics.Clean(layout.Figure.Title))}}}
            % A document of its own; or \input it where \usepackage{pgfplots}{{{library}}} has been said.
            \ifdefined\pgfplotsset
              \def\figureend{}%
            \else
              \documentclass{article}
              \usepackage[paperwidth={{{width}}}mm,paperheight={{{height}}}mm,margin=0mm]{geometry}
              \usepackage[utf8]{inputenc}
              \usepackage{pgfplots}{{{library}}}
              \pgfplotsset{compat=1.17}
              \pagestyle{empty}
              \setlength{\parindent}{0pt}
              \setlength{\topskip}{0pt}
              \def\figureend{\end{document}}%
              \begin{document}
            \fi
            \begin{tikzpicture}[x=1mm,y=1mm]
            \useasboundingbox (0,0) rectangle ({{{width}}},{{{height}}});

            """.ReplaceLineEndings("\n"));
        WriteStyles(layout, output);
        for (int n = 0; n < layout.Panels.Count; n++)
        {
            WritePanel(layout, n, output);
        }

        foreach (PlacedKey key in layout.Keys)
        {
            WriteKey(layout, key, output);
        }

        foreach (PlacedText text in layout.Texts)
        {
            string anchor = text.Anchor switch
            {
                TextAnchor.Start => "west",
                TextAnchor.Middle => "center",
                _ => "east",
            };

            // Every line as if it had letters above and below, so that lines beside each other stand level.
            output.WriteLine($@"\node[anchor={anchor},inner sep=0pt,{(text.IsUpright ? "rotate=90," : "")}font={Font(text.Points)}] at ({Mm(text.X)},{Mm(layout.Height - text.Y)}) {{\strut {Escape(text.Text)}}};");
        }

        output.WriteLine(@"\end{tikzpicture}%");
        output.WriteLine(@"\figureend");
    }

    /// <summary>Text that TeX sets as it is, whatever it contains.</summary>
    internal static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            char letter = rune.IsBmp ? (char)rune.Value : '\0';
            escaped.Append(
                Escapes.TryGetValue(letter, out string? escape) ? escape
                : letter is >= ' ' and <= '~' || (letter != '\0' && Accents.Contains(letter, StringComparison.Ordinal)) ? letter.ToString()
                : "?");
        }

        return escaped.ToString();
    }

    private static void WriteStyles(FigureLayout layout, TextWriter output)
    {
        foreach (int index in layout.Figure.Panels.SelectMany(panel => panel.Series).Select(series => series.Style).Distinct().Order())
        {
            SeriesStyle style = SeriesStyle.Of(index);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $@"\definecolor{{series{index}}}{{RGB}}{{{style.Red},{style.Green},{style.Blue}}}"));
            string dash = string.Concat(style.DashMm.Select((length, n) => $"{(n % 2 == 0 ? " on" : " off")} {Mm(length)}mm"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $@"\tikzset{{series{index} line/.style={{draw=series{index},line width={Mm(SeriesStyle.LineMm)}mm,line join=round{(dash.Length > 0 ? ",dash pattern=" + dash.TrimStart() : "")}}},"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $@"  series{index} area/.style={{draw=series{index},line width={Mm(SeriesStyle.AreaOutlineMm)}mm,line join=round,fill=series{index}!{style.FillPercent}!white{HatchOptions(index)}}}}}"));
        }
    }

    private static string HatchOptions(int index) => SeriesStyle.Of(index).Hatch switch
    {
        Hatch.Rising => string.Create(CultureInfo.InvariantCulture, $",postaction={{pattern=north east lines,pattern color=series{index}}}"),
        Hatch.Falling => string.Create(CultureInfo.InvariantCulture, $",postaction={{pattern=north west lines,pattern color=series{index}}}"),
        Hatch.Crossed => string.Create(CultureInfo.InvariantCulture, $",postaction={{pattern=crosshatch,pattern color=series{index}}}"),
        _ => "",
    };

    private static void WritePanel(FigureLayout layout, int index, TextWriter output)
    {
        PlacedPanel placed = layout.Panels[index];
        AxisScale x = layout.X;
        AxisScale y = placed.Scale;
        bool isLast = index == layout.Panels.Count - 1;
        string names = !isLast ? "" : string.Join(',', x.Ticks.Select(tick => "{" + string.Join(@"\\", layout.TickLines(tick).Select(Name)) + "}"));
        output.WriteLine($@"\begin{{axis}}[at={{({Mm(layout.Left)}mm,{Mm(layout.Height - placed.Top - placed.Height)}mm)}},anchor=south west,scale only axis,width={Mm(layout.Width)}mm,height={Mm(placed.Height)}mm,");
        output.WriteLine($"  {(x.IsLogarithmic ? "xmode=log,xminorticks=false," : "")}{(y.IsLogarithmic ? "ymode=log,yminorticks=false," : "")}xmin={Number(x.Minimum * x.Factor)},xmax={Number(x.Maximum * x.Factor)},ymin={Number(y.Minimum * y.Factor)},ymax={Number(y.Maximum * y.Factor)},");
        output.WriteLine($"  xtick={{{Places(x)}}},xticklabels={{{names}}},");
        output.WriteLine($"  ytick={{{Places(y)}}},yticklabels={{{string.Join(',', y.Ticks.Select(tick => $"{{{Name(tick.Label)}}}"))}}},");
        output.WriteLine($"  scaled ticks=false,tick align=outside,tick pos=lower,tick style={{black,line width=0.18mm}},major tick length={Mm(FigureLayout.TickMm)}mm,axis line style={{line width=0.18mm}},");
        output.WriteLine($"  ymajorgrids,grid style={{black!13,line width=0.12mm}},tick label style={{font={Font(FigureLayout.TickPoints)},align=center,inner xsep=0.6mm,inner ysep=0.4mm}},axis on top=false,clip mode=individual]");
        foreach (Series series in placed.Panel.Series)
        {
            foreach (Shape shape in series.Shapes(y.Minimum, y.Maximum).Where(shape => shape.Points.Count > 0))
            {
                string options = shape.Kind switch
                {
                    ShapeKind.Line => $"series{series.Style} line",
                    ShapeKind.Edge => $"series{series.Style} line,solid",
                    ShapeKind.Area => $"series{series.Style} area",
                    _ => $"only marks,{MarkerOptions(series)}",
                };
                output.WriteLine($@"\addplot[{options},forget plot] coordinates {{");
                foreach (DataPoint[] line in shape.Points.Chunk(8))
                {
                    output.WriteLine("  " + string.Join(' ', line.Select(point => $"({Number(point.X * x.Factor)},{Number(point.Y * y.Factor)})")));
                }

                output.WriteLine(shape.Kind == ShapeKind.Area ? "} -- cycle;" : "};");
            }
        }

        foreach (Threshold line in placed.Panel.Thresholds)
        {
            string value = Number(line.Value * y.Factor);
            output.WriteLine($@"\draw[black!67,line width=0.18mm,dash pattern=on 1.2mm off 0.8mm] (axis cs:{Number(x.Minimum * x.Factor)},{value}) -- (axis cs:{Number(x.Maximum * x.Factor)},{value});");
        }

        output.WriteLine(@"\end{axis}");

        // Without places, PGFPlots would choose its own.
        static string Places(AxisScale scale) => scale.Ticks.Count == 0 ? @"\empty" : string.Join(',', scale.Ticks.Select(tick => Number(tick.Value * scale.Factor)));

        static string Name(string label) => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? label.Replace("-", "$-$", StringComparison.Ordinal) : Escape(label);
    }

    private static void WriteKey(FigureLayout layout, PlacedKey key, TextWriter output)
    {
        double y = layout.Height - key.Y;
        double half = FigureLayout.KeyHeightMm / 2;
        double right = key.X + FigureLayout.KeyMm;
        int style = key.Series.Style;
        if (key.Series.Key is not ShapeKind.Markers)
        {
            output.WriteLine(key.Series.Key is ShapeKind.Area
                ? $@"\draw[series{style} area] ({Mm(key.X)},{Mm(y - half)}) rectangle ({Mm(right)},{Mm(y + half)});"
                : $@"\draw[series{style} line] ({Mm(key.X)},{Mm(y)}) -- ({Mm(right)},{Mm(y)});");
        }

        if (key.Series.HasMarkers)
        {
            output.WriteLine($@"\path plot[{MarkerOptions(key.Series)}] coordinates {{({Mm((key.X + right) / 2)},{Mm(y)})}};");
        }
    }

    private static string MarkerOptions(Series series)
    {
        int index = series.Style;
        string mark = series.Marker switch
        {
            Marker.Circle => "*",
            Marker.Square => "square*",
            Marker.Triangle => "triangle*",
            Marker.Diamond => "diamond*",
            _ => "x",
        };
        bool isDiamond = series.Marker == Marker.Diamond;
        return $"mark={mark},mark size={Mm(isDiamond ? SeriesStyle.DiamondMm : SeriesStyle.MarkerMm)}mm,mark options={{solid,draw=series{index},fill={(isDiamond ? "white" : $"series{index}")}}}";
    }

    /// <summary>A size in the points that designers mean, as TeX's are a little smaller.</summary>
    private static string Font(double points)
    {
        double size = points * TextMetrics.MmPerPoint / MmPerTexPoint;
        return $@"\fontsize{{{Mm(size)}}}{{{Mm(size * TextMetrics.LineHeight)}}}\selectfont";
    }

    /// <summary>TeX's own numbers have five digits after the point; seven places are more than the drawing needs.</summary>
    private static string Number(double value) => value.ToString("G7", CultureInfo.InvariantCulture);

    private static string Mm(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
