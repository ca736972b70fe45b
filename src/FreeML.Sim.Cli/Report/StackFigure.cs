using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary>A bar for each variant, in layers.</summary>
internal static class StackFigure
{
    private const double HeightMm = 38;

    private static readonly (string Label, Func<MemoryUse, double> Bytes)[] MemoryLayers =
    [
        ("runtime", memory => memory.Runtime),
        ("weights", memory => memory.Weights),
        ("tables", memory => memory.Tables),
        ("maps", memory => memory.Maps),
        ("commit", memory => memory.Commit),
        ("exits", memory => memory.Exits),
    ];

    /// <summary>Style of what is not there, but would be: hatched.</summary>
    private const int WouldBe = 8;

    /// <summary>Where the energy of an answer goes.</summary>
    public static ReportFigure? Energy(RunDirectory run, string name)
    {
        IReadOnlyList<Variant> variants = run.Summary.Variants;
        if (variants.All(variant => variant.Inferences == 0))
        {
            return null;
        }

        IReadOnlyList<BarSeries> stack = BarSeries.Stack(EnergyPart.Costs.Select((part, n) =>
            (part.Name, n, (IReadOnlyList<double>)[.. variants.Select(variant => variant.Inferences == 0 ? 0 : Math.Max(0, variant.JoulesOf(part)) / variant.Inferences)])));
        return new ReportFigure(name, "Energy of an answer",
            "Where the energy of an answer goes: all that a variant consumed or lost in the run, over the number of its answers. What the parts are is said in the table of the energy.",
            Bars(variants, new Axis("Energy per inference", AxisUnit.Joule) { Minimum = 0 }, stack));
    }

    /// <summary>What lies in memory.</summary>
    public static ReportFigure? Memory(RunDirectory run, string name)
    {
        IReadOnlyList<Variant> variants = run.Summary.Variants;
        IReadOnlyList<BarSeries> stack = BarSeries.Stack(MemoryLayers.Select((layer, n) => (layer.Label, n, (IReadOnlyList<double>)[.. variants.Select(variant => layer.Bytes(variant.Memory))]))
            .Append(("more with separate exits", WouldBe, [.. variants.Select(variant => Math.Max(0, (variant.Memory.SeparateExits ?? 0) - variant.Memory.Exits))])));
        return stack.Count == 0 ? null : new ReportFigure(name, "Memory",
            "What lies in the device's memory, counted in the image that ran. Hatched: what a head of its own for each exit would take on top of the exits as they are.",
            Bars(variants, new Axis("Memory", new AxisUnit("B") { HasPrefixes = true }) { Minimum = 0 }, stack));
    }

    private static Figure Bars(IReadOnlyList<Variant> variants, Axis axis, IReadOnlyList<BarSeries> stack) =>
        new("", ReportFigure.WidthFor(variants.Count), new Axis("", AxisUnit.None) { Categories = [.. variants.Select(ReportFigure.NameOf)] }, [new Panel(axis, HeightMm, stack)]);
}
