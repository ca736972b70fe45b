using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

public class FramControllerTests
{
    private const uint Sfrie1 = 0x0100;
    private const uint Frctl0 = 0x0140;
    private const uint Gcctl0 = 0x0144;
    private const uint Gcctl1 = 0x0146;
    private const uint Csctl0 = 0x0160;
    private const uint Csctl1 = 0x0162;
    private const uint Csctl3 = 0x0166;
    private const uint Syssniv = 0x019C;

    public static TheoryData<string> Parts => new("msp430fr5994", "msp430fr5969", "msp430fr6989");

    [Theory]
    [InlineData("msp430fr5994", 0x0004)]
    [InlineData("msp430fr5969", 0x0006)]
    [InlineData("msp430fr6989", 0x0006)]
    public void After_power_up_the_registers_read_as_in_the_guide(string part, int general)
    {
        FakeDevice device = new(part);
        Assert.Equal(0x9600, device.Read(Frctl0));
        Assert.Equal(general, device.Read(Gcctl0));
        Assert.Equal(0, device.Read(Gcctl1));
        Assert.Equal((0, false), device.Fram);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Wait_states_reach_memory(string part)
    {
        FakeDevice device = new(part);
        device.Write(Frctl0, 0xA510);
        Assert.Equal((1, false), device.Fram);
        device.WriteByte(Frctl0, 0x70);
        Assert.Equal((7, false), device.Fram);
        device.Modules.Reset(ResetKind.Puc, ResetCause.None);
        Assert.Equal((0, false), device.Fram);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Writing_without_the_password_is_a_PUC(string part)
    {
        FakeDevice device = new(part);
        device.Write(Frctl0, 0x9610);
        device.AssertReset(ResetKind.Puc, ResetCause.FramPassword);
        device.Write(Frctl0, 0xA500);
        device.WriteByte(Frctl0 + 1, 0x00);
        Assert.Empty(device.Resets);
        device.Write(Gcctl0, 0x0004);
        device.AssertReset(ResetKind.Puc, ResetCause.FramPassword);
        device.WriteByte(Frctl0, 0x10);
        device.AssertReset(ResetKind.Puc, ResetCause.FramPassword);
    }

    [Fact]
    public void FRCTL_A_is_open_after_a_brown_out_and_FRCTL_is_not()
    {
        FakeDevice a = new("msp430fr5994");
        a.Write(Gcctl0, 0x000C);
        Assert.Empty(a.Resets);
        FakeDevice b = new("msp430fr5969");
        b.Write(Gcctl0, 0x0006);
        b.AssertReset(ResetKind.Puc, ResetCause.FramPassword);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Eight_megahertz_needs_no_wait_state(string part)
    {
        FakeDevice device = new(part);
        SetDco(device, 0x000C, 0x0000);
        Assert.Equal(8e6, device.Mclk.Hertz);
        Assert.Equal((0, false), device.Fram);
        Assert.Empty(device.Resets);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void The_recipe_for_sixteen_megahertz_works(string part)
    {
        FakeDevice device = new(part);
        SixteenMegahertz(device, waitStates: 1);
        Assert.Equal(16e6, device.Mclk.Hertz);
        Assert.Equal((1, false), device.Fram);
        Assert.Equal(0, device.Read(Gcctl1));
        Assert.Empty(device.Resets);
    }

    [Theory]
    [InlineData("msp430fr5969")]
    [InlineData("msp430fr6989")]
    public void Too_few_wait_states_are_a_PUC_with_FRCTL(string part)
    {
        FakeDevice device = new(part);
        SixteenMegahertz(device, waitStates: 0);
        device.AssertReset(ResetKind.Puc, ResetCause.FramAccessTime);

        // After it MCLK is slow again, and that reset asks for no other.
        device.Modules.Reset(ResetKind.Puc, ResetCause.FramAccessTime);
        Assert.Empty(device.Resets);
        Assert.Equal(1e6, device.Mclk.Hertz);
    }

    [Fact]
    public void Too_few_wait_states_force_fifteen_and_block_writes_with_FRCTL_A()
    {
        FakeDevice device = new();
        SixteenMegahertz(device, waitStates: 0);
        Assert.Equal((15, true), device.Fram);
        Assert.Equal(0x0008, device.Read(Gcctl1));
        Assert.Equal(0x96F0, device.Read(Frctl0));
        Assert.Empty(device.Resets);

        // Clearing the flag lets writes through again; the wait states stay until they are set anew.
        device.Write(Gcctl1, 0);
        Assert.Equal((15, false), device.Fram);
        device.Write(Frctl0, 0xA510);
        Assert.Equal((1, false), device.Fram);
    }

    [Fact]
    public void An_access_time_error_is_a_system_NMI_if_enabled()
    {
        FakeDevice device = new();
        device.Write(Gcctl0, 0x000C);
        SixteenMegahertz(device, waitStates: 0);
        Assert.Equal(InterruptController.SystemNmi, device.Interrupts.Highest(false));
        Assert.Equal(0x06, device.Read(Syssniv));
        Assert.Equal((15, false), device.Fram);
        Assert.False(device.Interrupts.IsPending(true));
    }

    [Fact]
    public void Lowering_wait_states_at_sixteen_megahertz_is_the_same_error()
    {
        FakeDevice device = new();
        SixteenMegahertz(device, waitStates: 1);
        device.Write(Frctl0, 0xA500);
        Assert.Equal((15, true), device.Fram);
    }

    [Fact]
    public void Automatic_wait_states_are_three()
    {
        FakeDevice device = new();
        device.Write(Frctl0, 0xA508);
        Assert.Equal((3, false), device.Fram);
        SixteenMegahertz(device, waitStates: 0, low: 0x08);
        Assert.Equal((3, false), device.Fram);
        Assert.Equal(0, device.Read(Gcctl1));
    }

    [Fact]
    public void Write_protection_blocks_writes_and_flags_each()
    {
        FakeDevice device = new();
        device.Write(Frctl0, 0xA501);
        Assert.Equal((0, true), device.Fram);
        device.Modules.Fram!.ReportBlockedWrite();
        Assert.Equal(0x0010, device.Read(Gcctl1));
        Assert.False(device.Interrupts.IsPending(true));
        device.Write(Gcctl0, 0x0014);
        Assert.Equal(0x1A, device.Read(Syssniv));
        Assert.Equal(0, device.Read(Gcctl1));
        device.Write(Frctl0, 0xA500);
        Assert.Equal((0, false), device.Fram);
    }

    [Fact]
    public void A_write_blocked_by_an_access_time_error_alone_is_no_protection_fault()
    {
        FakeDevice device = new();
        SixteenMegahertz(device, waitStates: 0);
        device.Modules.Fram!.ReportBlockedWrite();
        Assert.Equal(0x0008, device.Read(Gcctl1));
    }

    [Fact]
    public void FRCTL_knows_no_write_protection()
    {
        FakeDevice device = new("msp430fr5969");
        device.Write(Frctl0, 0xA509);
        Assert.Equal(0x9600, device.Read(Frctl0));
        Assert.Equal((0, false), device.Fram);
        device.Modules.Fram!.ReportBlockedWrite();
        Assert.Equal(0, device.Read(Gcctl1));
    }

    [Fact]
    public void Twenty_four_megahertz_would_need_two()
    {
        FakeDevice device = new();
        device.Write(Frctl0, 0xA510);
        SetDco(device, 0x004C, 0x0000);
        Assert.Equal((15, true), device.Fram);
        device = new();
        device.Write(Frctl0, 0xA520);
        SetDco(device, 0x004C, 0x0000);
        Assert.Equal((2, false), device.Fram);
    }

    [Fact]
    public void Flags_need_their_enables_in_the_controller_not_in_SFR()
    {
        FakeDevice device = new();
        device.Write(Sfrie1, 0xFF);
        SixteenMegahertz(device, waitStates: 0);
        Assert.NotEqual(0x06, device.Read(Syssniv));
    }

    // As start-up code does it: wait states, divide by 4, range and frequency, undivide.
    private static void SixteenMegahertz(FakeDevice device, int waitStates, int low = 0)
    {
        device.Write(Frctl0, 0xA500 | (waitStates << 4) | low);
        device.WriteByte(Csctl0 + 1, 0xA5);
        device.Write(Csctl3, 0x0022);
        device.Write(Csctl1, 0x0048);
        device.Advance(SimTime.FromMicroseconds(10));
        device.Write(Csctl3, 0x0000);
        device.WriteByte(Csctl0 + 1, 0x00);
    }

    private static void SetDco(FakeDevice device, int csctl1, int csctl3)
    {
        device.Write(Csctl0, 0xA500);
        device.Write(Csctl1, csctl1);
        device.Write(Csctl3, csctl3);
    }
}
