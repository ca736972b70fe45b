using System.Buffers.Binary;
using System.Text;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Writes a linked ELF32 file: a program header for each segment and each range without bytes, the sections that lie in them, symbols, and how
/// the image was built. What loads by program headers and what loads by sections find the same bytes. Equal images give equal files.
/// </summary>
/// <remarks>An image without sections (TI-TXT, Intel HEX) gets one for each segment. Debugging information is not written.</remarks>
public static class ElfWriter
{
    private const int HeaderSize = 52;
    private const int ProgramHeaderSize = 32;
    private const int SectionHeaderSize = 40;
    private const int SymbolSize = 16;
    private const ushort Machine = 105;
    private const uint Msp430X = 45;
    private const byte StandaloneAbi = 255;
    private const ushort AbsoluteSection = 0xFFF1;
    private const string AttributesName = ".MSP430.attributes";

    private const uint Load = 1;
    private const uint ProgramBits = 1;
    private const uint SymbolTable = 2;
    private const uint StringTable = 3;
    private const uint NoBits = 8;
    private const uint Attributes = 0x7000_0003;

    /// <summary>Writes an image.</summary>
    public static byte[] Write(FirmwareImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Content content = new(HeaderSize + (ProgramHeaderSize * (image.Segments.Count + image.ZeroFilled.Count)));
        Segment[] segments =
        [
            .. image.Segments.Select(segment => new Segment(content.Add(segment.Bytes.Span), segment.VirtualAddress, segment.Address, (uint)segment.Bytes.Length, (uint)segment.Bytes.Length)),
            .. image.ZeroFilled.Select(range => new Segment(HeaderSize, range.Address, range.Address, 0, range.Size)),
        ];
        Strings names = new();
        List<Section> sections = [default];
        int[] numbers = AddSections(image, segments, content, names, sections);
        AddSymbols(image, numbers, content, names, sections);
        sections.Add(new Section(names.Add(".shstrtab"), StringTable, 0, 0, content.Length, (uint)names.Length, 0, 0, 1, 0));
        content.Add(names.Bytes);
        int sectionHeaders = content.Length;
        foreach (Section section in sections)
        {
            content.AddWords(section.Name, section.Type, section.Flags, section.Address, (uint)section.Offset, section.Size, section.Link, section.Info, section.Alignment, section.EntrySize);
        }

        byte[] file = content.ToArray();
        WriteHeader(file, image, segments.Length, sectionHeaders, sections.Count);
        for (int i = 0; i < segments.Length; i++)
        {
            WriteProgramHeader(file.AsSpan(HeaderSize + (ProgramHeaderSize * i), ProgramHeaderSize), segments[i], FlagsOf(image, segments[i]));
        }

        return file;
    }

    // The number that each section of the image has in the file; 0 for those that are not written.
    private static int[] AddSections(FirmwareImage image, Segment[] segments, Content content, Strings names, List<Section> sections)
    {
        int[] numbers = new int[image.Sections.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            ImageSection section = image.Sections[i];
            bool isLoaded = section.Flags.HasFlag(ImageSectionFlags.HasContents) && section.Size > 0;
            bool isMark = section.Size == 0 && section.Name.Length > 0;
            if (section.Flags.HasFlag(ImageSectionFlags.Allocated) || isMark)
            {
                int segment = isLoaded ? Array.FindIndex(segments, candidate => candidate.Holds(section)) : -1;
                if (isLoaded && segment < 0)
                {
                    continue;
                }

                int offset = isLoaded ? segments[segment].Offset + (int)(section.LoadAddress - segments[segment].PhysicalAddress) : HeaderSize;
                numbers[i] = sections.Count;
                sections.Add(new Section(names.Add(section.Name), isLoaded || isMark ? ProgramBits : NoBits, ElfFlags(section.Flags), section.Address, offset, section.Size, 0, 0, 2, 0));
            }
            else if (section.Name == AttributesName)
            {
                numbers[i] = sections.Count;
                sections.Add(new Section(names.Add(section.Name), Attributes, 0, 0, content.Add(section.Bytes.Span), (uint)section.Bytes.Length, 0, 0, 1, 0));
            }
        }

        if (image.Sections.Count == 0)
        {
            foreach (Segment segment in segments.Where(segment => segment.FileSize > 0))
            {
                sections.Add(new Section(names.Add($".load{sections.Count}"), ProgramBits, ElfFlags(ImageSectionFlags.Allocated | ImageSectionFlags.Executable), segment.VirtualAddress, segment.Offset, segment.FileSize, 0, 0, 2, 0));
            }
        }

        return numbers;
    }

