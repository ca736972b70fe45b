using System.Buffers;
using System.Buffers.Binary;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Reads Intel HEX: records of a length, a 16-bit offset, a type, data and a checksum. Types 02 and 04 give the base the
/// offsets count from, 03 and 05 the entry point.
/// </summary>
internal static class IntelHexReader
{
    private const int Overhead = 5; // length, offset (2), type, checksum

    /// <summary>Data bytes each type must have; null means any number.</summary>
    private static readonly int?[] DataLength = [null, 0, 2, 4, 2, 4];

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private enum RecordType
    {
        Data,
        EndOfFile,
        SegmentBase,
        SegmentStart,
        LinearBase,
        LinearStart,
    }

    /// <summary>Reads text that begins with <c>:</c>, blanks aside.</summary>
    /// <exception cref="InputException">The text is not Intel HEX.</exception>
    public static FirmwareImage Read(string source, ReadOnlySpan<byte> text)
    {
        TextImage memory = new(source);
        TextLines lines = new(text);
        uint origin = 0;
        bool segmented = false;
        uint? entry = null;
        Span<byte> buffer = stackalloc byte[byte.MaxValue + Overhead];
        while (lines.MoveNext())
        {
            int number = lines.Number;
            ReadOnlySpan<byte> record = Record(source, lines.Current, number, buffer);
            RecordType type = (RecordType)record[3];
            ushort offset = BinaryPrimitives.ReadUInt16BigEndian(record[1..]);
            ReadOnlySpan<byte> data = record[4..^1];
            switch (type)
            {
                case RecordType.Data:
                    if (segmented && offset + data.Length > 0x10000)
                    {
                        throw new InputException(
                            source, number, "data past the end of a 64 KiB segment", "records that stay inside the segment of record type 02");
                    }

                    for (int i = 0; i < data.Length; i++)
                    {
                        memory.Add((ulong)origin + offset + (uint)i, data[i], number);
                    }

                    break;
                case RecordType.EndOfFile:
                    return lines.MoveNext()
                        ? throw new InputException(source, lines.Number, InputException.Quote(lines.Current), "nothing after the end record")
                        : new FirmwareImage(source, ImageFormat.IntelHex, memory.ToSegments()) { EntryPoint = entry };
                case RecordType.SegmentBase:
                    (origin, segmented) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 4, true);
                    break;
                case RecordType.LinearBase:
                    (origin, segmented) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 16, false);
                    break;
                case RecordType.SegmentStart:
                case RecordType.LinearStart:
                    uint start = type == RecordType.LinearStart
                        ? BinaryPrimitives.ReadUInt32BigEndian(data)
                        : ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 4) + BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                    memory.RequireAddress(start, number);
                    entry = start == 0 ? null : start;
                    break;
            }
        }

        throw new InputException(source, lines.Number, "the end of the file", "an end record, :00000001FF");
    }

    /// <summary>Decodes and checks one record, length byte to checksum.</summary>
    private static ReadOnlySpan<byte> Record(string source, ReadOnlySpan<byte> line, int number, Span<byte> buffer)
    {
        InputException Bad(string found, string expected) => new(source, number, found, expected);

        if (line[0] != ':')
        {
            throw Bad(InputException.Quote(line), "a record, which begins with :");
        }

        ReadOnlySpan<byte> digits = line[1..];
        int wrong = digits.IndexOfAnyExcept(HexDigits);
        if (wrong >= 0)
        {
            throw Bad($"{InputException.Quote(digits[wrong..(wrong + 1)])} as digit {wrong + 1}", "hexadecimal digits");
        }

        if (digits.Length / 2 > buffer.Length
            || Convert.FromHexString(digits, buffer, out _, out int length) != OperationStatus.Done
            || length < Overhead
            || length != buffer[0] + Overhead)
        {
            throw Bad($"a record of {digits.Length} digits", "ten digits, and two for each data byte of the length given");
        }

        ReadOnlySpan<byte> record = buffer[..length];
        byte sum = 0;
        foreach (byte value in record[..^1])
        {
            sum += value;
        }

        byte checksum = (byte)-sum;
        if (record[^1] != checksum)
        {
            throw Bad($"checksum {record[^1]:X2}", $"{checksum:X2}");
        }

        byte type = record[3];
        if (type >= DataLength.Length)
        {
            throw Bad($"record type {type:X2}", "00 to 05");
        }

        return DataLength[type] is { } required && required != record[0]
            ? throw Bad($"{record[0]:X2} as length of a record of type {type:X2}", $"{required:X2}")
            : record;
    }
}
