using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Isa;

/// <summary>The cycle tables, against the accesses that an instruction makes and against the guide's tables one by one.</summary>
public sealed class CyclesTests
{
    private static readonly AddressingMode[] RegisterModes = [AddressingMode.Register, AddressingMode.Constant];

    /// <summary>
    /// One cycle for each word fetched and each word of data read or written, which is what the guide's tables come to wherever the
    /// program counter is not written. PC relative sources included; its own column is checked below.
    /// </summary>
    [Fact]
    public void Format_i_takes_a_cycle_for_every_access()
    {
        for (int word = 0x4000; word < 0x1_0000; word++)
        {
            foreach (ushort[] words in (ushort[][])[[(ushort)word, 2, 4, 6], [0x1840, (ushort)word, 2, 4], [0x1800, (ushort)word, 2, 4]])
            {
                Instruction i = Decoder.Decode(0x4400, words);
                if (i.IsLegal && i.Destination != Operand.Of(0))
                {
                    Assert.True(Accesses(i) == i.Cycles, $"{Disassembler.Format(i, words)}: found {i.Cycles} cycles, expected {Accesses(i)}");
                }
            }
        }
    }

    [Fact]
    public void Repetitions_take_a_cycle_each()
    {
        for (int count = 1; count <= 16; count++)
        {
            Assert.Equal(count + 1, Cycles((ushort)(0x1840 + count - 1), 0x5506)); // rpt #count { addx.w r5, r6
            Assert.Equal(count + 1, Cycles((ushort)(0x1840 + count - 1), 0x1006)); // rpt #count { rrcx.w r6
        }
    }

