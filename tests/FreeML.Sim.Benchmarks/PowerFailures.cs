using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Firmware;

namespace FreeML.Sim.Benchmarks;

/// <summary>What was done, and what was wrong.</summary>
/// <param name="Runs">Inferences that power failed in.</param>
/// <param name="Failures">Power failures.</param>
/// <param name="Warnings">Failures that the comparator warned of, and warnings after which the buffer was filled again.</param>
/// <param name="Torn">Failures between two writes of one instruction.</param>
/// <param name="Instructions">Instructions of the inference that failed after every one; 0 of random failures.</param>
/// <param name="Cycles">Cycles of all devices.</param>
/// <param name="Faults">Answers that are not those of continuous power.</param>
internal sealed record FailureTally(long Runs, long Failures, long Warnings, long Torn, long Instructions, long Cycles, ImmutableList<string> Faults)
{
    /// <summary>Nothing done.</summary>
    public static FailureTally None { get; } = new(0, 0, 0, 0, 0, 0, []);

    /// <summary>Both.</summary>
    public static FailureTally operator +(FailureTally one, FailureTally other) => new(
        one.Runs + other.Runs,
        one.Failures + other.Failures,
        one.Warnings + other.Warnings,
        one.Torn + other.Torn,
        one.Instructions + other.Instructions,
        one.Cycles + other.Cycles,
        one.Faults.AddRange(other.Faults));
}

/// <summary>
/// Inferences with power failures at random, and after every instruction. Work is cut into parts with devices of their own, so that results do not
/// depend on the number of threads.
/// </summary>
internal static class PowerFailures
{
    private const int MostFailures = 12;
    private const int MostShortLives = 60;
    private const int Parts = 8;

    // Start-up, and saving with all of RAM, take less.
    private const int StartCycles = 4_000;
    private const int SaveCycles = 8_000;

    // More than this for one device is worth translating.
    private const long TranslatedMacs = 5_000_000;

    // Of a part; enough to see that something is wrong.
    private const int MostFaults = 200;

    // Instructions in which a comparator that was going to warn has done so.
    private const int WarningSteps = 400;

    /// <summary>Random schedules, those of a network with exits taken by turns: each exit, and the whole network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="strategy">The runtime.</param>
    /// <param name="data">Samples.</param>
    /// <param name="schedules">How many.</param>
    /// <param name="spoil">Done to the device before each failure, to see that faults are found; null for nothing.</param>
    public static FailureTally Random(IntegerNetwork network, Strategy strategy, LabelledData data, int schedules, Action<FailingFirmware>? spoil = null)
    {
        int answers = network.Exits.Length + 1;
        return InParts(Parts * answers, part => RandomPart(network, strategy, part / Parts, data, part, (schedules * (part + 1) / (Parts * answers)) - (schedules * part / (Parts * answers)), spoil));
    }

    /// <summary>Fails after every instruction of one inference, and between the writes of each.</summary>
    /// <param name="network">The network.</param>
    /// <param name="strategy">The runtime.</param>
    /// <param name="exit">Which exit answers; the number of exits: the whole network.</param>
    /// <param name="data">Two samples: one to fill the memory with, the other is run.</param>
    /// <param name="onlyWrites">
    /// One failure for each content of FRAM that there is: until an instruction changes it, all failures leave the same behind but for the noise in RAM.
    /// </param>
    /// <param name="spoil">Done to the device that goes on, before it starts.</param>
    public static FailureTally EveryInstruction(IntegerNetwork network, Strategy strategy, int exit, LabelledData data, bool onlyWrites, Action<FailingFirmware>? spoil = null)
    {
        BoundFirmware firmware = FailingFirmware.Bind(network, strategy, exit);
        string expected = Expected(network, data.Sample(1))[exit];
        return InParts(Parts, part => EveryInstructionPart(firmware, data, expected, part, onlyWrites, spoil));
    }

    /// <summary>Warns after every few instructions of one inference, again and again from where it went on; power fails when all is saved, while it is saved, or not at all.</summary>
    public static FailureTally EveryWarning(IntegerNetwork network, int exit, LabelledData data)
    {
        const int Strides = 6;
        BoundFirmware firmware = FailingFirmware.Bind(network, Strategy.Checkpoint, exit);
        string expected = Expected(network, data.Sample(1))[exit];
        return InParts(3 * Strides, part => Warned(firmware, data, expected, 3 + (part / 3), part % 3));
    }

