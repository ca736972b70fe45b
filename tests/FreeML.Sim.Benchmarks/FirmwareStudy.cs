using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Benchmarks;

/// <summary>Where power fails.</summary>
internal enum FailureKind
{
    /// <summary>Schedules at random.</summary>
    Random,

    /// <summary>Once for each content of FRAM that an inference goes through.</summary>
    EveryWrite,

    /// <summary>After every instruction of an inference.</summary>
    EveryInstruction,
}

/// <summary>
/// Firmware on the simulated device against the compiler's executor, bit for bit: with continuous power, and with power failures. Each line of the
/// tables is one network and runtime; the numbers are the same on every machine, host times aside. For <c>docs/firmware.md</c>.
/// </summary>
internal static class FirmwareStudy
{
    /// <summary>Instead of a file: <see cref="SmallNetwork"/>.</summary>
    private const string Small = "small";

    // Runtimes other than freeml answer a part of the samples.
    private const int OthersShare = 10;
    private const int OthersLeast = 100;
    private const int CalibrationSamples = 200;

    // The margin is the table's.
    private static readonly ExitPolicy NeverCertain = ExitPolicy.Confidence(0);
    
    // One device for each core of a small machine: translating the program once more costs as much as some inferences.
    private const int Parts = 2;
    private const int FaultsShown = 5;

