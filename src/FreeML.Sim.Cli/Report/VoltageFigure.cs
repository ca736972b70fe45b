using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Report;

/// <summary>Voltage and progress over the most instructive part of a run: answers around the first power failure that hit one.</summary>
internal static class VoltageFigure
{
    private const double VoltageMm = 30;
    private const double ProgressMm = 20;
    private const double ComparedMm = 11;
    private const double Margin = 0.04;

    /// <summary>Power cycles that can be told apart on paper.</summary>
    private const int MostCycles = 30;
    private const int CyclesWithoutAnswers = 8;
    private const int AnswersWithoutFailures = 3;
    private const int MostCompared = 6;
    private const int MostPoints = 20_000;
    private const int MostRows = 1500;
    private const int Plain = 3;

    private static readonly int[] ExitStyles = [1, 2, 4, 5, 6];

    /// <summary>Over the top, so that marks there are whole.</summary>
    private static readonly Axis Progress = new("Progress", AxisUnit.Percent) { Minimum = 0, Maximum = 1.15 };

    /// <summary>Voltage of the buffer and progress of one variant.</summary>
    public static ReportFigure? Voltage(RunDirectory run, string name)
    {
        if (Chosen(run) is not { } chosen)
        {
            return null;
        }

        (Variant variant, Interval window) = chosen;
        PowerCycle[] cycles = [.. Cycles(run, variant, window)];
        PowerCycle[] failures = [.. cycles.Where(cycle => cycle.EndSeconds <= window.To && cycle.Reason == RunFiles.EventNames[RunEvent.PowerFailure])];
        Threshold?[] thresholds = [variant.TurnOnVolts is { } on ? new Threshold(on, "turn-on") : null, variant.TurnOffVolts is { } off ? new Threshold(off, "turn-off") : null];
        Panel voltage = new(new Axis("Capacitor voltage", AxisUnit.Volt), VoltageMm,
        [
            On(cycles, "device on"),
            new LineSeries("voltage", 0, Volts(run, variant, window)),
            .. Marks("power failure", 1, Marker.Cross, failures.Select(cycle => new DataPoint(cycle.EndSeconds, cycle.EndVolts))),
        ]) { Thresholds = [.. thresholds.OfType<Threshold>()] };
        IReadOnlyList<Series> progress = ProgressOf(run, variant, cycles, window, namesExits: true);
        string from = Measure.Seconds(window.From);
        string to = Measure.Seconds(window.To);
        return new ReportFigure(name, "Voltage and progress",
            $"Variant {variant.Name} from {from} to {to} of the run{(failures.Length > 0 ? $", with {failures.Length} power failure{(failures.Length == 1 ? "" : "s")}" : "")}. "
                + "Above, the voltage of the energy buffer; grey while the device has power. Below, the share of the network's cycles that is done and safe in FRAM, from a sample to its answer; a mark is an answer.",
            new Figure("", FigureWidth.OneColumn, Time(window), [voltage, new Panel(Progress, ProgressMm, progress)]));
    }

    /// <summary>Progress of the variants in the same time.</summary>
    public static ReportFigure? Compared(RunDirectory run, string name)
    {
        Variant[] variants = [.. run.Summary.Variants.Where(run.HasSupply).Take(MostCompared)];
        if (variants.Length < 2 || Chosen(run) is not { } chosen)
        {
            return null;
        }

        Interval window = chosen.Window;
        return new ReportFigure(name, "Progress compared",
            $"What the variants do with the same trace from {Measure.Seconds(window.From)} to {Measure.Seconds(window.To)}: progress of each inference from nothing to all, a mark where it is answered, grey while the device has power.",
            new Figure("", FigureWidth.OneColumn, Time(window), [.. variants.Select(variant =>
            {
                PowerCycle[] cycles = [.. Cycles(run, variant, window)];
                return new Panel(Progress with { Label = variant.Name, IsStrip = true }, ComparedMm, ProgressOf(run, variant, cycles, window, namesExits: false));
            })]));
    }

