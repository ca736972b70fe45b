using System.Collections.Immutable;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.EarlyExit;

public class ExitPointTests
{
    private static readonly Window Three = new(3, 3, 1, 1, new Margins(1, 1, 1, 1));
    private static readonly Window Two = new(2, 2, 2, 2, default);

    [Fact]
    public void Blocks_end_after_their_pooling()
    {
        Network network = ConvolutionalS;
        Assert.Equal(["pool1", "pool2", "pool3"], ExitPoint.FindValues(network).Select(value => network.Layers[value - 1].Name));
    }

    [Fact]
    public void No_exit_is_inside_a_residual_block_or_between_the_halves_of_a_separable_convolution()
    {
        var network = new Network("residual", [2, 8, 8],
        [
            new Convolution("first", [0], new Tensor([4, 2, 3, 3]), null, Three),
            new Activation("a", [1], ActivationKind.Relu),
            new Convolution("inside", [2], new Tensor([4, 4, 3, 3]), null, Three),
            new Addition("sum", [2, 3]),
            new Activation("b", [4], ActivationKind.Relu),
            new Convolution("depthwise", [5], new Tensor([4, 1, 3, 3]), null, Three, 4),
            new Activation("c", [6], ActivationKind.Relu),
            new Convolution("pointwise", [7], new Tensor([6, 4, 1, 1]), null, new Window(1, 1, 1, 1, default)),
            new Activation("d", [8], ActivationKind.Relu),
            new Pooling("global", [9], PoolingKind.Average, new Window(8, 8, 1, 1, default)),
            new Reshape("flat", [10], [6]),
            new Dense("fc", [11], new Tensor([3, 6]), null),
        ]);
        Assert.Equal(["a", "b", "d"], ExitPoint.FindValues(network).Select(value => network.Layers[value - 1].Name));
    }

    // freeml.md's numbers of the published networks: 2x2 windows and a layer for each exit, against one head of 10 classes.
    [Fact]
    public void The_published_networks_have_the_published_sizes()
    {
        Network network = ConvolutionalS;
        IReadOnlyList<int> values = ExitPoint.FindValues(network);
        ImmutableArray<ExitPoint> points = ExitPoint.At(network, values, (2, 2));
        Assert.Equal<Shape>([[64, 2, 2], [128, 2, 2], [64, 2, 2]], points.Select(point => point.Pooled));
        int shared = Parameters(points);
        int separate = ExitPoint.WithWindow(network, values, 2).Sum(point => Parameters([point]));
        Assert.Equal(10_250, shared);
        Assert.Equal(4.25, (double)separate / shared, 0.005);
        Assert.Equal(7_050, (704 * 10) + 10);

        static int Parameters(ImmutableArray<ExitPoint> points) => (ExitHead.FeatureCount(points) * 10) + 10;
    }

    [Theory]
    [InlineData(15, 2)]
    [InlineData(14, 3)]
    [InlineData(5, 3)]
    [InlineData(7, 7)]
    [InlineData(4, 9)]
    public void Windows_see_every_element_and_give_the_size_asked_for(int map, int size)
    {
        var network = new Network("x", [1, map, map], [new Activation("a", [0], ActivationKind.Relu)]);
        ExitPoint point = Assert.Single(ExitPoint.At(network, [1], (size, size)));
        int pooled = Math.Min(size, map);
        Assert.Equal<Shape>([1, pooled, pooled], point.Pooled);
        Assert.Equal(map, point.Window.Height + ((pooled - 1) * point.Window.StrideHeight));
        Assert.True(point.Window.Height >= point.Window.StrideHeight);
    }

    [Fact]
    public void Places_that_are_no_maps_are_refused()
    {
        Network network = ConvolutionalS;
        foreach (int[] bad in (int[][])[[], [0], [6, 3], [3, 3], [10], [99]])
        {
            Assert.Throws<ModelException>(() => ExitPoint.At(network, bad, (2, 2)));
        }
    }

    // CIFAR-10-S of the paper.
    private static Network ConvolutionalS
    {
        get
        {
            var valid = new Window(3, 3, 1, 1, default);
            return new Network("CIFAR-10-S", [3, 32, 32],
            [
                new Convolution("conv1", [0], new Tensor([64, 3, 3, 3]), new Tensor([64]), valid),
                new Activation("relu1", [1], ActivationKind.Relu),
                new Pooling("pool1", [2], PoolingKind.Maximum, Two),
                new Convolution("conv2", [3], new Tensor([128, 64, 3, 3]), new Tensor([128]), valid),
                new Activation("relu2", [4], ActivationKind.Relu),
                new Pooling("pool2", [5], PoolingKind.Maximum, Two),
                new Convolution("conv3", [6], new Tensor([64, 128, 3, 3]), new Tensor([64]), valid),
                new Activation("relu3", [7], ActivationKind.Relu),
                new Pooling("pool3", [8], PoolingKind.Maximum, Two),
                new Reshape("flat", [9], [256]),
                new Dense("fc", [10], new Tensor([10, 256]), new Tensor([10])),
            ]);
        }
    }
}
