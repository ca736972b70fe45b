using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Tests.Peripherals;

public class PortTests
{
    private const uint Pm5ctl0 = 0x0130;
    private const uint In = 0x0200;
    private const uint Out = 0x0202;
    private const uint Dir = 0x0204;
    private const uint Ren = 0x0206;
    private const uint Sel0 = 0x020A;
    private const uint Sel1 = 0x020C;
    private const uint P1iv = 0x020E;
    private const uint Selc = 0x0216;
    private const uint Ies = 0x0218;
    private const uint Ie = 0x021A;
    private const uint Ifg = 0x021C;
    private const uint P2iv = 0x021E;
    private const uint P1Vector = 0xFFDE;
    private const uint P2Vector = 0xFFD8;

    private readonly FakeDevice _device = new();

    public PortTests() => _device.Write(Pm5ctl0, 0);

    [Fact]
    public void After_power_up_every_port_register_reads_0_and_every_pin_floats()
    {
        FakeDevice device = new();
        for (uint offset = 0; offset < 0x20; offset += 2)
        {
            Assert.Equal(0, device.Read(In + offset));
        }

        Assert.All(device.Modules.Pins, pin => Assert.Equal(PinLevel.HighImpedance, pin.Level));
    }

    [Theory]
    [InlineData("msp430fr5994", 0x0202, "P1.0")]
    [InlineData("msp430fr5994", 0x0222, "P3.0")]
    [InlineData("msp430fr5994", 0x0242, "P5.0")]
    [InlineData("msp430fr5994", 0x0262, "P7.0")]
    [InlineData("msp430fr5994", 0x0322, "PJ.0")]
    [InlineData("msp430fr5969", 0x0222, "P3.0")]
    [InlineData("msp430fr6989", 0x0282, "P9.0")]
    public void Each_port_drives_its_own_pins(string name, uint output, string pin)
    {
        FakeDevice device = new(name);
        device.Write(Pm5ctl0, 0);
        device.Write(output + 2, 0x0001);
        Assert.Equal(PinLevel.Low, device.Modules.FindPin(pin)!.Level);
        device.Write(output, 0x0001);
        Assert.Equal(PinLevel.High, device.Modules.FindPin(pin)!.Level);
        Assert.Single(device.Modules.Pins, other => other.Level is not PinLevel.HighImpedance);
        Assert.Equal(1, device.Read(output - 2));
    }

    [Theory]
    [InlineData("msp430fr5994", 8, "P8.3")]
    [InlineData("msp430fr5969", 4, "P4.7")]
    [InlineData("msp430fr6989", 10, "P10.2")]
    public void Each_device_has_its_pins(string name, int ports, string last)
    {
        DeviceDescription device = DeviceCatalogue.Find(name);
        Assert.Equal(ports, device.Pins.Select(pin => pin.Port).Where(port => port != "PJ").Distinct().Count());
        Assert.Equal(last, device.Pins.Where(pin => pin.Port != "PJ").MaxBy(pin => (int.Parse(pin.Port[1..], null) * 8) + pin.Bit)!.Name);
        Assert.Equal(device.Pins.Count, device.Pins.Select(pin => pin.Name).Distinct().Count());
    }

    [Fact]
    public void The_odd_port_is_the_low_byte_and_the_even_one_the_high_byte()
    {
        _device.WriteByte(Dir, 0x80);
        _device.WriteByte(Dir + 1, 0x01);
        Assert.Equal(0x0180, _device.Read(Dir));
        _device.Write(Out, 0x0180);
        Assert.Equal(PinLevel.High, Level("P1.7"));
        Assert.Equal(PinLevel.High, Level("P2.0"));
        Assert.Equal(0x80, _device.Bus.ReadByte(In));
        Assert.Equal(0x01, _device.Bus.ReadByte(In + 1));
    }

