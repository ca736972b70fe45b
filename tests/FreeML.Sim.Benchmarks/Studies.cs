using System.Diagnostics;
using System.Globalization;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;
using Trace = FreeML.Sim.Energy.Harvesting.Trace;

namespace FreeML.Sim.Benchmarks;

/// <summary>Measurements that are read, not asserted: <c>-- study NAME ...</c>, see <see cref="Usage"/>.</summary>
internal static class Studies
{
    private const double Day = 86_400;

    private static readonly string[] Usage =
    [
        "buffers DIRECTORY_OF_RF_TRACES",
        "cost [IRRADIANCE_FILE]",
        "sleep",
        "supply [TURNS] [WORK]",
        "conformance DIRECTORY_OF_IMAGES [EVERY]",
        "start DIRECTORY_OF_IMAGES [EVERY]",
        "coverage DIRECTORY_OF_IMAGES [EVERY]",
        "random INSTRUCTIONS [SEED]",
        "loops [DIRECTORY_OF_IMAGES]",
        "capacitor DIRECTORY [OUT_DIRECTORY]",
        "training [DIRECTORY_OF_MNIST]",
        "exits MODEL.onnx|motions DATA SIZES [DENSITY]",
        "wide DIRECTORY_OF_MNIST OUT.onnx",
        "residual DIRECTORY_OF_MNIST OUT.onnx",
        "firmware MODEL DATA|small [--count N]",
        "failures MODEL DATA|small [--schedules N] [--every-write] [--every-instruction] [--strategies NAME,NAME]",
    ];

    // Watchdog held, then counting in RAM and FRAM for ever: at 1 MHz after reset, or at 16 MHz.
    private static readonly ushort[] HoldWatchdog = [0x40B2, 0x5A80, 0x015C];
    private static readonly ushort[] To16Megahertz = [0x40B2, 0xA510, 0x0140, 0x40F2, 0x00A5, 0x0161, 0x40B2, 0x0048, 0x0162, 0x4382, 0x0166];
    private static readonly ushort[] Count = [0x5392, 0x1C00, 0x5392, 0x5000, 0x3FFB];

    // Stack in RAM; interval timer on VLO / 32768, some 3.5 s; LPM3 between, and a count after each wake-up.
    private static readonly ushort[] SleepAndCount =
        [0x4031, 0x2400, 0x40B2, 0x5A5C, 0x015C, 0x4392, 0x0100, 0xD032, 0x00D8, 0x4303, 0x5392, 0x5000, 0x3FFA];

    // The same with VLO / 8192, some 0.87 s.
    private static readonly ushort[] SleepASecond =
        [0x4031, 0x2400, 0x40B2, 0x5A5D, 0x015C, 0x4392, 0x0100, 0xD032, 0x00D8, 0x4303, 0x5392, 0x5000, 0x3FFA];

    // The same, with half a second of work after each wake-up: bursts that a small buffer has to carry.
    private static readonly ushort[] SleepAndWork =
        [0x4031, 0x2400, 0x40B2, 0x5A5C, 0x015C, 0x4392, 0x0100, 0xD032, 0x00D8, 0x4303, 0x403A, 0xFFFF, 0x5392, 0x1C00, 0x831A, 0x23FC, 0x5392, 0x5000, 0x3FF4];

    // BIC #LPM3,0(SP); RETI
    private static readonly ushort[] StayAwake = [0xC0B1, 0x00D0, 0x0000, 0x1300];

