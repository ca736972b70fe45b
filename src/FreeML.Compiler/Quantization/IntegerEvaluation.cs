using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;

namespace FreeML.Compiler.Quantization;

/// <summary>How a network in integers does on samples.</summary>
/// <param name="Classes">Class found for each sample.</param>
/// <param name="Right">Samples of which it is the right one.</param>
/// <param name="RightAtExits">The same at each early exit.</param>
/// <param name="Saturations">Clamps of each value that its function did not ask for.</param>
public sealed record IntegerEvaluation(ImmutableArray<int> Classes, int Right, ImmutableArray<int> RightAtExits, ImmutableArray<long> Saturations)
{
    /// <summary>Right ones among all.</summary>
    public double Accuracy => (double)Right / Classes.Length;

    /// <summary>Runs all samples, on all cores.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">Samples as the float network reads them.</param>
    public static IntegerEvaluation Of(IntegerNetwork network, LabelledData data)
    {
        IntegerExecutor executor = new(network);
        int[] classes = new int[data.Count];
        Tally total = new(network);
        Parallel.For(
            0,
            data.Count,
            () => (Memory: executor.CreateMemory(), Exits: new int[network.Exits.Length]),
            (index, _, local) =>
            {
                classes[index] = executor.Run(data.Sample(index), local.Memory);
                for (int exit = 0; exit < local.Exits.Length; exit++)
                {
                    local.Exits[exit] += local.Memory.ExitClasses[exit] == data.Labels[index] ? 1 : 0;
                }

                return local;
            },
            local => total.Add(local.Exits, local.Memory.Saturations));
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            right += classes[i] == data.Labels[i] ? 1 : 0;
        }

        return new IntegerEvaluation([.. classes], right, [.. total.Exits], [.. total.Saturations]);
    }

    /// <summary>Sums of whole numbers: the same in whatever order threads end.</summary>
    private sealed class Tally(IntegerNetwork network)
    {
        public int[] Exits { get; } = new int[network.Exits.Length];

        public long[] Saturations { get; } = new long[network.Values.Length];

        public void Add(int[] exits, IReadOnlyList<long> saturations)
        {
            lock (Exits)
            {
                for (int i = 0; i < exits.Length; i++)
                {
                    Exits[i] += exits[i];
                }

                for (int i = 0; i < saturations.Count; i++)
                {
                    Saturations[i] += saturations[i];
                }
            }
        }
    }
}
