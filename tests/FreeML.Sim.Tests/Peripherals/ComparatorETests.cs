using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>COMP_E, driven through its registers.</summary>
public sealed class ComparatorETests
{
    private const uint Ctl0 = 0x08C0;
    private const uint Ctl1 = 0x08C2;
    private const uint Ctl2 = 0x08C4;
    private const uint Int = 0x08CC;
    private const uint Iv = 0x08CE;
    private const uint Vector = 0xFFF8;
    private const int PlusEnable = 0x0080;
    private const int Out = 0x0001;
    private const int Invert = 0x0002;
    private const int Filter = 0x0004;
    private const int FallingEdge = 0x0008;
    private const int Short = 0x0010;
    private const int On = 0x0400;
    private const int Normal = 0x0100;
    private const int UltraLow = 0x0200;
    private const int SupplyLadder = 0x0040;
    private const int ReferenceLadder = 0x0080;
    private const int ReferenceDirect = 0x00C0;
    private const int OnMinus = 0x0020;
    private const int Flag = 0x0001;
    private const int InverseFlag = 0x0002;
    private const int ReadyFlag = 0x0010;
    private const int Enable = 0x0100;
    private const int InverseEnable = 0x0200;

    private readonly FakeDevice _device = new();

    [Fact]
    public void Everything_is_off_after_reset()
    {
        foreach (uint address in new uint[] { Ctl0, Ctl1, Ctl2, 0x08C6, Int, Iv })
        {
            Assert.Equal(0, _device.Read(address));
        }
    }

    [Fact]
    public void A_pin_against_half_the_supply()
    {
        Connect("P1.1", 1.6);
        Start(plus: 1, SupplyLadder | OnMinus | Both(15));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);

