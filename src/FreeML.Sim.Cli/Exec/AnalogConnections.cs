using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Cli.Exec;

/// <summary>
/// What the board connects to analog pins, as <c>--analog</c> says it: <c>P1.2=buffer*0.5</c> or <c>supply*0.5</c> for a divider, <c>P1.3=1.2V</c> for a
/// voltage, <c>P1.4=FILE.csv</c> for a recorded one with columns time_s and voltage_V.
/// </summary>
internal sealed class AnalogConnections
{
    private const string Option = "--analog";
    private const string Header = "time_s,voltage_V";
    private const string HighestVolts = "100V";
    private const int RowLimit = 4_000_000;

    private readonly List<(string Pin, AnalogSource Source)> _connections = [];

    /// <summary>Reads the option's values.</summary>
    /// <exception cref="InputException">One of them, or a file it names, cannot be understood.</exception>
    public static AnalogConnections Read(IEnumerable<string> values, DeviceDescription device)
    {
        AnalogConnections connections = new();
        foreach (string value in values)
        {
            string[] sides = value.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2)
            {
                throw new InputException(Option, null, InputException.Quote(value), "PIN=SOURCE, such as P1.2=buffer*0.5, P1.3=1.2V or P1.4=FILE.csv");
            }

            connections._connections.Add((AnalogPin(sides[0], device), SourceOf(sides[1])));
        }

        return connections;
    }

    /// <summary>Connects a device's pins.</summary>
    public void Attach(Device device)
    {
        foreach ((string pin, AnalogSource source) in _connections)
        {
            device.Analog.Connect(device.FindPin(pin)!, source);
        }
    }

    private static string AnalogPin(string name, DeviceDescription device)
    {
        PinDescription? pin = device.Pins.FirstOrDefault(pin => pin.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return pin is not null && pin.Functions.Any(function => function.Analog is not null)
            ? pin.Name
            : throw new InputException(Option, null, InputException.Quote(name), $"an analog pin of {device.Name}, such as P1.2");
    }

    private static AnalogSource SourceOf(string text)
    {
        string[] factors = text.Split('*', 2, StringSplitOptions.TrimEntries);
        VoltageMix? node = factors[0] switch
        {
            "supply" => VoltageMix.Supply,
            "buffer" => VoltageMix.Buffer,
            _ => null,
        };
        return node is { } mix ? new AnalogSource(mix * (factors.Length == 1 ? 1 : CommonOptions.ReadFactor(Option, factors[1])))
            : File.Exists(text) || text.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? new AnalogSource(VoltageMix.Of(0), ReadWaveform(text))
            : new AnalogSource(VoltageMix.Of((double)Quantity.Parse(Option, text, Unit.Voltage, "0V", HighestVolts)));
    }

    private static Waveform ReadWaveform(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return ReadWaveform(path, reader);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(path, null, problem.Message, $"a table with the columns {Header}");
        }
    }

    private static Waveform ReadWaveform(string path, StreamReader reader)
    {
        List<SimTime> times = [];
        List<double> volts = [];
        bool hasHeader = false;
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            string row = text.Trim();
            if (row.Length == 0 || row[0] == '#')
            {
                continue;
            }

            if (!hasHeader)
            {
                hasHeader = row.Replace(" ", "", StringComparison.Ordinal) == Header ? true : throw Error(row, $"the header {Header}");
                continue;
            }

            string[] cells = row.Split(',', StringSplitOptions.TrimEntries);
            double seconds = cells.Length == 2 ? Number(cells[0], 0, SimTime.MaxValue.TotalSeconds) : throw Error($"{cells.Length} cells", "2");
            SimTime time = SimTime.FromSeconds(seconds);
            if (times.Count > 0 && time <= times[^1])
            {
                throw Error($"time {cells[0]}", "times that ascend");
            }

            if (times.Count == RowLimit)
            {
                throw Error($"more than {RowLimit} rows", "fewer");
            }

            times.Add(time);
            volts.Add(Number(cells[1], -100, 100));
        }

        return times.Count > 0 ? new Waveform(times, volts) : throw Error("no rows", $"{Header} and at least one row");

        InputException Error(string found, string expected) => new(path, Math.Max(line, 1), found, expected);

        double Number(string cell, double least, double most) =>
            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
                ? value
                : throw Error(InputException.Quote(cell), string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most:g4}"));
    }
}
