using System.Buffers;
using System.Globalization;
using System.Text;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>Lines of a text file, one at a time, of bounded length; the first few can be looked at to tell forms apart.</summary>
internal sealed class LineSource
{
    private const int HeadLines = 4;
    private const int BlankLinesAbove = 100;

    /// <summary>Control characters that no text file has; tab and carriage return are fine.</summary>
    private static readonly SearchValues<char> Binary = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\r')).Select(c => (char)c), '\x7F']);

    private readonly PeekStream _stream;
    private readonly int _maxLineBytes;
    private readonly int _maxLines;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _split = new();
    private readonly List<string> _head = [];
    private int _start;
    private int _end;
    private int _headTaken;

    public LineSource(PeekStream stream, string name, TraceReadOptions options)
    {
        _stream = stream;
        Name = name;
        _maxLineBytes = options.MaxLineBytes;

        // A line has a value or is good for nothing, so more lines than values are too many, whatever is in them.
        _maxLines = options.MaxValues;
        List<string> telling = [];
        while (telling.Count < HeadLines && _head.Count < HeadLines + BlankLinesAbove && Next() is { } line)
        {
            if (_head.Count == 0 && line.StartsWith('\uFEFF'))
            {
                HadByteOrderMark = true;
                line = line[1..];
            }

            _head.Add(line);
            if (!string.IsNullOrWhiteSpace(line))
            {
                telling.Add(line);
            }
        }

        Head = telling;
    }

    /// <summary>The file as the user named it.</summary>
    public string Name { get; }

    /// <summary>Whether the file began with a byte-order mark, which is not part of the first line here.</summary>
    public bool HadByteOrderMark { get; }

    /// <summary>The first lines, without blank ones.</summary>
    public IReadOnlyList<string> Head { get; }

    /// <summary>Number of the line read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line that is not blank, without its end; null after the last.</summary>
    public string? Read()
    {
        while (ReadAny() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>An error at the line read last.</summary>
    public TraceFormatException Error(string found, string expected) => new(Name, Line, found, expected);

    private string? ReadAny()
    {
        string? line = _headTaken < _head.Count ? _head[_headTaken++] : Next();
        Line += line is null ? 0 : 1;
        return Line <= _maxLines ? line : throw Error(string.Create(CultureInfo.InvariantCulture, $"more than {_maxLines:N0} lines"), "a trace within the size limit");
    }

    private string? Next()
    {
        _split.ResetWrittenCount();
        while (true)
        {
            ReadOnlySpan<byte> have = _buffer.AsSpan(_start, _end - _start);
            int length = have.IndexOf((byte)'\n');
            if (length >= 0)
            {
                _start += length + 1;
                return Text(have[..length]);
            }

            CheckLength(have.Length);
            _split.Write(have);
            _start = 0;
            _end = _stream.Read(_buffer);
            if (_end == 0)
            {
                return _split.WrittenCount == 0 ? null : Text([]);
            }
        }
    }

    private string Text(ReadOnlySpan<byte> last)
    {
        CheckLength(last.Length);
        if (_split.WrittenCount > 0)
        {
            _split.Write(last);
            last = _split.WrittenSpan;
        }

        string line = Encoding.UTF8.GetString(last).TrimEnd('\r');
        return line.AsSpan().ContainsAny(Binary) ? throw new TraceFormatException(Name, NextNumber, "binary data", "lines of text") : line;
    }

    private int NextNumber => (_headTaken < _head.Count ? _head.Count : Line) + 1;

    private void CheckLength(int more)
    {
        if (_split.WrittenCount + more > _maxLineBytes)
        {
            throw new TraceFormatException(Name, NextNumber, string.Create(CultureInfo.InvariantCulture, $"a line of more than {_maxLineBytes:N0} bytes"), "a line of a trace");
        }
    }
}
