using System.Collections.Immutable;

namespace FreeML.Compiler.Lowering;

/// <summary>
/// Plans the memory for maps. Two values share bytes only if they are never in use at the same time; what an operation reads and what it
/// writes are always apart, so that an operation cut short by a power failure can be done again.
/// </summary>
public static class ArenaPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keepsInput">The input stays to the end, so that inference can begin again without another sample.</param>
    public static ArenaPlan Plan(IntegerNetwork network, bool keepsInput = true)
    {
        ImmutableArray<Lifetime> lifetimes = Lifetimes(network, keepsInput);
        int[] roots = [.. Enumerable.Range(0, network.Values.Length).Where(value => network.Values[value].Parent < 0)];

        // Neither order is always the better one.
        int[][] orders =
        [
            [.. roots.OrderByDescending(value => network.Values[value].Length).ThenBy(value => lifetimes[value].First).ThenBy(value => value)],
            [.. roots.OrderBy(value => lifetimes[value].First).ThenByDescending(value => network.Values[value].Length).ThenBy(value => value)],
        ];
        int[] best = orders.Select(order => Place(network, lifetimes, order)).MinBy(offsets => Top(network, roots, offsets))!;
        for (int value = 0; value < best.Length; value++)
        {
            if (network.Values[value] is { Parent: >= 0 } part)
            {
                best[value] = best[part.Parent] + (2 * part.Start);
            }
        }

        return new ArenaPlan([.. best], lifetimes, Top(network, roots, best), LeastBytes(network, roots, lifetimes));
    }

    private static ImmutableArray<Lifetime> Lifetimes(IntegerNetwork network, bool keepsInput)
    {
        var spans = new Lifetime[network.Values.Length];
        Array.Fill(spans, new Lifetime(int.MaxValue, -1));
        int step = 0;
        Use(0, step);
        int exit = 0;
        for (int done = 0; ; done++)
        {
            for (; exit < network.Exits.Length && network.Exits[exit].After == done; exit++)
            {
                foreach (IntegerOperation operation in network.OperationsOf(network.Exits[exit]))
                {
                    Step(operation);
                }
            }

            if (done == network.Operations.Length)
            {
                break;
            }

            Step(network.Operations[done]);
        }

        // Whoever reads the results comes last.
        Use(network.Output, step + 1);
        foreach (IntegerExit taken in network.Exits)
        {
            Use(taken.Logits, step + 1);
        }

        if (keepsInput)
        {
            Use(0, step + 1);
        }

        return [.. spans.Select((_, value) => spans[Root(value)])];

        int Root(int value) => network.Values[value].Parent is >= 0 and var parent ? parent : value;

        void Use(int value, int when)
        {
            ref Lifetime span = ref spans[Root(value)];
            span = new Lifetime(Math.Min(span.First, when), Math.Max(span.Last, when));
        }

        void Step(IntegerOperation operation)
        {
            step++;
            Use(operation.Output, step);
            foreach (int input in operation.Inputs)
            {
                Use(input, step);
            }
        }
    }

    // Each value goes to the lowest place that no value in use at the same time has taken.
    private static int[] Place(IntegerNetwork network, ImmutableArray<Lifetime> lifetimes, int[] order)
    {
        int[] offsets = new int[network.Values.Length];
        List<int> placed = [];
        foreach (int value in order)
        {
            int offset = 0;
            int bytes = 2 * network.Values[value].Length;
            foreach (int other in placed.Where(other => lifetimes[other].Overlaps(lifetimes[value])).OrderBy(other => offsets[other]).ThenBy(other => other))
            {
                if (offset + bytes <= offsets[other])
                {
                    break;
                }

                offset = Math.Max(offset, offsets[other] + (2 * network.Values[other].Length));
            }

            offsets[value] = offset;
            placed.Add(value);
        }

        return offsets;
    }

    private static int Top(IntegerNetwork network, int[] roots, int[] offsets) => roots.Max(value => offsets[value] + (2 * network.Values[value].Length));

    private static int LeastBytes(IntegerNetwork network, int[] roots, ImmutableArray<Lifetime> lifetimes) =>
        roots.Max(value => roots.Where(other => lifetimes[other].First <= lifetimes[value].First && lifetimes[value].First <= lifetimes[other].Last).Sum(other => 2 * network.Values[other].Length));
}
