using FreeML.Compiler.Compression;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Compression;

public class DeadUnitsTests
{
    private static readonly Window Window3 = new(3, 3, 1, 1, default);

    [Fact]
    public void A_network_without_zeros_stays_the_same_object()
    {
        Network network = Sample(Window3);
        Assert.Same(network, DeadUnits.Remove(network));
    }

    [Fact]
    public void Channels_that_nobody_reads_go_through_pooling_and_flattening()
    {
        Network network = Sample(Window3);
        Zero(network, 0, [2]);
        ZeroColumns(network, 5, 16, 4, 8);
        ZeroColumns(network, 7, 5, 3, 4);
        Network smaller = DeadUnits.Remove(network);
        Assert.Equal([3, 3, 3, 3], ((Convolution)smaller.Layers[2]).Weights.Shape);
        Assert.Equal([4, 12], ((Dense)smaller.Layers[5]).Weights.Shape);
        Assert.Equal([3, 4], ((Dense)smaller.Layers[7]).Weights.Shape);
        AssertSame(network, smaller);
    }

    [Fact]
    public void A_constant_goes_into_the_bias_of_its_reader()
    {
        Network network = Sample(Window3);
        ((Convolution)network.Layers[0]).Bias!.Values[1] = 0.75f;
        Zero(network, 0, [1]);
        Network smaller = DeadUnits.Remove(network);
        Assert.Equal([3, 1, 3, 3], ((Convolution)smaller.Layers[0]).Weights.Shape);
        Assert.Equal([4, 3, 3, 3], ((Convolution)smaller.Layers[2]).Weights.Shape);
        AssertSame(network, smaller);
    }

    [Fact]
    public void A_constant_that_margins_dilute_stays_unless_it_is_0()
    {
        Network network = Sample(Window3 with { Margins = new Margins(1, 1, 1, 1) }, 8);
        float[] bias = ((Convolution)network.Layers[0]).Bias!.Values;
        bias[1] = 0.75f;
        bias[2] = -1;
        Zero(network, 0, [1, 2]);
        Network smaller = DeadUnits.Remove(network);
        Assert.Equal(3, ((Convolution)smaller.Layers[0]).OutputChannels);
        AssertSame(network, smaller);
    }

    [Fact]
    public void A_layer_that_is_dead_altogether_keeps_one_channel()
    {
        Network network = Sample(Window3);
        ZeroColumns(network, 5, 16, 0, 16);
        Network smaller = DeadUnits.Remove(network);
        Assert.Equal(1, ((Convolution)smaller.Layers[2]).OutputChannels);
        AssertSame(network, smaller);
    }

    [Fact]
    public void A_value_that_two_read_is_left_alone()
    {
        Network network = new("n", [4],
        [
            new Dense("a", [0], Random([3, 4], 1), Random([3], 2)),
            new Dense("b", [1], new Tensor([2, 3]), Random([2], 3)),
            new Dense("c", [1], Random([2, 3], 4), null),
            new Addition("+", [2, 3]),
        ]);
        Assert.Same(network, DeadUnits.Remove(network));
    }

    // 1 to 4 to 4 channels, pooled to 2x2 and flattened, 5 in between, 3 out.
    private static Network Sample(Window second, int size = 8)
    {
        int side = (size - 2 + second.Margins.Top + second.Margins.Bottom - 2) / 2;
        int flat = 4 * side * side;
        return new Network("sample", [1, size, size],
        [
            new Convolution("conv1", [0], Random([4, 1, 3, 3], 1), Random([4], 2), Window3),
            new Activation("relu1", [1], ActivationKind.Relu),
            new Convolution("conv2", [2], Random([4, 4, 3, 3], 3), Random([4], 4), second),
            new Pooling("pool", [3], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Reshape("flatten", [4], [flat]),
            new Dense("fc1", [5], Random([5, flat], 5), Random([5], 6)),
            new Activation("relu2", [6], ActivationKind.Relu),
            new Dense("fc2", [7], Random([3, 5], 7), null),
        ]);
    }

    private static void Zero(Network network, int layer, int[] rows)
    {
        float[] weights = ((WeightedLayer)network.Layers[layer]).Weights.Values;
        int inRow = weights.Length / ((WeightedLayer)network.Layers[layer]).OutputChannels;
        foreach (int row in rows)
        {
            weights.AsSpan(row * inRow, inRow).Clear();
        }
    }

    private static void ZeroColumns(Network network, int layer, int columns, int from, int to)
    {
        float[] weights = ((WeightedLayer)network.Layers[layer]).Weights.Values;
        for (int n = 0; n < weights.Length; n++)
        {
            weights[n] = n % columns >= from && n % columns < to ? 0 : weights[n];
        }
    }

    private static void AssertSame(Network network, Network smaller)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            float[] sample = Random(network.InputShape, 100 + seed).Values;
            float[] expected = ReferenceExecutor.Run(network, sample);
            float[] actual = ReferenceExecutor.Run(smaller, sample);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    private static Tensor Random(Shape shape, int seed)
    {
        Random random = new(seed);
        return new Tensor(shape, [.. Enumerable.Range(0, shape.Count).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
    }
}
