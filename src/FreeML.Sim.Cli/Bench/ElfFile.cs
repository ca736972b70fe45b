using System.Buffers.Binary;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Bench;

/// <summary>Writes an image as an ELF file that other simulators can load: each segment twice over, as program header and as section.</summary>
internal static class ElfFile
{
    private const int HeaderBytes = 52;
    private const int ProgramHeaderBytes = 32;
    private const int SectionHeaderBytes = 40;

    private static ReadOnlySpan<byte> Names => "\0.code\0.names\0"u8;

    /// <summary>The file.</summary>
    public static byte[] Bytes(FirmwareImage image)
    {
        IReadOnlyList<ImageSegment> segments = image.Segments;
        int contents = HeaderBytes + (segments.Count * ProgramHeaderBytes);
        int names = contents + segments.Sum(segment => segment.Bytes.Length);
        int sections = names + Names.Length;
        byte[] file = new byte[sections + ((segments.Count + 2) * SectionHeaderBytes)];

        // 32 bits, little endian, version 1, standalone; executable for machine 105, MSP430.
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0xFF }.CopyTo(file, 0);
        Put16(file, 16, 2, 105);
        Put32(file, 20, 1, image.EntryPoint ?? 0, HeaderBytes, (uint)sections, image.ElfFlags);
        Put16(file, 40, HeaderBytes, ProgramHeaderBytes, (ushort)segments.Count, SectionHeaderBytes, (ushort)(segments.Count + 2), (ushort)(segments.Count + 1));

        // Section 0 is empty; then contents (PROGBITS, in memory, executable), then names (STRTAB).
        int programHeader = HeaderBytes;
        int sectionHeader = sections + SectionHeaderBytes;
        foreach (ImageSegment segment in segments)
        {
            uint size = (uint)segment.Bytes.Length;
            Put32(file, programHeader, 1, (uint)contents, segment.VirtualAddress, segment.Address, size, size, 5, 1);
            Put32(file, sectionHeader, 1, 1, 6, segment.VirtualAddress, (uint)contents, size, 0, 0, 1, 0);
            segment.Bytes.Span.CopyTo(file.AsSpan(contents));
            programHeader += ProgramHeaderBytes;
            sectionHeader += SectionHeaderBytes;
            contents += segment.Bytes.Length;
        }

        Names.CopyTo(file.AsSpan(names));
        Put32(file, sectionHeader, (uint)Names.IndexOf(".names"u8), 3, 0, 0, (uint)names, (uint)Names.Length, 0, 0, 1, 0);
        return file;
    }

    private static void Put16(byte[] file, int offset, params ReadOnlySpan<ushort> values)
    {
        foreach (ushort value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);
            offset += 2;
        }
    }

    private static void Put32(byte[] file, int offset, params ReadOnlySpan<uint> values)
    {
        foreach (uint value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
            offset += 4;
        }
    }
}
