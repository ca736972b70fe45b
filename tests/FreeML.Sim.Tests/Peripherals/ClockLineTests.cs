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
