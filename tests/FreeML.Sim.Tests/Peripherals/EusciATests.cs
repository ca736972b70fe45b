using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>The UART, driven through its registers at 1 MHz, one bit every ten cycles unless a test says otherwise.</summary>
public sealed class EusciATests
{
    private const uint Base = 0x05C0;
    private const uint Ctlw0 = Base;
    private const uint Brw = Base + 0x06;
    private const uint Mctlw = Base + 0x08;
    private const uint Statw = Base + 0x0A;
    private const uint Rxbuf = Base + 0x0C;
    private const uint Txbuf = Base + 0x0E;
    private const uint Ie = Base + 0x1A;
    private const uint Ifg = Base + 0x1C;
    private const uint Iv = Base + 0x1E;
    private const uint Vector = 0xFFF0;

    private const int InReset = 1;
    private const int SendBreak = 2;
    private const int BreakEnable = 0x10;
    private const int ErrorEnable = 0x20;
    private const int Aclk = 0x40;
    private const int Smclk = 0x80;
    private const int TwoStops = 0x0800;
    private const int SevenBits = 0x1000;
    private const int HighestFirst = 0x2000;
    private const int EvenParity = 0xC000;
    private const int OddParity = 0x8000;

    private const int Receive = 1;
    private const int Transmit = 2;
    private const int Start = 4;
    private const int Complete = 8;

    private const int Busy = 1;
    private const int Error = 4;
    private const int Break = 8;
    private const int ParityError = 0x10;
    private const int Overrun = 0x20;
    private const int FramingError = 0x40;
    private const int Listen = 0x80;

    private readonly FakeDevice _device = new();
    private readonly List<(byte Value, SimTime Time)> _sent = [];

    public EusciATests()
    {
        _device.Write(0x015C, 0x5A80);
        Uart.Sent += (value, time) => _sent.Add((value, time));
    }

    private EusciA Uart => _device.Modules.Uarts[0];

    [Fact]
    public void Registers_after_reset()
    {
        Assert.Equal(0x0001, _device.Read(Ctlw0));
        Assert.Equal(0x0003, _device.Read(Base + 2));
        Assert.Equal(0x0002, _device.Read(Ifg));
        foreach (uint register in new[] { Brw, Mctlw, Statw, Rxbuf, Txbuf, Base + 0x10, Base + 0x12, Ie, Iv })
        {
            Assert.Equal(0, _device.Read(register));
        }
    }

    [Theory]
    [InlineData("msp430fr5994", new uint[] { 0xFFF0, 0xFFE6, 0xFFC2, 0xFFC0 })]
    [InlineData("msp430fr5969", new uint[] { 0xFFF0, 0xFFE6 })]
    [InlineData("msp430fr6989", new uint[] { 0xFFEE, 0xFFE4 })]
    public void Each_device_has_its_UARTs_at_their_vectors(string name, uint[] vectors)
    {
        FakeDevice device = new(name);
        Assert.Equal(vectors.Length, device.Modules.Uarts.Count);
        for (uint index = 0; index < vectors.Length; index++)
        {
            device.Write(Base + (0x20 * index), Smclk);
            device.Write(Ie + (0x20 * index), Transmit);
            Assert.Equal(vectors[index], device.Interrupts.Highest(true));
            device.Write(Ie + (0x20 * index), 0);
        }
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(EvenParity, 11)]
    [InlineData(OddParity | TwoStops, 12)]
    [InlineData(SevenBits, 9)]
    [InlineData(SevenBits | TwoStops | EvenParity, 11)]
    public void A_frame_takes_its_bits(int format, int bits)
    {
        Open(format);
        _device.Write(Txbuf, 0x41);
        Cycles(1 + (10 * bits) - 1);
        Assert.Empty(_sent);
        Assert.Equal(Busy, _device.Read(Statw));
        Cycles(1);
        Assert.Equal(0x41, Assert.Single(_sent).Value);
        Assert.Equal(0, _device.Read(Statw));
    }

