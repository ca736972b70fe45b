using System.Buffers.Binary;

namespace FreeML.Compiler.Onnx;

/// <summary>A constant in an ONNX file (TensorProto), not yet converted.</summary>
internal sealed class OnnxTensor
{
    private const int MostAxes = 16;

    private static readonly DataType[] DataTypes =
    [
        new(1, sizeof(float), false, bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        new(2, sizeof(byte), true, bytes => bytes[0]),
        new(3, sizeof(sbyte), true, bytes => (sbyte)bytes[0]),
        new(4, sizeof(ushort), true, bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        new(5, sizeof(short), true, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        new(6, sizeof(int), true, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        new(7, sizeof(long), true, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        new(9, sizeof(bool), true, bytes => bytes[0]),
        new(10, 2, false, bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new(11, sizeof(double), false, bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        new(12, sizeof(uint), true, bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        new(13, sizeof(ulong), true, bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes)),

        // bfloat16 is the upper half of a float.
        new(16, 2, false, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
    ];

    private readonly List<long> _sizes = [];
    private readonly List<double> _numbers = [];
    private long _type;
    private ReadOnlyMemory<byte>? _raw;
    private bool _isElsewhere;

    private delegate double Decoder(ReadOnlySpan<byte> element);

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Decodes a tensor.</summary>
    public static OnnxTensor Parse(ReadOnlyMemory<byte> message, string source)
    {
        OnnxTensor tensor = new();
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.AddIntegers(tensor._sizes);
                    break;
                case 2:
                    tensor._type = reader.Integer;
                    break;
                case 4:
                    reader.AddSingles(tensor._numbers);
                    break;
                case 5 or 7:
                    reader.AddIntegers(tensor._numbers);
                    break;
                case 8:
                    tensor.Name = reader.Text;
                    break;
                case 9:
                    tensor._raw = reader.Bytes;
                    break;
                case 10:
                    reader.AddDoubles(tensor._numbers);
                    break;
                case 11:
                    reader.AddIntegers(tensor._numbers, unsigned: true);
                    break;
                case 14:
                    tensor._isElsewhere = reader.Integer == 1;
                    break;
            }
        }

        return tensor;
    }

    /// <summary>Its numbers.</summary>
    /// <exception cref="ModelException">They are not all there, or of a type that is not supported.</exception>
    public Constant ToConstant(string source, Budget budget)
    {
        if (_isElsewhere)
        {
            throw Unusable(source, "in another file", "all weights inside the .onnx file");
        }

        if (Array.Find(DataTypes, row => row.Number == _type) is not { Size: > 0 } type)
        {
            throw Unusable(source, $"of data type {_type}", "floats, integers or booleans of 8 to 64 bits");
        }

        if (_sizes.Count > MostAxes || _sizes.Exists(size => size is < 0 or > int.MaxValue))
        {
            throw Unusable(source, $"of shape [{string.Join(", ", _sizes.Take(MostAxes))}]", "sizes that can be");
        }

        int[] sizes = [.. _sizes.Select(size => (int)size)];
        long present = _raw is { } raw ? raw.Length / type.Size : _numbers.Count;
        long count = OnnxValue.CountOf(sizes);
        if (count != present || _raw?.Length % type.Size > 0)
        {
            throw Unusable(source, $"with {present} numbers", $"{count} for its shape [{string.Join(", ", _sizes)}]");
        }

        budget.Take(count, "numbers in constants");
        return new Constant(sizes, _raw is { } bytes ? DecodeRaw(bytes.Span, type) : DecodeNumbers(type), type.IsInteger);
    }

    private static double[] DecodeRaw(ReadOnlySpan<byte> bytes, DataType type)
    {
        double[] numbers = new double[bytes.Length / type.Size];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = type.Decode(bytes.Slice(i * type.Size, type.Size));
        }

        return numbers;
    }

    // Half-precision numbers come as the integers of their bits.
    private double[] DecodeNumbers(DataType type)
    {
        if (type.IsInteger || type.Size > 2)
        {
            return [.. _numbers];
        }

        byte[] bits = new byte[2];
        return [.. _numbers.Select(number =>
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bits, ushort.CreateTruncating(number));
            return type.Decode(bits);
        })];
    }

    private ModelException Unusable(string source, string found, string expected) => new(source, $"tensor {ModelException.Quote(Name)} {found}", expected);

    private readonly record struct DataType(int Number, int Size, bool IsInteger, Decoder Decode);
}
