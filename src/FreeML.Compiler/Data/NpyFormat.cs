using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace FreeML.Compiler.Data;

/// <summary>
/// NumPy's file of one array (.npy, versions 1 to 3) and its zip of several (.npz): little-endian, C order. Nothing is believed that the
/// file does not hold: an array is as large as its bytes, and no larger than the limit.
/// </summary>
public static partial class NpyFormat
{
    /// <summary>Bytes of one array at most, unless the caller says otherwise.</summary>
    public const long DefaultLimit = 1L << 30;

    private const int MostAxes = 32;
    private const int LongestHeader = 1 << 16;
    private const int Alignment = 64;

    private static readonly (NpyType Type, Type Element, string Code, int Size)[] Types =
    [
        (NpyType.Float32, typeof(float), "<f4", 4),
        (NpyType.Float64, typeof(double), "<f8", 8),
        (NpyType.Int8, typeof(sbyte), "|i1", 1),
        (NpyType.Int16, typeof(short), "<i2", 2),
        (NpyType.Int32, typeof(int), "<i4", 4),
        (NpyType.Int64, typeof(long), "<i8", 8),
        (NpyType.UInt8, typeof(byte), "|u1", 1),
        (NpyType.UInt16, typeof(ushort), "<u2", 2),
        (NpyType.UInt32, typeof(uint), "<u4", 4),
        (NpyType.Boolean, typeof(bool), "|b1", 1),
    ];

    // Zip stamps an entry with a time; a fixed one keeps the same numbers the same bytes.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(NpyType type) => Types[(int)type].Size;

    /// <summary>Reads a .npy file.</summary>
    /// <exception cref="ModelException">It is not one.</exception>
    public static NpyArray ReadFile(string path, long limit = DefaultLimit)
    {
        using Stream file = InputFile.Open(path);
        return Read(file, path, limit);
    }

