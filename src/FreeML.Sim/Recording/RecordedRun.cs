using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>A directory that <see cref="RunRecorder"/> wrote, read back. The files may have been changed by others: they are checked, and memory stays bounded whatever their size.</summary>
public sealed class RecordedRun
{
    /// <summary>Longest row that is read; ten numbers have less than 300 characters.</summary>
    private const int RowLimitBytes = 1 << 12;

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
        foreach (Fields row in Rows(path, RunFiles.EventsHeader))
        {
            yield return new RecordedEvent(row.Time(0, ref last), row.Event(1), row.Number(2), row.Address(3));
        }
    }

    private static IEnumerable<SupplySample> ReadSamples(string path)
    {
        double last = 0;
        foreach (Fields row in Rows(path, RunFiles.VoltageHeader))
        {
            yield return new SupplySample(row.Time(0, ref last), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.Flag(5));
        }
    }

    private static IEnumerable<PowerCycle> ReadPowerCycles(string path)
    {
        double last = 0;
        foreach (Fields row in Rows(path, RunFiles.PowerCyclesHeader))
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

    private static IEnumerable<Fields> Rows(string path, IReadOnlyList<string> header)
    {
        CsvReaderOptions options = new()
        {
            Separator = ',', HasHeader = false, MaxRecordSize = RowLimitBytes, TrackLineNumbers = true, AllowLineBreaksInQuotes = false, FormatProvider = CultureInfo.InvariantCulture,
        };
        using CsvReader reader = Reading(path, () => CsvReader.FromFile(path, options));
        bool isHeader = true;
        while (Reading(path, reader.Read))
        {
            string[] fields = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            int line = (int)Math.Min(reader.LineNumber, int.MaxValue);
            if (isHeader && !fields.SequenceEqual(header))
            {
                throw new InputException(path, line, InputException.Quote(string.Join(',', fields)), $"the header {string.Join(',', header)}");
            }

            if (fields.Length != header.Count)
            {
                throw new InputException(path, line, $"{fields.Length} fields", $"{header.Count}");
            }

            if (!isHeader)
            {
                yield return new Fields(path, line, fields, header);
            }

            isHeader = false;
        }

        if (isHeader)
        {
            throw new InputException(path, null, "nothing", $"the header {string.Join(',', header)}");
        }
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, "a file of a recorded run");
        }
        catch (CsvFormatException problem)
        {
            int? line = problem.LineNumber is > 0 and <= int.MaxValue ? (int)problem.LineNumber : null;
            throw new InputException(path, line, $"broken quotes, or a row of more than {RowLimitBytes} bytes", "a row of numbers");
        }
    }

    /// <summary>A row, whose fields are taken by position and checked.</summary>
    private readonly record struct Fields(string Path, int Line, string[] Values, IReadOnlyList<string> Header)
    {
        public string Text(int column) => Values[column];

        public bool IsEmpty(int column) => Values[column].Length == 0;

        public double Number(int column) =>
            double.TryParse(Values[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw Wrong(column, "a finite number");

        public double Time(int column, ref double last)
        {
            double value = Number(column);
            return last = value >= last ? value : throw Wrong(column, $"at least {RunFiles.Number(last)}");
        }

        public bool Flag(int column) => Values[column] switch
        {
            "0" => false,
            "1" => true,
            _ => throw Wrong(column, "0 or 1"),
        };

        public RunEvent Event(int column) => EventsByName.TryGetValue(Values[column], out RunEvent what) ? what : throw Wrong(column, string.Join(", ", EventsByName.Keys));

        public uint Address(int column) =>
            IsEmpty(column) ? 0
            : Values[column].StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(Values[column].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) ? value
            : throw Wrong(column, "an address such as 0x0440C");

        private InputException Wrong(int column, string expected) => new(Path, Line, $"{Header[column]} {InputException.Quote(Values[column])}", expected);
    }
}
