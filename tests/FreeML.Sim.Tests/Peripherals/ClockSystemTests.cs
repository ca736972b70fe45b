using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Tests.Peripherals;

public class ClockSystemTests
{
    private const uint Sfrifg1 = 0x0102;
    private const uint Csctl0 = 0x0160;
    private const uint Csctl1 = 0x0162;
    private const uint Csctl2 = 0x0164;
    private const uint Csctl3 = 0x0166;
    private const uint Csctl4 = 0x0168;
    private const uint Csctl5 = 0x016A;
    private const uint Csctl6 = 0x016C;
    private const uint Pjsel0 = 0x032A;

    private readonly FakeDevice _device = new();

    private ClockSystem Clocks => _device.Modules.Clocks!;

    [Fact]
    public void After_power_up_the_registers_read_as_in_the_guide() =>
        Assert.Equal(
            [0x9600, 0x000C, 0x0033, 0x0033, 0xCDC9, 0x00C5, 0x0007],
            Enumerable.Range(0, 7).Select(i => (int)_device.Read(Csctl0 + (2 * (uint)i))));

    [Fact]
    public void After_power_up_the_CPU_runs_at_1_MHz_and_ACLK_falls_back()
    {
        Assert.Equal(ClockRate.FromHertz(1_000_000), _device.Mclk);
        Assert.Equal(ClockRate.FromHertz(1_000_000), Clocks.Smclk.Rate);
        Assert.Equal(ClockRate.FromHertz(37_500), Clocks.Aclk.Rate);
        Assert.Equal(0x0001, _device.Read(Csctl5) & 3);
        Assert.Equal(0x0002, _device.Read(Sfrifg1) & 2);
    }

