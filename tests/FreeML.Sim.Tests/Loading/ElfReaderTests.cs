using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

public sealed class ElfReaderTests
{
    private const int ProgramHeaders = ElfBuilder.HeaderSize;

    private static readonly byte[] Code = [0x31, 0x40, 0x00, 0x24];

    /// <summary>ISA MSP430X, small code model, restricted data model, and the tags of a second vendor.</summary>
    private static readonly byte[] Attributes =
    [
        (byte)'A',
        22, 0, 0, 0, .. "mspabi\0"u8, 1, 11, 0, 0, 0, 4, 2, 6, 1, 8, 3,
        15, 0, 0, 0, .. "gnu\0"u8, 1, 7, 0, 0, 0, 4, 1,
    ];

    [Fact]
    public void Bytes_load_at_the_physical_address_and_run_at_the_virtual_one()
    {
        FirmwareImage image = Read(new ElfBuilder()
            .Load(0x4400, Code)
            .Load(0x1C00, [5, 6], physical: 0x4404, memorySize: 10, name: ".data", flags: 3));

        Assert.Equal(ImageFormat.Elf, image.Format);
        Assert.Equal((0x4400u, 0x4400u), (image.Segments[0].Address, image.Segments[0].VirtualAddress));
        Assert.Equal(Code, image.Segments[0].Bytes.ToArray());
        Assert.Equal((0x4404u, 0x1C00u), (image.Segments[1].Address, image.Segments[1].VirtualAddress));
        Assert.Equal([5, 6], image.Segments[1].Bytes.ToArray());
        Assert.Equal(0x4400u, image.EntryPoint);
    }