    // 16 x UCBR + UCBRF, and a cycle more in the bits that UCBRS has.
    [Theory]
    [InlineData(6, 0x2081, (10 * 104) + 1)]
    [InlineData(8, 0xF7A1, (10 * 138) + 9)]
    [InlineData(104, 0x0100, (10 * 104) + 2)]
    [InlineData(3, 0xFF00, 10 * 4)]
    [InlineData(3, 0x8000, (10 * 3) + 1)]
    [InlineData(0, 0x0000, 10)]
    public void A_frame_takes_the_cycles_that_prescaler_and_modulation_make(int prescaler, int modulation, int cycles)
    {
        Open(0, prescaler, modulation);
        _device.Write(Txbuf, 0x55);
        Cycles(cycles);
        Assert.Empty(_sent);
        Cycles(1);
        Assert.Single(_sent);
    }

    [Fact]
    public void The_buffer_takes_a_character_while_another_is_sent_and_nothing_is_lost_between_them()
    {
        Open(0);
        _device.Write(Txbuf, 'a');
        Assert.Equal(0, _device.Read(Ifg) & Transmit);
        Cycles(1);
        Assert.Equal(Transmit, _device.Read(Ifg));
        _device.Write(Txbuf, 'b');
        Cycles(99);
        Assert.Equal(0, _device.Read(Ifg));
        Cycles(1);
        Assert.Equal(Transmit, _device.Read(Ifg));
        Cycles(100);
        Assert.Equal(Transmit | Complete, _device.Read(Ifg));
        Assert.Equal([('a', 101), ('b', 201)], _sent.Select(sent => ((char)sent.Value, (int)(sent.Time.Picoseconds / SimTime.PicosecondsPerMicrosecond))));
    }

    [Fact]
    public void Nothing_is_sent_in_reset_and_reset_forgets_what_is_being_sent()
    {
        _device.Write(Txbuf, 'a');
        Open(0);
        Cycles(1000);
        _device.Write(Txbuf, 'b');
        _device.Write(Ie, 0x0F);
        Cycles(50);
        _device.Write(Ctlw0, Smclk | InReset);
        Assert.Equal(0, _device.Read(Ie));
        Assert.Equal(Transmit, _device.Read(Ifg));
        Assert.Equal(0, _device.Read(Statw));
        Cycles(1000);
        Assert.Empty(_sent);
        Assert.Equal(0, _device.Modules.Clocks!.Smclk.Requests);
    }

    [Fact]
    public void The_wire_shows_start_data_parity_and_stop_while_somebody_looks()
    {
        Signal wire = Uart.TransmitWire;
        Assert.True(wire.Level);
        Open(EvenParity);
        List<(bool Level, long Cycle)> edges = [];
        wire.Changed += (level, time) => edges.Add((level, _device.Mclk.TimeToCycles(time) - 1));
        _device.Write(Txbuf, 0x13);
        Cycles(200);
        Assert.Equal([(false, 0L), (true, 10), (false, 30), (true, 50), (false, 60), (true, 90)], edges);
    }

    [Fact]
    public void Without_a_listener_a_byte_costs_one_event()
    {
        Open(0);
        _device.Write(Txbuf, 'a');
        Cycles(1);
        _device.Write(Txbuf, 'b');
        Assert.Equal(SimTime.FromMicroseconds(101), _device.Modules.Scheduler.NextTime);
        Cycles(100);
        Assert.Equal(SimTime.FromMicroseconds(201), _device.Modules.Scheduler.NextTime);
        Cycles(100);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(SevenBits)]
    [InlineData(HighestFirst)]
    [InlineData(SevenBits | HighestFirst | EvenParity)]
    [InlineData(OddParity)]
    [InlineData(EvenParity | TwoStops)]
    public void What_is_sent_is_received_over_a_wire_in_every_format(int format)
    {
        Open(format, prescaler: 8, modulation: 0x5500);
        Open(format, prescaler: 8, modulation: 0x5500, module: 1);
        Uart.TransmitWire.Changed += Wire(1).Set;
        for (int value = 0; value < 256; value += 17)
        {
            _device.Write(Txbuf, value);
            Cycles(120);
            Assert.Equal(Receive, _device.Read(Ifg + 0x20) & Receive);
            Assert.Equal(0, _device.Read(Statw + 0x20) & ~Busy);
            Assert.Equal((format & SevenBits) != 0 ? value & 0x7F : value, _device.Read(Rxbuf + 0x20));
        }
    }

