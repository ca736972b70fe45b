using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>Which parts of an image a listing shows, and whether they can be shown at all.</summary>
internal static class SectionChoice
{
    private const int AddressSpace = 0x10_0000;

    /// <summary>The image as the listing is to see it: with the named section as its only code, or unchanged if no name is given.</summary>
    /// <exception cref="InputException">No such section, no code, or more of it than an address space can hold.</exception>
    public static FirmwareImage Apply(FirmwareImage image, string? name)
    {
        FirmwareImage chosen = name is null ? image : With(image, section => section.Name == name);
        ImageSection[] code = [.. chosen.Sections.Where(section => HasContents(section) && section.Flags.HasFlag(ImageSectionFlags.Executable))];
        if (code.Length == 0 && (name is not null || image.Sections.Count > 0))
        {
            string names = string.Join(", ", image.Sections.Where(HasContents).Select(section => Line.Of(section.Name)));
            throw new InputException(
                name is null ? image.Source : "--section",
                null,
                name is null ? "no executable section" : InputException.Quote(name),
                names.Length == 0 ? "an image that has sections with contents" : $"{(name is null ? "--section with " : "")}one of {names}");
        }

        // Sections may lie over one another, as often as the file likes.
        if (code.Sum(section => (long)section.Bytes.Length) is var total and > AddressSpace)
        {
            throw new InputException(image.Source, null, $"{total} bytes to list", $"at most {AddressSpace}, which is the address space");
        }

        if (Array.Find(code, section => section.Address + (long)section.Bytes.Length > AddressSpace) is { } high)
        {
            throw new InputException(image.Source, null, $"section {Line.Of(high.Name)} to pass address 0xFFFFF", "addresses of 20 bits");
        }

        return chosen;
    }

    private static bool HasContents(ImageSection section) => section.Flags.HasFlag(ImageSectionFlags.Allocated) && section.Bytes.Length > 0;

    private static FirmwareImage With(FirmwareImage image, Func<ImageSection, bool> isCode) => new(image.Source, image.Format, image.Segments)
    {
        Symbols = image.Symbols,
        Sections =
        [
            .. image.Sections.Select(section => section with
            {
                Flags = isCode(section) ? section.Flags | ImageSectionFlags.Executable : section.Flags & ~ImageSectionFlags.Executable,
            }),
        ],
    };
}
