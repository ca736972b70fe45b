using System.Collections.Immutable;
using FreeML.Compiler.Lowering;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>Networks so small that power can fail at each of their instructions.</summary>
internal static class RuntimeNetworks
{
    /// <summary>
    /// Four additions and a fully connected layer, with an exit after the first operation and one after the third. The fourth writes over a map that the
    /// second exit reads: there is no going back to that exit then.
    /// </summary>
    public static IntegerNetwork Additions { get; } = Make();

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

        static FullyConnectedOperation Connected(string name, int input, int output, WeightForm form, int seed)
        {
            Random random = new(seed);
            short[] weights = [.. Enumerable.Range(0, Classes * Length).Select(_ => (short)(random.Next(2) == 0 ? 0 : random.Next(-127, 128)))];
            return new FullyConnectedOperation(name, [input], output, EncodedWeights.Encode(weights, Classes, 8, form), [5, -700, 90, 12], 3, [6]);
        }
    }
}
