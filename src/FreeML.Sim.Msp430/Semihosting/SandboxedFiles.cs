namespace FreeML.Sim.Msp430.Semihosting;

/// <summary>
/// The files a simulated program may see: regular ones below one directory. No name leads out of it, neither by "..", nor from the root,
/// nor through a link.
/// </summary>
internal sealed class SandboxedFiles : IDisposable
{
    /// <summary>The first descriptor that is a file.</summary>
    public const int FirstDescriptor = 3;

    private const int MaximumFiles = 64;
    private const int Failed = -1;

    // newlib's flags.
    private const int AccessMode = 3;
    private const int Append = 0x0008;
    private const int Create = 0x0200;
    private const int Truncate = 0x0400;
    private const int Exclusive = 0x0800;

    private readonly string _root;
    private readonly OpenFile?[] _open = new OpenFile?[MaximumFiles];

    /// <summary>Files below a directory, which must exist.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public SandboxedFiles(string root)
    {
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root))
        {
            throw new InputException(root, null, "no such directory", "a directory that holds the program's files");
        }
    }

    /// <summary>Opens a file and returns its descriptor, or -1.</summary>
    public int Open(string name, int flags)
    {
        int slot = Array.IndexOf(_open, null);
        FileAccess access = (flags & AccessMode) switch
        {
            0 => FileAccess.Read,
            1 => FileAccess.Write,
            2 => FileAccess.ReadWrite,
            _ => 0,
        };
        if (slot < 0 || access == 0 || Resolve(name) is not { } path)
        {
            return Failed;
        }

        bool creates = (flags & Create) != 0;
        bool truncates = (flags & Truncate) != 0 && access != FileAccess.Read;
        FileMode mode = (creates, (flags & Exclusive) != 0) switch
        {
            (true, true) => FileMode.CreateNew,
            (true, false) => FileMode.OpenOrCreate,
            _ => FileMode.Open,
        };
        return Try(() =>
        {
            // Read and write, whatever was asked: opening a pipe for one of them would wait for its other end.
            var stream = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (!stream.CanSeek)
            {
                stream.Dispose();
                return Failed;
            }

            if (truncates)
            {
                stream.SetLength(0);
            }

            if ((flags & Append) != 0)
            {
                stream.Seek(0, SeekOrigin.End);
            }

            _open[slot] = new OpenFile(stream, access);
            return slot + FirstDescriptor;
        });
    }

    /// <summary>Closes a file.</summary>
    public int Close(int descriptor)
    {
        if (Find(descriptor) is not { Stream: var stream })
        {
            return Failed;
        }

        _open[descriptor - FirstDescriptor] = null;
        return Try(() =>
        {
            stream.Dispose();
            return 0;
        });
    }

    /// <summary>Reads from a file.</summary>
    public int Read(int descriptor, Span<byte> bytes)
    {
        try
        {
            return Find(descriptor) is { Stream: var stream, Access: not FileAccess.Write } ? stream.Read(bytes) : Failed;
        }
        catch (IOException)
        {
            return Failed;
        }
    }

    /// <summary>Writes to a file.</summary>
    public int Write(int descriptor, byte[] bytes) => Find(descriptor) is not { Stream: var stream, Access: not FileAccess.Read } ? Failed : Try(() =>
    {
        stream.Write(bytes);
        return bytes.Length;
    });

    /// <summary>Moves in a file; returns the position, or -1.</summary>
    public int Seek(int descriptor, int offset, int whence) => Find(descriptor) is not { Stream: var stream } || whence is < 0 or > 2 ? Failed : Try(() =>
    {
        long target = offset + whence switch
        {
            0 => 0,
            1 => stream.Position,
            _ => stream.Length,
        };
        return target is < 0 or > int.MaxValue ? Failed : (int)(stream.Position = target);
    });

    /// <summary>Length of an open file in bytes, or null.</summary>
    public long? Length(int descriptor) => Find(descriptor)?.Stream.Length;

    /// <summary>Length of a file in bytes, or null when there is none.</summary>
    public long? Length(string name) => Resolve(name) is { } path && File.Exists(path) ? new FileInfo(path).Length : null;

    /// <summary>Deletes a file.</summary>
    public int Delete(string name) => Resolve(name) is not { } path || !File.Exists(path) ? Failed : Try(() =>
    {
        File.Delete(path);
        return 0;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OpenFile? file in _open)
        {
            file?.Stream.Dispose();
        }
    }

    private OpenFile? Find(int descriptor)
    {
        int slot = descriptor - FirstDescriptor;
        return (uint)slot < MaximumFiles ? _open[slot] : null;
    }

    // The path of a name, or null when the name is none of ours: what exists on the way must be a plain directory, and at the end a plain file.
    private string? Resolve(string name)
    {
        string[] parts = name.Split('/', '\\');
        if (Array.Exists(parts, part => part is "" or "." or ".." || part.AsSpan().IndexOfAny(':', '\0') >= 0))
        {
            return null;
        }

        string path = _root;
        for (int n = 0; n < parts.Length; n++)
        {
            path = Path.Combine(path, parts[n]);
            var info = new FileInfo(path);
            bool isLast = n == parts.Length - 1;
            bool exists = info.Exists || Directory.Exists(path) || info.LinkTarget is not null;
            if (info.LinkTarget is not null || (exists && !isLast && !Directory.Exists(path)) || (isLast && Directory.Exists(path)))
            {
                return null;
            }
        }

        return path;
    }

    private static int Try(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Failed;
        }
    }

    private sealed record OpenFile(FileStream Stream, FileAccess Access);
}
