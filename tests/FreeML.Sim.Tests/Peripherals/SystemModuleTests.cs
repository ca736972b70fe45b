using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Tests.Peripherals;

public class SystemModuleTests
{
    private const uint Sfrie1 = 0x0100;
    private const uint Sfrifg1 = 0x0102;
    private const uint Sfrrpcr = 0x0104;
    private const uint Sysctl = 0x0180;
    private const uint Sysuniv = 0x019A;
    private const uint Syssniv = 0x019C;
    private const uint Sysrstiv = 0x019E;

    private readonly FakeDevice _device = new();

    [Fact]
    public void SYSRSTIV_gives_the_cause_of_the_reset_once()
    {
        Assert.Equal(0x02, _device.Read(Sysrstiv));
        Assert.Equal(0x00, _device.Read(Sysrstiv));
    }

    [Fact]
    public void Causes_queue_and_the_lowest_number_is_read_first()
    {
        _device.Modules.Reset(ResetKind.Puc, ResetCause.ClockPassword);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        _device.Modules.Reset(ResetKind.Por, ResetCause.SoftwarePor);
        Assert.Equal([0x02, 0x14, 0x16, 0x24, 0x00], Enumerable.Range(0, 5).Select(_ => (int)_device.Read(Sysrstiv)));
    }

    [Fact]
    public void A_byte_read_of_SYSRSTIV_takes_the_cause_too()
    {
        Assert.Equal(0x02, _device.Bus.ReadByte(Sysrstiv));
        Assert.Equal(0x00, _device.Read(Sysrstiv));
    }

    [Fact]
    public void Writing_SYSRSTIV_clears_all_causes()
    {
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        _device.Write(Sysrstiv, 0);
        Assert.Equal(0, _device.Read(Sysrstiv));
    }

