using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Emission;

/// <summary>
/// A network's tables as a C source: one object of the structs in firmware/runtime/tables.h, with the arrays of each operation behind them. What a
/// compiler makes of it are the bytes of <see cref="DeviceImage"/>, from which it is written.
/// </summary>
public static class NetworkSource
{
    /// <summary>Section that the object is put into.</summary>
    public const string Section = ".network";

    private const int NumbersInLine = 16;
    private const int LongestName = 24;

    private static readonly string[] Forms = ["FORM_DENSE", "FORM_GAP16", "FORM_GAP8", "FORM_GAP4", "FORM_BITMAP"];

    private static readonly string[] Kinds =
    [
        "KIND_CONVOLUTION", "KIND_FULLY_CONNECTED", "KIND_MAXIMUM_POOL", "KIND_AVERAGE_POOL", "KIND_ADDITION", "KIND_MULTIPLICATION", "KIND_SCALE", "KIND_SIGMOID", "KIND_COPY", "KIND_FILL",
    ];

    private static readonly (int Bit, string Name)[] WeightFlags = [(8, "WIDE_VALUES"), (16, "WIDE_COUNTS"), (32, "SHIFT_A_ROW"), (64, "HAS_BIASES")];

    private static readonly (string Name, int Offset, int Bytes)[] Maps =
    [
        ("channels", 12, 2), ("height", 14, 2), ("width", 16, 2), ("out_channels", 18, 2), ("out_height", 20, 2), ("out_width", 22, 2), ("window_height", 24, 1), ("window_width", 25, 1),
        ("stride_y", 26, 1), ("stride_x", 27, 1), ("top", 28, 1), ("left", 29, 1), ("dilation_y", 30, 1), ("dilation_x", 31, 1), ("groups", 32, 2),
    ];

    /// <summary>Writes the source.</summary>
    /// <param name="network">The network.</param>
    /// <param name="plan">Its memory for maps.</param>
    /// <param name="output">Where to; lines end in LF.</param>
    /// <exception cref="ModelException">The network is too large for the tables.</exception>
    public static void Write(IntegerNetwork network, ArenaPlan plan, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(output);
        byte[] image = DeviceImage.Create(network, plan);
        IntegerOperation[] operations = [.. network.AllOperations];
        Member[] members = [.. Arrays(network, operations)];
        WriteTop(network, operations, members, output);
        WriteHeader(image, output);
        WriteRecords(image, network, operations, members, output);
        WriteExits(image.AsSpan(DeviceImage.HeaderBytes + (DeviceImage.RecordBytes * operations.Length)), network, output);
        foreach (Member member in members)
        {
            member.Write(output);
        }

        output.Write(Text($"}};\n\n_Static_assert(sizeof(struct network) == {image.Length}, \"nothing is padded\");\n"));
    }

