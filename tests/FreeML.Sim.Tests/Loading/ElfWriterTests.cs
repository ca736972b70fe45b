using System.Text;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Loading;

/// <summary>ELF files of our own say what the image says.</summary>
public sealed class ElfWriterTests
{
    public static TheoryData<string> Images => ["demo", "large_model", "either_region", "vectors_in_ram", "startup_fr6989", "info_memory"];

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_that_is_written_and_read_is_the_same(string name)
    {
        FirmwareImage image = Read(name);
        byte[] file = ElfWriter.Write(image);
        FirmwareImage again = ImageReader.Read(name, file);

        Assert.Equal(image.Segments.Select(Text), again.Segments.Select(Text));
        Assert.Equal(image.EntryPoint, again.EntryPoint);
        Assert.Equal(image.ElfFlags, again.ElfFlags);
        Assert.Equal(image.BuildAttributes, again.BuildAttributes);
        Assert.Equal(image.ZeroFilled, again.ZeroFilled);
        Assert.Equal(image.Symbols.Select(symbol => Text(symbol, image)).Order(), again.Symbols.Select(symbol => Text(symbol, again)).Order());
        Assert.Equal(Allocated(image), Allocated(again));
        Assert.Equal(file, ElfWriter.Write(again));
    }

    [Fact]
    public void An_image_without_sections_gets_one_for_each_segment()
    {
        FirmwareImage text = ImageReader.Read("fw.txt", Encoding.ASCII.GetBytes("@4400\n01 02 03\n@10000\n04\nq\n"));
        FirmwareImage elf = ImageReader.Read("fw.elf", ElfWriter.Write(text));

        Assert.Equal(text.Segments.Select(Text), elf.Segments.Select(Text));
        Assert.Equal([0x4400u, 0x10000u], elf.Sections.Where(section => section.Flags.HasFlag(ImageSectionFlags.Allocated)).Select(section => section.Address));
        Assert.Equal("MSP430X", elf.BuildAttributes.CpuVariant);
    }

    [ToolchainFact(Tools.Objdump)]
    public void Objdump_lists_it_as_it_lists_the_original()
    {
        string path = Path.Combine(Path.GetTempPath(), $"freeml-{Guid.NewGuid():N}.elf");
        try
        {
            File.WriteAllBytes(path, ElfWriter.Write(Read("large_model")));
            Assert.Equal(Dump(Prebuilt("large_model")), Dump(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Everything behind the line with the file's name.
    private static string Dump(string path)
    {
        (int exitCode, string output, string error) = Toolchain.Execute(Toolchain.Objdump!, ["-d", "-s", path], TimeSpan.FromSeconds(30));
        Assert.Equal((0, ""), (exitCode, error));
        return string.Join('\n', output.Split('\n').Where(line => !line.Contains(path, StringComparison.Ordinal)));
    }

    private static string Prebuilt(string name) => Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", name + ".elf");

    private static FirmwareImage Read(string name) => ImageReader.Read(Prebuilt(name));

    private static string Text(ImageSegment segment) => $"{segment.Address:X5} {segment.VirtualAddress:X5} {Convert.ToHexString(segment.Bytes.Span)}";

    private static string Text(ImageSymbol symbol, FirmwareImage image) =>
        $"{symbol.Name} {symbol.Value:X} {symbol.Size} {symbol.Kind} {symbol.IsLocal} {(symbol.SectionIndex is { } index ? image.Sections[index].Name : "")}";

    private static IEnumerable<string> Allocated(FirmwareImage image) => image.Sections
        .Where(section => section.Flags.HasFlag(ImageSectionFlags.Allocated) && section.Size > 0)
        .Select(section => $"{section.Name} {section.Address:X5} {(section.Bytes.IsEmpty ? 0 : section.LoadAddress):X5} {section.Size} {section.Flags} {Convert.ToHexString(section.Bytes.Span)}");
}
