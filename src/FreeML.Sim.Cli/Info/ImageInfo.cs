using System.Text.Json;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Info;

/// <summary>What there is to know about an image without running it.</summary>
internal sealed class ImageInfo : ISubject
{
    private static readonly (ImageFormat Format, string Name, string Key)[] Formats =
    [
        (ImageFormat.Elf, "ELF32 for MSP430", "elf"),
        (ImageFormat.TiTxt, "TI-TXT", "ti-txt"),
        (ImageFormat.IntelHex, "Intel HEX", "ihex"),
    ];

    // Letters as readelf has them; one more for bytes in the file.
    private static readonly (ImageSectionFlags Flag, char Letter)[] FlagLetters =
    [
        (ImageSectionFlags.Allocated, 'A'),
        (ImageSectionFlags.Writable, 'W'),
        (ImageSectionFlags.Executable, 'X'),
        (ImageSectionFlags.HasContents, 'C'),
    ];

    private readonly FirmwareImage _image;
    private readonly IReadOnlyList<ImageFit> _fits;
    private readonly DeviceDescription _device;

    /// <summary>Looks at an image.</summary>
    public ImageInfo(FirmwareImage image)
    {
        _image = image;
        _fits = ImageFit.Of(image);

        // Memory is called what the first device calls it that can take the image.
        _device = _fits.FirstOrDefault(fit => fit.Obstacle is null)?.Device ?? DeviceCatalogue.Default;
    }

    private long Bytes => _image.Segments.Sum(segment => (long)segment.Bytes.Length);

    private IEnumerable<ImageSection> NamedSections => _image.Sections.Where(section => section.Name.Length > 0);

    /// <inheritdoc/>
    public void WriteText(TextWriter output)
    {
        BuildAttributes build = _image.BuildAttributes;
        output.WriteLine($"{Line.Of(_image.Source)}: {Array.Find(Formats, row => row.Format == _image.Format).Name}, {Bytes} bytes to load");
        output.WriteLine($"  entry point   {Address(_image.EntryPoint)}");
        output.WriteLine($"  reset vector  {Address(ImageFit.ReadResetVector(_image))}");
        if (_image.Format is ImageFormat.Elf)
        {
            output.WriteLine($"  e_flags       0x{_image.ElfFlags:X} ({build.CpuVariant ?? "unknown CPU"})");
            output.WriteLine($"  built for     instruction set {Name(build.InstructionSet)}, code model {Name(build.CodeModel)}, data model {Name(build.DataModel)}");
        }

        output.WriteLine($"  symbols       {_image.Symbols.Count}");
        output.WriteLine();
        output.WriteLine($"  segments, in the memory of {_device.Name}");
        foreach (ImageSegment segment in _image.Segments)
        {
            string elsewhere = segment.VirtualAddress == segment.Address ? "" : $", runs at {segment.VirtualAddress:X5}";
            output.WriteLine($"    {segment.Address:X5}-{segment.End - 1:X5}  {segment.Bytes.Length,7}  {Regions(segment)}{elsewhere}");
        }

        WriteSections(output);
        output.WriteLine();
        output.WriteLine("  devices");
        foreach (ImageFit fit in _fits)
        {
            output.WriteLine($"    {fit.Device.Name,-12}  {(fit.Obstacle is null ? "fits" : "does not fit: " + fit.Obstacle)}");
        }
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        BuildAttributes build = _image.BuildAttributes;
        json.WriteString("file", _image.Source);
        json.WriteString("kind", "image");
        json.WriteString("format", Array.Find(Formats, row => row.Format == _image.Format).Key);
        json.WriteNumber("bytes", Bytes);
        json.WriteOptional("entryPoint", _image.EntryPoint);
        json.WriteOptional("resetVector", ImageFit.ReadResetVector(_image));
        json.WriteNumber("elfFlags", _image.ElfFlags);
        json.WriteString("cpu", build.CpuVariant);
        json.WriteString("instructionSet", Name(build.InstructionSet));
        json.WriteString("codeModel", Name(build.CodeModel));
        json.WriteString("dataModel", Name(build.DataModel));
        json.WriteNumber("symbols", _image.Symbols.Count);
        json.WriteArray("segments", _image.Segments, (item, segment) =>
        {
            item.WriteNumber("address", segment.Address);
            item.WriteNumber("virtualAddress", segment.VirtualAddress);
            item.WriteNumber("size", segment.Bytes.Length);
            item.WriteString("region", Regions(segment));
        });
        json.WriteArray("sections", NamedSections, (item, section) =>
        {
            item.WriteString("name", section.Name);
            item.WriteNumber("address", section.Address);
            item.WriteNumber("loadAddress", section.LoadAddress);
            item.WriteNumber("size", section.Size);
            item.WriteString("flags", Flags(section));
        });
        json.WriteArray("devices", _fits, (item, fit) =>
        {
            item.WriteString("device", fit.Device.Name);
            item.WriteBoolean("fits", fit.Obstacle is null);
            item.WriteString("obstacle", fit.Obstacle);
        });
    }

    private void WriteSections(TextWriter output)
    {
        ILookup<bool, ImageSection> sections = NamedSections.ToLookup(section => section.Flags.HasFlag(ImageSectionFlags.Allocated));
        if (sections.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("  sections (A: in memory, W: writable, X: executable, C: with contents)");
        foreach (ImageSection section in sections[true])
        {
            string load = section.LoadAddress == section.Address ? "" : $", loaded at {section.LoadAddress:X5}";
            output.WriteLine($"    {section.Address:X5}  {section.Size,7}  {Flags(section),-4}  {Line.Of(section.Name)}{load}");
        }

        if (sections[false].Any())
        {
            output.WriteLine($"    and {sections[false].Count()} without a place in memory");
        }
    }

    private static string Flags(ImageSection section) =>
        string.Concat(FlagLetters.Where(row => section.Flags.HasFlag(row.Flag)).Select(row => row.Letter));

    private string Regions(ImageSegment segment) => string.Join(
        ", ",
        _device.Memory.Where(region => region.Start < segment.End && region.End > segment.Address).Select(region => region.Name).Distinct());

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Address(uint? address) => address is { } value ? $"0x{value:X5}" : "none";
}
