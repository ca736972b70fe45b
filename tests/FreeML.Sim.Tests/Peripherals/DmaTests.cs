using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;
using FreeML.Sim.Tests.Cpu;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>The DMA controller on a whole device: registers are written over the bus, the CPU runs NOPs and counts what it lost.</summary>
public sealed class DmaTests : IDisposable
{
    private const uint Ctl0 = 0x0500;
    private const uint Ctl4 = 0x0508;
    private const uint Iv = 0x050E;
    private const uint Vector = 0xFFE4;
    private const uint From = 0x1C00;
    private const uint To = 0x2000;

    private const int Request = 0x01;
    private const int Aborted = 0x02;
    private const int InterruptEnable = 0x04;
    private const int Flag = 0x08;
    private const int Enable = 0x10;
    private const int Level = 0x20;
    private const int FromByte = 0x40;
    private const int ToByte = 0x80;
    private const int Up = 0x0F00;
    private const int Single = 0x0000;
    private const int Block = 0x1000;
    private const int Burst = 0x2000;
    private const int Repeated = 0x4000;

    private const ushort Nop = 0x4303;
    private const int Nops = 400;

    private readonly Device _device;

    public DmaTests()
    {
        _device = Machine.Create("msp430fr5994", [.. Enumerable.Repeat(Nop, Nops), 0x3FFF]);
        Write(0x015C, 0x5A80);
        _device.Poke(From, new byte[0x2000]);
        for (uint n = 0; n < 64; n++)
        {
            _device.PokeWord(From + (2 * n), (ushort)(0xA000 + n));
        }
    }

    public static TheoryData<int> AllModes => [0, 1, 2, 3, 4, 5, 6, 7];

