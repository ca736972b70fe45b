using System.Buffers.Binary;
using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

/// <summary>Damaged files: they read, or fail with one printable line; they never do anything else, nor cost much.</summary>
public sealed class HostileInputTests
{
    // An image of a few hundred bytes may cost its copy, small tables and pages of memory, not what its numbers claim.
    private const long MostAllocated = 8 << 20;

    private static readonly byte[] Elf = new ElfBuilder()
        .LoadWithHeaders(0x4400, [.. Enumerable.Range(0, 40).Select(i => (byte)i)])
        .Load(0x1C00, [5, 6, 7, 8], physical: 0x4500, memorySize: 64, name: ".data", flags: 3)
        .Load(0xFFFE, [0, 0x44], name: ".resetvec", flags: 2)
        .Section(".MSP430.attributes", 0x7000_0003, 0, 0, [(byte)'A', 22, 0, 0, 0, .. "mspabi\0"u8, 1, 11, 0, 0, 0, 4, 2, 6, 2, 8, 2])
        .Symbol("main", 0x4400, 8)
        .Symbol("state", 0x1C00, 4, info: 0x01, section: 2)
        .Symbol("__stack", 0x2C00, info: 0x10, section: 0xFFF1)
        .Build();

    private static readonly byte[] TiTxt = Encoding.ASCII.GetBytes(ImageText.TiTxt(ImageReader.Read("fw", Elf).Segments));

    private static readonly byte[] IntelHex = Encoding.ASCII.GetBytes(ImageText.IntelHex(ImageReader.Read("fw", Elf)));

    /// <summary>Values that sit at the edges of what a size or offset may be.</summary>
    private static readonly uint[] Edges =
        [0, 1, 2, 3, 0x1F, 0x20, 0x27, 0x28, 0xFF, 0x7FFF, 0xFFFE, 0xFFFF, 0x10000, 0xFFFFF, 0x100000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF];

    public static TheoryData<string> Formats => ["elf", "txt", "hex"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Undamaged_files_read(string format) => Assert.True(ImageReader.TryRead(format, Bytes(format), out _, out _));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Files_cut_anywhere_read_or_are_told(string format)
    {
        byte[] whole = Bytes(format);
        for (int length = 0; length < whole.Length; length++)
        {
            ReadsOrIsTold(whole[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Files_with_any_one_byte_changed_read_or_are_told(string format)
    {
        byte[] bytes = [.. Bytes(format)];
        for (int i = 0; i < bytes.Length; i++)
        {
            byte original = bytes[i];
            foreach (int change in new[] { 0x01, 0x02, 0x10, 0x40, 0x80, 0xFF, original, original ^ '\n', original ^ ':', original ^ '@' })
            {
                bytes[i] = (byte)(original ^ change);
                ReadsOrIsTold(bytes);
            }

            bytes[i] = original;
        }
    }

    [Fact]
    public void Elf_files_with_any_field_at_an_edge_read_or_are_told()
    {
        foreach (uint edge in Edges)
        {
            for (int i = 0; i + 4 <= Elf.Length; i++)
            {
                byte[] wide = [.. Elf];
                BinaryPrimitives.WriteUInt32LittleEndian(wide.AsSpan(i), edge);
                ReadsOrIsTold(wide);
                byte[] narrow = [.. Elf];
                BinaryPrimitives.WriteUInt16LittleEndian(narrow.AsSpan(i), (ushort)edge);
                ReadsOrIsTold(narrow);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Files_damaged_in_several_places_read_or_are_told(string format)
    {
        Random random = new(2026);
        for (int run = 0; run < 5000; run++)
        {
            List<byte> bytes = [.. Bytes(format)];
            for (int damage = random.Next(1, 6); damage > 0 && bytes.Count > 8; damage--)
            {
                int at = random.Next(bytes.Count);
                int length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, length);
                        break;
                    case 2:
                        bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                        break;
                    default:
                        bytes[at] = bytes[random.Next(bytes.Count)];
                        break;
                }
            }

            ReadsOrIsTold([.. bytes]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData(":")]
    [InlineData("\x7F" + "ELF")]
    public void Noise_reads_or_is_told(string start)
    {
        Random random = new(430);
        for (int run = 0; run < 2000; run++)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            ReadsOrIsTold([.. Encoding.ASCII.GetBytes(start), .. noise]);
        }
    }

    [Fact]
    public void The_most_headers_a_file_may_have_are_placed_in_bounded_time()
    {
        // Every section is compared with every segment, none fits: the worst case of the most headers allowed.
        const int Segments = 4096;
        const int Sections = 16384;
        int sectionsAt = ElfBuilder.HeaderSize + (Segments * ElfBuilder.ProgramHeaderSize);
        byte[] bytes = new byte[sectionsAt + (Sections * ElfBuilder.SectionHeaderSize)];
        Elf.AsSpan(0, ElfBuilder.HeaderSize).CopyTo(bytes);
        ElfBuilder.Put(bytes, 28, ElfBuilder.HeaderSize, (uint)sectionsAt);
        ElfBuilder.Put16(bytes, 44, Segments, ElfBuilder.SectionHeaderSize, Sections, 0);
        for (uint i = 0; i < Segments; i++)
        {
            ElfBuilder.Put(bytes, ElfBuilder.HeaderSize + ((int)i * ElfBuilder.ProgramHeaderSize), 1, (uint)sectionsAt, 0x4400, 2 * i, 1, 1);
        }

        for (int i = 1; i < Sections; i++)
        {
            ElfBuilder.Put(bytes, sectionsAt + (i * ElfBuilder.SectionHeaderSize), 0, 8, 2, 0x9000, 0, 2);
        }

        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        FirmwareImage image = ImageReader.Read("fw.elf", bytes);

        Assert.Equal((Segments, Sections), (image.Segments.Count, image.Sections.Count));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static byte[] Bytes(string format) => format switch
    {
        "elf" => Elf,
        "txt" => TiTxt,
        _ => IntelHex,
    };

    private static void ReadsOrIsTold(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool reads = ImageReader.TryRead("fw", bytes, out FirmwareImage? image, out InputException? error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        if (reads)
        {
            Assert.NotEmpty(image!.Segments);
            Assert.All(image.Segments, segment => Assert.InRange(segment.End, segment.Address + 1, 0x100000u));
            Assert.All(image.Segments.Zip(image.Segments.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Address));
        }
        else
        {
            Assert.InRange(error!.Message.Length, 1, 400);
            Assert.DoesNotContain(error.Message, char.IsControl);
        }
    }
}
