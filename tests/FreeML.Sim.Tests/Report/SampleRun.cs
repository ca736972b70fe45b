using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Tests.Report;

/// <summary>
/// Makes a run directory that looks like a real one: a network of five operations on 100 µF and bursts of power, in steps of half a millisecond.
/// Coarse physics, but the books balance and the files agree with one another. The same bytes each time.
/// </summary>
internal sealed class SampleRun
{
    private const double StepSeconds = 0.5e-3;
    private const double Hertz = 8e6;
    private const double Farads = 100e-6;
    private const double OnVolts = 3.0;
    private const double OffVolts = 1.9;
    private const double ActiveWatts = 3.2e-3;
    private const double BootSeconds = 2e-3;
    private const double LeakageSiemens = 1e-7;
    private const double EndSeconds = 60;
    private const int Wanted = 40;

    private static readonly (string Name, string Kind, double Macs, double Cycles)[] Operations =
    [
        ("conv1", "convolution, dense", 28_800, 290_000), ("pool1", "pooling", 0, 40_000), ("conv2", "convolution, sparse", 72_000, 920_000),
        ("pool2", "pooling", 0, 12_000), ("fc1", "dense, sparse", 9_600, 180_000), ("fc2", "dense", 840, 11_000),
    ];

    private static readonly (string Name, int After, double Accuracy)[] Exits = [("exit 1", 2, 0.871), ("exit 2", 4, 0.942), ("whole network", 6, 0.968)];

    /// <summary>Name, strategy, cycles more for each of the network's, cycles that a failure can take back, cycles to find the place, exit policy.</summary>
    private static readonly (string Name, string Strategy, double Overhead, double PieceCycles, double BootCycles, string Policy)[] Variants =
    [
        ("freeml", "freeml", 0.11, 400, 6_000, "energy"),
        ("tiled", "tiled", 0.19, 24_000, 6_000, "energy"),
        ("checkpoint", "checkpoint", 0.05, 1, 26_000, "energy"),
        ("no exits", "freeml", 0.11, 400, 6_000, "never"),
        ("restart", "restart", 0, double.PositiveInfinity, 3_000, "never"),
    ];

    private readonly string _directory;

    private SampleRun(string directory) => _directory = directory;

