namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Writes Intel HEX: records of up to 16 bytes that never cross a 64 KiB border, bases beyond it by records of type 04,
/// the entry point by type 05, lines ended by LF on every host. Equal memory contents give equal text.
/// </summary>
public static class IntelHexWriter
{
    private const int BytesPerRecord = 16;
    private const byte Data = 0;
    private const byte EndOfFile = 1;
    private const byte LinearBase = 4;
    private const byte LinearStart = 5;

    /// <summary>Writes what an image loads, and its entry point if it has one.</summary>
    public static void Write(FirmwareImage image, TextWriter writer) => Write(image.Segments, image.EntryPoint, writer);

    /// <summary>Writes segments by rising physical address, adjoining ones as one.</summary>
    /// <exception cref="ArgumentException">Two segments overlap, or one leaves the 20-bit address space.</exception>
    public static void Write(IEnumerable<ImageSegment> segments, TextWriter writer) => Write(segments, null, writer);

    private static void Write(IEnumerable<ImageSegment> segments, uint? entryPoint, TextWriter writer)
    {
        uint upper = 0;
        foreach (ImageSegment run in ImageSegment.Runs(segments))
        {
            uint address = run.Address;
            while (address < run.End)
            {
                if (address >> 16 != upper)
                {
                    upper = address >> 16;
                    WriteRecord(writer, LinearBase, 0, [(byte)(upper >> 8), (byte)upper]);
                }

                uint length = Math.Min(Math.Min(BytesPerRecord, run.End - address), 0x10000 - (address & 0xFFFF));
                WriteRecord(writer, Data, (ushort)address, run.Bytes.Span.Slice((int)(address - run.Address), (int)length));
                address += length;
            }
        }

        if (entryPoint is { } entry)
        {
            WriteRecord(writer, LinearStart, 0, [(byte)(entry >> 24), (byte)(entry >> 16), (byte)(entry >> 8), (byte)entry]);
        }

        WriteRecord(writer, EndOfFile, 0, []);
    }

    private static void WriteRecord(TextWriter writer, byte type, ushort offset, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> record = [(byte)data.Length, (byte)(offset >> 8), (byte)offset, type, .. data];
        byte sum = 0;
        foreach (byte value in record)
        {
            sum += value;
        }

        writer.Write($":{Convert.ToHexString(record)}{(byte)-sum:X2}\n");
    }
}
