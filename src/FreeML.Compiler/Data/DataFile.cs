using System.IO.Compression;
using System.Text;

namespace FreeML.Compiler.Data;

/// <summary>A file that may hold samples or labels, compressed by gzip or not. Only its beginning is read before it is known what it is.</summary>
internal sealed class DataFile
{
    private const long LargestFile = 1L << 29;
    private const long LargestText = 1L << 26;
    private const int HeadLength = 4096;

    private static readonly string[] TestWords = ["test", "t10k", "val"];
    private static readonly string[] TrainingWords = ["train", "data_batch"];

    private DataFile(string path, byte[] head)
    {
        Path = path;
        Head = head;
    }

    /// <summary>The file, as the user would name it.</summary>
    public string Path { get; }

    /// <summary>Its name without <c>.gz</c>, in lower case.</summary>
    public string Name => WithoutGzip(System.IO.Path.GetFileName(Path)).ToLowerInvariant();

    /// <summary>Its first bytes, uncompressed.</summary>
    public byte[] Head { get; }

    /// <summary>The part of the data set that its name tells, or null.</summary>
    public DataSplit? Split => SplitOf(Name);

    /// <summary>Opens a file; null if it cannot be read (a pipe cannot, for it is read twice), or is damaged where it begins.</summary>
    public static DataFile? TryOpen(string path)
    {
        try
        {
            using Stream content = Open(path);
            byte[] head = new byte[HeadLength];
            return new DataFile(path, head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception error) when (error is ModelException or IOException or InvalidDataException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The part of a data set that a name tells, or null.</summary>
    public static DataSplit? SplitOf(string name)
    {
        if (Array.Exists(TestWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return DataSplit.Test;
        }

        return Array.Exists(TrainingWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? DataSplit.Training : null;
    }

    /// <summary>The whole content, uncompressed.</summary>
    /// <exception cref="ModelException">It is damaged, or larger than half a gigabyte.</exception>
    public byte[] ReadAll() => ReadAll(LargestFile);

    /// <summary>The whole content as text; text takes many times its size while it is taken apart.</summary>
    /// <exception cref="ModelException">It is damaged, or larger than 64 megabytes.</exception>
    public string[] ReadLines() => Encoding.UTF8.GetString(ReadAll(LargestText)).TrimEnd().Split('\n');

    /// <summary>An error about this file.</summary>
    public ModelException Error(string found, string expected, int? line = null) => new(Path, found, expected, line);

    private byte[] ReadAll(long limit)
    {
        using Stream content = Open(Path);
        return InputFile.ReadAll(content, Path, limit);
    }

    private static Stream Open(string path)
    {
        FileStream file = InputFile.Open(path);
        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string WithoutGzip(string name) => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
}