    [Theory]
    [InlineData(10, 9, true)]
    [InlineData(20, 19, true)]
    [InlineData(20, 17, false)]
    [InlineData(20, 24, false)]
    public void A_wrong_baud_rate_is_forgiven_up_to_half_a_bit_in_a_frame(int sender, int receiver, bool isUnderstood)
    {
        Open(0, sender);
        Open(ErrorEnable, receiver, module: 1);
        Uart.TransmitWire.Changed += Wire(1).Set;
        _device.Write(Txbuf, 0xAA);
        Cycles(600);
        Assert.Equal(isUnderstood && receiver * 10 > sender * 9, _device.Read(Rxbuf + 0x20) == 0xAA);
    }

    [Fact]
    public void A_glitch_is_no_start_bit()
    {
        Signal wire = Wire(0);
        Open(ErrorEnable);
        wire.Set(false, _device.Now);
        Cycles(3);
        wire.Set(true, _device.Now);
        Cycles(200);
        Assert.Equal(0, _device.Read(Ifg) & Receive);
        Assert.Equal(0, _device.Read(Statw));
    }

    [Theory]
    [InlineData(EvenParity, 0b0_0_0000_0111_0, ParityError)]
    [InlineData(0, 0b0_0000_0111_0, FramingError)]
    [InlineData(EvenParity, 0b0_0_0000_0111_0 | 0x400, ParityError)]
    [InlineData(TwoStops, 0b01_0000_0111_0, FramingError)]
    public void Errors_of_a_frame_drop_it_or_mark_it(int format, int levels, int error)
    {
        foreach (bool isKept in new[] { false, true })
        {
            Open(format | (isKept ? ErrorEnable : 0));
            Signal wire = Wire(0);
            int bits = 10 + ((format & EvenParity) != 0 ? 1 : 0) + ((format & TwoStops) != 0 ? 1 : 0);
            for (int bit = 0; bit < bits; bit++)
            {
                wire.Set(((levels >> bit) & 1) != 0, _device.Now);
                Cycles(10);
            }

            wire.Set(true, _device.Now);
            Cycles(100);
            Assert.Equal(isKept ? Receive : 0, _device.Read(Ifg) & Receive);
            Assert.Equal(error | Error, _device.Read(Statw) & (error | Error));
            Assert.Equal(0, _device.Read(Statw) & Overrun);
            _device.Read(Rxbuf);
            Assert.Equal(0, _device.Read(Statw));
        }
    }

    [Fact]
    public void A_character_that_nobody_read_is_overrun_by_the_next()
    {
        Open(0);
        _device.Write(Statw, Listen);
        Send('a', 'b');
        Assert.Equal(Listen | Overrun | Error, _device.Read(Statw));
        Assert.Equal('b', _device.Read(Rxbuf));
        Assert.Equal(Listen, _device.Read(Statw));
        Assert.Equal(0, _device.Read(Ifg) & Receive);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(BreakEnable, Receive)]
    public void A_break_sets_the_flag_only_if_it_is_asked_for(int options, int flag)
    {
        Open(options);
        _device.Write(Statw, Listen);
        _device.Write(Ctlw0, Smclk | options | SendBreak);
        Send('\0');
        Assert.Equal(flag, _device.Read(Ifg) & Receive);
        Assert.Equal(Break | FramingError | Error | Listen, _device.Read(Statw));
        Assert.Equal(0, _device.Read(Ctlw0) & SendBreak);
    }

    [Fact]
    public void The_start_bit_has_a_flag_of_its_own()
    {
        Open(0);
        _device.Write(Statw, Listen);
        _device.Write(Txbuf, 'a');
        Cycles(1);
        Assert.Equal(Start, _device.Read(Ifg) & (Start | Receive));
        Cycles(95);
        Assert.Equal(Start | Receive, _device.Read(Ifg) & (Start | Receive));
    }

