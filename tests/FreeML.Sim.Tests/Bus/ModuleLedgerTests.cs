using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

public class ModuleLedgerTests
{
    private readonly ModuleLedger _ledger = new();

    [Fact]
    public void Time_is_counted_while_a_module_is_active()
    {
        ActivityMeter meter = _ledger.Meter(ModuleActivity.Reference);
        meter.SetActive(true, Seconds(1));
        meter.SetActive(true, Seconds(2));
        Assert.Equal(3, _ledger.AmountAt(ModuleActivity.Reference, Seconds(4)));
        meter.SetActive(false, Seconds(5));
        Assert.Equal(4, _ledger.AmountAt(ModuleActivity.Reference, Seconds(9)));
        Assert.Equal(0, _ledger.Pace(ModuleActivity.Reference));
    }

    [Fact]
    public void Modules_of_a_kind_add_up_and_leave_nothing_behind()
    {
        ActivityMeter one = _ledger.Meter(ModuleActivity.TimerA);
        ActivityMeter other = _ledger.Meter(ModuleActivity.TimerA);
        one.SetRate(8e6 / 3, SimTime.Zero);
        other.SetRate(32768, SimTime.Zero);
        one.SetRate(16e6 / 3, Seconds(1));
        other.SetRate(0, Seconds(2));
        one.SetRate(0, Seconds(2));
        Assert.Equal(0, _ledger.Pace(ModuleActivity.TimerA));
        Assert.Equal((8e6 / 3) + (16e6 / 3) + (2 * 32768), _ledger.AmountAt(ModuleActivity.TimerA, Seconds(3)), 0.01);
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        var looked = new ModuleLedger();
        foreach (ModuleLedger ledger in new[] { _ledger, looked })
        {
            ledger.Meter(ModuleActivity.Uart).SetRate(115200.3, Seconds(0.1));
        }

        for (int n = 2; n < 10; n++)
        {
            looked.AmountAt(ModuleActivity.Uart, Seconds(n * 0.1));
        }

        Assert.Equal(_ledger.AmountAt(ModuleActivity.Uart, Seconds(1)), looked.AmountAt(ModuleActivity.Uart, Seconds(1)));
    }

    private static SimTime Seconds(double seconds) => SimTime.FromSeconds(seconds);
}
