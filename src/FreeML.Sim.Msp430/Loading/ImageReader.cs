using System.Diagnostics.CodeAnalysis;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Reads firmware in any supported format. The format is told by the contents, never by the name. Files are taken to
/// be hostile: whatever the bytes, reading ends in an image or an <see cref="InputException"/>, in time and memory
/// bounded by the file's size.
/// </summary>
public static class ImageReader
{
    /// <summary>Largest file accepted, in bytes. The address space is 1 MiB; the rest is for debugging information.</summary>
    public const int MaximumFileSize = 64 << 20;

    private const string AnyFormat = "firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">The file cannot be read, or is not firmware for an MSP430.</exception>
    public static FirmwareImage Read(string path) => ReadOwned(path, ReadFile(path));

    /// <summary>Reads an image from memory.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="bytes">The file's contents; they are copied.</param>
    /// <exception cref="InputException">The contents are not firmware for an MSP430.</exception>
    public static FirmwareImage Read(string name, ReadOnlySpan<byte> bytes)
    {
        CheckSize(name, bytes.Length);
        return ReadOwned(name, bytes.ToArray());
    }

    /// <summary>Reads a file; on failure tells why instead of throwing.</summary>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out FirmwareImage? image, [NotNullWhen(false)] out InputException? error)
    {
        try
        {
            (image, error) = (Read(path), null);
            return true;
        }
        catch (InputException exception)
        {
            (image, error) = (null, exception);
            return false;
        }
    }

    /// <summary>Reads an image from memory; on failure tells why instead of throwing.</summary>
    public static bool TryRead(
        string name,
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out FirmwareImage? image,
        [NotNullWhen(false)] out InputException? error)
    {
        try
        {
            (image, error) = (Read(name, bytes), null);
            return true;
        }
        catch (InputException exception)
        {
            (image, error) = (null, exception);
            return false;
        }
    }

    private static FirmwareImage ReadOwned(string name, byte[] file)
    {
        if (file.AsSpan().StartsWith(ElfReader.Magic))
        {
            return ElfReader.Read(name, file);
        }

        ReadOnlySpan<byte> text = file.AsSpan().StartsWith(ByteOrderMark) ? file.AsSpan(ByteOrderMark.Length) : file;
        int start = text.IndexOfAnyExcept(" \t\r\n"u8);
        return (start < 0 ? 0 : text[start]) switch
        {
            (byte)'@' => TiTxtReader.Read(name, text),
            (byte)':' => IntelHexReader.Read(name, text),
            _ => throw new InputException(name, null, FirstBytes(file), AnyFormat),
        };
    }

    private static string FirstBytes(byte[] file) => file.Length == 0
        ? "nothing"
        : $"{Convert.ToHexString(file.AsSpan(0, Math.Min(8, file.Length)))} as first bytes";

    private static void CheckSize(string name, long size)
    {
        if (size > MaximumFileSize)
        {
            throw new InputException(
                name,
                null,
                $"{size} bytes",
                $"at most {MaximumFileSize} bytes");
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            // The size is asked of the link's target and before opening: opening a pipe would wait for its writer, and
            // pipes, terminals and devices such as /dev/zero all say 0 here.
            FileSystemInfo target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            if (Directory.Exists(target.FullName))
            {
                throw new InputException(path, null, "a directory", AnyFormat);
            }

            long size = new FileInfo(target.FullName).Length;
            if (size == 0)
            {
                throw new InputException(path, null, "nothing (an empty file or a device)", AnyFormat);
            }

            CheckSize(path, size);
            using FileStream stream = new(target.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] bytes = new byte[size];
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(path, null, "no such file", AnyFormat);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new InputException(path, null, $"a file that cannot be read ({exception.Message})", AnyFormat);
        }
    }
}
