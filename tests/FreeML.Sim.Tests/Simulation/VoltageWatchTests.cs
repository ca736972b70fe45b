using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Cpu;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>A comparator of the chip meets the supply's or the buffer's voltage where it is, awake and asleep, whatever loop finds it.</summary>
public sealed class VoltageWatchTests
{
    private const uint Handler = 0x4600;
    private const uint ComparatorVector = 0xFFF8;
    private const ushort Interrupts = 0x0008;
    private const ushort Lpm4 = 0x00F8;

    // The warning level: a half of the supply, or of the buffer, on P1.1 against 1.2 V.
    private const double WarningVolts = 2.4;

    [Theory]
    [InlineData(Interrupts, false)]
    [InlineData(Interrupts, true)]
    [InlineData(Lpm4, false)]
    [InlineData(Lpm4, true)]
    public void The_warning_comes_at_its_voltage_once_a_life_well_before_the_brown_out(ushort status, bool regulated)
    {
        using Device device = Warned(status, regulated ? VoltageMix.Buffer * 0.5 : VoltageMix.Supply * 0.5);
        var lives = new Lives(device);

        RunReport report = Run(device, Supply(regulated), every: false, lives);

        Assert.True(report.PowerFailures > 3, $"{report.PowerFailures} failures");
        Assert.InRange(lives.Warnings.Count, report.PowerFailures, report.PowerFailures + 1);

        // Seen at the handler's first instruction: to get there from LPM4 takes 25 nC, and 10 uF give 2.5 mV for that.
        Assert.All(lives.Warnings, volts => Assert.InRange(volts, WarningVolts - 4e-3, WarningVolts));
    }

    [Theory]
    [InlineData(Interrupts, false, 1)]
    [InlineData(Lpm4, false, 2)]
    [InlineData(Interrupts, true, 3)]
    public void Every_loop_finds_the_same_run_to_the_bit(ushort status, bool regulated, int seed)
    {
        (string Events, string State) fast = One(every: false);
        (string Events, string State) careful = One(every: true);

        Assert.NotEqual("", fast.Events);
        Assert.Equal(careful.Events, fast.Events);
        Assert.Equal(careful.State, fast.State);

        (string, string) One(bool every)
        {
            using Device device = Warned(status, regulated ? VoltageMix.Buffer * 0.5 : VoltageMix.Supply * 0.5);
            var lives = new Lives(device);
            Run(device, Supply(regulated, seed), every, lives);
            return (string.Join('\n', lives.Events), Machine.Snapshot(device));
        }
    }

