using System.Text.Json;
using System.Text.Json.Nodes;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>A directory that <see cref="RunRecorder"/> wrote, read back. The files may have been changed by others: they are checked, and memory stays bounded whatever their size.</summary>
public sealed class RecordedRun
{
    private const long SummaryLimitBytes = 64 << 20;

    private static readonly Dictionary<string, RunEvent> EventsByName = RunFiles.EventNames.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    private RecordedRun(string directory, IReadOnlyList<SupplySample> samples, JsonObject summary)
    {
        DirectoryPath = directory;
        Samples = samples;
        Summary = summary;
    }

    /// <summary>Where it is.</summary>
    public string DirectoryPath { get; }

    /// <summary>Rows of <see cref="RunFiles.Voltage"/>, in order of time; the powers of a row are means since the row before.</summary>
    public IReadOnlyList<SupplySample> Samples { get; }

    /// <summary>Results of the run.</summary>
    public JsonObject Summary { get; }

    /// <summary>Rows of <see cref="RunFiles.PowerCycles"/>, read from the disk each time.</summary>
    public IEnumerable<PowerCycle> PowerCycles => ReadPowerCycles(Path.Combine(DirectoryPath, RunFiles.PowerCycles));

    /// <summary>Rows of <see cref="RunFiles.Events"/>, read from the disk each time.</summary>
    public IEnumerable<RecordedEvent> Events => ReadEvents(Path.Combine(DirectoryPath, RunFiles.Events));

    /// <summary>Opens a recording.</summary>
    /// <exception cref="InputException">It is not one, or is incomplete or damaged.</exception>
    public static RecordedRun Load(string directory)
    {
        JsonObject summary = ReadSummary(Path.Combine(directory, RunFiles.Summary));
        SampleDecimator samples = new();
        foreach (SupplySample row in ReadSamples(Path.Combine(directory, RunFiles.Voltage)))
        {
            samples.Add(row);
        }

        return new RecordedRun(directory, [.. samples.Rows], summary);
    }

    internal static IEnumerable<RecordedEvent> ReadEvents(string path)
    {
        double last = 0;
        foreach (CsvRow row in CsvRow.Read(path, RunFiles.EventsHeader))
        {
            yield return new RecordedEvent(row.Time(0, ref last), EventOf(row, 1), row.Number(2), row.Address(3));
        }
    }

    /// <summary>Reads <see cref="RunFiles.Voltage"/>, as it is gone through.</summary>
    /// <exception cref="InputException">It is not there, or damaged.</exception>
    public static IEnumerable<SupplySample> ReadSamples(string path)
    {
        double last = 0;
        foreach (CsvRow row in CsvRow.Read(path, RunFiles.VoltageHeader))
        {
            yield return new SupplySample(row.Time(0, ref last), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.Flag(5));
        }
    }

    /// <summary>Reads <see cref="RunFiles.PowerCycles"/>, as it is gone through.</summary>
    /// <exception cref="InputException">It is not there, or damaged.</exception>
    public static IEnumerable<PowerCycle> ReadPowerCycles(string path)
    {
        double last = 0;
        foreach (CsvRow row in CsvRow.Read(path, RunFiles.PowerCyclesHeader))
        {
            double turnOn = row.Time(1, ref last);
            double? bootDone = row.IsEmpty(2) ? null : row.Time(2, ref last);
            yield return new PowerCycle((long)row.Number(0), turnOn, bootDone, row.Time(3, ref last), row.Number(5), row.Number(6), row.Number(7), row.Address(8), row.Text(9));
        }
    }

    private static JsonObject ReadSummary(string path)
    {
        try
        {
            long bytes = new FileInfo(path).Length;
            if (bytes > SummaryLimitBytes)
            {
                throw new InputException(path, null, $"{bytes} bytes", $"at most {SummaryLimitBytes}");
            }

            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new InputException(path, null, "another kind of JSON value", "an object");
        }
        catch (JsonException problem)
        {
            throw new InputException(path, (int?)problem.LineNumber + 1, "text that is not JSON", "the summary of a recorded run");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, "the directory of a complete recording");
        }
    }

    private static RunEvent EventOf(CsvRow row, int column) =>
        EventsByName.TryGetValue(row.Text(column), out RunEvent what) ? what : throw row.Wrong(column, string.Join(", ", EventsByName.Keys));
}
