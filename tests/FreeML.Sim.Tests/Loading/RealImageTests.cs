using System.Text;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Loading;

/// <summary>The loaders on programs that a compiler made.</summary>
public sealed class RealImageTests
{
    [SharedFact("conformance")]
    public void Sections_with_bytes_are_loaded_at_their_load_address_and_nothing_else_is() => Assert.All(SharedData.SampledImages, path =>
    {
        FirmwareImage image = ImageReader.Read(path);

        Dictionary<uint, byte> loaded = RoundTripTests.Memory(image.Segments);
        Dictionary<uint, byte> sections = RoundTripTests.Memory(image.Sections
            .Where(section => section.Flags.HasFlag(ImageSectionFlags.Allocated | ImageSectionFlags.HasContents))
            .Select(section => new ImageSegment(section.LoadAddress, section.Address, section.Bytes)));
        Assert.Equal(sections.OrderBy(pair => pair.Key), loaded.Where(pair => sections.ContainsKey(pair.Key)).OrderBy(pair => pair.Key));
        Assert.All(loaded.Where(pair => !sections.ContainsKey(pair.Key)), pair => Assert.Equal(0, pair.Value)); // padding
    });

    [SharedFact("conformance")]
    public void Both_text_formats_load_the_same_memory() => Assert.All(SharedData.SampledImages, path =>
    {
        FirmwareImage image = ImageReader.Read(path);
        FirmwareImage hex = ImageReader.Read("hex", Encoding.ASCII.GetBytes(ImageText.IntelHex(image)));
        FirmwareImage text = ImageReader.Read("txt", Encoding.ASCII.GetBytes(ImageText.TiTxt(image.Segments)));

        Assert.Equal(RoundTripTests.Memory(image.Segments), RoundTripTests.Memory(hex.Segments));
        Assert.Equal(RoundTripTests.Memory(image.Segments), RoundTripTests.Memory(text.Segments));
        Assert.Equal(image.EntryPoint, hex.EntryPoint);
    });
}
