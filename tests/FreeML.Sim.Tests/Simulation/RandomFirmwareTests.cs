using System.Globalization;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>
/// Programs that write anything into any register at any time, sleep, are interrupted by all they started, and lose power all the while:
/// nothing breaks, nothing hangs, the book balances, and the same program does the same again.
/// </summary>
/// <remarks>
/// Bounded means: at most one event a clock cycle and module. A timer whose interval is one cycle at 24 MHz has 24 million events a second and
/// costs as much host time as a busy CPU, not more. <c>FREEML_FUZZ=2000</c> runs that many programs of each kind instead of a few.
/// </remarks>
public sealed class RandomFirmwareTests(ITestOutputHelper output)
{
    private const int Programs = 12;
    private const uint Handler = 0x4400;
    private const uint Start = 0x4480;
    private const uint End = 0xF000;

    // From passwords to words that open modules and start things.
    private static readonly (uint Address, ushort[] Values)[] Openings =
    [
        (0x0120, [0xA500, 0xA540]),
        (0x0130, [0x0000]),
        (0x0140, [0xA500, 0xA510, 0xA570, 0xA508]),
        (0x0160, [0xA500]),
        (0x05A0, [0xA500]),
        (0x015C, [0x5A80, 0x5A80, 0x5A1F, 0x5A3E, 0x5A5F, 0x5A04]),
        (0x0158, [0x5A00, 0x5A05, 0x5A0A]),
        (0x0100, [0x0001, 0x00DB]),
    ];

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("FREEML_FUZZ"), CultureInfo.InvariantCulture, out int count) ? count : Programs;

    [Theory]
    [InlineData("msp430fr5994")]
    [InlineData("msp430fr5969")]
    [InlineData("msp430fr6989")]
    public void Any_program_survives_any_supply_and_the_book_balances(string name)
    {
        long failures = 0;
        var stops = new Dictionary<StopReason, int>();
        for (int seed = 0; seed < Count; seed++)
        {
            RunReport report = RunOnce(name, seed, every: seed % 4 == 0, out _);
            failures += report.PowerFailures;
            stops[report.Stop] = stops.GetValueOrDefault(report.Stop) + 1;
            double scale = Math.Max(report.Book.HarvestedJoules + report.Book.InitialJoules, 1e-9);
            Assert.True(Math.Abs(report.Book.BalanceErrorJoules) <= 1e-9 * scale, $"seed {seed}: the book is {report.Book.BalanceErrorJoules} J off");
            Assert.True(
                Math.Abs(report.Energy.Total - report.Book.ConsumedJoules) <= 1e-9 * scale,
                $"seed {seed}: activities take {report.Energy.Total} J, the chip {report.Book.ConsumedJoules} J");
        }

        output.WriteLine($"{name}: {failures} power failures; {string.Join(", ", stops.Select(stop => $"{stop.Value} {stop.Key}"))}");
        Assert.True(failures > 0);
    }

    [Fact]
    public void The_same_program_does_the_same_again()
    {
        for (int seed = 1000; seed < 1000 + Math.Min(Count, 50); seed += 5)
        {
            RunOnce("msp430fr5994", seed, every: false, out string first);
            RunOnce("msp430fr5994", seed, every: false, out string second);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public void Whatever_a_program_does_the_fast_loop_and_the_careful_one_give_the_same_run()
    {
        for (int seed = 2000; seed < 2000 + Count; seed++)
        {
            RunOnce("msp430fr5994", seed, every: false, out string fast);
            RunOnce("msp430fr5994", seed, every: true, out string careful);
            Assert.True(fast == careful, $"seed {seed}: {fast}\n{careful}");
        }
    }

    // One cycle of the fastest clock between interrupts that nobody serves in time: the CPU crawls on, and the simulator does.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_storm_of_interrupts_costs_bounded_work(int period)
    {
        using Device device = Runs.Device(
            0x40B2, 0x5A80, 0x015C, // MOV #WDTPW+WDTHOLD,&WDTCTL
            0x40B2, 0xA510, 0x0140, // MOV #FRCTLPW+NWAITS_1,&FRCTL0
            0x40F2, 0x00A5, 0x0161, // MOV.B #CSKEY,&CSCTL0_H
            0x40B2, 0x0048, 0x0162, // MOV #DCORSEL+DCOFSEL_4,&CSCTL1
            0x4382, 0x0166, // CLR &CSCTL3
            0x4031, 0x2400, // MOV #2400,SP
            0x40B2, (ushort)period, 0x0352, // MOV #period,&TA0CCR0
            0x40B2, 0x0010, 0x0342, // MOV #CCIE,&TA0CCTL0
            0x40B2, 0x0216, 0x0340, // MOV #TASSEL__SMCLK+MC__UP+TACLR+TAIE,&TA0CTL
            0xD232, // EINT
            0x5392, 0x5000, // loop: INC &FramCounter
            0x3FFD); // JMP loop
        device.PokeWord(0xFFEA, 0x5100);
        device.PokeWord(0xFFE8, 0x5100);
        device.PokeWord(0x5100, 0x1300); // RETI

        device.Reset(ResetKind.Puc);

        Assert.Equal(StopReason.Until, device.Run(until: SimTime.FromMilliseconds(20)));

        Assert.Equal(16e6, device.Mclk.Hertz);
        Assert.True(device.Cycles > 300_000);
        Assert.True(Runs.Count(device) > 1000);
    }

    private static RunReport RunOnce(string name, int seed, bool every, out string state)
    {
        var random = new Random(seed);
        using var device = new Device(
            DeviceCatalogue.Find(name),
            new DeviceOptions { HasLfxt = random.Next(2) == 0, HasHfxt = random.Next(2) == 0 },
            (ulong)seed);
        Program(device, random);
        Supply supply = Runs.Supply(
            new PowerHarvester(Power(random), TraceEnd.Loop),
            farads: random.Next(5, 60) * 1e-7,
            turnOnVolts: 2.1 + random.NextDouble(),
            turnOffVolts: 1.8 + (random.NextDouble() * 0.3),
            initialVolts: 3.2 * random.NextDouble());
        RunReport report = Runs.Run(
            device,
            supply,
            new SimulatorOptions { Until = SimTime.FromMilliseconds(500), MaxCycles = 300_000, ChecksEveryInstruction = every });
        state = Cpu.Machine.Snapshot(device) + $" {report.Book.StoredJoules:R} {report.Energy.Total:R} {report.PowerFailures}";
        return report;
    }

    // Between a hundredth of what the CPU draws and a few times as much.
    private static Trace Power(Random random)
    {
        double most = 1e-5 * Math.Pow(300, random.NextDouble());
        var samples = new List<(double, double)>();
        for (double time = 0; time < 0.5; time += (random.NextDouble() * 0.02) + 1e-4)
        {
            samples.Add((time, random.Next(3) == 0 ? 0 : random.NextDouble() * most));
        }

        return Runs.Power(0.5, [.. samples]);
    }

    private static void Program(Device device, Random random)
    {
        uint[] registers =
        [
            .. device.Description.Modules.SelectMany(module => module.Registers).Select(register => register.Address & ~1u).Distinct().Order(),
        ];
        uint at = Handler;

        // One handler for all: asks the vector registers, lets main go on after sleep half of the time, and returns.
        foreach (uint vector in (uint[])[0x019A, 0x019C, 0x036E, 0x03EE, 0x020E, 0x021E, 0x0818, 0x08CE, 0x050E, 0x05DE])
        {
            Emit(0x4215, (ushort)vector); // MOV &xIV,R5
        }

        Emit(0xE316, 0xF316, 0x2403, 0xC0B1, 0x00F0, 0x0000, 0x1300); // XOR #1,R6; AND #1,R6; JZ; BIC #LPM4,0(SP); RETI
        Assert.True(at <= Start);
        for (uint vector = 0xFF90; vector < 0xFFFE; vector += 2)
        {
            device.PokeWord(vector, (ushort)Handler);
        }

        device.PokeWord(0xFFFE, (ushort)Start);
        at = Start;
        Emit(0x4031, 0x2300); // MOV #2300,SP
        if (random.Next(8) != 0)
        {
            Emit(0x40B2, 0x5A80, 0x015C);
        }

        // Most programs go on for good, some end where they should not.
        uint loop = at;
        int length = random.Next(20, 600);
        for (int n = 0; n < length; n++)
        {
            Statement();
        }

        Emit(0x4030, (ushort)(random.Next(3) == 0 ? Start : loop)); // BR
        return;

        void Statement()
        {
            switch (random.Next(20))
            {
                case < 4:
                    (uint address, ushort[] values) = Openings[random.Next(Openings.Length)];
                    Emit(0x40B2, values[random.Next(values.Length)], (ushort)address); // MOV #n,&register
                    break;
                case < 8:
                    Emit(0x40B2, Value(), Register());
                    break;
                case 8:
                    Emit(0x40F2, Value(), (ushort)(Register() + random.Next(2))); // MOV.B
                    break;
                case 9 or 10:
                    Emit(0xD0B2, Value(), Register()); // BIS
                    break;
                case 11:
                    Emit(0xC0B2, Value(), Register()); // BIC
                    break;
                case 12:
                    Emit(0xE0B2, Value(), Register()); // XOR
                    break;
                case 13 or 14:
                    Emit(0x4215, Register()); // MOV &register,R5
                    break;
                case 15:
                    Emit(0x40B2, Value(), (ushort)random.Next(0x1000)); // anywhere in the page
                    break;
                case 16:
                    Emit(0x4037, (ushort)random.Next(1, 2000), 0x8317, 0x23FE); // MOV #n,R7; DEC R7; JNZ
                    break;
                case 17:
                    Emit(0xD232); // EINT
                    break;
                case 18:
                    if (random.Next(4) != 0)
                    {
                        // Something that wakes: the interval timer on any clock.
                        Emit(0x40B2, (ushort)(0x5A1C | (random.Next(4) << 5) | random.Next(4, 8)), 0x015C, 0xD392, 0x0100);
                    }

                    Emit(0xD032, (ushort)(0x0008 | (random.Next(16) << 4)), 0x4303); // BIS #GIE+any low-power bits,SR; NOP
                    break;
                default:
                    Emit(0x5392, 0x5000); // INC &FramCounter
                    break;
            }
        }

        ushort Register() => (ushort)registers[random.Next(registers.Length)];

        // Small numbers, single bits, passwords with anything behind them, anything.
        ushort Value() => (ushort)(random.Next(6) switch
        {
            0 => random.Next(16),
            1 => 1 << random.Next(16),
            2 => 0xA500 | random.Next(256),
            3 => 0x5A00 | random.Next(256),
            4 => random.Next(0x1000),
            _ => random.Next(0x1_0000),
        });

        void Emit(params ReadOnlySpan<ushort> words)
        {
            Assert.True(at < End);
            foreach (ushort word in words)
            {
                device.PokeWord(at, word);
                at += 2;
            }
        }
    }
}
