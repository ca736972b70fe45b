using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FsCheck;
using FsCheck.Fluent;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class SupplyPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(40).WithReplay(20240527, 7);

    public static TheoryData<int, int, int, int> Combinations()
    {
        TheoryData<int, int, int, int> data = [];
        for (int n = 0; n < HarvesterKinds * FrontEndKinds * OutputKinds * BufferKinds; n++)
        {
            data.Add(n % HarvesterKinds, n / HarvesterKinds % FrontEndKinds, n / HarvesterKinds / FrontEndKinds % OutputKinds, n / HarvesterKinds / FrontEndKinds / OutputKinds);
        }

        return data;
    }

    /// <summary>A random supply of one combination, and the calls made on it.</summary>
    private sealed class Run(int harvester, int frontEnd, int output, int buffer, int seed)
    {
        private readonly Random _random = new(seed);

        public Supply Make() => new(Buffer(buffer) with
        {
            Harvester = Harvester(harvester, new Random(seed), (TraceEnd)(seed & 1)),
            FrontEnd = FrontEnd(frontEnd),
            Output = Output(output),
            InitialVolts = 3.2 * new Random(seed).NextDouble(),
        });

        public (double Seconds, double Coulombs) Slice()
        {
            double seconds = Math.Pow(10, -6 + (6 * _random.NextDouble()));
            double amps = _random.Next(4) == 0 ? 0 : Math.Pow(10, -7 + (4.5 * _random.NextDouble()));
            return (seconds, amps * seconds);
        }

        public Random Random => _random;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void The_book_balances_and_the_voltage_stays_in_its_range(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(4), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply supply = run.Make();
            for (int n = 0; n < 150; n++)
            {
                (double seconds, double coulombs) = run.Slice();
                if (n % 10 == 9)
                {
                    supply.AdvanceUntil(coulombs / seconds, n % 20 == 9 ? 3.0 : null, 1.9, seconds);
                }
                else
                {
                    supply.Advance(seconds, coulombs);
                }

                if (n % 30 == 29 && supply.Options.Banks is { Controller: null })
                {
                    supply.SetBank(run.Random.Next(2), (FreeML.Sim.Energy.Storage.BankMode)run.Random.Next(3));
                }

                Assert.InRange(supply.BufferVolts, 0, supply.Options.Buffer.LimitVolts);
                Assert.InRange(supply.OutputVolts, 0, 6);
                Balanced(supply);
            }
        }));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Peek_is_what_Advance_does_to_the_bit_and_changes_nothing(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(2), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply peeked = run.Make();
            Supply plain = run.Make();
            for (int n = 0; n < 100; n++)
            {
                (double seconds, double coulombs) = run.Slice();
                double before = peeked.BufferVolts;
                double ahead = peeked.Peek(seconds, coulombs);
                _ = peeked.Peek(2 * seconds, coulombs);
                Assert.Equal(before, peeked.BufferVolts);
                peeked.Advance(seconds, coulombs);
                plain.Advance(seconds, coulombs);
                Assert.Equal(ahead, peeked.BufferVolts);
                Assert.Equal(plain.Book, peeked.Book);
                Assert.Equal(plain.TimeSeconds, peeked.TimeSeconds);
            }
        }));

    /// <summary>The tolerance that the documentation states: a few parts in 1e7 of the change for one cut; here all cuts of a run together.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public void Halving_every_slice_changes_the_voltage_by_less_than_twenty_microvolts(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(2), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            if (buffer >= 4)
            {
                // Whether a controller acts at a tick is a matter of a microvolt sometimes; the banks have tests of their own.
                return;
            }

            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply whole = run.Make();
            Supply halves = run.Make();
            for (int n = 0; n < 100; n++)
            {
                (double seconds, double coulombs) = run.Slice();
                whole.Advance(seconds, coulombs);
                halves.Advance(seconds / 2, coulombs / 2);
                halves.Advance(seconds / 2, coulombs / 2);
                Assert.True(Math.Abs(whole.BufferVolts - halves.BufferVolts) < 20e-6, $"slice {n} of {seconds:R} s: {whole.BufferVolts:R} V or {halves.BufferVolts:R} V");
            }
        }));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Advancing_until_a_crossing_agrees_with_fine_steps(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(2), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply strides = run.Make();
            Supply steps = run.Make();
            double amps = run.Slice().Coulombs;
            bool up = strides.BufferVolts < 2.6;
            CrossingResult result = strides.AdvanceUntil(amps, up ? 2.6 : null, up ? null : 2.1, 8);

            double time = 0;
            while (time < 8 && (up ? steps.BufferVolts < 2.6 : steps.BufferVolts > 2.1))
            {
                steps.Advance(1e-3, amps * 1e-3);
                time += 1e-3;
            }

            Assert.Equal(strides.TimeSeconds, result.Seconds, 1e-12);
            Assert.True(Math.Abs(result.Seconds - time) < 2.5e-3 || Math.Abs(steps.BufferVolts - strides.BufferVolts) < 1e-4, $"{result} or {time} s; {strides.BufferVolts:R} V or {steps.BufferVolts:R} V");
            Assert.Equal(result.Reason == (up ? Crossing.Rising : Crossing.Falling), up ? strides.BufferVolts >= 2.6 : strides.BufferVolts <= 2.1);
        }));

    [Fact]
    public void A_bigger_capacitor_never_fails_sooner_from_the_same_voltage_without_harvest() =>
        FsCheck.Check.One(Fixed, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            double small = 1e-6 * Math.Pow(10, 4 * random.NextDouble());
            double amps = Math.Pow(10, -6 + (4 * random.NextDouble()));
            SupplyOptions options = Buffer(random.Next(4)) with { Output = Output(random.Next(OutputKinds)), FrontEnd = FrontEnd(random.Next(FrontEndKinds)), InitialVolts = 3.3 };
            Assert.True(Fails(small * (1 + random.NextDouble())) >= Fails(small));

            double Fails(double farads) => new Supply(options with { Buffer = options.Buffer with { Farads = farads } }).AdvanceUntil(amps, null, 1.85, 1e7).Seconds;
        }));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Within_the_safe_time_the_output_stays_above_the_floor(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(2), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply supply = run.Make();
            double most = Math.Pow(10, -6 + (3.5 * run.Random.NextDouble()));
            for (int n = 0; n < 60; n++)
            {
                double floor = 1.5 + run.Random.NextDouble();
                double safe = Math.Min(supply.SafeSeconds(floor, most), 10);
                if (safe > 0)
                {
                    double amps = most * (run.Random.Next(2) == 0 ? 1 : run.Random.NextDouble());
                    for (int part = 0; part < 8; part++)
                    {
                        supply.Advance(safe / 8, amps * safe / 8);
                        Assert.True(supply.OutputVolts >= floor - 1e-12, $"{supply.OutputVolts:R} V after {part + 1} of 8 parts of {safe:R} s, expected {floor:R}");
                    }
                }

                (double seconds, _) = run.Slice();
                supply.Advance(seconds, 0);
            }
        }));

    // In any time, at any current up to the most: with what the supply itself takes, no more than was allowed.
    [Theory]
    [MemberData(nameof(Combinations))]
    public void What_may_still_be_loaded_leaves_the_buffer_above_the_floor(int harvester, int frontEnd, int output, int buffer) =>
        FsCheck.Check.One(Fixed.WithMaxTest(2), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Run run = new(harvester, frontEnd, output, buffer, seed);
            Supply supply = run.Make();
            double most = Math.Pow(10, -5 + (2.5 * run.Random.NextDouble()));
            for (int n = 0; n < 60; n++)
            {
                double floor = supply.BufferVolts - Math.Pow(10, -5 + (4.5 * run.Random.NextDouble()));
                double seconds = 1e-3 * run.Random.NextDouble();
                double coulombs = most * seconds * run.Random.NextDouble();
                (double allowed, double besides) = supply.SafeLoadAfter(seconds, coulombs, floor, most);
                for (int part = 1; part <= 8 && allowed > 0; part++)
                {
                    double amps = most * (run.Random.Next(2) == 0 ? 1 : run.Random.NextDouble());
                    double more = Math.Min(allowed * part / 8 / (amps + besides), 1e-3);
                    double volts = supply.Peek(seconds + more, coulombs + (amps * more));
                    Assert.True(volts >= floor, $"{volts:R} V after {more:R} s at {amps:R} A more, expected {floor:R}");
                }

                (seconds, _) = run.Slice();
                supply.Advance(seconds, 0);
            }
        }));

    [Fact]
    public void The_sums_of_ten_million_slices_do_not_drift()
    {
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 3.1e-3)), Buffer = Ideal(1e-3), InitialVolts = 3.1 });
        for (int n = 0; n < 10_000_000; n++)
        {
            supply.Advance(1e-4, 1e-7);
        }

        Within(1e-15, 1000, supply.TimeSeconds);
        Within(1e-7, 3.1, supply.BufferVolts);
        Balanced(supply);
    }
}
