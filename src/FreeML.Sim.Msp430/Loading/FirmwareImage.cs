using System.Diagnostics.CodeAnalysis;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>The file formats of firmware.</summary>
public enum ImageFormat
{
    /// <summary>A linked ELF32 file: bytes, sections and symbols.</summary>
    Elf,

    /// <summary>TI's text format: addresses and bytes.</summary>
    TiTxt,

    /// <summary>Intel's hexadecimal format: addresses, bytes and an entry point.</summary>
    IntelHex,
}

/// <summary>Addresses from <paramref name="Address"/>, <paramref name="Size"/> bytes long.</summary>
/// <param name="Address">First address, 0 to FFFFF.</param>
/// <param name="Size">Number of bytes.</param>
public readonly record struct AddressRange(uint Address, uint Size);

/// <summary>Firmware as read from a file: what to write to the device, and what its linker tells about it. Immutable.</summary>
public sealed class FirmwareImage
{
    private readonly Dictionary<string, ImageSymbol> _symbolsByName = new(StringComparer.Ordinal);

    /// <summary>Makes an image of segments in any order.</summary>
    /// <param name="source">Path or name, for messages.</param>
    /// <param name="format">Format it came from, or is meant for.</param>
    /// <param name="segments">What to write to the device.</param>
    /// <exception cref="ArgumentException">Two segments overlap, or one leaves the 20-bit address space.</exception>
    public FirmwareImage(string source, ImageFormat format, IEnumerable<ImageSegment> segments)
    {
        Source = source;
        Format = format;
        Segments = Array.AsReadOnly(ImageSegment.Ordered(segments));
    }

    /// <summary>Path or name the image was read from.</summary>
    public string Source { get; }

    /// <summary>Format of the file.</summary>
    public ImageFormat Format { get; }

    /// <summary>What to write to the device, by rising physical address. Never empty ones, never overlapping.</summary>
    public IReadOnlyList<ImageSegment> Segments { get; }

    /// <summary>
    /// Run-time addresses an ELF file gives memory but no bytes (<c>.bss</c>). They are not loaded: start-up code
    /// clears them, and a simulator that did it would hide a program that forgets.
    /// </summary>
    public IReadOnlyList<AddressRange> ZeroFilled { get; init; } = [];

    /// <summary>Where the producer says execution begins, or null. A device does not care: it fetches its reset vector.</summary>
    public uint? EntryPoint { get; init; }

    /// <summary>Symbols in the file's order; none in stripped images, TI-TXT and Intel HEX.</summary>
    public IReadOnlyList<ImageSymbol> Symbols
    {
        get;
        init
        {
            field = value;
            _symbolsByName.Clear();
            foreach (ImageSymbol symbol in value)
            {
                // A local name may occur in many source files; the one every file can see wins, else the first.
                if (!_symbolsByName.TryGetValue(symbol.Name, out ImageSymbol? known) || (known.IsLocal && !symbol.IsLocal))
                {
                    _symbolsByName[symbol.Name] = symbol;
                }
            }
        }
    } = [];

    /// <summary>Sections in the file's order, ELF's empty section 0 included so that indices hold; may be empty.</summary>
    public IReadOnlyList<ImageSection> Sections { get; init; } = [];

    /// <summary>ELF's <c>e_flags</c>; 0 for other formats.</summary>
    public uint ElfFlags { get; init; }

    /// <summary>How the image says it was built.</summary>
    public BuildAttributes BuildAttributes { get; init; } = BuildAttributes.None;

    /// <summary>Finds a symbol by its exact name; of several, a global one, else the file's first.</summary>
    public bool TryGetSymbol(string name, [NotNullWhen(true)] out ImageSymbol? symbol) =>
        _symbolsByName.TryGetValue(name, out symbol);
}
