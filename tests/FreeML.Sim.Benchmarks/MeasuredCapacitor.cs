using System.Globalization;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// A logic analyser's record of a battery-free board on a capacitor (BFree): it charges, turns on, runs, turns off and charges again. Times begin at the first sample.
/// </summary>
/// <param name="Name">What to call it.</param>
/// <param name="Seconds">Times of the samples, about a millisecond apart.</param>
/// <param name="Volts">Voltage of the capacitor, in steps of 5 mV.</param>
/// <param name="RailVolts">Voltage of the board's rail.</param>
/// <param name="OnSeconds">When the rail first counts as high.</param>
/// <param name="BootedSeconds">When the firmware first moves a line of its own.</param>
/// <param name="WarningSeconds">When the board's comparator warns that power will fail.</param>
/// <param name="OffSeconds">When the warning is released because the rail is cut.</param>
internal sealed record CapacitorRecording(
    string Name,
    IReadOnlyList<double> Seconds,
    IReadOnlyList<double> Volts,
    IReadOnlyList<double> RailVolts,
    double OnSeconds,
    double BootedSeconds,
    double WarningSeconds,
    double OffSeconds)
{
    private const int RailColumn = 2;
    private const int WarningColumn = 3;
    private const int CheckpointColumn = 5;
    private const int RailEventColumn = 9;

    // A straight line over so many seconds stands for the voltage at its end: the steps of 5 mV of single samples would be 14 ms of charging.
    private const double LineSeconds = 0.1;

    /// <summary>Voltage at the start.</summary>
    public double FirstVolts => VoltsAfter(0);

    /// <summary>End of the record.</summary>
    public double EndSeconds => Seconds[^1];

    /// <summary>Reads one of the files of the BFree measurements.</summary>
    /// <exception cref="InvalidDataException">The file is not such a record, or has not seen a turn-on, a warning and a turn-off.</exception>
    public static CapacitorRecording Read(string path)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',', StringSplitOptions.TrimEntries))];
        string[][] sampled = [.. rows.Where(row => row.Length > RailColumn && row[0].Length > 0)];
        if (sampled.Length < 2)
        {
            throw new InvalidDataException($"{path}: found no samples, expected columns of time, capacitor and rail");
        }

        double start = Number(sampled[0][0]);
        double[] seconds = [.. sampled.Select(row => Number(row[0]) - start)];
        double on = First(RailEventColumn, "1", 0, "turn-on");
        double warning = First(WarningColumn, "0", on, "warning");
        return new CapacitorRecording(
            Path.GetFileNameWithoutExtension(path),
            seconds,
            [.. sampled.Select(row => Number(row[1]))],
            [.. sampled.Select(row => Number(row[RailColumn]))],
            on,
            First(CheckpointColumn, "1", on, "checkpoint"),
            warning,
            First(WarningColumn, "1", warning, "turn-off"));

        double Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"{path}: found '{cell}', expected a number");

        double First(int column, string level, double after, string what)
        {
            foreach (string[] row in rows)
            {
                if (row.Length > column + 1 && row[column + 1] == level && Number(row[column]) - start is var time && time > after)
                {
                    return time;
                }
            }

            throw new InvalidDataException($"{path}: found no {what}");
        }
    }

    /// <summary>Voltage of the capacitor at a time, from what follows it.</summary>
    public double VoltsAfter(double time) => LineAt(time, time + LineSeconds, time);

    /// <summary>Voltage of the capacitor at a time, from what precedes it.</summary>
    public double VoltsBefore(double time) => LineAt(time - LineSeconds, time, time);

    /// <summary>Mean of a power of the capacitor's voltage over a span of time.</summary>
    public double MeanVolts(double from, double to, int exponent) => Mean(Volts, from, to, volts => exponent == 1 ? volts : volts * volts);

    private double Mean(IReadOnlyList<double> values, double from, double to, Func<double, double> of) =>
        Enumerable.Range(0, Seconds.Count).Where(n => Seconds[n] >= from && Seconds[n] < to).Average(n => of(values[n]));

    // The least squares line over a span.
    private double LineAt(double from, double to, double at)
    {
        int[] span = [.. Enumerable.Range(0, Seconds.Count).Where(n => Seconds[n] >= from && Seconds[n] <= to)];
        double time = span.Average(n => Seconds[n]);
        double volts = span.Average(n => Volts[n]);
        double slope = span.Sum(n => (Seconds[n] - time) * (Volts[n] - volts)) / span.Sum(n => (Seconds[n] - time) * (Seconds[n] - time));
        return volts + (slope * (at - time));
    }
}

/// <summary>Lamp, charger, thresholds and load of the measured board, in as few numbers as describe the record.</summary>
/// <remarks>Power is as seen by the nominal capacitance: a capacitor larger by a tenth would mean a tenth more of every power, and the same times.</remarks>
internal sealed record CapacitorModel
{
    /// <summary>Nominal capacitance.</summary>
    public const double Farads = 1500e-6;

    // The record's own grid.
    private const double StepSeconds = 1e-3;