    [Fact]
    public void UCAxIV_gives_the_highest_flag_and_clears_it()
    {
        Open(0);
        _device.Write(Statw, Listen);
        Send('a');
        _device.Write(Ie, 0x0F);
        Assert.Equal(Vector, _device.Interrupts.Highest(true));
        Assert.Equal([2, 4, 6, 8, 0], Enumerable.Range(0, 5).Select(_ => (int)_device.Read(Iv)));
        Assert.Equal(0, _device.Read(Ifg));
        Assert.False(_device.Interrupts.IsRequested(Vector));
        _device.Write(Ifg, 0x0F);
        _device.Write(Iv, 0);
        Assert.Equal(0, _device.Read(Ifg));
    }

    [Theory]
    [InlineData(0xD0, true)] // LPM3
    [InlineData(0xF0, true)] // LPM4
    public void It_keeps_its_clock_alive_while_it_sends_and_no_longer(int lowPowerBits, bool expected)
    {
        Open(0);
        ClockLine smclk = _device.Modules.Clocks!.Smclk;
        _device.Modules.StatusRegisterChanged(lowPowerBits);
        Assert.True(smclk.Rate.IsStopped);
        _device.Modules.StatusRegisterChanged(0);
        _device.Write(Txbuf, 'a');
        _device.Modules.StatusRegisterChanged(lowPowerBits);
        Assert.Equal(expected, !smclk.Rate.IsStopped);
        Cycles(101);
        Assert.Single(_sent);
        Assert.True(smclk.Rate.IsStopped);
    }

    [Fact]
    public void A_start_bit_wakes_the_clock_in_LPM3()
    {
        Signal wire = Wire(0);
        Open(0);
        _device.Modules.StatusRegisterChanged(0xD0);
        Cycles(1000);
        foreach (bool level in new[] { false, true, false, true, false, true, false, true, false, true })
        {
            wire.Set(level, _device.Now);
            Cycles(10);
        }

        Assert.Equal(Receive, _device.Read(Ifg) & Receive);
        Assert.Equal(0x55, _device.Read(Rxbuf));
        Assert.True(_device.Modules.Clocks!.Smclk.Rate.IsStopped);
    }

