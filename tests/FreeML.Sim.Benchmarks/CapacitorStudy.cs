using System.Globalization;
using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Benchmarks;

/// <summary>The measured capacitor of the BFree board against our supply: tables to the console, figures to files.</summary>
internal static class CapacitorStudy
{
    private const double VoltageMm = 38;
    private const double StripMm = 3.6;

    // A paper column shows no more than every fifth millisecond.
    private const int Thinning = 5;

    /// <summary>Compares all records of a directory.</summary>
    /// <param name="directory">Where the records are.</param>
    /// <param name="output">Where the figures go; null for none.</param>
    public static void Run(string directory, string? output)
    {
        IReadOnlyList<CapacitorCase> cases = CapacitorCase.All([.. Directory.GetFiles(directory, "*.csv").Order(StringComparer.Ordinal).Select(CapacitorRecording.Read)]);
        Console.WriteLine("| record | numbers from | net harvest mW | turn-on V | warning V | turn-off V | boot ms | boot mA | running mS |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (CapacitorCase one in cases)
        {
            CapacitorModel model = one.Model;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {Name(one)} | {one.Numbers} | {model.HarvestWatts * 1e3:F3} | {model.TurnOnVolts:F3} | {model.WarningVolts:F3} | {model.TurnOffVolts:F3} | {model.BootSeconds * 1e3:F0} | {model.BootAmps * 1e3:F3} | {model.RunSiemens * 1e3:F4} |"));
        }

        Console.WriteLine();
        Console.WriteLine("| record | numbers from | turn-on ms | warning ms | turn-off ms | time on ms | period s | turn-on % | turn-off % | time on % | RMS mV, 1st half | RMS mV, 2nd half |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (CapacitorCase one in cases)
        {
            CapacitorError error = one.Error;
            double percent = 100 / error.PeriodSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {Name(one)} | {one.Numbers} | {error.OnSeconds * 1e3:+0;-0;0} | {error.WarningSeconds * 1e3:+0;-0;0} | {error.OffSeconds * 1e3:+0;-0;0} | {error.OnTimeSeconds * 1e3:+0;-0;0} | {error.PeriodSeconds:F2} | {error.OnSeconds * percent:+0.0;-0.0;0.0} | {error.OffSeconds * percent:+0.0;-0.0;0.0} | {error.OnTimeSeconds * percent:+0.0;-0.0;0.0} | {error.FirstRmsVolts * 1e3:F1} | {error.SecondRmsVolts * 1e3:F1} |"));
        }

        if (output is null)
        {
            return;
        }

        Directory.CreateDirectory(output);
        foreach (CapacitorCase one in cases.Where(one => one.Numbers == CapacitorCase.FirstHalf))
        {
            using StreamWriter writer = new(Path.Combine(output, $"capacitor-{Name(one)}.svg"));
            new SvgWriter().Write(FigureLayout.Of(Figure(one)), writer);
        }
    }

    /// <summary>Measured and simulated voltage, and when the board was on in either.</summary>
    private static Figure Figure(CapacitorCase one)
    {
        CapacitorRecording record = one.Record;
        CapacitorReplay replay = one.Replay;
        Axis strip = new("On", AxisUnit.None) { IsStrip = true, Minimum = 0, Maximum = 1 };
        return new Figure("", FigureWidth.OneColumn, new Axis("Time", AxisUnit.Time) { Minimum = 0, Maximum = record.EndSeconds },
        [
            new Panel(new Axis("Capacitor voltage", AxisUnit.Volt) { Minimum = 2.7, Maximum = 4.1 }, VoltageMm,
            [
                new LineSeries("measured", 0, Points(record.Volts)),
                new LineSeries("simulated", 1, Points(replay.Volts)),
            ])
            {
                Thresholds = [new Threshold(one.Model.TurnOnVolts, "turn-on"), new Threshold(one.Model.WarningVolts, "warning"), new Threshold(one.Model.TurnOffVolts, "turn-off")],
            },
            Strip("measured", 0, record.OnSeconds, record.OffSeconds),
            Strip("simulated", 1, replay.Ons[0], replay.Offs[0]),
        ]);

        DataPoint[] Points(IReadOnlyList<double> volts) =>
            [.. record.Seconds.Zip(volts, (time, value) => new DataPoint(time, value)).Where((_, n) => n % Thinning == 0 || n == volts.Count - 1)];

        Panel Strip(string what, int style, double from, double to) =>
            new(strip, StripMm, [new BandSeries("", style, [new Interval(from, to)])]) { Notes = [new Note(record.EndSeconds * 0.99, 0.5, what)] };
    }

    // Of "3klux-1500uF-1-cp-fixed" and "...-normal-100_100" the schedule of checkpoints: the word after "cp".
    private static string Name(CapacitorCase one)
    {
        string[] words = one.Record.Name.Split('-');
        int schedule = Array.IndexOf(words, "cp") + 1;
        return schedule > 0 && schedule < words.Length ? words[schedule] : one.Record.Name;
    }
}