    /// <summary>Power that arrives at the capacitor, less what leaks; the same on and off.</summary>
    public required double HarvestWatts { get; init; }

    /// <summary>Capacitor voltage at which the board turns on.</summary>
    public required double TurnOnVolts { get; init; }

    /// <summary>Capacitor voltage below which the board is warned.</summary>
    public required double WarningVolts { get; init; }

    /// <summary>Capacitor voltage below which it turns off.</summary>
    public required double TurnOffVolts { get; init; }

    /// <summary>From turn-on until the firmware runs.</summary>
    public required double BootSeconds { get; init; }

    /// <summary>Current until then, the charge of the rail's capacitors spread over it.</summary>
    public required double BootAmps { get; init; }

    /// <summary>The running board as a conductance.</summary>
    public required double RunSiemens { get; init; }

    /// <summary>The numbers that a record shows: thresholds are voltages at events, powers are balances of energy between events. Nothing is searched for.</summary>
    public static CapacitorModel Fit(CapacitorRecording record)
    {
        (double onVolts, double offVolts) = (record.VoltsBefore(record.OnSeconds), record.VoltsBefore(record.OffSeconds));
        double joules = Joules(record.FirstVolts, onVolts) + Joules(offVolts, record.VoltsBefore(record.EndSeconds));
        double watts = joules / (record.OnSeconds + record.EndSeconds - record.OffSeconds);
        return Fit(record, watts, record.OffSeconds, record.VoltsBefore(record.WarningSeconds), offVolts);
    }

    /// <summary>The same from the first half of a record, which ends while the board runs; the two thresholds it has not met by then are those of <paramref name="others"/>.</summary>
    public static CapacitorModel FitFirstHalf(CapacitorRecording record, CapacitorModel others)
    {
        double watts = Joules(record.FirstVolts, record.VoltsBefore(record.OnSeconds)) / record.OnSeconds;
        return Fit(record, watts, record.EndSeconds / 2, others.WarningVolts, others.TurnOffVolts);
    }

    /// <summary>Number by number the mean of several.</summary>
    public static CapacitorModel Mean(IReadOnlyList<CapacitorModel> models) => new()
    {
        HarvestWatts = models.Average(model => model.HarvestWatts),
        TurnOnVolts = models.Average(model => model.TurnOnVolts),
        WarningVolts = models.Average(model => model.WarningVolts),
        TurnOffVolts = models.Average(model => model.TurnOffVolts),
        BootSeconds = models.Average(model => model.BootSeconds),
        BootAmps = models.Average(model => model.BootAmps),
        RunSiemens = models.Average(model => model.RunSiemens),
    };

    /// <summary>Lets a supply of these numbers run from a voltage, off, and notes its voltage at the given times.</summary>
    public CapacitorReplay Simulate(double firstVolts, IReadOnlyList<double> seconds)
    {
        var supervisor = new Supervisor(TurnOnVolts, TurnOffVolts, WarningVolts);
        var supply = new Supply(new SupplyOptions
        {
            Harvester = new PowerHarvester(new Trace("lamp", TraceQuantity.Power, [0], 1, [HarvestWatts]), TraceEnd.Hold),
            Buffer = new Capacitor { Farads = Farads, LimitVolts = 5 },
            Supervisor = supervisor,
            InitialVolts = firstVolts,
        });
        List<double> ons = [];
        List<double> warnings = [];
        List<double> offs = [];
        List<double> volts = [];
        bool isOn = false;

        foreach (double time in seconds)
        {
            RunUntil(time);
            volts.Add(supply.BufferVolts);
        }

        // A period is longer than a record: the supply goes on until it turns on again.
        while (ons.Count < 2 && supply.TimeSeconds < 60)
        {
            RunUntil(supply.TimeSeconds + StepSeconds);
        }

        return new CapacitorReplay(volts, ons, warnings, offs, supply.Book);

        void RunUntil(double time)
        {
            while (time - supply.TimeSeconds is var left && left > 0)
            {
                double? falling = !isOn ? null : warnings.Count < ons.Count ? supervisor.WarningVolts : supervisor.TurnOffVolts;
                CrossingResult result = supply.AdvanceUntil(
                    isOn ? LoadAmps(supply.BufferVolts, supply.TimeSeconds - ons[^1]) : 0, isOn ? null : supervisor.TurnOnVolts, falling, Math.Min(left, StepSeconds));
                switch (result.Reason)
                {
                    case Crossing.Rising:
                        ons.Add(supply.TimeSeconds);
                        isOn = true;
                        break;
                    case Crossing.Falling when warnings.Count < ons.Count:
                        warnings.Add(supply.TimeSeconds);
                        break;
                    case Crossing.Falling:
                        offs.Add(supply.TimeSeconds);
                        isOn = false;
                        break;
                }
            }
        }
    }

