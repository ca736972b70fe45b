using System.Globalization;
using System.Text.Json.Nodes;

namespace FreeML.Sim.Cli.Run;

/// <summary>What came of a scenario as a table: a row for each variant, and a line for each that got stuck.</summary>
internal static class ResultTable
{
    private const string None = "-";

    // Heading, whether the column is to the left, and the cell.
    private static readonly (string Heading, bool IsLeft, Func<JsonObject, string> Cell)[] Columns =
    [
        ("variant", true, variant => Line.Of(Text(variant, "name"))),
        ("accuracy", false, variant => Number(variant, "accuracy") is { } share ? Percent(share) : None),
        ("exits taken", true, Exits),
        ("latency p50", false, variant => Quantity(variant, "latency_s", "p50", "s")),
        ("p90", false, variant => Quantity(variant, "latency_s", "p90", "s")),
        ("on-time", false, variant => Quantity(variant, "onTime_s", "mean", "s")),
        ("energy", false, variant => Number(variant, "energyPerInference_J") is { } joules ? SiText.Of(joules, "J") : None),
        ("failures", false, variant => Text(variant, "powerFailures")),
        ("redone", false, Redone),
        ("rate", false, variant => Number(variant, "throughput_per_s") is { } rate && Number(variant, "inferences") > 0 ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.###}/s") : None),
        ("memory", false, variant => string.Create(CultureInfo.InvariantCulture, $"{Memory(variant) / 1000:0.0} kB")),
        ("answers", false, variant => Text(variant, "inferences")),
    ];

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, string name, IReadOnlyList<JsonObject> variants)
    {
        output.WriteLine(Line.Of(name));
        string[][] rows = [[.. Columns.Select(column => column.Heading)], .. variants.Select(variant => Columns.Select(column => column.Cell(variant)).ToArray())];
        int[] widths = [.. Enumerable.Range(0, Columns.Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine("  " + string.Join("  ", row.Select((cell, column) => Columns[column].IsLeft ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        foreach (string line in variants.SelectMany(Remarks))
        {
            output.WriteLine("  " + line);
        }
    }

    private static IEnumerable<string> Remarks(JsonObject variant)
    {
        string name = Line.Of(Text(variant, "name"));
        if (variant["stuck"] is JsonObject stuck)
        {
            string work = Line.Of(Text(stuck, "operation"));
            string has = $"{SiText.Of(Number(variant, "capacitor_F")!.Value, "F")} between {SiText.Of(Number(variant, "turnOn_V")!.Value, "V")} and {SiText.Of(Number(variant, "turnOff_V")!.Value, "V")}";
            yield return Number(stuck, "smallestCapacitor_F") is { } farads
                ? $"{name} is stuck on {has}: {work} takes {SiText.Of(Number(stuck, "energy_J")!.Value, "J")} in one go, boot included; the smallest capacitor that would do is {SiText.Of(farads, "F")}"
                : $"{name} is stuck on {has}: {work} was begun again and again";
        }

        if (Number(variant, "continuousMatches") < Number(variant, "inferences"))
        {
            yield return $"{name}: {Number(variant, "inferences") - Number(variant, "continuousMatches")} answers are not those of continuous power";
        }

        if (Number(variant, "deadlineMisses") > 0 || Number(variant, "dropped") > 0)
        {
            yield return $"{name}: {Text(variant, "deadlineMisses")} answers came late, {Text(variant, "dropped")} samples found no place";
        }

        if (Text(variant, "stop") is "trace-end" or "duration")
        {
            yield return $"{name}: {(Text(variant, "stop") == "duration" ? "the duration" : "the trace")} was over after {Text(variant, "inferences")} answers";
        }
    }

    // The share of all cycles of computing that were done before.
    private static string Redone(JsonObject variant) =>
        Number(variant, "thrownAway_cycles") is { } lost && Number(variant, "cycles") is > 0 and var all ? Percent(lost / all) : None;

    private static string Exits(JsonObject variant)
    {
        JsonObject[] exits = [.. variant["exits"]!.AsArray().Select(exit => exit!.AsObject())];
        return exits.Length == 1 ? None : string.Join(" ", exits.Select(exit => Text(exit, "taken")));
    }

    private static double Memory(JsonObject variant) => variant["memory_B"]!.AsObject().Where(part => part.Key != "separateExits").Sum(part => part.Value!.AsValue().Deserialize());

    private static string Quantity(JsonObject variant, string name, string part, string unit) => variant[name] is JsonObject spread && Number(spread, part) is { } value ? SiText.Of(value, unit) : None;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static double? Number(JsonObject json, string name) => json[name]?.AsValue().Deserialize();

    private static string Text(JsonObject json, string name) => json[name]?.ToString() ?? None;

    // A number may be held as a whole one, as a double, or as the text it was read from.
    private static double Deserialize(this JsonValue value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
}
