using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Isa;

public sealed class ListingVectorTests
{
    private const uint Address = 0x1_0000;

    [Fact]
    public void Every_vector_is_listed_as_written()
    {
        int count = 0;
        foreach (ListingVector vector in ListingVectors.Read())
        {
            AssemblyText text = Disassembler.Disassemble(Address, vector.Words);

            Assert.Equal(vector.ToString(), (vector with { Text = Objdump.Canonical(text.ToString()) }).ToString());
            Assert.Equal(vector.Words.Length, text.Words);
            count++;
        }

        Assert.InRange(count, 1000, 20_000);
    }

    [Fact]
    public void Every_row_of_the_instruction_set_has_a_vector()
    {
        HashSet<InstructionDefinition?> rows = [.. ListingVectors.Read().Select(vector => Decoder.Decode(Address, [.. vector.Words, 0, 0, 0]).Definition)];

        Assert.All(InstructionSet.Rows, row => Assert.Contains(row, rows));
    }

    [ToolchainFact(Tools.Objdump)]
    public void The_file_is_what_objdump_prints_today()
    {
        if (Environment.GetEnvironmentVariable("FREEML_WRITE_VECTORS") == "1")
        {
            ListingVectors.Write();
        }

        Assert.Equal(ListingVectors.Make().Select(vector => vector.ToString()), ListingVectors.Read().Select(vector => vector.ToString()));
    }

    [Theory]
    [InlineData("4303")]
    [InlineData("4303 = ")]
    [InlineData("430 = nop")]
    [InlineData("4303  4303 = nop")]
    [InlineData("4303 4303 4303 4303 4303 = nop")]
    [InlineData("nop = 4303")]
    public void A_malformed_line_is_named_with_file_and_line(string line)
    {
        var error = Assert.Throws<InputException>(() => ListingVectors.Parse("listing.txt", ["# comment", "", "4303 = nop", line]).Count());

        Assert.StartsWith("listing.txt:4: found ", error.Message, StringComparison.Ordinal);
    }
}
