using System.Buffers.Binary;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Bench;

/// <summary>Writes an image as an ELF file that other simulators can load: headers and segments, nothing else.</summary>
internal static class ElfFile
{
    private const int HeaderBytes = 52;
    private const int ProgramHeaderBytes = 32;

    /// <summary>The file.</summary>
    public static byte[] Bytes(FirmwareImage image)
    {
        IReadOnlyList<ImageSegment> segments = image.Segments;
        int offset = HeaderBytes + (segments.Count * ProgramHeaderBytes);
        byte[] file = new byte[offset + segments.Sum(segment => segment.Bytes.Length)];

        // 32 bits, little endian, version 1, standalone; executable for machine 105, MSP430.
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0xFF }.CopyTo(file, 0);
        Put16(file, 16, 2, 105);
        Put32(file, 20, 1, image.EntryPoint ?? 0, HeaderBytes, 0, image.ElfFlags);
        Put16(file, 40, HeaderBytes, ProgramHeaderBytes, (ushort)segments.Count, 0, 0, 0);
        for (int n = 0; n < segments.Count; n++)
        {
            // A loaded segment, readable and executable, aligned to words.
            ImageSegment segment = segments[n];
            uint size = (uint)segment.Bytes.Length;
            Put32(file, HeaderBytes + (n * ProgramHeaderBytes), 1, (uint)offset, segment.VirtualAddress, segment.Address, size, size, 5, 2);
            segment.Bytes.Span.CopyTo(file.AsSpan(offset));
            offset += segment.Bytes.Length;
        }

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
