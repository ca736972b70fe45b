namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>Collects what a UART sends and hands it on line by line; a reader that has gone away does not end the simulation.</summary>
internal sealed class ForgivingStream : Stream
{
    private readonly Stream _target;
    private readonly byte[] _line = new byte[256];
    private int _length;

    /// <summary>In front of a stream, which stays open.</summary>
    public ForgivingStream(Stream target) => _target = target;

    /// <inheritdoc/>
    public override bool CanRead => false;

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

    /// <inheritdoc/>
    public override void WriteByte(byte value)
    {
        _line[_length++] = value;
        if (value == '\n' || _length == _line.Length)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        foreach (byte value in buffer.AsSpan(offset, count))
        {
            WriteByte(value);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (_length == 0)
        {
            return;
        }

        try
        {
            _target.Write(_line, 0, _length);
            _target.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }

        _length = 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
