using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Tests.Peripherals;

public class ClockLineTests
{
    private readonly ClockLine _line = new("TEST");

    [Fact]
    public void A_stopped_clock_counts_nothing_and_never_gets_anywhere()
    {
        Assert.Equal(0, _line.CountAt(SimTime.FromSeconds(1000)));
        Assert.Equal(SimTime.MaxValue, _line.TimeOf(1));
    }

    [Fact]
    public void Cycles_are_counted_over_changes_of_rate()
    {
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.Zero);
        Assert.Equal(1000, _line.CountAt(SimTime.FromSeconds(1)));
        _line.SetRate(ClockRate.FromHertz(10), SimTime.FromSeconds(1));
        Assert.Equal(1010, _line.CountAt(SimTime.FromSeconds(2)));
        Assert.Equal(SimTime.FromSeconds(3), _line.TimeOf(1020));
        _line.SetRate(ClockRate.Stopped, SimTime.FromSeconds(3));
        Assert.Equal(1020, _line.CountAt(SimTime.FromSeconds(300)));
    }

    [Theory]
    [InlineData(1_000_000, 8_000_000)]
    [InlineData(8_000_000, 1_000_000)]
    [InlineData(32_768, 16_000_000)]
    public void A_change_of_rate_takes_the_begun_part_of_a_cycle_along(long before, long after)
    {
        (ClockRate slow, ClockRate fast) = (ClockRate.FromHertz(before), ClockRate.FromHertz(after));
        _line.SetRate(slow, SimTime.Zero);
        SimTime now = slow.CyclesToTime(1) + SimTime.FromPicoseconds(slow.CyclesToTime(1).Picoseconds / 4);
        _line.SetRate(fast, now);
        SimTime expected = now + SimTime.FromPicoseconds(fast.CyclesToTime(1).Picoseconds * 3 / 4);
        Assert.InRange((_line.TimeOf(2) - expected).Picoseconds, -2, 2);
        Assert.Equal(1, _line.CountAt(_line.TimeOf(2) - SimTime.FromPicoseconds(1)));
        Assert.Equal(2, _line.CountAt(_line.TimeOf(2)));
    }

    [Fact]
    public void A_clock_that_stops_goes_on_where_it_was()
    {
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.Zero);
        _line.SetRate(ClockRate.Stopped, SimTime.FromMicroseconds(2_500));
        Assert.Equal(2, _line.CountAt(SimTime.FromSeconds(100)));
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.FromSeconds(100));
        Assert.Equal(SimTime.FromSeconds(100) + SimTime.FromMicroseconds(500), _line.TimeOf(3));
    }

    [Fact]
    public void A_clock_that_is_held_stands_still_and_goes_on()
    {
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.Zero);
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.FromMicroseconds(1_250), hold: SimTime.FromMilliseconds(4));
        Assert.Equal(1, _line.CountAt(SimTime.FromMicroseconds(5_250)));
        Assert.Equal(SimTime.FromMicroseconds(6_000), _line.TimeOf(2));

        // Changed again while it stands.
        _line.SetRate(ClockRate.FromHertz(500), SimTime.FromMicroseconds(3_000));
        Assert.Equal(SimTime.FromMicroseconds(4_500), _line.TimeOf(2));
    }

    [Fact]
    public void Only_a_real_change_is_told()
    {
        int told = 0;
        _line.Changed += () => told++;
        _line.SetRate(ClockRate.FromHertz(1000), SimTime.Zero);
        _line.SetRate(ClockRate.FromRatio(2000, 2), SimTime.FromSeconds(1));
        Assert.Equal(1, told);
    }
}
