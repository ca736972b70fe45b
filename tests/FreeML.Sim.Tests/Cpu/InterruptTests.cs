using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Cpu;

public sealed class InterruptTests
{
    private const uint Port1 = 0xFFDE;
    private const uint Timer = 0xFFEA;
    private const ushort Nop = 0x4303;
    private const ushort Eint = 0xD232;
    private const ushort Dint = 0xC232;
    private const ushort Reti = 0x1300;
    private const ushort JumpToSelf = 0x3FFF;

    [Fact]
    public void Entry_takes_six_cycles_and_stacks_the_program_counter_then_the_status()
    {
        using Device device = WithHandler(0x5000, Nop);
        device.SetRegister(2, Machine.Gie | 0x107);
        device.Interrupts.Request(Port1);

        device.Step();

        Assert.Equal(6, device.Cycles);
        Assert.Equal(0x5000u, device.ProgramCounter);
        Assert.Equal(0x23FCu, device.GetRegister(1));
        Assert.Equal(Machine.Code, device.PeekWord(0x23FE));
        Assert.Equal(0x10F, device.PeekWord(0x23FC));
        Assert.Equal(1, device.Ledger.Interrupts);
    }

    [Fact]
    public void Entry_clears_every_status_bit_but_SCG0()
    {
        using Device device = WithHandler(0x5000, Nop);
        device.SetRegister(2, 0x1FF & ~0x10u);
        device.Interrupts.Request(Port1);

        device.Step();

        Assert.Equal(0x40u, device.GetRegister(2));
    }

    // The upper four bits of the program counter ride on the status word.
    [Fact]
    public void A_20_bit_program_counter_survives_entry_and_RETI()
    {
        using Device device = WithHandler(0x5000, Reti);
        Machine.Put(device, 0x3_4560, Nop);
        device.ProgramCounter = 0x3_4560;
        device.SetRegister(2, Machine.Gie | 0x105);
        device.Interrupts.Request(Port1);

        device.Step();
        Assert.Equal(0x310D, device.PeekWord(0x23FC));
        Assert.Equal(0x4560, device.PeekWord(0x23FE));
        device.Interrupts.Clear(Port1);
        device.Step();

        Assert.Equal(0x3_4560u, device.ProgramCounter);
        Assert.Equal(0x10Du, device.GetRegister(2));
        Assert.Equal(0x2400u, device.GetRegister(1));
        Assert.Equal(6 + 5, device.Cycles);
    }

    [Fact]
    public void The_instruction_after_EINT_always_executes_first()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        Machine.Put(device, Machine.Code, Eint, 0x5315, Nop); // INC R5
        device.Interrupts.Request(Port1);

        device.Step();
        device.Step();
        Assert.Equal(1u, device.GetRegister(5));
        Assert.Equal(0u, device.Ledger.Interrupts);
        device.Step();

        Assert.Equal(0x5000u, device.ProgramCounter);
        Assert.Equal(Machine.Code + 4, device.PeekWord(0x23FE));
    }

    [Fact]
    public void EINT_followed_by_DINT_lets_nothing_in()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        Machine.Put(device, Machine.Code, Eint, Dint, Nop, Nop, JumpToSelf);
        device.Interrupts.Request(Port1);

        Assert.Equal(StopReason.Parked, device.Run());
        Assert.Equal(0, device.Ledger.Interrupts);
    }

    [Fact]
    public void Without_GIE_a_maskable_request_waits()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        Machine.Put(device, Machine.Code, Nop, JumpToSelf);
        device.Interrupts.Request(Port1);

        Assert.Equal(StopReason.Parked, device.Run());
        Assert.Equal(Machine.Code + 2, device.ProgramCounter);
    }

    [Fact]
    public void The_highest_vector_address_wins()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        device.PokeWord(Timer, 0x5100);
        device.SetRegister(2, Machine.Gie);
        device.Interrupts.Request(Port1);
        device.Interrupts.Request(Timer);

        device.Step();

        Assert.Equal(0x5100u, device.ProgramCounter);
    }

    [Fact]
    public void A_non_maskable_request_needs_no_GIE_and_does_not_nest_in_itself_until_RETI()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        Machine.Put(device, 0x5200, Nop, Reti);
        device.PokeWord(InterruptController.UserNmi, 0x5200);
        device.Interrupts.Request(InterruptController.UserNmi);

        device.Step();
        Assert.Equal(0x5200u, device.ProgramCounter);
        device.Step();
        Assert.Equal(0x5202u, device.ProgramCounter);
        device.Step();
        Assert.Equal(Machine.Code, device.ProgramCounter);
        device.Step();

        Assert.Equal(0x5200u, device.ProgramCounter);
        Assert.Equal(2, device.Ledger.Interrupts);
    }

    [Fact]
    public void A_repeated_instruction_completes_before_an_interrupt_is_taken()
    {
        using Device device = WithHandler(0x5000, JumpToSelf);
        Machine.Put(device, Machine.Code, 0x184F, 0x5405); // RPT #16 { ADDX.W R4,R5
        device.SetRegister(4, 1);
        device.SetRegister(2, Machine.Gie);

        device.Run(device.Cycles + 1);
        device.Interrupts.Request(Port1);
        Assert.Equal(16u, device.GetRegister(5));
        Assert.Equal(17, device.Cycles);
        device.Step();

        Assert.Equal(Machine.Code + 4, device.PeekWord(0x23FE));
    }

    [Fact]
    public void A_sleeping_CPU_wakes_for_an_interrupt_and_sleeps_again_after_RETI()
    {
        using Device device = WithHandler(0x5000, 0x5316, Reti); // INC R6
        Machine.Put(device, Machine.Code, 0xD032, 0x00D8, Nop, JumpToSelf); // BIS #LPM3+GIE,SR
        Assert.Equal(StopReason.Parked, device.Run());

        device.Interrupts.Request(Port1);
        device.Step();
        device.Interrupts.Clear(Port1);
        Assert.Equal(StopReason.Parked, device.Run());

        Assert.Equal(1u, device.GetRegister(6));
        Assert.Equal(0xD8u, device.GetRegister(2));
        Assert.Equal(Machine.Code + 4, device.ProgramCounter);
    }

    [Fact]
    public void A_handler_that_clears_CPUOFF_on_the_stack_keeps_the_CPU_awake()
    {
        using Device device = WithHandler(0x5000, 0xC0B1, 0x00F0, 0x0000, Reti); // BIC #00F0,0(SP)
        Machine.Put(device, Machine.Code, 0xD032, 0x00D8, Nop, 0x5317, JumpToSelf); // ... INC R7
        device.Run();

        device.Interrupts.Request(Port1);
        device.Step();
        device.Interrupts.Clear(Port1);
        device.Run();

        Assert.Equal(1u, device.GetRegister(7));
    }

    private static Device WithHandler(uint address, params ushort[] handler)
    {
        Device device = Machine.Create("msp430fr5994", Nop);
        Machine.Put(device, address, handler);
        device.PokeWord(Port1, (ushort)address);

        // The watchdog would end a parked run with a reset.
        device.Registers.WriteWord(0x015C, 0x5A80);
        return device;
    }
}