    [Fact]
    public void Pins_stay_as_they_are_until_LOCKLPM5_is_cleared()
    {
        FakeDevice device = new();
        Pin led = device.Modules.FindPin("P1.0")!;
        device.Write(Out, 1);
        device.Write(Dir, 1);
        Assert.Equal((1, 1), (device.Read(Out), device.Read(Dir)));
        Assert.Equal(PinLevel.HighImpedance, led.Level);
        led.DriveOutside(PinLevel.High, device.Now);
        Assert.Equal(0, device.Read(In));
        led.DriveOutside(PinLevel.HighImpedance, device.Now);
        device.Write(Pm5ctl0, 0);
        Assert.Equal(PinLevel.High, led.Level);
        Assert.Equal(1, device.Read(In));
    }

    [Fact]
    public void A_PUC_makes_inputs_of_all_pins_and_keeps_PxOUT()
    {
        _device.Write(Dir, 1);
        _device.Write(Out, 1);
        _device.Write(Ren, 2);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        Assert.Equal(PinLevel.HighImpedance, Level("P1.0"));
        Assert.Equal((0, 1, 0), (_device.Read(Dir), _device.Read(Out), _device.Read(Ren)));
        _device.Write(Dir, 1);
        Assert.Equal(PinLevel.High, Level("P1.0"));
    }

    [Fact]
    public void A_BOR_lets_go_of_the_pins_until_they_are_unlocked_again()
    {
        _device.Write(Out, 1);
        _device.Write(Dir, 1);
        _device.Modules.Reset(ResetKind.Bor, ResetCause.BrownOut);
        _device.Write(Dir, 1);
        Assert.Equal(PinLevel.HighImpedance, Level("P1.0"));
        _device.Write(Pm5ctl0, 0);
        Assert.Equal(PinLevel.Low, Level("P1.0"));
    }

    [Fact]
    public void Without_supply_nothing_is_driven()
    {
        _device.Write(Out, 1);
        _device.Write(Dir, 1);
        _device.Modules.LosePower();
        Assert.Equal(PinLevel.HighImpedance, Level("P1.0"));
    }

    [Fact]
    public void A_resistor_pulls_where_PxOUT_says_and_gives_way_to_the_board()
    {
        _device.Write(Ren, 3);
        _device.Write(Out, 1);
        Assert.Equal((PinLevel.High, PinLevel.Low), (Level("P1.0"), Level("P1.1")));
        Assert.Equal(1, _device.Read(In));
        Drive("P1.0", PinLevel.Low);
        Drive("P1.1", PinLevel.High);
        Assert.Equal(2, _device.Read(In));
        Drive("P1.0", PinLevel.HighImpedance);
        Assert.Equal(3, _device.Read(In));
    }

    [Fact]
    public void A_floating_input_reads_as_it_did_last()
    {
        Drive("P1.3", PinLevel.High);
        Drive("P1.3", PinLevel.HighImpedance);
        Assert.Equal(PinLevel.HighImpedance, Level("P1.3"));
        Assert.Equal(8, _device.Read(In));
    }

    [Fact]
    public void An_output_wins_over_the_board()
    {
        Drive("P1.0", PinLevel.High);
        _device.Write(Dir, 1);
        Assert.Equal(PinLevel.Low, Level("P1.0"));
        _device.Write(Dir, 0);
        Assert.Equal(PinLevel.High, Level("P1.0"));
    }

    [Fact]
    public void PxIN_cannot_be_written()
    {
        _device.Write(In, 0xFFFF);
        Assert.Equal(0, _device.Read(In));
    }

    [Theory]
    [InlineData(0, true, 1)]
    [InlineData(0, false, 0)]
    [InlineData(1, true, 0)]
    [InlineData(1, false, 1)]
    public void The_selected_edge_sets_the_flag(int edgeSelect, bool rising, int flag)
    {
        Drive("P1.0", rising ? PinLevel.Low : PinLevel.High);
        _device.Write(Ies, edgeSelect);
        _device.Write(Ifg, 0);
        Drive("P1.0", rising ? PinLevel.High : PinLevel.Low);
        Assert.Equal(flag, _device.Read(Ifg));
    }

