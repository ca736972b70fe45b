using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FreeML.Compiler.Fml;

/// <summary>
/// Writes a zip of entries that are stored as they are: the same entries give the same bytes with every version and on every host, which
/// the library's writer does not promise. Reads any zip, stored or deflated, within limits.
/// </summary>
internal static class StoredZip
{
    private const int MostEntries = 20_000;
    private const int Version = 20;
    private const int Utf8Names = 1 << 11;
    private const int FirstOfJanuary1980 = (1 << 5) | 1;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    /// <summary>Writes a zip.</summary>
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Content)> entries)
    {
        using MemoryStream zip = new();
        List<byte[]> directory = [];
        foreach ((string name, byte[] content) in entries)
        {
            byte[] encoded = Encoding.UTF8.GetBytes(name);
            int at = (int)zip.Position;
            byte[] common = Common(encoded, content);
            zip.Write("PK\x3\x4"u8);
            zip.Write(common);
            zip.Write(encoded);
            zip.Write(content);
            byte[] offset = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(offset, at);
            directory.Add([.. "PK\x1\x2"u8, Version, 0, .. common, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. offset, .. encoded]);
        }

        int start = (int)zip.Position;
        foreach (byte[] entry in directory)
        {
            zip.Write(entry);
        }

        Span<byte> end = stackalloc byte[22];
        end.Clear();
        "PK\x5\x6"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], checked((ushort)entries.Count));
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)entries.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end[12..], (int)zip.Position - start);
        BinaryPrimitives.WriteInt32LittleEndian(end[16..], start);
        zip.Write(end);
        return zip.ToArray();
    }

    /// <summary>Reads a zip.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">For messages.</param>
    /// <param name="limit">Bytes of all entries at most, decompressed.</param>
    /// <exception cref="ModelException">It is no zip, is damaged, or holds more than the limit.</exception>
    public static Dictionary<string, byte[]> Read(byte[] file, string source, long limit)
    {
        Dictionary<string, byte[]> entries = new(StringComparer.Ordinal);
        try
        {
            using ZipArchive zip = new(new MemoryStream(file), ZipArchiveMode.Read);
            if (zip.Entries.Count > MostEntries)
            {
                throw new ModelException(source, $"{zip.Entries.Count} entries", $"at most {MostEntries}");
            }

            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                using Stream stream = entry.Open();
                byte[] content = ReadAll(stream, source, limit);
                limit -= content.Length;
                if (Crc(content) != entry.Crc32 || !entries.TryAdd(entry.FullName, content))
                {
                    throw new ModelException(source, $"entry {ModelException.Quote(entry.FullName)} damaged or twice", "whole entries, one of each name");
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            throw new ModelException(source, "a damaged zip, or none", "a zip whose entries are stored or deflated");
        }

        return entries;
    }

    // As many bytes as really come, whatever the directory says.
    private static byte[] ReadAll(Stream stream, string source, long limit)
    {
        using MemoryStream all = new();
        byte[] piece = new byte[1 << 16];
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            if (all.Length + read > limit)
            {
                throw new ModelException(source, $"more than {limit} bytes when unpacked", "at most that many");
            }

            all.Write(piece, 0, read);
        }

        return all.ToArray();
    }

    private static byte[] Common(byte[] name, byte[] content)
    {
        byte[] fields = new byte[26];
        BinaryPrimitives.WriteUInt16LittleEndian(fields, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(2), Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(8), FirstOfJanuary1980);
        BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(10), Crc(content));
        BinaryPrimitives.WriteInt32LittleEndian(fields.AsSpan(14), content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(fields.AsSpan(18), content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(22), checked((ushort)name.Length));
        return fields;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint CrcOf(int b)
    {
        uint crc = (uint)b;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1;
        }

        return crc;
    }
}
