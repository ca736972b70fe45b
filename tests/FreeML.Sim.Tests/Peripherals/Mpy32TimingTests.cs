using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Tests.Cpu;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>When the multiplier's results can be read, and what reads and writes before that do.</summary>
public sealed class Mpy32TimingTests
{
    private const uint Mpy = 0x04C0;
    private const uint Op2 = 0x04C8;
    private const uint Sumext = 0x04CE;
    private const uint Mpys = 0x04C2;
    private const uint Mpy32L = 0x04D0;
    private const uint Op2L = 0x04E0;
    private const uint Op2H = 0x04E2;
    private const uint Res0 = 0x04E4;
    private const uint Ctl0 = 0x04EC;
    private const int Saturate = 0x08;
    private const int DelayWrites = 0x100;
    private const int DelayForLowerHalf = 0x200;

    private readonly FakeDevice _device = new();

    [Theory]
    [InlineData(false, 0, 3, 3)]
    [InlineData(false, Saturate, 3, 3)]
    [InlineData(true, 0, 3, 5, 6, 7)]
    [InlineData(true, Saturate, 7, 7, 7, 7)]
    public void After_OP2_each_word_is_ready_in_its_cycle(bool op1Is32, int control, params int[] cycles)
    {
        for (int word = 0; word < cycles.Length; word++)
        {
            Prepare(control);
            Start(op1Is32);
            _device.Write(Op2, 0xFFFF);
            AssertReadyAfter(word, cycles[word]);
        }
    }

    [Theory]
    [InlineData(false, 0, 3, 5, 6, 7)]
    [InlineData(false, Saturate, 7, 7, 7, 7)]
    [InlineData(true, 0, 3, 8, 10, 11)]
    [InlineData(true, Saturate, 11, 11, 11, 11)]
    public void With_OP2H_right_behind_OP2L_the_time_counts_from_OP2L(bool op1Is32, int control, params int[] cycles)
    {
        for (int word = 0; word < cycles.Length; word++)
        {
            Prepare(control);
            Start(op1Is32);
            _device.Write(Op2L, 0xFFFF);
            _device.Write(Op2H, 0xFFFF);
            AssertReadyAfter(word, cycles[word]);
        }
    }

    [Theory]
    [InlineData(false, 0, 3, 3, 4, 4)]
    [InlineData(false, Saturate, 4, 4, 4, 4)]
    [InlineData(true, 0, 3, 3, 5, 6)]
    [InlineData(true, Saturate, 6, 6, 6, 6)]
    public void With_OP2H_long_after_OP2L_the_time_counts_from_OP2H(bool op1Is32, int control, params int[] cycles)
    {
        for (int word = 0; word < cycles.Length; word++)
        {
            Prepare(control);
            Start(op1Is32);
            _device.Write(Op2L, 0xFFFF);
            Cycles(20);
            _device.Write(Op2H, 0xFFFF);
            AssertReadyAfter(word, cycles[word]);
        }
    }

    [Fact]
    public void SUMEXT_is_ready_with_RES1()
    {
        Prepare(0);
        _device.Write(Mpys, 0xFFFF);
        _device.Write(Op2, 1);
        Cycles(2);
        Assert.Equal(0, _device.Read(Sumext));
        Cycles(1);
        Assert.Equal(0xFFFF, _device.Read(Sumext));
    }

    [Fact]
    public void A_half_written_operand_leaves_the_last_result_readable()
    {
        Prepare(0);
        _device.Write(Mpy, 3);
        _device.Write(Op2, 5);
        Cycles(3);
        _device.Write(Op2L, 7);
        Assert.Equal(15, _device.Read(Res0));
    }

    [Theory]
    [InlineData(DelayWrites, 11)]
    [InlineData(DelayWrites | DelayForLowerHalf, 8)]
    [InlineData(DelayForLowerHalf, 0)]
    [InlineData(0, 0)]
    public void Delayed_writes_wait_for_the_result_or_its_lower_half(int control, int stall)
    {
        foreach (uint register in new[] { Mpy, Mpy32L, Mpy32L + 2, Op2, Op2L, Op2H, Res0 })
        {
            Prepare(control);
            Start(op1Is32: true);
            _device.Write(Op2L, 0xFFFF);
            _device.Write(Op2H, 0xFFFF);
            long before = _device.StalledCycles;
            _device.Write(register, 1);
            Assert.Equal(stall, _device.StalledCycles - before);
            _device.Write(Ctl0, 0);
            Cycles(20);
        }
    }

