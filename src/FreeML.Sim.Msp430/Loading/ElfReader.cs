using System.Buffers.Binary;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Reads a linked ELF32 file for the MSP430. Bytes are taken from the program headers by physical address, as a
/// programmer does; sections and symbols, if there are any, only inform.
/// </summary>
internal sealed class ElfReader
{
    private const int HeaderSize = 52;
    private const int ProgramHeaderSize = 32;
    private const int SectionHeaderSize = 40;
    private const int SymbolSize = 16;

    // More than any linker makes of 1 MiB of address space; together they bound the time to place sections in segments.
    private const uint MostProgramHeaders = 4096;
    private const uint MostSections = 16384;
    private const uint MostSymbols = 1 << 20;

    private const ushort MachineMsp430 = 105;
    private const uint SegmentLoad = 1;
    private const uint SectionNull = 0;
    private const uint SectionSymbolTable = 2;
    private const uint SectionStringTable = 3;
    private const uint SectionNoBits = 8;
    private const uint SectionAttributes = 0x7000_0003;
    private const ushort SectionIndexReserved = 0xFF00;

    private static readonly string[] FileTypes =
        ["a file of no type", "a relocatable object (not linked)", "a linked executable", "a shared object", "a core dump"];

    private static readonly Dictionary<ushort, string> Machines = new()
    {
        [3] = "x86", [8] = "MIPS", [40] = "Arm", [62] = "x86-64", [83] = "AVR", [183] = "AArch64", [243] = "RISC-V",
    };

    private readonly string _source;
    private readonly ReadOnlyMemory<byte> _file;

    private ElfReader(string source, ReadOnlyMemory<byte> file) => (_source, _file) = (source, file);

    /// <summary>The first bytes of every ELF file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x7F, (byte)'E', (byte)'L', (byte)'F'];

    /// <summary>Reads a file that begins with <see cref="Magic"/>. The image keeps parts of it.</summary>
    /// <exception cref="InputException">The file is not a linked ELF32 file for the MSP430, or is damaged.</exception>
    public static FirmwareImage Read(string source, ReadOnlyMemory<byte> file) => new ElfReader(source, file).Read();

    private FirmwareImage Read()
    {
        CheckKind();
        ProgramHeader[] programHeaders = ReadProgramHeaders();
        SectionHeader[] sectionHeaders = ReadSectionHeaders();
        ImageSection[] sections = ReadSections(sectionHeaders, programHeaders);
        int attributes = Array.FindIndex(sectionHeaders, header => header.Type == SectionAttributes);
        uint flags = UInt32(36);
        uint entry = UInt32(24);
        RequireAddresses("the entry point", entry, entry, 1);
        return new FirmwareImage(_source, ImageFormat.Elf, LoadedSegments(programHeaders, sectionHeaders))
        {
            EntryPoint = entry == 0 ? null : entry,
            ElfFlags = flags,
            Sections = Array.AsReadOnly(sections),
            Symbols = Array.AsReadOnly(ReadSymbols(sectionHeaders)),
            ZeroFilled = Array.AsReadOnly(ZeroFilled(programHeaders)),
            BuildAttributes = ElfBuildAttributes.Decode(_source, flags, attributes < 0 ? default : sections[attributes].Bytes.Span),
        };
    }

    /// <summary>Checks in the order in which one mismatch explains the next.</summary>
    private void CheckKind()
    {
        if (_file.Length < HeaderSize)
        {
            throw Bad($"an ELF file cut off after {_file.Length} bytes", $"a header of {HeaderSize} bytes");
        }

        ReadOnlySpan<byte> ident = _file.Span;
        if (ident[4] != 1)
        {
            throw Bad(ident[4] == 2 ? "a 64-bit ELF file" : $"ELF class {ident[4]}", "a 32-bit ELF file");
        }

        if (ident[5] != 1)
        {
            throw Bad(ident[5] == 2 ? "a big-endian ELF file" : $"ELF data encoding {ident[5]}", "a little-endian ELF file");
        }

        ushort machine = UInt16(18);
        if (machine != MachineMsp430)
        {
            string name = Machines.TryGetValue(machine, out string? known) ? $" ({known})" : "";
            throw Bad($"an ELF file for machine {machine}{name}", $"machine {MachineMsp430} (MSP430)");
        }

        ushort type = UInt16(16);
        if (type != 2)
        {
            throw Bad(type < FileTypes.Length ? FileTypes[type] : $"ELF file type {type}", FileTypes[2]);
        }
    }

