using System.Text;

namespace FreeML.Sim.Cli.Exec;

/// <summary>Keeps what a program writes, up to a limit; what comes after that is counted as lost.</summary>
internal sealed class CapturedOutput : Stream
{
    /// <summary>The most that is kept, in bytes.</summary>
    public const int Limit = 16 << 20;

    private readonly MemoryStream _kept = new();

    /// <summary>Whether something was lost.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What was kept: as UTF-8 if it is that, otherwise one character for each byte (Latin-1), so that nothing is lost.</summary>
    public string Text
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes;
            return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>What was kept.</summary>
    public ReadOnlySpan<byte> Bytes => _kept.GetBuffer().AsSpan(0, (int)_kept.Length);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _kept.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _kept.Length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int room = Limit - (int)_kept.Length;
        IsTruncated |= buffer.Length > room;
        _kept.Write(buffer[..Math.Min(buffer.Length, room)]);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
