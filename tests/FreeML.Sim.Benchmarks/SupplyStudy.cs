using System.Globalization;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Sim.Cli.Bench;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Power;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// What power failures cost the host: the same work for the same simulated time on continuous power, on a supply that never fails, and on supplies that
/// fail some 1, 5 and 20 times a second, on both engines. All take turns; times are the processor's, figures medians.
/// </summary>
internal static class SupplyStudy
{
    private const double TurnOnVolts = 3.0;
    private const double TurnOffVolts = 1.9;
    private const double OnSeconds = 20;
    private const double TrialSeconds = 0.5;

    // The host's own compiler works in the first runs, at our code and at what it is made to run by.
    private const int Rehearsals = 3;
    private const string Network = "bundled:digits";
    private static readonly int[] FailuresASecond = [1, 5, 20];
    private static readonly PowerModel Prices = PowerModel.For(DeviceCatalogue.Default.Name);

    private static readonly FmlModel Model = BundledNetworks.Read(Network);
    private static readonly CompiledFirmware Firmware = FirmwareCompiler.Compile(Model, new FirmwareOptions());

    private static readonly Work[] All =
    [
        ImageWork("loop, 16 MHz", Kernel.Image("loop", [.. Kernel.Loop[..^1], new Kernel.Code("jmp $-32", 0x3FEF)])),
        ImageWork("dense layer, 8 MHz", Bundled("layer_dense_8mhz.elf")),
        ImageWork("sparse layer, 16 MHz", Bundled("layer_sparse_16mhz.elf")),
        new("digits, freeml, 8 MHz", RunNetwork),
    ];

    /// <summary>Runs it.</summary>
    /// <param name="turns">How often each is measured.</param>
    /// <param name="only">Work whose name begins so; all if empty.</param>
    public static void Run(int turns, string only)
    {
        Console.WriteLine("CPU time of the host for a simulated second that the device is on, in ms, and times that of continuous power; in brackets for each simulated second, dark ones included.\n");
        Console.WriteLine("| work | engine | instructions a s | continuous | supply, no failures | " + string.Join(" | ", FailuresASecond.Select(n => $"~{n} failures a s")) + " |");
        Console.WriteLine("|---|---|---:|---:|---:|" + string.Concat(FailuresASecond.Select(_ => "---:|")));
        foreach (Work work in All.Where(work => work.Name.StartsWith(only, StringComparison.Ordinal)))
        {
            double watts = WattsOf(work);
            PowerSource?[] powers = [null, new PowerSource { Prices = Prices, SteadyVolts = TurnOnVolts }, .. FailuresASecond.Select(failures => Failing(watts, failures))];
            string[] engines = ["interpreter", "jit"];
            Outcome[,][] found = new Outcome[engines.Length, powers.Length][];
            for (int turn = -Rehearsals; turn < turns; turn++)
            {
                for (int power = 0; power < powers.Length; power++)
                {
                    for (int engine = 0; engine < engines.Length; engine++)
                    {
                        Outcome outcome = Time(work, engines[engine], powers[power]);
                        if (turn >= 0)
                        {
                            (found[engine, power] ??= new Outcome[turns])[turn] = outcome;
                        }
                    }
                }
            }

            for (int engine = 0; engine < engines.Length; engine++)
            {
                Print(work, engines[engine], [.. Enumerable.Range(0, powers.Length).Select(power => found[engine, power])]);
            }
        }
    }

