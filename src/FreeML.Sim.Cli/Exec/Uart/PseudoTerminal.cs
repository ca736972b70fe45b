using System.Runtime.InteropServices;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>The master of a pseudo-terminal, raw, so that bytes pass as they are. Linux only.</summary>
internal sealed partial class PseudoTerminal : Stream
{
    private const int ReadWrite = 2;
    private const int NotControlling = 0x100;
    private const int Now = 0;
    private const short Writable = 4;
    private const int TermiosBytes = 256;
    private const int NameBytes = 128;

    private readonly int _master;
    private readonly int _slave;

    private PseudoTerminal(int master, int slave, string name)
    {
        _master = master;
        _slave = slave;
        Name = name;
    }

    /// <summary>What to open to talk to it: <c>/dev/pts/N</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a new one.</summary>
    /// <exception cref="InputException">This host has none.</exception>
    public static PseudoTerminal Open()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InputException("--uart", null, "pty", "FILE, - or tcp:PORT, because pseudo-terminals are made on Linux only");
        }

        int master = OpenMaster(ReadWrite | NotControlling);
        byte[] name = new byte[NameBytes];
        if (master < 0 || Grant(master) != 0 || Unlock(master) != 0 || SlaveName(master, name, name.Length) != 0)
        {
            throw Refused();
        }

        // Held open here as well, so that users may come and go.
        int slave = OpenFile(name, ReadWrite | NotControlling);
        byte[] termios = new byte[TermiosBytes];
        if (slave < 0 || GetAttributes(slave, termios) != 0)
        {
            throw Refused();
        }

        MakeRaw(termios);
        return SetAttributes(slave, Now, termios) == 0
            ? new PseudoTerminal(master, slave, System.Text.Encoding.UTF8.GetString(name).TrimEnd('\0'))
            : throw Refused();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Math.Max(0, (int)ReadFile(_master, ref buffer[offset], count));

    /// <summary>Writes what its reader has room for; the rest is lost, as on a wire.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        PollRequest request = new() { File = _master, Events = Writable };
        if (Poll(ref request, 1, 0) == 1)
        {
            _ = WriteFile(_master, ref buffer[offset], count);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // A thread may wait in a read for ever: it keeps the master until the process ends.
        _ = CloseFile(_slave);
        base.Dispose(disposing);
    }

    private static InputException Refused() =>
        new("--uart", null, $"pty, which the system refuses ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())})", "one to be had");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int file);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int file);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int SlaveName(int file, [Out] byte[] name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile([In] byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int file);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int file, [In, Out] byte[] termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int file, int actions, [In] byte[] termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] termios);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadFile(int file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteFile(int file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
