using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

public sealed class TiTxtTests
{
    [Fact]
    public void Sections_come_in_any_order_and_either_case()
    {
        FirmwareImage image = Read("@FFFE\r\n00 44\r\n@4400\r\n31 40 00 2a\r\n3C 40\r\n@1000b\r\nAb\r\nq\r\n");

        Assert.Equal(ImageFormat.TiTxt, image.Format);
        Assert.Equal([0x4400u, 0xFFFEu, 0x1000Bu], image.Segments.Select(segment => segment.Address));
        Assert.Equal([0x31, 0x40, 0x00, 0x2A, 0x3C, 0x40], image.Segments[0].Bytes.ToArray());
        Assert.Equal([0xAB], image.Segments[2].Bytes.ToArray());
        Assert.Equal(image.Segments[0].Address, image.Segments[0].VirtualAddress);
        Assert.Null(image.EntryPoint);
    }

    [Fact]
    public void Sections_that_adjoin_become_one_segment() =>
        Assert.Equal([1, 2, 3], Assert.Single(Read("@4402\n03\n@4400\n01 02\nq\n").Segments).Bytes.ToArray());

    [Fact]
    public void Blank_lines_tabs_a_byte_order_mark_and_a_missing_last_line_end_are_no_harm() =>
        Assert.Equal([1, 2], Assert.Single(Read("\uFEFF\n  @4401 \n\n\t01 \t02 \n\nQ").Segments).Bytes.ToArray());

    [Theory]
    [InlineData("@4400\n01 02\n", "fw.txt:2: found the end of the file, expected a line q after the data")]
    [InlineData("@4400\n01\nq\n02\n", "fw.txt:4: found '02', expected nothing after q")]
    [InlineData("@4400\n\n01 2\nq", "fw.txt:3: found '2', expected bytes of two hexadecimal digits with blanks between, @ or q")]
    [InlineData("@4400\n0102\nq", "fw.txt:2: found '0102', expected bytes of two hexadecimal digits with blanks between, @ or q")]
    [InlineData("@4400\n01 +1\nq", "fw.txt:2: found '+1', expected bytes of two hexadecimal digits with blanks between, @ or q")]
    [InlineData("@4400\nquit", "fw.txt:2: found 'quit', expected bytes of two hexadecimal digits with blanks between, @ or q")]
    [InlineData("@123456\n01\nq", "fw.txt:1: found '@123456', expected @ and an address of up to five hexadecimal digits")]
    [InlineData("@\n01\nq", "fw.txt:1: found '@', expected @ and an address of up to five hexadecimal digits")]
    [InlineData("@44 00\n01\nq", "fw.txt:1: found '@44 00', expected @ and an address of up to five hexadecimal digits")]
    [InlineData("@FFFFF\n01 02\nq", "fw.txt:2: found address 0x100000, expected at most 0xFFFFF")]
    [InlineData("@4400\n01\n02\n@43FF\n00 00\nq", "fw.txt:5: found a second byte for 0x04400, already given in line 2, expected each address once")]
    [InlineData("@4400\nq", "fw.txt: found no data, expected at least one byte of firmware")]
    public void A_mistake_is_told_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Read(text)).Message);

    [Fact]
    public void Written_text_has_sixteen_bytes_a_line_sorted_addresses_and_line_feeds()
    {
        ImageSegment[] segments =
        [
            new(0x10000, 0x10000, new byte[] { 0xAB }),
            new(0x4410, 0x4410, new byte[] { 0x10, 0x11 }),
            new(0x4400, 0x1C00, Enumerable.Range(0, 16).Select(i => (byte)i).ToArray()),
        ];

        Assert.Equal("@4400\n00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n10 11\n@10000\nAB\nq\n", ImageText.TiTxt(segments));
    }

    [Fact]
    public void Overlapping_segments_cannot_be_written() =>
        Assert.Throws<ArgumentException>(() => ImageText.TiTxt(
            [new ImageSegment(0x4400, 0x4400, new byte[2]), new ImageSegment(0x4401, 0x4401, new byte[2])]));

    private static FirmwareImage Read(string text) => ImageReader.Read("fw.txt", Encoding.UTF8.GetBytes(text));
}
