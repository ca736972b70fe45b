using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>ADC12_B, driven through its registers. MODCLK is 4.8 MHz: a clock is 208.3 ns.</summary>
public sealed class Adc12Tests
{
    private const uint Ctl0 = 0x0800;
    private const uint Ctl1 = 0x0802;
    private const uint Ctl2 = 0x0804;
    private const uint Ctl3 = 0x0806;
    private const uint Lo = 0x0808;
    private const uint Hi = 0x080A;
    private const uint Ifgr0 = 0x080C;
    private const uint Ifgr1 = 0x080E;
    private const uint Ifgr2 = 0x0810;
    private const uint Ier0 = 0x0812;
    private const uint Ier2 = 0x0816;
    private const uint Iv = 0x0818;
    private const uint Mctl = 0x0820;
    private const uint Mem = 0x0860;
    private const uint Refctl0 = 0x01B0;
    private const uint Vector = 0xFFEC;

    private const int Sc = 0x0001;
    private const int Enc = 0x0002;
    private const int On = 0x0010;
    private const int Msc = 0x0080;
    private const int Sht32 = 0x0300;
    private const int Busy = 0x0001;
    private const int Sequence = 0x0002;
    private const int RepeatSingle = 0x0004;
    private const int RepeatSequence = 0x0006;
    private const int PulseMode = 0x0200;
    private const int Eos = 0x0080;
    private const int Vref = 0x0100;
    private const int Differential = 0x2000;
    private const int Window = 0x4000;
    private const int Battery = 31;
    private const int Temperature = 30;

    private readonly FakeDevice _device = new();

    private static SimTime Clocks(int clocks) => ClockRate.FromHertz(4_800_000).CyclesToTime(clocks);

    [Fact]
    public void Registers_have_the_guides_reset_values()
    {
        Assert.Equal(0x0000, _device.Read(Ctl0));
        Assert.Equal(0x0000, _device.Read(Ctl1));
        Assert.Equal(0x0020, _device.Read(Ctl2));
        Assert.Equal(0x0000, _device.Read(Ctl3));
        Assert.Equal(0x0FFF, _device.Read(Hi));
        Assert.Equal(0, _device.Read(Iv));
    }

    [Fact]
    public void A_single_conversion_takes_its_sample_time_fourteen_clocks_and_one()
    {
        Connect("P1.2", VoltageMix.Of(1.5));
        Setup(PulseMode, 2);

        Start();
        Assert.Equal(Busy, _device.Read(Ctl1) & Busy);
        _device.Advance(Clocks(32 + 14 + 1) - SimTime.FromPicoseconds(1000));
        Assert.Equal(0, _device.Read(Ifgr0));
        _device.Advance(SimTime.FromPicoseconds(2000));

        Assert.Equal(1, _device.Read(Ifgr0));
        Assert.Equal(0, _device.Read(Ctl1) & Busy);
        Assert.Equal(2048, _device.Read(Mem));
        Assert.Equal(0, _device.Read(Ifgr0));
    }

