using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>A sleeping device costs nothing to simulate, and the right charge.</summary>
public sealed class SleepTests
{
    // Stack in RAM; interval timer on VLO / 8192, some 0.87 s, or on SMCLK / 2^19, 0.52 s; LPM3 between, and a count after each wake-up.
    private static readonly ushort[] OnVlo = [0x4031, 0x2400, 0x40B2, 0x5A5D, 0x015C, 0x4392, 0x0100, 0xD032, 0x00D8, 0x4303, 0x5392, 0x5000, 0x3FFA];
    private static readonly ushort[] OnSmclk = [0x4031, 0x2400, 0x40B2, 0x5A1B, 0x015C, 0x4392, 0x0100, 0xD032, 0x00D8, 0x4303, 0x5392, 0x5000, 0x3FFA];
    private const double Vlo = 9400;

    [Fact]
    public void An_hour_of_LPM3_takes_a_few_events_and_slices_for_each_wake_up()
    {
        using Device device = Sleeper(OnVlo);
        var slices = new Slices();
        Supply supply = Runs.Supply(new PowerHarvester(Runs.Power(1e9, (0, 1e-3))), farads: 100e-6, initialVolts: 3.3);

        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(3600L) }, slices);

        long wakeUps = device.Ledger.WakeUps[3];
        Assert.Equal((long)(3600 * Vlo / 8192), wakeUps, 1.0);
        Assert.Equal(0, report.PowerFailures);
        Assert.InRange(slices.Count, wakeUps, 6 * wakeUps);
        Assert.InRange(supply.Pieces, wakeUps, 20 * wakeUps);
        Assert.InRange(device.Ledger.Instructions, wakeUps, 10 * wakeUps);
        Assert.InRange(report.SleepSeconds / report.OnSeconds, 0.9999, 1);
    }

    [Fact]
    public void Without_a_supply_the_same_hour_takes_one_run()
    {
        using Device device = Sleeper(OnVlo);
        device.Reset(ResetKind.Puc);

        Assert.Equal(StopReason.Until, device.Run(until: SimTime.FromSeconds(3600L)));

        Assert.Equal((long)(3600 * Vlo / 8192), device.Ledger.WakeUps[3], 1.0);
        Assert.InRange(device.Ledger.Instructions, device.Ledger.WakeUps[3], 10 * device.Ledger.WakeUps[3]);
    }

    // 0.5 uA, the supervisor's 0.17 uA, 25 nC each 0.87 s; and a few instructions.
    [Fact]
    public void LPM3_draws_what_the_data_sheet_says()
    {
        using Device device = Sleeper(OnVlo);

        double amps = MeanAmps(device, 100);

        Assert.InRange(amps, 0.67e-6 + (25e-9 * Vlo / 8192), 0.70e-6 + (25e-9 * Vlo / 8192));
    }

    [Fact]
    public void A_peripheral_on_SMCLK_keeps_LPM3_at_the_price_of_LPM1()
    {
        using Device device = Sleeper(OnSmclk);

        Assert.InRange(MeanAmps(device, 100), 40e-6, 40.2e-6);
        Assert.Equal(0, device.Ledger.SleepPicoseconds[3]);
    }

    [Fact]
    public void Modules_at_work_are_paid_asleep_and_awake()
    {
        using Device asleep = Sleeper(OnVlo);
        asleep.Activities.Meter(ModuleActivity.Reference).SetActive(true, asleep.Now);
        Assert.InRange(MeanAmps(asleep, 50), 8.67e-6, 8.75e-6);

        using Device awake = Runs.Device(0x40B2, 0x5A80, 0x015C, 0x4303, 0x3FFE); // NOP; JMP to it
        double without = MeanAmps(awake, 1);
        using Device counting = Runs.Device(0x40B2, 0x5A80, 0x015C, 0x4303, 0x3FFE);
        counting.Activities.Meter(ModuleActivity.TimerA).SetRate(16e6, counting.Now);
        Assert.Equal(without + 48e-6, MeanAmps(counting, 1), 0.1e-6);
    }

    // The horizon must hold whatever modules do: a run that looks after every instruction is the same.
    [Fact]
    public void With_modules_at_work_the_fast_loop_fails_at_the_same_instruction()
    {
        Assert.Equal(Run(every: true), Run(every: false));

        static string Run(bool every)
        {
            using Device device = Runs.Device(Runs.Counting);
            device.Activities.Meter(ModuleActivity.TimerA).SetRate(80e6, device.Now);
            device.Activities.Meter(ModuleActivity.ReferenceBuffer).SetActive(true, device.Now);
            device.Activities.Meter(ModuleActivity.Hfxt).SetActive(true, device.Now);
            RunReport report = Runs.Run(
                device,
                Runs.Supply(new PowerHarvester(Runs.Power(10, (0, 2e-3))), farads: 1e-6),
                new SimulatorOptions { Until = SimTime.FromMilliseconds(100), ChecksEveryInstruction = every });
            Assert.True(report.PowerFailures > 5);
            return $"{report.PowerFailures} {Runs.Count(device)} {Cpu.Machine.Snapshot(device)} {report.Book.StoredJoules:R}";
        }
    }

    [Fact]
    public void The_shares_of_activities_add_up_to_what_was_consumed()
    {
        using Device device = Sleeper(OnVlo);
        device.Activities.Meter(ModuleActivity.ComparatorNormal).SetActive(true, device.Now);
        RunReport report = Runs.Run(
            device,
            Runs.Supply(new PowerHarvester(Runs.Power(1000, (0, 8e-6))), farads: 22e-6),
            new SimulatorOptions { Until = SimTime.FromSeconds(600L) });

        Assert.True(report.PowerFailures > 1);
        Assert.True(report.Energy[(int)Activity.Module] > 0.5 * report.Energy[(int)Activity.Sleep]);
        Assert.Equal(report.Book.ConsumedJoules, report.Energy.Total, 1e-9 * report.Book.ConsumedJoules);
        Assert.InRange(Math.Abs(report.Book.BalanceErrorJoules), 0, 1e-9 * report.Book.HarvestedJoules);
    }

    [Fact]
    public void A_device_that_something_outside_may_wake_is_not_parked_on_a_supply()
    {
        using Device device = Runs.Device(0x40B2, 0x5A80, 0x015C, 0xD032, 0x00F0, 0x4303, 0x3FFF);
        Assert.Equal(StopReason.Parked, Run(device).Stop);

        using Device waiting = Runs.Device(0x40B2, 0x5A80, 0x015C, 0xD032, 0x00F8, 0x4303, 0x3FFF);
        waiting.OutsideInputs.Add(() => true);
        RunReport report = Run(waiting);
        Assert.Equal(StopReason.Until, report.Stop);
        Assert.InRange(report.SleepSeconds, 4, 5);

        static RunReport Run(Device device) => Runs.Run(
            device, Runs.Supply(new PowerHarvester(Runs.Power(10, (0, 1e-3))), initialVolts: 3.2), new SimulatorOptions { Until = SimTime.FromSeconds(5L) });
    }

    // A board that switches on at 1.5 V does not start a chip whose own supervisor waits for 1.88 V.
    [Fact]
    public void The_chip_starts_when_the_board_and_its_own_supervisor_let_it()
    {
        using Device device = Runs.Device(Runs.Counting);
        var boots = new Boots();
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(Runs.Power(10, (0, 2e-3))),
            Buffer = new Capacitor { Farads = 100e-6, LimitVolts = 3.6 },
            Supervisor = new Supervisor(1.5, 1.0),
        });

        Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromMilliseconds(200) }, boots);

        Assert.InRange(boots.TurnOnVolts, 1.8799, 1.89);
        Assert.InRange(boots.FailureVolts, 1.79, 1.8001);
    }

    // LPM4 for good, on a capacitor that nothing fills. With SVSHE the chip is reset at 1.8 V, without it at the brown-out level.
    [Theory]
    [InlineData(0xA540, 1.8)]
    [InlineData(0xA500, 1.2)]
    public void Without_SVSHE_a_sleeping_chip_lasts_to_the_brown_out_level(ushort pmmctl0, double volts)
    {
        using Device device = Runs.Device(
            0x40B2, 0x5A80, 0x015C, // MOV #WDTPW+WDTHOLD,&WDTCTL
            0x40B2, pmmctl0, 0x0120, // MOV #n,&PMMCTL0
            0xD032, 0x00F8, 0x4303, 0x3FFF); // BIS #LPM4+GIE,SR
        device.OutsideInputs.Add(() => true);
        var boots = new Boots();
        Supply supply = new(new SupplyOptions { Buffer = new Capacitor { Farads = 10e-6, LimitVolts = 3.6 }, InitialVolts = 2.0 });

        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(60L) }, boots);

        Assert.Equal(1, report.PowerFailures);
        Assert.Equal(volts, boots.FailureVolts, 1e-6);
    }

    private static Device Sleeper(ushort[] words)
    {
        Device device = Runs.Device(words);
        device.PokeWord(0xFFF2, 0x4480);
        ushort[] stayAwake = [0xC0B1, 0x00D0, 0x0000, 0x1300]; // BIC #LPM3,0(SP); RETI
        for (int n = 0; n < stayAwake.Length; n++)
        {
            device.PokeWord(0x4480 + (uint)(2 * n), stayAwake[n]);
        }

        return device;
    }

    // Over whole seconds after the boot, at 2 V, where the voltage factor is 1.
    private static double MeanAmps(Device device, double seconds)
    {
        Supply supply = new(new SupplyOptions
        {
            Buffer = new Capacitor { Farads = 1, LimitVolts = 3.6 },
            Supervisor = new Supervisor(1.95, 1.9),
            InitialVolts = 2.0,
        });
        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(seconds) });
        double boot = report.Energy[(int)Activity.Boot];
        return (report.Book.ConsumedJoules - boot) / 2.0 / report.OnSeconds;
    }

    private sealed class Slices : IRunRecorder
    {
        public long Count { get; private set; }

        public void Sample(in SupplySample sample) => Count++;

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
        }
    }

    private sealed class Boots : IRunRecorder
    {
        public double TurnOnVolts { get; private set; }

        public double FailureVolts { get; private set; }

        public void Sample(in SupplySample sample)
        {
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
            if (what is RunEvent.TurnOn)
            {
                TurnOnVolts = bufferVolts;
            }
            else if (what is RunEvent.PowerFailure)
            {
                FailureVolts = bufferVolts;
            }
        }
    }
}
