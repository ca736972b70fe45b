using System.Buffers.Binary;
using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>
/// The tables of a network, byte for byte as the firmware's runtime reads them from FRAM: a header, a record for each operation and each
/// exit, and the arrays that records point to. The layout is in this folder's README.
/// </summary>
public static class DeviceImage
{
    /// <summary>Bytes before the records.</summary>
    public const int HeaderBytes = 28;

    /// <summary>Bytes of an operation's record.</summary>
    public const int RecordBytes = 44;

    /// <summary>Bytes of an exit's record.</summary>
    public const int ExitBytes = 12;

    private const uint Magic = 0x314C_4D46; // "FML1"
    private const int LargestArena = 2 * ushort.MaxValue;

    /// <summary>The tables.</summary>
    /// <exception cref="ModelException">The maps do not fit the runtime's 16-bit offsets.</exception>
    public static byte[] Create(IntegerNetwork network, ArenaPlan plan)
    {
        if (plan.Bytes > LargestArena)
        {
            throw new ModelException(network.Name, $"maps that need {plan.Bytes} bytes", $"at most {LargestArena}");
        }

        ImmutableArray<IntegerOperation> operations = [.. network.AllOperations];
        int records = HeaderBytes + (RecordBytes * operations.Length);
        int data = records + (ExitBytes * network.Exits.Length);
        byte[] image = new byte[data + operations.Sum(operation => ArrayBytes(operation)) + TableBytes(network)];
        WriteHeader(image, network, plan);
        for (int i = 0; i < operations.Length; i++)
        {
            Span<byte> record = image.AsSpan(HeaderBytes + (RecordBytes * i), RecordBytes);
            WriteRecord(record, operations[i], network, plan);
            data = WriteArrays(image, data, record, operations[i]);
        }

        for (int i = 0; i < network.Exits.Length; i++)
        {
            WriteExit(image.AsSpan(records + (ExitBytes * i), ExitBytes), network.Exits[i], network, plan);
        }

        if (UsesTanh(network))
        {
            WriteWords(image.AsSpan(data), TanhTable.Samples.AsSpan());
            PointToTable(image, operations, data);
        }

        return image;
    }

    /// <summary>Bytes of the arrays of an operation, beside its record.</summary>
    public static int ArrayBytes(IntegerOperation operation) => operation switch
    {
        WeightedOperation weighted => weighted.Weights.Size.Bytes + BiasBytes(weighted) + ShiftBytes(weighted),
        AveragePoolOperation { Multipliers.Length: > 1 } pool => 2 * pool.Multipliers.Length,
        _ => 0,
    };

    /// <summary>Bytes of the biases.</summary>
    public static int BiasBytes(WeightedOperation operation) => 2 * operation.Biases.Length;

    /// <summary>Bytes of the shifts; a single one is in the record.</summary>
    public static int ShiftBytes(WeightedOperation operation) => operation.Shifts.Length == 1 ? 0 : Even(operation.Shifts.Length);

    /// <summary>Bytes of tables that operations share.</summary>
    public static int TableBytes(IntegerNetwork network) => UsesTanh(network) ? 2 * TanhTable.Samples.Length : 0;

    private static void PointToTable(Span<byte> image, ImmutableArray<IntegerOperation> operations, int table)
    {
        for (int i = 0; i < operations.Length; i++)
        {
            if (operations[i] is SigmoidOperation)
            {
                BinaryPrimitives.WriteInt32LittleEndian(image[(HeaderBytes + (RecordBytes * i) + 36)..], table);
            }
        }
    }

    private static bool UsesTanh(IntegerNetwork network) => network.AllOperations.Any(operation => operation is SigmoidOperation);

    private static int Even(int bytes) => (bytes + 1) & ~1;

