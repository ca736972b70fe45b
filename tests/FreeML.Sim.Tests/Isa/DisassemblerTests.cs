using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Isa;

public sealed class DisassemblerTests
{
    private const uint Address = 0x4400;

    // Words, text, and the instruction behind an emulated one.
    [Theory]
    [InlineData("4303", "nop", "mov #0, r3")]
    [InlineData("4130", "ret", "mov @r1+, r0")]
    [InlineData("0110", "reta", "mova @r1+, r0")]
    [InlineData("1300", "reti", "")]
    [InlineData("D232", "eint", "bis #8, r2")]
    [InlineData("C232", "dint", "bic #8, r2")]
    [InlineData("D312", "setc", "bis #1, r2")]
    [InlineData("D322", "setz", "bis #2, r2")]
    [InlineData("D222", "setn", "bis #4, r2")]
    [InlineData("C312", "clrc", "bic #1, r2")]
    [InlineData("C322", "clrz", "bic #2, r2")]
    [InlineData("C222", "clrn", "bic #4, r2")]
    [InlineData("4135", "pop r5", "mov @r1+, r5")]
    [InlineData("4030 4400", "br #0x4400", "mov #17408, r0")]
    [InlineData("4500", "br r5", "mov r5, r0")]
    [InlineData("0500", "bra @r5", "mova @r5, r0")]
    [InlineData("5315", "inc r5", "add #1, r5")]
    [InlineData("53E5 0002", "incd.b 2(r5)", "add.b #2, 2(r5)")]
    [InlineData("8315", "dec r5", "sub #1, r5")]
    [InlineData("8325", "decd r5", "sub #2, r5")]
    [InlineData("4305", "clr r5", "mov #0, r5")]
    [InlineData("E335", "inv r5", "xor #-1, r5")]
    [InlineData("5505", "rla r5", "add r5, r5")]
    [InlineData("6545", "rlc.b r5", "addc.b r5, r5")]
    [InlineData("6305", "adc r5", "addc #0, r5")]
    [InlineData("7305", "sbc r5", "subc #0, r5")]
    [InlineData("A305", "dadc r5", "dadd #0, r5")]
    [InlineData("9305", "cmp #0, r5", "")]
    [InlineData("4343", "clr.b r3", "mov.b #0, r3")]
    [InlineData("2002", "jnz $+6", "")]
    [InlineData("3FFF", "jmp $+0", "")]
    [InlineData("4031 2400", "mov #9216, r1", "")]
    [InlineData("40B2 A55A 0120", "mov #-23206, &0x0120", "")]
    [InlineData("12B0 0798", "call #1944", "")]
    [InlineData("13B1 2330", "calla #74544", "")]
    [InlineData("194E 100D", "rpt #15 { rrux.w r13", "rpt #15 { rrcx.w r13")]
    [InlineData("18C5 5506", "rpt r5 { addx.w r5, r6", "")]
    [InlineData("1528", "pushm #3, r8", "")]
    [InlineData("1628", "popm.a #3, r10", "")]
    [InlineData("0000", "beq", "mova @r0, r0")]
    [InlineData("10C0", ".word 0x10c0", "")]
    [InlineData("1840 1840", ".word 0x1840, 0x1840", "")]
    [InlineData("1003", "rrc #0", "")]
    [InlineData("1032", "rrc #8", "")]
    public void Text_is_objdumps_and_the_comment_the_cpus(string words, string text, string plain)
    {
        AssemblyText found = Disassembler.Disassemble(Address, Words(words));

        Assert.Equal(text, found.ToString());
        Assert.Equal(plain, found.Plain);
    }

    // What objdump prints is wrong or incomplete here; the plain text is not.
    [Theory]
    [InlineData("5191 0004 0008", "rla 4(r1)", "add 4(r1), 8(r1)")]
    [InlineData("1840 4382 9000", "movx.w #0, &0xf9000", "movx.w #0, &0x09000")]
    [InlineData("1881 4080 1234", "movx.? r0, 0x11234", "")]
    [InlineData("18C1 4070 2345", "brx #0x2345", "movx.b #9029, r0")]
    [InlineData("1880 4070 2345", "brx #0x2345", "movx.a #74565, r0")]
    [InlineData("1801 1250 0010", "pushx.a 0x00010", "pushx.a 0x10010")]
    [InlineData("1880 1252 0010", "pushx.a &0x0010", "pushx.a &0x10010")] // as GNU's assembler places the high bits
    [InlineData("41B0 FFF0", "pop 0xfffffff0", "mov @r1+, 0xfff0")]
    [InlineData("17FF", "popm #16, r30", "popm #16, r14")]
    [InlineData("02D5", "cmpa r2, r5", "cmpa #4, r5")]
    public void Where_objdump_misleads_the_plain_text_tells(string words, string text, string plain) =>
        Text_is_objdumps_and_the_comment_the_cpus(words, text, plain);

    [Fact]
    public void Every_first_word_has_a_text_and_as_many_words_as_the_decoder_says()
    {
        for (int word = 0; word < 0x1_0000; word++)
        {
            ushort[] words = [(ushort)word, 0x4303, 0x4303, 0x4303];
            Instruction instruction = Decoder.Decode(Address, words);
            AssemblyText text = Disassembler.Disassemble(Address, words);

            Assert.NotEmpty(text.Mnemonic);
            Assert.InRange(text.Words, 1, Decoder.MaximumWords);
            Assert.True(!instruction.IsLegal || instruction.Words == text.Words, $"{word:X4}: {text}");
            Assert.Equal(text.ToString(), Disassembler.Format(instruction, words));
        }
    }

    [Fact]
    public void An_instruction_that_is_cut_off_is_a_word()
    {
        Assert.Equal(".word 0x4031", Disassembler.Disassemble(Address, Words("4031")).ToString());
        Assert.Equal(".word 0x1840", Disassembler.Disassemble(Address, Words("1840 4031")).ToString());
        Assert.Equal("mov #0, r1", Disassembler.Disassemble(Address, Words("4031 0000")).ToString());
    }

    [Fact]
    public void No_words_are_an_error() => Assert.Throws<ArgumentException>(() => Disassembler.Disassemble(Address, []));

    private static ushort[] Words(string words) => [.. words.Split(' ').Select(word => Convert.ToUInt16(word, 16))];
}