    [Fact]
    public void Voltage_that_comes_back_interrupts_too()
    {
        // Waits in LPM4 for the buffer to be full; nothing else would wake it.
        using Device device = Warned(Lpm4, VoltageMix.Supply * 0.5, inverse: true);
        var lives = new Lives(device);
        Trace trace = Runs.Power(2, (0, 2e-3), (0.2, 0), (0.5, 1e-3));
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(trace),
            Buffer = new Capacitor { Farads = 10e-6, LimitVolts = 3.3, LeakageOhms = 100e3 },
            Supervisor = new Supervisor(2.1, 1.9),
        });

        RunReport report = Run(device, supply, every: false, lives);

        Assert.Equal(StopReason.Until, report.Stop);
        Assert.InRange(lives.Warnings.Count, 1, 2);
        Assert.All(lives.Warnings, volts => Assert.InRange(volts, WarningVolts - 4e-3, WarningVolts + 1e-3));
    }

    [Fact]
    public void A_jump_to_itself_that_the_comparator_may_interrupt_is_not_parked()
    {
        using Device device = Warned(Interrupts, VoltageMix.Supply * 0.5);
        device.PokeWord(Runs.Code + 0x3A, 0x3FFF); // JMP $
        var lives = new Lives(device);

        RunReport report = Run(device, Supply(regulated: false), every: false, lives);

        Assert.True(lives.Warnings.Count > 0);
        Assert.Equal(StopReason.Parked, report.Stop);
    }

    [Fact]
    public void A_sleeper_that_no_enabled_interrupt_of_the_comparator_could_wake_is_parked()
    {
        using Device device = Warned(0x00F0, VoltageMix.Supply * 0.5);

        RunReport report = Run(device, Supply(regulated: false), every: false, new Lives(device));

        Assert.Equal(StopReason.Parked, report.Stop);
    }

    [Fact]
    public void The_ADC_finds_the_supply_between_the_ends_of_slices_to_a_millivolt()
    {
        // Converts the battery channel against 2.0 V in a loop and compares with the capacitor.
        using Device device = Runs.Device(
        [
            0x40B2, 0x5A80, 0x015C, // MOV #WDTPW+WDTHOLD,&WDTCTL
            0x40B2, 0x0011, 0x01B0, // MOV #REFVSEL_1+REFON,&REFCTL0
            0x40B2, 0x0040, 0x0806, // MOV #BATMAP,&ADC12CTL3
            0x40B2, 0x0200, 0x0802, // MOV #SHP,&ADC12CTL1
            0x40B2, 0x011F, 0x0820, // MOV #VRSEL_1+INCH_31,&ADC12MCTL0
            0x40B2, 0x0310, 0x0800, // MOV #SHT0_3+ON,&ADC12CTL0
            0xD0B2, 0x0003, 0x0800, // loop: BIS #ENC+SC,&ADC12CTL0
            0xB392, 0x0802, // wait: BIT #BUSY,&ADC12CTL1
            0x23FD, // JNZ wait
            0x4292, 0x0860, 0x5010, // MOV &ADC12MEM0,&5010
            0x3FF6, // JMP loop
        ]);
        List<double> errors = [];
        device.TrapAt(Runs.Code + 0x30);
        Supply supply = Runs.Supply(new PowerHarvester(Runs.Power(1, (0, 5e-3))), farads: 100e-6);
        var simulator = new Simulator(device, supply, Power.PowerModel.For("msp430fr5994"), new SimulatorOptions { Until = SimTime.FromMilliseconds(600) });
        device.HostCalls = (_, _) =>
        {
            double found = device.PeekWord(0x5010) * 4.0 / 4096;
            errors.Add(found - device.VoltsNow!().Supply);
            return default;
        };
        simulator.Run();

        Assert.True(errors.Count > 1000, $"{errors.Count} conversions");

        // Half a step of the ADC is half a millivolt; while the result is fetched the voltage moves a little. A slice takes off ten times that.
        Assert.All(errors, error => Assert.InRange(error, -0.8e-3, 0.8e-3));
    }

    // Arms the comparator, then sleeps or counts; the handler counts warnings in FRAM, disarms it and leaves the CPU awake.
    private static Device Warned(ushort status, VoltageMix source, bool inverse = false)
    {
        ushort enable = (ushort)(inverse ? 0x0100 : 0x0200);
        Device device = Runs.Device(
        [
            0x40B2, 0x5A80, 0x015C, // MOV #WDTPW+WDTHOLD,&WDTCTL
            0x4031, 0x2C00, // MOV #2C00,SP
            0x40B2, 0x0081, 0x08C0, // MOV #CEIPEN+CEIPSEL_1,&CECTL0
            0x40B2, 0x20E0, 0x08C4, // MOV #CEREFL_1+CERS_3+CERSEL,&CECTL2
            0x40B2, 0x0400, 0x08C2, // MOV #CEON,&CECTL1
            0xB0B2, 0x0010, 0x08CC, // ready: BIT #CERDYIFG,&CEINT
            0x27FC, // JZ ready
            0x403F, 0x0064, // MOV #100,R15
            0x831F, // DEC R15
            0x23FE, // JNZ
            0x40B2, enable, 0x08CC, // MOV #CEIIE,&CEINT
            0x4303, // NOP
            0xD032, status, // BIS #..,SR
            0x4303, // NOP
            0x5392, 0x5000, // loop: INC &FramCounter
            0x3FFD, // JMP loop
        ]);
        ushort[] handler =
        [
            0x5392, 0x5002, // INC &5002
            0x4382, 0x08CC, // CLR &CEINT
            0xC0B1, 0x00F0, 0x0000, // BIC #LPM4,0(SP)
            0x1300, // RETI
        ];
        for (int n = 0; n < handler.Length; n++)
        {
            device.PokeWord(Handler + (uint)(2 * n), handler[n]);
        }

        device.PokeWord(ComparatorVector, (ushort)Handler);
        device.Analog.Connect(device.FindPin("P1.1")!, new AnalogSource(source));
        return device;
    }

    private static Supply Supply(bool regulated, int seed = 0)
    {
        var samples = new List<(double, double)>();
        var random = new Random(seed);
        for (int n = 0; n < 10; n++)
        {
            samples.Add((n * 0.3, (3 + random.NextDouble()) * 1e-3));
            samples.Add(((n * 0.3) + 0.1, 0));
        }

        return new Supply(new SupplyOptions
        {
            Harvester = new PowerHarvester(Runs.Power(3.5, [.. samples])),
            Buffer = new Capacitor { Farads = 10e-6, LimitVolts = 3.6, LeakageOhms = 10e3 },
            Output = regulated ? new LinearOutput(1.9, 0.05, 1e-6) : new DirectOutput(),
            Supervisor = new Supervisor(3.0, 2.0),
        });
    }

    private static RunReport Run(Device device, Supply supply, bool every, IRunRecorder recorder) =>
        Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(3L), ChecksEveryInstruction = every }, recorder);

    private sealed class Lives : IRunRecorder
    {
        private readonly Device _device;

        public Lives(Device device)
        {
            _device = device;
            device.TrapAt(Handler);
            device.HostCalls = (chip, _) =>
            {
                double volts = chip.VoltsNow!().Buffer;
                Warnings.Add(volts);
                Events.Add($"warning at {chip.Now}, {volts:R} V, cycle {chip.Cycles}");
                return default;
            };
        }

        public List<double> Warnings { get; } = [];

        public List<string> Events { get; } = [];

        public void Sample(in SupplySample sample)
        {
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter) =>
            Events.Add($"{what} {timeSeconds:R} s, {bufferVolts:R} V, pc {programCounter:X5}, cycle {_device.Cycles}");
    }
}
