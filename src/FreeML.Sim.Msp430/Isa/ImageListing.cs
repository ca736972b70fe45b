using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>Lines from one label to the next.</summary>
/// <param name="Section">Name of the section; empty for images without.</param>
/// <param name="Address">Address of the first line.</param>
/// <param name="Label">Name of that address, or null.</param>
/// <param name="Lines">The lines.</param>
public sealed record ListingBlock(string Section, uint Address, string? Label, IEnumerable<ListingLine> Lines);

/// <summary>Lists the code of an image: its executable sections, or everything where the format has no sections.</summary>
public static class ImageListing
{
    /// <summary>The blocks in the file's order. Instructions end at labels, as in objdump's listing.</summary>
    /// <param name="image">The image.</param>
    /// <param name="showZeros">List runs of zeros, too, which otherwise become one line.</param>
    public static IEnumerable<ListingBlock> Blocks(FirmwareImage image, bool showZeros = false)
    {
        Dictionary<uint, string> names = Names(image);
        if (image.Sections.Count == 0)
        {
            return image.Segments.Select(segment =>
                new ListingBlock("", segment.Address, null, Listing.Lines(segment.Bytes, segment.Address, showZeros, names.GetValueOrDefault)));
        }

        const ImageSectionFlags Code = ImageSectionFlags.Allocated | ImageSectionFlags.Executable | ImageSectionFlags.HasContents;
        ILookup<int?, uint> labels = image.Symbols.ToLookup(symbol => symbol.SectionIndex, symbol => symbol.Value);
        return Enumerable.Range(0, image.Sections.Count)
            .Where(index => (image.Sections[index].Flags & Code) == Code && image.Sections[index].Bytes.Length > 0)
            .SelectMany(index => Blocks(image.Sections[index], labels[index], names, showZeros));
    }

    private static IEnumerable<ListingBlock> Blocks(
        ImageSection section, IEnumerable<uint> labels, Dictionary<uint, string> names, bool showZeros)
    {
        uint end = section.Address + (uint)section.Bytes.Length;
        uint[] starts = [section.Address, .. labels.Where(label => label > section.Address && label < end).Distinct().Order()];
        for (int i = 0; i < starts.Length; i++)
        {
            uint next = i + 1 < starts.Length ? starts[i + 1] : end;
            ReadOnlyMemory<byte> bytes = section.Bytes[(int)(starts[i] - section.Address)..(int)(next - section.Address)];
            yield return new ListingBlock(
                section.Name,
                starts[i],
                names.GetValueOrDefault(starts[i]),
                Listing.Lines(bytes, starts[i], showZeros, names.GetValueOrDefault));
        }
    }

    /// <summary>
    /// Names of addresses. Of several for one: a function's rather than a label's, a global one rather than a local one, else the file's first.
    /// Absolute symbols are numbers, not places.
    /// </summary>
    public static Dictionary<uint, string> Names(FirmwareImage image) => image.Symbols
        .Where(symbol => symbol.SectionIndex is not null)
        .OrderBy(symbol => symbol.Kind is ImageSymbolKind.Other)
        .ThenBy(symbol => symbol.IsLocal)
        .DistinctBy(symbol => symbol.Value)
        .ToDictionary(symbol => symbol.Value, symbol => symbol.Name);
}
