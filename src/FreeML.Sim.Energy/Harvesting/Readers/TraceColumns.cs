using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>The headings of our own form, which reader and writer share.</summary>
internal static class TraceColumns
{
    /// <summary>Heading of the time.</summary>
    public const string Time = "time_s";

    /// <summary>Start of the heading of an I-V surface's column; the volts and a V follow.</summary>
    public const string CurrentAt = "current_A@";

    /// <summary>Headings of a single-diode trace, in the order of its parameters.</summary>
    public static IReadOnlyList<string> SingleDiode { get; } = ["light_current_A", "saturation_current_A", "series_ohm", "shunt_ohm", "diode_voltage_V"];

    /// <summary>The headings after the time.</summary>
    public static IEnumerable<string> Of(Trace trace) => trace.Quantity switch
    {
        TraceQuantity.Power => ["power_W"],
        TraceQuantity.Voltage => ["voltage_V"],
        TraceQuantity.Current => ["current_A"],
        TraceQuantity.Irradiance => ["irradiance_W_m2"],
        TraceQuantity.IvSurface => trace.Axis.Select(volts => string.Create(CultureInfo.InvariantCulture, $"{CurrentAt}{volts}V")),
        TraceQuantity.SingleDiode => SingleDiode,
        _ => throw new ArgumentOutOfRangeException(nameof(trace)),
    };

    /// <summary>The volts of a surface's heading.</summary>
    public static bool TryVolts(string heading, out double volts)
    {
        volts = 0;
        return heading.StartsWith(CurrentAt, StringComparison.Ordinal) && heading.EndsWith('V')
            && Cells.TryNumber(heading.AsSpan()[CurrentAt.Length..^1], out volts) && double.IsFinite(volts);
    }
}
