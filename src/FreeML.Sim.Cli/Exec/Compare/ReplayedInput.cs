namespace FreeML.Sim.Cli.Exec.Compare;

/// <summary>An input that several programs read from its beginning: what the first one took is kept for the others.</summary>
internal sealed class ReplayedInput(Stream source)
{
    private readonly List<byte> _taken = [];

    /// <summary>The input from its beginning.</summary>
    public Stream FromStart() => new Reader(this);

    private int Take(int position, Span<byte> bytes)
    {
        if (position == _taken.Count)
        {
            int count = source.Read(bytes);
            _taken.AddRange(bytes[..count]);
            return count;
        }

        int known = Math.Min(bytes.Length, _taken.Count - position);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_taken).Slice(position, known).CopyTo(bytes);
        return known;
    }

    private sealed class Reader(ReplayedInput input) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = input.Take(_position, buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
