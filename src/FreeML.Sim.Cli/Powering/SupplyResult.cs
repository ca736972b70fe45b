using System.Globalization;
using System.Text.Json;
using FreeML.Sim.Energy;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Powering;

/// <summary>What a run on a supply came to, as members of exec's JSON and as a table.</summary>
internal static class SupplyResult
{
    // In the order in which energy passes through a supply.
    private static readonly (string Key, string Label, Func<EnergyBook, double> Joules)[] Entries =
    [
        ("harvested_J", "harvested", book => book.HarvestedJoules),
        ("consumed_J", "consumed", book => book.ConsumedJoules),
        ("leaked_J", "leaked", book => book.LeakedJoules),
        ("clipped_J", "clipped", book => book.ClippedJoules),
        ("converterLoss_J", "lost in converters", book => book.ConverterLossJoules),
        ("esrLoss_J", "lost in the ESR", book => book.EsrLossJoules),
        ("switchingLoss_J", "lost in switching", book => book.SwitchingLossJoules),
        ("stored_J", "stored at the end", book => book.StoredJoules),
        ("initial_J", "stored at the start", book => book.InitialJoules),
    ];

    /// <summary>Writes the members <c>energy</c> and <c>supply</c>.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject("energy");
        foreach ((string key, _, Func<EnergyBook, double> joules) in Entries)
        {
            json.WriteNumber(key, joules(report.Book));
        }

        json.WriteStartObject("byActivity");
        foreach (Activity activity in Enum.GetValues<Activity>())
        {
            json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(activity.ToString()), report.Energy[(int)activity]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("supply");
        json.WriteNumber("boots", report.Boots);
        json.WriteNumber("abortedBoots", report.AbortedBoots);
        json.WriteNumber("tornInstructions", report.TornInstructions);
        json.WriteNumber("onSeconds", report.OnSeconds);
        json.WriteNumber("sleepSeconds", report.SleepSeconds);
        json.WriteFinite("coldStartSeconds", report.ColdStartSeconds);
        json.WriteEndObject();
    }

    /// <summary>Writes the table: time, failures, then where the energy went.</summary>
    public static void WriteText(TextWriter output, RunReport report)
    {
        double share = report.Seconds > 0 ? 100 * report.OnSeconds / report.Seconds : 0;
        Row(output, "time", string.Create(CultureInfo.InvariantCulture, $"{SiText.Of(report.Seconds, "s")}, of which on {SiText.Of(report.OnSeconds, "s")} ({share:0.##} %), asleep {SiText.Of(report.SleepSeconds, "s")}"));
        Row(output, "cold start", report.ColdStartSeconds is { } seconds ? $"first instruction after {SiText.Of(seconds, "s")}" : "no instruction was ever reached");
        Row(output, "boots", string.Create(CultureInfo.InvariantCulture, $"{report.Boots}, and {report.AbortedBoots} that the supply did not last"));
        Row(output, "power failures", string.Create(CultureInfo.InvariantCulture, $"{report.PowerFailures}, of which {report.TornInstructions} cut an instruction's writes in two"));
        foreach ((_, string label, Func<EnergyBook, double> joules) in Entries)
        {
            Row(output, label, SiText.Of(joules(report.Book), "J"));
            if (label == "consumed")
            {
                double consumed = report.Energy.Total;
                foreach (Activity activity in Enum.GetValues<Activity>().Where(activity => report.Energy[(int)activity] > 0))
                {
                    double part = report.Energy[(int)activity];
                    string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(activity.ToString()).Replace('_', ' ');
                    Row(output, "  " + name, string.Create(CultureInfo.InvariantCulture, $"  {SiText.Of(part, "J"),-10} {100 * part / consumed,5:0.0} %"));
                }
            }
        }
    }

    private static void Row(TextWriter output, string label, string value) => output.WriteLine($"  {label,-20} {value}");
}
