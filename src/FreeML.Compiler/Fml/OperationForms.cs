using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>How each kind of device operation is written and read.</summary>
internal static class OperationForms
{
    private static readonly ImmutableArray<Form> Forms =
    [
        Form.Of<ConvolutionOperation>(
            (sink, file, operation) =>
            {
                WriteWeighted(sink, file, operation);
                WriteMaps(sink, operation.InputSize, operation.OutputSize, operation.Window);
                sink.Json.WriteNumber("groups", operation.Groups);
            },
            (source, name, inputs, output) => new ConvolutionOperation(
                name, inputs, output, Weights(source), Biases(source), BiasShift(source), Shifts(source), Size(source, "input_size"), Size(source, "output_size"), LayerForms.ReadWindow(source), source.Int("groups", 1, ushort.MaxValue))),
        Form.Of<FullyConnectedOperation>(WriteWeighted, (source, name, inputs, output) => new FullyConnectedOperation(name, inputs, output, Weights(source), Biases(source), BiasShift(source), Shifts(source))),
        Form.Of<MaximumPoolOperation>(
            (sink, _, operation) =>
            {
                WriteMaps(sink, operation.InputSize, operation.OutputSize, operation.Window);
                sink.Json.WriteNumber("shift", operation.Shift);
            },
            (source, name, inputs, output) => new MaximumPoolOperation(name, inputs, output, Size(source, "input_size"), Size(source, "output_size"), LayerForms.ReadWindow(source), Shift(source))),
        Form.Of<AveragePoolOperation>(
            (sink, file, operation) =>
            {
                WriteMaps(sink, operation.InputSize, operation.OutputSize, operation.Window);
                sink.Array("multipliers", file + ".multipliers", operation.Multipliers.AsSpan());
                sink.Json.WriteNumber("shift", operation.Shift);
            },
            (source, name, inputs, output) => new AveragePoolOperation(name, inputs, output, Size(source, "input_size"), Size(source, "output_size"), LayerForms.ReadWindow(source), [.. source.Array<short>("multipliers")], Shift(source))),
        Form.Of<AdditionOperation>(
            (sink, _, operation) => WriteNumbers(sink, ("first_factor", operation.FirstFactor), ("second_factor", operation.SecondFactor), ("shift", operation.Shift)),
            (source, name, inputs, output) => new AdditionOperation(name, inputs, output, Factor(source, "first_factor"), Factor(source, "second_factor"), Shift(source))),
        Form.Of<MultiplicationOperation>(
            (sink, _, operation) => WriteNumbers(sink, ("run", operation.Run), ("shift", operation.Shift)),
            (source, name, inputs, output) => new MultiplicationOperation(name, inputs, output, source.Int("run", 1, FmlLimits.MostElements), Shift(source))),
        Form.Of<ScaleOperation>(
            (sink, _, operation) => WriteNumbers(sink, ("factor", operation.Factor), ("negative_factor", operation.NegativeFactor), ("shift", operation.Shift)),
            (source, name, inputs, output) => new ScaleOperation(name, inputs, output, Factor(source, "factor"), Factor(source, "negative_factor"), Shift(source))),
        Form.Of<SigmoidOperation>(
            (sink, _, operation) =>
            {
                sink.Json.WriteBoolean("logistic", operation.IsLogistic);
                WriteNumbers(sink, ("argument_shift", operation.ArgumentShift), ("shift", operation.Shift));
            },
            (source, name, inputs, output) => new SigmoidOperation(name, inputs, output, source.Flag("logistic"), source.Int("argument_shift", -30, 30), Shift(source))),
        Form.Of<CopyOperation>(
            (sink, _, operation) =>
            {
                WriteSize(sink, "size", operation.Size);
                WriteStride(sink, "from", operation.From);
                WriteStride(sink, "to", operation.To);
            },
            (source, name, inputs, output) => new CopyOperation(name, inputs, output, Size(source, "size"), ReadStride(source, "from"), ReadStride(source, "to"))),
        Form.Of<FillOperation>(
            (sink, _, operation) => sink.Json.WriteNumber("element", operation.Element),
            (source, name, _, output) => new FillOperation(name, output, Factor(source, "element"))),
    ];

    /// <summary>Writes the members of an operation's object.</summary>
    public static void Write(FmlSink sink, IntegerOperation operation, string file)
    {
        sink.Json.WriteString("kind", FmlSource.Name(operation.Kind));
        sink.Json.WriteString("name", operation.Name);
        sink.Numbers("inputs", operation.Inputs.AsSpan());
        sink.Json.WriteNumber("output", operation.Output);
        Forms.Single(form => form.Type == operation.GetType()).Write(sink, file, operation);
    }

