using System.Buffers.Binary;
using System.Text;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Msp430.Semihosting;

/// <summary>
/// The services that programs linked for GNU's simulator call: a CALL to 0180 + n is system call n, with arguments as the compiler passes
/// them (R12 to R15; those of open's ellipsis on the stack) and the result in R12. newlib writes through TI's older convention instead, a
/// buffer at <c>__CIOBUF__</c> and a function <c>C$$IO$$</c> to watch; that works where the image names both.
/// </summary>
/// <remarks>
/// Files exist only under the root that the user gave. Time is the simulated time since power-up, so that a run repeats exactly.
/// Calls with no meaning here answer -1.
/// </remarks>
public sealed class GnuSemihosting : IDisposable
{
    private const uint FirstCall = 0x180;
    private const uint RegisterDump = 0x160;
    private const int MaximumTransfer = 1 << 20;
    private const int MaximumPath = 1024;

    // Offsets in newlib's struct stat (72 bytes).
    private const int StatBytes = 72;
    private const int StatMode = 4;
    private const int StatLinks = 8;
    private const int StatSize = 16;
    private const int StatBlockSize = 56;
    private const uint RegularFile = 0x8000 | 0x1A4;
    private const uint CharacterDevice = 0x2000 | 0x190;

    // TI's buffer: length (2 bytes), command, 8 bytes of parameters, data; the answer's parameters lie where the command was.
    private const uint CioCommand = 2;
    private const uint CioData = 11;
    private const int CioMaximumData = 512;

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Stream _error;
    private readonly SandboxedFiles? _files;
    private uint? _cioBuffer;

    /// <summary>Services over three streams, and files under a root.</summary>
    /// <param name="input">What the program reads from descriptor 0.</param>
    /// <param name="output">What it writes to descriptor 1.</param>
    /// <param name="error">What it writes to descriptor 2.</param>
    /// <param name="root">A directory that holds all files the program may see; null: none.</param>
    public GnuSemihosting(Stream input, Stream output, Stream error, string? root = null)
    {
        _input = input;
        _output = output;
        _error = error;
        _files = root is null ? null : new SandboxedFiles(root);
    }