    private static Axis Time(Interval window) => new("Time", AxisUnit.Time) { Minimum = window.From, Maximum = window.To };

    private static BandSeries On(IEnumerable<PowerCycle> cycles, string label) => new(label, SeriesStyle.Background, [.. cycles.Select(cycle => new Interval(cycle.TurnOnSeconds, cycle.EndSeconds))]);

    private static IEnumerable<ScatterSeries> Marks(string label, int style, Marker? sign, IEnumerable<DataPoint> points)
    {
        DataPoint[] all = [.. points];
        return all.Length == 0 ? [] : [new ScatterSeries(label, style, all) { Sign = sign }];
    }

    /// <summary>The first variant that answered something through power failures, or else the first one that ran on a supply.</summary>
    private static (Variant Variant, Interval Window)? Chosen(RunDirectory run)
    {
        Variant[] variants = [.. run.Summary.Variants.Where(run.HasSupply)];
        return (variants.FirstOrDefault(variant => variant is { Inferences: > 0, PowerFailures: > 0 }) ?? variants.FirstOrDefault()) is { } chosen && WindowOf(run, chosen) is { } window
            ? (chosen, window)
            : null;
    }

    private static Interval? WindowOf(RunDirectory run, Variant variant)
    {
        IReadOnlyList<Inference> answers = run.ReadInferences(variant);
        Interval window;
        if (answers.Count == 0)
        {
            PowerCycle[] first = [.. run.ReadPowerCycles(variant).Take(CyclesWithoutAnswers)];
            if (first.Length == 0)
            {
                return null;
            }

            window = new Interval(first[0].TurnOnSeconds - first[0].OffBeforeSeconds, first[^1].EndSeconds);
        }
        else
        {
            int hit = FirstHit(answers, run.ReadPowerCycles(variant));
            window = hit < 0
                ? new Interval(answers[0].StartedSeconds, answers[Math.Min(answers.Count, AnswersWithoutFailures) - 1].FinishedSeconds)
                : new Interval(answers[Math.Max(0, hit - 1)].StartedSeconds, answers[Math.Min(answers.Count - 1, hit + 2)].FinishedSeconds);
            PowerCycle[] cycles = [.. Cycles(run, variant, window)];
            window = cycles.Length <= MostCycles ? window : window with { To = cycles[MostCycles - 1].EndSeconds };
        }

        double span = window.To - window.From;
        return span > 0 ? new Interval(Math.Max(0, window.From - (span * Margin)), window.To + (span * Margin)) : null;
    }

    /// <summary>The first answer during which the device lost power; -1 if there is none.</summary>
    private static int FirstHit(IReadOnlyList<Inference> answers, IEnumerable<PowerCycle> cycles)
    {
        int n = 0;
        foreach (PowerCycle cycle in cycles)
        {
            while (n < answers.Count && answers[n].FinishedSeconds <= cycle.EndSeconds)
            {
                n++;
            }

            if (n == answers.Count)
            {
                break;
            }

            if (answers[n].StartedSeconds < cycle.EndSeconds)
            {
                return n;
            }
        }

        return -1;
    }

    /// <summary>Power cycles that touch a window, and no more of them than anybody could see.</summary>
    private static IEnumerable<PowerCycle> Cycles(RunDirectory run, Variant variant, Interval window) =>
        run.ReadPowerCycles(variant).SkipWhile(cycle => cycle.EndSeconds < window.From).TakeWhile(cycle => cycle.TurnOnSeconds <= window.To).Take(10 * MostCycles);

    private static IReadOnlyList<DataPoint> Volts(RunDirectory run, Variant variant, Interval window)
    {
        SampleDecimator rows = new(MostRows);
        SupplySample? before = null;
        foreach (SupplySample row in run.ReadVoltage(variant))
        {
            if (row.TimeSeconds < window.From)
            {
                before = row;
                continue;
            }

            // One more at each side, so that the line goes to the edges.
            if (before is { } first)
            {
                rows.Add(first);
                before = null;
            }

            rows.Add(row);
            if (row.TimeSeconds > window.To)
            {
                break;
            }
        }

        return [.. rows.Rows.Select(row => new DataPoint(row.TimeSeconds, row.BufferVolts))];
    }

