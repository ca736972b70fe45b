using System.Buffers.Binary;
using System.Text;

namespace FreeML.Compiler.Onnx;

/// <summary>
/// Walks over the fields of one protobuf message: <see cref="Next"/>, then whatever the field is. Fields nobody asks for are passed over.
/// Submessages are slices of the same bytes, so nothing is copied, nothing nests by itself, and no length is believed beyond the end.
/// </summary>
internal ref struct ProtoReader(ReadOnlyMemory<byte> message, string source)
{
    private const int LongestVarint = 10;

    private readonly ReadOnlyMemory<byte> _message = message;
    private int _position;
    private WireType _wire;
    private ulong _number;
    private ReadOnlyMemory<byte> _payload;

    private enum WireType
    {
        Varint = 0,
        Eight = 1,
        Bytes = 2,
        Four = 5,
    }

    /// <summary>Number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>A whole number.</summary>
    public readonly long Integer => _wire is WireType.Varint ? (long)_number : throw Damaged();

    /// <summary>A single-precision number.</summary>
    public readonly float Single => _wire is WireType.Four ? BitConverter.UInt32BitsToSingle((uint)_number) : throw Damaged();

    /// <summary>Bytes, or a submessage.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => _wire is WireType.Bytes ? _payload : throw Damaged();

    /// <summary>Text; what is not UTF-8 in it becomes the replacement character.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Goes to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ModelException">The bytes are not a message.</exception>
    public bool Next()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        ulong key = ReadVarint();
        Field = key >> 3 is > 0 and <= (1 << 29) - 1 ? (int)(key >> 3) : throw Damaged();
        _wire = (WireType)(key & 7);
        switch (_wire)
        {
            case WireType.Varint:
                _number = ReadVarint();
                break;
            case WireType.Eight:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)).Span);
                break;
            case WireType.Four:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)).Span);
                break;
            case WireType.Bytes:
                _payload = Take(ReadVarint());
                break;
            default:
                throw Damaged();
        }

        return true;
    }

    /// <summary>Adds the field's whole numbers, which may come one by one or packed.</summary>
    public readonly void AddIntegers(List<long> to)
    {
        if (_wire is not WireType.Bytes)
        {
            to.Add(Integer);
            return;
        }

        ProtoReader packed = new(_payload, source);
        while (packed._position < packed._message.Length)
        {
            to.Add((long)packed.ReadVarint());
        }
    }

    /// <inheritdoc cref="AddIntegers(List{long})"/>
    public readonly void AddIntegers(List<double> to, bool unsigned = false)
    {
        if (_wire is not WireType.Bytes)
        {
            to.Add(Convert(Integer, unsigned));
            return;
        }

        ProtoReader packed = new(_payload, source);
        while (packed._position < packed._message.Length)
        {
            to.Add(Convert((long)packed.ReadVarint(), unsigned));
        }

        static double Convert(long number, bool unsigned) => unsigned ? (ulong)number : number;
    }

    /// <summary>Adds the field's single-precision numbers, which may come one by one or packed.</summary>
    public readonly void AddSingles(List<double> to)
    {
        if (_wire is WireType.Four)
        {
            to.Add(Single);
            return;
        }

        ReadOnlySpan<byte> packed = Packed(sizeof(float));
        for (int i = 0; i < packed.Length; i += sizeof(float))
        {
            to.Add(BinaryPrimitives.ReadSingleLittleEndian(packed[i..]));
        }
    }

    /// <summary>Adds the field's double-precision numbers, which may come one by one or packed.</summary>
    public readonly void AddDoubles(List<double> to)
    {
        if (_wire is WireType.Eight)
        {
            to.Add(BitConverter.UInt64BitsToDouble(_number));
            return;
        }

        ReadOnlySpan<byte> packed = Packed(sizeof(double));
        for (int i = 0; i < packed.Length; i += sizeof(double))
        {
            to.Add(BinaryPrimitives.ReadDoubleLittleEndian(packed[i..]));
        }
    }

    private readonly ReadOnlySpan<byte> Packed(int size) => Bytes.Length % size == 0 ? Bytes.Span : throw Damaged();

    private ReadOnlyMemory<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _position))
        {
            throw Damaged();
        }

        ReadOnlyMemory<byte> taken = _message.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private ulong ReadVarint()
    {
        ReadOnlySpan<byte> bytes = _message.Span[_position..];
        ulong number = 0;
        for (int i = 0; i < Math.Min(bytes.Length, LongestVarint); i++)
        {
            number |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                _position += i + 1;
                return number;
            }
        }

        throw Damaged();
    }

    private readonly ModelException Damaged() => new(source, "bytes that are no protobuf message of an ONNX model", "a whole .onnx file");
}
