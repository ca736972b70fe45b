using System.Globalization;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Isa;

/// <summary>Every first word, and every opcode word behind an extension word, against objdump itself.</summary>
public sealed class ObjdumpComparisonTests
{
    // Where ours says something else, and why.
    private static readonly (string Reason, Func<ushort, bool> Applies)[] Exceptions =
    [
        ("objdump takes a jump by the farthest offset, -512 words, for no instruction", opcode => (opcode & 0xE3FF) == 0x2200),
        ("objdump takes ADDC #1,x(R3) for RLC x(R3), a word longer: the bits of #1 are those of an index to R3", opcode => opcode is 0x6393 or 0x63D3),
    ];

    [ToolchainFact(Tools.Objdump)]
    public void All_words_are_listed_as_objdump_lists_them()
    {
        bool all = Environment.GetEnvironmentVariable("FREEML_FULL") == "1";

        Assert.Empty(WordSweep.Usual.Concat(all ? WordSweep.Others : []).SelectMany(Differences).Take(20));
    }

    [ToolchainFact(Tools.Objdump)]
    public void Exceptions_are_still_exceptions()
    {
        // Should a later objdump get them right, this fails, and the exception goes.
        IReadOnlyList<ListedWords> listed = WordSweep.Of(WordSweep.Usual[0]);

        Assert.All(Exceptions, exception => Assert.All(listed.Where(l => exception.Applies(l.Words[0])), l => Assert.NotEqual(Theirs(l), Ours(l))));
    }

    [ToolchainFact(Tools.Objdump)]
    public void Where_objdump_gives_up_it_prints_nothing()
    {
        Assert.All([0x13A0, 0x13C0, 0x13FF, 0x4003, 0x4533, 0x5303, 0x6F53, 0xFF73], word =>
        {
            Assert.True(WordSweep.ObjdumpGivesUp([(ushort)word, 0, 0, 0]));
            Assert.Equal("", Objdump.OfBinary([(byte)word, (byte)(word >> 8), 3, 67, 3, 67], 0x1_0000).Single().Text);
        });
    }

    [ToolchainFact(Tools.Objdump)]
    public void The_old_vectors_are_listed_as_vectors()
    {
        byte[] bytes = new byte[0x60];
        Array.Fill(bytes, (byte)0x43);

        Assert.Equal(
            Objdump.OfBinary(bytes, 0xFFC0).Select(line => line.Text),
            Listing.Lines(bytes, 0xFFC0).Select(line => Objdump.Canonical(line.Text)));
    }

    [ToolchainFact(Tools.Objdump)]
    public void Zeros_are_left_out_as_objdump_leaves_them_out()
    {
        for (int zeros = 1; zeros < 24; zeros++)
        {
            byte[] middle = [3, 67, .. new byte[2 * zeros], 3, 67];
            byte[] end = [3, 67, .. new byte[zeros]];
            foreach (byte[] bytes in (byte[][])[middle, end, [.. end, 1]])
            {
                List<ObjdumpLine> theirs = Objdump.OfBinary(bytes, 0x1_0000, showZeros: false);
                int count = theirs[^1].Text.Length == 0 ? theirs.Count - 1 : theirs.Count; // an odd byte at the end

                Assert.Equal(
                    theirs.Take(count).Select(line => line.Text),
                    Listing.Lines(bytes, 0x1_0000).Take(count).Select(line => Objdump.Canonical(line.Text)));
            }
        }
    }

    private static IEnumerable<string> Differences(string surroundings) => WordSweep.Of(surroundings)
        .Where(listed => Ours(listed) != Theirs(listed) && !Exceptions.Any(exception => exception.Applies(Opcode(listed.Words))))
        .Select(listed => $"{Hexadecimal(listed.Words[..4])}: found {Ours(listed)}, expected {Theirs(listed)}");

    private static string Ours(ListedWords listed)
    {
        AssemblyText text = Disassembler.Disassemble(listed.Address, listed.Words);
        return $"{Objdump.Canonical(text.ToString())} in {2 * text.Words} bytes";
    }

    private static string Theirs(ListedWords listed) => $"{listed.Line.Text} in {listed.Line.Bytes} bytes";

    private static ushort Opcode(ushort[] words) => words[InstructionSet.IsExtensionWord(words[0]) ? 1 : 0];

    private static string Hexadecimal(ushort[] words) => string.Join(' ', words.Select(word => word.ToString("x4", CultureInfo.InvariantCulture)));
}
