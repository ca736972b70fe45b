using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

/// <summary>Any memory contents, cut into any segments, come back from either text format.</summary>
public sealed class RoundTripTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(2026, 7919).WithMaxTest(300);

    /// <summary>Segments that do not overlap, some adjoining, in no order; often near 64 KiB borders.</summary>
    private static readonly Arbitrary<ImageSegment[]> Segments = Arb.From(
        from start in Gen.Elements(0u, 0x1C00u, 0xFFF0u, 0x1FFE1u, 0xFFC00u)
        from pieces in Gen.Choose(1, 6).SelectMany(count =>
            Gen.Zip(Gen.Choose(0, 3), Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(), (gap, bytes) => (gap, bytes)).ArrayOf(count))
        from shuffled in Gen.Shuffle(Placed(start, pieces))
        where shuffled.Length > 0
        select shuffled);

    [Fact]
    public void TiTxt_comes_back() => Check.One(Fixed, Prop.ForAll(Segments, segments => ComesBack(segments, ImageText.TiTxt)));

    [Fact]
    public void Intel_hex_comes_back() => Check.One(Fixed, Prop.ForAll(Segments, segments => ComesBack(segments, ImageText.IntelHex)));

    [Fact]
    public void An_elf_image_and_its_texts_load_the_same_memory()
    {
        FirmwareImage elf = ImageReader.Read("fw.elf", new ElfBuilder()
            .Load(0x4400, [1, 2, 3])
            .Load(0x1C00, [4, 5], physical: 0x4403)
            .Load(0x1FFFF, [6, 7])
            .Build());
        FirmwareImage hex = ImageReader.Read("fw.hex", Encoding.ASCII.GetBytes(ImageText.IntelHex(elf)));

        Assert.Equal(Memory(elf.Segments), Memory(hex.Segments));
        Assert.Equal(elf.EntryPoint, hex.EntryPoint);
        Assert.Equal(ImageText.TiTxt(elf.Segments), ImageText.TiTxt(hex.Segments));
    }

    internal static Dictionary<uint, byte> Memory(IEnumerable<ImageSegment> segments) => segments
        .SelectMany(segment => segment.Bytes.ToArray().Select((value, i) => KeyValuePair.Create(segment.Address + (uint)i, value)))
        .ToDictionary();

    private static bool ComesBack(ImageSegment[] segments, Func<IEnumerable<ImageSegment>, string> write)
    {
        string text = write(segments);
        FirmwareImage image = ImageReader.Read("image", Encoding.ASCII.GetBytes(text));
        Assert.Equal(Memory(segments), Memory(image.Segments));
        Assert.Equal(text, write(image.Segments));
        return true;
    }

    private static ImageSegment[] Placed(uint start, (int Gap, byte[] Bytes)[] pieces)
    {
        List<ImageSegment> segments = [];
        foreach ((int gap, byte[] bytes) in pieces.Where(piece => piece.Bytes.Length > 0))
        {
            start += (uint)gap;
            segments.Add(new ImageSegment(start, start, bytes));
            start += (uint)bytes.Length;
        }

        return [.. segments];
    }
}
