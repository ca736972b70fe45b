using System.Numerics;
using FreeML.Sim.Msp430;
using FsCheck;
using FsCheck.Fluent;

namespace FreeML.Sim.Tests.Bus;

public class ClockRateTests
{
    public static TheoryData<long, long> Rates => new()
    {
        { 1_000_000, 1 }, { 8_000_000, 3 }, { 16_000_000, 3 }, { 16_000_000, 1 }, { 24_000_000, 1 }, { 21_000_000, 1 },
        { 32_768, 1 }, { 9_400, 1 }, { 37_500, 1 }, { 8_000_000, 3 * 32 }, { 1, 1 }, { 1, 1000 },
    };

    [Fact]
    public void The_default_clock_is_stopped()
    {
        Assert.Equal(ClockRate.Stopped, default);
        Assert.Equal(ClockRate.Stopped, ClockRate.FromHertz(0));
        Assert.True(default(ClockRate).IsStopped);
        Assert.Equal(1, default(ClockRate).Denominator);
        Assert.Equal(SimTime.MaxValue, default(ClockRate).CyclesToTime(1));
        Assert.Equal(SimTime.Zero, default(ClockRate).CyclesToTime(0));
        Assert.Equal(0, default(ClockRate).TimeToCycles(SimTime.MaxValue));
        Assert.Equal(long.MaxValue, default(ClockRate).CyclesToReach(SimTime.FromPicoseconds(1)));
    }

    [Fact]
    public void Equal_frequencies_are_equal_however_written()
    {
        Assert.Equal(ClockRate.FromRatio(8_000_000, 3), ClockRate.FromRatio(16_000_000, 6));
        Assert.Equal(ClockRate.FromHertz(1_000_000), ClockRate.FromHertz(8_000_000).DividedBy(8));
        Assert.NotEqual(ClockRate.FromHertz(1), ClockRate.FromHertz(2));
    }

    [Fact]
    public void Thirds_of_a_megahertz_do_not_drift()
    {
        ClockRate rate = ClockRate.FromRatio(8_000_000, 3);
        Assert.Equal(SimTime.FromSeconds(3_000), rate.CyclesToTime(8_000_000_000));
        Assert.Equal(8_000_000_000, rate.TimeToCycles(SimTime.FromSeconds(3_000)));
        Assert.Equal(SimTime.FromSeconds(1), ClockRate.FromHertz(32_768).CyclesToTime(32_768));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Conversions_round_as_documented(long numerator, long denominator)
    {
        ClockRate rate = ClockRate.FromRatio(numerator, denominator);
        BigInteger unit = BigInteger.Pow(10, 12) * denominator;
        Prop.ForAll(Longs(0, 50_000_000_000), cycles =>
        {
            BigInteger exact = BigInteger.Divide((cycles * unit) + numerator - 1, numerator);
            long expected = exact >= long.MaxValue ? long.MaxValue : (long)exact;
            Assert.Equal(expected, rate.CyclesToTime(cycles).Picoseconds);
            if (expected != long.MaxValue)
            {
                Assert.Equal(cycles, rate.TimeToCycles(rate.CyclesToTime(cycles)));
                Assert.Equal(cycles, rate.CyclesToReach(rate.CyclesToTime(cycles)));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Cycles_to_reach_is_the_smallest_number_that_gets_there(long numerator, long denominator)
    {
        ClockRate rate = ClockRate.FromRatio(numerator, denominator);
        Prop.ForAll(Longs(1, 1_000_000_000_000_000), picoseconds =>
        {
            SimTime duration = SimTime.FromPicoseconds(picoseconds);
            long cycles = rate.CyclesToReach(duration);
            Assert.True(rate.CyclesToTime(cycles) >= duration);
            Assert.True(rate.CyclesToTime(cycles - 1) < duration);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Impossible_rates_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClockRate.FromHertz(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClockRate.FromRatio(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClockRate.FromHertz(1).DividedBy(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClockRate.FromHertz(1).CyclesToTime(-1));
    }

    [Fact]
    public void Long_times_of_fast_clocks_saturate()
    {
        Assert.Equal(SimTime.MaxValue, ClockRate.FromHertz(1).CyclesToTime(long.MaxValue));
        Assert.Equal(SimTime.MaxValue, ClockRate.FromHertz(3).CyclesToTime(long.MaxValue));
        Assert.Equal(long.MaxValue, ClockRate.FromHertz(1).CyclesToReach(SimTime.MaxValue));
    }

    // Of every magnitude, not only the largest.
    private static Arbitrary<long> Longs(long minimum, long maximum) =>
        (from high in Gen.Choose(0, int.MaxValue)
         from low in Gen.Choose(0, int.MaxValue)
         from shift in Gen.Choose(0, 61)
         select minimum + ((((long)high << 31) | (long)low) >> shift) % (maximum - minimum)).ToArbitrary();
}
