using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Bus;

public class SimTimeTests
{
    [Fact]
    public void A_cycle_at_16_MHz_is_62500_picoseconds() =>
        Assert.Equal(62_500, SimTime.FromCycles(1, ClockRate.FromHertz(16_000_000)).Picoseconds);

    [Fact]
    public void Units_agree_with_one_another()
    {
        Assert.Equal(SimTime.FromSeconds(2), SimTime.FromMilliseconds(2_000));
        Assert.Equal(SimTime.FromMilliseconds(2), SimTime.FromMicroseconds(2_000));
        Assert.Equal(SimTime.FromMicroseconds(2), SimTime.FromNanoseconds(2_000));
        Assert.Equal(SimTime.FromNanoseconds(2), SimTime.FromPicoseconds(2_000));
        Assert.Equal(SimTime.FromMilliseconds(1500), SimTime.FromSeconds(1.5));
        Assert.Equal(1.5, SimTime.FromMilliseconds(1500).TotalSeconds);
    }

    [Fact]
    public void Times_compare_and_add()
    {
        SimTime one = SimTime.FromMicroseconds(1);
        SimTime two = SimTime.FromMicroseconds(2);
        Assert.True(one < two && two > one && one <= two && two >= one && one != two);
        Assert.Equal(two, one + one);
        Assert.Equal(one, two - one);
        Assert.Equal(SimTime.FromPicoseconds(-1_000_000), one - two);
        Assert.Equal(one, SimTime.Min(one, two));
        Assert.Equal(two, SimTime.Max(one, two));
    }

    [Fact]
    public void Never_plus_a_while_is_still_never()
    {
        Assert.Equal(SimTime.MaxValue, SimTime.MaxValue + SimTime.FromSeconds(1));
        Assert.Equal(SimTime.MinValue, SimTime.MinValue - SimTime.FromSeconds(1));
        Assert.Equal(SimTime.MaxValue, SimTime.FromSeconds(long.MaxValue / 2));
        Assert.Equal(SimTime.MinValue, SimTime.FromSeconds(long.MinValue));
        Assert.Equal(SimTime.MaxValue, SimTime.FromSeconds(1e30));
        Assert.Equal(SimTime.MaxValue, SimTime.FromSeconds(double.PositiveInfinity));
    }

    [Fact]
    public void A_time_that_is_not_a_number_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SimTime.FromSeconds(double.NaN));

    [Fact]
    public void Times_print_all_their_picoseconds()
    {
        Assert.Equal("1.000000000001 s", SimTime.FromPicoseconds(1_000_000_000_001).ToString());
        Assert.Equal("never", SimTime.MaxValue.ToString());
    }
}