        Connect("P1.1", 1.4);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        _device.SetVolts(2.6, 2.6);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
    }

    [Fact]
    public void A_divider_of_the_supply_against_the_shared_reference_waits_for_it_to_settle()
    {
        _device.Modules.Analog.Connect(_device.Modules.FindPin("P3.0")!, new AnalogSource(VoltageMix.Supply * 0.5));
        Start(plus: 12, ReferenceDirect | OnMinus | (1 << 13));
        Assert.Equal(0, _device.Read(Int) & ReadyFlag);
        _device.Advance(SimTime.FromMicroseconds(80));
        Assert.Equal(ReadyFlag, _device.Read(Int) & ReadyFlag);
        Assert.Equal(Out, _device.Read(Ctl1) & Out);

        _device.SetVolts(2.39, 2.39);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        Assert.Equal(0x1500 & 0x0100, _device.Read(0x01B0) & 0x0100);
        _device.Write(Ctl1, 0);
        Assert.Equal(0, _device.Read(0x01B0) & 0x0100);
    }

    [Theory]
    [InlineData(0, 0.0625)]
    [InlineData(15, 1.0)]
    [InlineData(31, 2.0)]
    public void The_reference_ladder_has_32_steps(int step, double volts)
    {
        Connect("P1.1", volts + 0.01);
        Start(plus: 1, ReferenceLadder | OnMinus | (2 << 13) | Both(step));
        _device.Advance(SimTime.FromMicroseconds(100));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
        Connect("P1.1", volts - 0.01);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0, _device.Read(Ctl1) & Out);
    }

    [Fact]
    public void Two_steps_of_the_ladder_make_hysteresis()
    {
        // CEOUT 0: 2.0625 V; CEOUT 1: 0.9375 V.
        Start(plus: 1, SupplyLadder | OnMinus | 21 | (9 << 8));
        Assert.Equal([false, false, true, true, true, false], new[] { 0.5, 2.0, 2.1, 1.5, 1.0, 0.9 }.Select(Level));
    }

    [Fact]
    public void The_manual_choice_overrules_the_output()
    {
        Connect("P1.1", 1.5);
        Start(plus: 1, SupplyLadder | OnMinus | 21 | (9 << 8), 0x1000);
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        _device.Write(Ctl1, _device.Read(Ctl1) | 0x0800);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
    }

    [Fact]
    public void The_reference_can_be_on_the_plus_side()
    {
        Connect("P1.2", 1.0);
        _device.Write(Ctl0, 0x8000 | (2 << 8));
        _device.Write(Ctl2, SupplyLadder | Both(15));
        _device.Write(Ctl1, On);
        _device.Advance(SimTime.FromMicroseconds(2));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
    }

    [Theory]
    [InlineData(0, Flag, InverseFlag)]
    [InlineData(FallingEdge, InverseFlag, Flag)]
    public void CEIES_says_which_edge_raises_which_flag(int edge, int rising, int falling)
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15), edge);
        _device.Write(Int, 0);
        Level(2.0);
        Assert.Equal(rising, _device.Read(Int) & 3);
        _device.Write(Int, 0);
        Level(1.0);
        Assert.Equal(falling, _device.Read(Int) & 3);
    }

    [Fact]
    public void The_vector_reports_and_clears_the_flags()
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15));
        _device.Write(Int, Enable | InverseEnable);
        Level(2.0);
        Assert.True(_device.Interrupts.IsRequested(Vector));
        Level(1.0);
        Assert.Equal(2, _device.Read(Iv));
        Assert.Equal(4, _device.Read(Iv));
        Assert.Equal(0, _device.Read(Iv));
        Assert.False(_device.Interrupts.IsRequested(Vector));
    }

    [Fact]
    public void The_output_can_be_inverted_and_leaves_the_chip_as_COUT()
    {
        Signal output = _device.Modules.Signals["COUT"];
        Connect("P1.1", 2.0);
        Start(plus: 1, SupplyLadder | OnMinus | Both(15));
        Assert.True(output.Level);
        _device.Write(Ctl1, _device.Read(Ctl1) | Invert);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        Assert.False(output.Level);
    }

    [Theory]
    [InlineData(0, 330)]
    [InlineData(Normal, 410)]
    [InlineData(UltraLow, 10_000)]
    [InlineData(Filter, 330 + 450)]
    [InlineData(Filter | 0xC0, 330 + 3600)]
    public void The_output_comes_after_the_delay_of_mode_and_filter(int mode, int nanoseconds)
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15), mode);
        Connect("P1.1", 2.0);
        _device.Advance(SimTime.FromNanoseconds(nanoseconds - 1));
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        _device.Advance(SimTime.FromNanoseconds(1));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
    }

    [Fact]
    public void What_is_gone_before_the_filters_delay_is_not_seen()
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15), Filter | 0xC0);
        Connect("P1.1", 2.0);
        _device.Advance(SimTime.FromMicroseconds(3));
        Connect("P1.1", 1.0);
        _device.Advance(SimTime.FromMicroseconds(10));
        Assert.Equal(0, _device.Read(Int) & 3);
    }

    [Fact]
    public void Shorted_inputs_leave_the_output_as_it_is()
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15));
        _device.Write(Ctl1, _device.Read(Ctl1) | Short);
        Level(2.0);
        Assert.Equal(0, _device.Read(Ctl1) & Out);
        _device.Write(Ctl1, _device.Read(Ctl1) & ~Short);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(Out, _device.Read(Ctl1) & Out);
    }

    [Fact]
    public void A_recorded_voltage_is_met_at_its_crossing()
    {
        List<SimTime> edges = [];
        _device.Modules.Signals["COUT"].Changed += (_, time) => edges.Add(time);
        _device.Modules.Analog.Connect(
            _device.Modules.FindPin("P1.1")!,
            new AnalogSource(VoltageMix.Of(0), new Waveform([SimTime.Zero, SimTime.FromMilliseconds(10), SimTime.FromMilliseconds(20)], [0, 3, 0])));
        Start(plus: 1, SupplyLadder | OnMinus | Both(15));
        _device.Advance(SimTime.FromMilliseconds(30));

        Assert.Equal(2, edges.Count);
        Assert.InRange(edges[0].TotalSeconds, 5e-3 + 0.33e-6 - 1e-9, 5e-3 + 0.33e-6 + 1e-9);
        Assert.InRange(edges[1].TotalSeconds, 15e-3 + 0.33e-6 - 1e-9, 15e-3 + 0.33e-6 + 1e-9);
    }

    [Fact]
    public void It_tells_which_supply_voltage_it_waits_for()
    {
        Assert.Null(_device.Modules.Analog.Watch);
        _device.Modules.Analog.Connect(_device.Modules.FindPin("P1.1")!, new AnalogSource(VoltageMix.Buffer * 0.25));
        Start(plus: 1, ReferenceDirect | OnMinus | (1 << 13));
        _device.Advance(SimTime.FromMicroseconds(100));

        VoltageWatch watch = Assert.NotNull(_device.Modules.Analog.Watch);
        Assert.Equal(new VoltageMix(0, 0.25, -1.2), watch.Difference);
        Assert.False(watch.IsPositive);
        Assert.False(watch.Interrupts);
        _device.Write(Int, Enable);
        Assert.True(_device.Modules.Analog.Watch!.Value.Interrupts);
        _device.Write(Ctl1, 0);
        Assert.Null(_device.Modules.Analog.Watch);
    }

    [Theory]
    [InlineData(0, ModuleActivity.ComparatorFast)]
    [InlineData(Normal, ModuleActivity.ComparatorNormal)]
    [InlineData(UltraLow, ModuleActivity.ComparatorUltraLow)]
    public void Its_time_is_metered_by_power_mode(int mode, ModuleActivity activity)
    {
        Start(plus: 1, SupplyLadder | OnMinus | Both(15), mode);
        SimTime started = _device.Now;
        double before = _device.Modules.Activities.AmountAt(activity, started);
        _device.Advance(SimTime.FromMilliseconds(1));
        Assert.Equal(1e-3, _device.Modules.Activities.AmountAt(activity, _device.Now) - before, 9);
        Assert.Equal(1, _device.Modules.Activities.Pace(ModuleActivity.ComparatorLadder));
        _device.Write(Ctl1, 0);
        Assert.Equal(0, _device.Modules.Activities.Pace(activity));
    }

    private static int Both(int step) => step | (step << 8);

    private void Connect(string pin, double volts) => _device.Modules.Analog.Connect(_device.Modules.FindPin(pin)!, new AnalogSource(VoltageMix.Of(volts)));

    private void Start(int plus, int control2, int control1 = 0)
    {
        _device.Write(Ctl0, PlusEnable | plus);
        _device.Write(Ctl2, control2);
        _device.Write(Ctl1, control1);
        _device.Write(Ctl1, control1 | On);
        _device.Advance(SimTime.FromMicroseconds(40));
    }

    private bool Level(double volts)
    {
        Connect("P1.1", volts);
        _device.Advance(SimTime.FromMicroseconds(1));
        return (_device.Read(Ctl1) & Out) != 0;
    }
}
