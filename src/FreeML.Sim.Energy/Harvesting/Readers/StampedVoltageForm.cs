using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// Two numbers a line without a heading, a stamp and volts: the Mementos recordings and their descendants. Stamps that begin with
/// seven to nine digits and read as HHMMSSmmm are a wall clock, another whole number counts milliseconds, one with a point counts seconds.
/// </summary>
internal static class StampedVoltageForm
{
    private const double MillisecondsPerDay = 86_400_000;

    private static readonly string[] Columns = ["voltage", "power"];

    /// <summary>Two numbers on each of the first lines.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) => head.Count > 0 && head.All(line => Cells.AreNumbers(line, Cells.Separator(line), 2));

    /// <summary>Reads the rows.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        string wanted = options.Column ?? Columns[0];
        if (!Columns.Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            throw lines.Error($"no column {TraceFormatException.Quote(wanted)}", "voltage or power");
        }

        bool asPower = wanted.Equals(Columns[1], StringComparison.OrdinalIgnoreCase);
        char separator = Cells.Separator(lines.Head[0]);
        string[] stamps = [.. lines.Head.Select(line => Cells.Split(line, separator)[0])];
        bool isClock = stamps[0].Length is >= 7 and <= 9 && stamps.All(stamp => Cells.TryWhole(stamp, out int value) && Clock(value) is not null);
        bool isCount = stamps.All(stamp => Cells.TryWhole(stamp, out _));
        TraceBuilder builder = new(lines.Name, options)
        {
            Form = isClock ? "Mementos recording" : "stamped voltages",
            Quantity = asPower ? TraceQuantity.Power : TraceQuantity.Voltage,
            Column = asPower ? Columns[1] : Columns[0],
            Columns = Columns,
            StampsPerSecond = isCount ? 1000 : 1,
        };
        builder.Assumptions.Add(isClock ? "stamps are a wall clock HHMMSSmmm" : isCount ? "stamps count milliseconds" : "stamps count seconds");
        string load = options.LoadOhms.ToString(CultureInfo.InvariantCulture);
        builder.Assumptions.Add(asPower
            ? $"power is that of the recorded voltage in a load of {load} ohm"
            : $"the voltage was measured across a load ({load} ohm in the Mementos set-up), so it is not the open-circuit voltage");
        if (lines.HadByteOrderMark)
        {
            builder.Assumptions.Add("the byte-order mark at the start was left out");
        }

        Range[] cells = new Range[3];
        double midnights = 0;
        double before = 0;
        while (lines.Read() is { } row)
        {
            ReadOnlySpan<char> text = row;
            if (Cells.Split(text, separator, cells) != 2)
            {
                throw lines.Error(TraceFormatException.Quote(text), "two numbers, a stamp and volts");
            }

            double stamp = builder.Stamp(lines.Line, text[cells[0]]);
            if (isClock)
            {
                stamp = midnights + (Clock(stamp) ?? throw lines.Error(TraceFormatException.Quote(text[cells[0]]), "a wall clock HHMMSSmmm"));
                if (builder.Count > 0 && stamp < before - (MillisecondsPerDay / 2))
                {
                    midnights += MillisecondsPerDay;
                    stamp += MillisecondsPerDay;
                    builder.Assumptions.Add(string.Create(CultureInfo.InvariantCulture, $"the clock passes midnight at line {lines.Line}"));
                }

                before = stamp;
            }

            double volts = builder.Value(lines.Line, text[cells[1]]);
            builder.Add(lines.Line, stamp, asPower ? volts * volts / options.LoadOhms : volts);
        }

        return builder.Finish(lines.Line);
    }

    /// <summary>Milliseconds since midnight of HHMMSSmmm, or null.</summary>
    private static double? Clock(double stamp)
    {
        long digits = stamp is >= 0 and < 240000000 && stamp == Math.Floor(stamp) ? (long)stamp : -1;
        (long hours, long minutes, long seconds, long milliseconds) = (digits / 10_000_000, digits / 100_000 % 100, digits / 1000 % 100, digits % 1000);
        return digits >= 0 && minutes < 60 && seconds < 60 ? (((((hours * 60) + minutes) * 60) + seconds) * 1000) + milliseconds : null;
    }
}
