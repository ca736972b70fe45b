using System.Buffers.Binary;
using System.Text;

namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>The smallest image that makes gdb load its MSP430X simulator: two NOPs at 8000h, and the attributes that say 20-bit registers.</summary>
internal static class SmallElf
{
    private const int HeaderSize = 52;
    private const int SegmentSize = 32;
    private const int SectionSize = 40;
    private const int Address = 0x8000;
    private const int Msp430 = 105;
    private const int Msp430XFlags = 0x2D;
    private const int ProgramBits = 1;
    private const int StringTable = 3;
    private const int AllocatedCode = 6;
    private const int Attributes = 0x70000003;

    // Format version, length, vendor, one file-scope list: ISA = MSP430X, code model = large, data model = large.
    private static readonly byte[] AttributeBytes =
    [
        (byte)'A', 22, 0, 0, 0, (byte)'m', (byte)'s', (byte)'p', (byte)'a', (byte)'b', (byte)'i', 0, 1, 11, 0, 0, 0, 4, 2, 6, 2, 8, 2,
    ];

    public static byte[] Bytes()
    {
        byte[] code = [0x03, 0x43, 0x03, 0x43];
        byte[] names = Encoding.ASCII.GetBytes("\0.text\0.shstrtab\0.MSP430.attributes\0");
        const int CodeOffset = HeaderSize + SegmentSize;
        int namesOffset = CodeOffset + code.Length;
        int attributesOffset = namesOffset + names.Length;
        int sectionsOffset = (attributesOffset + AttributeBytes.Length + 3) & ~3;

        byte[] image = new byte[sectionsOffset + (4 * SectionSize)];
        Span<byte> header = image;
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 255 }.CopyTo(header);
        Halves(header[16..], 2, Msp430);
        Longs(header[20..], 1, Address, HeaderSize, sectionsOffset, Msp430XFlags);
        Halves(header[40..], HeaderSize, SegmentSize, 1, SectionSize, 4, 2);
        Longs(header[HeaderSize..], 1, CodeOffset, Address, Address, code.Length, code.Length, 5, 2);
        code.CopyTo(header[CodeOffset..]);
        names.CopyTo(header[namesOffset..]);
        AttributeBytes.CopyTo(header[attributesOffset..]);
        Longs(header[(sectionsOffset + SectionSize)..], 1, ProgramBits, AllocatedCode, Address, CodeOffset, code.Length, 0, 0, 2, 0);
        Longs(header[(sectionsOffset + (2 * SectionSize))..], 7, StringTable, 0, 0, namesOffset, names.Length, 0, 0, 1, 0);
        Longs(header[(sectionsOffset + (3 * SectionSize))..], 17, Attributes, 0, 0, attributesOffset, AttributeBytes.Length, 0, 0, 1, 0);
        return image;
    }

    private static void Halves(Span<byte> target, params ReadOnlySpan<int> values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * index)..], (ushort)values[index]);
        }
    }

    private static void Longs(Span<byte> target, params ReadOnlySpan<int> values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[(4 * index)..], values[index]);
        }
    }
}
