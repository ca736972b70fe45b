using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Isa;

public sealed class DecoderTests
{
    private const uint Address = 0x0_4400;

    // R0 and R3 hold no place, R2 only as a register: what the guide leaves undefined of a pattern, in words.
    private static readonly Dictionary<string, int> Undefined = new()
    {
        ["RRC"] = 12,  // #N, #4, #8, #1, #2 and #-1 have nowhere to go; .W and .B (#0 may go to R3, which forgets it)
        ["RRA"] = 12,
        ["SWPB"] = 6,
        ["SXT"] = 6,
        ["MOVA 0000 ssss 0001 dddd"] = 3 * 16, // R0, R2, R3 do not count up
        ["CALLA 0001 0011 0111 ssss"] = 3,
    };

    [Fact]
    public void Every_first_word_decodes_or_is_declared_illegal_and_each_row_has_the_words_of_its_pattern()
    {
        var found = new Dictionary<InstructionDefinition, int>();
        int illegal = 0;
        for (int word = 0; word < 0x1_0000; word++)
        {
            Instruction instruction = Decoder.Decode(Address, [(ushort)word, 0x4303, 0x4303, 0x4303]);
            if (instruction.Definition is not { } row)
            {
                illegal++;
                Assert.Equal(1, instruction.Words);
                Assert.Equal(0, instruction.Cycles);
            }
            else if (!instruction.IsExtended)
            {
                found[row] = found.GetValueOrDefault(row) + 1;
            }
        }

        Assert.All(InstructionSet.Rows, row => Assert.Equal(PatternWords(row), found[row]));

        // 1300 to 133F but RETI; 13A0 to 13AF, 13C0 to 13FF; 10C0, 11C0, 12C0 and the 63 behind each; R0, R2, R3 counting up; shifts of no place.
        // Of the extension words, A/L = 0 before MOV (B/W = 0): 1024.
        Assert.Equal(63 + 16 + 64 + (3 * 64) + 48 + 3 + 36 + 1024, illegal);
    }

    [Fact]
    public void An_extension_word_takes_formats_i_and_ii_alone()
    {
        for (int word = 0; word < 0x1_0000; word++)
        {
            Instruction plain = Decoder.Decode(Address, [(ushort)word, 2, 4, 6, 8]);
            Instruction extended = Decoder.Decode(Address, [0x1840, (ushort)word, 2, 4, 6]);
            bool isFormat = plain.Definition is { Format: Format.DoubleOperand or Format.SingleOperand, Name: not "CALL" };
            if (InstructionSet.IsExtensionWord((ushort)word))
            {
                Assert.False(extended.IsLegal);
            }
            else
            {
                Assert.Equal(isFormat, extended.IsLegal);
                Assert.Equal(isFormat ? plain.Words + 1 : 1, extended.Words);
            }
        }
    }

    [Fact]
    public void Every_legal_word_has_cycles_at_every_size()
    {
        foreach (ushort extension in (ushort[])[0x1840, 0x1800, 0x1847, 0x1887])
        {
            for (int word = 0; word < 0x1_0000; word++)
            {
                Instruction plain = Decoder.Decode(Address, [(ushort)word, 2, 4, 6]);
                Instruction extended = Decoder.Decode(Address, [extension, (ushort)word, 2, 4]);

                Assert.True(!plain.IsLegal || plain.Cycles is > 0 and <= 34, $"{word:X4}: {plain.Cycles}");
                Assert.True(!extended.IsLegal || extended.Cycles is > 0 and <= 34, $"{extension:X4} {word:X4}: {extended.Cycles}");
            }
        }
    }

    [Theory]
    [InlineData(0x4506, 1)] // mov r5, r6
    [InlineData(0x4036, 2)] // mov #n, r6
    [InlineData(0x4526, 1)] // mov @r5, r6
    [InlineData(0x4516, 2)] // mov x(r5), r6
    [InlineData(0x4596, 3)] // mov x(r5), x(r6)
    [InlineData(0x4292, 3)] // mov &a, &b
    [InlineData(0x4326, 1)] // mov #2, r6
    [InlineData(0x43A6, 2)] // mov #2, x(r6)
    [InlineData(0x1215, 2)] // push x(r5)
    [InlineData(0x1230, 2)] // push #n
    [InlineData(0x1300, 1)] // reti
    [InlineData(0x13B0, 2)] // calla #n
    [InlineData(0x1346, 1)] // calla r6
    [InlineData(0x3FFF, 1)] // jmp
    [InlineData(0x0080, 2)] // mova #n, r0
    [InlineData(0x0136, 2)] // mova x(r1), r6
    [InlineData(0x01C6, 1)] // mova r1, r6
    [InlineData(0x0056, 1)] // rrcm
    [InlineData(0x1506, 1)] // pushm
    [InlineData(0x10C0, 1)] // nothing
    public void Lengths_count_the_words_of_operands(int word, int words) =>
        Assert.Equal(words, Decoder.Decode(Address, [(ushort)word, 0, 0, 0]).Words);

