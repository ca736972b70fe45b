using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Cli.Report;
using FreeML.Sim.Tests.Cli;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Report;

/// <summary>The page and the figures of a run. With FREEML_REPORT naming a directory, the sample is left there to be looked at.</summary>
public sealed class ReportTests : IDisposable
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Sample = new(MakeSample);

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_run_becomes_every_figure_in_every_format_and_a_page()
    {
        string run = Run();
        string[] expected = [.. ReportFigure.Names.SelectMany(name => new[] { $"figures/{name}.svg", $"figures/{name}.tex", $"figures/{name}.csv" }), "report.html"];
        Assert.Equal(expected, ReportFiles.Write(run));
        Assert.All(expected, file => Assert.True(new FileInfo(Path.Combine(run, file)).Length > 100, file));
        Assert.Equal(["voltage", "progress", "accuracy-energy", "accuracy-latency", "energy-stack", "latency-cdf", "memory", "accuracy-size"], ReportFigure.Names);
    }

    [Fact]
    public void The_same_files_give_the_same_bytes()
    {
        string one = Run("one");
        string two = Run("two");
        IReadOnlyList<string> files = ReportFiles.Write(one);
        ReportFiles.Write(two);
        ReportFiles.Write(two);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(one, file)), File.ReadAllBytes(Path.Combine(two, file))));
    }

    [Fact]
    public void The_page_is_well_formed_and_asks_for_nothing()
    {
        XElement page = Page(Run());
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "image" or "use" or "base");
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "src" or "srcset" or "style" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes("href"), link => Assert.Matches("^figures/[a-z-]+\\.(svg|tex|csv)$", link.Value));
        string css = string.Concat(page.Descendants().Where(element => element.Name.LocalName == "style").Select(element => element.Value));
        Assert.DoesNotMatch("url\\(|@import|http", css);
        string[] names = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(page.Descendants().Attributes().Where(attribute => attribute.Value.StartsWith("url(", StringComparison.Ordinal)), use => Assert.Contains(use.Value[5..^1], names));
        Assert.Equal(ReportFigure.Names.Count, page.Descendants().Count(element => element.Name.LocalName == "figure"));
    }

    [Fact]
    public void The_page_says_the_numbers_of_the_summary()
    {
        string run = Run();
        XElement page = Page(run);
        JsonObject first = (JsonObject)Summary(run)["variants"]![0]!;
        string lead = page.Descendants("p").First().Value;
        Assert.StartsWith("The network digits, on msp430fr5994 at 8 MHz behind 100 µF on rf-moving-reader, gave 40 answers, ", lead, StringComparison.Ordinal);
        Assert.Contains($"{((double)first["accuracy"]! * 100).ToString("0.0", CultureInfo.InvariantCulture)} % of them right", lead, StringComparison.Ordinal);
        Assert.Contains($"through {first["powerFailures"]} power failures", lead, StringComparison.Ordinal);
        Assert.Equal(((double)first["energyPerInference_J"]! * 1e6).ToString("0", CultureInfo.InvariantCulture) + " µJ", Cells(page, "energy an answer")[1]);
    }

    [Fact]
    public void The_best_is_bold_and_what_got_stuck_is_never_best()
    {
        string run = Run();
        Edit(run, summary =>
        {
            // Stuck after an answer that cost next to nothing.
            summary["variants"]![4]!["energyPerInference_J"] = 1e-9;
            summary["variants"]![4]!["inferences"] = 1;
            summary["variants"]![4]!["latency_s"] = new JsonObject { ["mean"] = 1e-9, ["p50"] = 1e-9, ["p90"] = 1e-9, ["p99"] = 1e-9, ["max"] = 1e-9 };
        });
        XElement page = Page(run);
        JsonArray variants = (JsonArray)Summary(run)["variants"]!;
        Assert.Equal("no-progress", (string)variants[4]!["stop"]!);
        XElement[] cells = [.. RowOf(page, "energy an answer").Elements("td").Skip(1)];
        int[] bold = [.. Enumerable.Range(0, cells.Length).Where(n => cells[n].Element("b") is not null)];
        double least = variants.Take(4).Min(variant => (double)variant!["energyPerInference_J"]!);
        Assert.Equal([.. Enumerable.Range(0, 4).Where(n => (double)variants[n]!["energyPerInference_J"]! == least)], bold);
        Assert.Contains("Variant restart got stuck after 1 answer: the whole network does not end in one charge", page.Value, StringComparison.Ordinal);
        Assert.Contains("a capacitor of 160 µF would do", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_book_that_does_not_balance_is_told()
    {
        string run = Run();
        Assert.Contains("The book balances", Page(run).Value, StringComparison.Ordinal);
        Edit(run, summary => summary["variants"]![1]!["energy_J"]!["boot"] = (double)summary["variants"]![1]!["energy_J"]!["boot"]! + (0.05 * (double)summary["variants"]![1]!["energy_J"]!["harvested"]!));
        Assert.Matches("The book does not balance: what was harvested, or there at first, differs from what was consumed, lost, clipped and stored by up to (4\\.[89]|5\\.0)", Page(run).Value);
    }

    [Fact]
    public void Whatever_a_name_contains_it_stays_text()
    {
        const string Hostile = "</style></title><script>alert(1)</script>&amp;\"'<img src=x onerror=y>\u202E]]>";
        string run = Run();
        File.AppendAllText(Path.Combine(run, "scenario.yaml"), $"{Hostile}</pre>\n\u001b[31m\u0000");
        Edit(run, summary =>
        {
            summary["name"] = Hostile;
            summary["version"] = Hostile;
            summary["scenario"] = new JsonObject { [Hostile] = Hostile };
            foreach (string key in new[] { "strategy", "exitPolicy", "network", "device", "trace", "stop" })
            {
                summary["variants"]![0]![key] = Hostile + key;
            }

            summary["variants"]![0]!["layers"]![0]!["name"] = Hostile;
            summary["variants"]![0]!["exits"]![0]!["name"] = Hostile;
        });
        XElement page = Page(run);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "img");
        Assert.Contains("<script>alert(1)</script>", page.Element("head")!.Element("title")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Value, letter => letter is '\u202E' or '\u001b' or '\u0000');
    }

    [Fact]
    public void What_was_added_is_let_be_and_what_may_be_missing_is_not_missed()
    {
        string run = Run();
        File.Delete(Path.Combine(run, "compression.csv"));
        File.Delete(Path.Combine(run, "scenario.yaml"));
        Edit(run, summary =>
        {
            summary["added"] = new JsonArray(1, 2);
            summary["variants"]![0]!["added"] = "more";
            summary["variants"]![0]!["energy_J"]!["added"] = 1;
            summary["variants"]![0]!.AsObject().Remove("floatAccuracy");
            summary["variants"]![0]!.AsObject().Remove("stuck");
            summary["variants"]![0]!["trace"] = null;
        });
        string inferences = Path.Combine(run, "variants", "freeml", "inferences.csv");
        File.WriteAllLines(inferences, File.ReadAllLines(inferences).Select((line, n) => n == 0 ? "note," + line : "more," + line));
        Assert.Equal(ReportFigure.Names.Where(name => name != "accuracy-size"), ReportFiles.Write(run).Where(file => file.EndsWith(".svg", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension));
    }

    [Fact]
    public void A_run_without_a_supply_has_no_voltage_and_one_without_answers_no_latency()
    {
        string run = Run();
        foreach (string folder in Directory.GetDirectories(Path.Combine(run, "variants")))
        {
            File.Delete(Path.Combine(folder, "voltage.csv"));
            File.WriteAllText(Path.Combine(folder, "inferences.csv"), "index,exit,right,started_s,finished_s,latency_s\n");
        }

        Edit(run, summary =>
        {
            foreach (JsonNode? variant in (JsonArray)summary["variants"]!)
            {
                (variant!["inferences"], variant["accuracy"], variant["latency_s"], variant["onTime_s"], variant["energyPerInference_J"]) = (0, null, null, null, null);
            }
        });
        string[] figures = [.. ReportFiles.Write(run).Where(file => file.EndsWith(".svg", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file))];
        Assert.Equal(["accuracy-energy", "accuracy-latency", "memory", "accuracy-size"], figures);
        Assert.Contains("never gave an answer", Page(run).Descendants("p").First().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("variants", null, "found nothing at variants, expected an array")]
    [InlineData("variants", "[]", "found none at variants, expected at least one")]
    [InlineData("variants", "[7]", "found '7' at variants[0], expected an object")]
    [InlineData("name", "7", "found '7' at name, expected a text")]
    [InlineData("variants.0.clock_Hz", "\"8MHz\"", "found '8MHz' at variants[0].clock_Hz, expected a finite number")]
    [InlineData("variants.0.clock_Hz", "1e999", "found '1e999' at variants[0].clock_Hz, expected a finite number")]
    [InlineData("variants.0.cycles", "1e19", "found '1e19' at variants[0].cycles, expected at most 1e18")]
    [InlineData("variants.0.energy_J.boot", null, "found nothing at variants[0].energy_J.boot, expected a number")]
    [InlineData("variants.0.inferences", "-1", "found a negative number at variants[0].inferences, expected 0 or more")]
    [InlineData("variants.0.name", "\"../../x\"", "found '../../x' at variants[0].name, expected a name that a folder can have")]
    [InlineData("variants.0.name", "\"..\"", "found '..' at variants[0].name, expected a name that a folder can have")]
    [InlineData("variants.0.exits.1.name", "[]", "found another kind of value at variants[0].exits[1].name, expected a text")]
    public void What_is_wrong_in_the_summary_is_one_line(string place, string? value, string message)
    {
        string run = Run();
        Edit(run, summary =>
        {
            string[] path = place.Split('.');
            JsonNode parent = path[..^1].Aggregate((JsonNode)summary, (node, step) => int.TryParse(step, CultureInfo.InvariantCulture, out int index) ? node[index]! : node[step]!);
            if (value is null)
            {
                parent.AsObject().Remove(path[^1]);
            }
            else
            {
                parent[path[^1]] = JsonNode.Parse(value);
            }
        });
        Shell.Outcome outcome = Shell.Run("report", run);
        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.EndsWith($"summary.json: {message}\n", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run, "figures")));
    }

    [Theory]
    [InlineData("inferences.csv", "^index", "number", "1: found 'number,sample")]
    [InlineData("inferences.csv", "\n0,0,0,", "\nx,0,0,", "2: found index 'x', expected a finite number")]
    [InlineData("inferences.csv", "\n0,0,0,", "\n-1e30,0,0,", "2: found index '-1e30', expected at most 1e18")]
    [InlineData("progress.csv", "\n[0-9.]+,0,0\n", "\n0,0,7\n", "2: found progress '7', expected 0 to 1")]
    [InlineData("power_cycles.csv", "power-failure\n", "\n7,\n", "found 2 fields, expected 10")]
    [InlineData("voltage.csv", "buffer_V", "volts", "1: found 'time_s,volts")]
    public void What_is_wrong_in_a_table_is_one_line(string file, string pattern, string replacement, string message)
    {
        string run = Run();
        string path = Path.Combine(run, "variants", "freeml", file);
        string text = File.ReadAllText(path);
        string changed = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(5)).Replace(text, replacement, 1);
        Assert.NotEqual(text, changed);
        File.WriteAllText(path, changed);
        Shell.Outcome outcome = Shell.Run("report", run);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(file, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Sizes_are_not_trusted()
    {
        string run = Run();
        Edit(run, summary => summary["variants"] = new JsonArray([.. Enumerable.Range(0, 65).Select(_ => summary["variants"]![0]!.DeepClone())]));
        Assert.Contains("found 65 items at variants, expected at most 64", Shell.Run("report", run).Error, StringComparison.Ordinal);

        using (FileStream summary = File.Create(Path.Combine(run, "summary.json")))
        {
            summary.SetLength(1L << 33);
        }

        Assert.Contains("summary.json: found 8589934592 bytes, expected at most", Shell.Run("report", run).Error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(run, "summary.json"), new string('[', 100_000));
        Assert.Contains("summary.json:1: found text that is not JSON", Shell.Run("report", run).Error, StringComparison.Ordinal);
        Assert.Contains("expected the results of a run", Shell.Run("report", _scratch["nowhere"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_give_a_report_or_one_line()
    {
        Random random = new(4);
        string run = Run();
        string[] files = [.. Sample.Value.Keys.Where(name => name.Contains("summary.json", StringComparison.Ordinal) || name.Contains("freeml", StringComparison.Ordinal) || name.Contains("compression", StringComparison.Ordinal))];
        for (int n = 0; n < 60; n++)
        {
            string file = n % 3 == 0 ? "summary.json" : files[random.Next(files.Length)];
            byte[] bytes = [.. Sample.Value[file]];
            for (int hit = random.Next(1, 4); hit > 0; hit--)
            {
                bytes[random.Next(bytes.Length)] = (byte)"0129-e.,\"{}[]:\n x\u00FF"[random.Next(17)];
            }

            File.WriteAllBytes(Path.Combine(run, file), random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            Shell.Outcome outcome = Shell.Run("report", run);
            Assert.True(outcome.Code is 0 or 2, outcome.Error);
            Assert.True(outcome.Error.Count(letter => letter == '\n') == (outcome.Code == 0 ? 0 : 1), outcome.Error);
            File.WriteAllBytes(Path.Combine(run, file), Sample.Value[file]);
        }
    }

    [Theory]
    [InlineData(1e18)]
    [InlineData(1e-320)]
    [InlineData(0)]
    public void Numbers_of_any_size_end_in_a_report(double extreme)
    {
        string run = Run();
        string number = extreme.ToString("R", CultureInfo.InvariantCulture);
        Edit(run, summary => Replace(summary["variants"]![0]!));
        string inferences = Path.Combine(run, "variants", "tiled", "inferences.csv");
        File.WriteAllLines(inferences, File.ReadAllLines(inferences).Select((line, n) => n is 3 or 7 ? string.Join(',', line.Split(',').Select((field, column) => column is 7 or 8 or 9 ? number : field)) : line));
        string compression = Path.Combine(run, "compression.csv");
        File.AppendAllText(compression, $"x,y,{number},{number},{number}\n");
        Assert.Contains("report.html", ReportFiles.Write(run));

        void Replace(JsonNode node)
        {
            IEnumerable<(string Key, JsonNode? Value)> members = [.. node is JsonObject parent ? parent.Select(pair => (pair.Key, pair.Value)) : []];
            foreach ((string key, JsonNode? value) in members)
            {
                if (value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
                {
                    node[key] = extreme;
                }
                else if (value is JsonArray items)
                {
                    items.OfType<JsonObject>().ToList().ForEach(Replace);
                }
                else if (value is not null)
                {
                    Replace(value);
                }
            }
        }
    }

    [Fact]
    public void Plot_makes_figures_alone_all_or_one_in_one_format()
    {
        string run = Run();
        Shell.Outcome one = Shell.Run("plot", run, "--figure", "latency-cdf", "--format", "tex");
        Assert.Equal((0, Path.Combine(run, "figures", "latency-cdf.tex") + "\n"), (one.Code, one.Output.Replace("figures/", "figures" + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        Assert.Equal(["latency-cdf.tex"], Directory.GetFiles(Path.Combine(run, "figures")).Select(Path.GetFileName));
        Assert.Equal(3 * ReportFigure.Names.Count, Shell.Run("plot", run, "--json").Json.GetProperty("files").GetArrayLength());
        Assert.False(File.Exists(Path.Combine(run, "report.html")));
        Assert.Contains("--figure: found 'pie', expected one of voltage, ", Shell.Run("plot", run, "--figure", "pie").Error, StringComparison.Ordinal);
        Assert.Contains("--format: found 'png', expected one of svg, tex, csv", Shell.Run("plot", run, "--format", "png").Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(run, "compression.csv"));
        Assert.Contains("found no data for the figure accuracy-size", Shell.Run("plot", run, "--figure", "accuracy-size").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_window_of_the_voltage_has_a_failure_in_it_and_few_power_cycles()
    {
        Figure figure = FigureOf("voltage");
        BandSeries on = figure.Panels[0].Series.OfType<BandSeries>().Single();
        Assert.InRange(on.Intervals.Count, 2, 30);
        ScatterSeries failures = Assert.Single(figure.Panels[0].Series.OfType<ScatterSeries>());
        Assert.All(failures.Points, point => Assert.Equal(1.9, point.Y, 0.05));
        Assert.Contains(failures.Points, point => point.X > figure.X.Minimum && point.X < figure.X.Maximum);
        Assert.Equal([3.0, 1.9], figure.Panels[0].Thresholds.Select(line => line.Value));
    }

    [Fact]
    public void Progress_is_level_without_power_and_never_falls_but_to_nothing()
    {
        Figure figure = FigureOf("voltage");
        IReadOnlyList<Interval> on = figure.Panels[1].Series.OfType<BandSeries>().Single().Intervals;
        IReadOnlyList<DataPoint> line = figure.Panels[1].Series.OfType<LineSeries>().Single().Points;
        Assert.All(line.Zip(line.Skip(1)), pair =>
        {
            Assert.True(pair.Second.X >= pair.First.X);
            Assert.True(pair.Second.Y >= pair.First.Y || pair.Second.Y == 0 || pair.Second.X - pair.First.X < 0.2, $"{pair}");
            double middle = (pair.First.X + pair.Second.X) / 2;
            bool isOff = on.Zip(on.Skip(1)).Any(gap => middle > gap.First.To + 1e-9 && middle < gap.Second.From - 1e-9 && pair.Second.X - pair.First.X > 0.01);
            Assert.True(!isOff || pair.Second.Y == pair.First.Y, $"{pair}");
        });
    }

    [Fact]
    public void An_energy_bar_is_as_high_as_what_its_variant_spent_for_an_answer()
    {
        string run = Run();
        JsonArray variants = (JsonArray)Summary(run)["variants"]!;
        Figure figure = FigureOf("energy-stack");
        for (int n = 0; n < variants.Count; n++)
        {
            JsonObject energy = (JsonObject)variants[n]!["energy_J"]!;
            double spent = EnergyPart.Costs.Sum(part => Math.Max(0, (double)energy[part.Key]!));
            double answers = (double)variants[n]!["inferences"]!;
            double top = figure.Panels[0].Series.SelectMany(series => series.Rows).Where(row => row.X == n).Select(row => row.YTo!.Value).DefaultIfEmpty().Max();
            Assert.Equal(answers == 0 ? 0 : spent / answers, top, 1e-12);
        }
    }

    [Theory]
    [InlineData(new[] { 0.967 }, 0.852, 0.9895)]
    [InlineData(new[] { 1.0, 1, 1 }, 0.885, 1.0075)]
    [InlineData(new[] { 0.5, 1 }, 0.425, 1.0375)]
    [InlineData(new[] { 0.02 }, 0, 0.0425)]
    public void An_axis_of_accuracy_shows_no_more_than_all_answers_and_does_not_blow_up_small_differences(double[] shares, double minimum, double maximum)
    {
        Axis axis = ReportFigure.Accuracy(shares);
        Assert.Equal((minimum, maximum), (Math.Round(axis.Minimum!.Value, 9), Math.Round(axis.Maximum!.Value, 9)));
        AxisScale scale = AxisScale.For(axis, shares.Min(), shares.Max(), 6, isPadded: true);
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.Value, 0, 1 + 1e-9));
        Assert.InRange(scale.Ticks.Count, 3, 9);
    }

    [Fact]
    public void Curves_of_latency_end_with_all_answers_at_the_slowest()
    {
        string run = Run();
        string[] rows = File.ReadAllLines(Path.Combine(run, "variants", "tiled", "inferences.csv"));
        double slowest = rows.Skip(1).Max(row => double.Parse(row.Split(',')[9], CultureInfo.InvariantCulture));
        StepSeries curve = Assert.IsType<StepSeries>(FigureOf("latency-cdf").Panels[0].Series.Single(series => series.Label == "tiled"));
        Assert.Equal(new DataPoint(slowest, 1), curve.Points[^1]);
        Assert.Equal(rows.Length, curve.Points.Count);
    }

    [Fact]
    public void The_sample_stays_to_be_looked_at_where_somebody_wants_it()
    {
        if (Environment.GetEnvironmentVariable("FREEML_REPORT") is not { Length: > 0 } directory)
        {
            directory = _scratch["sample"];
        }

        SampleRun.Write(directory);
        Assert.Contains("report.html", ReportFiles.Write(directory));
    }

    internal static IReadOnlyList<ReportFigure> Figures()
    {
        using ScratchDirectory scratch = new();
        Unpack(scratch["run"]);
        return ReportFigure.Of(RunDirectory.Open(scratch["run"]));
    }

    private static Figure FigureOf(string name) => Figures().Single(figure => figure.Name == name).Figure;

    private static Dictionary<string, byte[]> MakeSample()
    {
        using ScratchDirectory scratch = new();
        SampleRun.Write(scratch["run"]);
        return Directory.GetFiles(scratch["run"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetRelativePath(scratch["run"], path), File.ReadAllBytes, StringComparer.Ordinal);
    }

    private static void Unpack(string directory)
    {
        foreach ((string name, byte[] bytes) in Sample.Value)
        {
            string path = Path.Combine(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private static JsonObject Summary(string run) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "summary.json")))!;

    private static void Edit(string run, Action<JsonObject> edit)
    {
        JsonObject summary = Summary(run);
        edit(summary);
        File.WriteAllText(Path.Combine(run, "summary.json"), summary.ToJsonString());
    }

    private static XElement Page(string run)
    {
        ReportFiles.Write(run);
        using XmlReader reader = XmlReader.Create(Path.Combine(run, "report.html"), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    private static XElement RowOf(XElement page, string name) => page.Descendants("tr").First(row => row.Elements("td").FirstOrDefault()?.Value == name);

    private static string[] Cells(XElement page, string name) => [.. RowOf(page, name).Elements("td").Select(cell => cell.Value)];

    private string Run(string name = "run")
    {
        Unpack(_scratch[name]);
        return _scratch[name];
    }
}
