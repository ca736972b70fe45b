using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Isa;

public sealed class ListingTests
{
    [Fact]
    public void Lines_have_addresses_bytes_cycles_and_where_they_lead()
    {
        byte[] bytes = [0x31, 0x40, 0x00, 0x24, 0xB0, 0x12, 0x06, 0x44, 0xFF, 0x3F, 0x30, 0x41];

        ListingLine[] lines = [.. Listing.Lines(bytes, 0x4400, nameOf: address => address == 0x4406 ? "main" : null)];

        Assert.Equal(["mov #9216, r1", "call #17414", "jmp $+0", "ret"], lines.Select(line => line.Text));
        Assert.Equal([0x4400u, 0x4404u, 0x4408u, 0x440Au], lines.Select(line => line.Address));
        Assert.Equal([2, 4, 2, 4], lines.Select(line => line.Cycles));
        Assert.Equal(["", "0x04406 <main>", "0x04408", "mov @r1+, r0"], lines.Select(line => line.Comment));
        Assert.Equal(bytes, lines.SelectMany(line => line.Bytes.ToArray()));
    }

    [Fact]
    public void Runs_of_zeros_become_one_line_unless_asked_for()
    {
        byte[] bytes = [0x03, 0x43, .. new byte[14], 0x03, 0x43];

        Assert.Equal(["nop", "...", "beq", "nop"], Listing.Lines(bytes, 0x4400).Select(line => line.Text)); // steps of four bytes
        Assert.Equal(9, Listing.Lines(bytes, 0x4400, showZeros: true).Count());
        Assert.Equal(bytes, Listing.Lines(bytes, 0x4400).SelectMany(line => line.Bytes.ToArray()));
    }

    [Fact]
    public void Odd_bytes_and_cut_instructions_are_listed_as_data()
    {
        Assert.Equal([".byte 0x01", "nop", ".word 0x4031", ".byte 0x02"], Texts([0x01, 0x03, 0x43, 0x31, 0x40, 0x02], 0x4401));
        Assert.Equal(["nop", ".word 0x4031", ".byte 0x02"], Texts([0x03, 0x43, 0x31, 0x40, 0x02], 0x4400));
        Assert.Empty(Texts([], 0x4400));
    }

    [Fact]
    public void Vectors_are_no_instructions()
    {
        Assert.All(Listing.Lines(new byte[] { 0x03, 0x43, 0x00, 0x44 }, 0xFFE0), line => Assert.Equal(("interrupt", 0, ""), (line.Mnemonic, line.Cycles, line.Comment)));
        Assert.Equal(["nop", "clr r4"], Texts([0x03, 0x43, 0x04, 0x43], 0x1_FFE0));
    }

    [Fact]
    public void Any_bytes_are_listed_to_the_end_without_a_gap()
    {
        byte[] bytes = new byte[0x1_0000];
        new Random(1).NextBytes(bytes);

        Assert.Equal(bytes, Listing.Lines(bytes, 0xF_0000).SelectMany(line => line.Bytes.ToArray()));
    }

    [Theory]
    [InlineData(0xF_FFFFu, 2)]
    [InlineData(0x10_0001u, 0)]
    [InlineData(uint.MaxValue, 1)]
    public void Memory_beyond_the_address_space_is_an_error(uint start, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Listing.Lines(new byte[length], start));

    [Fact]
    public void An_image_is_listed_from_label_to_label()
    {
        byte[] code = [0x03, 0x43, 0x30, 0x41, 0xFF, 0x3F];
        var image = new FirmwareImage("test", ImageFormat.Elf, [new ImageSegment(0x4400, 0x4400, code)])
        {
            Sections =
            [
                new ImageSection("", 0, 0, 0, ImageSectionFlags.None, default),
                Section(".text", 0x4400, ImageSectionFlags.Allocated | ImageSectionFlags.Executable | ImageSectionFlags.HasContents, code),
                Section(".data", 0x1C00, ImageSectionFlags.Allocated | ImageSectionFlags.Writable | ImageSectionFlags.HasContents, code),
            ],
            Symbols =
            [
                new ImageSymbol("label", 0x4404, 0, ImageSymbolKind.Other, 1, true),
                new ImageSymbol("stop", 0x4404, 2, ImageSymbolKind.Function, 1, false),
                new ImageSymbol("number", 0x4402, 0, ImageSymbolKind.Other, null, false),
                new ImageSymbol("end", 0x4406, 0, ImageSymbolKind.Other, 1, false),
            ],
        };

        ListingBlock[] blocks = [.. ImageListing.Blocks(image)];

        Assert.Equal([(".text", 0x4400u, null), (".text", 0x4404u, "stop")], blocks.Select(block => (block.Section, block.Address, block.Label)));
        Assert.Equal(["nop", "ret"], blocks[0].Lines.Select(line => line.Text));
        Assert.Equal("0x04404 <stop>", Assert.Single(blocks[1].Lines).Comment);
    }

    [Fact]
    public void An_image_without_sections_is_listed_whole()
    {
        var image = new FirmwareImage(
            "test", ImageFormat.TiTxt, [new ImageSegment(0x4400, 0x4400, new byte[] { 0x03, 0x43 }), new ImageSegment(0xFFFE, 0xFFFE, new byte[] { 0, 0x44 })]);

        Assert.Equal(["nop", "interrupt service routine at 0x4400"], ImageListing.Blocks(image).SelectMany(block => block.Lines).Select(line => line.Text));
    }

    private static ImageSection Section(string name, uint address, ImageSectionFlags flags, byte[] bytes) =>
        new(name, address, address, (uint)bytes.Length, flags, bytes);

    private static IEnumerable<string> Texts(byte[] bytes, uint start) => Listing.Lines(bytes, start).Select(line => line.Text);
}