    [Theory]
    [InlineData(0x0000, 1_000_000, 1)]
    [InlineData(0x0002, 8_000_000, 3)]
    [InlineData(0x0004, 3_500_000, 1)]
    [InlineData(0x0006, 4_000_000, 1)]
    [InlineData(0x0008, 16_000_000, 3)]
    [InlineData(0x000A, 7_000_000, 1)]
    [InlineData(0x000C, 8_000_000, 1)]
    [InlineData(0x000E, 8_000_000, 1)]
    [InlineData(0x0040, 1_000_000, 1)]
    [InlineData(0x0042, 16_000_000, 3)]
    [InlineData(0x0044, 7_000_000, 1)]
    [InlineData(0x0046, 8_000_000, 1)]
    [InlineData(0x0048, 16_000_000, 1)]
    [InlineData(0x004A, 21_000_000, 1)]
    [InlineData(0x004C, 24_000_000, 1)]
    [InlineData(0x004E, 24_000_000, 1)]
    public void The_DCO_has_the_frequencies_of_the_guide(int csctl1, long numerator, long denominator)
    {
        Open();
        _device.Write(Csctl1, csctl1);
        _device.Write(Csctl3, 0);
        Assert.Equal(ClockRate.FromRatio(numerator, denominator), _device.Mclk);
        Assert.Equal(ClockRate.FromRatio(numerator, denominator), Clocks.Smclk.Rate);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 16)]
    [InlineData(5, 32)]
    public void Each_clock_has_its_own_divider(int code, int divider)
    {
        Open();
        _device.Write(Csctl2, 0x0133);
        _device.Write(Csctl3, code);
        Assert.Equal(ClockRate.FromHertz(8_000_000).DividedBy(divider), _device.Mclk);
        Assert.Equal(ClockRate.FromHertz(8_000_000), Clocks.Smclk.Rate);
        _device.Write(Csctl3, code << 4);
        Assert.Equal(ClockRate.FromHertz(8_000_000), _device.Mclk);
        Assert.Equal(ClockRate.FromHertz(8_000_000).DividedBy(divider), Clocks.Smclk.Rate);
        _device.Write(Csctl3, code << 8);
        Assert.Equal(ClockRate.FromHertz(9_400).DividedBy(divider), Clocks.Aclk.Rate);
    }

    [Theory]
    [InlineData(1, 9_400)]
    [InlineData(2, 37_500)]
    [InlineData(3, 8_000_000)]
    [InlineData(4, 4_800_000)]
    public void Each_source_can_drive_MCLK_and_SMCLK(int source, long hertz)
    {
        Open();
        _device.Write(Csctl3, 0);
        _device.Write(Csctl2, 0x0100 | (source << 4) | source);
        Assert.Equal(ClockRate.FromHertz(hertz), _device.Mclk);
        Assert.Equal(ClockRate.FromHertz(hertz), Clocks.Smclk.Rate);
    }

    [Theory]
    [InlineData(1, 9_400)]
    [InlineData(2, 37_500)]
    public void ACLK_has_the_slow_sources(int source, long hertz)
    {
        Open();
        _device.Write(Csctl2, (source << 8) | 0x33);
        Assert.Equal(ClockRate.FromHertz(hertz), Clocks.Aclk.Rate);
    }

    [Fact]
    public void Writing_without_the_password_is_a_PUC_of_CSCTL0_and_nothing_elsewhere()
    {
        _device.Write(Csctl0, 0x1200);
        _device.AssertReset(ResetKind.Puc, ResetCause.ClockPassword);
        _device.Write(Csctl3, 0);
        Assert.Equal(0x0033, _device.Read(Csctl3));
        Assert.Empty(_device.Resets);
        Open();
        _device.Write(Csctl3, 0);
        Assert.Equal(0, _device.Read(Csctl3));
        _device.WriteByte(Csctl0 + 1, 0);
        _device.Write(Csctl3, 0x11);
        Assert.Equal(0, _device.Read(Csctl3));
    }

    [Fact]
    public void A_PUC_brings_back_1_MHz()
    {
        Open();
        _device.Write(Csctl3, 0);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        Assert.Equal(ClockRate.FromHertz(1_000_000), _device.Mclk);
    }

    [Fact]
    public void The_wait_for_a_crystal_ends_when_it_has_started()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        device.Write(Pjsel0, 0x0030);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl4, device.Read(Csctl4) & ~1);
        int tries = 0;
        do
        {
            device.Write(Csctl5, device.Read(Csctl5) & ~1);
            device.Write(Sfrifg1, device.Read(Sfrifg1) & ~2);
            device.Advance(SimTime.FromMilliseconds(10));
            tries++;
        }
        while ((device.Read(Sfrifg1) & 2) != 0 && tries < 1000);

        // 0.8 s to start, 1024 clean cycles, then one more round to clear the flag.
        Assert.Equal(85, tries);
        Assert.Equal(ClockRate.FromHertz(32_768), device.Modules.Clocks!.Aclk.Rate);
        Assert.Equal(0, device.Read(Csctl5) & 3);
    }

    [Fact]
    public void Without_a_crystal_the_wait_never_ends()
    {
        _device.Write(Pjsel0, 0x0030);
        Open();
        _device.Write(Csctl4, _device.Read(Csctl4) & ~1);
        _device.Advance(SimTime.FromSeconds(10));
        _device.Write(Csctl5, _device.Read(Csctl5) & ~1);
        _device.Write(Sfrifg1, _device.Read(Sfrifg1) & ~2);
        Assert.Equal(2, _device.Read(Sfrifg1) & 2);
        Assert.Equal(1, _device.Read(Csctl5) & 1);
        Assert.Equal(ClockRate.FromHertz(37_500), Clocks.Aclk.Rate);
    }

    [Fact]
    public void A_crystal_does_not_start_before_its_pins_are_selected()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        device.Advance(SimTime.FromSeconds(10));
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl5, device.Read(Csctl5) & ~1);
        Assert.Equal(1, device.Read(Csctl5) & 1);
    }

    [Fact]
    public void Software_that_needs_no_crystal_can_clear_the_fault()
    {
        Open();
        _device.Write(Csctl2, 0x0133);
        _device.Write(Csctl5, _device.Read(Csctl5) & ~1);
        _device.Write(Sfrifg1, _device.Read(Sfrifg1) & ~2);
        Assert.Equal(0, _device.Read(Sfrifg1) & 2);
    }

    [Fact]
    public void A_fast_crystal_drives_MCLK_after_its_start_and_MODCLK_stands_in_before()
    {
        FakeDevice device = new(options: new DeviceOptions { HasHfxt = true });
        device.Write(Pjsel0, 0x00C0);
        device.Write(0x0140, 0xA510);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl4, device.Read(Csctl4) & ~0x0100);
        device.Write(Csctl3, 0);
        device.Write(Csctl2, 0x0135);
        Assert.Equal(ClockRate.FromHertz(4_800_000), device.Mclk);
        Assert.Equal(2, device.Read(Csctl5) & 2);
        device.Advance(SimTime.FromMilliseconds(2));
        device.Write(Csctl5, device.Read(Csctl5) & ~2);
        Assert.Equal(ClockRate.FromHertz(16_000_000), device.Mclk);
    }

    [Fact]
    public void Without_its_start_counter_a_crystal_is_ready_when_it_runs()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        device.Write(Pjsel0, 0x0030);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl5, 0x0080);
        device.Write(Csctl4, device.Read(Csctl4) & ~1);
        device.Advance(SimTime.FromMilliseconds(799));
        device.Write(Csctl5, 0x0080);
        Assert.Equal(1, device.Read(Csctl5) & 1);
        device.Advance(SimTime.FromMilliseconds(1));
        device.Write(Csctl5, 0x0080);
        Assert.Equal(0, device.Read(Csctl5) & 1);
    }

    [Fact]
    public void A_bypassed_crystal_is_a_clock_that_needs_no_start()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        device.Write(Pjsel0, 0x0010);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl4, (device.Read(Csctl4) & ~1) | 0x0010);
        device.Advance(ClockRate.FromHertz(32_768).CyclesToTime(1024));
        device.Write(Csctl5, device.Read(Csctl5) & ~1);
        Assert.Equal(ClockRate.FromHertz(32_768), device.Modules.Clocks!.Aclk.Rate);
        Assert.Equal(0, device.Modules.Activities.Pace(ModuleActivity.Lfxt));
    }

    [Theory]
    [InlineData(0, 4_000_000, true)]
    [InlineData(0, 8_000_000, false)]
    [InlineData(1, 8_000_000, true)]
    [InlineData(2, 16_000_000, true)]
    [InlineData(2, 24_000_000, false)]
    [InlineData(3, 24_000_000, true)]
    public void HFXT_needs_HFFREQ_to_cover_its_crystal(int range, long hertz, bool starts)
    {
        FakeDevice device = new(options: new DeviceOptions { HasHfxt = true, HfxtClock = ClockRate.FromHertz(hertz) });
        device.Write(Pjsel0, 0x00C0);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl4, (device.Read(Csctl4) & ~0x0D00) | (range << 10));
        Assert.Equal(starts ? 1 : 0, device.Modules.Activities.Pace(ModuleActivity.Hfxt));
        device.Advance(SimTime.FromSeconds(1));
        device.Write(Csctl5, device.Read(Csctl5) & ~2);
        Assert.Equal(starts ? 0 : 2, device.Read(Csctl5) & 2);
    }

    [Fact]
    public void A_crystal_is_metered_from_its_start_to_its_end()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        Assert.Equal(0, device.Modules.Activities.Pace(ModuleActivity.Lfxt));
        device.Write(Pjsel0, 0x0030);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl4, device.Read(Csctl4) & ~1);
        Assert.Equal(1, device.Modules.Activities.Pace(ModuleActivity.Lfxt));
        device.Modules.Reset(ResetKind.Bor, ResetCause.None);
        device.Write(Pjsel0, 0);
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl2, 0x0133);
        Assert.Equal(0, device.Modules.Activities.Pace(ModuleActivity.Lfxt));
    }

    [Fact]
    public void MODOSC_is_metered_while_a_module_needs_it()
    {
        Clocks.Modclk.Request();
        Assert.Equal(1, _device.Modules.Activities.Pace(ModuleActivity.Modosc));
        Clocks.Modclk.Release();
        Assert.Equal(0, _device.Modules.Activities.Pace(ModuleActivity.Modosc));

        // ACLK has fallen back on LFMODCLK.
        Clocks.Aclk.Request();
        Assert.Equal(1, _device.Modules.Activities.Pace(ModuleActivity.Modosc));
        Open();
        _device.Write(Csctl2, 0x0133);
        Assert.Equal(0, _device.Modules.Activities.Pace(ModuleActivity.Modosc));
    }

    [Fact]
    public void VLO_runs_while_something_needs_it_or_VLOOFF_is_clear()
    {
        Assert.True(Clocks.Vlo.Rate.IsStopped);
        Clocks.Vlo.Request();
        Assert.Equal(ClockRate.FromHertz(9_400), Clocks.Vlo.Rate);
        Clocks.Vlo.Release();
        Assert.True(Clocks.Vlo.Rate.IsStopped);
        Open();
        _device.Write(Csctl2, 0x0133);
        Assert.Equal(ClockRate.FromHertz(9_400), Clocks.Vlo.Rate);
        _device.Write(Csctl2, 0x0033);
        _device.Write(Csctl4, _device.Read(Csctl4) & ~8);
        Assert.Equal(ClockRate.FromHertz(9_400), Clocks.Vlo.Rate);
    }

    [Theory]
    [InlineData(0x0048, 16_000_000)]
    [InlineData(0x0006, 4_000_000)]
    [InlineData(0x000E, 8_000_000)]
    public void A_change_of_the_DCO_holds_it_for_four_cycles(int csctl1, long hertz)
    {
        Open();
        long smclk = Clocks.Smclk.CountAt(_device.Now);
        _device.Write(Csctl1, csctl1);
        SimTime hold = ClockRate.FromHertz(hertz).CyclesToTime(4);
        Assert.Equal(hold, _device.MclkHold);
        Assert.Equal(_device.Now + hold + ClockRate.FromHertz(hertz).CyclesToTime(8), Clocks.Smclk.TimeOf(smclk + 1));
    }

    [Theory]
    [InlineData(1, 9_400)]
    [InlineData(2, 37_500)]
    [InlineData(4, 4_800_000)]
    public void A_change_of_source_takes_one_to_two_cycles_of_the_slower_clock(int source, long hertz)
    {
        Open();
        _device.Write(Csctl2, 0x0130 | source);
        SimTime slower = ClockRate.FromHertz(hertz).CyclesToTime(1);
        Assert.Equal(slower + ClockRate.FromHertz(8_000_000).CyclesToTime(1), _device.MclkHold);
        Assert.InRange(_device.MclkHold.Picoseconds, slower.Picoseconds, 2 * slower.Picoseconds);
    }

    [Fact]
    public void A_change_of_divider_takes_no_time()
    {
        Open();
        _device.Write(Csctl3, 0x0000);
        Assert.Equal(SimTime.Zero, _device.MclkHold);
    }

    [Theory]
    [InlineData(0x0010, 0)]
    [InlineData(0x0050, 1)]
    [InlineData(0x0090, 2)]
    [InlineData(0x00D0, 3)]
    [InlineData(0x00F0, 4)]
    public void Without_requests_the_chip_is_in_the_mode_asked_for(int statusRegister, int mode)
    {
        _device.Write(0x015C, 0x5A80);
        Assert.Null(Clocks.PowerMode);
        _device.Modules.StatusRegisterChanged(statusRegister);
        Assert.Equal(mode, Clocks.PowerMode);
        _device.Modules.StatusRegisterChanged(0);
        Assert.Null(Clocks.PowerMode);
    }

    [Theory]
    [InlineData("ACLK", 0x0090, 2)]
    [InlineData("ACLK", 0x00D0, 3)]
    [InlineData("ACLK", 0x00F0, 3)]
    [InlineData("SMCLK", 0x0010, 0)]
    [InlineData("SMCLK", 0x0050, 1)]
    [InlineData("SMCLK", 0x0090, 1)]
    [InlineData("SMCLK", 0x00D0, 1)]
    [InlineData("SMCLK", 0x00F0, 1)]
    [InlineData("MCLK", 0x00F0, 0)]
    public void A_requested_clock_keeps_the_chip_in_a_lighter_mode(string clock, int statusRegister, int mode)
    {
        _device.Write(0x015C, 0x5A80);
        ClockLine line = new[] { Clocks.Mclk, Clocks.Smclk, Clocks.Aclk }.Single(line => line.Name == clock);
        line.Request();
        List<int?> modes = [];
        Clocks.PowerModeChanged += () => modes.Add(Clocks.PowerMode);
        _device.Modules.StatusRegisterChanged(statusRegister);
        line.Release();
        _device.Modules.StatusRegisterChanged(0);
        Assert.Equal(mode, modes[0]);
        Assert.Null(modes[^1]);
        Assert.Distinct(modes.Select(seen => seen ?? -1));
    }

    [Fact]
    public void A_request_overrules_SMCLKOFF_if_requests_are_enabled()
    {
        _device.Write(0x015C, 0x5A80);
        Open();
        _device.Write(Csctl4, _device.Read(Csctl4) | 2);
        Assert.True(Clocks.Smclk.Rate.IsStopped);
        Clocks.Smclk.Request();
        Assert.False(Clocks.Smclk.Rate.IsStopped);
        _device.Write(Csctl6, 3);
        Assert.True(Clocks.Smclk.Rate.IsStopped);
    }

    [Fact]
    public void An_oscillator_fault_is_a_user_NMI_if_enabled()
    {
        _device.Write(0x0100, 0x0002);
        Assert.Equal(InterruptController.UserNmi, _device.Interrupts.Highest(false));
        Open();
        _device.Write(Csctl2, 0x0133);
        _device.Write(Csctl5, _device.Read(Csctl5) & ~3);
        Assert.Equal(0x04, _device.Read(0x019A));
        Assert.Equal(0u, _device.Interrupts.Highest(true));

        // While the fault persists, taking it from SYSUNIV does not end it.
        _device.Write(Csctl2, 0x0033);
        Assert.Equal(0x04, _device.Read(0x019A));
        Assert.Equal(InterruptController.UserNmi, _device.Interrupts.Highest(false));
    }

    [Fact]
    public void SMCLK_can_be_switched_off()
    {
        _device.Write(0x015C, 0x5A80);
        Open();
        _device.Write(Csctl4, _device.Read(Csctl4) | 2);
        Assert.True(Clocks.Smclk.Rate.IsStopped);
        Assert.False(_device.Mclk.IsStopped);
    }

    [Theory]
    [InlineData(0x0000, true, true, true)]
    [InlineData(0x0010, false, true, true)]
    [InlineData(0x0050, false, true, true)]
    [InlineData(0x0090, false, false, true)]
    [InlineData(0x00D0, false, false, true)]
    [InlineData(0x00F0, false, false, false)]
    public void Low_power_modes_stop_the_clocks_nobody_requests(int statusRegister, bool mclk, bool smclk, bool aclk)
    {
        _device.Write(0x015C, 0x5A80);
        _device.Modules.StatusRegisterChanged(statusRegister | 8);
        Assert.Equal((mclk, smclk, aclk), (!Clocks.Mclk.Rate.IsStopped, !Clocks.Smclk.Rate.IsStopped, !Clocks.Aclk.Rate.IsStopped));
        Assert.False(Clocks.CpuRate.IsStopped);
        _device.Modules.StatusRegisterChanged(0);
        Assert.False(Clocks.Mclk.Rate.IsStopped || Clocks.Smclk.Rate.IsStopped || Clocks.Aclk.Rate.IsStopped);
    }

    [Fact]
    public void A_request_keeps_a_clock_alive_unless_requests_are_disabled()
    {
        _device.Write(0x015C, 0x5A80);
        Clocks.Smclk.Request();
        _device.Modules.StatusRegisterChanged(0x00F0);
        Assert.False(Clocks.Smclk.Rate.IsStopped);
        Assert.True(Clocks.Aclk.Rate.IsStopped);
        Clocks.Aclk.Request();
        Assert.False(Clocks.Aclk.Rate.IsStopped);
        Clocks.Smclk.Release();
        Assert.True(Clocks.Smclk.Rate.IsStopped);
        Clocks.Smclk.Request();
        _device.Modules.StatusRegisterChanged(0);
        Open();
        _device.Write(Csctl6, 0);
        _device.Modules.StatusRegisterChanged(0x00F0);
        Assert.True(Clocks.Smclk.Rate.IsStopped);
        Assert.True(Clocks.Aclk.Rate.IsStopped);
    }

    [Fact]
    public void Drive_strengths_are_noted_as_not_modelled()
    {
        Open();
        _device.Write(Csctl4, 0xCD09);
        Assert.Equal("CSCTL4.LFXTDRIVE", Assert.Single(_device.Bus.UnmodelledTouched).Name);
        Assert.Equal(0xCD09, _device.Read(Csctl4));
    }

    private void Open() => _device.Write(Csctl0, 0xA500);
}
