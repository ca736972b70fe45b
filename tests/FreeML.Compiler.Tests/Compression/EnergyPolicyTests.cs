using FreeML.Compiler.Compression;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Compression;

public class EnergyPolicyTests
{
    private static readonly DeviceCosts Device = new(8e6, 3e-10, 1e-9);

    [Fact]
    public void Bytes_are_cut_where_the_bytes_are_and_joules_where_the_joules_are()
    {
        // The convolution has 200 weights and most of the multiplications, the fully connected layer the other way round.
        Network network = new("n", [1, 16, 16],
        [
            new Convolution("conv", [0], Random([8, 1, 5, 5], 1), null, new Window(5, 5, 1, 1, default)),
            new Pooling("pool", [1], PoolingKind.Maximum, new Window(4, 4, 4, 4, default)),
            new Reshape("flatten", [2], [72]),
            new Dense("fc", [3], Random([40, 72], 2), null),
        ]);
        NetworkCost cost = Policy(new DeviceBudget(null), network).Cost(new CompressionState(network) with { Bits = [8, 16, 16, 8] });
        CompressionState start = new CompressionState(network) with { Bits = [8, 16, 16, 8] };
        CompressionState smaller = Policy(new DeviceBudget(0.7 * cost.Bytes), network).Cut(start);
        Assert.True(smaller.Densities[3] < 0.8);
        CompressionState thriftier = Policy(new DeviceBudget(null, 0.7 * cost.Joules), network).Cut(start);
        Assert.True(thriftier.Densities[0] < 0.5);
        Assert.True(thriftier.Densities[3] >= 0.85);
        CompressionState faster = Policy(new DeviceBudget(null, null, 0.7 * cost.Seconds), network).Cut(start);
        Assert.Equal(thriftier.Densities.AsEnumerable(), faster.Densities);
    }

    [Fact]
    public void A_layer_of_low_rank_becomes_two()
    {
        Tensor narrow = SingularValues.TensorOf(SingularValues.MatrixOf(Random([60, 6], 1)) * SingularValues.MatrixOf(Random([6, 80], 2)), [60, 80]);
        Network network = new("n", [80], [new Dense("fc", [0], narrow, Random([60], 3))]);
        CompressionState cut = Policy(new DeviceBudget(3000), network).Cut(new CompressionState(network) with { Bits = [8] });
        Rewrite rewrite = Assert.Single(cut.Rewrites);
        Assert.InRange(rewrite.Rank, 6, 30);
        Assert.Equal(RewriteForm.Svd, rewrite.Form);
    }

    [Fact]
    public void A_layer_of_low_rank_with_a_few_spikes_becomes_a_pair_and_a_sparse_rest()
    {
        Tensor spiky = SingularValues.TensorOf(SingularValues.MatrixOf(Random([60, 2], 1)) * SingularValues.MatrixOf(Random([2, 80], 2)), [60, 80]);
        Random random = new(4);
        for (int n = 0; n < 300; n++)
        {
            spiky.Values[random.Next(spiky.Count)] += random.Next(2) == 0 ? 2 : -2;
        }

        Network network = new("n", [80], [new Dense("fc", [0], spiky, null)]);
        CompressionState cut = Policy(new DeviceBudget(2600), network).Cut(new CompressionState(network) with { Bits = [8] });
        Assert.Equal(RewriteForm.LowRankAndSparse, Assert.Single(cut.Rewrites).Form);
        Assert.Contains("sparse rest", cut.Steps[0].Change, StringComparison.Ordinal);
        Assert.StartsWith("density", cut.Steps[^1].Change, StringComparison.Ordinal);
        Assert.True(((Dense)cut.Network.Layers[2]).Weights.NonZeros < 2000);
    }

    [Fact]
    public void Eight_bits_are_for_layers_that_bear_them()
    {
        // Rounding the second layer is made to cost: its loss is told a thousandfold.
        Network network = new("n", [8], [new Dense("a", [0], Random([8, 8], 1), null), new Dense("b", [1], Random([8, 8], 2), null)]);
        double Loss(Network other) => Distance(network, other, 0) + (1000 * Distance(network, other, 1));
        Assert.Equal((IEnumerable<int>)[8, 16], Precision.Choose(network, Loss).AsEnumerable());
        Assert.Equal((IEnumerable<int>)[8, 8], Precision.Choose(network, _ => 1).AsEnumerable());

        static double Distance(Network network, Network other, int layer) =>
            ((WeightedLayer)network.Layers[layer]).Weights.Values.Zip(((WeightedLayer)other.Layers[layer]).Weights.Values, (a, b) => (double)(a - b) * (a - b)).Sum();
    }

    // Loss is how far outputs move from those of the network as it came.
    private static EnergyPolicy Policy(DeviceBudget budget, Network network)
    {
        float[][] samples = [.. Enumerable.Range(0, 20).Select(seed => Random(network.InputShape, 1000 + seed).Values)];
        float[][] wanted = [.. samples.Select(sample => ReferenceExecutor.Run(network, sample))];
        return new EnergyPolicy(budget, (candidate, bits) => NetworkCost.Of(candidate, bits, KernelCosts.Default, Device), candidate =>
            samples.Zip(wanted, (sample, want) => ReferenceExecutor.Run(candidate, sample).Zip(want, (a, b) => (double)(a - b) * (a - b)).Sum()).Sum());
    }

    private static Tensor Random(Shape shape, int seed)
    {
        Random random = new(seed);
        return new Tensor(shape, [.. Enumerable.Range(0, shape.Count).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
    }
}