    [Fact]
    public void A_change_of_clock_under_way_stretches_the_rest_of_the_frame()
    {
        Open(0);
        _device.Write(Txbuf, 'a');
        Cycles(51);
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0166, 0x0043); // DIVS 16: SMCLK falls to 500 kHz
        _device.Advance(SimTime.FromMicroseconds(99));
        Assert.Empty(_sent);
        _device.Advance(SimTime.FromMicroseconds(1));
        Assert.Single(_sent);
    }

    [Fact]
    public void It_can_run_from_ACLK()
    {
        _device.Write(0x0160, 0xA500);
        _device.Write(0x0164, 0x0233); // ACLK from LFMODCLK, 37.5 kHz
        _device.Write(Ctlw0, Aclk | InReset);
        _device.Write(Brw, 3);
        _device.Write(Ctlw0, Aclk);
        _device.Write(Txbuf, 'a');
        _device.Advance(SimTime.FromMicroseconds(798));
        Assert.Empty(_sent);
        _device.Advance(SimTime.FromMicroseconds(30));
        Assert.Single(_sent);
    }

    [Fact]
    public void Its_cycles_of_work_are_reported()
    {
        Open(0);
        _device.Write(Txbuf, 'a');
        Cycles(1000);
        Assert.Equal(101, _device.Modules.Activities.AmountAt(ModuleActivity.Uart, _device.Now), 6);
    }

    [Fact]
    public void The_host_is_heard_at_the_pace_of_the_baud_rate()
    {
        Uart.Input = new Bytes("xyz"u8);
        Open(0);
        List<(char Value, long Cycle)> heard = [];
        for (int cycle = 0; cycle < 2000; cycle++)
        {
            Cycles(1);
            if ((_device.Read(Ifg) & Receive) != 0)
            {
                heard.Add(((char)_device.Read(Rxbuf), cycle + 1));
            }
        }

        // A millisecond after it was enabled, then frame by frame; each in the middle of its stop bit.
        Assert.Equal([('x', 1095L), ('y', 1195), ('z', 1295)], heard);
        Assert.Equal(SimTime.MaxValue, _device.Modules.Scheduler.NextTime);
    }

    [Fact]
    public void The_host_waits_while_the_module_is_in_reset()
    {
        Uart.Input = new Bytes("x"u8);
        Cycles(5000);
        Open(0);
        Cycles(1100);
        Assert.Equal('x', _device.Read(Rxbuf));
    }

    [Theory]
    [InlineData(false, false, 0, false)] // busy
    [InlineData(true, false, Receive, true)] // nothing can interrupt
    [InlineData(true, true, 0, true)] // nothing would interrupt
    [InlineData(true, true, Receive, false)]
    public void A_host_that_may_still_speak_is_waited_for_unless_nobody_would_hear(bool isIdle, bool acceptsInterrupts, int enable, bool isOver)
    {
        Uart.Input = new Silence();
        Open(0);
        _device.Write(Ie, enable);
        _device.IsIdle = isIdle;
        _device.AcceptsInterrupts = acceptsInterrupts;
        Cycles(3000);
        Assert.Equal(isOver, _device.Modules.Scheduler.NextTime == SimTime.MaxValue);
    }

    [Fact]
    public void The_DMA_lines_fire_at_each_rise_of_a_flag_whose_interrupt_is_off()
    {
        List<string> fired = [];
        Uart.TransmitTrigger.Fired += _ => fired.Add("tx");
        Uart.ReceiveTrigger.Fired += _ => fired.Add("rx");
        Open(0);
        _device.Write(Statw, Listen);
        Assert.Empty(fired);
        _device.Write(Ifg, 0);
        _device.Write(Ifg, Transmit);
        Assert.Equal(["tx"], fired);
        Uart.TransmitTrigger.Take();
        Assert.Equal(0, _device.Read(Ifg));
        Send('a', 'b');
        Assert.Equal(["tx", "tx", "tx", "rx", "rx"], fired.Order().Reverse().Order(StringComparer.Ordinal).OrderDescending(StringComparer.Ordinal));
        _device.Write(Ie, Transmit | Receive);
        Send('c');
        Assert.Equal(5, fired.Count);
    }

    [Fact]
    public void What_is_not_modelled_is_named_when_it_is_switched_on()
    {
        _device.Write(Ctlw0, InReset | 0x0100);
        _device.Write(Base + 0x12, 1);
        Assert.Equal(["UCA0CTLW0.UCSYNC", "UCA0IRCTL.UCIREN"], _device.Bus.UnmodelledTouched.Select(touched => touched.Name));
        _device.Write(Ctlw0, 0x0100);
        _device.Write(Txbuf, 'a');
        Cycles(1000);
        Assert.Empty(_sent);
    }

    private Signal Wire(int module) => _device.Modules.Signals[$"UCA{module}RXD"];

    private void Open(int options, int prescaler = 10, int modulation = 0, uint module = 0)
    {
        uint offset = 0x20 * module;
        _device.Write(Ctlw0 + offset, Smclk | InReset);
        _device.Write(Ctlw0 + offset, Smclk | InReset | options);
        _device.Write(Brw + offset, prescaler);
        _device.Write(Mctlw + offset, modulation);
        _device.Write(Ctlw0 + offset, Smclk | options);
    }

    private void Send(params char[] text)
    {
        foreach (char value in text)
        {
            _device.Write(Txbuf, value);
            Cycles(101);
        }
    }

    private void Cycles(int count) => _device.Advance(SimTime.FromMicroseconds(count));

    private sealed class Bytes(ReadOnlySpan<byte> text) : IUartInput
    {
        private readonly Queue<byte> _rest = new(text.ToArray());

        public UartInput Next(bool mayWait) => _rest.TryDequeue(out byte value) ? UartInput.Byte(value) : UartInput.End;
    }

    private sealed class Silence : IUartInput
    {
        public UartInput Next(bool mayWait) => UartInput.NotYet;
    }
}