    private static List<Series> ProgressOf(RunDirectory run, Variant variant, PowerCycle[] cycles, Interval window, bool namesExits)
    {
        Inference[] answers = [.. run.ReadInferences(variant).Where(answer => answer.FinishedSeconds >= window.From && answer.StartedSeconds <= window.To).Take(MostPoints)];
        Inference[] shown = [.. answers.Where(answer => answer.FinishedSeconds <= window.To)];
        List<Series> series = [On(cycles, ""), new LineSeries("", 0, Curve(run.ReadProgress(variant), answers, cycles, window))];
        foreach (IGrouping<string, Inference> exit in shown.GroupBy(answer => answer.Exit).OrderBy(group => IndexOf(variant, group.Key)))
        {
            int index = IndexOf(variant, exit.Key);
            string label = namesExits ? $"answer of {(index < variant.Exits.Count ? variant.Exits[index].Name : exit.Key)}" : "";

            // The whole network's answers are the plain ones.
            bool isWhole = index == variant.Exits.Count - 1;
            series.AddRange(Marks(label, isWhole ? Plain : ExitStyles[index % ExitStyles.Length], isWhole ? Marker.Circle : null, exit.Select(answer => new DataPoint(answer.FinishedSeconds, 1))));
        }

        return series;
    }

    private static int IndexOf(Variant variant, string exit)
    {
        int index = variant.Exits.ToList().FindIndex(candidate => candidate.Key == exit);
        return index >= 0 ? index : variant.Exits.Count;
    }

    /// <summary>
    /// Progress as a line. Nothing is done without power, so the line is level until it is back; what is then not there any more was lost.
    /// A new inference begins at zero when its work begins.
    /// </summary>
    private static List<DataPoint> Curve(IEnumerable<Progress> rows, IReadOnlyList<Inference> answers, PowerCycle[] cycles, Interval window)
    {
        Dictionary<double, double> begins = [];
        foreach (Inference answer in answers)
        {
            begins.TryAdd(answer.Number, answer.StartedSeconds);
        }

        List<DataPoint> points = [];
        Progress? last = null;
        foreach (Progress row in rows)
        {
            if (last is { } from && row.TimeSeconds >= window.From)
            {
                Join(from, row);
            }

            last = row;
            if (row.TimeSeconds > window.To || points.Count > MostPoints)
            {
                break;
            }
        }

        return points;

        bool IsOff(double start, double end) => cycles.Any(cycle => cycle.EndSeconds >= start && cycle.EndSeconds < end);

        void Join(Progress from, Progress to)
        {
            if (points.Count == 0)
            {
                points.Add(new DataPoint(from.TimeSeconds, from.Share));
            }

            double level = from.Share;
            if (from.Number != to.Number)
            {
                points.Add(new DataPoint(from.TimeSeconds, 0));
                level = 0;
                if (begins.TryGetValue(to.Number, out double begin) && begin > from.TimeSeconds && begin <= to.TimeSeconds)
                {
                    points.Add(new DataPoint(begin, 0));
                }
            }

            // Level until power fails, and until it is back. What is then not there any more was lost with it.
            foreach (double change in cycles.SelectMany(cycle => new[] { cycle.TurnOnSeconds, cycle.EndSeconds }).Where(time => time >= from.TimeSeconds && time < to.TimeSeconds && IsOff(from.TimeSeconds, to.TimeSeconds)))
            {
                points.Add(new DataPoint(change, level));
                if (to.Share < level)
                {
                    points.Add(new DataPoint(change, 0));
                    level = 0;
                }
            }

            points.Add(new DataPoint(to.TimeSeconds, to.Share));
        }
    }
}