    private ProgramHeader[] ReadProgramHeaders()
    {
        uint offset = UInt32(28);
        uint count = UInt16(44);
        CheckTable("program headers", offset, count, MostProgramHeaders, UInt16(42), ProgramHeaderSize);
        ProgramHeader[] headers = new ProgramHeader[count];
        for (int i = 0; i < headers.Length; i++)
        {
            int at = (int)offset + (i * ProgramHeaderSize);
            ProgramHeader header = new(
                i, UInt32(at), UInt32(at + 4), UInt32(at + 8), UInt32(at + 12), UInt32(at + 16), UInt32(at + 20));
            headers[i] = header;
            if (header.Type != SegmentLoad)
            {
                continue;
            }

            RequireInFile(header.Title, header.Offset, header.FileSize);
            if (header.FileSize > header.MemorySize)
            {
                throw Bad(
                    $"{header.Title} with 0x{header.FileSize:X} bytes in the file and 0x{header.MemorySize:X} in memory",
                    "no more in the file than in memory");
            }
        }

        return headers;
    }

    private SectionHeader[] ReadSectionHeaders()
    {
        uint offset = UInt32(32);
        if (offset == 0)
        {
            return [];
        }

        // A count that does not fit the header's 16 bits is the size of section 0.
        uint count = UInt16(48);
        if (count == 0)
        {
            RequireInFile("section header 0", offset, SectionHeaderSize);
            count = UInt32((int)offset + 20);
        }

        CheckTable("section headers", offset, count, MostSections, UInt16(46), SectionHeaderSize);
        SectionHeader[] headers = new SectionHeader[count];
        for (int i = 0; i < headers.Length; i++)
        {
            int at = (int)offset + (i * SectionHeaderSize);
            SectionHeader header = new(
                i, UInt32(at), UInt32(at + 4), UInt32(at + 8), UInt32(at + 12), UInt32(at + 16), UInt32(at + 20), UInt32(at + 24), UInt32(at + 36));
            headers[i] = header;
            if (header.HasContents)
            {
                RequireInFile(header.Title, header.Offset, header.Size);
            }

            if (header.IsAllocated)
            {
                RequireAddresses(header.Title, header.Address, header.Address, header.Size);
            }
        }

        return headers;
    }

    private ImageSection[] ReadSections(SectionHeader[] headers, ProgramHeader[] programHeaders)
    {
        ushort namesIndex = UInt16(50);
        ElfStringTable? names = headers.Length == 0 || namesIndex == 0
            ? null
            : StringTable(headers, namesIndex, "the section names");
        return Array.ConvertAll(headers, header =>
        {
            ImageSectionFlags flags = (header.HasContents ? ImageSectionFlags.HasContents : 0)
                | (header.IsAllocated ? ImageSectionFlags.Allocated : 0)
                | ((header.Flags & 1) != 0 ? ImageSectionFlags.Writable : 0)
                | ((header.Flags & 4) != 0 ? ImageSectionFlags.Executable : 0);
            return new ImageSection(
                names?.Name(header.Name, header.Title) ?? "",
                header.Address,
                LoadAddress(header, programHeaders),
                header.Size,
                flags,
                Contents(header));
        });
    }