    private static FailureTally InParts(int parts, Func<int, FailureTally> run)
    {
        var tallies = new FailureTally[parts];
        Parallel.For(0, parts, part => tallies[part] = run(part));
        return tallies.Aggregate(FailureTally.None, (sum, tally) => sum + tally);
    }

    private static ImmutableArray<string> Expected(IntegerNetwork network, ReadOnlySpan<float> sample)
    {
        IntegerExecutor executor = new(network);
        return FailingFirmware.Expected(executor, executor.CreateMemory(), sample);
    }

    private static FailureTally RandomPart(IntegerNetwork network, Strategy strategy, int exit, LabelledData data, int part, int schedules, Action<FailingFirmware>? spoil)
    {
        FailureTally tally = FailureTally.None;
        if (schedules == 0)
        {
            return tally;
        }

        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        using FailingFirmware board = new(FailingFirmware.Bind(network, strategy, exit), part, network.Macs * schedules > TranslatedMacs);
        board.Begin(data.Sample(0));
        long before = board.Device.Cycles;
        board.RunToEnd();
        long whole = board.Device.Cycles - before;
        for (int schedule = 0; schedule < schedules; schedule++)
        {
            Random random = new((part * 1_000_003) + schedule);
            ReadOnlySpan<float> sample = data.Sample(random.Next(data.Count));
            string expected = FailingFirmware.Expected(executor, memory, sample)[exit];
            board.Begin(sample);
            tally += random.Next(8) == 0 ? ShortLives(board, random, whole, spoil) : Lives(board, random, whole, spoil);
            string answer = board.RunToEnd();
            tally += FailureTally.None with { Runs = 1, Faults = answer == expected ? [] : [$"schedule {schedule} of part {part}: {answer}, expected {expected}"] };
            if (answer != expected && !board.IsDone)
            {
                break;
            }
        }

        return tally with { Cycles = board.Device.Cycles };
    }

    // A few failures: soon after the start, anywhere on a scale of orders of magnitude, or anywhere.
    private static FailureTally Lives(FailingFirmware board, Random random, long whole, Action<FailingFirmware>? spoil)
    {
        FailureTally tally = FailureTally.None;
        for (int left = random.Next(1, MostFailures + 1); left > 0 && !board.IsDone; left--)
        {
            board.Run(random.Next(3) switch
            {
                0 => Log(random, StartCycles),
                1 => Log(random, whole),
                _ => random.NextInt64(1, whole),
            });
            tally += End(board, random, spoil);
        }

        return tally;
    }

    // A capacitor that is too small for a whole inference, again and again.
    private static FailureTally ShortLives(FailingFirmware board, Random random, long whole, Action<FailingFirmware>? spoil)
    {
        FailureTally tally = FailureTally.None;
        long life = StartCycles + Log(random, whole / 2);
        for (int left = MostShortLives; left > 0 && !board.IsDone; left--)
        {
            board.Run(life);
            tally += End(board, random, spoil);
        }

        return tally;
    }

    // Without warning; or warned, in time or too late; or the buffer is filled again after a warning.
    private static FailureTally End(FailingFirmware board, Random random, Action<FailingFirmware>? spoil)
    {
        bool warns = board.Firmware.Options.Strategy is Strategy.Checkpoint && random.Next(4) != 0;
        if (warns)
        {
            board.Volts = FailingFirmware.LowVolts;
            board.Run(Log(random, SaveCycles));
            if (random.Next(3) == 0)
            {
                board.Recover();
                return FailureTally.None with { Warnings = 1 };
            }
        }

        spoil?.Invoke(board);
        bool isTorn = board.FailWithin(random);
        return FailureTally.None with { Failures = 1, Warnings = warns ? 1 : 0, Torn = isTorn ? 1 : 0 };
    }

    private static long Log(Random random, long most) => (long)Math.Exp(random.NextDouble() * Math.Log(most));