    /// <summary>Serves a device that this image was loaded into.</summary>
    public void Attach(Device device, FirmwareImage image)
    {
        device.HostCalls = Handle;
        if (image.TryGetSymbol("C$$IO$$", out ImageSymbol? hook) && image.TryGetSymbol("__CIOBUF__", out ImageSymbol? buffer))
        {
            _cioBuffer = buffer.Value;
            device.TrapAt(hook.Value);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files?.Dispose();

    private HostCallOutcome Handle(Device device, uint target)
    {
        uint r12 = device.GetRegister(12);
        uint r13 = device.GetRegister(13);
        uint r14 = device.GetRegister(14);
        uint r15 = device.GetRegister(15);
        switch (target)
        {
            case RegisterDump:
                DumpRegisters(device);
                return HostCallOutcome.Continue;
            case < FirstCall or >= FirstCall + 0x40:
                Cio(device);
                return HostCallOutcome.Continue;
        }

        switch (target - FirstCall)
        {
            case 1: // exit(status)
                return HostCallOutcome.Exit((short)r12);
            case 2: // open(path, flags, ...): flags and mode are on the stack
                Return(device, _files is not null && ReadString(device, r12) is { } path
                    ? _files.Open(path, device.PeekWord(device.GetRegister(1)))
                    : -1);
                break;
            case 3: // close(fd)
                Return(device, r12 < SandboxedFiles.FirstDescriptor ? 0 : _files?.Close((int)r12) ?? -1);
                break;
            case 4: // read(fd, buffer, count)
                Return(device, Read(device, r12, r13, r14 & 0xFFFF));
                break;
            case 5: // write(fd, buffer, count)
                Return(device, Write(device, r12, r13, r14 & 0xFFFF));
                break;
            case 6: // lseek(fd, offset, whence): offset is a long, in R13 and R14
                long position = _files?.Seek((int)r12, (int)((r13 & 0xFFFF) | (r14 << 16)), (int)r15) ?? -1;
                device.SetRegister(12, (uint)position & 0xFFFF);
                device.SetRegister(13, (uint)(position >> 16) & 0xFFFF);
                break;
            case 7: // unlink(path)
                Return(device, _files is not null && ReadString(device, r12) is { } doomed ? _files.Delete(doomed) : -1);
                break;
            case 8: // getpid()
                Return(device, 42);
                break;
            case 10: // fstat(fd, buffer)
                Return(device, r12 < SandboxedFiles.FirstDescriptor
                    ? Stat(device, r13, CharacterDevice, 0)
                    : _files?.Length((int)r12) is { } length ? Stat(device, r13, RegularFile, length) : -1);
                break;
            case 12: // argvlen(): the program has no arguments, not even a name
                Return(device, 0);
                break;
            case 13: // argv(buffer)
                Return(device, 0);
                break;
            case 15: // stat(path, buffer)
                Return(device, _files is not null && ReadString(device, r12) is { } name && _files.Length(name) is { } bytes
                    ? Stat(device, r13, RegularFile, bytes)
                    : -1);
                break;
            case 18: // time(result): 64 bits in R12 to R15
                ReturnTime(device, r12);
                break;
            case 19: // gettimeofday(result, zone)
                WriteTimeOfDay(device, r12);
                Return(device, 0);
                break;
            default:
                Return(device, -1);
                break;
        }

        return HostCallOutcome.Continue;
    }

    private static void Return(Device device, int value) => device.SetRegister(12, (ushort)value);

    private int Read(Device device, uint descriptor, uint address, uint count)
    {
        Span<byte> bytes = new byte[Math.Min(count, MaximumTransfer)];
        int read = descriptor == 0 ? _input.Read(bytes) : _files?.Read((int)descriptor, bytes) ?? -1;
        if (read > 0)
        {
            device.Poke(address, bytes[..read]);
        }

        return read;
    }

    private int Write(Device device, uint descriptor, uint address, uint count)
    {
        byte[] bytes = new byte[Math.Min(count, MaximumTransfer)];
        device.Peek(address, bytes);
        if (descriptor is not (1 or 2))
        {
            return _files?.Write((int)descriptor, bytes) ?? -1;
        }

        (descriptor == 1 ? _output : _error).Write(bytes);
        return bytes.Length;
    }

    private static int Stat(Device device, uint address, uint mode, long length)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        stat.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(stat[StatMode..], mode);
        BinaryPrimitives.WriteUInt16LittleEndian(stat[StatLinks..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(stat[StatSize..], (uint)Math.Min(length, int.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(stat[StatBlockSize..], 512);
        device.Poke(address, stat);
        return 0;
    }

    private static void ReturnTime(Device device, uint address)
    {
        long seconds = (long)device.Now.TotalSeconds;
        if (address != 0)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, seconds);
            device.Poke(address, bytes);
        }

        for (int n = 0; n < 4; n++)
        {
            device.SetRegister(12 + n, (ushort)(seconds >> (16 * n)));
        }
    }

    private static void WriteTimeOfDay(Device device, uint address)
    {
        if (address != 0)
        {
            long picoseconds = device.Now.Picoseconds;
            Span<byte> bytes = stackalloc byte[12];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, picoseconds / SimTime.PicosecondsPerSecond);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], (int)(picoseconds % SimTime.PicosecondsPerSecond / SimTime.PicosecondsPerMicrosecond));
            device.Poke(address, bytes);
        }
    }

    private void Cio(Device device)
    {
        uint buffer = _cioBuffer!.Value;
        Span<byte> header = stackalloc byte[(int)CioData];
        device.Peek(buffer, header);
        int descriptor = BinaryPrimitives.ReadUInt16LittleEndian(header[3..]);
        int count = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(header[5..]), (ushort)CioMaximumData);
        int result = header[(int)CioCommand] switch
        {
            0xF3 => Write(device, (uint)descriptor, buffer + CioData, (uint)count),
            0xF5 => _files is not null ? _files.Delete(ReadText(device, buffer + CioData, BinaryPrimitives.ReadUInt16LittleEndian(header))) : -1,
            0xFF => 0,
            _ => -1,
        };
        device.Poke(buffer + CioCommand, [(byte)result, (byte)(result >> 8)]);
    }

    private void DumpRegisters(Device device)
    {
        var text = new StringBuilder();
        for (int register = 0; register < 16; register++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"R{register}:{(register < 10 ? " " : "")} {device.GetRegister(register):x5}{(register % 4 == 3 ? '\n' : ' ')}");
        }

        _output.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    // A name that comes with its length, of which the terminating zero may be part.
    private static string ReadText(Device device, uint address, int length)
    {
        byte[] bytes = new byte[Math.Min(length, MaximumPath)];
        device.Peek(address, bytes);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    // Null when there is no end within reason.
    private static string? ReadString(Device device, uint address)
    {
        byte[] bytes = new byte[MaximumPath];
        device.Peek(address, bytes);
        int end = Array.IndexOf(bytes, (byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(bytes, 0, end);
    }
}
