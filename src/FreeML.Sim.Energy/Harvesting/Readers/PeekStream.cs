using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>A stream whose first bytes can be looked at, and that ends in an error rather than beyond a size.</summary>
internal sealed class PeekStream(Stream inner, string source, long maxBytes) : Stream
{
    private readonly byte[] _head = new byte[16];
    private int _headLength = -1;
    private int _headTaken;
    private uint _lastFour;

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>What to check when the stream is at its end.</summary>
    public Action<PeekStream>? AtEnd { get; init; }

    /// <summary>The first bytes, up to 16, still to be read.</summary>
    public ReadOnlySpan<byte> Head
    {
        get
        {
            if (_headLength < 0)
            {
                _headLength = ReadAtLeastHead();
            }

            return _head.AsSpan(0, _headLength);
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> rest = Head[_headTaken..];
        if (rest.Length > 0)
        {
            int taken = Math.Min(rest.Length, buffer.Length);
            rest[..taken].CopyTo(buffer);
            _headTaken += taken;
            return taken;
        }

        return ReadCounted(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>The rest of the stream, or an error if it is longer than a limit.</summary>
    public byte[] ReadToEnd(int limit)
    {
        using MemoryStream whole = new();
        byte[] block = new byte[1 << 16];
        for (int count; (count = Read(block)) > 0;)
        {
            if (whole.Length + count > limit)
            {
                throw TooLong(limit);
            }

            whole.Write(block, 0, count);
        }

        return whole.ToArray();
    }

    /// <summary>Reads to the end and gives the last four bytes as a number, which in a gzip file is how long its content is.</summary>
    public uint ReadToLastFour()
    {
        byte[] block = new byte[1 << 12];
        while (Read(block) > 0)
        {
        }

        return _lastFour;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadAtLeastHead()
    {
        int length = 0;
        for (int count; length < _head.Length && (count = ReadCounted(_head.AsSpan(length))) > 0;)
        {
            length += count;
        }

        return length;
    }

    private int ReadCounted(Span<byte> buffer)
    {
        int count;
        try
        {
            count = inner.Read(buffer);
        }
        catch (InvalidDataException)
        {
            throw new TraceFormatException(source, null, "compressed data that is damaged or cut short", "a whole gzip file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TraceFormatException(source, null, "a file that cannot be read", "a readable trace");
        }

        Count += count;
        foreach (byte last in buffer[Math.Max(0, count - sizeof(uint))..count])
        {
            _lastFour = (_lastFour >> 8) | ((uint)last << 24);
        }

        if (count == 0 && buffer.Length > 0)
        {
            AtEnd?.Invoke(this);
        }

        return Count <= maxBytes ? count : throw TooLong(maxBytes);
    }

    private TraceFormatException TooLong(long limit) =>
        new(source, null, string.Create(CultureInfo.InvariantCulture, $"more than {limit:N0} bytes"), "a trace within the size limit");
}