    private static FailureTally EveryInstructionPart(BoundFirmware firmware, LabelledData data, string expected, int part, bool onlyWrites, Action<FailingFirmware>? spoil)
    {
        FailureTally tally = FailureTally.None;
        using FailingFirmware board = new(firmware, part);
        using FailingFirmware other = new(firmware, Parts + part);
        byte[] constant = board.Untouched();
        board.Begin(data.Sample(0));
        board.RunToEnd();
        board.Begin(data.Sample(1));
        byte[] before = board.Save();
        long n = 0;
        for (; !board.IsDone && tally.Faults.Count < MostFaults; n++)
        {
            board.Device.JournalsWrites = true;
            board.Device.Step();
            int writes = board.Device.JournaledWrites;
            if (n % Parts != part || (onlyWrites && writes == 0))
            {
                continue;
            }

            byte[] after = board.Save();
            if (onlyWrites && Fram(after).SequenceEqual(Fram(before)))
            {
                continue;
            }

            before = after;
            GoOn(after, isTorn: false);
            for (int kept = writes - 1; kept > 0; kept--)
            {
                board.Device.UndoWritesAfter(kept);
                byte[] torn = board.Save();
                if (!Fram(torn).SequenceEqual(Fram(after)))
                {
                    GoOn(torn, isTorn: true);
                }
            }

            if (writes > 1)
            {
                board.Load(after);
            }
        }

        board.Device.JournalsWrites = false;
        string answer = board.Answer;
        bool isClean = constant.AsSpan().SequenceEqual(board.Untouched()) && constant.AsSpan().SequenceEqual(other.Untouched());
        return tally with
        {
            Instructions = part == 0 ? n : 0,
            Cycles = board.Device.Cycles + other.Device.Cycles,
            Faults = tally.Faults.AddRange(answer == expected ? [] : [$"without failures {answer}, expected {expected}"]).AddRange(isClean ? [] : ["something was written that is not the program's"]),
        };

        void GoOn(byte[] memory, bool isTorn)
        {
            other.Load(memory);
            spoil?.Invoke(other);
            other.Fail();
            string found = other.RunToEnd();
            tally += new FailureTally(1, 1, 0, isTorn ? 1 : 0, 0, 0, found == expected ? [] : [$"failure after instruction {n}: {found}, expected {expected}"]);
        }

        ReadOnlySpan<byte> Fram(byte[] memory) => memory.AsSpan(0, board.FramBytes);
    }

    private static FailureTally Warned(BoundFirmware firmware, LabelledData data, string expected, int stride, int ending)
    {
        FailureTally tally = FailureTally.None with { Runs = 1 };
        Random random = new((stride * 3) + ending);
        using FailingFirmware board = new(firmware, random.Next());
        board.Begin(data.Sample(1));
        while (!board.IsDone)
        {
            for (int n = 0; n < stride && !board.IsDone; n++)
            {
                board.Device.Step();
            }

            board.Volts = FailingFirmware.LowVolts;
            if (!IsWarned(board))
            {
                board.Recover();
                continue;
            }

            tally += FailureTally.None with { Warnings = 1, Failures = ending == 0 ? 0 : 1 };
            bool isCut = ending == 2 && random.Next(4) != 0;
            board.Run(isCut ? random.Next(1, SaveCycles / 4) : SaveCycles);
            if (ending == 0)
            {
                board.Recover();
            }
            else if (isCut)
            {
                board.FailWithin(random);
            }
            else
            {
                board.Fail();
            }

            // Until the operation goes on: there is no way forward in a program that is warned before it is back.
            for (int n = 0; n < 100_000 && board.Phase is Phase.Start or Phase.Save; n++)
            {
                board.Device.Step();
            }
        }

        string answer = board.Answer;
        return tally with { Cycles = board.Device.Cycles, Faults = answer == expected ? [] : [$"warned each {stride} instructions, ending {ending}: {answer}, expected {expected}"] };
    }

    private static bool IsWarned(FailingFirmware board)
    {
        for (int n = 0; n < WarningSteps && !board.IsDone && board.Phase is Phase.Network or Phase.Exit; n++)
        {
            board.Device.Step();
        }

        return board.Phase is Phase.Save;
    }
}
