using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Cpu;

public sealed class SelfModifyingCodeTests
{
    [Theory]
    [InlineData("msp430fr5994")]
    [InlineData("generic")]
    public void A_store_into_the_next_instruction_is_what_runs_next(string name)
    {
        // MOV #5316,&4408 (INC R6) over INC R5 that has run before.
        using Device device = Machine.Create(name, 0x40B2, 0x5316, 0x4408, 0x4303, 0x5315, 0x3FFA);

        Machine.Steps(device, 4);

        Assert.Equal(0u, device.GetRegister(5));
        Assert.Equal(1u, device.GetRegister(6));
    }

    [Fact]
    public void An_operand_word_rewritten_after_it_ran_counts()
    {
        // loop: MOV #1111,R5; MOV R7,&4402; JMP loop
        using Device device = Machine.Create("msp430fr5994", 0x4035, 0x1111, 0x4782, 0x4402, 0x3FFB);
        device.SetRegister(7, 0x2222);

        Machine.Steps(device, 1);
        Assert.Equal(0x1111u, device.GetRegister(5));
        Machine.Steps(device, 3);

        Assert.Equal(0x2222u, device.GetRegister(5));
    }

    [Fact]
    public void A_byte_store_into_the_last_word_of_a_four_word_instruction_counts()
    {
        // MOVX.A #12345,&1C02 at 4400..4406, then MOV.B R7,&4406, JMP back.
        using Device device = Machine.Create("msp430fr5994", 0x1880, 0x40F2, 0x2345, 0x1C02, 0x47C2, 0x4406, 0x3FF9);
        device.SetRegister(7, 0x10);

        Machine.Steps(device, 4);

        Assert.Equal(0x2345, device.PeekWord(0x1C02));
        Assert.Equal(0x2345, device.PeekWord(0x1C10));
        Assert.Equal(1, device.PeekWord(0x1C12));
    }

    [Fact]
    public void A_debugger_may_replace_code_that_has_run()
    {
        using Device device = Machine.Create("msp430fr5994", 0x5315, 0x3FFE);
        Machine.Steps(device, 2);

        device.PokeWord(Machine.Code, 0x5316);
        device.Step();

        Assert.Equal(1u, device.GetRegister(5));
        Assert.Equal(1u, device.GetRegister(6));
    }

    [Fact]
    public void Words_that_were_no_instruction_are_one_when_the_second_of_them_changes()
    {
        // An extension word before what is no instruction, and then before INC R5.
        using Device device = Machine.Create("msp430fr5994", 0x1840, 0x0300, 0x3FFF);
        Assert.Equal(StopReason.Illegal, device.Step());

        device.PokeWord(Machine.Code + 2, 0x5315);
        device.ProgramCounter = Machine.Code;
        device.Step();

        Assert.Equal(1u, device.GetRegister(5));
    }
}