    [Fact]
    public void A_brown_out_forgets_the_causes_before_it()
    {
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.SupplySupervisor);
        Assert.Equal(0x0E, _device.Read(Sysrstiv));
        Assert.Equal(0x00, _device.Read(Sysrstiv));
    }

    [Fact]
    public void Every_cause_is_reported_by_its_own_number()
    {
        foreach (ResetCause cause in Enum.GetValues<ResetCause>())
        {
            _device.Write(Sysrstiv, 0);
            _device.Modules.Reset(ResetKind.Bor, cause);
            Assert.Equal((int)cause, _device.Read(Sysrstiv));
        }
    }

    [Fact]
    public void Causes_that_nobody_read_outlive_any_reset_but_the_loss_of_power()
    {
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.RstPin);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.SoftwareBor);
        Assert.Equal([0x02, 0x04, 0x06, 0x16, 0x00], Enumerable.Range(0, 5).Select(_ => (int)_device.Read(Sysrstiv)));
    }

    [Fact]
    public void Causes_of_one_moment_are_all_reported()
    {
        _device.Write(Sysrstiv, 0);
        _device.Modules.Reset(ResetKind.Por, ResetCause.ClockPassword, ResetCause.SoftwarePor, ResetCause.WatchdogPassword);
        Assert.Equal([0x14, 0x18, 0x24, 0x00], Enumerable.Range(0, 4).Select(_ => (int)_device.Read(Sysrstiv)));
    }

    [Fact]
    public void The_RST_pin_resets_when_it_falls_and_holds_the_device_while_it_is_low()
    {
        SystemModule system = _device.Modules.System!;
        Assert.False(system.IsHeldInReset);
        system.ResetPin.Set(false, _device.Now);
        _device.AssertReset(ResetKind.Bor, ResetCause.RstPin);
        Assert.True(system.IsHeldInReset);
        system.ResetPin.Set(true, _device.Now);
        _device.AssertReset(ResetKind.Bor, ResetCause.RstPin);
        Assert.False(system.IsHeldInReset);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    public void As_NMI_the_pin_interrupts_at_the_chosen_edge(int edge, bool level)
    {
        SystemModule system = _device.Modules.System!;
        _device.Write(Sfrrpcr, 0x000D | edge);
        _device.Write(Sfrie1, 0x0010);
        system.ResetPin.Set(false, _device.Now);
        if (level)
        {
            Assert.Equal(0, _device.Read(Sfrifg1) & 0x0010);
            system.ResetPin.Set(true, _device.Now);
        }

        Assert.Empty(_device.Resets);
        Assert.Equal(0x0010, _device.Read(Sfrifg1) & 0x0010);
        Assert.Equal(InterruptController.UserNmi, _device.Interrupts.Highest(false));
        Assert.Equal(0x02, _device.Read(Sysuniv));
        Assert.Equal(0, _device.Read(Sfrifg1) & 0x0010);
        Assert.Equal(0u, _device.Interrupts.Highest(true));
    }

    [Fact]
    public void A_pin_that_is_low_resets_when_it_stops_to_be_the_NMI()
    {
        _device.Write(Sfrrpcr, 0x000F);
        _device.Modules.System!.ResetPin.Set(false, _device.Now);
        Assert.Empty(_device.Resets);
        _device.Write(Sfrrpcr, 0x000C);
        _device.AssertReset(ResetKind.Bor, ResetCause.RstPin);
    }

    [Fact]
    public void After_power_up_the_flags_read_0082() => Assert.Equal(0x0082, _device.Read(Sfrifg1));

    [Fact]
    public void Vacant_memory_raises_a_system_NMI_only_if_enabled()
    {
        _ = _device.Read(0x0F00);
        Assert.Equal(0x0008, _device.Read(Sfrifg1) & 0x0008);
        Assert.Equal(0, _device.Read(Syssniv));
        Assert.False(_device.Interrupts.IsRequested(InterruptController.SystemNmi));

        _device.Write(Sfrie1, 0x0008);
        Assert.Equal(InterruptController.SystemNmi, _device.Interrupts.Highest(false));
        Assert.Equal(0x12, _device.Read(Syssniv));
        Assert.Equal(0, _device.Read(Sfrifg1) & 0x0008);
        Assert.False(_device.Interrupts.IsRequested(InterruptController.SystemNmi));

        _device.Modules.ReportVacantAccess();
        Assert.True(_device.Interrupts.IsRequested(InterruptController.SystemNmi));
        _device.Write(Syssniv, 0);
        Assert.False(_device.Interrupts.IsRequested(InterruptController.SystemNmi));
    }

    [Fact]
    public void SYSSNIV_gives_the_mailbox_flags_in_order()
    {
        _device.Write(Sfrie1, 0x00C8);
        _device.Modules.ReportVacantAccess();
        Assert.Equal([0x12, 0x16, 0x00], Enumerable.Range(0, 3).Select(_ => (int)_device.Read(Syssniv)));
    }

    [Fact]
    public void A_pin_NMI_set_by_software_comes_before_the_oscillator_fault()
    {
        _device.Write(Sfrifg1, 0x0012);
        _device.Write(Sfrie1, 0x0012);
        Assert.Equal(InterruptController.UserNmi, _device.Interrupts.Highest(false));
        Assert.Equal(0x02, _device.Read(Sysuniv));
        Assert.Equal(0x04, _device.Read(Sysuniv));
    }

    [Fact]
    public void OFIFG_comes_back_while_an_oscillator_has_its_fault()
    {
        _device.Write(Sfrifg1, 0x0000);
        Assert.Equal(0x0002, _device.Read(Sfrifg1));
        _device.Write(Sfrie1, 0x0002);
        Assert.Equal(0x04, _device.Read(Sysuniv));
        Assert.Equal(0x04, _device.Read(Sysuniv));
    }

    [Fact]
    public void WDTIFG_outlives_a_PUC_but_not_a_brown_out()
    {
        _device.Write(Sfrifg1, 0x0001);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.None);
        Assert.Equal(1, _device.Read(Sfrifg1) & 1);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.None);
        Assert.Equal(0, _device.Read(Sfrifg1) & 1);
    }

    [Fact]
    public void SYSRIVECT_moves_the_vectors_to_the_top_of_RAM_until_a_brown_out()
    {
        Assert.Equal(0xFFFEu, _device.Modules.VectorAddress(0xFFFE));
        _device.Write(Sysctl, 1);
        Assert.Equal(0x3BFEu, _device.Modules.VectorAddress(0xFFFE));
        Assert.Equal(0x3BF2u, _device.Modules.VectorAddress(0xFFF2));
        _device.Modules.Reset(ResetKind.Por, ResetCause.SoftwarePor);
        Assert.Equal(0x3BFEu, _device.Modules.VectorAddress(0xFFFE));
        _device.Modules.Reset(ResetKind.Bor, ResetCause.RstPin);
        Assert.Equal(0xFFFEu, _device.Modules.VectorAddress(0xFFFE));
    }

    [Fact]
    public void The_reset_pin_register_has_its_pull_up_after_reset() => Assert.Equal(0x000C, _device.Read(0x0104));

    [Fact]
    public void The_mailbox_is_empty()
    {
        Assert.Equal(0x000C, _device.Read(0x0186));
        Assert.Equal(0, _device.Read(0x0188));
        Assert.Equal(0, _device.Read(0x018A));
    }
}