    private static void WriteHeader(Span<byte> header, IntegerNetwork network, ArenaPlan plan)
    {
        (IntegerValue input, IntegerValue output) = (network.Values[0], network.Values[network.Output]);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        Word(header, 4, network.Operations.Length);
        Word(header, 6, network.ExitOperations.Length);
        Word(header, 8, network.Exits.Length);
        Word(header, 10, UsesTanh(network) ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)plan.Bytes);
        Word(header, 16, plan.Offsets[0] / 2);
        Word(header, 18, input.Length);
        Word(header, 20, plan.Offsets[network.Output] / 2);
        Word(header, 22, output.Length);
        header[24] = (byte)input.Exponent;
        header[25] = (byte)output.Exponent;
    }

    private static void WriteExit(Span<byte> record, IntegerExit exit, IntegerNetwork network, ArenaPlan plan)
    {
        Word(record, 0, exit.After);
        Word(record, 2, exit.First);
        Word(record, 4, exit.Count);
        Word(record, 6, plan.Offsets[exit.Logits] / 2);
        Word(record, 8, network.Values[exit.Logits].Length);
        record[10] = (byte)network.Values[exit.Logits].Exponent;
    }

    private static void WriteRecord(Span<byte> record, IntegerOperation operation, IntegerNetwork network, ArenaPlan plan)
    {
        IntegerValue output = network.Values[operation.Output];
        record[0] = (byte)operation.Kind;
        Word(record, 2, operation.Inputs.Length > 0 ? plan.Offsets[operation.Inputs[0]] / 2 : 0);
        Word(record, 4, operation.Inputs.Length > 1 ? plan.Offsets[operation.Inputs[1]] / 2 : 0);
        Word(record, 6, plan.Offsets[operation.Output] / 2);
        Word(record, 8, output.Low);
        Word(record, 10, output.High);
        switch (operation)
        {
            case ConvolutionOperation convolution:
                WriteMaps(record, convolution.InputSize, convolution.OutputSize, convolution.Window);
                Word(record, 32, convolution.Groups);
                WriteWeighted(record, convolution);
                break;
            case FullyConnectedOperation connected:
                WriteMaps(record, new MapSize(connected.Weights.Columns, 1, 1), new MapSize(connected.Weights.Rows, 1, 1), new Window(1, 1, 1, 1, default));
                WriteWeighted(record, connected);
                break;
            case MaximumPoolOperation pool:
                WriteMaps(record, pool.InputSize, pool.OutputSize, pool.Window);
                record[34] = (byte)pool.Shift;
                break;
            case AveragePoolOperation pool:
                WriteMaps(record, pool.InputSize, pool.OutputSize, pool.Window);
                record[1] = (byte)(pool.Multipliers.Length > 1 ? 1 : 0);
                Word(record, 32, pool.Multipliers[0]);
                record[34] = (byte)pool.Shift;
                break;
            case AdditionOperation sum:
                WriteElements(record, output.Length, sum.FirstFactor, sum.SecondFactor, sum.Shift);
                break;
            case MultiplicationOperation product:
                WriteElements(record, output.Length, product.Run, 0, product.Shift);
                break;
            case ScaleOperation scale:
                WriteElements(record, output.Length, scale.Factor, scale.NegativeFactor, scale.Shift);
                break;
            case SigmoidOperation sigmoid:
                WriteElements(record, output.Length, sigmoid.ArgumentShift, 0, sigmoid.Shift);
                record[1] = (byte)(sigmoid.IsLogistic ? 1 : 0);
                break;
            case CopyOperation copy:
                WriteCopy(record, copy);
                break;
            case FillOperation fill:
                WriteElements(record, output.Length, fill.Element, 0, 0);
                break;
        }
    }

    private static void WriteElements(Span<byte> record, int length, int first, int second, int shift)
    {
        Word(record, 12, length);
        Word(record, 14, first);
        Word(record, 16, second);
        record[34] = (byte)shift;
    }

    private static void WriteMaps(Span<byte> record, MapSize input, MapSize output, Window window)
    {
        int at = 12;
        foreach (int size in (ReadOnlySpan<int>)[input.Channels, input.Height, input.Width, output.Channels, output.Height, output.Width])
        {
            Word(record, at, size);
            at += 2;
        }

        foreach (int size in (ReadOnlySpan<int>)[window.Height, window.Width, window.StrideHeight, window.StrideWidth, window.Margins.Top, window.Margins.Left, window.DilationHeight, window.DilationWidth])
        {
            record[at++] = (byte)size;
        }
    }

    private static void WriteWeighted(Span<byte> record, WeightedOperation operation)
    {
        EncodedWeights weights = operation.Weights;
        record[1] = (byte)((int)weights.Form
            | (weights.Bits == 16 ? 8 : 0)
            | (weights.CountWidth == 2 ? 16 : 0)
            | (operation.Shifts.Length > 1 ? 32 : 0)
            | (operation.Biases.IsEmpty ? 0 : 64));
        record[34] = operation.Shifts[0];
        record[35] = (byte)operation.BiasShift;
    }

    private static void WriteCopy(Span<byte> record, CopyOperation copy)
    {
        int at = 12;
        foreach (int number in (ReadOnlySpan<int>)
            [copy.Size.Channels, copy.Size.Height, copy.Size.Width, copy.From.Start, copy.From.Outer, copy.From.Middle, copy.From.Inner, copy.To.Start, copy.To.Outer, copy.To.Middle, copy.To.Inner])
        {
            Word(record, at, number);
            at += 2;
        }
    }

    private static int WriteArrays(byte[] image, int at, Span<byte> record, IntegerOperation operation)
    {
        switch (operation)
        {
            case WeightedOperation weighted:
                BinaryPrimitives.WriteInt32LittleEndian(record[36..], at);
                if (weighted.Shifts.Length > 1)
                {
                    at = WriteBytes(image, at, weighted.Shifts.AsSpan());
                }

                WriteWords(image.AsSpan(at), weighted.Biases.AsSpan());
                at = WriteBytes(image, at + BiasBytes(weighted), weighted.Weights.Counts.AsSpan());
                at = WriteBytes(image, at, weighted.Weights.Values.AsSpan());
                BinaryPrimitives.WriteInt32LittleEndian(record[40..], at);
                return WriteBytes(image, at, weighted.Weights.Indices.AsSpan());
            case AveragePoolOperation { Multipliers.Length: > 1 } pool:
                BinaryPrimitives.WriteInt32LittleEndian(record[36..], at);
                WriteWords(image.AsSpan(at), pool.Multipliers.AsSpan());
                return at + ArrayBytes(pool);
            default:
                return at;
        }
    }

    private static int WriteBytes(byte[] image, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(image.AsSpan(at));
        return at + Even(bytes.Length);
    }

    private static void WriteWords(Span<byte> at, ReadOnlySpan<short> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(at[(2 * i)..], words[i]);
        }
    }

    private static void Word(Span<byte> record, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(record[at..], unchecked((ushort)value));
}
