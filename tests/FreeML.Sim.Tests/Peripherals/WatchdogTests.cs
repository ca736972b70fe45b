using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

public class WatchdogTests
{
    private const uint Sfrie1 = 0x0100;
    private const uint Sfrifg1 = 0x0102;
    private const uint Wdtctl = 0x015C;
    private const uint Vector = 0xFFF2;
    private const int Password = 0x5A00;
    private const int Hold = 0x80;
    private const int Interval = 0x10;
    private const int ClearCounter = 0x08;

    private readonly FakeDevice _device = new();

    [Fact]
    public void It_reads_6904_after_reset() => Assert.Equal(0x6904, _device.Read(Wdtctl));

    [Fact]
    public void Byte_reads_give_the_low_byte()
    {
        Assert.Equal(0x04, _device.Bus.ReadByte(Wdtctl));
        Assert.Equal(0x04, _device.Bus.ReadByte(Wdtctl + 1));
    }

    [Theory]
    [InlineData(0x0080)]
    [InlineData(0x6980)]
    [InlineData(0xA580)]
    public void A_write_without_the_password_is_a_PUC(int value)
    {
        _device.Write(Wdtctl, value);
        _device.AssertReset(ResetKind.Puc, ResetCause.WatchdogPassword);
        Assert.Equal(0x6904, _device.Read(Wdtctl));
    }

    [Fact]
    public void Any_byte_write_is_a_PUC()
    {
        _device.WriteByte(Wdtctl, 0x80);
        _device.AssertReset(ResetKind.Puc, ResetCause.WatchdogPassword);
        _device.WriteByte(Wdtctl + 1, 0x5A);
        _device.AssertReset(ResetKind.Puc, ResetCause.WatchdogPassword);
    }

    [Fact]
    public void After_reset_it_expires_after_32768_cycles_of_1_MHz()
    {
        _device.Advance(SimTime.FromMicroseconds(32_768) - SimTime.FromPicoseconds(1));
        Assert.Empty(_device.Resets);
        _device.Advance(SimTime.FromPicoseconds(1));
        _device.AssertReset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
    }

    [Fact]
    public void It_runs_again_after_the_reset_it_made()
    {
        _device.Write(Wdtctl, Password | 6);
        for (int i = 0; i < 3; i++)
        {
            _device.Advance(SimTime.FromMicroseconds(i == 0 ? 512 : 32_768));
            Assert.Single(_device.Resets);
            _device.TakeResets();
        }

        Assert.Equal([0x02, 0x16, 0x00], Enumerable.Range(0, 3).Select(_ => (int)_device.Read(0x019E)));
    }

    [Fact]
    public void Holding_it_stops_it()
    {
        _device.Write(Wdtctl, Password | Hold);
        _device.Advance(SimTime.FromSeconds(10_000));
        Assert.Empty(_device.Resets);
        Assert.Equal(0x6980, _device.Read(Wdtctl));
        Assert.False(_device.Modules.Watchdog!.IsWatching);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void A_held_counter_keeps_its_count()
    {
        _device.Advance(SimTime.FromMicroseconds(30_000));
        _device.Write(Wdtctl, Password | Hold | 4);
        _device.Advance(SimTime.FromSeconds(1));
        _device.Write(Wdtctl, Password | 4);
        _device.Advance(SimTime.FromMicroseconds(2_767));
        Assert.Empty(_device.Resets);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Single(_device.Resets);
    }

    [Fact]
    public void Clearing_the_counter_in_time_keeps_it_quiet()
    {
        for (int i = 0; i < 10; i++)
        {
            _device.Advance(SimTime.FromMilliseconds(30));
            _device.Write(Wdtctl, Password | ClearCounter | 4);
            Assert.Equal(0x6904, _device.Read(Wdtctl));
        }

        Assert.Empty(_device.Resets);
    }

    [Theory]
    [InlineData(1, 27)]
    [InlineData(2, 23)]
    [InlineData(3, 19)]
    [InlineData(4, 15)]
    [InlineData(5, 13)]
    [InlineData(6, 9)]
    [InlineData(7, 6)]
    public void Each_interval_has_its_number_of_cycles(int select, int bits)
    {
        _device.Write(Wdtctl, Password | Interval | ClearCounter | select);
        _device.Advance(SimTime.FromMicroseconds(1L << bits) - SimTime.FromPicoseconds(1));
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);
        _device.Advance(SimTime.FromPicoseconds(1));
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
        Assert.Empty(_device.Resets);
    }

