using System.Globalization;
using System.Text.Json;
using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Cli.Traces;

/// <summary>What there is to say about a trace, as text and as JSON.</summary>
internal static class TraceSummary
{
    private static readonly Dictionary<TraceQuantity, (string Name, string Unit)> Quantities = new()
    {
        [TraceQuantity.Power] = ("power", "W"),
        [TraceQuantity.Voltage] = ("voltage", "V"),
        [TraceQuantity.Current] = ("current", "A"),
        [TraceQuantity.Irradiance] = ("irradiance", "W/m2"),
        [TraceQuantity.IvSurface] = ("I-V surface", "W"),
        [TraceQuantity.SingleDiode] = ("single-diode parameters", "W"),
    };

    /// <summary>A quantity in words.</summary>
    public static string NameOf(TraceQuantity quantity) => Quantities[quantity].Name;

    /// <summary>Writes the text.</summary>
    public static void WriteText(TextWriter output, TraceSource source, IEnumerable<string> lines)
    {
        TraceStatistics figures = TraceStatistics.Of(source.Trace);
        (string name, string unit) = Quantities[source.Trace.Quantity];
        string[] description = [.. lines];
        output.WriteLine(description[0]);
        string what = source.Trace.Quantity == figures.Quantity ? "" : " of the maximum power";
        foreach ((string label, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            ("quantity", name),
            ("duration", SiText.Of(figures.DurationSeconds, "s")),
            ("samples", figures.Samples.ToString(CultureInfo.InvariantCulture)),
            ("usual step", source.Report is { } report ? SiText.Of(report.StepSeconds, "s") : null),
            ("minimum", SiText.Of(figures.Minimum, unit) + what),
            ("mean", SiText.Of(figures.Mean, unit) + what),
            ("maximum", SiText.Of(figures.Maximum, unit) + what),
            ("variation", $"{SiText.Of(figures.CoefficientOfVariation, "")} (standard deviation over mean)"),
            ("above zero", string.Create(CultureInfo.InvariantCulture, $"{100 * figures.Duty:0.##} % of the time")),
            ("energy", figures.EnergyJoules is { } joules ? SiText.Of(joules, "J") : null),
        ])
        {
            if (value is not null)
            {
                output.WriteLine($"  {label,-12} {value}");
            }
        }

        foreach (string line in description.Skip(1))
        {
            output.WriteLine("  " + line);
        }
    }

    /// <summary>Writes the members of an object.</summary>
    public static void WriteJson(Utf8JsonWriter json, TraceSource source)
    {
        TraceStatistics figures = TraceStatistics.Of(source.Trace);
        (string name, string unit) = Quantities[source.Trace.Quantity];
        json.WriteString("file", source.Name);
        json.WriteString("kind", "trace");
        json.WriteString("form", source.Report?.Form ?? "model of this program");
        json.WriteString("quantity", name);
        json.WriteString("column", source.Report?.Column);
        json.WriteStrings("columns", source.Report?.Columns ?? []);
        json.WriteNumber("durationSeconds", figures.DurationSeconds);
        json.WriteNumber("samples", figures.Samples);
        json.WriteFinite("stepSeconds", source.Report?.StepSeconds);
        json.WriteString("unit", unit);
        json.WriteFinite("minimum", figures.Minimum);
        json.WriteFinite("mean", figures.Mean);
        json.WriteFinite("maximum", figures.Maximum);
        json.WriteFinite("coefficientOfVariation", figures.CoefficientOfVariation);
        json.WriteFinite("energy_J", figures.EnergyJoules);
        json.WriteFinite("duty", figures.Duty);
        json.WriteStrings("assumptions", source.Report?.Assumptions ?? []);
        json.WriteArray("findings", source.Report?.Findings ?? [], (item, finding) =>
        {
            item.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()));
            item.WriteNumber("count", finding.Count);
            item.WriteOptional("firstLine", finding.FirstLine);
            item.WriteString("firstFound", finding.FirstFound);
            item.WriteFinite("total", finding.Total);
            item.WriteFinite("extreme", finding.Extreme);
        });
    }
}
