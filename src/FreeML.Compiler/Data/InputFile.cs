namespace FreeML.Compiler.Data;

/// <summary>Opens files that a user named; what goes wrong is said in one line.</summary>
internal static class InputFile
{
    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelException">It is not there, or cannot be read.</exception>
    public static FileStream Open(string path) => Try(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Which.</param>
    /// <param name="limit">Bytes at most.</param>
    /// <exception cref="ModelException">It is not there, cannot be read, or is larger than the limit.</exception>
    public static byte[] ReadAll(string path, long limit) => Try(path, () =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadAll(file, path, limit);
    });

    /// <summary>Reads a stream to its end, which a compressed file does not tell beforehand.</summary>
    /// <exception cref="ModelException">It is longer than the limit, or damaged.</exception>
    public static byte[] ReadAll(Stream stream, string source, long limit)
    {
        using MemoryStream all = new(stream.CanSeek ? (int)Math.Min(stream.Length, limit) : 0);
        byte[] piece = new byte[1 << 16];
        try
        {
            for (int read; (read = stream.Read(piece)) > 0;)
            {
                if (all.Length + read > limit)
                {
                    throw new ModelException(source, $"more than {limit} bytes", "at most that many");
                }

                all.Write(piece, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw new ModelException(source, "a damaged gzip file", "a whole one");
        }

        return all.ToArray();
    }

    /// <summary>The files of a directory.</summary>
    /// <exception cref="ModelException">It cannot be read.</exception>
    public static string[] List(string directory) => Try(directory, () => Directory.GetFiles(directory));

    private static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(path, "no file there", "a file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelException(path, Directory.Exists(path) ? "a directory that cannot be read as it is asked for" : "a file that cannot be read", "a readable one");
        }
    }
}
