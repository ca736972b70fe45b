using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>Modules of which only the registers and their passwords exist so far.</summary>
public class PasswordedModuleTests
{
    private const uint Rcctl0 = 0x0158;
    private const uint Mpuctl0 = 0x05A0;
    private const uint Mpusegb2 = 0x05A4;
    private const uint Mpusam = 0x05A8;

    private readonly FakeDevice _device = new();

    [Fact]
    public void The_RAM_controller_ignores_what_is_not_a_word_with_its_password()
    {
        Assert.Equal(0x6900, _device.Read(Rcctl0));
        _device.Write(Rcctl0, 0x0001);
        _device.WriteByte(Rcctl0, 0x01);
        _device.WriteByte(Rcctl0 + 1, 0x5A);
        Assert.Equal(0x6900, _device.Read(Rcctl0));
        Assert.Empty(_device.Resets);
        _device.Write(Rcctl0, 0x5A01);
        Assert.Equal(0x6901, _device.Read(Rcctl0));
        Assert.Empty(_device.Bus.UnmodelledTouched);
    }

    [Fact]
    public void The_FR5969_has_no_RAM_controller()
    {
        FakeDevice device = new("msp430fr5969");
        Assert.Equal(0x3FFF, device.Read(Rcctl0));
    }

    [Fact]
    public void The_MPU_has_its_reset_values()
    {
        Assert.Equal(0x9600, _device.Read(Mpuctl0));
        Assert.Equal(0x7777, _device.Read(Mpusam));
        Assert.Equal(0, _device.Read(0x05A2));
    }

    [Fact]
    public void The_MPU_makes_a_PUC_of_writes_without_its_password()
    {
        _device.Write(Mpuctl0, 0x0001);
        _device.AssertReset(ResetKind.Puc, ResetCause.MpuPassword);
        _device.Write(Mpusam, 0x1111);
        _device.AssertReset(ResetKind.Puc, ResetCause.MpuPassword);
        Assert.Equal(0x7777, _device.Read(Mpusam));
    }

    [Fact]
    public void MPU_borders_have_a_grain_of_1_KB()
    {
        _device.Write(Mpuctl0, 0xA500);
        _device.Write(Mpusegb2, 0x0FFF);
        Assert.Equal(0x0FC0, _device.Read(Mpusegb2));
        _device.WriteByte(Mpuctl0 + 1, 0);
        Assert.Empty(_device.Resets);
    }

    [Fact]
    public void The_start_up_code_of_a_compiler_that_sets_the_MPU_gets_through_and_is_told_about_it()
    {
        _device.Write(Mpuctl0, 0xA500);
        _device.Write(0x05A6, 0x0500);
        _device.Write(Mpusegb2, 0x0600);
        _device.Write(Mpusam, 0x7513);
        _device.Write(Mpuctl0, 0xA501);
        _device.WriteByte(Mpuctl0 + 1, 0x00);
        Assert.Empty(_device.Resets);
        Assert.Contains(_device.Bus.UnmodelledTouched, touched => touched.Name == "MPUCTL0.MPUENA");
    }
}