    [Theory]
    [InlineData(0, 1, 0, 1)]
    [InlineData(0, 1, 1, 0)]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, 0, 1, 1)]
    public void Writing_PxIES_sets_the_flag_where_the_guide_says_it_may(int before, int after, int level, int flag)
    {
        Drive("P1.0", level == 1 ? PinLevel.High : PinLevel.Low);
        _device.Write(Ies, before);
        _device.Write(Ifg, 0);
        _device.Write(Ies, after);
        Assert.Equal(flag, _device.Read(Ifg));
    }

    [Fact]
    public void A_flag_interrupts_when_enabled_whoever_set_it()
    {
        _device.Write(Ifg, 4);
        Assert.False(_device.Interrupts.IsRequested(P1Vector));
        _device.Write(Ie, 4);
        Assert.True(_device.Interrupts.IsRequested(P1Vector));
        _device.Write(Ifg, 0);
        Assert.False(_device.Interrupts.IsRequested(P1Vector));
    }

    [Fact]
    public void Serving_does_not_clear_the_flag_but_reading_PxIV_does_the_lowest_pin_first()
    {
        _device.Write(Ie, 0x0092);
        _device.Write(Ifg, 0x00FF);
        _device.Interrupts.Acknowledge(P1Vector);
        Assert.True(_device.Interrupts.IsRequested(P1Vector));
        Assert.Equal([4, 10, 16, 0], Enumerable.Range(0, 4).Select(_ => (int)_device.Read(P1iv)));
        Assert.False(_device.Interrupts.IsRequested(P1Vector));
        Assert.Equal(0x6D, _device.Read(Ifg));
    }

    [Fact]
    public void Reading_the_low_byte_of_PxIV_counts_and_the_high_byte_does_not()
    {
        _device.Write(Ie, 3);
        _device.Write(Ifg, 3);
        Assert.Equal(0, _device.Bus.ReadByte(P1iv + 1));
        Assert.Equal(2, _device.Bus.ReadByte(P1iv));
        Assert.Equal(4, _device.Bus.ReadByte(P1iv));
    }

    [Fact]
    public void Writing_PxIV_clears_the_highest_pending_flag()
    {
        _device.Write(Ie, 3);
        _device.Write(Ifg, 3);
        _device.Write(P1iv, 0);
        Assert.Equal(2, _device.Read(Ifg));
    }

    [Fact]
    public void Each_port_has_its_own_vector_and_IV_register()
    {
        _device.Write(Ie, 0x0800);
        _device.Write(Ifg, 0x0808);
        Assert.Equal(P2Vector, _device.Interrupts.Highest(true));
        Assert.Equal(0, _device.Read(P1iv));
        Assert.Equal(8, _device.Read(P2iv));
    }

    [Theory]
    [InlineData("msp430fr5994", 0x021A, 0x0001, 0xFFDE)]
    [InlineData("msp430fr5994", 0x021A, 0x0100, 0xFFD8)]
    [InlineData("msp430fr5994", 0x023A, 0x0001, 0xFFD2)]
    [InlineData("msp430fr5994", 0x023A, 0x0100, 0xFFD0)]
    [InlineData("msp430fr5994", 0x025A, 0x0001, 0xFFC6)]
    [InlineData("msp430fr5994", 0x025A, 0x0100, 0xFFC4)]
    [InlineData("msp430fr5994", 0x027A, 0x0001, 0xFFB8)]
    [InlineData("msp430fr5994", 0x027A, 0x0100, 0xFFB6)]
    [InlineData("msp430fr6989", 0x021A, 0x0001, 0xFFDA)]
    [InlineData("msp430fr6989", 0x023A, 0x0100, 0xFFCC)]
    public void Vectors_are_those_of_the_data_sheet(string name, uint enable, int bit, uint vector)
    {
        FakeDevice device = new(name);
        device.Write(enable, bit);
        device.Write(enable + 2, bit);
        Assert.Equal(vector, device.Interrupts.Highest(true));
    }

    [Fact]
    public void PJ_and_the_upper_ports_of_the_FR6989_have_no_interrupts()
    {
        FakeDevice device = new("msp430fr6989");
        device.Write(0x025A, 0xFFFF);
        device.Write(0x033A, 0xFFFF);
        Assert.Equal((0, 0), (device.Read(0x025A), device.Read(0x033A)));
    }

    [Fact]
    public void PxSELC_toggles_both_select_bits_at_once_and_reads_0()
    {
        _device.Write(Sel0, 0x0101);
        _device.Write(Sel1, 0x0100);
        _device.WriteByte(Selc, 0x03);
        Assert.Equal((0x0102, 0x0103, 0), (_device.Read(Sel0), _device.Read(Sel1), _device.Read(Selc)));
    }

    [Fact]
    public void A_module_output_drives_its_pin_when_it_is_selected_and_the_direction_is_out()
    {
        Signal output = _device.Modules.Signals["RTCCLK"].DrivenBy();
        output.Set(true, _device.Now);
        _device.Write(Sel1, 1);
        Assert.Equal(PinLevel.HighImpedance, Level("P1.0"));
        _device.Write(Dir, 1);
        Assert.Equal(PinLevel.High, Level("P1.0"));
        output.Set(false, _device.Now);
        Assert.Equal(PinLevel.Low, Level("P1.0"));
        Assert.False(output.IsObserved);
    }

    [Fact]
    public void An_output_function_without_a_module_is_tied_low()
    {
        _device.Write(Out, 1);
        _device.Write(Dir, 1);
        _device.Write(Sel1, 1);
        Assert.Equal(PinLevel.Low, Level("P1.0"));
    }

    [Fact]
    public void A_module_output_is_followed_edge_by_edge_only_while_somebody_listens_to_the_pin()
    {
        Signal output = _device.Modules.Signals["RTCCLK"].DrivenBy();
        _device.Write(Sel1, 1);
        _device.Write(Dir, 1);
        List<(PinLevel Level, SimTime Time)> heard = [];
        void Hear(PinLevel level, SimTime time) => heard.Add((level, time));
        Pin pin = _device.Modules.FindPin("P1.0")!;
        pin.Changed += Hear;
        Assert.True(output.IsObserved);
        output.Set(true, SimTime.FromMicroseconds(3));
        pin.Changed -= Hear;
        Assert.False(output.IsObserved);
        output.Set(false, SimTime.FromMicroseconds(4));
        Assert.Equal([(PinLevel.High, SimTime.FromMicroseconds(3))], heard);
    }

    [Fact]
    public void Its_edges_raise_the_pins_interrupt_when_enabled()
    {
        Signal output = _device.Modules.Signals["RTCCLK"].DrivenBy();
        _device.Write(Sel1, 1);
        _device.Write(Dir, 1);
        _device.Write(Ie, 1);
        output.Set(true, _device.Now);
        Assert.True(_device.Interrupts.IsRequested(P1Vector));
        _device.Write(Ie, 0);
        Assert.False(output.IsObserved);
    }

    [Fact]
    public void A_selected_input_hears_the_pin_and_keeps_the_last_level_afterwards()
    {
        Signal input = _device.Modules.Signals["TA0.CCI1A"];
        Drive("P1.0", PinLevel.High);
        Assert.False(input.Level);
        _device.Write(Sel0, 1);
        Assert.True(input.Level);
        Drive("P1.0", PinLevel.Low);
        Assert.False(input.Level);
        Drive("P1.0", PinLevel.High);
        _device.Write(Sel0, 0);
        Drive("P1.0", PinLevel.Low);
        Assert.True(input.Level);
    }

    [Fact]
    public void A_serial_input_rests_high_while_its_pin_floats()
    {
        Signal input = _device.Modules.Signals["UCA0RXD"];
        _device.Write(Sel1, 0x0200);
        Assert.True(input.Level);
        Drive("P2.1", PinLevel.Low);
        Assert.False(input.Level);
    }

    [Fact]
    public void A_clock_comes_out_with_an_edge_each_half_period_and_costs_nothing_while_nobody_listens()
    {
        _device.Write(0x0164, 0x0133);
        _device.WriteByte(Out + 0x20, 0);
        _device.Write(0x0224, 0x0010);
        _device.Write(0x022C, 0x0010);
        _device.Write(0x015C, 0x5A80);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
        List<SimTime> edges = [];
        _device.Modules.FindPin("P3.4")!.Changed += (_, time) => edges.Add(time);
        _device.Advance(SimTime.FromMicroseconds(10) - SimTime.FromPicoseconds(1));
        Assert.Equal(19, edges.Count);
        Assert.All(edges.Zip(edges.Skip(1)), pair => Assert.Equal(SimTime.FromNanoseconds(500), pair.Second - pair.First));
        _device.Modules.StatusRegisterChanged(0x00D0);
        Assert.Equal(PinLevel.Low, Level("P3.4"));
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void A_serial_output_drives_its_pin_whatever_PxDIR_says()
    {
        FakeDevice device = new();
        device.Write(Pm5ctl0, 0);
        Signal output = device.Modules.Signals["UCB1SOMI"].DrivenBy();
        output.Set(true, device.Now);
        device.Write(0x024A, 0x0002);
        Assert.Equal(PinLevel.High, device.Modules.FindPin("P5.1")!.Level);
    }

    [Fact]
    public void An_analog_function_disconnects_driver_resistor_and_input()
    {
        _device.Write(Dir, 1);
        _device.Write(Out, 1);
        _device.Write(Sel0, 1);
        _device.Write(Sel1, 1);
        Assert.Equal(PinLevel.HighImpedance, Level("P1.0"));
        Drive("P1.0", PinLevel.High);
        Assert.Equal(0, _device.Read(In));
        _device.Write(Sel0, 0);
        _device.Write(Dir, 0);
        Assert.Equal(1, _device.Read(In));
    }

    [Fact]
    public void The_crystal_pins_follow_the_select_bits_of_the_input_pin()
    {
        FakeDevice device = new(options: new DeviceOptions { HasLfxt = true });
        device.Write(0x032A, 0x0020);
        Assert.False(Runs(device));
        device.Write(0x032A, 0x0030);
        device.Write(0x032C, 0x0010);
        Assert.False(Runs(device));
        device.Write(0x032C, 0x0000);
        Assert.True(Runs(device));

        static bool Runs(FakeDevice device)
        {
            device.Write(0x0160, 0xA500);
            device.Write(0x016A, device.Read(0x016A) & ~1);
            device.Advance(SimTime.FromSeconds(2L));
            device.Write(0x016A, device.Read(0x016A) & ~1);
            return (device.Read(0x016A) & 1) == 0;
        }
    }

    [Fact]
    public void Nothing_about_the_ports_is_reported_as_not_modelled()
    {
        for (uint offset = 0; offset < 0x20; offset += 2)
        {
            _device.Write(In + offset, 0x5555);
            _ = _device.Read(In + offset);
        }

        Assert.All(_device.Bus.UnmodelledTouched, touched => Assert.Contains("+", touched.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_pin_table_with_a_wrong_line_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => PinDescription.ParseTable("P1.0 - -"));
        Assert.Throws<InvalidOperationException>(() => PinFunction.Parse("TA0.1"));
    }

    private PinLevel Level(string pin) => _device.Modules.FindPin(pin)!.Level;

    private void Drive(string pin, PinLevel level) => _device.Modules.FindPin(pin)!.DriveOutside(level, _device.Now);
}