    [Fact]
    public void Zero_filled_memory_is_known_but_not_loaded()
    {
        FirmwareImage image = Read(new ElfBuilder()
            .Load(0x4400, Code)
            .Load(0x1C00, [5, 6], physical: 0x4404, memorySize: 10)
            .Load(0x1D00, [], memorySize: 4));

        Assert.Equal([new AddressRange(0x1C02, 8), new AddressRange(0x1D00, 4)], image.ZeroFilled);
        Assert.Equal(6, image.Segments.Sum(segment => segment.Bytes.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_files_own_headers_are_not_loaded_when_the_first_segment_covers_them(bool hasSectionHeaders)
    {
        FirmwareImage image = Read(new ElfBuilder { HasSectionHeaders = hasSectionHeaders }
            .LoadWithHeaders(0x4400, Code)
            .Load(0xFFFE, [0, 0x44]));

        Assert.Equal(2, image.Segments.Count);
        Assert.Equal((0x4400u, 0x4400u), (image.Segments[0].Address, image.Segments[0].VirtualAddress));
        Assert.Equal(Code, image.Segments[0].Bytes.ToArray());
    }

    [Fact]
    public void Sections_tell_padding_after_the_files_own_headers_from_firmware()
    {
        FirmwareImage image = Read(new ElfBuilder().LoadWithHeaders(0x4400, Code, padding: 3));

        Assert.Equal(0x4400u, Assert.Single(image.Segments).Address);
    }

    [Fact]
    public void A_segment_of_the_files_own_headers_alone_loads_nothing()
    {
        FirmwareImage image = Read(new ElfBuilder().LoadWithHeaders(0x1C00, []).Load(0x4400, Code));

        Assert.Equal(0x4400u, Assert.Single(image.Segments).Address);
    }

    [Fact]
    public void Segments_are_sorted_by_physical_address()
    {
        FirmwareImage image = Read(new ElfBuilder().Load(0xFFFE, [0, 0x44]).Load(0x4400, Code).Load(0x10000, [1]));

        Assert.Equal([0x4400u, 0xFFFEu, 0x10000u], image.Segments.Select(segment => segment.Address));
    }

    [Fact]
    public void The_highest_address_can_be_loaded() =>
        Assert.Equal(0x100000u, Read(new ElfBuilder().Load(0xFFFFF, [1])).Segments[0].End);

    [Fact]
    public void Sections_keep_their_indices_addresses_flags_and_bytes()
    {
        FirmwareImage image = Read(new ElfBuilder()
            .Load(0x4400, Code)
            .Load(0x1C00, [5, 6], physical: 0x4404, memorySize: 10, name: ".data", flags: 3)
            .Section(".bss", 8, 3, 0x1C02, [], size: 8)
            .Section(".comment", 1, 0, 0, [9]));

        Assert.Equal(["", ".text", ".data", ".bss", ".comment", ".shstrtab"], image.Sections.Select(section => section.Name));
        ImageSection text = image.Sections[1], data = image.Sections[2], bss = image.Sections[3], comment = image.Sections[4];
        Assert.Equal(ImageSectionFlags.Allocated | ImageSectionFlags.Executable | ImageSectionFlags.HasContents, text.Flags);
        Assert.Equal(Code, text.Bytes.ToArray());
        Assert.Equal((0x1C00u, 0x4404u, 2u), (data.Address, data.LoadAddress, data.Size));
        Assert.Equal(ImageSectionFlags.Allocated | ImageSectionFlags.Writable, bss.Flags);
        Assert.Equal((0x1C02u, 0x4406u, 8u, 0), (bss.Address, bss.LoadAddress, bss.Size, bss.Bytes.Length));
        Assert.Equal(ImageSectionFlags.HasContents, comment.Flags);
        Assert.Equal([9], comment.Bytes.ToArray());
    }

    [Fact]
    public void Symbols_keep_value_size_kind_and_section()
    {
        FirmwareImage image = Read(new ElfBuilder()
            .Load(0x4400, Code)
            .Symbol("main", 0x4402, 2)
            .Symbol("mailbox", 0x4404, 64, info: 0x11)
            .Symbol("__stack", 0x2C00, info: 0x10, section: 0xFFF1)
            .Symbol("extern_weak", 0, info: 0x20, section: 0)
            .Symbol("main.c", 0, info: 0x04, section: 0xFFF1));

        Assert.Equal(
            [
                new ImageSymbol("main", 0x4402, 2, ImageSymbolKind.Function, 1, IsLocal: false),
                new ImageSymbol("mailbox", 0x4404, 64, ImageSymbolKind.Object, 1, IsLocal: false),
                new ImageSymbol("__stack", 0x2C00, 0, ImageSymbolKind.Other, null, IsLocal: false),
            ],
            image.Symbols);
        Assert.True(image.TryGetSymbol("mailbox", out ImageSymbol? mailbox));
        Assert.Equal(0x4404u, mailbox.Value);
        Assert.False(image.TryGetSymbol("Mailbox", out _));
    }

    [Fact]
    public void A_global_symbol_wins_over_local_ones_of_its_name_and_the_first_local_over_later_ones()
    {
        FirmwareImage image = Read(new ElfBuilder()
            .Load(0x4400, Code)
            .Symbol("state", 1, info: 0x01)
            .Symbol("state", 2, info: 0x11)
            .Symbol("state", 3, info: 0x01)
            .Symbol("buffer", 4, info: 0x01)
            .Symbol("buffer", 5, info: 0x01));

        Assert.True(image.TryGetSymbol("state", out ImageSymbol? state));
        Assert.True(image.TryGetSymbol("buffer", out ImageSymbol? buffer));
        Assert.Equal((2u, 4u), (state.Value, buffer.Value));
    }

    [Fact]
    public void An_image_without_section_headers_has_bytes_only()
    {
        FirmwareImage image = Read(new ElfBuilder { HasSectionHeaders = false }.Load(0x4400, Code));

        Assert.Single(image.Segments);
        Assert.Empty(image.Sections);
        Assert.Empty(image.Symbols);
    }

    [Fact]
    public void Flags_and_attributes_tell_how_the_image_was_built()
    {
        FirmwareImage image = Read(new ElfBuilder { Flags = 14 }
            .Load(0x4400, Code)
            .Section(".MSP430.attributes", 0x7000_0003, 0, 0, Attributes));

        Assert.Equal(14u, image.ElfFlags);
        Assert.Equal(
            new BuildAttributes("MSP430x14", ImageInstructionSet.Msp430X, ImageMemoryModel.Small, ImageMemoryModel.Restricted),
            image.BuildAttributes);
    }

    [Fact]
    public void Attributes_of_an_unknown_format_and_unknown_values_say_nothing()
    {
        byte[] unknownFormat = [.. Attributes];
        unknownFormat[0] = (byte)'B';
        byte[] unknownValue = [.. Attributes];
        unknownValue[18] = 99;

        Assert.Equal(BuildAttributes.None with { CpuVariant = "MSP430X" }, WithAttributes(unknownFormat).BuildAttributes);
        Assert.Equal(ImageInstructionSet.Unknown, WithAttributes(unknownValue).BuildAttributes.InstructionSet);
        Assert.Equal(ImageMemoryModel.Small, WithAttributes(unknownValue).BuildAttributes.CodeModel);
    }

    [Theory]
    [InlineData(1, 0)]    // block shorter than its own length
    [InlineData(1, 200)]  // block longer than the section
    [InlineData(13, 2)]   // sub-block shorter than its own header
    [InlineData(13, 200)] // sub-block longer than its block
    [InlineData(22, 0x80)] // last number goes on beyond the block
    public void Attributes_with_a_length_that_leads_out_are_refused(int offset, byte value)
    {
        byte[] attributes = [.. Attributes];
        attributes[offset] = value;

        Assert.Contains(".MSP430.attributes", Assert.Throws<InputException>(() => WithAttributes(attributes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 2, "found a 64-bit ELF file, expected a 32-bit ELF file")]
    [InlineData(5, 2, "found a big-endian ELF file, expected a little-endian ELF file")]
    [InlineData(16, 1, "found a relocatable object (not linked), expected a linked executable")]
    [InlineData(16, 3, "found a shared object, expected a linked executable")]
    [InlineData(16, 77, "found ELF file type 77, expected a linked executable")]
    [InlineData(18, 62, "found an ELF file for machine 62 (x86-64), expected machine 105 (MSP430)")]
    [InlineData(18, 99, "found an ELF file for machine 99, expected machine 105 (MSP430)")]
    [InlineData(26, 0x10, "found the entry point at address 0x104400 with 0x1 bytes, expected addresses up to 0xFFFFF")]
    [InlineData(42, 33, "found program headers of 33 bytes each, expected 32 bytes each")]
    [InlineData(45, 0xFF, "found 65281 program headers, expected at most 4096")]
    [InlineData(45, 1, "found 257 program headers at offset 0x34 with 0x2020 bytes, expected an end inside the file of 0x110 bytes")]
    [InlineData(46, 41, "found section headers of 41 bytes each, expected 40 bytes each")]
    [InlineData(49, 0xFF, "found 65284 section headers, expected at most 16384")]
    [InlineData(35, 0x7F, "found 4 section headers at offset 0x7F000070 with 0xA0 bytes, expected an end inside the file of 0x110 bytes")]
    [InlineData(50, 9, "found section 9 as the section names, expected a string table among the 4 sections")]
    [InlineData(50, 1, "found section 1 as the section names, expected a string table among the 4 sections")]
    public void A_wrong_byte_in_the_header_is_told(int offset, byte value, string message)
    {
        byte[] bytes = new ElfBuilder().Load(0x4400, Code).Section(".note", 1, 0, 0, [1]).Build();
        bytes[offset] = value;

        Assert.Equal($"fw.elf: {message}", Error(bytes));
    }

    [Theory]
    [InlineData(0, 52 + 32 + 2)]
    [InlineData(0, 52 + 31)]
    [InlineData(0, 51)]
    public void A_file_cut_short_is_told(int from, int to)
    {
        byte[] bytes = new ElfBuilder { HasSectionHeaders = false }.Load(0x4400, Code).Build()[from..to];

        Assert.Matches("cut off|an end inside the file", Error(bytes));
    }

    [Theory]
    [InlineData(4, 0xFFFFFFF0u, "found program header 0 at offset 0xFFFFFFF0 with 0x4 bytes, expected an end inside the file of 0x58 bytes")]
    [InlineData(16, 0xFFFFFFF0u, "found program header 0 at offset 0x54 with 0xFFFFFFF0 bytes, expected an end inside the file of 0x58 bytes")]
    [InlineData(20, 3u, "found program header 0 with 0x4 bytes in the file and 0x3 in memory, expected no more in the file than in memory")]
    [InlineData(12, 0xFFFFDu, "found program header 0 at address 0xFFFFD with 0x4 bytes, expected addresses up to 0xFFFFF")]
    [InlineData(8, 0xFFFFFFFEu, "found program header 0 at address 0xFFFFFFFE with 0x4 bytes, expected addresses up to 0xFFFFF")]
    [InlineData(20, 0xFFFFFFFFu, "found program header 0 at address 0x4404 with 0xFFFFFFFB bytes, expected addresses up to 0xFFFFF")]
    [InlineData(0, 6u, "found no bytes to load, expected at least one segment of firmware")]
    public void A_wrong_program_header_is_told(int field, uint value, string message)
    {
        byte[] bytes = new ElfBuilder { HasSectionHeaders = false }.Load(0x4400, Code).Build();
        ElfBuilder.Put(bytes, ProgramHeaders + field, value);

        Assert.Equal($"fw.elf: {message}", Error(bytes));
    }

    [Theory]
    [InlineData(0x4403u, 0x4406u)] // last byte in first byte
    [InlineData(0x4400u, 0x4403u)] // same place
    public void Overlapping_segments_are_told_with_both_ranges(uint first, uint last)
    {
        byte[] bytes = new ElfBuilder().Load(0x4400, Code).Load(first, Code).Build();

        Assert.Equal(
            $"fw.elf: found program header 0 loading 0x04400 to 0x04403 and program header 1 loading 0x{first:X5} to 0x{last:X5}, "
            + "expected segments that do not overlap",
            Error(bytes));
    }

    [Fact]
    public void Segments_may_adjoin() =>
        Assert.Equal(2, Read(new ElfBuilder().Load(0x4400, Code).Load(0x4404, Code)).Segments.Count);

    [Theory]
    [InlineData(16, 0xFFFFFFFFu, "found section 1 at offset")]
    [InlineData(20, 0xFFFFFFFFu, "found section 1 at offset")]
    [InlineData(12, 0xFFFFEu, "found section 1 at address 0xFFFFE with 0x4 bytes")]
    [InlineData(0, 0xFFFFu, "found name offset 0xFFFF of section 1, expected one inside the section names of")]
    public void A_wrong_section_header_is_told(int field, uint value, string message)
    {
        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code);
        byte[] bytes = builder.Build();
        ElfBuilder.Put(bytes, builder.SectionHeadersOffset + ElfBuilder.SectionHeaderSize + field, value);

        Assert.StartsWith($"fw.elf: {message}", Error(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3u)]        // the true count
    [InlineData(0u)]        // none
    public void A_section_count_of_zero_stands_in_section_zero(uint count)
    {
        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code);
        byte[] bytes = builder.Build();
        ElfBuilder.Put16(bytes, 48, 0);
        ElfBuilder.Put(bytes, builder.SectionHeadersOffset + 20, count);

        Assert.Equal((int)count, ImageReader.Read("fw.elf", bytes).Sections.Count);
    }

    [Fact]
    public void A_huge_section_count_in_section_zero_is_told()
    {
        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code);
        byte[] bytes = builder.Build();
        ElfBuilder.Put16(bytes, 48, 0);
        ElfBuilder.Put(bytes, builder.SectionHeadersOffset + 20, uint.MaxValue);

        Assert.Equal("fw.elf: found 4294967295 section headers, expected at most 16384", Error(bytes));
    }

    [Theory]
    [InlineData(24, 99u, "found section 99 as the symbol names")]
    [InlineData(24, 2u, "found section 2 as the symbol names")] // a table that is its own string table
    [InlineData(36, 0u, "found symbols of 0 bytes each")]
    public void A_wrong_symbol_table_is_told(int field, uint value, string message)
    {
        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code).Symbol("main", 0x4400);
        byte[] bytes = builder.Build();
        Assert.Equal(2, builder.IndexOf(".symtab"));
        ElfBuilder.Put(bytes, builder.SectionHeadersOffset + (2 * ElfBuilder.SectionHeaderSize) + field, value);

        Assert.StartsWith($"fw.elf: {message}", Error(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_in_a_section_that_is_not_there_is_told() =>
        Assert.Equal(
            "fw.elf: found symbol 1 in section 77, expected one of the 5 sections",
            Error(new ElfBuilder().Load(0x4400, Code).Symbol("main", 0x4400, section: 77).Build()));

    [Fact]
    public void A_string_table_without_its_last_terminator_is_told()
    {
        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code).Symbol("main", 0x4400);
        byte[] bytes = builder.Build();
        int size = builder.SectionHeadersOffset + (builder.IndexOf(".strtab") * ElfBuilder.SectionHeaderSize) + 20;
        ElfBuilder.Put(bytes, size, 5); // "\0main"

        Assert.Equal("fw.elf: found an endless name at offset 0x1 of the symbol names, expected a zero byte within 4096 bytes", Error(bytes));
    }

    [Fact]
    public void Names_that_are_all_suffixes_of_one_long_text_do_not_fill_the_memory()
    {
        const int Count = 100_000;
        byte[] names = new byte[Count];
        names.AsSpan().Fill((byte)'x');
        for (int i = 0; i < Count; i += 4000)
        {
            names[i] = 0;
        }

        byte[] table = new byte[16 * Count];
        for (int i = 1; i < Count; i++)
        {
            ElfBuilder.Put(table, 16 * i, (uint)i, 0x4400, 0, 0x0001_0010);
        }

        ElfBuilder builder = new ElfBuilder().Load(0x4400, Code).Section(".symtab", 2, 0, 0, table).Section(".strtab", 3, 0, 0, names);
        byte[] bytes = builder.Build();

        long before = GC.GetAllocatedBytesForCurrentThread();
        string error = Error(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains("share the bytes of the symbol names", error, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 64 << 20);
    }

    private static FirmwareImage Read(ElfBuilder builder) => ImageReader.Read("fw.elf", builder.Build());

    private static FirmwareImage WithAttributes(byte[] attributes) =>
        Read(new ElfBuilder().Load(0x4400, Code).Section(".MSP430.attributes", 0x7000_0003, 0, 0, attributes));

    private static string Error(byte[] bytes) => Assert.Throws<InputException>(() => ImageReader.Read("fw.elf", bytes)).Message;
}
