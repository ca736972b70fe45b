using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Tests.Quantization;

namespace FreeML.Compiler.Tests.Lowering;

public class ArenaPlannerTests
{
    [Fact]
    public void No_two_values_in_use_at_the_same_time_share_a_byte()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            IntegerNetwork network = Lower(seed, out _);
            ArenaPlan plan = ArenaPlanner.Plan(network, keepsInput: seed % 2 == 0);
            int[] wholes = [.. Enumerable.Range(0, network.Values.Length).Where(value => network.Values[value].Parent < 0)];
            foreach (int a in wholes)
            {
                Assert.InRange(plan.Offsets[a], 0, plan.Bytes - (2 * network.Values[a].Length));
                foreach (int b in wholes.Where(b => b > a && plan.Lifetimes[a].Overlaps(plan.Lifetimes[b])))
                {
                    bool apart = plan.Offsets[a] + (2 * network.Values[a].Length) <= plan.Offsets[b] || plan.Offsets[b] + (2 * network.Values[b].Length) <= plan.Offsets[a];
                    Assert.True(apart, $"{network.Name}: {network.Values[a].Name} and {network.Values[b].Name}");
                }
            }

            Assert.InRange(plan.Bytes, plan.LeastBytes, 2 * network.Values.Sum(value => value.Length));
        }
    }

    [Fact]
    public void A_network_computes_the_same_in_its_arena_as_with_all_values_side_by_side()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            IntegerNetwork network = Lower(seed, out double[] sample);
            IntegerExecutor apart = new(network);
            IntegerExecutor packed = new(network, ArenaPlanner.Plan(network, keepsInput: false));
            (IntegerMemory first, IntegerMemory second) = (apart.CreateMemory(), packed.CreateMemory());
            float[] input = [.. sample.Select(x => (float)x)];
            Assert.Equal(apart.Run(input, first), packed.Run(input, second));
            Assert.Equal(first.Elements(network.Output), second.Elements(network.Output));
            Assert.Equal(first.Saturations, second.Saturations);
        }
    }

    [Fact]
    public void A_chain_needs_what_an_operation_reads_and_writes_and_no_more()
    {
        // 100 -> 60 -> 40 -> 10 elements of two bytes.
        Network chain = new("chain", [100],
        [
            new Dense("a", [0], Ones(60, 100), null),
            new Dense("b", [1], Ones(40, 60), null),
            new Dense("c", [2], Ones(10, 40), null),
        ]);
        IntegerNetwork network = Lowerer.Lower(chain, [.. Enumerable.Repeat(new ValueRange(-1, 1), 4)], new QuantizationOptions()).Network;
        Assert.Equal(2 * (100 + 60), ArenaPlanner.Plan(network, keepsInput: false).Bytes);
        Assert.Equal(2 * (100 + 60 + 40), ArenaPlanner.Plan(network, keepsInput: true).Bytes);

        static Tensor Ones(int rows, int columns) => new([rows, columns], [.. Enumerable.Repeat(1f, rows * columns)]);
    }

    private static IntegerNetwork Lower(int seed, out double[] sample)
    {
        Network network = RandomNetworks.Create(seed);
        double[][] samples = RandomNetworks.Samples(network, seed, 1);
        sample = samples[0];
        return RandomNetworks.Quantize(Canonical.Of(network), samples, new QuantizationOptions()).Network;
    }
}
