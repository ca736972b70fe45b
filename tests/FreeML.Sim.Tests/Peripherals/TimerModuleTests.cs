using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>Timers on SMCLK = 1 MHz: one count a microsecond.</summary>
public class TimerModuleTests
{
    private const uint Ta0 = 0x0340;
    private const uint Ta1 = 0x0380;
    private const uint Tb0 = 0x03C0;
    private const uint Ta2 = 0x0400;
    private const uint Ta3 = 0x0440;
    private const uint Ctl = 0x00;
    private const uint R = 0x10;
    private const uint Ex0 = 0x20;
    private const uint Iv = 0x2E;
    private const uint Ta0First = 0xFFEA;
    private const uint Ta0Other = 0xFFE8;

    private const int Aclk = 0x0100;
    private const int Smclk = 0x0200;
    private const int Inclk = 0x0300;
    private const int Up = 0x0010;
    private const int Continuous = 0x0020;
    private const int UpDown = 0x0030;
    private const int Clear = 0x0004;
    private const int Ie = 0x0002;
    private const int Ifg = 0x0001;
    private const int Cap = 0x0100;
    private const int Scs = 0x0800;
    private const int Ccie = 0x0010;
    private const int Cci = 0x0008;
    private const int Cov = 0x0002;
    private const int Scci = 0x0400;
    private const int Rising = 0x4000;
    private const int Falling = 0x8000;
    private const int Both = 0xC000;
    private const int InputB = 0x1000;
    private const int InputGround = 0x2000;
    private const int InputSupply = 0x3000;

    private readonly FakeDevice _device = new();

    public TimerModuleTests()
    {
        _device.Write(0x015C, 0x5A80);
        _device.Write(0x0130, 0);
    }

    [Theory]
    [InlineData("msp430fr5994", Ta0, 3)]
    [InlineData("msp430fr5994", Ta1, 3)]
    [InlineData("msp430fr5994", Ta2, 2)]
    [InlineData("msp430fr5994", Ta3, 2)]
    [InlineData("msp430fr5994", 0x07C0, 2)]
    [InlineData("msp430fr5994", Tb0, 7)]
    [InlineData("msp430fr5969", Ta3, 2)]
    [InlineData("msp430fr6989", Ta3, 5)]
    public void Each_timer_has_its_blocks_and_reads_0_after_reset(string name, uint timer, int blocks)
    {
        FakeDevice device = new(name);
        for (uint offset = 0; offset <= 0x2E; offset += 2)
        {
            Assert.Equal(0, device.Read(timer + offset) & ~Cci);
        }

        for (int n = 0; n < 7; n++)
        {
            device.Write(timer + 0x12 + (2 * (uint)n), 0x5A5A);
            Assert.Equal(n < blocks ? 0x5A5A : 0, device.Read(timer + 0x12 + (2 * (uint)n)));
        }
    }

    [Fact]
    public void Registers_survive_a_PUC_and_the_counter_goes_on()
    {
        Start(Ta0, Continuous, 5, 6, 7);
        Advance(100);
        _device.Write(Ta0 + 0x04, Ccie | Ifg);
        _device.Modules.Reset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        _device.Write(0x015C, 0x5A80);
        Advance(10);
        Assert.Equal(110, _device.Read(Ta0 + R));
        Assert.Equal((5, 6, 7), (_device.Read(Ta0 + 0x12), _device.Read(Ta0 + 0x14), _device.Read(Ta0 + 0x16)));
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
    }

    [Theory]
    [InlineData(ResetKind.Por)]
    [InlineData(ResetKind.Bor)]
    public void A_POR_resets_everything_and_lets_go_of_the_clock(ResetKind kind)
    {
        Start(Ta0, Continuous, 5, 6, 7);
        _device.Write(Ta0 + 0x02, Cap | Rising);
        Advance(100);
        _device.Modules.Reset(kind, ResetCause.SoftwarePor);
        _device.Write(0x015C, 0x5A80);
        Assert.Equal(0, _device.Modules.Clocks!.Smclk.Requests);
        for (uint offset = 0; offset <= 0x2E; offset += 2)
        {
            Assert.Equal(0, _device.Read(Ta0 + offset));
        }
    }