    [Fact]
    public void The_size_of_an_extended_instruction_is_in_two_words()
    {
        Assert.Equal(OperandSize.Word, Decoder.Decode(Address, [0x1840, 0x4506, 0, 0]).Size);
        Assert.Equal(OperandSize.Byte, Decoder.Decode(Address, [0x1840, 0x4546, 0, 0]).Size);
        Assert.Equal(OperandSize.Address, Decoder.Decode(Address, [0x1800, 0x4546, 0, 0]).Size);
        Assert.False(Decoder.Decode(Address, [0x1800, 0x4506, 0, 0]).IsLegal);
    }

    [Theory]
    [InlineData(0x1080)]
    [InlineData(0x1180)]
    public void The_size_of_swpbx_and_sxtx_is_in_the_extension_word_alone(int word)
    {
        Assert.Equal(OperandSize.Address, Decoder.Decode(Address, [0x1800, (ushort)word, 0, 0]).Size);
        Assert.Equal(OperandSize.Word, Decoder.Decode(Address, [0x1840, (ushort)word, 0, 0]).Size);
    }

    [Fact]
    public void Bits_19_to_16_come_from_the_extension_word()
    {
        Instruction move = Decoder.Decode(Address, [0x1A87, 0x42D2, 0x1234, 0x5678]); // movx.a &51234, &75678

        Assert.Equal(Operand.Absolute(0x5_1234), move.Source);
        Assert.Equal(Operand.Absolute(0x7_5678), move.Destination);
        Assert.Equal(0xF_1234, Decoder.Decode(Address, [0x180F, 0x1270, 0x1234, 0]).Source.Value); // pushx.a #f1234
    }

    [Fact]
    public void Only_registers_are_repeated()
    {
        Assert.Equal(6, Decoder.Decode(Address, [0x1845, 0x4506, 0, 0]).Count);
        Assert.Equal(5, Decoder.Decode(Address, [0x18C5, 0x4506, 0, 0]).CountRegister);
        Assert.Equal(1, Decoder.Decode(Address, [0x1845, 0x4586, 0, 0]).Count);
        Assert.Equal(-1, Decoder.Decode(Address, [0x18C5, 0x4516, 0, 0]).CountRegister);
        Assert.True(Decoder.Decode(Address, [0x1940, 0x1006, 0, 0]).ZeroCarry);
    }

    [Theory]
    [InlineData(0x04400, 0x3FFF, 0x04400)]
    [InlineData(0x04400, 0x3C00, 0x04402)]
    [InlineData(0x04400, 0x21FF, 0x04800)]
    [InlineData(0x04400, 0x2200, 0x04002)]
    [InlineData(0x00000, 0x3E00, 0xFFC02)]
    [InlineData(0xFFFFE, 0x3C01, 0x00002)]
    public void Jumps_lead_to_20_bit_addresses(int address, int word, int target) =>
        Assert.Equal((uint)target, Decoder.Decode((uint)address, [(ushort)word, 0, 0, 0]).Target);

    [Theory]
    [InlineData(0x04400, 0xFFFE, 0x04400)] // the index word is at 4402
    [InlineData(0x0FFF0, 0x0100, 0x000F2)] // in the lower 64 KiB a sum stays there
    [InlineData(0x10000, 0xFFF0, 0x0FFF2)] // above it does not
    [InlineData(0x10000, 0x7FFE, 0x18000)]
    public void Symbolic_addresses_count_from_the_index_word(int address, int index, int target) =>
        Assert.Equal((uint)target, Decoder.Decode((uint)address, [0x4016, (ushort)index, 0, 0]).Source.Address);

    [Fact]
    public void Fewer_words_than_the_longest_instruction_are_an_error() =>
        Assert.Throws<ArgumentException>(() => Decoder.Decode(Address, [0x4303, 0x4303, 0x4303]));

    private static int PatternWords(InstructionDefinition row)
    {
        string letters = row.Pattern.Replace(" ", "", StringComparison.Ordinal);
        int undefined = Undefined.GetValueOrDefault(row.Name) + Undefined.GetValueOrDefault(row.ToString());
        return (1 << letters.Count(letter => letter is not ('0' or '1'))) - undefined;
    }
}
