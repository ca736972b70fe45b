using System.Globalization;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Power;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>Phases that a program shows on pins: where they begin, and what is booked for each.</summary>
public sealed class PhaseMeterTests
{
    private static readonly string[] PinNames = ["P3.0", "P3.1", "P3.2"];

    // Shows 2 while it counts in FRAM, 3 while it counts in RAM, and 4 for a moment.
    private static readonly ushort[] Showing =
    [
        .. Runs.Counting.AsSpan(0, 14),
        0x4382, 0x0130, // CLR &PM5CTL0
        0x40F2, 0x0007, 0x0224, // MOV.B #7,&P3DIR
        0x43E2, 0x0222, // loop: MOV.B #2,&P3OUT
        0x5392, 0x5000, // INC &FramCounter
        0x5392, 0x5000,
        0x5392, 0x5000,
        0x40F2, 0x0003, 0x0222, // MOV.B #3,&P3OUT
        0x4034, 200, // MOV #200,R4
        0x5392, 0x1C00, // INC &RamCounter
        0x8314, // DEC R4
        0x23FC, // JNZ -4 words
        0x42E2, 0x0222, // MOV.B #4,&P3OUT
        0x3FEE, // JMP loop
    ];

    [Fact]
    public void Everything_the_chip_consumed_is_in_the_book_of_some_phase()
    {
        (RunReport report, PhaseTotals[] books, string[] changes) = Run(every: false, engine: null);

        Assert.True(report.PowerFailures > 5, $"{report.PowerFailures} failures");
        Assert.True(changes.Length > 1000);
        Assert.All(new[] { 0, 2, 3, 4 }, phase => Assert.True(books[phase].Joules.Total > 0 && books[phase].Cycles > 0, $"phase {phase}"));
        Assert.Equal(report.Energy.Total, books.Sum(book => book.Joules.Total), 1e-12 * report.Energy.Total);
        for (int activity = 0; activity < PerActivity.Count; activity++)
        {
            Assert.Equal(report.Energy[activity], books.Sum(book => book.Joules[activity]), 1e-9 * report.Energy.Total);
        }

        // FRAM is written in one phase only, but for the few words of the start.
        Assert.True(books[2].Joules[(int)Activity.FramWrite] > 0);
        Assert.Equal(0, books[3].Joules[(int)Activity.FramWrite]);
    }

    [Fact]
    public void The_fast_loop_and_one_that_looks_after_every_instruction_keep_the_same_books() =>
        Assert.Equal(Text(Run(every: true, engine: null)), Text(Run(every: false, engine: null)));

    [Fact]
    public void Both_engines_keep_the_same_books()
    {
        if (JitEngine.IsSupported)
        {
            Assert.Equal(Text(Run(every: false, engine: null)), Text(Run(every: false, () => new JitEngine(warmUpCycles: 0, sampleCycles: 100))));
        }
    }

    [Fact]
    public void Nominal_charge_is_the_same_at_any_voltage()
    {
        double[] perRound = [.. new[] { 2.2, 3.5 }.Select(volts =>
        {
            using Device device = Runs.Device(Showing);
            using PhaseMeter meter = new(device, PinNames);
            var supply = Runs.Supply(new PowerHarvester(Runs.Power(1, (0, 0))), farads: 10, turnOnVolts: 2.1, turnOffVolts: 1.9, initialVolts: volts);
            int rounds = 0;
            PhaseTotals atFirst = default;
            PhaseTotals atLast = default;
            Simulator? simulator = null;
            meter.Changed = change =>
            {
                if (change.To == 4)
                {
                    rounds++;
                    (atFirst, atLast) = rounds == 2 ? (meter.Totals[3], atLast) : (atFirst, meter.Totals[3]);
                    if (rounds == 12)
                    {
                        simulator!.Stop();
                    }
                }
            };
            simulator = new Simulator(device, supply, PowerModel.For("msp430fr5994"), new SimulatorOptions { Until = SimTime.FromSeconds(1L) }, phases: meter);

            Assert.Equal(StopReason.Asked, simulator.Run().Stop);
            Assert.Equal(12, rounds);
            return (atLast.NominalCoulombs.Total - atFirst.NominalCoulombs.Total) / 10;
        })];

        Assert.True(perRound[0] > 0);
        Assert.Equal(perRound[0], perRound[1], 1e-9 * perRound[0]);
    }

    [Fact]
    public void Who_hears_of_a_change_finds_memory_as_the_instruction_left_it()
    {
        using Device device = Runs.Device(Showing);
        using PhaseMeter meter = new(device, PinNames);
        List<ushort> counts = [];
        meter.Changed = change =>
        {
            if (change.To == 3)
            {
                counts.Add(Runs.Count(device));
                device.PokeWord(Runs.FramCounter, 0);
            }
        };
        var supply = Runs.Supply(new PowerHarvester(Runs.Power(1, (0, 0))), farads: 1e-3, initialVolts: 3.5);
        new Simulator(device, supply, PowerModel.For("msp430fr5994"), new SimulatorOptions { Until = SimTime.FromMilliseconds(5) }, phases: meter).Run();

        Assert.True(counts.Count > 10);
        Assert.All(counts, count => Assert.Equal(3, count));
    }

    [Fact]
    public void A_device_without_the_pin_is_refused() =>
        Assert.Throws<InputException>(() => new PhaseMeter(Runs.Device(Showing), "P99.0"));

    private static (RunReport Report, PhaseTotals[] Books, string[] Changes) Run(bool every, Func<ExecutionEngine>? engine)
    {
        using Device device = new(DeviceCatalogue.Find("msp430fr5994"), new DeviceOptions { Engine = engine });
        for (int n = 0; n < Showing.Length; n++)
        {
            device.PokeWord(Runs.Code + (uint)(2 * n), Showing[n]);
        }

        device.PokeWord(0xFFFE, (ushort)Runs.Code);
        using PhaseMeter meter = new(device, PinNames);
        List<string> changes = [];
        meter.Changed = change => changes.Add(string.Create(CultureInfo.InvariantCulture, $"{change.From} {change.To} {change.TimeSeconds:R} {device.Cycles}"));
        Random random = new(1);
        (double, double)[] samples = [.. Enumerable.Range(0, 100).Select(n => (n * 0.003, random.NextDouble() * 4e-3))];
        var supply = Runs.Supply(new PowerHarvester(Runs.Power(0.3, samples)), farads: 4.7e-6, turnOnVolts: 2.4);
        SimulatorOptions options = new() { Until = SimTime.FromMilliseconds(300), ChecksEveryInstruction = every };
        RunReport report = new Simulator(device, supply, PowerModel.For("msp430fr5994"), options, phases: meter).Run();
        return (report, meter.Totals.ToArray(), [.. changes]);
    }

    private static string Text((RunReport Report, PhaseTotals[] Books, string[] Changes) run) => string.Join('\n', [
        .. run.Books.Select(book => string.Create(CultureInfo.InvariantCulture, $"{book.Cycles} {book.Seconds:R} {book.Joules.Total:R} {book.NominalCoulombs.Total:R}")),
        .. run.Changes]);
}