    [Fact]
    public void In_up_mode_it_counts_to_CCR0_and_from_there_to_0()
    {
        Start(Ta0, Up, 9);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1], Values(11));
    }

    [Fact]
    public void In_continuous_mode_it_counts_to_FFFF()
    {
        Start(Ta0, Continuous, 9);
        Advance(65_534);
        Assert.Equal([65_535, 0, 1], Values(3));
    }

    [Fact]
    public void In_up_down_mode_the_period_is_twice_CCR0()
    {
        Start(Ta0, UpDown, 4);
        Assert.Equal([1, 2, 3, 4, 3, 2, 1, 0, 1], Values(9));
    }

    [Fact]
    public void Stopped_it_keeps_its_value()
    {
        Start(Ta0, Up, 9);
        Advance(5);
        _device.Write(Ta0, Smclk);
        Advance(100);
        Assert.Equal(5, _device.Read(Ta0 + R));
        _device.Write(Ta0, Smclk | Up);
        Advance(1);
        Assert.Equal(6, _device.Read(Ta0 + R));
    }

    [Theory]
    [InlineData(Up)]
    [InlineData(UpDown)]
    public void With_CCR0_at_0_it_stands(int mode)
    {
        Start(Ta0, mode, 0);
        Advance(10);
        Assert.Equal(0, _device.Read(Ta0 + R));
        _device.Write(Ta0 + 0x12, 100);
        Advance(10);
        Assert.Equal(10, _device.Read(Ta0 + R));
    }

    [Fact]
    public void CCR0_lowered_under_the_counter_makes_it_roll_to_0()
    {
        Start(Ta0, Up, 100);
        Advance(50);
        _device.Write(Ta0 + 0x12, 20);
        Assert.Equal(50, _device.Read(Ta0 + R));
        Assert.Equal([0, 1], Values(2));
        Assert.Equal(Ifg, _device.Read(Ta0) & Ifg);
    }

    [Fact]
    public void CCR0_lowered_under_the_counter_turns_it_back_in_up_down_mode()
    {
        Start(Ta0, UpDown, 100);
        Advance(50);
        _device.Write(Ta0 + 0x12, 48);
        Assert.Equal([49, 48, 47], Values(3));
        Advance(47);
        Assert.Equal([1, 2], Values(2));
    }

    [Fact]
    public void TACLR_clears_counter_direction_and_divider()
    {
        Start(Ta0, UpDown | 0x00C0, 3);
        Advance((5 * 8) + 7);
        Assert.Equal(1, _device.Read(Ta0 + R));
        _device.Write(Ta0, Smclk | UpDown | 0x00C0 | Clear);
        Assert.Equal(0, _device.Read(Ta0) & Clear);
        Advance(7);
        Assert.Equal(0, _device.Read(Ta0 + R));
        Advance(1);
        Assert.Equal(1, _device.Read(Ta0 + R));
        Advance(8);
        Assert.Equal(2, _device.Read(Ta0 + R));
    }

    [Fact]
    public void The_counter_can_be_written()
    {
        Start(Ta0, Up, 99);
        _device.Write(Ta0 + R, 98);
        Assert.Equal([99, 0], Values(2));
        _device.WriteByte(Ta0 + R + 1, 0x01);
        Assert.Equal(0x0100, _device.Read(Ta0 + R));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 7)]
    [InlineData(3, 6)]
    public void Both_dividers_divide(int id, int ex0)
    {
        int divider = (1 << id) * (ex0 + 1);
        _device.Write(Ta0 + Ex0, ex0);
        Start(Ta0, Continuous | (id << 6), 0);
        Advance((10 * divider) - 1);
        Assert.Equal(9, _device.Read(Ta0 + R));
        Advance(1);
        Assert.Equal(10, _device.Read(Ta0 + R));
    }

    [Fact]
    public void It_counts_ACLK()
    {
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0164, 0x0133);

        // ACLK stands for a cycle or two while it is switched to VLO.
        _device.Advance(SimTime.FromMilliseconds(1));
        StartFrom(0, Ta0, Continuous | Aclk, 0);
        _device.Advance(SimTime.FromSeconds(1L));
        int before = _device.Read(Ta0 + R);
        _device.Advance(SimTime.FromSeconds(1L));
        Assert.InRange(_device.Read(Ta0 + R) - before, 9_399, 9_401);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Inclk)]
    public void It_counts_rising_edges_of_its_clock_pin(int source)
    {
        _device.Write(0x020C, 0x0004);
        StartFrom(source, Ta0, Up | Ie, 2);
        _device.Write(Ta0 + 0x02, Ccie);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
        Pulse("P1.2");
        Assert.Equal(1, _device.Read(Ta0 + R));
        Assert.False(_device.Interrupts.IsRequested(Ta0First));
        Pulse("P1.2");
        Assert.True(_device.Interrupts.IsRequested(Ta0First));
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        Pulse("P1.2");
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
        Assert.Equal(0, _device.Read(Ta0 + R));
    }

    [Fact]
    public void A_divided_clock_pin_counts_every_other_edge()
    {
        _device.Write(0x020C, 0x0004);
        StartFrom(0, Ta0, Continuous | 0x0040, 0);
        for (int n = 0; n < 5; n++)
        {
            Pulse("P1.2");
        }

        Assert.Equal(2, _device.Read(Ta0 + R));
    }

    [Fact]
    public void A_running_timer_keeps_its_clock_alive_and_a_stopped_one_lets_go()
    {
        Start(Ta0, Continuous, 0);
        _device.Modules.StatusRegisterChanged(0x00F0);
        Advance(100);
        Assert.Equal(100, _device.Read(Ta0 + R));
        _device.Write(Ta0, Smclk);
        Assert.True(_device.Modules.Clocks!.Smclk.Rate.IsStopped);
    }

    [Fact]
    public void A_change_of_the_clock_under_way_keeps_the_count()
    {
        Start(Ta0, Up | Ie, 999);
        Advance(500);
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0166, 0);
        Assert.Equal(500, _device.Read(Ta0 + R));
        _device.Advance(SimTime.FromNanoseconds(125 * 499));
        Assert.Equal(999, _device.Read(Ta0 + R));
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        _device.Advance(SimTime.FromNanoseconds(125));
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
    }

    [Fact]
    public void The_first_interrupt_comes_when_the_counter_reaches_CCR0_and_then_every_CCR0_plus_1_clocks()
    {
        Start(Ta0, Up, 99);
        _device.Write(Ta0 + 0x02, Ccie);
        AdvanceJustBefore(99);
        Assert.False(_device.Interrupts.IsRequested(Ta0First));
        AdvancePicosecond();
        for (int n = 0; n < 3; n++)
        {
            Assert.Equal(Ta0First, _device.Interrupts.Highest(true));
            _device.Interrupts.Acknowledge(Ta0First);
            Assert.False(_device.Interrupts.IsRequested(Ta0First));
            Assert.Equal(0, _device.Read(Ta0 + 0x02) & Ifg);
            AdvanceJustBefore(100);
            Assert.False(_device.Interrupts.IsRequested(Ta0First));
            AdvancePicosecond();
        }
    }

    [Theory]
    [InlineData(Up, 99, 100)]
    [InlineData(Continuous, 99, 65_536)]
    [InlineData(UpDown, 99, 198)]
    public void TAIFG_comes_when_the_counter_gets_to_0(int mode, int ccr0, int clocks)
    {
        Start(Ta0, mode | Ie, ccr0);
        AdvanceJustBefore(clocks);
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        AdvancePicosecond();
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
        Assert.Equal(0x0E, _device.Read(Ta0 + Iv));
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        AdvanceJustBefore(clocks);
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        AdvancePicosecond();
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
    }

    [Fact]
    public void Flags_can_be_polled_without_any_event()
    {
        Start(Ta0, Up, 99, 50);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
        AdvanceJustBefore(50);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Ifg);
        AdvancePicosecond();
        Assert.Equal(Ifg, _device.Read(Ta0 + 0x04) & Ifg);
        _device.Write(Ta0 + 0x04, 0);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Ifg);
        Advance(99);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Ifg);
        Advance(1);
        Assert.Equal(Ifg, _device.Read(Ta0 + 0x04) & Ifg);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void A_compare_value_above_CCR0_never_comes_in_up_mode()
    {
        Start(Ta0, Up, 99, 100);
        _device.Write(Ta0 + 0x04, Ccie);
        Advance(1000);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Ifg);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void Moving_CCRn_on_in_continuous_mode_gives_a_steady_interval()
    {
        Start(Ta0, Continuous, 0, 1000);
        _device.Write(Ta0 + 0x04, Ccie);
        SimTime last = _device.Now;
        for (int n = 1; n <= 200; n++)
        {
            _device.Advance(_device.Modules.Scheduler.NextTime - _device.Now);
            Assert.Equal(2, _device.Read(Ta0 + Iv));
            Assert.Equal(SimTime.FromMicroseconds(1000), _device.Now - last);
            last = _device.Now;
            _device.Write(Ta0 + 0x14, (n + 1) * 1000);
        }
    }

    [Fact]
    public void TAIV_reports_the_lowest_block_first_and_the_overflow_last()
    {
        Start(Ta0, Up | Ie, 9, 5, 7);
        _device.Write(Ta0 + 0x04, Ccie);
        _device.Write(Ta0 + 0x06, Ccie);
        Advance(20);
        Assert.Equal([2, 4, 14, 0], Enumerable.Range(0, 4).Select(_ => (int)_device.Read(Ta0 + Iv)));
    }

    [Fact]
    public void TAIV_leaves_out_what_is_not_enabled_and_CCR0()
    {
        Start(Ta0, Up, 9, 5, 7);
        _device.Write(Ta0 + 0x02, Ccie);
        _device.Write(Ta0 + 0x06, Ccie);
        Advance(20);
        Assert.Equal([4, 0], Enumerable.Range(0, 2).Select(_ => (int)_device.Read(Ta0 + Iv)));
        Assert.Equal((Ifg, Ifg), (_device.Read(Ta0 + 0x02) & Ifg, _device.Read(Ta0 + 0x04) & Ifg));
    }

    [Fact]
    public void Writing_TAIV_clears_the_highest_pending_flag_and_so_does_reading_a_byte()
    {
        Start(Ta0, Up, 9, 5, 7);
        _device.Write(Ta0 + 0x04, Ccie);
        _device.Write(Ta0 + 0x06, Ccie);
        Advance(20);
        _device.Write(Ta0 + Iv, 0);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Ifg);
        Assert.Equal(4, _device.Bus.ReadByte(Ta0 + Iv));
        Assert.Equal(0, _device.Read(Ta0 + Iv));
    }

    [Theory]
    [InlineData(Ta0, 0xFFEA, 0xFFE8)]
    [InlineData(Ta1, 0xFFE2, 0xFFE0)]
    [InlineData(Ta2, 0xFFDC, 0xFFDA)]
    [InlineData(Ta3, 0xFFD6, 0xFFD4)]
    [InlineData(0x07C0, 0xFFCA, 0xFFC8)]
    [InlineData(Tb0, 0xFFF6, 0xFFF4)]
    public void Vectors_are_those_of_the_data_sheet(uint timer, uint first, uint other)
    {
        Start(timer, Up, 9, 5);
        _device.Write(timer + 0x02, Ccie);
        Advance(9);
        Assert.Equal(first, _device.Interrupts.Highest(true));
        _device.Write(timer + 0x02, 0);
        _device.Write(timer + 0x04, Ccie | Ifg);
        Assert.Equal(other, _device.Interrupts.Highest(true));
        Assert.Equal(2, _device.Read(timer + Iv));
    }

    [Fact]
    public void Software_can_set_a_flag()
    {
        _device.Write(Ta0 + 0x02, Ccie | Ifg);
        Assert.True(_device.Interrupts.IsRequested(Ta0First));
        _device.Write(Ta0, Ie | Ifg);
        Assert.Equal(0x0E, _device.Read(Ta0 + Iv));
    }

    [Fact]
    public void A_free_running_timer_costs_nothing_for_an_hour()
    {
        Start(Ta0, Continuous, 100, 200, 300);
        SetOutputs(Ta0, 4, 7, 4);
        _device.Advance(SimTime.FromSeconds(3600L));
        Assert.Equal(3_600_000_000L % 65_536, _device.Read(Ta0 + R));
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    // Up: CCR0 = 9, CCR1 = 6: when output 1 changes, in counts from 0, over two periods; first what happens at 6, then what at the end.
    [Theory]
    [InlineData(1, "6+")]
    [InlineData(2, "6+ 10- 16+ 20-")]
    [InlineData(3, "6+ 10- 16+ 20-")]
    [InlineData(4, "6+ 16-")]
    [InlineData(5, "")]
    [InlineData(6, "6+ 16- 20+")]
    [InlineData(7, "10+ 16- 20+")]
    public void In_up_mode_each_output_mode_has_its_wave(int outputMode, string wave) => Assert.Equal(wave, Wave(Up, outputMode, 20, 9, 6));

    [Theory]
    [InlineData(1, "6+")]
    [InlineData(2, "6+ 9-")]
    [InlineData(3, "6+ 9-")]
    [InlineData(4, "6+")]
    [InlineData(5, "")]
    [InlineData(6, "6+")]
    [InlineData(7, "9+")]
    public void In_continuous_mode_the_second_action_comes_at_CCR0(int outputMode, string wave) =>
        Assert.Equal(wave, Wave(Continuous, outputMode, 20, 9, 6));

    // Up to 9 and down to 0 in 18 counts: 6 is passed at 6 and at 12.
    [Theory]
    [InlineData(1, "6+")]
    [InlineData(2, "6+ 9- 12+ 24- 30+")]
    [InlineData(3, "6+ 9- 12+ 27- 30+")]
    [InlineData(4, "6+ 12- 24+ 30-")]
    [InlineData(5, "")]
    [InlineData(6, "6+ 12- 24+ 30-")]
    [InlineData(7, "9+ 12- 27+ 30-")]
    public void In_up_down_mode_both_ways_count(int outputMode, string wave) => Assert.Equal(wave, Wave(UpDown, outputMode, 30, 9, 6));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "10+ 11- 20+")]
    [InlineData(9, "10+ 19- 20+")]
    [InlineData(10, "10+")]
    public void Reset_set_gives_a_duty_of_CCR1_by_CCR0_plus_1_from_nothing_to_all(int ccr1, string wave) =>
        Assert.Equal(wave, Wave(Up, 7, 20, 9, ccr1));

    [Fact]
    public void Output_0_toggles_at_CCR0() => Assert.Equal("9+ 19-", WaveOf(0, Up, 4, 20, 9));

    [Fact]
    public void In_output_mode_0_the_OUT_bit_is_the_output_at_once()
    {
        _device.Write(Ta0 + 0x04, 0x0004);
        Assert.True(Output("TA0.1").Level);
        _device.Write(Ta0 + 0x04, 0x0000);
        Assert.False(Output("TA0.1").Level);
    }

    [Fact]
    public void TACLR_resets_an_output_that_was_set_for_good()
    {
        Start(Ta0, Up, 9, 3);
        SetOutputs(Ta0, 0, 1);
        Advance(5);
        Assert.True(Output("TA0.1").Level);
        _device.Write(Ta0, Smclk | Up | Clear);
        Assert.False(Output("TA0.1").Level);
    }

    [Fact]
    public void An_output_reaches_its_pin()
    {
        _device.Write(0x0204, 0x0001);
        _device.Write(0x020A, 0x0001);
        Start(Ta0, Up, 9, 4);
        SetOutputs(Ta0, 0, 7);
        List<(PinLevel Level, long Microseconds)> edges = [];
        SimTime start = _device.Now;
        _device.Modules.FindPin("P1.0")!.Changed += (level, time) => edges.Add((level, (time - start).Picoseconds / 1_000_000));
        Advance(30);
        Assert.Equal([(PinLevel.High, 10), (PinLevel.Low, 14), (PinLevel.High, 20), (PinLevel.Low, 24), (PinLevel.High, 30)], edges);
    }

    [Fact]
    public void PWM_that_nobody_watches_costs_no_event_and_reads_right_at_the_pin()
    {
        _device.Write(0x0204, 0x0001);
        _device.Write(0x020A, 0x0001);
        Start(Ta0, Up, 1, 1);
        SetOutputs(Ta0, 0, 7);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
        Advance(100_000);
        Assert.Equal([1, 0, 1, 0], Enumerable.Range(0, 4).Select(_ => ReadThenAdvance()));

        int ReadThenAdvance()
        {
            int level = _device.Read(0x0200) & 1;
            Advance(1);
            return level;
        }
    }

    [Theory]
    [InlineData(Rising, "P1.0", true, 1)]
    [InlineData(Rising, "P1.0", false, 0)]
    [InlineData(Falling, "P1.0", true, 0)]
    [InlineData(Falling, "P1.0", false, 1)]
    [InlineData(Both, "P1.0", true, 1)]
    [InlineData(Both, "P1.0", false, 1)]
    [InlineData(0, "P1.0", true, 0)]
    public void The_chosen_edge_of_the_pin_is_captured(int mode, string pin, bool rising, int captured)
    {
        _device.Write(0x020A, 0x0001);
        Drive(pin, !rising);
        Start(Ta0, Continuous, 0);
        _device.Write(Ta0 + 0x04, Cap | mode);
        Advance(123);
        Drive(pin, rising);
        Advance(10);
        Assert.Equal(captured, _device.Read(Ta0 + 0x04) & Ifg);
        Assert.Equal(captured * 123, _device.Read(Ta0 + 0x14));
        Assert.Equal(rising ? Cci : 0, _device.Read(Ta0 + 0x04) & Cci);
    }

    [Fact]
    public void A_synchronised_capture_takes_place_at_the_next_timer_clock()
    {
        _device.Write(0x020A, 0x0001);
        Drive("P1.0", false);
        Start(Ta0, Continuous, 0);
        _device.Write(Ta0 + 0x04, Cap | Rising | Scs | Ccie);
        _device.Advance(SimTime.FromNanoseconds(100_300));
        Drive("P1.0", true);
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        _device.Advance(SimTime.FromNanoseconds(700) - SimTime.FromPicoseconds(1));
        Assert.False(_device.Interrupts.IsRequested(Ta0Other));
        AdvancePicosecond();
        Assert.True(_device.Interrupts.IsRequested(Ta0Other));
        Assert.Equal(101, _device.Read(Ta0 + 0x14));
    }

    [Fact]
    public void A_second_capture_before_the_first_was_read_sets_COV_until_software_clears_it()
    {
        _device.Write(0x020A, 0x0001);
        Start(Ta0, Continuous, 0);
        _device.Write(Ta0 + 0x04, Cap | Rising);
        Pulse("P1.0");
        _ = _device.Read(Ta0 + 0x14);
        Pulse("P1.0");
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Cov);
        Pulse("P1.0");
        Assert.Equal(Cov, _device.Read(Ta0 + 0x04) & Cov);
        _ = _device.Read(Ta0 + 0x14);
        Assert.Equal(Cov, _device.Read(Ta0 + 0x04) & Cov);
        _device.Write(Ta0 + 0x04, Cap | Rising);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Cov);
    }

    [Fact]
    public void Software_captures_by_switching_the_input_between_ground_and_supply()
    {
        Start(Ta0, Continuous, 0);
        _device.Write(Ta0 + 0x04, Cap | Both | InputGround);
        Advance(50);
        _device.Write(Ta0 + 0x04, Cap | Both | InputSupply);
        Assert.Equal((50, Ifg), (_device.Read(Ta0 + 0x14), _device.Read(Ta0 + 0x04) & Ifg));
        Advance(50);
        _device.Write(Ta0 + 0x04, Cap | Both | InputGround);
        Assert.Equal(100, _device.Read(Ta0 + 0x14));
    }

    [Fact]
    public void Entering_capture_mode_captures_nothing()
    {
        Start(Ta0, Continuous, 0);
        Advance(50);
        _device.Write(Ta0 + 0x04, Cap | Both | InputSupply);
        Assert.Equal((0, 0), (_device.Read(Ta0 + 0x14), _device.Read(Ta0 + 0x04) & Ifg));
    }

    [Fact]
    public void A_stopped_timer_captures_too()
    {
        _device.Write(Ta0 + R, 77);
        _device.Write(Ta0 + 0x04, Cap | Both | InputGround | Scs);
        _device.Write(Ta0 + 0x04, Cap | Both | InputSupply | Scs);
        Assert.Equal(77, _device.Read(Ta0 + 0x14));
    }

    [Fact]
    public void SMCLK_is_measured_by_capturing_ACLK()
    {
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0164, 0x0233);
        Start(Ta0, Continuous, 0);
        _device.Write(Ta0 + 0x06, Cap | Rising | InputB | Ccie);
        List<int> captures = [];
        for (int n = 0; n < 4; n++)
        {
            while (!_device.Interrupts.IsRequested(Ta0Other))
            {
                _device.Advance(_device.Modules.Scheduler.NextTime - _device.Now);
            }

            Assert.Equal(4, _device.Read(Ta0 + Iv));
            captures.Add(_device.Read(Ta0 + 0x16));
        }

        // 1 MHz by 37.5 kHz is 26 2/3.
        Assert.Equal(80, captures[3] - captures[0]);
        _device.Write(Ta0 + 0x06, 0);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void One_timers_output_is_captured_by_another()
    {
        Start(Ta2, Up, 99);
        SetOutputs(Ta2, 4);
        Start(Ta3, Continuous, 0);
        _device.Write(Ta3 + 0x02, Cap | Both);
        Advance(250);
        Assert.Equal(199, _device.Read(Ta3 + 0x12));
        Assert.Equal(Cov, _device.Read(Ta3 + 0x02) & Cov);
    }

    [Fact]
    public void Who_begins_to_listen_to_an_output_hears_nothing_of_what_was_before()
    {
        Start(Ta2, Up, 99);
        SetOutputs(Ta2, 4);
        Start(Ta3, Continuous, 0);
        Advance(150);
        _device.Write(Ta3 + 0x02, Cap | Both);
        Assert.Equal(0, _device.Read(Ta3 + 0x02) & Ifg);
        Advance(49);
        Assert.Equal(199, _device.Read(Ta3 + 0x12));
    }

    [Fact]
    public void SCCI_holds_the_input_of_the_moment_of_the_compare()
    {
        _device.Write(0x020A, 0x0001);
        Drive("P1.0", true);
        Start(Ta0, Up, 99, 50);
        Advance(55);
        Drive("P1.0", false);
        Assert.Equal(Scci, _device.Read(Ta0 + 0x04) & (Scci | Cci));
        Advance(100);
        Assert.Equal(0, _device.Read(Ta0 + 0x04) & Scci);
    }

    [Fact]
    public void A_flag_asks_for_DMA_unless_it_interrupts_and_the_transfer_clears_it()
    {
        TriggerLine request = _device.Modules.Timers.Single(timer => timer.Name == "TA0").Requests[0];
        List<SimTime> fired = [];
        request.Fired += time =>
        {
            fired.Add(time);
            request.Take();
        };
        SimTime start = _device.Now;
        Start(Ta0, Up, 9);
        Advance(35);
        Assert.Equal([9, 19, 29], fired.Select(time => (time - start).Picoseconds / 1_000_000));
        Assert.Equal(0, _device.Read(Ta0 + 0x02) & Ifg);
        _device.Write(Ta0 + 0x02, Ccie);
        Advance(10);
        Assert.Equal(3, fired.Count);
        Assert.True(_device.Interrupts.IsRequested(Ta0First));
    }

    [Theory]
    [InlineData(0, 0x10000)]
    [InlineData(1, 0x1000)]
    [InlineData(2, 0x400)]
    [InlineData(3, 0x100)]
    public void Timer_B_counts_16_12_10_or_8_bits(int length, int period)
    {
        Start(Tb0, Continuous | (length << 11), 0);
        Advance(period - 1);
        Assert.Equal(period - 1, _device.Read(Tb0 + R));
        Advance(1);
        Assert.Equal((0, Ifg), (_device.Read(Tb0 + R), _device.Read(Tb0) & Ifg));
        Start(Tb0, Up | (length << 11), 0xFFFF);
        Advance(period);
        Assert.Equal(0, _device.Read(Tb0 + R));
    }

    // CCR1 goes from 5 to 2 when the counter is at 3: whether it still matches at 5, and that it matches at 2 in the next period.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public void A_compare_latch_takes_over_CCRn_at_its_load_event(int loadEvent, int flag)
    {
        Start(Tb0, Up, 9, 5);
        _device.Write(Tb0 + 0x04, loadEvent << 9);
        Advance(3);
        _device.Write(Tb0 + 0x14, 2);
        Assert.Equal(2, _device.Read(Tb0 + 0x14));
        Advance(3);
        Assert.Equal(flag, _device.Read(Tb0 + 0x04) & Ifg);
        _device.Write(Tb0 + 0x04, loadEvent << 9);
        Advance(5);
        Assert.Equal(0, _device.Read(Tb0 + 0x04) & Ifg);
        Advance(1);
        Assert.Equal(Ifg, _device.Read(Tb0 + 0x04) & Ifg);
    }

    [Fact]
    public void CLLD_2_loads_at_CCR0_and_at_0_in_up_down_mode()
    {
        Start(Tb0, UpDown, 10, 3);
        _device.Write(Tb0 + 0x04, 2 << 9);
        Advance(5);
        _device.Write(Tb0 + 0x14, 7);
        _device.Write(Tb0 + 0x04, 2 << 9);
        Advance(7);
        Assert.Equal(0, _device.Read(Tb0 + 0x04) & Ifg);
        Advance(1);
        Assert.Equal(Ifg, _device.Read(Tb0 + 0x04) & Ifg);
    }

    [Theory]
    [InlineData(1, new[] { 1, 2 }, new[] { 3 })]
    [InlineData(2, new[] { 1, 2, 3 }, new[] { 4 })]
    [InlineData(3, new[] { 0, 1, 2, 3, 4, 5, 6 }, new int[0])]
    public void A_group_is_loaded_together_when_all_of_it_was_written(int grouping, int[] group, int[] others)
    {
        Start(Tb0, Up, 19, 5, 5, 5, 5, 5, 5);
        _device.Write(Tb0, Smclk | Up | (grouping << 13));
        for (uint n = 0; n < 7; n++)
        {
            _device.Write(Tb0 + 0x02 + (2 * n), 1 << 9);
        }

        foreach (int n in group.Skip(1))
        {
            _device.Write(Tb0 + 0x12 + (2 * (uint)n), n == 0 ? 19 : 9);
        }

        Advance(20);
        ClearFlags();
        Advance(6);
        Assert.All(group.Where(n => n != 0), n => Assert.Equal(Ifg, Flag(n)));
        _device.Write(Tb0 + 0x12 + (2 * (uint)group[0]), group[0] == 0 ? 19 : 9);
        Advance(14);
        ClearFlags();
        Advance(6);
        Assert.All(group.Where(n => n != 0), n => Assert.Equal(0, Flag(n)));
        Assert.All(others, n => Assert.Equal(Ifg, Flag(n)));
        Advance(3);
        Assert.All(group.Where(n => n != 0), n => Assert.Equal(Ifg, Flag(n)));

        int Flag(int n) => _device.Read(Tb0 + 0x02 + (2 * (uint)n)) & Ifg;

        void ClearFlags()
        {
            for (uint n = 0; n < 7; n++)
            {
                _device.Write(Tb0 + 0x02 + (2 * n), 1 << 9);
            }
        }
    }

    [Fact]
    public void A_running_timer_reports_its_clock_before_the_dividers()
    {
        ModuleLedger activities = _device.Modules.Activities;
        Start(Ta0, Up | 0x00C0, 9);
        Start(Tb0, Up, 9);
        Advance(1000);
        Assert.Equal(1000, activities.AmountAt(ModuleActivity.TimerA, _device.Now), 6);
        Assert.Equal(1000, activities.AmountAt(ModuleActivity.TimerB, _device.Now), 6);
        _device.Write(Ta0, Smclk);
        Advance(1000);
        Assert.Equal(1000, activities.AmountAt(ModuleActivity.TimerA, _device.Now), 6);
        Assert.Equal(0, activities.Pace(ModuleActivity.TimerA));
    }

    [Fact]
    public void Nothing_about_timers_is_reported_as_not_modelled()
    {
        foreach (uint timer in new[] { Ta0, Tb0 })
        {
            for (uint offset = 0; offset <= 0x2E; offset += 2)
            {
                _device.Write(timer + offset, 0x5555);
                _ = _device.Read(timer + offset);
            }
        }

        Assert.All(_device.Bus.UnmodelledTouched, touched => Assert.Contains("+", touched.Name, StringComparison.Ordinal));
    }

    /// <summary>However long nobody looks, the timer is where one that is ticked would be.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_is_always_where_a_ticked_timer_would_be(int seed)
    {
        Random random = new(seed);
        FakeDevice device = new();
        device.Write(0x015C, 0x5A80);
        bool isTimerB = seed % 2 == 0;
        uint timer = isTimerB ? Tb0 : Ta0;
        int channels = isTimerB ? 7 : 3;
        TickedTimer expected = new(channels);
        Signal[] outputs = [.. Enumerable.Range(0, channels).Select(n => device.Modules.Signals[$"T{(isTimerB ? 'B' : 'A')}0.{n}"])];
        int length = 0;
        if (seed > 2)
        {
            // A listener to one of the outputs makes it follow event by event.
            outputs[1].Changed += (_, _) => { };
        }

        for (int step = 0; step < 3000; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    expected.Mode = random.Next(4);
                    expected.CountsDown &= expected.Mode == 3;
                    length = isTimerB ? random.Next(4) : 0;
                    expected.Maximum = (1 << new[] { 16, 12, 10, 8 }[length]) - 1;
                    expected.Value &= expected.Maximum;
                    device.Write(timer, (device.Read(timer) & 1) | Smclk | (expected.Mode << 4) | (length << 11));
                    break;
                case 1 or 2:
                    int compared = random.Next(channels);
                    expected.Compare[compared] = random.Next(4) == 0 ? random.Next(0x1_0000) : random.Next(20);
                    device.Write(timer + 0x12 + (2 * (uint)compared), expected.Compare[compared]);
                    break;
                case 3:
                    int channel = random.Next(channels);
                    expected.OutputMode[channel] = random.Next(1, 8);
                    expected.Flags[channel] = false;
                    device.Write(timer + 0x02 + (2 * (uint)channel), (expected.OutputMode[channel] << 5) | (random.Next(2) == 0 ? Ccie : 0));
                    break;
                case 4:
                    expected.Value = random.Next(2) == 0 ? random.Next(30) : random.Next(expected.Maximum + 1);
                    device.Write(timer + R, expected.Value);
                    break;
                case 5:
                    expected.Overflow = false;
                    device.Write(timer, (device.Read(timer) & ~Ifg & ~Ie) | (random.Next(2) == 0 ? Ie : 0));
                    break;
                default:
                    int clocks = random.Next(60) == 0 ? random.Next(70_000) : random.Next(100);
                    for (int n = 0; n < clocks; n++)
                    {
                        expected.Tick();
                    }

                    device.Advance(SimTime.FromMicroseconds(clocks));
                    break;
            }

            if (random.Next(3) == 0)
            {
                int found = device.Read(timer + R);
                Assert.True(expected.Value == found, $"step {step}: found {found}, expected {expected.Value} in mode {expected.Mode} with CCR0 = {expected.Compare[0]}");
                Assert.Equal(expected.Overflow, (device.Read(timer) & Ifg) != 0);
                Assert.Equal(expected.Flags, Enumerable.Range(0, channels).Select(n => (device.Read(timer + 0x02 + (2 * (uint)n)) & Ifg) != 0));
                Assert.Equal(expected.Outputs, outputs.Select(output => output.Level));
            }
        }
    }

    private string Wave(int mode, int outputMode, int clocks, params int[] compare) => WaveOf(1, mode, outputMode, clocks, compare);

    // Edges of an output, in clocks after the start.
    private string WaveOf(int channel, int mode, int outputMode, int clocks, params int[] compare)
    {
        List<string> edges = [];
        SimTime start = _device.Now;
        Output($"TA0.{channel}").Changed += (level, time) => edges.Add($"{(time - start).Picoseconds / 1_000_000}{(level ? '+' : '-')}");
        _device.Write(Ta0 + 0x02 + (2 * (uint)channel), outputMode << 5);
        Start(Ta0, mode, compare);
        Advance(clocks);
        return string.Join(' ', edges);
    }

    private void Start(uint timer, int mode, params int[] compare) => StartFrom(Smclk, timer, mode, compare);

    private void StartFrom(int source, uint timer, int mode, params int[] compare)
    {
        _device.Write(timer, 0);
        for (uint n = 0; n < compare.Length; n++)
        {
            _device.Write(timer + 0x12 + (2 * n), compare[n]);
        }

        _device.Write(timer, source | mode | Clear);
    }

    private void SetOutputs(uint timer, params int[] outputModes)
    {
        for (uint n = 0; n < outputModes.Length; n++)
        {
            _device.Write(timer + 0x02 + (2 * n), outputModes[n] << 5);
        }
    }

    private int[] Values(int count)
    {
        int[] values = new int[count];
        for (int n = 0; n < count; n++)
        {
            Advance(1);
            values[n] = _device.Read(Ta0 + R);
        }

        return values;
    }

    private Signal Output(string name) => _device.Modules.Signals[name];

    private void Advance(long microseconds) => _device.Advance(SimTime.FromMicroseconds(microseconds));

    private void AdvanceJustBefore(long microseconds) => _device.Advance(SimTime.FromMicroseconds(microseconds) - SimTime.FromPicoseconds(1));

    private void AdvancePicosecond() => _device.Advance(SimTime.FromPicoseconds(1));

    private void Drive(string pin, bool high) => _device.Modules.FindPin(pin)!.DriveOutside(high ? PinLevel.High : PinLevel.Low, _device.Now);

    private void Pulse(string pin)
    {
        Drive(pin, true);
        Drive(pin, false);
    }
}
