using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>A part of an image to be listed.</summary>
/// <param name="Name">Name of the section, or the addresses of the segment.</param>
/// <param name="Address">Address at run time.</param>
/// <param name="Bytes">Its contents.</param>
/// <param name="SectionIndex">Index of the section, or null for a segment.</param>
internal sealed record CodeRange(string Name, uint Address, ReadOnlyMemory<byte> Bytes, int? SectionIndex)
{
    private const int AddressSpace = 0x10_0000;

    /// <summary>Address after the last byte.</summary>
    public uint End => Address + (uint)Bytes.Length;

    /// <summary>What a listing shows: the executable sections, or everything where the image has no sections.</summary>
    /// <param name="image">The image.</param>
    /// <param name="section">Name of a section to show instead; null for the above.</param>
    /// <exception cref="InputException">No such section, nothing to list, or more than an address space can hold.</exception>
    public static IReadOnlyList<CodeRange> Of(FirmwareImage image, string? section)
    {
        CodeRange[] all = [.. Sections(image)];
        if (all.Length == 0)
        {
            all = [.. image.Segments.Select(OfSegment)];
        }

        CodeRange[] chosen = [.. all.Where(range => section is null ? range.IsExecutable(image) : range.Name == section)];
        if (chosen.Length == 0)
        {
            string names = all.Length == 0 ? "an image with contents" : $"one of {string.Join(", ", all.Select(range => Line.Of(range.Name)))}";
            throw section is null
                ? new InputException(image.Source, null, "no executable section", $"--section with {names}")
                : new InputException("--section", null, InputException.Quote(section), names);
        }

        Check(image, chosen);
        return chosen;
    }

    private static IEnumerable<CodeRange> Sections(FirmwareImage image)
    {
        for (int index = 0; index < image.Sections.Count; index++)
        {
            ImageSection section = image.Sections[index];
            if (section.Flags.HasFlag(ImageSectionFlags.Allocated) && section.Bytes.Length > 0)
            {
                yield return new CodeRange(section.Name, section.Address, section.Bytes, index);
            }
        }
    }

    private static CodeRange OfSegment(ImageSegment segment) =>
        new($"{segment.VirtualAddress:x5}-{segment.VirtualAddress + segment.Bytes.Length - 1:x5}", segment.VirtualAddress, segment.Bytes, null);

    // Where nothing says what is code, all of it may be.
    private bool IsExecutable(FirmwareImage image) =>
        SectionIndex is not { } index || image.Sections[index].Flags.HasFlag(ImageSectionFlags.Executable);

    // Sections may lie over one another, as often as the file likes.
    private static void Check(FirmwareImage image, CodeRange[] ranges)
    {
        if (ranges.Sum(range => (long)range.Bytes.Length) is var total and > AddressSpace)
        {
            throw new InputException(image.Source, null, $"{total} bytes to list", $"at most {AddressSpace}, which is the address space");
        }

        if (Array.Find(ranges, range => range.Address + (long)range.Bytes.Length > AddressSpace) is { } high)
        {
            throw new InputException(image.Source, null, $"section {Line.Of(high.Name)} to pass address 0xFFFFF", "addresses of 20 bits");
        }
    }
}