    /// <summary>Reads one array, up to where it ends.</summary>
    /// <param name="stream">Positioned at the array's magic number.</param>
    /// <param name="source">For messages.</param>
    /// <param name="limit">Bytes of elements at most.</param>
    /// <exception cref="ModelException">It is no array, is cut off, or is larger than the limit.</exception>
    public static NpyArray Read(Stream stream, string source, long limit = DefaultLimit)
    {
        Span<byte> start = stackalloc byte[8];
        Fill(stream, start, source, "the start of an array");
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8) || start[6] is < 1 or > 3)
        {
            throw new ModelException(source, "other bytes at the start", "a NumPy array (.npy version 1 to 3)");
        }

        int sizeOfLength = start[6] == 1 ? 2 : 4;
        Span<byte> length = stackalloc byte[4];
        length.Clear();
        Fill(stream, length[..sizeOfLength], source, "an array's header");
        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (headerLength > LongestHeader)
        {
            throw new ModelException(source, $"a header of {headerLength} bytes", $"at most {LongestHeader}");
        }

        byte[] header = new byte[headerLength];
        Fill(stream, header, source, "an array's header");
        (NpyType type, ImmutableArray<int> dimensions) = ParseHeader(Encoding.UTF8.GetString(header), source);
        return new NpyArray(type, dimensions, ReadElements(stream, ByteCount(type, dimensions, source, limit), source));
    }

    /// <summary>Writes one array (version 1).</summary>
    public static void Write(Stream stream, NpyArray array)
    {
        string comma = array.Dimensions.Length == 1 ? "," : "";
        string shape = string.Join(", ", array.Dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        string header = $"{{'descr': '{Types[(int)array.Type].Code}', 'fortran_order': False, 'shape': ({shape}{comma}), }}";
        int used = 10 + header.Length + 1;
        header = header.PadRight(header.Length + ((Alignment - (used % Alignment)) % Alignment)) + "\n";

        Span<byte> start = [0x93, .. "NUMPY"u8, 1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(start[8..], checked((ushort)header.Length));
        stream.Write(start);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(array.Bytes.Span);
    }

    /// <summary>Reads a zip of arrays (.npz): their names without <c>.npy</c>. Entries that are no arrays are passed over.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="source">For messages.</param>
    /// <param name="limit">Bytes of all arrays at most.</param>
    /// <exception cref="ModelException">It is no zip, one of its arrays is none, or they are larger than the limit.</exception>
    public static SortedDictionary<string, NpyArray> ReadZip(Stream stream, string source, long limit = DefaultLimit)
    {
        SortedDictionary<string, NpyArray> arrays = new(StringComparer.Ordinal);
        try
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            {
                using Stream content = entry.Open();
                NpyArray array = Read(content, $"{source}({entry.FullName})", limit);
                limit -= array.Bytes.Length;
                if (!arrays.TryAdd(entry.FullName[..^4], array))
                {
                    throw new ModelException(source, $"two arrays {ModelException.Quote(entry.FullName)}", "one of each name");
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new ModelException(source, "a damaged zip", "a zip of NumPy arrays");
        }

        return arrays;
    }

    /// <summary>Writes a zip of arrays; the same arrays give the same bytes.</summary>
    public static void WriteZip(Stream stream, IEnumerable<KeyValuePair<string, NpyArray>> arrays)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NpyArray array) in arrays)
        {
            ZipArchiveEntry entry = zip.CreateEntry(name + ".npy", CompressionLevel.Optimal);
            entry.LastWriteTime = Epoch;
            using Stream content = entry.Open();
            Write(content, array);
        }
    }

    internal static NpyType TypeOf<T>()
    {
        foreach ((NpyType type, Type element, _, _) in Types)
        {
            if (element == typeof(T))
            {
                return type;
            }
        }

        throw new ArgumentException($"No array has elements of {typeof(T).Name}.", nameof(T));
    }

    private static (NpyType Type, ImmutableArray<int> Dimensions) ParseHeader(string header, string source)
    {
        string code = DescrPattern().Match(header) is { Success: true } descr
            ? descr.Groups[1].Value
            : throw new ModelException(source, ModelException.Quote(header.Trim()), "an array's header with a plain 'descr'");

        // Of one byte there is no order, and NumPy writes it either way.
        int row = Array.FindIndex(Types, type => type.Code == code || (type.Size == 1 && code.Length == 3 && type.Code[1..] == code[1..]));
        if (row < 0)
        {
            throw new ModelException(source, $"elements of {ModelException.Quote(code)}", "one of " + string.Join(" ", Types.Select(type => type.Code)));
        }

        if (!OrderPattern().IsMatch(header))
        {
            throw new ModelException(source, "an array in Fortran order", "C order (numpy.ascontiguousarray)");
        }

        Match shape = ShapePattern().Match(header);
        string[] sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!shape.Success || sizes.Length > MostAxes)
        {
            throw new ModelException(source, ModelException.Quote(header.Trim()), $"an array's header with a 'shape' of at most {MostAxes} sizes");
        }

        return (Types[row].Type, [.. sizes.Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ModelException(source, $"an axis of {ModelException.Quote(size)}", $"0 to {int.MaxValue}"))]);
    }

    private static int ByteCount(NpyType type, ImmutableArray<int> dimensions, string source, long limit)
    {
        limit = Math.Clamp(limit, 0, Array.MaxLength);
        long bytes = SizeOf(type);
        foreach (int size in dimensions.Contains(0) ? [0] : dimensions)
        {
            // Both factors are below 2^31, so this cannot overflow.
            bytes *= size;
            if (bytes > limit)
            {
                throw new ModelException(source, $"an array of {string.Join('x', dimensions)}", $"at most {limit} bytes");
            }
        }

        return (int)bytes;
    }

    // In pieces, so that memory is taken only as fast as the file really delivers.
    private static byte[] ReadElements(Stream stream, int count, string source)
    {
        const int Piece = 1 << 20;
        byte[] bytes = new byte[Math.Min(count, Piece)];
        for (int have = 0; have < count;)
        {
            if (have == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            }

            int read = stream.Read(bytes, have, bytes.Length - have);
            if (read == 0)
            {
                throw new ModelException(source, $"an array cut off after {have} bytes", $"{count}");
            }

            have += read;
        }

        return bytes;
    }

    private static void Fill(Stream stream, Span<byte> bytes, string source, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new ModelException(source, "the end of the file", what);
        }
    }

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]{1,8})['"]""")]
    private static partial Regex DescrPattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*False""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^()]*)\)""")]
    private static partial Regex ShapePattern();
}