    /// <summary>A section's load address differs from its address as its segment's does.</summary>
    private static uint LoadAddress(in SectionHeader section, ProgramHeader[] programHeaders)
    {
        foreach (ref readonly ProgramHeader segment in programHeaders.AsSpan())
        {
            if (section.IsAllocated && segment.Type == SegmentLoad
                && section.Address >= segment.VirtualAddress
                && section.Address + (ulong)section.Size <= segment.VirtualAddress + (ulong)segment.MemorySize
                && (!section.HasContents || section.Offset - (long)segment.Offset == section.Address - (long)segment.VirtualAddress))
            {
                return section.Address - segment.VirtualAddress + segment.PhysicalAddress;
            }
        }

        return section.Address;
    }

    private ImageSymbol[] ReadSymbols(SectionHeader[] headers)
    {
        int index = Array.FindIndex(headers, header => header.Type == SectionSymbolTable);
        if (index < 0)
        {
            return [];
        }

        SectionHeader table = headers[index];
        uint count = table.Size / SymbolSize;
        CheckTable("symbols", table.Offset, count, MostSymbols, table.EntrySize, SymbolSize);
        ElfStringTable names = StringTable(headers, table.Link, "the symbol names");
        List<ImageSymbol> symbols = [];
        for (int i = 0; i < count; i++)
        {
            int at = (int)table.Offset + (i * SymbolSize);
            byte info = _file.Span[at + 12];
            ushort section = UInt16(at + 14);
            uint nameOffset = UInt32(at);
            if (nameOffset == 0 || section == 0 || Kind(info & 15) is not { } kind)
            {
                continue; // undefined, or the symbol of a section or source file
            }

            if (section < SectionIndexReserved && section >= headers.Length)
            {
                throw Bad($"symbol {i} in section {section}", $"one of the {headers.Length} sections");
            }

            string name = names.Name(nameOffset, $"symbol {i}");
            if (name.Length > 0)
            {
                symbols.Add(new ImageSymbol(
                    name, UInt32(at + 4), UInt32(at + 8), kind, section < SectionIndexReserved ? section : null, info >> 4 == 0));
            }
        }

        return [.. symbols];
    }

    private static ImageSymbolKind? Kind(int type) => type switch
    {
        1 => ImageSymbolKind.Object,
        2 => ImageSymbolKind.Function,
        3 or 4 => null, // section, file
        _ => ImageSymbolKind.Other,
    };

    private List<ImageSegment> LoadedSegments(ProgramHeader[] programHeaders, SectionHeader[] sectionHeaders)
    {
        List<(ProgramHeader Header, uint First, uint End)> loads = [];
        List<ImageSegment> segments = [];
        foreach (ProgramHeader header in programHeaders.Where(header => header.Type == SegmentLoad))
        {
            uint skipped = ElfHeaderBytes(header, programHeaders.Length, sectionHeaders);
            uint size = header.FileSize - skipped;
            if (size > 0)
            {
                uint address = header.PhysicalAddress + skipped;
                uint virtualAddress = header.VirtualAddress + skipped;
                RequireAddresses(header.Title, address, virtualAddress, size);
                loads.Add((header, address, address + size - 1));
                segments.Add(new ImageSegment(address, virtualAddress, Bytes(header.Offset + skipped, size)));
            }
        }

        loads.Sort((a, b) => (a.First, a.Header.Index).CompareTo((b.First, b.Header.Index)));
        for (int i = 1; i < loads.Count; i++)
        {
            if (loads[i].First <= loads[i - 1].End)
            {
                throw Bad(
                    $"{loads[i - 1].Header.Title} loading 0x{loads[i - 1].First:X5} to 0x{loads[i - 1].End:X5} and "
                    + $"{loads[i].Header.Title} loading 0x{loads[i].First:X5} to 0x{loads[i].End:X5}",
                    "segments that do not overlap");
            }
        }

        return segments.Count > 0 ? segments : throw Bad("no bytes to load", "at least one segment of firmware");
    }

