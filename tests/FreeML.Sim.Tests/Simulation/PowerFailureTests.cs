using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Cpu;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>Power failures hit an exact instruction, whatever loop finds it, and do to memory what they do on silicon.</summary>
public sealed class PowerFailureTests
{
    [Fact]
    public void A_counter_in_FRAM_survives_ten_thousand_failures_and_a_counter_in_RAM_does_not()
    {
        // Short lives, each of another length: a small capacitor between close thresholds on a harvest that changes.
        using Device device = Runs.Device(Runs.Counting);
        var supply = Runs.Supply(new PowerHarvester(RandomTrace(new Random(1), 60), TraceEnd.Loop), farads: 1.5e-6, turnOnVolts: 2.6, turnOffVolts: 1.9);
        var lives = new Lives(device);

        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(80L) }, lives);

        Assert.True(report.PowerFailures >= 10_000, $"{report.PowerFailures} failures");

        // What was counted at a failure is what is there at the next boot: nothing lost, nothing repeated.
        Assert.Equal(lives.CountsAtFailure.Take(lives.CountsAtBoot.Count - 1), lives.CountsAtBoot.Skip(1));
        // Each life counted its passes of the loop twice, in RAM and then in FRAM: the counts agree but for the pass that failed.
        for (int life = 0; life < lives.CountsAtFailure.Count; life++)
        {
            ushort inRam = (ushort)(lives.RamAtFailure[life] - lives.RamAtBoot[life]);
            ushort inFram = (ushort)(lives.CountsAtFailure[life] - lives.CountsAtBoot[life]);
            Assert.InRange((ushort)(inRam - inFram), 0, 1);
        }

        // RAM came back as noise each time.
        Assert.True(lives.RamAtBoot.Distinct().Count() > report.Boots / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_fast_loop_fails_at_the_same_instruction_as_one_that_looks_after_every_one(int seed)
    {
        var random = new Random(seed);
        Trace trace = RandomTrace(random, seconds: 4);
        double farads = random.Next(2, 30) * 1e-6;

        (string Failures, string State) fast = Run(every: false, capSeconds: 1e-3);
        (string Failures, string State) careful = Run(every: true, capSeconds: 1e-3);

        Assert.NotEqual("", fast.Failures);
        Assert.Equal(careful.Failures, fast.Failures);
        Assert.Equal(careful.State, fast.State);

        (string, string) Run(bool every, double capSeconds)
        {
            using Device device = Runs.Device(Runs.Counting);
            var lives = new Lives(device);
            Runs.Run(device, Runs.Supply(new PowerHarvester(trace), farads), new SimulatorOptions { Until = SimTime.FromSeconds(4L), ChecksEveryInstruction = every, SliceCapSeconds = capSeconds }, lives);
            return (string.Join('\n', lives.Failures), Machine.Snapshot(device));
        }
    }

    // The price of a slice is taken at the voltage at its start; a shorter cap moves the result, by less than this.
    [Fact]
    public void The_slice_cap_moves_cycles_by_less_than_a_tenth_of_a_percent()
    {
        Trace trace = RandomTrace(new Random(7), seconds: 4);
        long reference = Cycles(1e-5);

        Assert.InRange(Cycles(1e-3), reference * 0.999, reference * 1.001);
        Assert.InRange(Cycles(1e-4), reference * 0.9999, reference * 1.0001);

        long Cycles(double capSeconds)
        {
            using Device device = Runs.Device(Runs.Counting);
            Runs.Run(device, Runs.Supply(new PowerHarvester(trace)), new SimulatorOptions { Until = SimTime.FromSeconds(4L), SliceCapSeconds = capSeconds });
            return device.Cycles;
        }
    }

    [Fact]
    public void An_instruction_that_writes_two_words_can_be_cut_between_them()
    {
        // loop: ADDA #10001,R5; MOVA R5,&5000; JMP loop. Low word and high nibble count together, so they tell when only one was written.
        using Device device = Runs.Device(0x40B2, 0x5A80, 0x015C, 0x01A5, 0x0001, 0x0560, 0x5000, 0x3FFB);
        int torn = 0;
        var lives = new Lives(device) { OnFailure = () => torn += (device.PeekWord(0x5000) & 0xF) == device.PeekWord(0x5002) ? 0 : 1 };

        RunReport report = Runs.Run(
            device,
            Runs.Supply(new PowerHarvester(RandomTrace(new Random(2), 60)), farads: 6e-6, turnOnVolts: 2.2),
            new SimulatorOptions { Until = SimTime.FromSeconds(60L), Sram = SramAfterFailure.Zero },
            lives);

        // A torn number stays until the next life has written a whole one.
        Assert.InRange(report.TornInstructions, 10, torn);
    }

    [Fact]
    public void The_supervisor_warns_once_before_each_failure()
    {
        using Device device = Runs.Device(Runs.Counting);
        var lives = new Lives(device);
        var supply = new global::FreeML.Sim.Energy.Supply(new global::FreeML.Sim.Energy.SupplyOptions
        {
            Harvester = new PowerHarvester(Runs.Power(1e6, (0, 2e-4))),
            Buffer = new global::FreeML.Sim.Energy.Storage.Capacitor { Farads = 10e-6, LimitVolts = 3.6 },
            Supervisor = new global::FreeML.Sim.Energy.Regulation.Supervisor(3.0, 1.9, warningVolts: 2.2),
        });

        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(5L) }, lives);

        Assert.True(report.PowerFailures > 10);
        Assert.InRange(lives.WarningVolts.Count, report.PowerFailures, report.PowerFailures + 1);
        Assert.All(lives.WarningVolts, volts => Assert.InRange(volts, 2.1, 2.2));
    }

    [Fact]
    public void A_harvest_too_weak_for_a_boot_aborts_boots_and_runs_nothing()
    {
        using Device device = Runs.Device(Runs.Counting);

        // 0.4 uF between 2.0 and 1.9 V hold 40 nC; a boot takes 1.1 uC.
        RunReport report = Runs.Run(device, Runs.Supply(new PowerHarvester(Runs.Power(1e6, (0, 1e-4))), farads: 0.4e-6, turnOnVolts: 2.0), new SimulatorOptions { Until = SimTime.FromSeconds(1L) });

        Assert.True(report.AbortedBoots > 100);
        Assert.Equal(0, report.Boots);
        Assert.Equal(0, device.Ledger.Instructions);
        Assert.Null(report.ColdStartSeconds);
    }

    [Fact]
    public void The_energy_stack_is_what_the_supply_gave()
    {
        using Device device = Runs.Device(Runs.Counting);

        RunReport report = Runs.Run(device, Runs.Supply(new PowerHarvester(RandomTrace(new Random(3), 4))), new SimulatorOptions { Until = SimTime.FromSeconds(4L) });

        Assert.InRange(Math.Abs(report.Book.BalanceErrorJoules), 0, 1e-9 * report.Book.HarvestedJoules);
        Assert.InRange(report.Energy.Total, report.Book.ConsumedJoules * (1 - 1e-9), report.Book.ConsumedJoules * (1 + 1e-9));
    }

    [Theory]
    [InlineData(SramAfterFailure.Zero)]
    [InlineData(SramAfterFailure.Noise)]
    [InlineData(SramAfterFailure.Decay)]
    public void RAM_comes_back_as_asked(SramAfterFailure sram)
    {
        using Device device = Runs.Device(Runs.Counting);
        byte[] before = new byte[0x1000];
        new Random(1).NextBytes(before);
        device.Poke(0x1C00, before);

        device.PowerCycle(SimTime.FromSeconds(1L), Msp430.Bus.ResetCause.BrownOut, sram, offSeconds: 0.02);

        byte[] after = new byte[before.Length];
        device.Peek(0x1C00, after);
        int kept = before.Zip(after).Count(pair => pair.First == pair.Second);
        int zeros = after.Count(value => value == 0);
        (int low, int high) = sram switch
        {
            SramAfterFailure.Zero => (0, 60),
            SramAfterFailure.Noise => (0, 60),
            _ => (before.Length / 2, before.Length * 95 / 100),
        };
        Assert.InRange(kept, low, high);
        Assert.Equal(sram is SramAfterFailure.Zero, zeros == after.Length);
    }

    internal static Trace RandomTrace(Random random, int seconds)
    {
        var samples = new List<(double, double)>();
        for (double time = 0; time < seconds; time += random.NextDouble() * 0.05 + 1e-4)
        {
            samples.Add((time, random.Next(3) == 0 ? 0 : random.NextDouble() * 4e-3));
        }

        return Runs.Power(seconds, [.. samples]);
    }

    private sealed class Lives(Device device) : IRunRecorder
    {
        public List<string> Failures { get; } = [];

        public List<ushort> CountsAtFailure { get; } = [];

        public List<ushort> CountsAtBoot { get; } = [];

        public List<ushort> RamAtBoot { get; } = [];

        public List<ushort> RamAtFailure { get; } = [];

        public List<double> WarningVolts { get; } = [];

        public Action? OnFailure { get; init; }

        public void Sample(in SupplySample sample)
        {
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
            switch (what)
            {
                case RunEvent.BootDone:
                    CountsAtBoot.Add(Runs.Count(device));
                    RamAtBoot.Add(device.PeekWord(Runs.RamCounter));
                    break;
                case RunEvent.Warning:
                    WarningVolts.Add(bufferVolts);
                    break;
                case RunEvent.PowerFailure:
                    Failures.Add($"{timeSeconds:R} s, {bufferVolts:R} V, pc {programCounter:X5}, cycle {device.Cycles}");
                    CountsAtFailure.Add(Runs.Count(device));
                    RamAtFailure.Add(device.PeekWord(Runs.RamCounter));
                    OnFailure?.Invoke();
                    break;
            }
        }
    }
}
