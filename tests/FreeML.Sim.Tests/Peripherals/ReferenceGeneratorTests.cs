using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>REF_A, driven through REFCTL0.</summary>
public sealed class ReferenceGeneratorTests
{
    private const uint Refctl0 = 0x01B0;
    private const int On = 0x0001;
    private const int Output = 0x0002;
    private const int Once = 0x0040;
    private const int Active = 0x0100;
    private const int Busy = 0x0400;
    private const int Ready = 0x1000;
    private const int BandGapReady = 0x2000;

    private readonly FakeDevice _device = new();

    [Fact]
    public void It_is_ready_75_us_after_it_was_switched_on()
    {
        Assert.Equal(0, _device.Read(Refctl0));
        _device.Write(Refctl0, On);
        Assert.Equal(Active, _device.Read(Refctl0) & (Active | Ready | BandGapReady));
        _device.Advance(SimTime.FromMicroseconds(75) - SimTime.FromNanoseconds(1));
        Assert.Equal(0, _device.Read(Refctl0) & Ready);
        _device.Advance(SimTime.FromNanoseconds(1));
        Assert.Equal(Ready | BandGapReady, _device.Read(Refctl0) & (Ready | BandGapReady));

        _device.Write(Refctl0, 0);
        Assert.Equal(0, _device.Read(Refctl0));
        Assert.Equal(75e-6, _device.Modules.Activities.AmountAt(ModuleActivity.Reference, _device.Now), 9);
    }

    [Fact]
    public void Another_level_has_to_settle_again()
    {
        _device.Write(Refctl0, On);
        _device.Advance(SimTime.FromMicroseconds(80));
        _device.Write(Refctl0, On | 0x20);
        Assert.Equal(0, _device.Read(Refctl0) & Ready);
        _device.Advance(SimTime.FromMicroseconds(80));
        Assert.Equal(Ready, _device.Read(Refctl0) & Ready);
    }

    [Fact]
    public void A_one_time_trigger_makes_it_ready_once()
    {
        _device.Write(Refctl0, Once);
        _device.Advance(SimTime.FromMicroseconds(80));
        Assert.Equal(Ready, _device.Read(Refctl0) & (Ready | Once));
    }

    [Fact]
    public void Its_settings_are_locked_during_a_conversion_that_uses_it()
    {
        _device.Write(Refctl0, On);
        _device.Advance(SimTime.FromMicroseconds(80));
        _device.Write(0x0820, 0x0102);
        _device.Write(0x0802, 0x0200);
        _device.Write(0x0800, 0x0310);
        _device.Write(0x0800, 0x0313);

        Assert.Equal(Busy, _device.Read(Refctl0) & Busy);
        _device.Write(Refctl0, 0x20);
        Assert.Equal(On, _device.Read(Refctl0) & 0xFF);
        _device.Advance(SimTime.FromMicroseconds(20));
        Assert.Equal(0, _device.Read(Refctl0) & Busy);
        _device.Write(Refctl0, On | 0x20);
        Assert.Equal(On | 0x20, _device.Read(Refctl0) & 0xFF);
        Assert.InRange(_device.Modules.Activities.AmountAt(ModuleActivity.ReferenceBuffer, _device.Now), 9e-6, 11e-6);
    }

    [Fact]
    public void Its_buffer_works_for_a_pin()
    {
        _device.Write(Refctl0, On | Output);
        _device.Advance(SimTime.FromMilliseconds(1));
        Assert.Equal(1e-3, _device.Modules.Activities.AmountAt(ModuleActivity.ReferenceBuffer, _device.Now), 9);
    }

    [Theory]
    [InlineData(0x00, 1.8, 1.2)]
    [InlineData(0x10, 2.2, 2.0)]
    [InlineData(0x10, 2.0, 1.8)]
    [InlineData(0x20, 2.6, 2.4)]
    [InlineData(0x30, 3.6, 2.5)]
    public void Too_low_a_supply_pulls_it_down(int level, double supply, double reference)
    {
        _device.SetVolts(supply, supply);
        _device.Write(Refctl0, On | level);
        _device.Advance(SimTime.FromMicroseconds(80));

        // The battery channel, half the supply, against the reference.
        _device.Write(0x0806, 0x0040);
        _device.Write(0x0820, 0x011F);
        _device.Write(0x0802, 0x0200);
        _device.Write(0x0800, 0x0310);
        _device.Write(0x0800, 0x0313);
        _device.Advance(SimTime.FromMicroseconds(20));
        Assert.InRange(_device.Read(0x0860), (supply / 2 / reference * 4096) - 1, (supply / 2 / reference * 4096) + 1);
    }
}
