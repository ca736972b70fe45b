using System.Globalization;
using CsvHelper;

namespace FreeML.Sim.Recording;

/// <summary>Names, headers and number forms of the files of a recorded run: what writer and reader must agree on.</summary>
public static class RunFiles
{
    /// <summary>Voltages and powers over time: <see cref="VoltageHeader"/>.</summary>
    public const string Voltage = "voltage.csv";

    /// <summary>One row for each time the supply was on: <see cref="PowerCyclesHeader"/>.</summary>
    public const string PowerCycles = "power_cycles.csv";

    /// <summary>Everything that happened: <see cref="EventsHeader"/>.</summary>
    public const string Events = "events.csv";

    /// <summary>The supply for waveform viewers.</summary>
    public const string Waveform = "supply.vcd";

    /// <summary>Results of the run. Moved into place last: where it is, the recording is complete.</summary>
    public const string Summary = "summary.json";

    /// <summary>Columns of <see cref="Voltage"/>. Powers are means since the row before; <c>on</c> is 1 while the chip has power, else 0.</summary>
    public static IReadOnlyList<string> VoltageHeader { get; } = ["time_s", "buffer_V", "output_V", "harvested_W", "load_W", "on"];

    /// <summary>
    /// Columns of <see cref="PowerCycles"/>. <c>boot_done_s</c> is empty where the supply failed during boot; <c>on_s</c> is from turn-on to end, boot included;
    /// <c>off_before_s</c> is since the end before, or since the start of the run; <c>program_counter</c> is empty where there is none.
    /// </summary>
    public static IReadOnlyList<string> PowerCyclesHeader { get; } =
        ["index", "turn_on_s", "boot_done_s", "end_s", "on_s", "off_before_s", "turn_on_V", "end_V", "program_counter", "reason"];

    /// <summary>Columns of <see cref="Events"/>. <c>program_counter</c> is empty where there is none.</summary>
    public static IReadOnlyList<string> EventsHeader { get; } = ["time_s", "event", "buffer_V", "program_counter"];

    /// <summary>How events are spelled in files.</summary>
    public static IReadOnlyDictionary<RunEvent, string> EventNames { get; } = new Dictionary<RunEvent, string>
    {
        [RunEvent.TurnOn] = "turn-on",
        [RunEvent.BootDone] = "boot-done",
        [RunEvent.BootAborted] = "boot-aborted",
        [RunEvent.Warning] = "warning",
        [RunEvent.PowerFailure] = "power-failure",
        [RunEvent.Stop] = "stop",
    };

    /// <summary>Reason of a power cycle that was still going on when the recording ended.</summary>
    public const string StillOn = "still-on";

    /// <summary>The shortest decimal number that reads back as the same double.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An address as the listings show it; empty for 0, which stands for none.</summary>
    public static string Address(uint programCounter) => programCounter == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"0x{programCounter:X5}");

    /// <summary>A CSV over a writer that somebody else owns.</summary>
    internal static CsvWriter Csv(TextWriter writer, IReadOnlyList<string> header)
    {
        CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n", FormatProvider = CultureInfo.InvariantCulture }, leaveOpen: true);
        csv.WriteRecord([.. header]);
        return csv;
    }
}
