using System.Buffers.Binary;
using System.Text;

namespace FreeML.Sim.Tests.Loading;

/// <summary>
/// Lays out a small ELF file: header, program headers, contents, section headers. What it makes is valid until a test
/// asks for something else or patches the bytes.
/// </summary>
internal sealed class ElfBuilder
{
    public const int HeaderSize = 52;
    public const int ProgramHeaderSize = 32;
    public const int SectionHeaderSize = 40;

    private readonly List<SegmentPart> _segments = [];
    private readonly List<SectionPart> _sections = [new("", 0, 0, 0, [], 0)];
    private readonly List<(string Name, uint Value, uint Size, byte Info, ushort Section)> _symbols = [("", 0, 0, 0, 0)];

    public uint Entry { get; init; } = 0x4400;

    public uint Flags { get; init; } = 0x2D;

    public bool HasSectionHeaders { get; init; } = true;

    /// <summary>File offset of the section headers in the last build.</summary>
    public int SectionHeadersOffset { get; private set; }

    /// <summary>A program header and, unless it begins with the file's own headers, a section of the same bytes.</summary>
    public ElfBuilder Load(
        uint address, byte[] bytes, uint? physical = null, uint? memorySize = null, string name = ".text", uint flags = 6)
    {
        _segments.Add(new SegmentPart(address, physical ?? address, (uint)bytes.Length, memorySize ?? (uint)bytes.Length, _sections.Count));
        return Section(name, 1, flags, address, bytes);
    }

    /// <summary>A program header that covers the file from its first byte to the end of the next section added.</summary>
    public ElfBuilder LoadWithHeaders(uint address, byte[] bytes, int padding = 0)
    {
        Section(".gap", 1, 0, 0, new byte[padding]);
        _segments.Add(new SegmentPart(address, address, (uint)bytes.Length, (uint)bytes.Length, _sections.Count) { FromFileStart = true });
        return Section(".text", 1, 6, address, bytes);
    }

    public ElfBuilder Section(string name, uint type, uint flags, uint address, byte[] bytes, uint? size = null)
    {
        _sections.Add(new SectionPart(name, type, flags, address, bytes, size ?? (uint)bytes.Length));
        return this;
    }

    public ElfBuilder Symbol(string name, uint value, uint size = 0, byte info = 0x12, ushort section = 1)
    {
        _symbols.Add((name, value, size, info, section));
        return this;
    }

    /// <summary>Index of the section with a name, as in the last build.</summary>
    public int IndexOf(string name) => _sections.FindIndex(section => section.Name == name);

    public byte[] Build()
    {
        if (HasSectionHeaders)
        {
            AddTables();
        }

        List<byte> file = [.. new byte[HeaderSize + (_segments.Count * ProgramHeaderSize)]];
        int[] offsets = new int[_sections.Count];
        for (int i = 0; i < _sections.Count; i++)
        {
            offsets[i] = file.Count;
            file.AddRange(_sections[i].Bytes);
        }

        SectionHeadersOffset = file.Count;
        if (HasSectionHeaders)
        {
            file.AddRange(new byte[_sections.Count * SectionHeaderSize]);
        }

        byte[] bytes = [.. file];
        WriteHeader(bytes);
        for (int i = 0; i < _segments.Count; i++)
        {
            SegmentPart segment = _segments[i];
            uint offset = (uint)offsets[segment.Section];
            uint before = segment.FromFileStart ? offset : 0;
            Put(bytes, HeaderSize + (i * ProgramHeaderSize),
                1, offset - before, segment.Address - before, segment.Physical - before, segment.FileSize + before, segment.MemorySize + before, 5, 4);
        }

        for (int i = 0; HasSectionHeaders && i < _sections.Count; i++)
        {
            SectionPart section = _sections[i];
            (uint link, uint entrySize) = section.Type == 2 ? ((uint)IndexOf(".strtab"), 16u) : (0u, 0u);
            Put(bytes, SectionHeadersOffset + (i * SectionHeaderSize),
                NameOffset(section.Name), section.Type, section.Flags, section.Address, i == 0 ? 0 : (uint)offsets[i], section.Size, link, 0, 1, entrySize);
        }

        return bytes;
    }

    public static void Put(byte[] bytes, int offset, params uint[] words)
    {
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), word);
            offset += 4;
        }
    }

    public static void Put16(byte[] bytes, int offset, params ushort[] words)
    {
        foreach (ushort word in words)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), word);
            offset += 2;
        }
    }

    private void WriteHeader(byte[] bytes)
    {
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0xFF }.CopyTo(bytes, 0);
        Put16(bytes, 16, 2, 105);
        Put(bytes, 20, 1, Entry, HeaderSize, HasSectionHeaders ? (uint)SectionHeadersOffset : 0, Flags);
        Put16(bytes, 40, HeaderSize, ProgramHeaderSize, (ushort)_segments.Count, SectionHeaderSize);
        Put16(bytes, 48, HasSectionHeaders ? [(ushort)_sections.Count, (ushort)IndexOf(".shstrtab")] : [0, 0]);
    }

    private void AddTables()
    {
        if (_symbols.Count > 1)
        {
            List<byte> names = [0];
            byte[] table = new byte[16 * _symbols.Count];
            for (int i = 1; i < _symbols.Count; i++)
            {
                var (name, value, size, info, section) = _symbols[i];
                Put(table, 16 * i, (uint)names.Count, value, size);
                table[(16 * i) + 12] = info;
                Put16(table, (16 * i) + 14, section);
                names.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
            }

            Section(".symtab", 2, 0, 0, table);
            Section(".strtab", 3, 0, 0, [.. names]);
        }

        Section(".shstrtab", 3, 0, 0, []);
        byte[] sectionNames = Encoding.UTF8.GetBytes(string.Concat(_sections.Select(section => section.Name + '\0')));
        _sections[^1] = _sections[^1] with { Bytes = sectionNames, Size = (uint)sectionNames.Length };
    }

    private uint NameOffset(string name) =>
        (uint)_sections.TakeWhile(section => section.Name != name).Sum(section => Encoding.UTF8.GetByteCount(section.Name) + 1);

    private sealed record SegmentPart(uint Address, uint Physical, uint FileSize, uint MemorySize, int Section)
    {
        public bool FromFileStart { get; init; }
    }

    private sealed record SectionPart(string Name, uint Type, uint Flags, uint Address, byte[] Bytes, uint Size);
}