    /// <summary>Reads an operation.</summary>
    /// <exception cref="ModelException">It is none.</exception>
    public static IntegerOperation Read(FmlSource source)
    {
        OperationKind kind = source.Word<OperationKind>("kind");
        return Forms[(int)kind].Read(source, source.Text("name"), [.. source.Ints("inputs", 0, FmlLimits.MostLayers, null)], source.Int("output", 0, FmlLimits.MostLayers));
    }

    private static void WriteNumbers(FmlSink sink, params ReadOnlySpan<(string Name, int Value)> numbers)
    {
        foreach ((string name, int value) in numbers)
        {
            sink.Json.WriteNumber(name, value);
        }
    }

    private static void WriteSize(FmlSink sink, string name, MapSize size) => sink.Numbers(name, size.Channels, size.Height, size.Width);

    private static void WriteStride(FmlSink sink, string name, Stride stride) => sink.Numbers(name, stride.Start, stride.Outer, stride.Middle, stride.Inner);

    private static void WriteMaps(FmlSink sink, MapSize input, MapSize output, Window window)
    {
        WriteSize(sink, "input_size", input);
        WriteSize(sink, "output_size", output);
        LayerForms.WriteWindow(sink, window);
    }

    // Values of 8 bits are written as such, so that numpy shows the weights.
    private static void WriteWeighted(FmlSink sink, string file, WeightedOperation operation)
    {
        EncodedWeights weights = operation.Weights;
        sink.Json.WriteString("form", FmlSource.Name(weights.Form));
        WriteNumbers(sink, ("bits", weights.Bits), ("rows", weights.Rows), ("columns", weights.Columns), ("bias_shift", operation.BiasShift));
        if (weights.Bits == 8)
        {
            sink.Array(nameof(weights.Values).ToLowerInvariant(), file + ".values", System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(weights.Values.AsSpan()));
        }
        else
        {
            sink.Array(nameof(weights.Values).ToLowerInvariant(), file + ".values", System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(weights.Values.AsSpan()));
        }

        sink.Array("indices", file + ".indices", weights.Indices.AsSpan());
        sink.Array("counts", file + ".counts", weights.Counts.AsSpan());
        sink.Array("biases", file + ".biases", operation.Biases.AsSpan());
        sink.Array("shifts", file + ".shifts", operation.Shifts.AsSpan());
    }

    private static EncodedWeights Weights(FmlSource source)
    {
        int bits = source.Int("bits", 8, 16);
        byte[] values = bits == 8
            ? [.. source.Array<sbyte>("values").Select(value => (byte)value)]
            : [.. source.Array<short>("values").SelectMany(value => new[] { (byte)value, (byte)(value >> 8) })];
        return EncodedWeights.FromBytes(
            source.Place, source.Word<WeightForm>("form"), bits, source.Int("rows", 1, ushort.MaxValue), source.Int("columns", 1, FmlLimits.MostElements), values, source.Array<byte>("indices"), source.Array<byte>("counts"));
    }

    private static ImmutableArray<short> Biases(FmlSource source) => [.. source.Array<short>("biases")];

    private static ImmutableArray<byte> Shifts(FmlSource source) => [.. source.Array<byte>("shifts")];

    private static int BiasShift(FmlSource source) => source.Int("bias_shift", 0, 14);

    private static int Shift(FmlSource source) => source.Int("shift", 0, 31);

    private static short Factor(FmlSource source, string name) => (short)source.Int(name, -short.MaxValue, short.MaxValue);

    private static MapSize Size(FmlSource source, string name) => source.Ints(name, 1, ushort.MaxValue, 3) is var sizes ? new MapSize(sizes[0], sizes[1], sizes[2]) : default;

    private static Stride ReadStride(FmlSource source, string name) => source.Ints(name, 0, FmlLimits.MostElements, 4) is var strides ? new Stride(strides[0], strides[1], strides[2], strides[3]) : default;

    private sealed record Form(Type Type, Action<FmlSink, string, IntegerOperation> Write, Func<FmlSource, string, ImmutableArray<int>, int, IntegerOperation> Read)
    {
        public static Form Of<T>(Action<FmlSink, string, T> write, Func<FmlSource, string, ImmutableArray<int>, int, IntegerOperation> read)
            where T : IntegerOperation => new(typeof(T), (sink, file, operation) => write(sink, file, (T)operation), read);
    }
}