    public static void Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["buffers", var directory]:
                Buffers(directory);
                break;
            case ["cost"]:
                Cost(null);
                break;
            case ["cost", var file]:
                Cost(file);
                break;
            case ["conformance", var images, .. var every]:
                ConformanceStudy.Run(images, int.Parse(every.FirstOrDefault() ?? "1", CultureInfo.InvariantCulture));
                break;
            case ["start", var images, .. var every]:
                StartStudy.Run(images, int.Parse(every.FirstOrDefault() ?? "40", CultureInfo.InvariantCulture));
                break;
            case ["coverage", var images, .. var every]:
                CoverageStudy.Run(images, int.Parse(every.FirstOrDefault() ?? "1", CultureInfo.InvariantCulture));
                break;
            case ["loops", .. var bench]:
                LoopStudy.Run(bench.FirstOrDefault());
                break;
            case ["random", var instructions, .. var seed]:
                RandomStudy.Run(long.Parse(instructions, CultureInfo.InvariantCulture), int.Parse(seed.FirstOrDefault() ?? "0", CultureInfo.InvariantCulture));
                break;
            case ["supply", .. var which]:
                SupplyStudy.Run(int.Parse(which.FirstOrDefault() ?? "5", CultureInfo.InvariantCulture), which.ElementAtOrDefault(1) ?? "");
                break;
            case ["sleep"]:
                Sleep();
                break;
            case ["capacitor", var directory, .. var output]:
                CapacitorStudy.Run(directory, output.FirstOrDefault());
                break;
            case ["training", .. var mnist]:
                TrainingStudy.Run(mnist.FirstOrDefault());
                break;
            case ["exits", var model, var data, var sizes, .. var density]:
                ExitStudy.Run(model, data, sizes, density.FirstOrDefault() ?? "1");
                break;
            case ["wide", var mnist, var output]:
                WideNetwork.Run(mnist, output);
                break;
            case ["residual", var mnist, var output]:
                ResidualNetwork.Run(mnist, output);
                break;
            case ["firmware", var model, .. var rest]:
                FirmwareStudy.RunContinuous(model, Data(rest), Number(rest, "--count", 1000));
                break;
            case ["failures", var model, .. var rest]:
                FirmwareStudy.RunFailures(model, Data(rest), Number(rest, "--schedules", 10_000), Kind(rest), Word(rest, "--strategies", "freeml,tiled,checkpoint").Split(','));
                break;
            default:
                Console.Error.WriteLine("found no such study, expected one of");
                Array.ForEach(Usage, usage => Console.Error.WriteLine("  study " + usage));
                Environment.ExitCode = 2;
                break;
        }
    }

    private static string? Data(string[] arguments) => arguments is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : null;

    private static FailureKind Kind(string[] arguments) =>
        arguments.Contains("--every-instruction") ? FailureKind.EveryInstruction : arguments.Contains("--every-write") ? FailureKind.EveryWrite : FailureKind.Random;

    private static string Word(string[] arguments, string option, string otherwise) =>
        Array.IndexOf(arguments, option) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : otherwise;

    private static int Number(string[] arguments, string option, int otherwise) =>
        int.Parse(Word(arguments, option, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private static void Buffers(string directory)
    {
        (string Name, Capacitor Buffer, BankArray? Banks)[] buffers =
        [
            ("770 uF", Static(770e-6), null),
            ("10 mF", Static(10e-3), null),
            ("17 mF", Static(17e-3), null),
            ("REACT", Static(770e-6), React),
        ];
        Console.WriteLine("RF traces as power into 30 kohm, each repeated for 1800 s; on at 3.3 V, off at 1.8 V; 1 MHz. Used: what the chip consumed.\n");
        Console.WriteLine("| load | trace | mean uW | buffer | cold start s | on s | power failures | bursts | used mJ | clipped mJ | leaked mJ | switching mJ |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach ((string load, ushort[] words) in ((string, ushort[])[])[("always on", [.. HoldWatchdog, .. Count]), ("bursts", SleepAndWork)])
        {
            foreach (string file in Directory.GetFiles(directory, "*.txt").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Order(StringComparer.Ordinal))
            {
                Trace trace = TraceReader.ReadFile(file, new TraceReadOptions { Column = "power" }).Trace;
                foreach ((string name, Capacitor buffer, BankArray? banks) in buffers)
                {
                    BufferRow(load, words, Path.GetFileNameWithoutExtension(file), trace, name, buffer, banks);
                }
            }
        }
    }

    private static void BufferRow(string load, ushort[] words, string file, Trace trace, string name, Capacitor buffer, BankArray? banks)
    {
        using Device device = Program(words);
        var supply = new Supply(new SupplyOptions
        {
            Harvester = new PowerHarvester(trace, TraceEnd.Loop),
            Buffer = buffer,
            Banks = banks,
            Supervisor = new Supervisor(3.3, 1.8),
        });
        RunReport report = new Simulator(device, supply, PowerModel.For("msp430fr5994"), new SimulatorOptions { Until = SimTime.FromSeconds(1800L) }).Run();
        string cold = report.ColdStartSeconds is { } seconds ? seconds.ToString("F0", CultureInfo.InvariantCulture) : "never";
        string bursts = words == SleepAndWork ? device.PeekWord(0x5000).ToString(CultureInfo.InvariantCulture) : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {load} | {file} | {TraceStatistics.Of(trace).Mean * 1e6:F0} | {name} | {cold} | {report.OnSeconds:F1} | {report.PowerFailures} | {bursts} | {report.Book.ConsumedJoules * 1e3:F2} | {report.Book.ClippedJoules * 1e3:F2} | {report.Book.LeakedJoules * 1e3:F2} | {report.Book.SwitchingLossJoules * 1e3:F2} |"));
    }

    private static Capacitor Static(double farads) => new() { Farads = farads, LimitVolts = 3.6, LeakageAmps = 0.01 * farads * 3.6 * 1e-3 };

    // The buffer of the ASPLOS 2024 paper.
    private static BankArray React => new(
        [new Bank(3, 220e-6), new Bank(3, 440e-6), new Bank(3, 880e-6), new Bank(3, 880e-6), new Bank(2, 5e-3)],
        Isolated: true,
        new BankController(LowVolts: 2.0, HighVolts: 3.4, MinimumVolts: 1.8, TickSeconds: 0.1, CoolDownTicks: 3));

    private static void Cost(string? irradiance)
    {
        // What the books cost a run that never fails: the same ten simulated seconds with and without a supply, in turns.
        var ratios = new List<double>();
        for (int pair = 0; pair < 7; pair++)
        {
            double plain = CpuSeconds(() =>
            {
                using Device device = Program([.. HoldWatchdog, .. To16Megahertz, .. Count]);
                device.Run(until: SimTime.FromSeconds(10L));
            });
            double supplied = CpuSeconds(() =>
            {
                using Device device = Program([.. HoldWatchdog, .. To16Megahertz, .. Count]);
                Supplied(device, new PowerHarvester(Constant(20e-3)), 100e-6, 10);
            });
            if (pair > 0)
            {
                ratios.Add(supplied / plain);
            }
        }

        ratios.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"never failing, 10 s at 16 MHz: host time with a supply / without = {ratios[ratios.Count / 2]:F3} (median of {ratios.Count} pairs, {ratios[0]:F3} to {ratios[^1]:F3})"));

        Trace month = irradiance is null ? Sun() : TraceReader.ReadFile(irradiance).Trace;
        foreach ((string what, double squareMetres) in ((string, double)[])[("asleep in LPM3, waking every 3.5 s", 1.2e-9), ("dark throughout", 1e-15)])
        {
            using Device device = Program(SleepAndCount);
            RunReport? report = null;
            double host = CpuSeconds(() => report = Supplied(device, new PowerHarvester(month.CellPower(squareMetres, 0.2)), 100e-6, month.DurationSeconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{month.DurationSeconds / Day:F1} days of {month.Times.Count} samples, {what}: on {100 * report!.OnSeconds / report.Seconds:F2} % of the time, {report.PowerFailures} power failures, {device.Ledger.Instructions} instructions, {host:F2} s of host time"));
        }
    }

    // An hour of LPM3 with a wake-up each second or so: on steady power, on a constant harvest, and on one that changes each 10 ms.
    private static void Sleep()
    {
        const double Hour = 3600;
        double[] times = [.. Enumerable.Range(0, 360_000).Select(sample => sample * 0.01)];
        (string What, Trace? Trace)[] supplies =
        [
            ("on steady power", null),
            ("on a constant harvest", Constant(20e-6)),
            ("on a harvest that changes each 10 ms", new Trace("steps", TraceQuantity.Power, times, Hour, [.. times.Select((_, n) => 10e-6 * (n % 5))])),
        ];
        foreach ((string what, Trace? trace) in supplies)
        {
            Device? device = null;
            double Run()
            {
                device?.Dispose();
                device = Program([.. SleepASecond]);
                return CpuSeconds(() =>
                {
                    if (trace is null)
                    {
                        device.Reset(ResetKind.Puc);
                        device.Run(until: SimTime.FromSeconds(Hour));
                    }
                    else
                    {
                        Supplied(device, new PowerHarvester(trace), 100e-6, Hour);
                    }
                });
            }

            Run();
            double host = Run();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"an hour of LPM3 {what}: {device!.Ledger.WakeUps[3]} wake-ups, {device.Ledger.Instructions} instructions, {host:F3} s of host time"));
            device.Dispose();
        }
    }

    private static RunReport Supplied(Device device, Harvester harvester, double farads, double seconds) => new Simulator(
        device,
        new Supply(new SupplyOptions { Harvester = harvester, Buffer = new Capacitor { Farads = farads, LimitVolts = 3.6 }, Supervisor = new Supervisor(3.0, 1.9) }),
        PowerModel.For("msp430fr5994"),
        new SimulatorOptions { Until = SimTime.FromSeconds(seconds) }).Run();

    private static Trace Constant(double watts) => new("constant", TraceQuantity.Power, [0], 1e9, [watts]);

    // A month of half sines, minute by minute.
    private static Trace Sun()
    {
        double[] times = [.. Enumerable.Range(0, 31 * 1440).Select(minute => minute * 60.0)];
        return new Trace("sun", TraceQuantity.Irradiance, times, 31 * Day, [.. times.Select(time => Math.Max(0, -1000 * Math.Cos(2 * Math.PI * time / Day)))]);
    }

    private static Device Program(ushort[] words)
    {
        var device = new Device(DeviceCatalogue.Find("msp430fr5994"));
        for (int n = 0; n < words.Length; n++)
        {
            device.PokeWord(0x4400 + (uint)(2 * n), words[n]);
        }

        for (int n = 0; n < StayAwake.Length; n++)
        {
            device.PokeWord(0x4480 + (uint)(2 * n), StayAwake[n]);
        }

        device.PokeWord(0xFFF2, 0x4480); // the watchdog's interval interrupt
        device.PokeWord(0xFFFE, 0x4400);
        device.PokeWord(0x5000, 0);
        return device;
    }

    private static double CpuSeconds(Action action)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
