using System.Runtime.InteropServices;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// Memory for generated code, mapped twice: written through one view, executed through the other. No page is ever writable and executable.
/// </summary>
internal sealed unsafe partial class CodeMemory : IDisposable
{
    private readonly byte* _writable;
    private readonly byte* _executable;
    private readonly int _size;
    private int _used;

    private CodeMemory(byte* writable, byte* executable, int size)
    {
        _writable = writable;
        _executable = executable;
        _size = size;
    }

    /// <summary>Releases the views if <see cref="Dispose"/> was not called.</summary>
    ~CodeMemory() => Release();

    /// <summary>Bytes in use.</summary>
    public int Used => _used;

    /// <summary>Where the next code will be executed; aligned to 64 bytes.</summary>
    public ulong NextAddress => (ulong)(_executable + _used);

    /// <summary>Maps memory for code, or returns null where the host refuses.</summary>
    public static CodeMemory? TryCreate(int size)
    {
        (nint writable, nint executable) = OperatingSystem.IsWindows() ? MapOnWindows(size) : MapOnUnix(size);
        return writable == 0 || executable == 0 ? null : new CodeMemory((byte*)writable, (byte*)executable, size);
    }

    /// <summary>Copies code to <see cref="NextAddress"/>; false if there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> code)
    {
        if (code.Length > _size - _used)
        {
            return false;
        }

        code.CopyTo(new Span<byte>(_writable + _used, code.Length));
        if (OperatingSystem.IsWindows())
        {
            Windows.FlushInstructionCache(-1, (nint)(_executable + _used), code.Length);
        }

        _used = (_used + code.Length + 63) & ~63;
        return true;
    }

    /// <summary>Forgets all code behind a mark.</summary>
    public void Truncate(int used) => _used = used;

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (OperatingSystem.IsWindows())
        {
            Windows.UnmapViewOfFile((nint)_writable);
            Windows.UnmapViewOfFile((nint)_executable);
        }
        else
        {
            Unix.Unmap((nint)_writable, _size);
            Unix.Unmap((nint)_executable, _size);
        }
    }

    private static (nint Writable, nint Executable) MapOnWindows(int size)
    {
        nint section = Windows.CreateFileMapping(-1, 0, Windows.PageExecuteReadWrite, 0, (uint)size, null);
        if (section == 0)
        {
            return default;
        }

        nint writable = Windows.MapViewOfFile(section, Windows.FileMapWrite, 0, 0, size);
        nint executable = Windows.MapViewOfFile(section, Windows.FileMapRead | Windows.FileMapExecute, 0, 0, size);
        Windows.CloseHandle(section);
        return (writable, executable);
    }

    private static (nint Writable, nint Executable) MapOnUnix(int size)
    {
        int file = Unix.AnonymousFile(size);
        if (file < 0)
        {
            return default;
        }

        nint writable = Unix.Map(0, size, Unix.Read | Unix.Write, Unix.Shared, file, 0);
        nint executable = Unix.Map(0, size, Unix.Read | Unix.Execute, Unix.Shared, file, 0);
        Unix.Close(file);
        if (writable != Unix.Failed && executable != Unix.Failed)
        {
            return (writable, executable);
        }

        // A hardened host may grant the one and refuse the other.
        foreach (nint view in (ReadOnlySpan<nint>)[writable, executable])
        {
            if (view != Unix.Failed)
            {
                Unix.Unmap(view, size);
            }
        }

        return default;
    }

    private static partial class Windows
    {
        public const uint PageExecuteReadWrite = 0x40;
        public const uint FileMapWrite = 2;
        public const uint FileMapRead = 4;
        public const uint FileMapExecute = 0x20;

        [LibraryImport("kernel32", EntryPoint = "CreateFileMappingW", StringMarshalling = StringMarshalling.Utf16)]
        public static partial nint CreateFileMapping(nint file, nint attributes, uint protection, uint sizeHigh, uint sizeLow, string? name);

        [LibraryImport("kernel32")]
        public static partial nint MapViewOfFile(nint section, uint access, uint offsetHigh, uint offsetLow, nint size);

        [LibraryImport("kernel32")]
        public static partial void UnmapViewOfFile(nint view);

        [LibraryImport("kernel32")]
        public static partial void CloseHandle(nint handle);

        [LibraryImport("kernel32")]
        public static partial void FlushInstructionCache(nint process, nint address, nint size);
    }

    private static partial class Unix
    {
        public const int Read = 1;
        public const int Write = 2;
        public const int Execute = 4;
        public const int Shared = 1;
        public const nint Failed = -1;

        [LibraryImport("libc", EntryPoint = "mmap")]
        public static partial nint Map(nint address, nint size, int protection, int flags, int file, nint offset);

        [LibraryImport("libc", EntryPoint = "munmap")]
        public static partial void Unmap(nint address, nint size);

        [LibraryImport("libc", EntryPoint = "close")]
        public static partial void Close(int file);

        // A file that has no name and no other reader: of memory on Linux, an unlinked shared-memory object on macOS.
        public static int AnonymousFile(int size)
        {
            int file = -1;
            if (OperatingSystem.IsLinux())
            {
                file = CreateMemoryFile("freeml-sim code", 0);
            }
            else if (OperatingSystem.IsMacOS())
            {
                string name = $"/freeml-sim.{Environment.ProcessId}";
                file = OpenShared(name, ReadWrite | Create | Exclusive, OwnerOnly);
                UnlinkShared(name);
            }

            if (file >= 0 && Truncate(file, size) != 0)
            {
                Close(file);
                file = -1;
            }

            return file;
        }

        private const int ReadWrite = 2;
        private const int Create = 0x200;
        private const int Exclusive = 0x800;
        private const int OwnerOnly = 0x180;

        [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int CreateMemoryFile(string name, uint flags);

        [LibraryImport("libc", EntryPoint = "shm_open", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int OpenShared(string name, int flags, int mode);

        [LibraryImport("libc", EntryPoint = "shm_unlink", StringMarshalling = StringMarshalling.Utf8)]
        private static partial void UnlinkShared(string name);

        [LibraryImport("libc", EntryPoint = "ftruncate")]
        private static partial int Truncate(int file, nint size);
    }
}
