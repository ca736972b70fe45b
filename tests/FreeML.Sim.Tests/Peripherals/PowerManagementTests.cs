using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

public class PowerManagementTests
{
    private const uint Pmmctl0 = 0x0120;
    private const uint Pmmifg = 0x012A;
    private const uint Pm5ctl0 = 0x0130;
    private const uint Sysrstiv = 0x019E;

    private readonly FakeDevice _device = new();

    [Fact]
    public void After_power_up_the_registers_read_as_in_the_guide()
    {
        Assert.Equal(0x9640, _device.Read(Pmmctl0));
        Assert.Equal(0x9600, _device.Read(0x0122));
        Assert.Equal(0x0000, _device.Read(Pmmifg));
        Assert.Equal(0x0001, _device.Read(Pm5ctl0));
    }

    [Fact]
    public void Writing_without_the_password_is_a_PUC()
    {
        _device.Write(Pmmctl0, 0x0040);
        _device.AssertReset(ResetKind.Puc, ResetCause.PmmPassword);
        _device.WriteByte(Pmmctl0, 0x40);
        _device.AssertReset(ResetKind.Puc, ResetCause.PmmPassword);
    }

    [Fact]
    public void Software_can_make_a_BOR_and_see_it_in_PMMIFG_and_SYSRSTIV()
    {
        _device.Write(Pmmctl0, 0xA544);
        _device.AssertReset(ResetKind.Bor, ResetCause.SoftwareBor);
        _device.Write(Sysrstiv, 0);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.SoftwareBor);
        Assert.Equal(0x0100, _device.Read(Pmmifg));
        Assert.Equal(0x06, _device.Read(Sysrstiv));
        Assert.Equal(0x0000, _device.Read(Pmmifg));
    }

    [Fact]
    public void Software_can_make_a_POR()
    {
        _device.WriteByte(Pmmctl0 + 1, 0xA5);
        _device.WriteByte(Pmmctl0, 0x48);
        _device.AssertReset(ResetKind.Por, ResetCause.SoftwarePor);
        Assert.Equal(0x9640, _device.Read(Pmmctl0));
    }

    [Theory]
    [InlineData(ResetCause.SoftwareBor, 0x0100)]
    [InlineData(ResetCause.RstPin, 0x0200)]
    [InlineData(ResetCause.SoftwarePor, 0x0400)]
    [InlineData(ResetCause.SupplySupervisor, 0x2000)]
    [InlineData(ResetCause.Lpmx5WakeUp, 0x8000)]
    public void Clearing_a_flag_in_PMMIFG_takes_the_cause_out_of_SYSRSTIV(ResetCause cause, int flag)
    {
        _device.Write(Sysrstiv, 0);
        _device.Modules.Reset(ResetKind.Bor, cause);
        Assert.Equal(flag, _device.Read(Pmmifg));
        _device.WriteByte(Pmmctl0 + 1, 0xA5);
        _device.Write(Pmmifg, ~flag);
        Assert.Equal(0, _device.Read(Pmmifg));
        Assert.Equal(0, _device.Read(Sysrstiv));
    }

    [Fact]
    public void PMMIFG_is_unchanged_while_the_module_is_closed()
    {
        _device.Modules.Reset(ResetKind.Bor, ResetCause.RstPin);
        _device.Write(Pmmifg, 0);
        Assert.Equal(0x0200, _device.Read(Pmmifg));
        Assert.Empty(_device.Resets);
    }

    [Fact]
    public void SVSHE_is_on_after_a_brown_out_and_keeps_over_a_POR()
    {
        Assert.True(_device.Modules.Power!.SupervisorInDeepSleep);
        _device.Write(Pmmctl0, 0xA500);
        Assert.False(_device.Modules.Power.SupervisorInDeepSleep);
        _device.Modules.Reset(ResetKind.Por, ResetCause.None);
        Assert.False(_device.Modules.Power.SupervisorInDeepSleep);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.None);
        Assert.True(_device.Modules.Power.SupervisorInDeepSleep);
    }

    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x10, 0)]
    [InlineData(0x50, 0)]
    [InlineData(0x90, 1)]
    [InlineData(0xD0, 1)]
    [InlineData(0xF0, 1)]
    public void The_supervisor_is_metered_in_the_modes_where_software_may_switch_it_off(int statusRegister, int pace)
    {
        _device.Write(0x015C, 0x5A80);
        _device.Modules.StatusRegisterChanged(statusRegister);
        Assert.Equal(pace, _device.Modules.Activities.Pace(ModuleActivity.SupplySupervisor));
        _device.Write(Pmmctl0, 0xA500);
        Assert.Equal(0, _device.Modules.Activities.Pace(ModuleActivity.SupplySupervisor));
        _device.Write(Pmmctl0, 0xA540);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.None);
        Assert.Equal(0, _device.Modules.Activities.Pace(ModuleActivity.SupplySupervisor));
    }

    [Fact]
    public void LOCKLPM5_is_set_by_a_brown_out_and_software_can_only_clear_it()
    {
        int unlocked = 0;
        _device.Modules.Power!.PinsUnlocked += () => unlocked++;
        Assert.True(_device.Modules.Power.PinsLocked);
        _device.Write(Pm5ctl0, 0xFFFE);
        Assert.False(_device.Modules.Power.PinsLocked);
        _device.Write(Pm5ctl0, 0x0001);
        Assert.Equal(0, _device.Read(Pm5ctl0));
        _device.Modules.Reset(ResetKind.Por, ResetCause.None);
        Assert.False(_device.Modules.Power.PinsLocked);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.None);
        Assert.True(_device.Modules.Power.PinsLocked);
        Assert.Equal(1, unlocked);
    }

    [Fact]
    public void The_usual_unlocking_of_pins_works_bytewise()
    {
        // PM5CTL0 &= ~LOCKLPM5 as compilers write it: BIC.B.
        _device.WriteByte(Pm5ctl0, _device.Bus.ReadByte(Pm5ctl0) & ~1);
        Assert.False(_device.Modules.Power!.PinsLocked);
    }

    [Fact]
    public void Switching_the_regulator_off_is_noted_as_not_modelled()
    {
        _device.Write(Pmmctl0, 0xA550);
        Assert.Equal("PMMCTL0.PMMREGOFF", Assert.Single(_device.Bus.UnmodelledTouched).Name);
    }
}
