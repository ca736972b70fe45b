using System.Globalization;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// What the board does to a device's pins, from a table with the columns <c>time_s,pin,level</c> and the levels 0, 1 and z (it lets go).
/// </summary>
public sealed class BoardInputs
{
    private const int RowLimit = 4_000_000;

    // SimTime ends at about 106 days.
    private const int LongestSeconds = 9_000_000;
    private const string TimeColumn = "time_s";
    private const string PinColumn = "pin";
    private const string LevelColumn = "level";

    private static readonly string[] Columns = [TimeColumn, PinColumn, LevelColumn];

    private readonly List<(SimTime Time, string Pin, PinLevel Level)> _levels = [];

    private BoardInputs()
    {
    }

    /// <summary>Reads a table.</summary>
    /// <param name="path">CSV; blank lines and lines that begin with # are left out.</param>
    /// <param name="device">Whose pins it names.</param>
    /// <exception cref="InputException">It cannot be read, or something in it cannot be.</exception>
    public static BoardInputs Read(string path, DeviceDescription device)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            using StreamReader reader = new(path);
            return Read(path, reader, device);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(path, null, problem.Message, $"a table with the columns {TimeColumn}, {PinColumn} and {LevelColumn}");
        }
    }

    /// <inheritdoc cref="Read(string, DeviceDescription)"/>
    internal static BoardInputs Read(string source, TextReader text, DeviceDescription device)
    {
        Row row = new(source, text);
        row.ReadHeader();
        BoardInputs inputs = new();
        SimTime last = SimTime.Zero;
        int rows = 0;
        while (row.Next())
        {
            SimTime time = row.Time(last);
            last = time;
            PinDescription pin = device.Pins.FirstOrDefault(pin => string.Equals(pin.Name, row[PinColumn], StringComparison.OrdinalIgnoreCase))
                ?? throw row.Error(row[PinColumn], $"a pin of {device.Name}, such as P1.0");
            if (++rows > RowLimit)
            {
                throw row.Error($"more than {RowLimit} rows", "fewer");
            }

            inputs._levels.Add((time, pin.Name, row.Level()));
        }

        return inputs;
    }

    /// <summary>Connects a device that has not run yet.</summary>
    public void Attach(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        int next = 0;
        ScheduledEvent? due = null;
        due = device.Scheduler.Register("board inputs", Drive);
        ScheduleNext();

        void Drive(SimTime time)
        {
            for (; next < _levels.Count && _levels[next].Time <= time; next++)
            {
                device.FindPin(_levels[next].Pin)!.DriveOutside(_levels[next].Level, _levels[next].Time);
            }

            ScheduleNext();
        }

        void ScheduleNext() => due!.At(next < _levels.Count ? _levels[next].Time : SimTime.MaxValue);
    }

    /// <summary>A row of the table, by the names of its columns.</summary>
    private sealed class Row(string source, TextReader text)
    {
        private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
        private string[] _cells = [];
        private int _line;

        public string this[string column] => _columns.TryGetValue(column, out int place) ? _cells[place] : "";

        public void ReadHeader()
        {
            string expected = $"the columns {TimeColumn}, {PinColumn} and {LevelColumn}";
            if (!NextLine())
            {
                throw Error("an empty file", expected);
            }

            for (int n = 0; n < _cells.Length; n++)
            {
                if (!Columns.Contains(_cells[n]) || !_columns.TryAdd(_cells[n], n))
                {
                    throw Error($"column {InputException.Quote(_cells[n])}", expected);
                }
            }

            if (!_columns.ContainsKey(TimeColumn) || !_columns.ContainsKey(PinColumn) || !_columns.ContainsKey(LevelColumn))
            {
                throw Error(InputException.Quote(string.Join(',', _cells)), expected);
            }
        }

        public bool Next()
        {
            if (!NextLine())
            {
                return false;
            }

            return _cells.Length == _columns.Count ? true : throw Error($"{_cells.Length} cells", $"{_columns.Count}, one for each column");
        }

        public SimTime Time(SimTime last)
        {
            if (!double.TryParse(this[TimeColumn], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || !(seconds >= 0 && seconds <= LongestSeconds))
            {
                throw Error($"{TimeColumn} {InputException.Quote(this[TimeColumn])}", $"a number from 0 to {LongestSeconds}");
            }

            SimTime time = SimTime.FromSeconds(seconds);
            return time >= last ? time : throw Error($"time {this[TimeColumn]} after {last.TotalSeconds.ToString(CultureInfo.InvariantCulture)}", "times that do not decrease");
        }

        public PinLevel Level() => this[LevelColumn] switch
        {
            "0" => PinLevel.Low,
            "1" => PinLevel.High,
            "z" or "Z" => PinLevel.HighImpedance,
            var other => throw Error(InputException.Quote(other), "level 0, 1 or z"),
        };

        public InputException Error(string found, string expected) => new(source, Math.Max(_line, 1), found, expected);

        private bool NextLine()
        {
            while (text.ReadLine() is { } line)
            {
                _line++;
                if (line.Trim() is { Length: > 0 } content && content[0] != '#')
                {
                    _cells = content.Split(',', StringSplitOptions.TrimEntries);
                    return true;
                }
            }

            return false;
        }
    }
}