    private static void Print(Work work, string engine, Outcome[][] found)
    {
        double[] steady = [.. found[0].Select(outcome => outcome.CpuSeconds / outcome.OnSeconds)];
        IEnumerable<string> cells = found.Select((outcomes, power) =>
        {
            Outcome one = outcomes[0];
            double seconds = Median(outcomes.Select(outcome => outcome.CpuSeconds / outcome.OnSeconds));
            double ratio = Median(outcomes.Select((outcome, turn) => outcome.CpuSeconds / outcome.OnSeconds / steady[turn]));
            double dark = Median(outcomes.Select((outcome, turn) => outcome.CpuSeconds / outcome.Seconds / steady[turn]));
            string failures = power < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $", {one.Failures / one.Seconds:F1}/s");
            return FormattableString.Invariant($"{seconds * 1e3:F2}") + power switch
            {
                0 => "",
                1 => FormattableString.Invariant($": {ratio:F2}"),
                _ => FormattableString.Invariant($": {ratio:F2} ({dark:F2}{failures})"),
            };
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {work.Name} | {engine} | {found[0][0].Instructions / found[0][0].OnSeconds / 1e6:F1} M | {string.Join(" | ", cells)} |"));
    }

    private static Outcome Time(Work work, string engine, PowerSource? power)
    {
        // On for half of the time, where it fails.
        double seconds = power?.Supply is null ? OnSeconds : 2 * OnSeconds;
        double start = Environment.CpuUsage.TotalTime.TotalSeconds;
        Outcome outcome = work.Run(() => Loops.Engine(engine), power, seconds);
        return outcome with { CpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds - start };
    }

    // What the work draws, on average.
    private static double WattsOf(Work work)
    {
        Outcome outcome = work.Run(() => Loops.Engine("interpreter"), new PowerSource { Prices = Prices, SteadyVolts = TurnOnVolts }, TrialSeconds);
        return outcome.Joules / outcome.OnSeconds;
    }

    // Half of the power that is needed comes in: the buffer empties as fast as it fills, each in E / (P / 2).
    private static PowerSource Failing(double watts, double failures)
    {
        double joules = watts / (4 * failures);
        return new PowerSource
        {
            Prices = Prices,
            Supply = new SupplyOptions
            {
                Harvester = new PowerHarvester(new Trace("constant", TraceQuantity.Power, [0], 1e9, [watts / 2])),
                Buffer = new Capacitor { Farads = 2 * joules / ((TurnOnVolts * TurnOnVolts) - (TurnOffVolts * TurnOffVolts)), LimitVolts = 3.6 },
                Supervisor = new Supervisor(TurnOnVolts, TurnOffVolts),
            },
        };
    }

    private static FirmwareImage Bundled(string name) => BenchProgram.Usual.Single(program => program.Name == name).Image;

    private static Work ImageWork(string name, FirmwareImage image) => new(name, (engine, power, seconds) => RunImage(image, engine, power, seconds));

    private static Outcome RunImage(FirmwareImage image, Func<ExecutionEngine> engine, PowerSource? power, double seconds)
    {
        using Device device = new(DeviceCatalogue.Default, new DeviceOptions { Engine = engine });
        device.Load(image);
        if (power is null)
        {
            device.Run(until: SimTime.FromSeconds(seconds));
            return new Outcome(device.Now.TotalSeconds, device.Now.TotalSeconds, device.Ledger.Instructions, 0, 0);
        }

        RunReport report = new Simulator(device, power.Create(), power.Prices, new SimulatorOptions { Until = SimTime.FromSeconds(seconds) }).Run();
        return new Outcome(report.Seconds, report.OnSeconds, device.Ledger.Instructions, report.PowerFailures, report.Book.ConsumedJoules);
    }

    private static Outcome RunNetwork(Func<ExecutionEngine> engine, PowerSource? power, double seconds)
    {
        LabelledData samples = DataFit.To(Model.Scaling.Apply(BundledNetworks.DrawDigits().Take(20)), Model.Network.InputShape).Data;
        if (power is null)
        {
            using InferenceRunner runner = new(Firmware.Firmware, engine: engine);
            for (int n = 0; runner.Device.Now.TotalSeconds < seconds; n++)
            {
                runner.Run(samples.Sample(n % samples.Count));
            }

            return new Outcome(runner.Device.Now.TotalSeconds, runner.Device.Now.TotalSeconds, runner.Device.Ledger.Instructions, 0, 0);
        }

        Variant variant = new()
        {
            Name = "digits",
            Network = Model,
            NetworkName = Network,
            Samples = samples,
            Firmware = new FirmwareOptions(),
            Power = power,
            Until = SimTime.FromSeconds(seconds),
            Engine = engine,
        };
        using VariantRun run = new(variant, Firmware);
        VariantOutcome outcome = run.Run();
        return new Outcome(outcome.Run.Seconds, outcome.Run.OnSeconds - outcome.Run.SleepSeconds, outcome.Inferences.Count, outcome.Run.PowerFailures, outcome.Run.Book.ConsumedJoules);
    }

    private static double Median(IEnumerable<double> values) => Comparison.Median(values);

    /// <summary>What a run did: simulated time, time on, instructions, failures, joules, and the host's time.</summary>
    private sealed record Outcome(double Seconds, double OnSeconds, long Instructions, long Failures, double Joules)
    {
        public double CpuSeconds { get; init; }
    }

    /// <summary>Something to do, on an engine and a supply, for a simulated time.</summary>
    private sealed record Work(string Name, Func<Func<ExecutionEngine>, PowerSource?, double, Outcome> Run);
}