    [Theory]
    [InlineData(0, 10, 128)]
    [InlineData(1, 12, 512)]
    [InlineData(2, 14, 2048)]
    public void A_resolution_has_its_own_conversion_time_and_full_scale(int resolution, int clocks, int half)
    {
        Connect("P1.2", VoltageMix.Of(1.5));
        _device.Write(Ctl2, resolution << 4);
        Setup(PulseMode, 2);

        Start();
        _device.Advance(Clocks(32 + clocks));
        Assert.Equal(0, _device.Read(Ifgr0));
        _device.Advance(Clocks(1));

        Assert.Equal(half, _device.Read(Mem));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 8)]
    [InlineData(5, 96)]
    [InlineData(10, 512)]
    public void Memories_8_to_23_have_the_other_sample_time(int code, int clocks)
    {
        _device.Write(Ctl3, 8);
        _device.Write(Mctl + 16, 2);
        _device.Write(Ctl1, PulseMode);
        _device.Write(Ctl0, On | (code << 12) | 0x0A00);
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc | Sc);

        _device.Advance(Clocks(clocks + 15) - SimTime.FromPicoseconds(1000));
        Assert.Equal(0, _device.Read(Ifgr0));
        _device.Advance(SimTime.FromPicoseconds(2000));
        Assert.Equal(0x0100, _device.Read(Ifgr0));
    }

    [Fact]
    public void Dividers_slow_the_clock_and_the_other_clocks_can_be_chosen()
    {
        // SMCLK is 1 MHz after reset; /4 and /2.
        Setup(PulseMode | (3 << 3) | (1 << 13) | (1 << 5), 2);
        Start();

        _device.Advance(SimTime.FromMicroseconds(8 * 47) - SimTime.FromNanoseconds(1));
        Assert.Equal(0, _device.Read(Ifgr0));
        _device.Advance(SimTime.FromNanoseconds(2));
        Assert.Equal(1, _device.Read(Ifgr0));
    }

    [Fact]
    public void MODCLK_runs_only_while_it_converts()
    {
        Setup(PulseMode, 2);
        Assert.Equal(0, _device.Modules.Clocks!.Modclk.Requests);
        Start();
        Assert.Equal(1, _device.Modules.Clocks.Modclk.Requests);
        _device.Advance(Clocks(48));
        Assert.Equal(0, _device.Modules.Clocks.Modclk.Requests);
        Assert.InRange(_device.Modules.Activities.AmountAt(ModuleActivity.AdcConversion, _device.Now), 9.7e-6, 9.9e-6);
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.0003, 0)]
    [InlineData(0.0004, 1)]
    [InlineData(2.9999, 4095)]
    [InlineData(3.3, 4095)]
    [InlineData(-0.1, 0)]
    public void Results_round_to_the_nearest_code_and_clip(double volts, int code)
    {
        Connect("P1.2", VoltageMix.Of(volts));
        Setup(PulseMode, 2);

        Assert.Equal(code, Convert());
    }

    [Fact]
    public void Signed_results_are_left_justified()
    {
        Connect("P1.2", VoltageMix.Of(0.75));
        _device.Write(Ctl2, 0x0028);
        Setup(PulseMode, 2);

        // A quarter of the range is half of the way down from its middle.
        Assert.Equal(0xC000, Convert());
    }

    [Theory]
    [InlineData(1.0, 0.5, 2048 + 341)]
    [InlineData(0.5, 1.0, 2048 - 341)]
    public void A_differential_channel_measures_the_pair(double plus, double minus, int code)
    {
        Connect("P1.2", VoltageMix.Of(plus));
        Connect("P1.3", VoltageMix.Of(minus));
        Setup(PulseMode, 2 | Differential);

        Assert.Equal(code, Convert());
    }

    [Fact]
    public void The_battery_channel_is_half_the_supply()
    {
        _device.SetVolts(2.4, 2.4);
        _device.Write(Ctl3, 0x0040);
        Setup(PulseMode, Battery | Vref);
        _device.Write(Refctl0, 0x0011);
        _device.Advance(SimTime.FromMicroseconds(80));

        Assert.Equal((int)((1.2 / 2.0 * 4096) + 0.5), Convert());
    }

    [Fact]
    public void The_sensor_gives_what_the_device_descriptor_says_of_30_degrees()
    {
        FakeDevice device = new(options: new DeviceOptions { Celsius = 30 });
        device.Write(Ctl3, 0x0080);
        device.Write(Mctl, Temperature | Vref);
        device.Write(Ctl1, PulseMode);
        device.Write(Ctl0, On | Sht32);
        device.Write(Ctl0, On | Sht32 | Enc | Sc);
        device.Advance(SimTime.FromMilliseconds(1));

        Assert.InRange(device.Read(Mem), 2644, 2646);
    }

    [Fact]
    public void A_reference_that_is_off_is_asked_for_and_waited_for()
    {
        Connect("P1.2", VoltageMix.Of(0.6));
        Setup(PulseMode, 2 | Vref);
        _device.Write(Ier2, 0x0040);
        Start();

        Assert.Equal(0x0500, _device.Read(Refctl0) & 0x1500);
        _device.Advance(SimTime.FromMicroseconds(74));
        Assert.Equal(0, _device.Read(Ifgr2) & 0x40);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0x4C, _device.Read(Iv));
        _device.Advance(Clocks(48));

        Assert.Equal(2048, _device.Read(Mem));
        Assert.Equal(0, _device.Read(Refctl0) & 0x1500);
    }

    [Fact]
    public void External_references_are_pins()
    {
        Connect("P1.1", VoltageMix.Of(2.0));
        Connect("P1.0", VoltageMix.Of(1.0));
        Connect("P1.2", VoltageMix.Of(1.25));
        Setup(PulseMode, 2 | 0x0E00);
        Assert.Equal(1024, Convert());

        Setup(PulseMode, 2 | 0x0400);
        Assert.Equal(2560, Convert());
    }

    [Fact]
    public void A_sequence_goes_through_its_memories_to_the_last_one()
    {
        Connect("P1.2", VoltageMix.Of(0.75));
        Connect("P1.3", VoltageMix.Of(1.5));
        Connect("P1.4", VoltageMix.Of(2.25));
        Sequence3(Sequence, Msc);

        Start();
        _device.Advance(Clocks(2 * 47) + SimTime.FromNanoseconds(1));
        Assert.Equal(0b011, _device.Read(Ifgr0));
        Assert.Equal(Busy, _device.Read(Ctl1) & Busy);
        _device.Advance(Clocks(47));

        Assert.Equal(0b111, _device.Read(Ifgr0));
        Assert.Equal(0, _device.Read(Ctl1) & Busy);
        Assert.Equal(1024, _device.Read(Mem));
        Assert.Equal(2048, _device.Read(Mem + 2));
        Assert.Equal(3072, _device.Read(Mem + 4));
    }

    [Fact]
    public void Without_MSC_each_conversion_of_a_sequence_wants_its_own_trigger()
    {
        Sequence3(Sequence, 0);
        Start();
        _device.Advance(Clocks(200));
        Assert.Equal(0b001, _device.Read(Ifgr0));
        Assert.Equal(Busy, _device.Read(Ctl1) & Busy);

        _device.Write(Ctl0, _device.Read(Ctl0) | Sc);
        _device.Advance(Clocks(200));
        Assert.Equal(0b011, _device.Read(Ifgr0));
    }

    [Fact]
    public void A_repeated_channel_converts_until_ENC_is_cleared()
    {
        Setup(PulseMode | RepeatSingle, 2, Msc);
        Start();
        _device.Advance(Clocks(47 * 10) + SimTime.FromNanoseconds(10));

        // Nobody read the results.
        Assert.Equal(0x10, _device.Read(Ifgr2) & 0x10);
        _device.Write(Ctl0, _device.Read(Ctl0) & ~Enc);
        Assert.Equal(Busy, _device.Read(Ctl1) & Busy);
        _device.Advance(Clocks(47));
        Assert.Equal(0, _device.Read(Ctl1) & Busy);
    }

    [Fact]
    public void A_repeated_sequence_ends_after_its_last_conversion_once_ENC_is_cleared()
    {
        Sequence3(RepeatSequence, Msc);
        Start();
        _device.Advance(Clocks((47 * 3) + 10));
        _ = _device.Read(Mem);
        _ = _device.Read(Mem + 2);
        _ = _device.Read(Mem + 4);
        _device.Write(Ctl0, _device.Read(Ctl0) & ~Enc);
        _device.Advance(Clocks(47 * 5));

        Assert.Equal(0b111, _device.Read(Ifgr0));
        Assert.Equal(0, _device.Read(Ifgr2));
        Assert.Equal(0, _device.Read(Ctl1) & Busy);
    }

    [Fact]
    public void A_timers_output_triggers_and_a_single_conversion_wants_ENC_toggled()
    {
        Connect("P1.2", VoltageMix.Of(1.5));
        Setup(PulseMode | (1 << 10), 2);
        Signal timer = _device.Modules.Signals["TA0.1"];
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc);

        Edge(timer);
        Assert.Equal(2048, _device.Read(Mem));
        Edge(timer);
        Assert.Equal(0, _device.Read(Ifgr0));
        _device.Write(Ctl0, _device.Read(Ctl0) & ~Enc);
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc);
        Edge(timer);
        Assert.Equal(1, _device.Read(Ifgr0));
    }

    [Fact]
    public void A_repeated_channel_takes_a_sample_for_each_edge_of_the_timer()
    {
        Setup(PulseMode | (4 << 10) | RepeatSingle, 2);
        Signal timer = _device.Modules.Signals["TA1.1"];
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc);

        for (int n = 0; n < 5; n++)
        {
            Edge(timer);
            Assert.Equal(1, _device.Read(Ifgr0));
            _ = _device.Read(Mem);
        }
    }

    [Fact]
    public void In_extended_mode_the_trigger_is_the_sampling_time()
    {
        Connect("P1.2", VoltageMix.Of(1.5));
        Setup(1 << 10, 2);
        Signal timer = _device.Modules.Signals["TA0.1"];
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc);

        timer.Set(true, _device.Now);
        _device.Advance(SimTime.FromMilliseconds(1));
        Assert.Equal(Busy, _device.Read(Ctl1) & Busy);
        Connect("P1.2", VoltageMix.Of(0.75));
        timer.Set(false, _device.Now);
        _device.Advance(Clocks(15) + SimTime.FromNanoseconds(1));

        Assert.Equal(1024, _device.Read(Mem));
    }

    [Fact]
    public void In_extended_mode_software_ends_the_sampling_by_clearing_SC()
    {
        Setup(0, 2);
        Start();
        _device.Advance(SimTime.FromMilliseconds(1));
        Assert.Equal(Sc, _device.Read(Ctl0) & Sc);
        _device.Write(Ctl0, _device.Read(Ctl0) & ~Sc);
        _device.Advance(Clocks(16));

        Assert.Equal(1, _device.Read(Ifgr0));
    }

    [Fact]
    public void A_trigger_during_a_conversion_is_a_time_overflow()
    {
        Setup(PulseMode, 2);
        _device.Write(Ier2, 0x20);
        Start();
        _device.Write(Ctl0, _device.Read(Ctl0) | Sc);

        Assert.True(_device.Interrupts.IsRequested(Vector));
        Assert.Equal(4, _device.Read(Iv));
        Assert.False(_device.Interrupts.IsRequested(Vector));
    }

    [Fact]
    public void A_result_that_nobody_read_is_an_overflow()
    {
        Setup(PulseMode, 2);
        _device.Write(Ier2, 0x10);
        Start();
        _device.Advance(Clocks(50));
        Start();
        _device.Advance(Clocks(50));

        Assert.Equal(2, _device.Read(Iv));
    }

    [Theory]
    [InlineData(0.5, 8, 0x04)]
    [InlineData(1.5, 10, 0x02)]
    [InlineData(2.5, 6, 0x08)]
    public void The_window_comparator_tells_below_inside_and_above(double volts, int vector, int flag)
    {
        Connect("P1.2", VoltageMix.Of(volts));
        _device.Write(Lo, 1365);
        _device.Write(Hi, 2730);
        _device.Write(Ier2, 0x0E);
        Setup(PulseMode, 2 | Window);
        Start();
        _device.Advance(Clocks(50));

        Assert.Equal(flag, _device.Read(Ifgr2));
        Assert.Equal(vector, _device.Read(Iv));
        Assert.Equal(0, _device.Read(Ifgr2));
    }

    [Fact]
    public void The_window_of_signed_results_is_signed()
    {
        Connect("P1.2", VoltageMix.Of(0.75));
        _device.Write(Ctl2, 0x0028);
        _device.Write(Lo, 0xE000);
        _device.Write(Hi, 0x2000);
        Setup(PulseMode, 2 | Window);
        Start();
        _device.Advance(Clocks(50));

        Assert.Equal(0x04, _device.Read(Ifgr2));
    }

    [Fact]
    public void The_flag_of_a_result_stays_until_the_result_is_read()
    {
        Setup(PulseMode, 2);
        _device.Write(Ier0, 1);
        Start();
        _device.Advance(Clocks(50));

        Assert.True(_device.Interrupts.IsRequested(Vector));
        Assert.Equal(0x0C, _device.Read(Iv));
        Assert.Equal(0x0C, _device.Read(Iv));
        _ = _device.Read(Mem);
        Assert.Equal(0, _device.Read(Iv));
        Assert.False(_device.Interrupts.IsRequested(Vector));
    }

    [Fact]
    public void Writing_the_vector_clears_all_flags()
    {
        Setup(PulseMode, 2);
        Start();
        _device.Advance(Clocks(50));
        _device.Write(Iv, 0);

        Assert.Equal(0, _device.Read(Ifgr0));
        Assert.Equal(0, _device.Read(Ifgr1));
    }

    [Fact]
    public void While_ENC_is_set_the_settings_stay()
    {
        Setup(PulseMode, 2);
        _device.Write(Ctl0, _device.Read(Ctl0) | Enc);
        _device.Write(Ctl1, 0x7FF8);
        _device.Write(Ctl2, 0);
        _device.Write(Mctl, 7);
        _device.Write(Ctl0, On | Enc | 0xFF80);

        Assert.Equal(PulseMode, _device.Read(Ctl1));
        Assert.Equal(0x20, _device.Read(Ctl2));
        Assert.Equal(2, _device.Read(Mctl));
        Assert.Equal(On | Enc | Sht32, _device.Read(Ctl0));
    }

    [Fact]
    public void Switching_it_off_aborts()
    {
        Setup(PulseMode, 2);
        Start();
        _device.Write(Ctl0, Enc);
        Assert.Equal(0, _device.Read(Ctl1) & Busy);
        _device.Advance(SimTime.FromMilliseconds(1));
        Assert.Equal(0, _device.Read(Ifgr0));
    }

    [Fact]
    public void The_end_of_a_sequence_is_what_DMA_hears()
    {
        int count = 0;
        _device.Modules.Adc!.ConversionEnded.Fired += _ => count++;
        Sequence3(Sequence, Msc);
        Start();
        _device.Advance(Clocks(47 * 4));
        Assert.Equal(1, count);
    }

    [Fact]
    public void A_recorded_voltage_is_taken_at_the_end_of_the_sampling_time()
    {
        // 1 V/ms from 1 V on; the sampling of 512 clocks ends at 106.7 us.
        _device.Modules.Analog.Connect(_device.Modules.FindPin("P1.2")!, new AnalogSource(VoltageMix.Of(0), new Waveform([SimTime.Zero, SimTime.FromMilliseconds(2)], [1.0, 3.0])));
        _device.Write(Mctl, 2);
        _device.Write(Ctl1, PulseMode);
        _device.Write(Ctl0, On | 0x0A00);
        _device.Write(Ctl0, On | 0x0A00 | Enc | Sc);
        _device.Advance(SimTime.FromMilliseconds(1));

        Assert.Equal((int)((1.1066667 / 3 * 4096) + 0.5), _device.Read(Mem));
    }

    private void Connect(string pin, VoltageMix volts) => _device.Modules.Analog.Connect(_device.Modules.FindPin(pin)!, new AnalogSource(volts));

    private void Setup(int control1, int memoryControl, int more = 0)
    {
        _device.Write(Ctl0, 0);
        _device.Write(Mctl, memoryControl);
        _device.Write(Ctl1, control1);
        _device.Write(Ctl0, On | Sht32 | more);
    }

    private void Sequence3(int mode, int more)
    {
        Setup(PulseMode | mode, 2, more);
        _device.Write(Mctl + 2, 3);
        _device.Write(Mctl + 4, 4 | Eos);
    }

    private void Start() => _device.Write(Ctl0, _device.Read(Ctl0) | Enc | Sc);

    private int Convert()
    {
        Start();
        _device.Advance(SimTime.FromMicroseconds(200));
        return _device.Read(Mem);
    }

    private void Edge(Signal timer)
    {
        timer.Set(true, _device.Now);
        _device.Advance(SimTime.FromMicroseconds(50));
        timer.Set(false, _device.Now);
        _device.Advance(SimTime.FromMicroseconds(50));
    }
}