    // Names private to a source file come first, as the format has it.
    private static void AddSymbols(FirmwareImage image, int[] numbers, Content content, Strings names, List<Section> sections)
    {
        if (image.Symbols.Count == 0)
        {
            return;
        }

        Strings texts = new();
        Content table = new(SymbolSize);
        foreach (ImageSymbol symbol in image.Symbols.OrderBy(symbol => !symbol.IsLocal))
        {
            int number = symbol.SectionIndex is { } index ? numbers[index] : 0;
            byte info = (byte)((symbol.IsLocal ? 0 : 0x10) | (symbol.Kind switch { ImageSymbolKind.Object => 1, ImageSymbolKind.Function => 2, _ => 0 }));
            table.AddWords(texts.Add(symbol.Name), symbol.Value, symbol.Size, info | (uint)(number == 0 ? AbsoluteSection : number) << 16);
        }

        uint locals = 1 + (uint)image.Symbols.Count(symbol => symbol.IsLocal);
        int offset = content.Add(table.ToArray());
        sections.Add(new Section(names.Add(".symtab"), SymbolTable, 0, 0, offset, (uint)table.Length, (uint)sections.Count + 1, locals, 4, SymbolSize));
        sections.Add(new Section(names.Add(".strtab"), StringTable, 0, 0, content.Add(texts.Bytes), (uint)texts.Length, 0, 0, 1, 0));
    }

    private static void WriteHeader(Span<byte> file, FirmwareImage image, int segments, int sectionHeaders, int sections)
    {
        ElfReader.Magic.CopyTo(file);
        file[4] = 1;
        file[5] = 1;
        file[6] = 1;
        file[7] = StandaloneAbi;
        UInt16(file, 16, 2);
        UInt16(file, 18, Machine);
        UInt32(file, 20, 1);
        UInt32(file, 24, image.EntryPoint ?? 0);
        UInt32(file, 28, HeaderSize);
        UInt32(file, 32, (uint)sectionHeaders);
        UInt32(file, 36, image.ElfFlags == 0 ? Msp430X : image.ElfFlags);
        UInt16(file, 40, HeaderSize);
        UInt16(file, 42, ProgramHeaderSize);
        UInt16(file, 44, segments);
        UInt16(file, 46, SectionHeaderSize);
        UInt16(file, 48, sections);
        UInt16(file, 50, sections - 1);
    }

    private static void WriteProgramHeader(Span<byte> header, Segment segment, uint flags)
    {
        int at = 0;
        foreach (uint word in (ReadOnlySpan<uint>)[Load, (uint)segment.Offset, segment.VirtualAddress, segment.PhysicalAddress, segment.FileSize, segment.MemorySize, flags, 2])
        {
            UInt32(header, at, word);
            at += sizeof(uint);
        }
    }

    // Readable, and what any of its sections is.
    private static uint FlagsOf(FirmwareImage image, Segment segment)
    {
        ImageSectionFlags flags = image.Sections.Where(segment.Overlaps).Aggregate(ImageSectionFlags.None, (all, section) => all | section.Flags);
        bool isKnown = image.Sections.Count > 0;
        return 4u | (flags.HasFlag(ImageSectionFlags.Writable) ? 2u : 0) | (flags.HasFlag(ImageSectionFlags.Executable) || !isKnown ? 1u : 0);
    }

    private static uint ElfFlags(ImageSectionFlags flags) =>
        (flags.HasFlag(ImageSectionFlags.Writable) ? 1u : 0) | (flags.HasFlag(ImageSectionFlags.Allocated) ? 2u : 0) | (flags.HasFlag(ImageSectionFlags.Executable) ? 4u : 0);

    private static void UInt16(Span<byte> bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], checked((ushort)value));

    private static void UInt32(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    private readonly record struct Segment(int Offset, uint VirtualAddress, uint PhysicalAddress, uint FileSize, uint MemorySize)
    {
        public bool Holds(ImageSection section) =>
            section.LoadAddress >= PhysicalAddress && section.LoadAddress + section.Size <= PhysicalAddress + FileSize && section.Address - section.LoadAddress == VirtualAddress - PhysicalAddress;

        public bool Overlaps(ImageSection section) =>
            section.Flags.HasFlag(ImageSectionFlags.Allocated) && section.Size > 0 && section.Address < VirtualAddress + MemorySize && section.Address + section.Size > VirtualAddress;
    }

    private readonly record struct Section(uint Name, uint Type, uint Flags, uint Address, int Offset, uint Size, uint Link, uint Info, uint Alignment, uint EntrySize);

    /// <summary>A file in the making; pieces begin at multiples of four.</summary>
    private sealed class Content(int reserved)
    {
        private readonly List<byte> _bytes = [.. new byte[reserved]];

        public int Length => _bytes.Count;

        public int Add(ReadOnlySpan<byte> bytes)
        {
            int at = _bytes.Count;
            _bytes.AddRange(bytes);
            _bytes.AddRange(new byte[-_bytes.Count & 3]);
            return at;
        }

        public void AddWords(params ReadOnlySpan<uint> words)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            foreach (uint word in words)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
                _bytes.AddRange(bytes);
            }
        }

        public byte[] ToArray() => [.. _bytes];
    }

    /// <summary>A string table: each name once.</summary>
    private sealed class Strings
    {
        private readonly List<byte> _bytes = [0];
        private readonly Dictionary<string, uint> _places = new(StringComparer.Ordinal) { [""] = 0 };

        public int Length => _bytes.Count;

        public byte[] Bytes => [.. _bytes];

        public uint Add(string name)
        {
            if (!_places.TryGetValue(name, out uint place))
            {
                place = (uint)_bytes.Count;
                _places.Add(name, place);
                _bytes.AddRange(Encoding.UTF8.GetBytes(name));
                _bytes.Add(0);
            }

            return place;
        }
    }
}