    private EusciA Uart => _device.Uarts[0];

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("msp430fr5994", 6)]
    [InlineData("msp430fr5969", 3)]
    [InlineData("msp430fr6989", 3)]
    public void Each_device_has_its_channels_and_they_are_0_after_reset(string name, uint channels)
    {
        FakeDevice device = new(name);
        for (uint channel = 0; channel < 6; channel++)
        {
            bool exists = device.Bus.RegisterAt(Control(channel)).Name == $"DMA{channel}CTL";
            Assert.Equal(channel < channels, exists);
            Assert.Equal(0, channel < channels ? device.Read(Control(channel)) : 0);
        }

        device.Write(Ctl4, 0x0007);
        Assert.Equal(0x0007, device.Read(Ctl4));
        device.Write(Ctl0 + 2, 0x1F1F);
        Assert.Equal(channels > 3 ? 0x1F1F : 0x001F, device.Read(Ctl0 + 2));
    }

    [Fact]
    public void An_address_is_two_words_and_writing_the_lower_clears_the_upper()
    {
        foreach (uint register in new[] { Control(1) + 2, Control(1) + 6 })
        {
            Write(register, 0x5678);
            Write(register + 2, 0xFFF3);
            Assert.Equal(0x5678, Read(register));
            Assert.Equal(0x0003, Read(register + 2));
            Write(register, 0x1234);
            Assert.Equal(0x0000, Read(register + 2));
        }
    }

    [Fact]
    public void MOVX_A_writes_all_20_bits()
    {
        Machine.Put(_device, Machine.Code, 0x1800, 0x45C2, 0x0512);
        _device.SetRegister(5, 0x3_4568);
        _device.Step();
        Assert.Equal(0x4568, Read(Control(0) + 2));
        Assert.Equal(0x0003, Read(Control(0) + 4));
    }

    [Fact]
    public void A_single_transfer_takes_four_cycles_from_the_CPU()
    {
        Assert.Equal(4, CyclesLost(() => Start(0, Single | Up, size: 1)));
        Assert.Equal(0xA000, _device.PeekWord(To));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    public void A_block_halts_the_CPU_for_two_cycles_an_item_and_two_around_it(int size)
    {
        Assert.Equal((2 * size) + 2, CyclesLost(() => Start(0, Block | Up, size: size)));
        AssertCopied(size);
        Assert.Equal(Block | Up | Flag, Read(Control(0)));
        Assert.Equal(size, Read(Control(0) + 0x0A));
    }

    // 64 items in 16 bursts; a NOP is a cycle.
    [Fact]
    public void A_burst_leaves_the_CPU_two_cycles_after_every_four_items()
    {
        Start(0, Burst | Up, size: 64);
        long cycles = _device.Cycles;
        long instructions = _device.Ledger.Instructions;
        while ((Read(Control(0)) & Enable) != 0)
        {
            _device.Step();
        }

        AssertCopied(64);
        Assert.Equal(15 * 2, _device.Ledger.Instructions - instructions);
        Assert.Equal(1 + (64 * 2) + (15 * 2) + 1, _device.Cycles - cycles);
    }

    // ADD #1,&abs takes five cycles: three too many, which the next gaps make up for.
    [Fact]
    public void A_burst_takes_back_what_a_long_instruction_took_too_much()
    {
        Machine.Put(_device, Machine.Code, [.. Enumerable.Repeat<ushort[]>([0x5392, 0x1E00], 100).SelectMany(words => words)]);
        Start(0, Burst | Up, size: 64);
        long instructions = _device.Ledger.Instructions;
        while ((Read(Control(0)) & Enable) != 0)
        {
            _device.Step();
        }

        long cpuCycles = 4 * (_device.Ledger.Instructions - instructions);
        Assert.InRange(cpuCycles, 30 - 3, 30 + 3);
    }

    [Fact]
    public void Single_transfers_come_one_for_each_trigger()
    {
        Setup(0, Single | Up, size: 3);
        for (int n = 1; n <= 3; n++)
        {
            Write(Control(0), Read(Control(0)) | Request);
            Run(10);
            AssertCopied(n);
            Assert.Equal(0, _device.PeekWord(To + (2 * (uint)n)));
            Assert.Equal(n < 3 ? 3 - n : 3, Read(Control(0) + 0x0A));
            Assert.Equal(n < 3 ? Enable : Flag, Read(Control(0)) & (Enable | Flag | Request));
        }

        Write(Control(0), Read(Control(0)) | Request);
        Run(10);
        Assert.Equal(0, _device.PeekWord(To + 6));
    }

    [Theory]
    [InlineData(0, 0xA000, 0xA001)]
    [InlineData(FromByte, 0x0000, 0x00A0)]
    [InlineData(ToByte, 0x0100, 0x0302)]
    [InlineData(FromByte | ToByte, 0xA000, 0xA001)]
    public void Bytes_and_words_mix(int widths, int first, int second)
    {
        Start(0, Block | Up | widths, size: 4);
        Run(20);
        Assert.Equal(first, _device.PeekWord(To));
        Assert.Equal(second, _device.PeekWord(To + 2));
    }

    [Theory]
    [InlineData(0x0000, new[] { 0xA008 })]
    [InlineData(0x0100, new[] { 0xA008 })]
    [InlineData(0x0C00, new[] { 0xA008, 0xA008, 0xA008 })]
    [InlineData(0x0E00, new[] { 0xA008, 0xA007, 0xA006 })]
    [InlineData(0x0300, new[] { 0xA00A })]
    public void Addresses_stay_or_move_up_or_down(int steps, int[] expected)
    {
        Setup(0, Block | steps, size: 3, from: From + 16);
        Write(Control(0), Read(Control(0)) | Request);
        Run(20);
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(n => (int)_device.PeekWord(To + (2 * (uint)n))));
        Assert.Equal(0, _device.PeekWord(To + (2 * (uint)expected.Length)));
    }

    [Fact]
    public void Addresses_have_20_bits_and_words_are_even()
    {
        _device.PokeWord(0x0_FFFE, 0x1111);
        _device.PokeWord(0x1_0000, 0x2222);
        Setup(0, Block | Up, size: 2, from: 0x0_FFFF, to: 0x3_0001);
        Write(Control(0), Read(Control(0)) | Request);
        Run(20);
        Assert.Equal(0x1111, _device.PeekWord(0x3_0000));
        Assert.Equal(0x2222, _device.PeekWord(0x3_0002));
    }

    [Fact]
    public void Repeated_single_and_block_begin_anew_with_the_next_trigger()
    {
        Setup(0, Repeated | Single | Up, size: 2);
        for (int n = 0; n < 3; n++)
        {
            Write(Control(0), Read(Control(0)) | Request);
            Run(10);
        }

        Assert.Equal(1, Read(Control(0) + 0x0A));
        Assert.Equal(0, _device.PeekWord(To + 4));
        Assert.Equal(Enable | Flag, Read(Control(0)) & (Enable | Flag));
        Write(Control(0), 0);

        Setup(0, Repeated | Block | Up, size: 4);
        for (int n = 0; n < 2; n++)
        {
            _device.PokeWord(To, 0);
            Write(Control(0), Read(Control(0)) | Request);
            Run(20);
            Assert.Equal(0xA000, _device.PeekWord(To));
            Assert.Equal(Enable, Read(Control(0)) & Enable);
        }
    }

    [Fact]
    public void A_repeated_burst_goes_on_without_triggers_until_it_is_switched_off()
    {
        Start(0, Repeated | Burst | Up, size: 8);
        Run(200);
        Assert.Equal(Enable | Flag, Read(Control(0)) & (Enable | Flag));
        Write(Control(0), Read(Control(0)) & ~Enable);
        Run(20);
        _device.PokeWord(To, 0);
        Run(100);
        Assert.Equal(0, _device.PeekWord(To));
    }

    [Theory]
    [MemberData(nameof(AllModes))]
    public void A_size_of_0_does_nothing(int mode)
    {
        Start(0, (mode << 12) | Up, size: 0);
        Run(50);
        Assert.Equal(0, _device.PeekWord(To));
        Assert.Equal(Enable, Read(Control(0)) & (Enable | Flag));
    }

    [Fact]
    public void The_registers_are_copied_when_the_channel_is_enabled()
    {
        Setup(0, Single | Up, size: 2);
        Write(Control(0) + 2, 0x3000);
        Write(Control(0) + 6, 0x3000);
        Write(Control(0), Read(Control(0)) | Request);
        Run(10);
        Assert.Equal(0xA000, _device.PeekWord(To));
        Assert.Equal(0x3000, Read(Control(0) + 2));
    }

    [Theory]
    [InlineData(0, new[] { 0, 1, 2 })]
    [InlineData(2, new[] { 2, 0, 1 })]
    public void Channels_that_wait_together_go_by_priority_or_in_turn(int control, int[] expected)
    {
        Write(Ctl4, control);
        Assert.Equal(expected, Order(lastBefore: 1));
    }

    [Fact]
    public void A_channel_can_start_the_next_one()
    {
        Write(Ctl0, 0x1E00);
        Setup(1, Block | Up, size: 4, from: To, to: 0x2400);
        Start(0, Block | Up, size: 4);
        Run(40);
        Assert.Equal(0xA003, _device.PeekWord(0x2406));
    }

    [Fact]
    public void The_last_channel_starts_the_first()
    {
        Write(Ctl0, 0x001E);
        Setup(0, Block | Up, size: 2);
        Setup(5, Block | Up, size: 2, to: 0x2400);
        Write(Control(5), Read(Control(5)) | Request);
        Run(40);
        Assert.Equal(0xA001, _device.PeekWord(0x2402));
        AssertCopied(2);
    }

    [Fact]
    public void DMAIV_gives_the_highest_channel_and_clears_its_flag()
    {
        for (uint channel = 0; channel < 6; channel++)
        {
            Setup(channel, Block | InterruptEnable, size: 1);
            Write(Control(channel), Read(Control(channel)) | Request);
        }

        Run(60);
        Assert.True(_device.Interrupts.IsRequested(Vector));
        Assert.Equal([2, 4, 6, 8, 10, 12, 0], Enumerable.Range(0, 7).Select(_ => (int)Read(Iv)));
        Assert.False(_device.Interrupts.IsRequested(Vector));
        Assert.Equal(0, Read(Control(3)) & Flag);
    }

    [Fact]
    public void An_interrupt_waits_for_the_end_of_a_block()
    {
        _device.PokeWord(0xFFEA, 0x5000); // TA0 CCR0
        Machine.Put(_device, 0x5000, Nop);
        _device.SetRegister(2, Machine.Gie);
        _device.Interrupts.Request(0xFFEA);
        Start(0, Block | Up, size: 64);
        while (_device.ProgramCounter != 0x5000)
        {
            _device.Step();
            Assert.True(_device.ProgramCounter == Machine.Code || _device.PeekWord(To + 126) == 0xA03F);
        }
    }

    [Fact]
    public void An_NMI_stops_a_block_if_it_may()
    {
        foreach (bool mayStop in new[] { false, true })
        {
            _device.PokeWord(To + 126, 0);
            Write(Ctl4, mayStop ? 1 : 0);
            Start(0, Block | Up, size: 64);
            Run(21);
            _device.Interrupts.Request(InterruptController.SystemNmi);
            Run(200);
            Assert.Equal(mayStop ? 0 : 0xA03F, _device.PeekWord(To + 126));
            Assert.Equal(mayStop ? Aborted : 0, Read(Control(0)) & Aborted);
            _device.Interrupts.Clear(InterruptController.SystemNmi);
            _device.Interrupts.Return();
            _device.ProgramCounter = Machine.Code;
        }

        // Cleared, it can be started anew.
        Write(Ctl4, 0);
        Write(Control(0), (Read(Control(0)) & ~Aborted) | Request);
        Run(200);
        AssertCopied(64);
    }

    [Theory]
    [InlineData(0x10, 5, 0)] // LPM0
    [InlineData(0xD0, 5, 5)] // LPM3
    [InlineData(0xF0, 5, 5)] // LPM4
    public void In_a_low_power_mode_it_works_while_the_CPU_sleeps_on(int bits, int cycles, int microseconds)
    {
        Setup(0, Single | Up, size: 1, trigger: 31);
        _device.SetRegister(2, (uint)bits);
        _device.Run(until: _device.Now + SimTime.FromMicroseconds(100));
        SimTime begin = _device.Now;
        long before = _device.Cycles;
        External.Set(true, begin);
        _device.Run(until: begin + SimTime.FromMicroseconds(1000));
        Assert.Equal(0xA000, _device.PeekWord(To));
        Assert.Equal(cycles, _device.Cycles - before);
        Assert.True(_device.IsAsleep);

        // When, seen by a second one that is watched at its time.
        Setup(0, Single | Up, size: 1, trigger: 31, to: 0x2400);
        External.Set(false, _device.Now);
        begin = _device.Now;
        External.Set(true, begin);
        _device.Run(until: begin + SimTime.FromMicroseconds(microseconds + 2));
        Assert.Equal(0, _device.PeekWord(0x2400));
        _device.Run(until: begin + SimTime.FromMicroseconds(microseconds + cycles));
        Assert.Equal(0xA000, _device.PeekWord(0x2400));
    }

    [Fact]
    public void Its_interrupt_wakes_the_CPU()
    {
        _device.PokeWord(Vector, 0x5000);
        Machine.Put(_device, 0x5000, 0x3FFF);
        Setup(0, Block | Up | InterruptEnable, size: 8, trigger: 31);
        _device.SetRegister(2, 0xD0 | Machine.Gie);
        _device.Run(until: _device.Now + SimTime.FromMicroseconds(10));
        External.Set(true, _device.Now);
        _device.Run(until: _device.Now + SimTime.FromMilliseconds(1));
        Assert.Equal(0x5000u, _device.ProgramCounter);
        AssertCopied(8);
    }

    [Fact]
    public void The_pin_triggers_by_its_edge_or_while_it_is_high()
    {
        Setup(0, Repeated | Single | Up, size: 8, trigger: 31);
        External.Set(true, _device.Now);
        Run(50);
        AssertCopied(1);
        Assert.Equal(0, _device.PeekWord(To + 2));
        External.Set(false, _device.Now);
        Write(Control(0), 0);

        // A block is held where it is while the level is low.
        Setup(0, Block | Up | Level, size: 16, trigger: 31);
        External.Set(true, _device.Now);
        Run(9);
        External.Set(false, _device.Now);
        Run(50);
        Assert.NotEqual(0, _device.PeekWord(To + 4));
        Assert.Equal(0, _device.PeekWord(To + 30));
        External.Set(true, _device.Now);
        Run(50);
        AssertCopied(16);

        // Single transfers follow each other while it is high.
        Write(Control(0), 0);
        Setup(0, Single | Up | Level, size: 4, trigger: 31, to: 0x2400);
        Run(50);
        Assert.Equal(0xA003, _device.PeekWord(0x2406));
    }

    [Fact]
    public void It_feeds_a_UART()
    {
        List<byte> sent = [];
        Uart.Sent += (value, _) => sent.Add(value);
        OpenUart();
        Write(Ctl0, 0x000F);
        Setup(0, Single | FromByte | ToByte | 0x0300, size: 5, from: From, to: 0x05CE, trigger: 15);
        Write(0x05CE, 0xEE);
        _device.SetRegister(2, 0xD0);
        _device.Run(until: _device.Now + SimTime.FromMilliseconds(10));
        Assert.Equal([0xEE, 0x00, 0xA0, 0x01, 0xA0, 0x02], sent);
    }

    [Fact]
    public void It_empties_a_UART()
    {
        OpenUart();
        Write(0x05CA, 0x80);
        Setup(1, Repeated | FromByte | ToByte | 0x0C00, size: 3, from: 0x05CC, to: To, trigger: 14);
        foreach (char value in "abc")
        {
            Write(0x05CE, value);
            _device.Run(until: _device.Now + SimTime.FromMilliseconds(2));
        }

        Assert.Equal('a' | ('b' << 8), _device.PeekWord(To));
        Assert.Equal('c', _device.PeekWord(To + 2));
        Assert.Equal(0, Read(0x05CA) & 0x20);
    }

    // CCR0 every 50 us; the channel is enabled before or after the timer is started.
    [Theory]
    [InlineData(false, 1, 0x0342, 0x0352)]
    [InlineData(true, 1, 0x0342, 0x0352)]
    [InlineData(false, 2, 0x0346, 0x0356)]
    [InlineData(true, 7, 0x03C2, 0x03D2)]
    public void A_timer_paces_it(bool isLate, int trigger, uint control, uint compare)
    {
        uint timer = control & 0xFFC0;
        if (isLate)
        {
            StartTimer();
        }

        Setup(0, Repeated | Single | Up, size: 8, trigger: trigger);
        if (!isLate)
        {
            StartTimer();
        }

        _device.SetRegister(2, 0x10);
        _device.Run(until: _device.Now + SimTime.FromMicroseconds(275));
        AssertCopied(5);
        Assert.Equal(0, _device.PeekWord(To + 10));
        Assert.Equal(0, Read(control) & 1);

        // With its interrupt enabled the flag is the CPU's.
        Write(control, 0x10);
        _device.Run(until: _device.Now + SimTime.FromMicroseconds(275));
        Assert.Equal(0, _device.PeekWord(To + 10));

        void StartTimer()
        {
            Write(timer + 0x12, 49);
            Write(compare, 49);
            Write(timer, 0x0214);
        }
    }

    [Fact]
    public void An_edge_before_it_was_enabled_is_none()
    {
        Write(0x0352, 49);
        Write(0x0340, 0x0214);
        Run(60);
        Setup(0, Single | Up, size: 1, trigger: 1);
        Run(20);
        Assert.Equal(0, _device.PeekWord(To));
    }

    [Fact]
    public void It_stores_what_the_ADC_converts()
    {
        Setup(2, Repeated | 0x0C00, size: 4, from: 0x0860, to: To, trigger: 26);
        Write(0x0800, 0x0110); // ADC12SHT0 = 8 cycles, ADC12ON
        Write(0x0802, 0x0204); // ADC12SHP, ADC12CONSEQ = repeat
        Write(0x0820, 0x001F); // A31, half of the supply below
        Write(0x0806, 0x0040); // ADC12BATMAP
        Write(0x0800, 0x0193); // ADC12MSC, ADC12ENC, ADC12SC
        _device.SetRegister(2, 0x10);
        _device.Run(until: _device.Now + SimTime.FromMicroseconds(200));
        Assert.Equal([2048, 2048, 2048, 2048], Enumerable.Range(0, 4).Select(n => _device.PeekWord(To + (2 * (uint)n)) & 0xFFFE));
        Assert.Equal(0, _device.PeekWord(To + 8));
        Assert.True((Read(Control(2)) & Flag) != 0);
    }

    [Fact]
    public void A_trigger_whose_module_is_not_modelled_is_named()
    {
        Setup(0, Single, size: 1, trigger: 11);
        Assert.Contains(_device.Notes, note => note.Contains("DMA trigger AES0", StringComparison.Ordinal));
    }

    [Fact]
    public void Code_that_it_overwrites_runs_as_it_is_then()
    {
        // MOV #1,R5; jump back to it
        Machine.Put(_device, Machine.Code, 0x4315, 0x3FFE);
        Run(100);
        Assert.Equal(1u, _device.GetRegister(5));
        _device.PokeWord(From, 0x4325); // MOV #2,R5
        Setup(0, Single, size: 1, to: Machine.Code);
        Write(Control(0), Read(Control(0)) | Request);
        Run(100);
        Assert.Equal(2u, _device.GetRegister(5));
    }

    [Fact]
    public void A_jump_to_itself_that_it_overwrites_ends()
    {
        Machine.Put(_device, Machine.Code, 0x3FFF, 0x4315, 0x3FFF);
        Run(100);
        _device.PokeWord(From, Nop);
        Setup(0, Single, size: 1, to: Machine.Code, trigger: 31);
        External.Set(true, _device.Now);
        Run(100);
        Assert.Equal(1u, _device.GetRegister(5));
    }

    [Fact]
    public void Its_accesses_are_counted_and_wait_like_those_of_the_CPU()
    {
        // One wait state; MCLK stays at 1 MHz. From FRAM to FRAM: eight lines are read, 32 words written, one cycle more for each.
        Write(0x0140, 0xA510);
        Setup(0, Block | Up, size: 32, from: 0x1_0000, to: 0x2_0000);
        var before = _device.Ledger;
        long cycles = _device.Cycles;
        Write(Control(0), Read(Control(0)) | Request);
        _device.Run(_device.Cycles + 105);
        Assert.Equal(32, _device.Ledger.FramReads - before.FramReads);
        Assert.Equal(8, _device.Ledger.CacheMisses - before.CacheMisses);
        Assert.Equal(32, _device.Ledger.FramWrites - before.FramWrites);
        Assert.Equal(1 + 64 + 8 + 32 + 1, _device.Cycles - cycles);
        Assert.Equal(0, _device.Ledger.Instructions - before.Instructions);
    }

    [Fact]
    public void Events_come_at_their_time_while_a_long_block_is_moved()
    {
        List<SimTime> sent = [];
        Uart.Sent += (_, time) => sent.Add(time);
        OpenUart();
        SimTime begin = _device.Now;
        Write(0x05CE, 'a');
        Setup(0, Block, size: 0xFFFF);
        Write(Control(0), Read(Control(0)) | Request);
        _device.Run(until: begin + SimTime.FromMicroseconds(1000));
        Assert.Equal(begin + SimTime.FromMicroseconds(101), Assert.Single(sent));
        Assert.InRange((_device.Now - begin).TotalSeconds, 1000e-6, 1003e-6);
        Assert.Equal(Enable, Read(Control(0)) & Enable);
        _device.Run(until: begin + SimTime.FromMicroseconds(131_072));
        Assert.Equal(Flag, Read(Control(0)) & (Enable | Flag));
    }

    [Fact]
    public void A_transfer_under_way_keeps_the_device_from_being_parked()
    {
        Machine.Put(_device, Machine.Code, 0x3FFF);
        Start(0, Block | Up, size: 64);
        Assert.Equal(StopReason.Parked, _device.Run());
        AssertCopied(64);
    }

    private Signal External => _device.Signals["DMAE0"];

    private static uint Control(uint channel) => 0x0510 + (0x10 * channel);

    // In which order three channels with one trigger are served, after a certain one was: each stores its number at the same place.
    private int[] Order(uint lastBefore)
    {
        Setup(lastBefore, Single, size: 1, to: 0x2400);
        Write(Control(lastBefore), Read(Control(lastBefore)) | Request);
        Run(10);
        for (uint channel = 0; channel < 3; channel++)
        {
            _device.PokeWord(0x2600 + (2 * channel), (ushort)channel);
            Setup(channel, Single, size: 1, from: 0x2600 + (2 * channel), to: 0x2500, trigger: 31);
        }

        List<int> order = [];
        _device.PokeWord(0x2500, 99);
        External.Set(true, _device.Now);
        for (int n = 0; n < 30 && order.Count < 3; n++)
        {
            _device.Step();
            int last = _device.PeekWord(0x2500);
            if (last != 99)
            {
                order.Add(last);
                _device.PokeWord(0x2500, 99);
            }
        }

        return [.. order];
    }

    private long CyclesLost(Action start)
    {
        long plain = Nops + 2;
        long before = _device.Cycles;
        start();
        Assert.Equal(StopReason.Parked, _device.Run());
        return _device.Cycles - before - plain;
    }

    private void Start(uint channel, int control, int size)
    {
        Setup(channel, control, size);
        Write(Control(channel), Read(Control(channel)) | Request);
    }

    private void Setup(uint channel, int control, int size, uint from = From, uint to = To, int trigger = -1)
    {
        if (trigger >= 0)
        {
            uint register = Ctl0 + (2 * (channel / 2));
            int shift = (int)(8 * (channel % 2));
            Write(register, (Read(register) & ~(0x1F << shift)) | (trigger << shift));
        }

        uint address = Control(channel);
        Write(address, 0);
        Write(address + 2, (ushort)from);
        Write(address + 4, (int)(from >> 16));
        Write(address + 6, (ushort)to);
        Write(address + 8, (int)(to >> 16));
        Write(address + 0x0A, size);
        Write(address, control);
        Write(address, control | Enable);
    }

    private void OpenUart()
    {
        Write(0x05C0, 0x0081);
        Write(0x05C6, 10);
        Write(0x05C0, 0x0080);
    }

    private void AssertCopied(int count)
    {
        for (uint n = 0; n < count; n++)
        {
            Assert.Equal(0xA000 + n, _device.PeekWord(To + (2 * n)));
        }
    }

    private void Run(long cycles) => _device.Run(_device.Cycles + cycles);

    private ushort Read(uint address) => _device.Registers.ReadWord(address);

    private void Write(uint address, int value) => _device.Registers.WriteWord(address, (ushort)value);
}