    /// <summary>With continuous power: every class and all logits, at each exit and of the whole network.</summary>
    public static void RunContinuous(string model, string? data, int count)
    {
        (IntegerNetwork network, LabelledData samples) = Load(model, data, count);
        Console.WriteLine("| network | runtime | exits | samples | answers compared | logits compared | different | cycles an inference | cycles against restart |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int some = Math.Min(samples.Count, Math.Max(OthersLeast, samples.Count / OthersShare));
        Dictionary<Strategy, Comparison> compared = [];
        foreach ((Strategy strategy, string name) in RuntimeImages.All.Reverse())
        {
            long start = Stopwatch.GetTimestamp();
            LabelledData these = strategy is Strategy.FreeMl ? samples : samples.Take(some);
            Comparison sum = Compare(network, strategy, these);
            compared[strategy] = sum;
            Print($"| {network.Name} | {name} | {network.Exits.Length} | {these.Count} | {sum.Answers} | {sum.Logits} | {sum.Faults.Count} | {sum.WholeCycles / (double)these.Count:F0} | {Math.Round(100.0 * sum.SomeCycles / compared[Strategy.Restart].SomeCycles - 100, 1):+0.0;-0.0;0.0} % |");
            Show(sum.Faults);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
        }

        Comparison Compare(IntegerNetwork network, Strategy strategy, LabelledData these)
        {
            ImmutableArray<ushort> tiles = strategy is Strategy.Tiled ? FirmwareCompiler.Compile(network, new FirmwareOptions { Strategy = strategy }).Firmware.Options.Tiles : [];
            var parts = new Comparison[Parts];
            Parallel.For(0, Parts, part => parts[part] = ComparePart(network, strategy, tiles, these, part, some));
            return parts.Aggregate((one, other) => new Comparison(
                one.Answers + other.Answers, one.Logits + other.Logits, one.WholeCycles + other.WholeCycles, one.SomeCycles + other.SomeCycles, one.Faults.AddRange(other.Faults)));
        }
    }

    /// <summary>With power failures.</summary>
    public static void RunFailures(string model, string? data, int schedules, FailureKind kind, string[] strategies)
    {
        (IntegerNetwork network, LabelledData samples) = Load(model, data, 50);
        Console.WriteLine("| network | runtime | power fails | inferences | failures | warnings | torn instructions | instructions of the inference | cycles, millions | different |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach ((Strategy strategy, string name) in RuntimeImages.All.Where(known => strategies.Contains(known.Name)))
        {
            if (kind is FailureKind.Random)
            {
                Row(name, "at random", () => PowerFailures.Random(network, strategy, samples, schedules));
                continue;
            }

            for (int exit = 0; exit <= network.Exits.Length; exit++)
            {
                string way = exit == network.Exits.Length ? "whole network" : $"exit {exit}";
                int answers = exit;
                Row(name, $"{(kind is FailureKind.EveryWrite ? "after any instruction, once for each content of FRAM" : "after every instruction")}, {way}", () => PowerFailures.EveryInstruction(network, strategy, answers, samples, kind is FailureKind.EveryWrite));
                if (strategy is Strategy.Checkpoint)
                {
                    Row(name, $"warned every 3 to 8 instructions, {way}", () => PowerFailures.EveryWarning(network, answers, samples));
                }
            }
        }

        void Row(string name, string what, Func<FailureTally> run)
        {
            long start = Stopwatch.GetTimestamp();
            FailureTally tally = run();
            Print($"| {network.Name} | {name} | {what} | {tally.Runs} | {tally.Failures} | {tally.Warnings} | {tally.Torn} | {tally.Instructions} | {tally.Cycles / 1e6:F0} | {tally.Faults.Count} |");
            Show(tally.Faults);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
        }
    }

    private static Comparison ComparePart(IntegerNetwork network, Strategy strategy, ImmutableArray<ushort> tiles, LabelledData samples, int part, int some)
    {
        int first = samples.Count * part / Parts;
        int end = samples.Count * (part + 1) / Parts;
        Comparison sum = new(0, 0, 0, 0, []);
        if (first == end)
        {
            return sum;
        }

        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        ImmutableArray<string>[] expected = [.. Enumerable.Range(first, end - first).Select(sample => FailingFirmware.Expected(executor, memory, samples.Sample(sample)))];
        for (int exit = 0; exit <= network.Exits.Length; exit++)
        {
            // Exits answer some samples; of the others they are looked at on the way through the whole network.
            bool isWhole = exit == network.Exits.Length;
            ExitPolicy policy = !isWhole ? ExitPolicy.Fixed(exit) : network.Exits.IsEmpty ? ExitPolicy.Never : NeverCertain;
            FirmwareOptions options = new() { Strategy = strategy, Tiles = tiles, Policy = policy, ExitCosts = [.. network.Exits.Select(_ => new ExitCost(0, 0, short.MaxValue))] };
            BoundFirmware firmware = FirmwareBuilder.Build(network, ArenaPlanner.Plan(network), options);
            using InferenceRunner runner = new(firmware, engine: JitEngine.IsSupported ? () => new JitEngine() : null);
            PassedExits? passed = isWhole ? new PassedExits(runner, firmware) : null;
            for (int sample = first; sample < (isWhole ? end : Math.Min(end, first + (some / Parts))); sample++)
            {
                Inference inference = runner.Run(samples.Sample(sample));
                ImmutableArray<string> wanted = expected[sample - first];
                string found = FailingFirmware.Text(inference.Answer, inference.Exit, inference.Logits);
                IEnumerable<(string Found, string Expected)> pairs = passed is not null ? passed.Take().Append(found).Zip(wanted) : [(found, wanted[exit])];
                foreach ((string one, string other) in pairs)
                {
                    sum = sum with
                    {
                        Answers = sum.Answers + 1,
                        Logits = sum.Logits + inference.Logits.Length,
                        Faults = one == other ? sum.Faults : sum.Faults.Add($"sample {sample}: {one}, expected {other}"),
                    };
                }

                long cycles = isWhole ? inference.Total.Cycles : 0;
                sum = sum with { WholeCycles = sum.WholeCycles + cycles, SomeCycles = sum.SomeCycles + (sample - first < some / Parts ? cycles : 0) };
            }
        }

        return sum;
    }

    // A .fml file as it is; an ONNX file in eight bits a weight, with scales from the first samples that are not tested with.
    private static (IntegerNetwork Network, LabelledData Samples) Load(string model, string? data, int count)
    {
        if (model == Small)
        {
            return (SmallNetwork.Network, SmallNetwork.Data.Take(count));
        }

        ArgumentNullException.ThrowIfNull(data);
        string name = Path.GetFileNameWithoutExtension(model);
        if (FmlReader.IsFml(model))
        {
            FmlModel compressed = FmlReader.Read(model);
            LabelledData test = compressed.Scaling.Apply(DataSets.Load(data, DataSplit.Test));
            return (Renamed(compressed.Integer, name), DataFit.To(test, compressed.Network.InputShape).Data.Take(count));
        }

        Network network = OnnxReader.Read(model);
        (LabelledData training, LabelledData testing) = DataSets.LoadBoth(data);
        InputScaling scaling = InputScaling.Choose(network, training).Scaling;
        LabelledData calibration = DataFit.To(scaling.Apply(training.Take(CalibrationSamples)), network.InputShape).Data;
        LabelledData samples = DataFit.To(scaling.Apply(testing.Take(count)), network.InputShape).Data;
        return (Renamed(Quantizer.Quantize(network, calibration, new QuantizationOptions()), name), samples);
    }

    private static IntegerNetwork Renamed(IntegerNetwork network, string name) => new(name, network.Values, network.Operations, network.Output, network.ExitOperations, network.Exits);

    private static void Show(ImmutableList<string> faults)
    {
        foreach (string fault in faults.Take(FaultsShown))
        {
            Console.WriteLine("  " + fault);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>The logits of exits that are computed and not taken, read from their place when the runtime shows that it goes on.</summary>
    private sealed class PassedExits
    {
        private readonly InferenceRunner _runner;
        private readonly BoundFirmware _firmware;
        private readonly List<string> _found = [];
        private bool _isInExit;

        public PassedExits(InferenceRunner runner, BoundFirmware firmware)
        {
            (_runner, _firmware) = (runner, firmware);
            for (int bit = 0; bit < 3; bit++)
            {
                runner.Device.FindPin($"P3.{bit}")!.Changed += (_, _) => Look();
            }
        }

        /// <summary>What was found since the last time.</summary>
        public ImmutableArray<string> Take()
        {
            ImmutableArray<string> found = [.. _found];
            _found.Clear();
            return found;
        }

        private void Look()
        {
            bool isInExit = _runner.Mailbox.Phase is Phase.Exit;
            if (_isInExit && !isInExit && _found.Count < _firmware.Network.Exits.Length)
            {
                IntegerNetwork network = _firmware.Network;
                int value = network.Exits[_found.Count].Logits;
                short[] logits = new short[network.Values[value].Length];
                _runner.Device.Peek(_firmware.Placement.Maps.Address + (uint)_firmware.Plan.Offsets[value], MemoryMarshal.AsBytes(logits.AsSpan()));
                _found.Add(FailingFirmware.Text(Array.IndexOf(logits, logits.Max()), _found.Count, logits));
            }

            _isInExit = isInExit;
        }
    }

    private sealed record Comparison(long Answers, long Logits, long WholeCycles, long SomeCycles, ImmutableList<string> Faults);
}
