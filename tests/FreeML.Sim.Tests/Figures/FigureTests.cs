using System.Globalization;
using System.Xml.Linq;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Msp430;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Figures;

public sealed class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => [.. Examples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_figure_can_be_saved_and_is_the_same_bytes_each_time(string name)
    {
        using ScratchDirectory scratch = new();
        string[] expected = [$"{name}.svg", $"{name}.tex", $"{name}.csv"];
        Assert.Equal(expected, FigureFiles.Save(Examples.All[name](), scratch["one"], name));
        FigureFiles.Save(Examples.All[name](), scratch["two"], name);
        Assert.Equal(3, Directory.GetFiles(scratch["one"]).Length);
        foreach (string file in expected)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(scratch["one"], file));
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(scratch["two"], file)));
            Assert.DoesNotContain((byte)'\r', bytes);
            Assert.InRange(bytes.Length, 50, 400_000);
        }

        if (Environment.GetEnvironmentVariable("FREEML_FIGURES") is { Length: > 0 } directory)
        {
            FigureFiles.Save(Examples.All[name](), directory, name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_text_is_inside_the_picture_and_large_enough_to_read(string name)
    {
        XElement svg = SvgOf(Examples.All[name]());
        double[] box = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(Number)];
        Assert.All(svg.Descendants(Svg + "text"), text =>
        {
            (double left, double top, double right, double bottom) = Extent(text);
            Assert.True(left >= 0 && top >= 0 && right <= box[2] && bottom <= box[3], $"'{text.Value}' at {left:F1},{top:F1} to {right:F1},{bottom:F1} of {box[2]} x {box[3]} mm");
            Assert.InRange(Number(text.Attribute("font-size")!.Value), 7 * 25.4 / 72 * 0.999, 10 * 25.4 / 72);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_two_texts_overlap(string name)
    {
        XElement[] texts = [.. SvgOf(Examples.All[name]()).Descendants(Svg + "text")];
        for (int n = 0; n < texts.Length; n++)
        {
            for (int m = 0; m < n; m++)
            {
                (double Left, double Top, double Right, double Bottom) a = Extent(texts[n]);
                (double Left, double Top, double Right, double Bottom) b = Extent(texts[m]);
                bool overlap = a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
                Assert.False(overlap, $"'{texts[m].Value}' and '{texts[n].Value}'");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_at_an_axis_rise_and_there_are_enough_of_them(string name)
    {
        Figure figure = Examples.All[name]();
        FigureLayout layout = FigureLayout.Of(figure);
        AxisScale[] scales = [layout.X, .. layout.Panels.Select(panel => panel.Scale)];
        foreach (AxisScale scale in scales.Where((_, n) => n == 0 || !figure.Panels[n - 1].Y.IsStrip))
        {
            Assert.InRange(scale.Ticks.Count, 2, 12);
            Assert.All(scale.Ticks, tick => Assert.InRange(tick.Value, scale.Minimum, scale.Maximum));
            Assert.All(scale.Ticks.Zip(scale.Ticks.Skip(1)), pair => Assert.True(pair.First.Value < pair.Second.Value));
            Assert.Equal(scale.Ticks.Count, scale.Ticks.Select(tick => tick.Label).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_drawn_with_TeX_is_balanced_and_says_nothing_that_was_not_meant(string name)
    {
        string tex = Written(new PgfPlotsWriter(), Examples.All[name]());
        Assert.All(tex, letter => Assert.True(letter is '\n' or (>= ' ' and <= '~') or (>= 'À' and <= 'ÿ'), $"U+{(int)letter:X4}"));
        int depth = 0;
        string unescaped = tex.Replace(@"\\", "", StringComparison.Ordinal).Replace(@"\{", "", StringComparison.Ordinal).Replace(@"\}", "", StringComparison.Ordinal);
        foreach (char letter in unescaped)
        {
            depth += letter == '{' ? 1 : letter == '}' ? -1 : 0;
            Assert.True(depth >= 0);
        }

        Assert.Equal(0, depth);
        Assert.DoesNotContain(@"\input{/", tex, StringComparison.Ordinal);
        Assert.Equal(1, Count(tex, @"\end{document}"));
        Assert.Equal(1, Count(tex, @"\begin{tikzpicture}"));
        Assert.Equal(1, Count(tex, @"\end{tikzpicture}"));
        Assert.Equal(Count(tex, @"\begin{axis}"), Count(tex, @"\end{axis}"));
        Assert.Equal(Examples.All[name]().Panels.Count, Count(tex, @"\begin{axis}"));
    }

    [Fact]
    public void TeX_sets_any_text_as_it_is() => Assert.Equal(
        @"\textbackslash{}\{\}\$\&\#\%\_\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}''`{}'{}-{}-{}$\mu$é?[",
        PgfPlotsWriter.Escape("\\{}$&#%_~^<>|\"`'--µé漢["));

    [Fact]
    public void A_hostile_title_is_text_and_no_markup()
    {
        XElement svg = SvgOf(Examples.All["hostile"]());
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName is not ("svg" or "title" or "rect" or "g" or "clipPath" or "path" or "text"));
        Assert.Contains("<e>", svg.Element(Svg + "title")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_figure_is_drawn_like_this()
    {
        // 84 mm wide, two points: read against the file it makes, by eye, once.
        Figure figure = new("", 84, new Axis("Time", AxisUnit.Time) { Minimum = 0, Maximum = 2e-3 },
            [new Panel(new Axis("Power", AxisUnit.Watt) { Minimum = 0, Maximum = 4e-3 }, 20, [new LineSeries("load", 1, [new DataPoint(0, 1e-3), new DataPoint(2e-3, 3e-3)])])]);
        XElement svg = SvgOf(figure);
        FigureLayout layout = FigureLayout.Of(figure);
        Assert.Equal(["0", "2", "4"], Texts(svg, "y-tick"));
        Assert.Equal(["0.0", "0.5", "1.0", "1.5", "2.0"], Texts(svg, "x-tick"));
        Assert.Equal(["load", "Power (mW)", "Time (ms)"], Texts(svg, "label"));
        XElement line = svg.Descendants(Svg + "g").Single().Elements(Svg + "path").Single();
        string left = layout.Left.ToString("0.###", CultureInfo.InvariantCulture);
        string right = (layout.Left + layout.Width).ToString("0.###", CultureInfo.InvariantCulture);
        string from = (layout.Panels[0].Top + 15).ToString("0.###", CultureInfo.InvariantCulture);
        string to = (layout.Panels[0].Top + 5).ToString("0.###", CultureInfo.InvariantCulture);
        Assert.Equal($"M{left} {from}L{right} {to}", line.Attribute("d")!.Value);
        Assert.Equal(("#d55e00", "1.4 0.7"), (line.Attribute("stroke")!.Value, line.Attribute("stroke-dasharray")!.Value));
    }

    [Fact]
    public void Series_are_told_apart_without_colour()
    {
        Assert.Equal(SeriesStyle.All.Count, SeriesStyle.All.Select(style => string.Join(' ', style.DashMm)).Distinct().Count());
        double[] grey = [.. SeriesStyle.All.Select(style => ((0.299 * style.Fill.Red) + (0.587 * style.Fill.Green) + (0.114 * style.Fill.Blue)) / 255)];
        Assert.All(grey.Take(4).Zip(grey.Skip(1)), pair => Assert.True(Math.Abs(pair.First - pair.Second) > 0.1));
        Assert.All(SeriesStyle.All.Select((style, n) => (style, n)), pair => Assert.Equal(pair.n >= 7, pair.style.Hatch != Hatch.None));
        Assert.Equal(4, SeriesStyle.All.Take(4).Select(style => style.Marker).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 3e-3, "mW", new[] { "0", "1", "2", "3" })]
    [InlineData(0, 0.6, "W", new[] { "0.0", "0.2", "0.4", "0.6" })]
    [InlineData(-2e-6, 2e-6, "µW", new[] { "-2", "-1", "0", "1", "2" })]
    [InlineData(1234.0001, 1234.0003, "kW", new[] { "1.23400010", "1.23400015", "1.23400020", "1.23400025", "1.23400030" })]
    [InlineData(0, 0, "W", new[] { "0.0", "0.5", "1.0" })]
    [InlineData(7, 7, "W", new[] { "8", "10", "12", "14" })]
    public void Numbers_are_round_and_have_the_prefix_people_use(double low, double high, string unit, string[] labels)
    {
        AxisScale scale = AxisScale.For(new Axis("Power", AxisUnit.Watt), low, high, 4, isPadded: false);
        Assert.Equal(unit, scale.Unit);
        Assert.Equal(labels, scale.Ticks.Select(tick => tick.Label));
    }

    [Theory]
    [InlineData(0.067, 30, 6, "s", new[] { "0.1", "0.3", "1", "3", "10", "30" })]
    [InlineData(0.02, 0.5, 6, "ms", new[] { "20", "50", "100", "200", "500" })]
    [InlineData(1e-3, 1e4, 6, "s", new[] { "0.001", "0.01", "0.1", "1", "10", "100", "1000", "10000" })]
    public void An_axis_of_ratios_has_round_numbers_and_equal_distances_for_equal_ratios(double low, double high, int wanted, string unit, string[] labels)
    {
        AxisScale scale = AxisScale.For(new Axis("Time", AxisUnit.Time) { Minimum = low, Maximum = high, IsLogarithmic = true }, low, high, wanted, isPadded: false);
        Assert.Equal(unit, scale.Unit);
        Assert.Equal(labels, scale.Ticks.Select(tick => tick.Label));
        Assert.Equal(0.5, scale.Share(Math.Sqrt(low * high)), 1e-9);
        Assert.Equal((0.0, 1.0), (scale.Share(low), Math.Round(scale.Share(high), 9)));
    }

    [Theory]
    [InlineData(40e-6, "µs", "10")]
    [InlineData(0.02, "ms", "5")]
    [InlineData(60, "s", "20")]
    [InlineData(3600, "min", "15")]
    [InlineData(86400, "h", "6")]
    [InlineData(31 * 86400, "d", "14")]
    public void Time_is_shown_as_clocks_and_calendars_do(double end, string unit, string second)
    {
        AxisScale scale = AxisScale.For(new Axis("Time", AxisUnit.Time), 0, end, 4, isPadded: false);
        Assert.Equal((unit, "0", second), (scale.Unit, scale.Ticks[0].Label, scale.Ticks[1].Label));
    }

    [Fact]
    public void The_table_behind_a_figure_has_its_numbers_in_base_units()
    {
        string[] lines = Table(Examples.Bars());
        Assert.Equal("panel,quantity,series,kind,x_unit,x,x_to,y_unit,y,y_to", lines[0]);
        Assert.Equal("1,On-time,RF cart,bar,,770 µF,,,0.05,", lines[1]);
        Assert.Equal(16, lines.Length);
        Assert.All(Table(Examples.All["supply-few"]()).Skip(1), line => Assert.Equal(10, line.Split(',').Length));
    }

    [Fact]
    public void Bars_that_stand_on_each_other_have_their_heights_and_no_place_where_there_is_nothing()
    {
        IReadOnlyList<BarSeries> stack = BarSeries.Stack([("a", 0, [1.0, 2, 3]), ("none", 1, [0.0, 0, 0]), ("b", 2, [4.0, 0, 5]), ("c", 3, [1.0, 1, 1])]);
        Assert.Equal(["a", "b", "c"], stack.Select(series => series.Label));
        Assert.Equal([new DataRow(0, null, 0, 1), new DataRow(1, null, 0, 2), new DataRow(2, null, 0, 3)], stack[0].Rows);
        Assert.Equal([new DataRow(0, null, 1, 5), new DataRow(2, null, 3, 8)], stack[1].Rows);
        Assert.Equal([new DataRow(0, null, 5, 6), new DataRow(1, null, 2, 3), new DataRow(2, null, 8, 9)], stack[2].Rows);
        Assert.Equal([1.0, 5.0, 5.0, 1.0], stack[1].Shapes(0, 10).First().Points.Select(point => point.Y));
    }

    [Fact]
    public void A_hatch_is_drawn_where_it_is_used_and_its_name_can_be_told_from_that_of_another_picture()
    {
        XElement svg = XElement.Parse(Written(new SvgWriter { IdPrefix = "one-" }, Examples.Stack()));
        string[] names = [.. svg.Descendants(Svg + "pattern").Select(pattern => pattern.Attribute("id")!.Value)];
        Assert.Equal(["one-hatch7", "one-hatch8", "one-hatch9"], names);
        Assert.All(svg.Descendants().Attributes().Where(attribute => attribute.Value.StartsWith("url(", StringComparison.Ordinal)), attribute => Assert.StartsWith("url(#one-", attribute.Value, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains(svg.Descendants(Svg + "path"), path => path.Attribute("fill")?.Value == $"url(#{name})"));
        Assert.Contains(@"\usetikzlibrary{patterns}", Written(new PgfPlotsWriter(), Examples.Stack()), StringComparison.Ordinal);
        Assert.DoesNotContain("patterns", Written(new PgfPlotsWriter(), Examples.Bars()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_longer_than_its_place_goes_on_in_the_next_line()
    {
        FigureLayout layout = FigureLayout.Of(Examples.Stack() with { X = new Axis("", AxisUnit.None) { Categories = ["checkpoint", "restart", "tiled", "a", "b", "c", "d"] } });
        Assert.Equal(["check-", "point"], layout.TickLines(layout.X.Ticks[0]));
        Assert.Equal(["restart"], layout.TickLines(layout.X.Ticks[1]));
        FigureLayout hyphen = FigureLayout.Of(Examples.Stack() with { X = new Axis("", AxisUnit.None) { Categories = ["separate-exits", "restart", "tiled", "a", "b", "c"] } });
        Assert.Equal(["separate-", "exits"], hyphen.TickLines(hyphen.X.Ticks[0]));
    }

    [Fact]
    public void A_supply_that_is_on_a_few_times_has_a_band_for_each()
    {
        Figure figure = Examples.All["supply-few"]();
        BandSeries bands = Assert.IsType<BandSeries>(Assert.Single(figure.Panels[2].Series));
        Assert.Equal([.. Enumerable.Range(0, 6).Select(n => new Interval((3 * n) + 2, (3 * n) + 3))], bands.Intervals);
        Assert.Equal([3.3, 1.8], figure.Panels[0].Thresholds.Select(line => line.Value));
        Assert.IsType<LineSeries>(Assert.Single(figure.Panels[0].Series));
    }

    [Fact]
    public void A_supply_that_is_on_too_often_for_paper_has_the_share_of_time_and_the_range_of_voltage()
    {
        Figure figure = Examples.All["supply-many"]();
        StepSeries share = Assert.IsType<StepSeries>(Assert.Single(figure.Panels[2].Series));
        Assert.Equal(1.0 / 3, share.Points.Average(point => point.Y), 1e-9);
        AreaSeries range = Assert.IsType<AreaSeries>(Assert.Single(figure.Panels[0].Series));
        Assert.All(range.Ranges, column => Assert.True(column.Low < 2 && column.High > 3));
    }

    [Fact]
    public void Columns_keep_extremes_and_integrals()
    {
        Random random = new(3);
        double x = 0;
        DataPoint[] points = [.. Enumerable.Range(0, 5000).Select(_ => new DataPoint(x += random.NextDouble(), random.NextDouble()))];
        (Interval Span, double Value)[] spans = [.. points.Zip(points.Skip(1)).Select(pair => (new Interval(pair.First.X, pair.Second.X), pair.First.Y))];
        Columns columns = new(50, x);
        IReadOnlyList<DataRange> envelope = columns.Envelope(points);
        Assert.Equal(columns.Count, envelope.Count);
        Assert.Equal(points.Max(point => point.Y), envelope.Max(range => range.High));
        Assert.Equal(points.Min(point => point.Y), envelope.Min(range => range.Low));
        Assert.Equal(spans.Sum(span => span.Value * (span.Span.To - span.Span.From)), columns.Means(spans).Sum(point => point.Y) * x / columns.Count, 1e-6);
    }

    [Fact]
    public void A_short_spike_is_in_the_range_of_a_trace()
    {
        double[] values = new double[20_000];
        values[12_345] = 7e-3;
        global::FreeML.Sim.Energy.Harvesting.Trace trace = new("spike", global::FreeML.Sim.Energy.Harvesting.TraceQuantity.Power, [.. Enumerable.Range(0, values.Length).Select(n => (double)n)], values.Length, values);
        AreaSeries range = TraceFigure.From(trace).Panels[0].Series.OfType<AreaSeries>().Single();
        Assert.Equal(7e-3, range.Ranges.Max(column => column.High));
        Assert.Equal(7e-3, TraceFigure.From(trace).Panels[0].Series.OfType<StepSeries>().Single().Points.Sum(point => point.Y) * values.Length / range.Ranges.Count, 1e-12);
    }

    [Fact]
    public void A_figure_that_the_disk_refuses_is_one_line_and_leaves_nothing()
    {
        using ScratchDirectory scratch = new();
        File.WriteAllText(scratch["file"], "");
        Assert.Throws<InputException>(() => FigureFiles.Save(Examples.Bars(), scratch["file"], "bars"));
        Assert.Throws<ArgumentException>(() => FigureFiles.Save(Examples.Bars(), scratch["new"], "../bars"));
        Assert.Throws<ArgumentException>(() => FigureFiles.Save(Examples.Bars() with { WidthMm = 5 }, scratch["new"], "bars"));
        Assert.Equal(["file"], Directory.GetFileSystemEntries(scratch.Root).Select(Path.GetFileName));
    }

    private static string Written(IFigureWriter writer, Figure figure)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        writer.Write(FigureLayout.Of(figure), output);
        return output.ToString();
    }

    private static XElement SvgOf(Figure figure) => XElement.Parse(Written(new SvgWriter(), figure));

    private static string[] Table(Figure figure)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        FigureTable.Write(figure, output);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    private static string[] Texts(XElement svg, string role) => [.. svg.Descendants(Svg + "text").Where(text => text.Attribute("class")!.Value == role).Select(text => text.Value)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Space that a text takes, by the average letter of a sans-serif font, on the generous side for letters and level lines.</summary>
    private static (double Left, double Top, double Right, double Bottom) Extent(XElement text)
    {
        double size = Number(text.Attribute("font-size")!.Value);
        double width = size * text.Value.EnumerateRunes().Sum(rune => rune.Value switch
        {
            >= 0x1100 => 1,
            'i' or 'j' or 'l' or '.' or ',' or ' ' or '(' or ')' or 't' or 'f' or 'r' or '\'' or '[' or ']' or '/' or '|' or '-' or '`' => 0.35,
            'm' or 'w' or 'M' or 'W' or '@' or '%' => 0.92,
            >= 'A' and <= 'Z' => 0.7,
            < '0' or (> '9' and < 'A') or (> 'Z' and < 'a') or (> 'z' and <= '~') => 0.45,
            _ => 0.56,
        });
        double start = text.Attribute("text-anchor")!.Value switch
        {
            "start" => 0,
            "middle" => -width / 2,
            _ => -width,
        };
        (double x, double y) = (Number(text.Attribute("x")!.Value), Number(text.Attribute("y")!.Value));
        return text.Attribute("transform") is null
            ? (x + start, y - (0.75 * size), x + start + width, y + (0.22 * size))
            : (x - (0.75 * size), y - start - width, x + (0.22 * size), y - start);
    }
}
