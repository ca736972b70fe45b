using FreeML.Sim.Conformance;

namespace FreeML.Sim.Tests.Conformance;

public class ConformanceFormatTests
{
    private const string Head = "# comment\nmsp430-conformance 1\n";
    private const string Good = "add.w r5,r6 ; sum|5506|pc=8000 sr=1 r5=1 r6=2 @2000=1234,5678|pc=8002 sr=0 r6=3 @2002=0001|1|steps=2 ignore-sr=100";

    [Fact]
    public void A_case_is_read_with_all_its_fields()
    {
        ConformanceCase test = Assert.Single(ConformanceFormat.Parse("a.txt", new StringReader(Head + Good + "\n")));
        Assert.Equal("add.w r5,r6 ; sum", test.Name);
        Assert.Equal("a.txt:3", test.Location);
        Assert.Equal([0x5506], test.Code.Select(word => (int)word));
        Assert.Equal(0x8000, test.Pc);
        Assert.Equal(0x7777, test.RegisterBefore(7));
        Assert.Equal(0x3000, test.RegisterAfter(1));
        Assert.Equal(3, test.RegisterAfter(6));
        Assert.Equal([(0x2000, 0x1234), (0x2002, 0x0001), (0x8000, 0x5506)], test.MemoryAfter().Select(word => (word.Key, (int)word.Value)));
        Assert.Equal(1, test.Cycles);
        Assert.Equal(2, test.Steps);
        Assert.Equal(0x100, test.IgnoredStatusBits);
        Assert.Equal(Good, test.ToString());
    }

    [Theory]
    [InlineData("add|5506|pc=8000|pc=8002", "a.txt:3: found 4 fields, expected 5 or 6")]
    [InlineData("|5506|pc=8000|pc=8002|1", "a.txt:3: found an empty name")]
    [InlineData("add|55066|pc=8000|pc=8002|1", "a.txt:3: found '55066', expected a code word")]
    [InlineData("add||pc=8000|pc=8002|1", "a.txt:3: found '', expected a code word")]
    [InlineData("add|5506|sr=1|pc=8002|1", "a.txt:3: found a state without pc")]
    [InlineData("add|5506|pc=8000|r6=1|1", "a.txt:3: found a state without pc")]
    [InlineData("add|5506|pc=8000 r3=1|pc=8002|1", "a.txt:3: found r3, expected a register")]
    [InlineData("add|5506|pc=8000 r16=1|pc=8002|1", "a.txt:3: found r16, expected a register")]
    [InlineData("add|5506|pc=100000|pc=8002|1", "a.txt:3: found '100000', expected a value of pc")]
    [InlineData("add|5506|pc=8000 sr=10000|pc=8002|1", "a.txt:3: found '10000', expected a value of sr")]
    [InlineData("add|5506|pc=8000 r5=1 r5=2|pc=8002|1", "a.txt:3: found r5 twice")]
    [InlineData("add|5506|pc=8000 @2001=1234|pc=8002|1", "a.txt:3: found @2001, expected an even address")]
    [InlineData("add|5506|pc=8000 @2000=1,2 @2002=3|pc=8002|1", "a.txt:3: found a word at 2002")]
    [InlineData("add|5506|pc=8000 @ffffe=1,2|pc=8002|1", "a.txt:3: found a word at 100000")]
    [InlineData("add|5506|pc=8000 r5|pc=8002|1", "a.txt:3: found 'r5', expected 'register=value'")]
    [InlineData("add|5506|pc=8000 r5=1F|pc=8002|1", "a.txt:3: found '1F'")]
    [InlineData("add|5506|pc=8000|pc=8002|0", "a.txt:3: found '0', expected cycles")]
    [InlineData("add|5506|pc=8000|pc=8002|1|steps=0", "a.txt:3: found '0', expected a number of steps")]
    [InlineData("add|5506|pc=8000|pc=8002|1|speed=9", "a.txt:3: found speed, expected 'steps' or 'ignore-sr'")]
    public void A_malformed_line_names_file_and_line(string line, string message)
    {
        ConformanceFormatException problem = Assert.Throws<ConformanceFormatException>(() => ConformanceFormat.Parse("a.txt", new StringReader(Head + line + "\n")));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_used_twice_names_both_lines()
    {
        ConformanceFormatException problem = Assert.Throws<ConformanceFormatException>(() => ConformanceFormat.Parse("a.txt", new StringReader(Head + Good + "\n\n" + Good + "\n")));
        Assert.StartsWith("a.txt:5: found add.w r5,r6 ; sum", problem.Message, StringComparison.Ordinal);
        Assert.Contains("line 3", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a.txt:1: found the end of the file")]
    [InlineData("# nothing\n", "a.txt:2: found the end of the file")]
    [InlineData("msp430-conformance 2\n", "a.txt:1: found msp430-conformance 2, expected 'msp430-conformance 1'")]
    [InlineData(Good, "a.txt:1: found add.w")]
    public void A_file_without_the_version_line_is_refused(string text, string message)
    {
        ConformanceFormatException problem = Assert.Throws<ConformanceFormatException>(() => ConformanceFormat.Parse("a.txt", new StringReader(text)));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }
}
