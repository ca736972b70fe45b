using System.Globalization;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Cpu;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>A supply that fails while DMA moves a block of 32768 words: the block is cut between two of them, at the same one whichever loop looks.</summary>
public sealed class DmaPowerFailureTests
{
    private const uint Target = 0x1_0000;
    private const int Words = 0x8000;

    // A loop that counts in FRAM and fills 64 KB of FRAM with the count, by one block.
    private static readonly ushort[] Filling =
    [
        .. Runs.Counting.AsSpan(0, 14),
        0x5392, 0x5000, // loop: INC &FramCounter
        0x40B2, 0x5000, 0x0512, // MOV #FramCounter,&DMA0SA
        0x1880, 0x40F2, 0x0000, 0x0516, // MOVX.A #Target,&DMA0DA
        0x40B2, 0x8000, 0x051A, // MOV #Words,&DMA0SZ
        0x40B2, 0x1C10, 0x0510, // MOV #DMADT_1+DMADSTINCR_3+DMAEN,&DMA0CTL
        0x40B2, 0x1C11, 0x0510, // MOV #...+DMAREQ,&DMA0CTL
        0x3FED, // JMP loop
    ];

    [Fact]
    public void A_block_is_cut_between_two_words()
    {
        using Device device = Prepare();
        int cutInside = 0;
        var watcher = new Watcher(() => cutInside += IsCutCleanly(device) ? 1 : 0);
        RunReport report = Run(device, seed: 1, seconds: 1, every: false, watcher);

        Assert.True(report.PowerFailures > 20, $"{report.PowerFailures} failures");
        Assert.True(cutInside > 10, $"{cutInside} inside a block");
        Assert.InRange(Math.Abs(report.Book.BalanceErrorJoules), 0, 1e-9 * report.Book.HarvestedJoules);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_fast_loop_cuts_it_at_the_same_word_as_one_that_looks_after_every_one(int seed)
    {
        string[] states = [.. new[] { false, true }.Select(every =>
        {
            using Device device = Prepare();
            List<string> failures = [];
            var watcher = new Watcher(() => failures.Add(string.Create(CultureInfo.InvariantCulture, $"{device.Cycles} {device.ProgramCounter:X} {Runs.Count(device)}")));
            Run(device, seed, seconds: 0.2, every, watcher);
            Assert.NotEmpty(failures);
            return string.Join('\n', failures) + Machine.Snapshot(device);
        })];
        Assert.Equal(states[1], states[0]);
    }

    private static Device Prepare()
    {
        Device device = Runs.Device(Filling);
        device.Poke(Target, new byte[2 * Words]);
        return device;
    }

    private static RunReport Run(Device device, int seed, double seconds, bool every, IRunRecorder watcher)
    {
        Random random = new(seed);
        (double, double)[] samples = [.. Enumerable.Range(0, 100).Select(n => (n * 0.01, random.NextDouble() * 4e-3))];
        var supply = Runs.Supply(new PowerHarvester(Runs.Power(1, samples)), farads: 10e-6, turnOnVolts: 2.8);
        return Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(seconds), ChecksEveryInstruction = every }, watcher);
    }

    // This count up to some word, the one before from there on. True if both are there.
    private static bool IsCutCleanly(Device device)
    {
        byte[] bytes = new byte[2 * Words];
        device.Peek(Target, bytes);
        ushort[] words = [.. Enumerable.Range(0, Words).Select(n => (ushort)(bytes[2 * n] | (bytes[(2 * n) + 1] << 8)))];
        ushort first = words[0];
        int cut = Array.FindIndex(words, word => word != first);
        if (cut >= 0)
        {
            // An earlier life may have been cut further down, so that what is behind falls in steps.
            Assert.All(words.Zip(words.Skip(1)), pair => Assert.True(pair.First >= pair.Second));
        }

        return cut >= 0;
    }

    private sealed class Watcher(Action failed) : IRunRecorder
    {
        public void Sample(in SupplySample sample)
        {
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
            if (what is RunEvent.PowerFailure)
            {
                failed();
            }
        }
    }
}