    private static CapacitorModel Fit(CapacitorRecording record, double harvestWatts, double runEnd, double warningVolts, double turnOffVolts)
    {
        (double on, double booted) = (record.OnSeconds, record.BootedSeconds);
        (double onVolts, double bootedVolts) = (record.VoltsBefore(on), record.VoltsAfter(booted));
        return new CapacitorModel
        {
            HarvestWatts = harvestWatts,
            TurnOnVolts = onVolts,
            WarningVolts = warningVolts,
            TurnOffVolts = turnOffVolts,
            BootSeconds = booted - on,
            BootAmps = Load(on, booted, onVolts, bootedVolts, 1),
            RunSiemens = Load(booted, runEnd, bootedVolts, record.VoltsBefore(runEnd), 2),
        };

        // What was harvested and what the capacitor gave, over the integral of the voltage or its square.
        double Load(double from, double to, double fromVolts, double toVolts, int exponent) =>
            ((harvestWatts * (to - from)) + Joules(toVolts, fromVolts)) / (record.MeanVolts(from, to, exponent) * (to - from));
    }

    private static double Joules(double fromVolts, double toVolts) => 0.5 * Farads * ((toVolts * toVolts) - (fromVolts * fromVolts));

    private double LoadAmps(double volts, double secondsOn) =>
        secondsOn < BootSeconds ? BootAmps : volts * RunSiemens;
}

/// <summary>What a supply did in place of the measured board.</summary>
/// <param name="Volts">Voltage of the buffer, at the times asked for.</param>
/// <param name="Ons">When it turned on.</param>
/// <param name="Warnings">When it warned.</param>
/// <param name="Offs">When it turned off.</param>
/// <param name="Book">Its energies.</param>
internal sealed record CapacitorReplay(IReadOnlyList<double> Volts, IReadOnlyList<double> Ons, IReadOnlyList<double> Warnings, IReadOnlyList<double> Offs, EnergyBook Book)
{
    /// <summary>From one turn-on to the next.</summary>
    public double PeriodSeconds => Ons[1] - Ons[0];
}

/// <summary>How far a simulated supply is from the record: simulated minus measured.</summary>
/// <param name="OnSeconds">Time of turn-on.</param>
/// <param name="WarningSeconds">Time of the warning.</param>
/// <param name="OffSeconds">Time of turn-off.</param>
/// <param name="FirstRmsVolts">Root of the mean squared error of the voltage, over the first half of the record.</param>
/// <param name="SecondRmsVolts">The same over the second half.</param>
/// <param name="PeriodSeconds">The simulated period, to compare with.</param>
internal sealed record CapacitorError(double OnSeconds, double WarningSeconds, double OffSeconds, double FirstRmsVolts, double SecondRmsVolts, double PeriodSeconds)
{
    /// <summary>Error of the time from turn-on to turn-off.</summary>
    public double OnTimeSeconds => OffSeconds - OnSeconds;

    /// <summary>Compares.</summary>
    public static CapacitorError Of(CapacitorRecording record, CapacitorReplay replay) => new(
        replay.Ons[0] - record.OnSeconds,
        replay.Warnings[0] - record.WarningSeconds,
        replay.Offs[0] - record.OffSeconds,
        Rms(record, replay, time => time < record.EndSeconds / 2),
        Rms(record, replay, time => time >= record.EndSeconds / 2),
        replay.PeriodSeconds);

    private static double Rms(CapacitorRecording record, CapacitorReplay replay, Func<double, bool> counts) => Math.Sqrt(Enumerable.Range(0, record.Seconds.Count)
        .Where(n => counts(record.Seconds[n]))
        .Average(n => (replay.Volts[n] - record.Volts[n]) * (replay.Volts[n] - record.Volts[n])));
}

/// <summary>A record, simulated with numbers of three origins, each knowing less of the record than the one before.</summary>
internal sealed record CapacitorCase(CapacitorRecording Record, string Numbers, CapacitorModel Model, CapacitorReplay Replay, CapacitorError Error)
{
    /// <summary>Numbers from the whole record.</summary>
    public const string Whole = "whole record";

    /// <summary>Numbers from the first half of the record, and from the other records the thresholds it has not met by then.</summary>
    public const string FirstHalf = "first half";

    /// <summary>All numbers from the other records; of its own, nothing but the first voltage.</summary>
    public const string Others = "other records";

    /// <summary>All cases of the records.</summary>
    public static IReadOnlyList<CapacitorCase> All(IReadOnlyList<CapacitorRecording> records)
    {
        CapacitorModel[] fits = [.. records.Select(CapacitorModel.Fit)];
        return [.. records.SelectMany((record, n) =>
        {
            CapacitorModel others = CapacitorModel.Mean([.. fits.Where((_, other) => other != n)]);
            return new[]
            {
                Of(record, Whole, fits[n]),
                Of(record, FirstHalf, CapacitorModel.FitFirstHalf(record, others)),
                Of(record, Others, others),
            };
        })];
    }

    private static CapacitorCase Of(CapacitorRecording record, string numbers, CapacitorModel model)
    {
        CapacitorReplay replay = model.Simulate(record.FirstVolts, record.Seconds);
        return new CapacitorCase(record, numbers, model, replay, CapacitorError.Of(record, replay));
    }
}
