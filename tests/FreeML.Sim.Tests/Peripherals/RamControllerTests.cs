using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

public class RamControllerTests
{
    private const uint Rcctl0 = 0x0158;
    private const int Password = 0x5A00;
    private const int Lpm2 = 0x90;
    private const int Lpm3 = 0xD0;
    private static readonly (uint, uint) Ram = (0x1C00, 0x1000);
    private static readonly (uint, uint) LeaRam = (0x2C00, 0x1000);

    private readonly FakeDevice _device = new();

    public RamControllerTests()
    {
        // The watchdog would keep SMCLK on, and the device out of LPM3.
        _device.Write(0x015C, 0x5A80);
    }

    [Fact]
    public void A_sector_that_is_retained_loses_nothing()
    {
        _device.Modules.StatusRegisterChanged(Lpm3);
        _device.Modules.StatusRegisterChanged(0);
        Assert.Empty(_device.LostRam);
    }

    [Theory]
    [InlineData(0x01, true)]
    [InlineData(0x04, false)]
    public void A_sector_that_is_off_in_LPM3_comes_back_without_its_contents(int mode, bool isFirst)
    {
        _device.Write(Rcctl0, Password | mode);
        _device.Modules.StatusRegisterChanged(Lpm2);
        Assert.Empty(_device.LostRam);
        _device.Modules.StatusRegisterChanged(Lpm3);
        _device.Modules.StatusRegisterChanged(0);
        Assert.Equal(isFirst ? [Ram, Ram] : [LeaRam, LeaRam], _device.LostRam);
    }

    [Fact]
    public void A_sector_that_is_switched_off_loses_its_contents_at_once_and_what_is_written_meanwhile()
    {
        _device.Write(Rcctl0, Password | 0x08);
        Assert.Equal([LeaRam], _device.LostRam);
        _device.Write(Rcctl0, Password);
        Assert.Equal([LeaRam, LeaRam], _device.LostRam);
    }

    [Fact]
    public void A_clock_that_is_kept_alive_keeps_RAM_too()
    {
        _device.Write(Rcctl0, Password | 0x01);
        _device.Modules.Clocks!.Smclk.Request();
        _device.Modules.StatusRegisterChanged(Lpm3);
        Assert.Empty(_device.LostRam);
        _device.Modules.Clocks.Smclk.Release();
        Assert.Equal([Ram], _device.LostRam);
    }

    [Fact]
    public void A_reset_switches_all_sectors_on()
    {
        _device.Write(Rcctl0, Password | 0x02);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.None);
        Assert.Equal(0x6900, _device.Read(Rcctl0));
        Assert.Equal(2, _device.LostRam.Count);
    }
}
