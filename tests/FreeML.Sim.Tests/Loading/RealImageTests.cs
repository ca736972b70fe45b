using System.Text;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

/// <summary>Runs only where <see cref="Variable"/> names a directory of images from real toolchains.</summary>
internal sealed class RealImageTheoryAttribute : TheoryAttribute
{
    public const string Variable = "FREEML_SIM_CONFORMANCE";

    public RealImageTheoryAttribute()
    {
        if (!Directory.Exists(Environment.GetEnvironmentVariable(Variable)))
        {
            Skip = $"{Variable} names no directory";
        }
    }
}

public sealed class RealImageTests
{
    private const int MostImages = 200;

    /// <summary>Some images, spread evenly over all that are there.</summary>
    public static TheoryData<string> Images
    {
        get
        {
            string? root = Environment.GetEnvironmentVariable(RealImageTheoryAttribute.Variable);
            string[] paths = Directory.Exists(root) ? Directory.GetFiles(root, "*.elf", SearchOption.AllDirectories) : [];
            Array.Sort(paths, StringComparer.Ordinal);
            return [.. paths.Where((_, i) => i % ((paths.Length / MostImages) + 1) == 0)];
        }
    }

    [RealImageTheory]
    [MemberData(nameof(Images))]
    public void Sections_with_bytes_are_loaded_at_their_load_address_and_nothing_else_is(string path)
    {
        FirmwareImage image = ImageReader.Read(path);

        Dictionary<uint, byte> loaded = RoundTripTests.Memory(image.Segments);
        Dictionary<uint, byte> sections = RoundTripTests.Memory(image.Sections
            .Where(section => section.Flags.HasFlag(ImageSectionFlags.Allocated | ImageSectionFlags.HasContents))
            .Select(section => new ImageSegment(section.LoadAddress, section.Address, section.Bytes)));
        Assert.Equal(sections.OrderBy(pair => pair.Key), loaded.Where(pair => sections.ContainsKey(pair.Key)).OrderBy(pair => pair.Key));
        Assert.All(loaded.Where(pair => !sections.ContainsKey(pair.Key)), pair => Assert.Equal(0, pair.Value)); // padding
    }

    [RealImageTheory]
    [MemberData(nameof(Images))]
    public void Both_text_formats_load_the_same_memory(string path)
    {
        FirmwareImage image = ImageReader.Read(path);
        FirmwareImage hex = ImageReader.Read("hex", Encoding.ASCII.GetBytes(ImageText.IntelHex(image)));
        FirmwareImage text = ImageReader.Read("txt", Encoding.ASCII.GetBytes(ImageText.TiTxt(image.Segments)));

        Assert.Equal(RoundTripTests.Memory(image.Segments), RoundTripTests.Memory(hex.Segments));
        Assert.Equal(RoundTripTests.Memory(image.Segments), RoundTripTests.Memory(text.Segments));
        Assert.Equal(image.EntryPoint, hex.EntryPoint);
    }
}
