using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Loading;

public sealed class InputExceptionTests
{
    [Fact]
    public void The_message_is_source_line_found_and_expected() =>
        Assert.Equal("a.txt:7: found x, expected y", new InputException("a.txt", 7, "x", "y").Message);

    [Fact]
    public void Without_a_line_there_is_no_second_colon() =>
        Assert.Equal("a.elf: found x, expected y", new InputException("a.elf", null, "x", "y").Message);

    [Theory]
    [InlineData("\e[31m", @"\x1B[31m")]
    [InlineData("a\r\nb", @"a\x0D\x0Ab")]
    [InlineData("\u0085\u2028", @"\x85\u2028")]
    [InlineData("\u202Eabc", @"\u202Eabc")]
    [InlineData("Größe 😀", "Größe 😀")]
    public void What_cannot_be_seen_is_escaped_in_every_part(string text, string shown) =>
        Assert.Equal($"{shown}:1: found {shown}, expected {shown}", new InputException(text, 1, text, text).Message);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() =>
        Assert.Equal("a: found \uFFFD, expected \uFFFD", new InputException("a", null, "\uD800", "\uDC00").Message);

    [Fact]
    public void Long_parts_are_cut_to_one_short_line()
    {
        string huge = new('\n', 1 << 20);

        InputException exception = new(huge + "/fw.elf", 1, huge, huge);

        Assert.InRange(exception.Message.Length, 1, 1500);
        Assert.Contains("/fw.elf:1: found", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(huge, exception.Found);
    }

    [Fact]
    public void A_quote_is_cut_after_forty_characters() =>
        Assert.Equal($"'{new string('a', 40)}…'", InputException.Quote(new string('a', 41)));
}