    /// <summary>A name from a model, for a comment: only what cannot end it.</summary>
    public static string Comment(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select(c => c is >= ' ' and <= '~' and not ('*' or '\\') ? c : '?'));
    }

    /// <summary>What an operation is, for people.</summary>
    public static string Describe(IntegerOperation operation) => operation switch
    {
        ConvolutionOperation convolution => Text($"{Size(convolution.InputSize)} to {Size(convolution.OutputSize)}, window {convolution.Window.Height}x{convolution.Window.Width}{(convolution.Groups > 1 ? Text($", {convolution.Groups} groups") : "")}; {Weights(convolution)}"),
        FullyConnectedOperation connected => Text($"{connected.Weights.Columns} to {connected.Weights.Rows}; {Weights(connected)}"),
        MaximumPoolOperation pool => Text($"{Size(pool.InputSize)} to {Size(pool.OutputSize)}, window {pool.Window.Height}x{pool.Window.Width}"),
        AveragePoolOperation pool => Text($"{Size(pool.InputSize)} to {Size(pool.OutputSize)}, window {pool.Window.Height}x{pool.Window.Width}"),
        CopyOperation copy => Text($"{copy.Size.Count} elements"),
        _ => "element by element",
    };

    private static void WriteTop(IntegerNetwork network, IntegerOperation[] operations, Member[] members, TextWriter output)
    {
        output.Write(Text($"/*\n * The tables of network {Comment(network.Name)}. What they mean is told in runtime/tables.h; `arrays` and `gaps` are offsets from their start,\n * `first`, `second` and `output` are words from the start of the maps.\n"));
        IntegerValue input = network.Values[0];
        IntegerValue result = network.Values[network.Output];
        output.Write(Text($" *\n * Input: {input.Length} elements q that mean q * 2^{-input.Exponent}. Result: {result.Length} logits q * 2^{-result.Exponent}.\n */\n"));
        output.Write(Text($"#include <stddef.h>\n#include \"runtime/tables.h\"\n\n#define EVEN __attribute__((aligned(2)))\n\nstruct network\n{{\n    struct header header;\n    struct record records[{operations.Length}];\n"));
        if (network.Exits.Length > 0)
        {
            output.Write(Text($"    struct exit exits[{network.Exits.Length}];\n"));
        }

        foreach (Member member in members)
        {
            output.Write(Text($"    EVEN {member.Type} {member.Name}[{member.Count}];\n"));
        }

        output.Write(Text($"}};\n\nextern const struct network network;\nconst struct network network __attribute__((section(\"{Section}\"))) =\n{{\n"));
    }

    private static void WriteHeader(ReadOnlySpan<byte> header, TextWriter output)
    {
        output.Write(Text($"    .header = {{ .magic = TABLES_MAGIC, .operations = {Word(header, 4)}, .exit_operations = {Word(header, 6)}, .exits = {Word(header, 8)}, .has_tanh = {Word(header, 10)},\n"));
        output.Write(Text($"        .arena_bytes = {BinaryPrimitives.ReadUInt32LittleEndian(header[12..])}, .input = {Word(header, 16)}, .input_length = {Word(header, 18)}, .output = {Word(header, 20)}, .output_length = {Word(header, 22)},\n"));
        output.Write(Text($"        .input_exponent = {(sbyte)header[24]}, .output_exponent = {(sbyte)header[25]} }},\n"));
    }

    private static void WriteRecords(byte[] image, IntegerNetwork network, IntegerOperation[] operations, Member[] members, TextWriter output)
    {
        output.Write("    .records =\n    {\n");
        for (int i = 0; i < operations.Length; i++)
        {
            ReadOnlySpan<byte> record = image.AsSpan(DeviceImage.HeaderBytes + (DeviceImage.RecordBytes * i), DeviceImage.RecordBytes);
            bool isOfExit = i >= network.Operations.Length;
            output.Write(Text($"        /* {i}{(isOfExit ? " of an exit" : "")}: {Comment(operations[i].Name)}, {Describe(operations[i])} */\n"));
            output.Write(Text($"        {{ .kind = {Kinds[record[0]]}, .flags = {Flags(record)}, .first = {Word(record, 2)}, .second = {Word(record, 4)}, .output = {Word(record, 6)}, .low = {Short(record, 8)}, .high = {Short(record, 10)},\n"));
            output.Write(Text($"            {Shape(record)},\n"));
            output.Write(Text($"            .shift = {record[34]}, .bias_shift = {record[35]}, .arrays = {Offset(record, 36, members)}, .gaps = {Offset(record, 40, members)} }},\n"));
        }

        output.Write("    },\n");
    }

    private static void WriteExits(ReadOnlySpan<byte> rows, IntegerNetwork network, TextWriter output)
    {
        if (network.Exits.Length == 0)
        {
            return;
        }

        output.Write("    .exits =\n    {\n");
        for (int i = 0; i < network.Exits.Length; i++)
        {
            ReadOnlySpan<byte> row = rows[(DeviceImage.ExitBytes * i)..];
            output.Write(Text($"        /* {i}: {Comment(network.Exits[i].Name)} */\n"));
            output.Write(Text($"        {{ .after = {Word(row, 0)}, .first = {Word(row, 2)}, .count = {Word(row, 4)}, .logits = {Word(row, 6)}, .length = {Word(row, 8)}, .exponent = {(sbyte)row[10]} }},\n"));
        }

        output.Write("    },\n");
    }

    private static string Flags(ReadOnlySpan<byte> record) => (OperationKind)record[0] switch
    {
        OperationKind.Convolution or OperationKind.FullyConnected => Forms[record[1] & 7] + string.Concat(Set(record[1])),
        OperationKind.AveragePool when record[1] != 0 => "MULTIPLIER_TABLE",
        OperationKind.Sigmoid when record[1] != 0 => "LOGISTIC",
        _ => "0",
    };

    private static IEnumerable<string> Set(byte flags) => WeightFlags.Where(flag => (flags & flag.Bit) != 0).Select(flag => " | " + flag.Name);

    private static string Shape(ReadOnlySpan<byte> record)
    {
        OperationKind kind = (OperationKind)record[0];
        StringBuilder text = new();
        switch (kind)
        {
            case OperationKind.Convolution or OperationKind.FullyConnected or OperationKind.MaximumPool or OperationKind.AveragePool:
                foreach ((string name, int offset, int bytes) in Maps)
                {
                    text.Append(Text($"{(text.Length == 0 ? "" : ", ")}.{name} = {(bytes == 2 ? Word(record, offset) : record[offset])}"));
                }

                return Text($".maps = {{ {text} }}");
            case OperationKind.Copy:
                return Text($".copy = {{ .size = {{ {Words(record, 12, 3)} }}, .from = {{ {Words(record, 18, 4)} }}, .to = {{ {Words(record, 26, 4)} }} }}");
            default:
                return Text($".list = {{ .length = {Word(record, 12)}, .first = {Short(record, 14)}, .second = {Short(record, 16)} }}");
        }
    }

    private static string Words(ReadOnlySpan<byte> record, int offset, int count)
    {
        ushort[] words = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            words[i] = Word(record, offset + (2 * i));
        }

        return string.Join(", ", words.Select(word => word.ToString(CultureInfo.InvariantCulture)));
    }

    // By name where something lies there; the gaps of dense weights are nothing, behind the values.
    private static string Offset(ReadOnlySpan<byte> record, int at, Member[] members)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(record[at..]);
        bool isNothing = at == 40 && (record[0] > (int)OperationKind.FullyConnected || (record[1] & 7) == (int)WeightForm.Dense);
        return offset != 0 && !isNothing && Array.Find(members, member => member.Offset == offset) is { } found ? Text($"offsetof(struct network, {found.Name})") : offset.ToString(CultureInfo.InvariantCulture);
    }

    // In the order of the image.
    private static IEnumerable<Member> Arrays(IntegerNetwork network, IntegerOperation[] operations)
    {
        int offset = DeviceImage.HeaderBytes + (DeviceImage.RecordBytes * operations.Length) + (DeviceImage.ExitBytes * network.Exits.Length);
        for (int i = 0; i < operations.Length; i++)
        {
            string name = Identifier(i, operations[i].Name);
            foreach ((string array, string type, string[] numbers, int bytes) in ArraysOf(operations[i]))
            {
                if (numbers.Length > 0)
                {
                    yield return new Member(offset, Text($"{name}_{array}"), type, [.. numbers], Text($"{i}: {Comment(operations[i].Name)}, {array}"));
                    offset += (bytes + 1) & ~1;
                }
            }
        }

        if (DeviceImage.TableBytes(network) > 0)
        {
            yield return new Member(offset, "tanh", "int16_t", [.. Numbers(TanhTable.Samples.AsSpan())], "the function, where it is sampled");
        }
    }

    private static IEnumerable<(string Name, string Type, string[] Numbers, int Bytes)> ArraysOf(IntegerOperation operation)
    {
        switch (operation)
        {
            case WeightedOperation weighted:
                EncodedWeights weights = weighted.Weights;
                yield return ("shifts", "uint8_t", weighted.Shifts.Length > 1 ? Numbers(weighted.Shifts.AsSpan()) : [], weighted.Shifts.Length);
                yield return ("biases", "int16_t", Numbers(weighted.Biases.AsSpan()), 2 * weighted.Biases.Length);
                yield return Unsigned("counts", weights.Counts, weights.CountWidth == 2);
                yield return weights.Bits == 16
                    ? ("values", "int16_t", Numbers(MemoryMarshal.Cast<byte, short>(weights.Values.AsSpan())), weights.Values.Length)
                    : ("values", "int8_t", Numbers(MemoryMarshal.Cast<byte, sbyte>(weights.Values.AsSpan())), weights.Values.Length);
                yield return Unsigned(weights.Form is WeightForm.Bitmap ? "bits" : "gaps", weights.Indices, weights.Form is WeightForm.Gap16);
                break;
            case AveragePoolOperation { Multipliers.Length: > 1 } pool:
                yield return ("multipliers", "int16_t", Numbers(pool.Multipliers.AsSpan()), 2 * pool.Multipliers.Length);
                break;
        }
    }

    private static (string Name, string Type, string[] Numbers, int Bytes) Unsigned(string name, ImmutableArray<byte> bytes, bool isWide) => isWide
        ? (name, "uint16_t", Numbers(MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan())), bytes.Length)
        : (name, "uint8_t", Numbers(bytes.AsSpan()), bytes.Length);

    private static string[] Numbers<T>(ReadOnlySpan<T> values)
        where T : IFormattable
    {
        string[] numbers = new string[values.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = values[i].ToString(null, CultureInfo.InvariantCulture);
        }

        return numbers;
    }

    // The number makes it unique, and keeps it from being a word of C.
    private static string Identifier(int operation, string name) =>
        Text($"op{operation}_") + string.Concat(name.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));

    private static string Weights(WeightedOperation operation)
    {
        EncodedWeights weights = operation.Weights;
        return Text($"{weights.Rows * weights.Columns} weights, {weights.Form.ToString().ToLowerInvariant()} of {weights.Bits} bits, {weights.Entries} stored");
    }

    private static string Size(MapSize size) => Text($"{size.Channels}x{size.Height}x{size.Width}");

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static short Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16LittleEndian(bytes[at..]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Member(int Offset, string Name, string Type, string[] Numbers, string Title)
    {
        public int Count => Numbers.Length;

        public void Write(TextWriter output)
        {
            output.Write(Text($"    /* {Title} */\n    .{Name} =\n    {{\n"));
            foreach (string[] line in Numbers.Chunk(NumbersInLine))
            {
                output.Write(Text($"        {string.Join(", ", line)},\n"));
            }

            output.Write("    },\n");
        }
    }
}