    /// <summary>Writes it.</summary>
    public static void Write(string directory)
    {
        SampleRun run = new(directory);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "scenario.yaml"), """
            # Digits on bursts of RF power
            name: Digits on RF
            network: digits.onnx
            compress: { budget: 20kB, exits: gnet }
            device: { name: msp430fr5994, clock: 8MHz }
            supply: { trace: rf-moving-reader, capacitor: 100uF, turn-on: 3V, turn-off: 1.9V }
            strategy: freeml
            exit: { policy: energy }
            inferences: 40
            variants:
              - { name: tiled, strategy: tiled }
              - { name: checkpoint, strategy: checkpoint }
              - { name: no exits, exit: { policy: never } }
              - { name: restart, strategy: restart, exit: { policy: never } }

            """.ReplaceLineEndings("\n"));
        StringBuilder steps = new("layer,change,bytes,energy_J,accuracy\n");
        for (int n = 0; n < 14; n++)
        {
            steps.Append(CultureInfo.InvariantCulture, $"conv{(n % 2) + 1},cut,{240_000 * Math.Pow(0.83, n):0},{0.004 * Math.Pow(0.87, n):0.000000},{0.989 - (0.0015 * n) - (n > 11 ? 0.006 * (n - 11) : 0):0.0000}\n");
        }

        File.WriteAllText(Path.Combine(directory, "compression.csv"), steps.ToString());
        JsonObject summary = new()
        {
            ["name"] = "Digits on RF", ["version"] = "0.6.0", ["seed"] = 1,
            ["scenario"] = new JsonObject { ["network"] = "digits.onnx", ["supply"] = new JsonObject { ["trace"] = "rf-moving-reader", ["capacitor"] = "100 uF" }, ["inferences"] = "40" },
            ["variants"] = new JsonArray([.. Variants.Select((_, n) => run.Play(n))]),
        };
        File.WriteAllText(Path.Combine(directory, "summary.json"), summary.ToJsonString(new() { WriteIndented = true }));
    }

    private static double HarvestedWatts(double seconds, double[] levels) => levels[Math.Min((int)(seconds / 0.25), levels.Length - 1)];

    private JsonObject Play(int index)
    {
        (string name, string strategy, double overhead, double piece, double bootCycles, string policy) = Variants[index];
        double[] ends = [.. Enumerable.Range(1, Operations.Length).Select(n => Operations.Take(n).Sum(op => op.Cycles) * (1 + overhead))];
        Random weather = new(5);
        double[] levels = [.. Enumerable.Range(0, (int)(EndSeconds / 0.25) + 1).Select(_ => weather.NextDouble() < 0.35 ? 1.5e-3 * weather.NextDouble() : 0.25e-3)];
        Random chance = new(11);
        SortedDictionary<string, double> joules = new(StringComparer.Ordinal);
        foreach (string part in new[] { "compute", "fram", "commit", "reexecution", "boot", "idle", "measure", "report", "leakage", "converter", "clipped", "harvested", "stored", "initial" })
        {
            joules[part] = 0;
        }

        string folder = Path.Combine(_directory, "variants", name);
        StringBuilder inferences = new("index,sample,label,answer,right,exit,arrived_s,started_s,finished_s,latency_s,onTime_s,cycles,energy_J,power_cycles,thrown_away_cycles,deadline_missed\n");
        StringBuilder progress = new("time_s,inference,progress\n");
        using RunRecorder recorder = new(folder);

        double stored = 0.5 * Farads * 1.2 * 1.2, begun = stored, boot = 0, done = 0, committed = 0, started = -1, onTime = 0, cycles = 0, thrown = 0, thrownHere = 0, spent = 0, time = 0;
        int answered = 0, operation = 0, failures = 0, failuresHere = 0, sinceAnswer = 0;
        bool isOn = false;
        List<(double Latency, double OnTime, double Joules, int Exit, bool Right)> answers = [];
        double target = Math.Min(ends[^1], ends[Exits[ExitFor(policy, chance)].After - 1]);
        for (int step = 1; answered < Wanted && time < EndSeconds && sinceAnswer < 40; step++)
        {
            time = step * StepSeconds;
            double watts = HarvestedWatts(time, levels);
            double volts = Math.Sqrt(2 * stored / Farads);
            double into = watts * StepSeconds;
            Book("harvested", into);
            Book("converter", into * 0.12);
            double leaked = volts * volts * LeakageSiemens * StepSeconds;
            Book("leakage", leaked);
            stored += (into * 0.88) - leaked;
            double most = 0.5 * Farads * 3.4 * 3.4;
            if (stored > most)
            {
                Book("clipped", stored - most);
                stored = most;
            }

            if (!isOn && volts >= OnVolts)
            {
                (isOn, boot) = (true, BootSeconds + (bootCycles / Hertz));
                recorder.Event(time, RunEvent.TurnOn, volts, 0);
            }
            else if (isOn)
            {
                double used = ActiveWatts * StepSeconds;
                stored -= used;
                spent += used;
                if (boot > 0)
                {
                    boot -= StepSeconds;
                    Book("boot", used);
                    if (boot <= 0)
                    {
                        recorder.Event(time, RunEvent.BootDone, volts, 0x4400);
                    }
                }
                else
                {
                    Work(used);
                }

                if (Math.Sqrt(2 * stored / Farads) < OffVolts)
                {
                    isOn = false;
                    failures++;
                    failuresHere++;
                    sinceAnswer++;
                    thrown += done - committed;
                    thrownHere += done - committed;
                    double lost = 0.99 * ActiveWatts * (done - committed) / Hertz / (1 + overhead);
                    Book("reexecution", lost);
                    Book("compute", -0.8 * lost);
                    Book("fram", -0.2 * lost);
                    done = committed;
                    operation = Array.FindIndex(ends, end => done < end);
                    recorder.Event(time, RunEvent.PowerFailure, OffVolts, 0x5000);
                    Progressed(done / target);
                }
            }

            if (step % 8 == 0)
            {
                recorder.Sample(new SupplySample(time, Math.Sqrt(2 * stored / Farads), isOn ? 1.9 : 0, watts, isOn ? ActiveWatts : 0, isOn));
            }
        }

        recorder.Event(time, RunEvent.Stop, Math.Sqrt(2 * stored / Farads), 0x4400);
        (joules["stored"], joules["initial"]) = (stored, begun);
        recorder.Complete(new JsonObject { ["powerFailures"] = failures });
        File.WriteAllText(Path.Combine(folder, "inferences.csv"), inferences.ToString());
        File.WriteAllText(Path.Combine(folder, "progress.csv"), progress.ToString());
        return Summarise();

        void Book(string part, double amount) => joules[part] += amount;

        void Progressed(double share) => progress.Append(CultureInfo.InvariantCulture, $"{time:0.######},{answered},{Math.Clamp(share, 0, 1):0.####}\n");

        void Work(double used)
        {
            if (started < 0)
            {
                started = time;
                Progressed(0);
            }

            double before = done;
            done = Math.Min(target, done + (StepSeconds * Hertz));
            cycles += done - before;
            onTime += StepSeconds;
            double commit = used * overhead / (1 + overhead);
            Book("commit", commit);
            Book("measure", used * 0.01);
            Book("compute", (used - commit) * 0.8 * 0.99);
            Book("fram", used - commit - ((used - commit) * 0.8 * 0.99) - (used * 0.01));
            committed = double.IsInfinity(piece) ? 0 : Math.Max(committed, Math.Floor(done / piece) * piece);
            while (operation < ends.Length && done >= ends[operation])
            {
                committed = double.IsInfinity(piece) ? 0 : done;
                operation++;
                Progressed(done / target);
            }

            if (done >= target)
            {
                Answer();
            }
        }

        void Answer()
        {
            int exit = Array.FindIndex(Exits, candidate => Math.Min(ends[^1], ends[candidate.After - 1]) >= target);
            bool right = chance.NextDouble() < Exits[exit].Accuracy;
            answers.Add((time - started + 0.002, onTime, spent, exit, right));
            int label = answered % 10;
            inferences.Append(CultureInfo.InvariantCulture, $"{answered},{answered},{label},{(right ? label : (label + 1) % 10)},{(right ? 1 : 0)},{exit},{started - 0.002:0.######},{started:0.######},{time:0.######},{time - started + 0.002:0.######},{onTime:0.######},{target:0},{spent:0.#########},{failuresHere + 1},{thrownHere:0},0\n");
            Progressed(1);
            answered++;
            (done, committed, operation, started, onTime, spent, failuresHere, thrownHere, sinceAnswer) = (0, 0, 0, -1, 0, 0, 0, 0, 0);
            target = Math.Min(ends[^1], ends[Exits[ExitFor(policy, chance)].After - 1]);
        }

        JsonObject Summarise()
        {
            bool isStuck = sinceAnswer >= 40;
            double total = answers.Sum(answer => answer.Joules);
            return new JsonObject
            {
                ["name"] = name, ["strategy"] = strategy, ["exitPolicy"] = policy, ["network"] = "digits", ["device"] = "msp430fr5994", ["clock_Hz"] = Hertz, ["capacitor_F"] = Farads,
                ["turnOn_V"] = OnVolts, ["turnOff_V"] = OffVolts, ["trace"] = "rf-moving-reader", ["stop"] = isStuck ? "no-progress" : answered == Wanted ? "done" : "trace-end",
                ["inferences"] = answers.Count, ["correct"] = answers.Count(answer => answer.Right), ["accuracy"] = answers.Count == 0 ? null : answers.Average(answer => answer.Right ? 1.0 : 0),
                ["floatAccuracy"] = 0.973, ["continuousMatches"] = answers.Count, ["latency_s"] = Spread([.. answers.Select(answer => answer.Latency).Order()]), ["onTime_s"] = Spread([.. answers.Select(answer => answer.OnTime).Order()]),
                ["energyPerInference_J"] = answers.Count == 0 ? null : total / answers.Count,
                ["energy_J"] = new JsonObject([.. joules.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))]),
                ["powerFailures"] = failures, ["powerCyclesPerInference"] = answers.Count == 0 ? null : (double)failures / answers.Count, ["thrownAway_cycles"] = thrown, ["cycles"] = cycles,
                ["throughput_per_s"] = answers.Count / time, ["deadlineMisses"] = 0, ["dropped"] = 0,
                ["exits"] = new JsonArray([.. Exits.Select((exit, n) =>
                {
                    (double Latency, double OnTime, double Joules, int Exit, bool Right)[] here = [.. answers.Where(answer => answer.Exit == n)];
                    double to = Math.Min(ends[^1], ends[exit.After - 1]);
                    return (JsonNode)new JsonObject
                    {
                        ["exit"] = n, ["name"] = exit.Name, ["taken"] = here.Length, ["correct"] = here.Count(answer => answer.Right), ["meanEnergy_J"] = here.Length == 0 ? null : here.Average(answer => answer.Joules),
                        ["meanLatency_s"] = here.Length == 0 ? null : here.Average(answer => answer.Latency), ["accuracyIfAlways"] = exit.Accuracy, ["cycles"] = to, ["energy_J"] = ActiveWatts * to / Hertz,
                    };
                })]),
                ["memory_B"] = new JsonObject { ["runtime"] = 9_800 + (index * 300), ["weights"] = 18_200, ["tables"] = 900, ["exits"] = 1_450, ["maps"] = 6_400, ["commit"] = 60 + (index * 220), ["separateExits"] = 9_200 },
                ["layers"] = new JsonArray([.. Operations.Select(op => (JsonNode)new JsonObject
                {
                    ["name"] = op.Name, ["kind"] = op.Kind, ["macs"] = op.Macs, ["cycles"] = op.Cycles * (1 + overhead), ["cyclesPerMac"] = op.Macs == 0 ? null : op.Cycles * (1 + overhead) / op.Macs,
                    ["energy_J"] = ActiveWatts * op.Cycles * (1 + overhead) / Hertz, ["overhead"] = overhead,
                })]),
                ["stuck"] = isStuck ? new JsonObject { ["operation"] = "the whole network", ["energy_J"] = ActiveWatts * ends[^1] / Hertz, ["smallestCapacitor_F"] = 160e-6 } : null,
            };
        }
    }

    private static int ExitFor(string policy, Random chance) => policy == "never" ? Exits.Length - 1 : chance.NextDouble() switch
    {
        < 0.25 => 0,
        < 0.55 => 1,
        _ => 2,
    };

    private static JsonObject? Spread(double[] sorted) => sorted.Length == 0 ? null : new JsonObject
    {
        ["mean"] = sorted.Average(), ["p50"] = sorted[sorted.Length / 2], ["p90"] = sorted[sorted.Length * 9 / 10], ["p99"] = sorted[sorted.Length * 99 / 100], ["max"] = sorted[^1],
    };
}