    [Fact]
    public void The_longest_interval_is_2147_seconds()
    {
        _device.Write(Wdtctl, Password | Interval | ClearCounter);
        _device.Advance(SimTime.FromMicroseconds((1L << 31) - 1));
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
    }

    [Fact]
    public void An_interval_interrupts_when_enabled_and_clears_its_flag_when_served()
    {
        _device.Write(Wdtctl, Password | Interval | ClearCounter | 6);
        _device.Advance(SimTime.FromMicroseconds(512));
        Assert.False(_device.Interrupts.IsRequested(Vector));
        _device.Write(Sfrie1, 1);
        Assert.Equal(Vector, _device.Interrupts.Highest(true));
        _device.Interrupts.Acknowledge(Vector);
        Assert.False(_device.Interrupts.IsRequested(Vector));
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);
        _device.Advance(SimTime.FromMicroseconds(512));
        Assert.True(_device.Interrupts.IsRequested(Vector));
        _device.Write(Sfrifg1, 0);
        Assert.False(_device.Interrupts.IsRequested(Vector));
    }

    [Fact]
    public void Intervals_do_not_drift()
    {
        _device.Write(Wdtctl, Password | Interval | ClearCounter | 7);
        _device.Advance(SimTime.FromMicroseconds(64 * 1000) - SimTime.FromPicoseconds(1));
        _device.Write(Sfrifg1, 0);
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);
        _device.Advance(SimTime.FromPicoseconds(1));
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
    }

    [Theory]
    [InlineData(0x20, 37_500)]
    [InlineData(0x40, 9_400)]
    [InlineData(0x60, 9_400)]
    public void It_counts_the_clock_it_is_told_to(int source, long hertz)
    {
        _device.Write(Wdtctl, Password | Interval | ClearCounter | source | 6);
        SimTime expected = ClockRate.FromHertz(hertz).CyclesToTime(512);
        _device.Advance(expected - SimTime.FromPicoseconds(1));
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);

        // The phase of a clock that was running before is up to one cycle.
        _device.Advance(ClockRate.FromHertz(hertz).CyclesToTime(1));
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
    }

    [Fact]
    public void A_change_of_SMCLK_under_way_moves_the_expiry()
    {
        _device.Advance(SimTime.FromMicroseconds(16_384));
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0166, 0x0000);
        _device.Advance(SimTime.FromMicroseconds(2_048) - SimTime.FromPicoseconds(1));
        Assert.Empty(_device.Resets);
        _device.Advance(SimTime.FromPicoseconds(1));
        Assert.Single(_device.Resets);
    }

    [Fact]
    public void It_keeps_its_clock_alive_in_low_power_modes()
    {
        _device.Modules.StatusRegisterChanged(0x00D8);
        _device.Advance(SimTime.FromMicroseconds(32_768));
        _device.AssertReset(ResetKind.Puc, ResetCause.WatchdogTimeout);
    }

    [Fact]
    public void Held_it_lets_go_of_its_clock()
    {
        Assert.Equal(1, _device.Modules.Clocks!.Smclk.Requests);
        _device.Write(Wdtctl, Password | Hold);
        Assert.Equal(0, _device.Modules.Clocks.Smclk.Requests);
        _device.Write(Wdtctl, Password | 0x20);
        Assert.Equal(1, _device.Modules.Clocks.Aclk.Requests);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.None);
        Assert.Equal(0, _device.Modules.Clocks.Aclk.Requests);
        Assert.Equal(1, _device.Modules.Clocks.Smclk.Requests);
    }
}
