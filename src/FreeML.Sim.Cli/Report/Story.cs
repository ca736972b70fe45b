using System.Globalization;

namespace FreeML.Sim.Cli.Report;

/// <summary>What came of a run, in words made from its numbers.</summary>
internal static class Story
{
    private static readonly Dictionary<string, string> StopNames = new(StringComparer.Ordinal)
    {
        ["done"] = "all answered",
        ["duration"] = "time was up",
        ["trace-end"] = "the trace ended",
        ["no-progress"] = "got stuck",
    };

    /// <summary>Why a variant ended.</summary>
    public static string Stop(Variant variant) => StopNames.GetValueOrDefault(variant.Stop, variant.Stop);

    /// <summary>One sentence about the first variant, and one about how the others compare.</summary>
    public static string Lead(RunSummary run)
    {
        Variant first = run.Variants[0];
        string where = $"The network {first.Network}, on {first.Device} at {Measure.Si(first.ClockHertz, "Hz")}{Supply(first)},";
        string what = first.Inferences == 0
            ? $"never gave an answer{(first.Stuck is { } stuck ? $": {Stuck(stuck)}" : $" ({Stop(first)})")}"
            : $"gave {Measure.Whole(first.Inferences)} answer{(first.Inferences == 1 ? "" : "s")}, {Measure.Maybe(first.Accuracy, Measure.Percent)} of them right, in {Measure.Maybe(first.Latency?.Mean, Measure.Seconds)} "
                + $"and with {Measure.Maybe(first.JoulesPerInference, Measure.Joules)} each on average, through {Measure.Whole(first.PowerFailures)} power failure{(first.PowerFailures == 1 ? "" : "s")}";
        return $"{where} {what}.";
    }

    /// <summary>How the variants compare; empty if there is one.</summary>
    public static IEnumerable<string> Comparison(RunSummary run)
    {
        Variant[] finished = [.. run.Variants.Where(variant => variant is { Inferences: > 0, IsStuck: false, JoulesPerInference: > 0 }).OrderBy(variant => variant.JoulesPerInference)];
        if (finished.Length > 1 && finished[0].JoulesPerInference < finished[^1].JoulesPerInference)
        {
            yield return $"An answer of {finished[0].Name} takes the least energy, {Measure.Joules(finished[0].JoulesPerInference!.Value)}, and {Measure.Maybe(finished[0].Accuracy, Measure.Percent)} are right; "
                + $"one of {finished[^1].Name} takes {More(finished[^1].JoulesPerInference!.Value / finished[0].JoulesPerInference!.Value)}, and {Measure.Maybe(finished[^1].Accuracy, Measure.Percent)} are right.";
        }

        Variant[] fast = [.. finished.Where(variant => variant.Latency is not null).OrderBy(variant => variant.Latency!.Mean)];
        if (fast.Length > 1 && fast[0].Latency!.Mean < fast[^1].Latency!.Mean)
        {
            yield return $"The fastest is {fast[0].Name}, with {Measure.Seconds(fast[0].Latency!.Mean)} to an answer; that of {fast[^1].Name} takes {Measure.Seconds(fast[^1].Latency!.Mean)}.";
        }

        foreach (Variant variant in run.Variants.Where(variant => variant.IsStuck))
        {
            yield return $"Variant {variant.Name} got stuck after {Measure.Whole(variant.Inferences)} answer{(variant.Inferences == 1 ? "" : "s")}{(variant.Stuck is { } stuck ? $": {Stuck(stuck)}" : "")}.";
        }

        foreach (Variant variant in run.Variants.Where(variant => variant.ContinuousMatches < variant.Inferences))
        {
            yield return $"{Measure.Whole(variant.Inferences - variant.ContinuousMatches!.Value)} answers of {variant.Name} are not those of continuous power.";
        }
    }

    /// <summary>Where and why a variant got stuck.</summary>
    public static string Stuck(StuckAt stuck) =>
        $"{stuck.Operation} does not end in one charge"
            + (stuck.Joules is { } joules ? $", it takes {Measure.Joules(joules)}" : "")
            + (stuck.SmallestFarads is { } farads ? $"; a capacitor of {Measure.AtLeast(farads, "F")} would do" : "");

    private static string Supply(Variant variant) =>
        (variant.CapacitorFarads is { } farads ? $" behind {Measure.Si(farads, "F")}" : "") + (variant.Trace is { } trace ? $" on {trace}" : "");

    private static string More(double ratio) => ratio >= 2 ? $"{ratio.ToString("0.0", CultureInfo.InvariantCulture)} times as much" : $"{Measure.Percent(ratio - 1)} more";
}
