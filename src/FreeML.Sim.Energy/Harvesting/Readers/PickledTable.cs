using System.Buffers.Binary;
using System.Text;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// The numbers of a data frame that pandas pickled (protocols 2 to 5), without running what a pickle could run: names of classes
/// and functions are only text here, calls are recorded and not made. It reads frames whose columns are one block of doubles.
/// </summary>
internal sealed class PickledTable
{
    private const int MaxColumns = 64;

    /// <summary>A frame's pickle has about a hundred; its numbers are one item.</summary>
    private const int MaxItems = 100_000;

    private static readonly object Mark = new();

    private readonly byte[] _bytes;
    private readonly string _source;
    private readonly List<object?> _stack = [];
    private readonly List<object?> _memo = [];
    private readonly List<Call> _arrays = [];
    private int _at;

    private PickledTable(byte[] bytes, string source)
    {
        _bytes = bytes;
        _source = source;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>The numbers, column by column.</summary>
    public double[][] Columns { get; private set; } = [];

    /// <summary>Whether a file begins like a pickle.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => head is [0x80, >= 2 and <= 5, ..];

    /// <summary>Reads the frame.</summary>
    public static PickledTable Read(byte[] bytes, string source)
    {
        PickledTable table = new(bytes, source);
        table.Run();
        table.Assemble();
        return table;
    }

    /// <summary>What a pickle would make by calling something: the name called, and the state it would be given.</summary>
    private sealed class Call(string name)
    {
        public string Name => name;

        public object?[] Arguments { get; init; } = [];

        public object? State { get; set; }
    }

    private TraceFormatException Error(string found) => new(_source, null, found, "a data frame with columns a, b, c and time");

    private void Run()
    {
        while (true)
        {
            byte code = Take(1)[0];
            switch (code)
            {
                case 0x80: _ = Take(1); break;                                      // PROTO
                case 0x95: _ = Take(8); break;                                      // FRAME
                case (byte)'.': return;                                             // STOP
                case (byte)'(': Push(Mark); break;
                case (byte)'N': Push(null); break;
                case 0x88: Push(true); break;
                case 0x89: Push(false); break;
                case (byte)'K': Push((long)Take(1)[0]); break;                      // BININT1
                case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 0x8C: Push(Text(Take(1)[0])); break;                           // SHORT_BINUNICODE
                case (byte)'X': Push(Text(Length(4))); break;                       // BINUNICODE
                case (byte)'C': Push(Take(Take(1)[0]).ToArray()); break;            // SHORT_BINBYTES
                case (byte)'B': Push(Take(Length(4)).ToArray()); break;             // BINBYTES
                case 0x8E: Push(Take(Length(8)).ToArray()); break;                  // BINBYTES8
                case 0x96: Push(Take(Length(8)).ToArray()); break;                  // BYTEARRAY8
                case (byte)')': Push(Array.Empty<object?>()); break;
                case 0x85: Push(PopMany(1)); break;                                 // TUPLE1..3
                case 0x86: Push(PopMany(2)); break;
                case 0x87: Push(PopMany(3)); break;
                case (byte)'t': Push(PopToMark()); break;
                case (byte)']': Push(new List<object?>()); break;
                case (byte)'}': Push(new List<object?>()); break;                   // A dictionary is a list of keys and values here.
                case (byte)'a': Extend(PopMany(1)); break;                          // APPEND
                case (byte)'s': Extend(PopMany(2)); break;                          // SETITEM
                case (byte)'e': Extend(PopToMark()); break;                         // APPENDS
                case (byte)'u': Extend(PopToMark()); break;                         // SETITEMS
                case 0x94: _memo.Add(Peek()); break;                                // MEMOIZE
                case (byte)'q': Memoize(Take(1)[0]); break;                         // BINPUT
                case (byte)'r': Memoize(Length(4)); break;                          // LONG_BINPUT
                case (byte)'h': Recall(Take(1)[0]); break;                          // BINGET
                case (byte)'j': Recall(Length(4)); break;                           // LONG_BINGET
                case (byte)'c': Push(new Call($"{Line()}.{Line()}")); break;        // GLOBAL
                case 0x93: Push(Named(PopMany(2))); break;                          // STACK_GLOBAL
                case (byte)'R' or 0x81: Push(Made(PopMany(2))); break;              // REDUCE, NEWOBJ
                case (byte)'b': Build(PopMany(1)[0]); break;
                default: throw Error($"pickle operation 0x{code:X2}");
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Error("a pickle that is cut short");
        }

        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    private int Length(int size)
    {
        ReadOnlySpan<byte> bytes = Take(size);
        ulong length = size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return length <= (ulong)_bytes.Length ? (int)length : throw Error("a pickle with a length beyond its end");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int length = _bytes.AsSpan(_at).IndexOf((byte)'\n');
        string text = length >= 0 ? Text(length) : throw Error("a pickle that is cut short");
        _at++;
        return text;
    }

    private void Push(object? value)
    {
        if (_stack.Count >= MaxItems || _memo.Count >= MaxItems)
        {
            throw Error($"a pickle of more than {MaxItems} items");
        }

        _stack.Add(value);
    }

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Error("a pickle whose stack is empty");

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count)
        {
            throw Error("a pickle whose stack is empty");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        object?[] values = PopMany(mark >= 0 ? _stack.Count - mark : throw Error("a pickle without a mark"));
        return values[1..];
    }

    private void Extend(object?[] values)
    {
        // Items added to something that a call would have made are of no interest.
        if (Peek() is List<object?> list)
        {
            list.AddRange(values);
        }
    }

    private void Memoize(int index)
    {
        // Writers number what they keep in order, so a jump is no pickle of theirs.
        if (index > _memo.Count)
        {
            throw Error("a pickle with gaps in its memory");
        }

        if (index == _memo.Count)
        {
            _memo.Add(Peek());
        }
        else
        {
            _memo[index] = Peek();
        }
    }

    private void Recall(int index) => Push(index < _memo.Count ? _memo[index] : throw Error("a pickle that recalls what it never kept"));

    private static Call Named(object?[] parts) => new($"{parts[0] as string}.{parts[1] as string}");

    private Call Made(object?[] parts)
    {
        Call call = new((parts[0] as Call)?.Name ?? "") { Arguments = parts[1] as object?[] ?? [] };
        if (call.Name.EndsWith(".multiarray._reconstruct", StringComparison.Ordinal))
        {
            _arrays.Add(call);
        }

        return call;
    }

    private void Build(object? state)
    {
        if (Peek() is Call call)
        {
            call.State = state;
        }
    }

    /// <summary>Finds the block of doubles, and the names for it.</summary>
    private void Assemble()
    {
        foreach (Call array in _arrays)
        {
            if (array.State is not object?[] { Length: 5 } state
                || state[1] is not object?[] shape || state[2] is not Call { Arguments: [string type, ..] })
            {
                continue;
            }

            if (type == "O8" && state[4] is List<object?> names && names.All(name => name is string) && Names.Count == 0)
            {
                Names = [.. names.Cast<string>()];
            }
            else if (type == "f8" && shape is [long columns, long rows] && state is [_, _, _, bool byColumn, byte[] data] && Columns.Length == 0)
            {
                Columns = Block(columns, rows, byColumn, data);
            }
        }

        if (Columns.Length == 0 || Names.Count != Columns.Length)
        {
            throw Error($"{Names.Count} names and {Columns.Length} columns of numbers in a pickle");
        }
    }

    private double[][] Block(long columns, long rows, bool inFortranOrder, byte[] data)
    {
        if (columns is < 1 or > MaxColumns || rows is < 0 or > int.MaxValue || columns * rows * sizeof(double) != data.Length)
        {
            throw Error($"{columns} x {rows} numbers in {data.Length} bytes");
        }

        double[][] block = new double[columns][];
        for (int column = 0; column < block.Length; column++)
        {
            block[column] = new double[rows];
            for (int row = 0; row < block[column].Length; row++)
            {
                long index = inFortranOrder ? (row * columns) + column : (column * rows) + row;
                block[column][row] = BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan((int)index * sizeof(double), sizeof(double)));
            }
        }

        return block;
    }
}