    /// <summary>
    /// How much of a segment's start is not firmware but the ELF file's own headers. GNU's linker widens the first
    /// segment over them, down to addresses where a device may have no memory at all. Programmers that go by sections
    /// never write these bytes, and neither do we.
    /// </summary>
    private uint ElfHeaderBytes(in ProgramHeader segment, int programHeaderCount, SectionHeader[] sectionHeaders)
    {
        uint tableOffset = UInt32(28);
        uint headersEnd = HeaderSize + (tableOffset == HeaderSize ? (uint)programHeaderCount * ProgramHeaderSize : 0);
        if (segment.Offset >= headersEnd)
        {
            return 0;
        }

        // With section headers the first one's start is exact; without, there may be a few bytes of padding to load.
        uint end = segment.Offset + segment.FileSize;
        uint first = end;
        bool known = false;
        foreach (ref readonly SectionHeader section in sectionHeaders.AsSpan())
        {
            if (section.IsAllocated && section.HasContents && section.Size > 0)
            {
                known = true;
                if (section.Offset >= segment.Offset && section.Offset < first)
                {
                    first = section.Offset;
                }
            }
        }

        return Math.Min(known ? first : headersEnd, end) - segment.Offset;
    }

    private AddressRange[] ZeroFilled(ProgramHeader[] headers) =>
    [
        .. headers
            .Where(header => header.Type == SegmentLoad && header.MemorySize > header.FileSize)
            .Select(header =>
            {
                ulong start = header.VirtualAddress + (ulong)header.FileSize;
                uint size = header.MemorySize - header.FileSize;
                RequireAddresses(header.Title, start, start, size);
                return new AddressRange((uint)start, size);
            })
            .OrderBy(range => range.Address),
    ];

    private ElfStringTable StringTable(SectionHeader[] headers, uint index, string title) =>
        index < headers.Length && headers[index].Type == SectionStringTable
            ? new ElfStringTable(_source, title, Contents(headers[index]))
            : throw Bad($"section {index} as {title}", $"a string table among the {headers.Length} sections");

    private ReadOnlyMemory<byte> Contents(in SectionHeader header) =>
        header.HasContents ? Bytes(header.Offset, header.Size) : default;

    private void CheckTable(string what, uint offset, uint count, uint most, uint entrySize, uint expectedEntrySize)
    {
        if (count == 0)
        {
            return;
        }

        if (count > most)
        {
            throw Bad($"{count} {what}", $"at most {most}");
        }

        if (entrySize != expectedEntrySize)
        {
            throw Bad($"{what} of {entrySize} bytes each", $"{expectedEntrySize} bytes each");
        }

        RequireInFile($"{count} {what}", offset, count * expectedEntrySize);
    }

    private void RequireInFile(string what, uint offset, uint size)
    {
        if (offset + (ulong)size > (ulong)_file.Length)
        {
            throw Bad($"{what} at offset 0x{offset:X} with 0x{size:X} bytes", $"an end inside the file of 0x{_file.Length:X} bytes");
        }
    }

    private void RequireAddresses(string what, ulong address, ulong virtualAddress, uint size)
    {
        foreach (ulong start in (ReadOnlySpan<ulong>)[address, virtualAddress])
        {
            if (start + size > ImageSegment.AddressSpace)
            {
                throw Bad($"{what} at address 0x{start:X} with 0x{size:X} bytes", "addresses up to 0xFFFFF");
            }
        }
    }

    // Offsets were checked to lie in the file, which is shorter than 2 GiB.
    private ReadOnlyMemory<byte> Bytes(uint offset, uint size) => _file.Slice((int)offset, (int)size);

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_file.Span[offset..]);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_file.Span[offset..]);

    private InputException Bad(string found, string expected) => new(_source, null, found, expected);

    private readonly record struct ProgramHeader(
        int Index, uint Type, uint Offset, uint VirtualAddress, uint PhysicalAddress, uint FileSize, uint MemorySize)
    {
        public string Title => $"program header {Index}";
    }

    private readonly record struct SectionHeader(
        int Index, uint Name, uint Type, uint Flags, uint Address, uint Offset, uint Size, uint Link, uint EntrySize)
    {
        public string Title => $"section {Index}";

        public bool HasContents => Type is not (SectionNull or SectionNoBits);

        public bool IsAllocated => Type != SectionNull && (Flags & 2) != 0;
    }
}