    // Words, and the number in the guide's table.
    [Theory]
    [InlineData("4500", 3)]                // mov r5, pc
    [InlineData("4520", 4)]                // mov @r5, pc
    [InlineData("4130", 4)]                // ret
    [InlineData("4030 4400", 3)]           // br #
    [InlineData("4510 0002", 5)]           // mov 2(r5), pc
    [InlineData("4210 4400", 5)]           // br &
    [InlineData("5500", 3)]                // add r5, pc
    [InlineData("5030 0002", 3)]           // add #2, pc
    [InlineData("4303", 1)]                // nop
    [InlineData("D232", 1)]                // eint
    [InlineData("1005", 1)]                // rrc r5
    [InlineData("1125", 3)]                // rra @r5
    [InlineData("10B5", 3)]                // swpb @r5+
    [InlineData("1195 0002", 4)]           // sxt 2(r5)
    [InlineData("1010 0002", 4)]           // rrc ede
    [InlineData("1012 4400", 4)]           // rrc &ede
    [InlineData("1205", 3)]                // push r5
    [InlineData("1213", 3)]                // push #1
    [InlineData("1225", 3)]                // push @r5
    [InlineData("1235", 3)]                // push @r5+
    [InlineData("1230 1234", 3)]           // push #
    [InlineData("1215 0002", 4)]           // push 2(r5)
    [InlineData("1210 0002", 4)]           // push ede
    [InlineData("1212 4400", 4)]           // push &ede
    [InlineData("1285", 4)]                // call r5
    [InlineData("12A5", 4)]                // call @r5
    [InlineData("12B5", 4)]                // call @r5+
    [InlineData("12B0 4400", 4)]           // call #
    [InlineData("1295 0002", 5)]           // call 2(r5)
    [InlineData("1290 0002", 5)]           // call ede
    [InlineData("1292 4400", 6)]           // call &ede
    [InlineData("1300", 5)]                // reti
    [InlineData("2400", 2)]                // jz
    [InlineData("1345", 5)]                // calla r5
    [InlineData("1365", 6)]                // calla @r5
    [InlineData("1375", 6)]                // calla @r5+
    [InlineData("13B0 4400", 5)]           // calla #
    [InlineData("1355 0002", 5)]           // calla 2(r5)
    [InlineData("1351 0002", 6)]           // calla 2(sp)
    [InlineData("1390 0002", 7)]           // calla ede
    [InlineData("1380 4400", 7)]           // calla &ede
    [InlineData("0C55", 4)]                // rrcm.w #4, r5
    [InlineData("0145", 1)]                // rram.a #1, r5
    [InlineData("1525", 5)]                // pushm.w #3, r5
    [InlineData("1425", 8)]                // pushm.a #3, r5
    [InlineData("1725", 5)]                // popm.w #3
    [InlineData("1625", 8)]                // popm.a #3
    [InlineData("05C6", 1)]                // mova r5, r6
    [InlineData("05C0", 3)]                // mova r5, pc
    [InlineData("0506", 3)]                // mova @r5, r6
    [InlineData("0516", 3)]                // mova @r5+, r6
    [InlineData("0500", 5)]                // bra @r5
    [InlineData("0110", 5)]                // reta
    [InlineData("0086 4400", 2)]           // mova #, r6
    [InlineData("0080 4400", 3)]           // mova #, pc
    [InlineData("0536 0002", 4)]           // mova 2(r5), r6
    [InlineData("0026 4400", 4)]           // mova &ede, r6
    [InlineData("0530 0002", 6)]           // bra 2(r5)
    [InlineData("0020 4400", 6)]           // bra &ede
    [InlineData("0576 0002", 4)]           // mova r5, 2(r6)
    [InlineData("0560 4400", 4)]           // mova r5, &ede
    [InlineData("05E6", 1)]                // adda r5, r6
    [InlineData("05E0", 3)]                // adda r5, pc
    [InlineData("00A6 4400", 2)]           // adda #, r6: measured, the guide prints 3
    [InlineData("00A0 4400", 3)]           // adda #, pc
    [InlineData("1840 4500", 4)]           // movx.w r5, pc
    [InlineData("1800 4540", 4)]           // movx.a r5, pc
    [InlineData("1840 4520", 5)]           // movx.w @r5, pc
    [InlineData("1800 4560", 6)]           // movx.a @r5, pc
    [InlineData("1840 4030 4400", 3)]      // movx.w #, pc
    [InlineData("1800 4070 4400", 3)]      // movx.a #, pc
    [InlineData("1800 F070 4400", 4)]      // andx.a #, pc
    [InlineData("1840 4510 0002", 5)]      // movx.w 2(r5), pc
    [InlineData("1800 4550 0002", 6)]      // movx.a 2(r5), pc
    [InlineData("1800 F550 0002", 7)]      // andx.a 2(r5), pc
    [InlineData("1840 1105", 2)]           // rrax.w r5
    [InlineData("1840 1125", 4)]           // rrax.w @r5
    [InlineData("1800 1165", 6)]           // rrax.a @r5
    [InlineData("1840 1115 0002", 5)]      // rrax.w 2(r5)
    [InlineData("1800 1155 0002", 7)]      // rrax.a 2(r5)
    [InlineData("1800 1095 0002", 7)]      // swpbx.a 2(r5)
    [InlineData("1840 1205", 4)]           // pushx.w r5
    [InlineData("1840 1225", 4)]           // pushx.w @r5
    [InlineData("1840 1230 1234", 4)]      // pushx.w #
    [InlineData("1840 1215 0002", 5)]      // pushx.w 2(r5)
    [InlineData("1840 1211 0002", 6)]      // pushx.w 2(sp)
    [InlineData("1840 1212 4400", 5)]      // pushx.w &ede
    [InlineData("1800 1245", 5)]           // pushx.a r5
    [InlineData("1800 1265", 6)]           // pushx.a @r5
    [InlineData("1800 1270 1234", 5)]      // pushx.a #
    [InlineData("1800 1255 0002", 7)]      // pushx.a 2(r5)
    [InlineData("1800 1251 0002", 8)]      // pushx.a 2(sp)
    [InlineData("1840 4135", 3)]           // popx.w r5
    [InlineData("1800 4175", 4)]           // popx.a r5
    [InlineData("1840 41B5 0002", 5)]      // popx.w 2(r5)
    [InlineData("1800 41F5 0002", 7)]      // popx.a 2(r5)
    public void Cycles_are_the_guides(string words, int cycles) =>
        Assert.Equal(cycles, Cycles([.. words.Split(' ').Select(word => Convert.ToUInt16(word, 16))]));

    private static int Cycles(params ushort[] words) => Decoder.Decode(0x4400, [.. words, 0, 0, 0]).Cycles;

    private static int Accesses(Instruction i)
    {
        int dataWords = i.Size is OperandSize.Address ? 2 : 1;
        int reads = i.Source.IsMemory ? dataWords : 0;
        if (i.Destination.IsMemory)
        {
            reads += i.Definition!.Name is "MOV" ? 0 : dataWords;
            reads += i.Definition.Name is "CMP" or "BIT" ? 0 : dataWords; // the write
        }

        // @Rn and @Rn+ have no word of their own.
        Assert.DoesNotContain(i.Destination.Mode, (AddressingMode[])[AddressingMode.Indirect, AddressingMode.IndirectAutoincrement]);
        int registerRepeats = RegisterModes.Contains(i.Source.Mode) && RegisterModes.Contains(i.Destination.Mode) ? i.Count - 1 : 0;
        return i.Words + reads + registerRepeats;
    }
}
