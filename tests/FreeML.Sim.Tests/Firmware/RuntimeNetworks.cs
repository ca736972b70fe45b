using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>Networks so small that power can fail at each of their instructions.</summary>
internal static class RuntimeNetworks
{
    /// <summary>
    /// Four additions and a fully connected layer, with an exit after the first operation and one after the third. The fourth writes over a map that the
    /// second exit reads: there is no going back to that exit then.
    /// </summary>
    public static IntegerNetwork Additions { get; } = Make();

    /// <summary>
    /// Two exits that share a head, as the compiler makes them: pooled maps, and bits that tell which are there, are parts of what it reads. Once the second
    /// exit's map is begun there is no going back to the first.
    /// </summary>
    public static IntegerNetwork SharedHead { get; } = MakeShared();

    public static ImmutableArray<short> Picture { get; } = [.. Enumerable.Range(0, 16).Select(i => (short)((i * i * 137 % 1999) - 800))];

    public static ImmutableArray<short> Sample { get; } = [300, -120, 77, 4000, -2500, 9];

    public static ImmutableArray<short> OtherSample { get; } = [-5, 2222, 1234, 0, 801, -7000];

    private static IntegerNetwork Make()
    {
        const int Length = 6;
        const int Classes = 4;
        int[] classes = [5, 7, 8];
        ImmutableArray<IntegerValue> values =
        [
            .. Enumerable.Range(0, 9).Select(i => new IntegerValue($"v{i}", classes.Contains(i) ? Classes : Length, 8, -32767, i == 2 ? 6000 : 32767, 32767)),
        ];
        ImmutableArray<IntegerOperation> operations =
        [
            new AdditionOperation("first", [0, 0], 1, 4, -1, 2),
            new AdditionOperation("second", [1, 0], 2, 2, 8, 2),
            new AdditionOperation("third", [2, 1], 3, -2, 1, 1),
            new AdditionOperation("fourth", [3, 2], 4, 16, 2, 3),
            Connected("fifth", 4, 8, WeightForm.Dense, 3),
        ];
        ImmutableArray<IntegerOperation> heads =
        [
            Connected("head of the first exit", 1, 5, WeightForm.Dense, 5),
            new AdditionOperation("head of the second exit, begun", [3, 1], 6, 2, 2, 1),
            Connected("head of the second exit", 6, 7, WeightForm.Gap8, 7),
        ];
        return new IntegerNetwork("additions", values, operations, 8, heads, [new IntegerExit("first", 1, 0, 1, 5), new IntegerExit("second", 3, 1, 2, 7)]);

        static FullyConnectedOperation Connected(string name, int input, int output, WeightForm form, int seed) =>
            RuntimeNetworks.Connected(name, input, output, Length, form, seed);
    }

    private static IntegerNetwork MakeShared()
    {
        const int Map = 16;
        const int Maps = 4;
        const int Bits = 2;
        (MapSize map, MapSize pooled, Window window) = (new(1, 4, 4), new(1, 2, 2), new(2, 2, 2, 2, default));
        ImmutableArray<IntegerValue> values =
        [
            Value("input", Map), Value("v1", Map), Value("v2", Map), Value("v3", Map), Value("v4", Map),
            Value("heads", (2 * Maps) + Bits),
            Value("map", Maps) with { Parent = 5, Start = 0 }, Value("other map", Maps) with { Parent = 5, Start = Maps },
            Value("bit", 1) with { Parent = 5, Start = 2 * Maps }, Value("other bit", 1) with { Parent = 5, Start = (2 * Maps) + 1 },
            Value("logits of exits", 4), Value("logits", 4),
        ];
        ImmutableArray<IntegerOperation> operations =
        [
            new FillOperation("nothing there", 5, 0),
            new AdditionOperation("v1", [0, 0], 1, 4, -1, 2),
            new MaximumPoolOperation("map", [1], 6, map, pooled, window, 1),
            new FillOperation("bit", 8, 256),
            new AdditionOperation("v2", [1, 0], 2, 2, 8, 2),
            new CopyOperation("v3", [2], 3, new MapSize(1, 4, 4), new Stride(0, 0, 1, 4), new Stride(0, 0, 4, 1)),
            new MaximumPoolOperation("other map", [3], 7, map, pooled, window, 1),
            new FillOperation("other bit", 9, 256),
            new AdditionOperation("v4", [3, 2], 4, -2, 1, 1),
            Connected("logits", 4, 11, Map, WeightForm.Bitmap, 4),
        ];
        IntegerOperation head = Connected("head", 5, 10, (2 * Maps) + Bits, WeightForm.Dense, 9);
        return new IntegerNetwork("shared head", values, operations, 11, [head], [new IntegerExit("first", 4, 0, 1, 10), new IntegerExit("second", 8, 0, 1, 10)]);

        static IntegerValue Value(string name, int length) => new(name, length, 8, -32767, 32767, 32767);
    }

    private static FullyConnectedOperation Connected(string name, int input, int output, int columns, WeightForm form, int seed)
    {
        Random random = new(seed);
        short[] biases = [5, -700, 90, 12];
        short[] weights = [.. Enumerable.Range(0, biases.Length * columns).Select(_ => (short)(random.Next(2) == 0 ? 0 : random.Next(-127, 128)))];
        return new FullyConnectedOperation(name, [input], output, EncodedWeights.Encode(weights, biases.Length, 8, form), [.. biases], 3, [6]);
    }
}