    [Fact]
    public void Delayed_writes_do_not_wait_for_an_idle_multiplier()
    {
        Prepare(DelayWrites);
        Start(op1Is32: true);
        _device.Write(Op2, 2);
        Cycles(7);
        _device.Write(Op2, 3);
        Assert.Equal(0, _device.StalledCycles);
    }

    [Theory]
    [InlineData(false, false, 3)]
    [InlineData(true, false, 7)]
    [InlineData(false, true, 7)]
    [InlineData(true, true, 11)]
    public void The_cycles_it_works_are_reported(bool op1Is32, bool op2Is32, double cycles)
    {
        Start(op1Is32);
        double before = _device.Modules.Activities.AmountAt(ModuleActivity.Multiplier, _device.Now);
        if (op2Is32)
        {
            _device.Write(Op2L, 1);
            _device.Write(Op2H, 1);
        }
        else
        {
            _device.Write(Op2, 1);
        }

        Assert.Equal(cycles, _device.Modules.Activities.AmountAt(ModuleActivity.Multiplier, _device.Now) - before);
    }

    // MOV #RESLO,R4; MOV #3,&MPY; MOV #5,&OP2; then a look.
    [Theory]
    [InlineData(0, new ushort[] { 0x4425 })] // MOV @R4,R5: two cycles after the write, too early
    [InlineData(15, new ushort[] { 0x4303, 0x4425 })] // NOP; MOV @R4,R5
    [InlineData(15, new ushort[] { 0x4215, 0x04CA })] // MOV &RESLO,R5
    [InlineData(15, new ushort[] { 0x4415, 0x0000 })] // MOV 0(R4),R5
    public void Only_indirect_addressing_right_after_the_write_is_too_fast(int expected, ushort[] look)
    {
        using Device device = Machine.Create("msp430fr5994", [0x4034, 0x04CA, 0x40B2, 3, 0x04C0, 0x40B2, 5, 0x04C8, .. look]);
        Machine.Steps(device, look[0] == 0x4303 ? 5 : 4);
        Assert.Equal((uint)expected, device.GetRegister(5));
    }

    [Fact]
    public void The_CPU_loses_the_cycles_that_a_delayed_write_waits()
    {
        // MOV #DLYWRTEN,&CTL0; MOV #1,&MPY32L; MOV #1,&MPY32H; MOV #1,&OP2; MOV #1,&OP2 five cycles later, two before the result.
        ushort[] code = [0x40B2, DelayWrites, 0x04EC, 0x4392, 0x04D0, 0x4392, 0x04D2, 0x40B2, 1, 0x04C8, 0x40B2, 1, 0x04C8];
        using Device device = Machine.Create("msp430fr5994", code);
        Machine.Steps(device, 4);
        long before = device.Cycles;
        device.Step();
        Assert.Equal(5 + 2, device.Cycles - before);
    }

    // All result words 1234, which no product here gives.
    private void Prepare(int control)
    {
        Cycles(30);
        _device.Write(Ctl0, 0);
        for (uint word = 0; word < 4; word++)
        {
            _device.Write(Res0 + (2 * word), 0x1234);
        }

        _device.Write(Ctl0, control);
    }

    private void Start(bool op1Is32)
    {
        _device.Write(op1Is32 ? Mpy32L : Mpy, 0xFFFF);
        if (op1Is32)
        {
            _device.Write(Mpy32L + 2, 0xFFFF);
        }
    }

    private void AssertReadyAfter(int word, int cycles)
    {
        Cycles(cycles - 1);
        Assert.Equal(0x1234, _device.Read(Res0 + (2 * (uint)word)));
        Cycles(1);
        Assert.NotEqual(0x1234, _device.Read(Res0 + (2 * (uint)word)));
    }

    private void Cycles(int count) => _device.Advance(_device.Mclk.CyclesToTime(count));
}
