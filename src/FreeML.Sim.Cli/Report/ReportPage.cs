using System.Globalization;
using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>A run as one page that needs nothing else: figures and style are inside, it has no scripts and asks for nothing.</summary>
internal static class ReportPage
{
    /// <summary>Part of the harvest that may be missing from the book by rounding.</summary>
    private const double Rounding = 1e-6;

    /// <summary>Part of the harvest below which a part of the book is nothing.</summary>
    private const double Dust = 1e-12;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --page: #ffffff; --tint: #f4f6f8; --accent: #0072b2; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa6b2; --line: #3a434d; --page: #12161b; --tint: #1b2128; --accent: #56b4e9; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 66rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
        h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
        p, li { max-width: 46rem; }
        .lead { font-size: 1.1rem; }
        .soft, figcaption { color: var(--soft); font-size: .875rem; }
        .keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
        .keys div { background: var(--tint); border-left: 3px solid var(--accent); padding: .6rem .8rem; }
        .keys b { display: block; font-size: 1.3rem; line-height: 1.3; }
        .keys span { color: var(--soft); font-size: .8rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem; }
        th, td { padding: .25rem .55rem; text-align: right; border-bottom: 1px solid var(--line); }
        td { white-space: nowrap; }
        th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
        .text { text-align: left; }
        td.text:last-child, td.words { white-space: normal; }
        td b { color: var(--accent); }
        figure { margin: 1.5rem 0; break-inside: avoid; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr)); gap: 1rem 2rem; }
        .figures figure { margin: 0; }
        .figures .both { grid-column: 1 / -1; }
        .paper { background: #ffffff; border: 1px solid var(--line); padding: .5rem; }
        .paper svg { display: block; width: 100%; height: auto; }
        figcaption { margin-top: .4rem; }
        figcaption b { color: var(--ink); }
        pre { background: var(--tint); padding: .75rem 1rem; overflow-x: auto; font-size: .8125rem; line-height: 1.45; }
        a { color: var(--accent); }
        @page { margin: 14mm; }
        @media print { :root { --ink: #000000; --soft: #333333; --line: #bbbbbb; --page: #ffffff; --tint: #f4f6f8; --accent: #0072b2; }
          body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } pre { white-space: pre-wrap; } .wide { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: 1pt 4pt; } td { white-space: normal; }
          .figures { grid-template-columns: 1fr 1fr; gap: 5mm; } .keys { grid-template-columns: repeat(5, 1fr); } figcaption, .soft { font-size: 8pt; } }
        """;

    private static readonly (string Name, Func<MemoryUse, double> Bytes)[] MemoryParts =
    [
        ("runtime", memory => memory.Runtime),
        ("weights", memory => memory.Weights),
        ("tables", memory => memory.Tables),
        ("maps", memory => memory.Maps),
        ("commit state", memory => memory.Commit),
        ("exits", memory => memory.Exits),
        ("all", memory => memory.Total),
    ];

    private static readonly (string Name, Func<Variant, string?> Of)[] Settings =
    [
        ("strategy", variant => variant.Strategy),
        ("exit policy", variant => variant.ExitPolicy),
        ("network", variant => variant.Network),
        ("device", variant => variant.Device),
        ("clock", variant => Measure.Si(variant.ClockHertz, "Hz")),
        ("capacitor", variant => Measure.Maybe(variant.CapacitorFarads, farads => Measure.Si(farads, "F"))),
        ("turn-on, turn-off", variant => $"{Measure.Maybe(variant.TurnOnVolts, volts => Measure.Si(volts, "V"))}, {Measure.Maybe(variant.TurnOffVolts, volts => Measure.Si(volts, "V"))}"),
        ("trace", variant => variant.Trace ?? "continuous power"),
    ];

    private static readonly string[] Approximations =
    [
        "Instruction cycles are those of the user's guide's tables, and FRAM wait states and cache are modelled; DMA and bus details are approximate. Nothing here was compared with silicon.",
        "Energy is counted events times prices that reproduce the data sheet's typical currents to 3 % rms, 8 % at worst; parts differ by more.",
        "Boot is a constant current for the data sheet's time. ADC and comparator have no noise and no offset.",
        "What of the energy is compute, FRAM and commit comes from runs on continuous power; re-execution is what the run took beyond that.",
        "A trace is replayed as it was recorded: the harvester does not feel the device, except through the voltage where the model has one.",
    ];

    /// <summary>Writes the page.</summary>
    public static void Write(RunDirectory run, IReadOnlyList<ReportFigure> figures, TextWriter output)
    {
        Html html = new(output);
        RunSummary summary = run.Summary;
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n");
        html.Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\" />\n");
        html.Element("title", summary.Name);
        html.Raw($"<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n");
        WriteSummary(html, summary);
        WriteComparison(html, summary);
        WriteFigures(html, figures);
        WriteLayers(html, summary);
        WriteExits(html, summary);
        WriteEnergy(html, summary);
        WriteMemory(html, summary);
        WriteScenario(html, run);
        WriteOrigins(html, summary);
        html.Raw("</body>\n</html>\n");
    }

    private static void WriteSummary(Html html, RunSummary summary)
    {
        Variant first = summary.Variants[0];
        html.Element("h1", summary.Name);
        html.Element("p", Story.Lead(summary), "lead");
        html.Raw("<div class=\"keys\">\n");
        foreach ((string value, string name) in (ReadOnlySpan<(string, string)>)
        [
            (Measure.Maybe(first.Accuracy, Measure.Percent), "right answers"),
            (Measure.Maybe(first.Latency?.Mean, Measure.Seconds), "from sample to answer"),
            (Measure.Maybe(first.JoulesPerInference, Measure.Joules), "an answer"),
            (Measure.Maybe(first.PowerCyclesPerInference, value => Measure.Measured(value, "")), "power cycles an answer"),
            (Measure.Bytes(first.Memory.Total), "of memory"),
        ])
        {
            html.Raw("<div><b>");
            html.Text(value);
            html.Raw("</b><span>");
            html.Text(name);
            html.Raw("</span></div>\n");
        }

        html.Raw("</div>\n");
        if (summary.Variants.Count > 1)
        {
            html.Element("p", $"The numbers above are of the first variant, {first.Name}.", "soft");
        }
    }

    private static void WriteComparison(Html html, RunSummary summary)
    {
        IReadOnlyList<Variant> variants = summary.Variants;
        html.Element("h2", variants.Count > 1 ? "Variants" : "Results");
        string comparison = string.Join(' ', Story.Comparison(summary));
        if (comparison.Length > 0)
        {
            html.Element("p", comparison);
        }

        (string Name, Func<Variant, string?> Of)[] common = [.. Settings.Where(setting => variants.Select(setting.Of).Distinct().Count() == 1)];
        html.Table(["", .. variants.Select(variant => variant.Name)],
        [
            .. Settings.Except(common).Select(setting => (IReadOnlyList<Cell>)[Cell.Words(setting.Name), .. variants.Select(variant => new Cell(setting.Of(variant) ?? "") { IsBreakable = true })]),
            [Cell.Words("ended because"), .. variants.Select(variant => new Cell(Story.Stop(variant)) { IsBreakable = true })],
            .. Measure.All.Select(measure => measure.Row(variants)),
        ]);
        html.Element("p", $"{(variants.Count > 1 ? "The best is in bold, among variants that gave answers and did not get stuck. The same for all: " : "")}{string.Join("; ", common.Select(setting => $"{setting.Name} {setting.Of(variants[0])}"))}.", "soft");
    }

    private static void WriteFigures(Html html, IReadOnlyList<ReportFigure> figures)
    {
        html.Element("h2", "Figures");
        html.Raw("<div class=\"figures\">\n");
        for (int n = 0; n < figures.Count; n++)
        {
            ReportFigure figure = figures[n];
            html.Raw(figure.Figure.WidthMm > FigureWidth.OneColumn ? "<figure class=\"both\">" : "<figure>");
            html.Raw("<div class=\"paper\">\n");
            using (StringWriter svg = new(CultureInfo.InvariantCulture) { NewLine = "\n" })
            {
                new SvgWriter { IdPrefix = figure.Name + "-" }.Write(FigureLayout.Of(figure.Figure), svg);
                html.Raw(svg.ToString());
            }

            html.Raw("</div><figcaption>");
            html.Raw("<b>");
            html.Text(string.Create(CultureInfo.InvariantCulture, $"Figure {n + 1}. {figure.Title}."));
            html.Raw("</b> ");
            html.Text(figure.Caption);
            string file = $"{ReportFiles.FiguresName}/{figure.Name}";
            html.Raw($" Files: <a href=\"{file}.svg\">SVG</a>, <a href=\"{file}.tex\">PGFPlots</a>, <a href=\"{file}.csv\">numbers</a>.</figcaption></figure>\n");
        }

        html.Raw("</div>\n");
    }

    private static void WriteLayers(Html html, RunSummary summary)
    {
        Variant[] measured = [.. summary.Variants.Where(variant => variant.Layers.Count > 0)];
        if (measured.Length == 0)
        {
            return;
        }

        html.Element("h2", "Layers");
        html.Element("p", "What each operation costs, measured by running the image on the simulated device on continuous power; in brackets what the strategy costs more than no support for power failures.", "soft");
        foreach (IGrouping<string, Variant> same in measured.GroupBy(variant => string.Join('\n', variant.Layers.Select(layer => $"{layer.Name}\t{layer.Kind}\t{layer.Macs}"))))
        {
            // Variants that differ in nothing here share a column.
            Variant[][] columns = [.. same.GroupBy(variant => string.Join('\n', variant.Layers)).Select(equal => equal.ToArray())];
            IReadOnlyList<LayerCost> layers = columns[0][0].Layers;
            double macs = layers.Sum(layer => layer.Macs);
            html.Table(["layer", "kind", "products", "cycles a product", "energy", .. columns.Select(equal => $"cycles, {string.Join(", ", equal.Select(variant => variant.Name))}")],
            [
                .. layers.Select((layer, n) => (IReadOnlyList<Cell>)
                [
                    Cell.Words(layer.Name), Cell.Words(Spaced(layer.Kind)), Measure.Whole(layer.Macs), Measure.Maybe(layer.Macs > 0 ? layer.CyclesPerMac : null, PerProduct), Measure.Maybe(layer.Joules, Measure.Joules),
                    .. columns.Select(equal => Cycles(equal[0].Layers[n])),
                ]),
                [
                    Cell.Words("all"), Cell.Words(""), Measure.Whole(macs), Measure.Maybe(macs > 0 ? layers.Sum(layer => layer.Cycles) / macs : null, PerProduct), Measure.Maybe(layers.Sum(layer => layer.Joules), Measure.Joules),
                    .. columns.Select(equal => (Cell)Measure.Whole(equal[0].Layers.Sum(layer => layer.Cycles))),
                ],
            ]);
        }

        html.Element("p", "Cycles a product and energy are those of the first variant of a table.", "soft");

        static Cell Cycles(LayerCost layer) =>
            Measure.Whole(layer.Cycles) + (layer.Overhead is { } overhead ? $" ({(overhead * 100).ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture)} %)" : "");

        // Names of kinds as programs write them, as people do.
        static string Spaced(string kind) => string.Concat(kind.Select((letter, n) => n > 0 && char.IsAsciiLetterUpper(letter) && char.IsAsciiLetterLower(kind[n - 1]) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

        static string PerProduct(double cycles) => cycles.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static void WriteExits(Html html, RunSummary summary)
    {
        if (summary.Variants.All(variant => variant.Exits.Count < 2))
        {
            return;
        }

        html.Element("h2", "Exits");
        html.Table(["variant", "exit", "taken", "right of these", "right if always taken", "cycles to it", "energy to it", "energy, measured", "latency, measured"],
        [
            .. summary.Variants.SelectMany(variant => variant.Exits.Where(exit => exit.Taken > 0 || IsFirstOf(variant)).Select(exit => (IReadOnlyList<Cell>)
            [
                Cell.Words(variant.Name), Cell.Words(exit.Name), Measure.Whole(exit.Taken), exit.Taken > 0 ? Measure.Percent(exit.Correct / exit.Taken) : Measure.Maybe(null, Measure.Percent),
                Measure.Maybe(exit.AccuracyIfAlways, Measure.Percent), Measure.Maybe(exit.Cycles, Measure.Whole), Measure.Maybe(exit.Joules, Measure.Joules),
                Measure.Maybe(exit.MeanJoules, Measure.Joules), Measure.Maybe(exit.MeanSeconds, Measure.Seconds),
            ])),
        ]);
        html.Element("p", "Cycles and energy to an exit are those of continuous power at 3 V, and a run at lower voltages takes less; measured is the mean over the answers that the exit gave in the run. Exits that gave none are shown once for each network.", "soft");

        bool IsFirstOf(Variant variant) => ReferenceEquals(summary.Variants.First(other => other.Network == variant.Network), variant);
    }

    private static void WriteEnergy(Html html, RunSummary summary)
    {
        IReadOnlyList<Variant> variants = summary.Variants;
        html.Element("h2", "Energy");
        html.Table(["over the run", .. variants.Select(variant => variant.Name), "what it is"],
        [
            .. EnergyPart.All.Where(part => part.Kind != EnergySide.Source).Select(PartRow),
            Row("all of these", Spent, ""),
            .. EnergyPart.All.Where(part => part.Kind == EnergySide.Source && (!part.IsOptional || variants.Any(variant => variant.JoulesOf(part) != 0))).Select(PartRow),
        ]);
        double worst = variants.Max(variant => Math.Abs(Source(variant) - Spent(variant)) / Math.Max(Math.Abs(Source(variant)), double.Epsilon));
        html.Element("p", worst <= Rounding
            ? "The book balances: what was harvested, or there at first, was consumed, lost, clipped or is stored; the difference is below a millionth."
            : $"The book does not balance: what was harvested, or there at first, differs from what was consumed, lost, clipped and stored by up to {Measure.Percent(worst)}.", "soft");

        IReadOnlyList<Cell> PartRow(EnergyPart part) => Row(part.Name, variant => variant.JoulesOf(part), part.Meaning);

        IReadOnlyList<Cell> Row(string name, Func<Variant, double> joules, string meaning) =>
            [Cell.Words(name), .. variants.Select(variant => new Cell(Measure.Joules(WithoutDust(joules(variant), variant)))), Cell.Words(meaning)];

        // What is left of a difference of large numbers.
        static double WithoutDust(double joules, Variant variant) => Math.Abs(joules) < Dust * Source(variant) ? 0 : joules;

        static double Source(Variant variant) => EnergyPart.All.Where(part => part.Kind == EnergySide.Source).Sum(variant.JoulesOf);

        static double Spent(Variant variant) => EnergyPart.All.Where(part => part.Kind != EnergySide.Source).Sum(variant.JoulesOf);
    }

    private static void WriteMemory(Html html, RunSummary summary)
    {
        IReadOnlyList<Variant> variants = summary.Variants;
        html.Element("h2", "Memory");
        html.Table(["bytes", .. variants.Select(variant => variant.Name)],
            [.. MemoryParts.Select(part => (IReadOnlyList<Cell>)[Cell.Words(part.Name), .. variants.Select(variant => new Cell(Measure.Whole(part.Bytes(variant.Memory))))])]);
        foreach (IGrouping<(double Exits, double Separate), Variant> heads in variants.Where(variant => variant.Memory is { Exits: > 0, SeparateExits: > 0 }).GroupBy(variant => (variant.Memory.Exits, variant.Memory.SeparateExits!.Value)))
        {
            html.Element("p", $"The exits take {Measure.Whole(heads.Key.Exits)} B; a head of its own for each would take {Measure.Whole(heads.Key.Separate)} B, "
                + $"{(heads.Key.Separate / heads.Key.Exits).ToString("0.00", CultureInfo.InvariantCulture)} times as much.", "soft");
        }
    }

    private static void WriteScenario(Html html, RunDirectory run)
    {
        html.Element("h2", "Scenario");
        if (run.ReadScenario() is { } given)
        {
            html.Element("p", "As given:", "soft");
            html.Verbatim(given);
        }

        if (run.Summary.Scenario.Count > 0)
        {
            html.Raw("<details><summary>As understood, with what was not said</summary>\n");
            html.Table(["", ""], [.. run.Summary.Scenario.Select(setting => (IReadOnlyList<Cell>)[Cell.Words(setting.Name), Cell.Words(setting.Value)])]);
            html.Raw("</details>\n");
        }
    }

    private static void WriteOrigins(Html html, RunSummary summary)
    {
        html.Element("h2", "What is approximate");
        html.Raw("<ul>\n");
        foreach (string line in Approximations)
        {
            html.Element("li", line);
        }

        html.Raw("</ul>\n");
        html.Element("h2", "To reproduce");
        html.Element("p", $"Made by {Application.Name} {summary.Version}{(summary.Seed is { } seed ? $" with seed {seed}" : "")}. The same scenario, files and version give the same bytes, on any host. In the directory of this page:");
        html.Verbatim(string.Join('\n',
        [
            $"{Application.Name} run {RunDirectory.ScenarioName} -o again        # the same numbers; paths in it are relative to where it was",
            $"{Application.Name} report .                         # figures and this page, from summary.json and the tables in variants",
            $"{Application.Name} plot . --figure voltage --format tex",
            .. summary.Variants.Take(4).Select(variant => $"mspdebug tilib \"prog variants/{variant.Name}/firmware.elf\"   # {variant.Name}, as it ran here, on a LaunchPad"),
        ]));
    }
}
