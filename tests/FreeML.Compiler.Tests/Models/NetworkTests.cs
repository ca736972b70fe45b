using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Models;

public class NetworkTests
{
    private static Network Sample => new("sample", [1, 8, 8],
    [
        new Convolution("conv", [0], new Tensor([4, 1, 3, 3]), null, new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1))),
        new Activation("relu", [1], ActivationKind.Relu),
        new Pooling("pool", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
        new Reshape("flatten", [3], [64]),
        new Dense("fc", [4], new Tensor([10, 64]), new Tensor([10])),
    ]);

    [Fact]
    public void Shapes_follow_from_the_input()
    {
        Assert.Equal<Shape>([[1, 8, 8], [4, 8, 8], [4, 8, 8], [4, 4, 4], [64], [10]], Sample.Shapes);
        Assert.Equal(36 + 650, Sample.Parameters);
        Assert.Equal(36 * 64, Sample.Layers[0].DenseMacs(Sample.InputShapes(0)));
    }

    [Fact]
    public void A_shape_spreads_into_its_sizes()
    {
        Shape shape = [2, 3, 4];
        int[] sizes = [.. shape];
        Assert.Equal([2, 3, 4], sizes);
        Assert.Equal(24, shape.Count);
        Assert.Equal<Shape>([6, 8], new Concatenation("joined", [0, 1], 0).OutputShape([[4, 8], [2, 8]]));
        Assert.Equal<Shape>([4, 2, 3], new Transposition("turned", [0], [2, 0, 1]).OutputShape([shape]));
    }

    [Fact]
    public void One_layer_can_become_several()
    {
        Network split = Sample.WithSeveral(4, [new Dense("v", [0], new Tensor([3, 64]), null), new Dense("u", [1], new Tensor([10, 3]), new Tensor([10]))]);
        Assert.Equal<Shape>([[64], [3], [10]], [.. split.Shapes.AsSpan()[4..]]);

        Network first = Sample.WithSeveral(0, [new Convolution("a", [0], new Tensor([2, 1, 1, 1]), null, new Window(1, 1, 1, 1, default)), new Convolution("b", [1], new Tensor([4, 2, 3, 3]), null, new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1)))]);
        Assert.Equal(2, first.Layers[2].Inputs[0]);
        Assert.Equal(Sample.OutputShape, first.OutputShape);
    }

    [Fact]
    public void Values_side_by_side_and_axes_in_another_order_have_their_shapes()
    {
        var network = new Network("x", [2, 3, 4],
        [
            new Activation("a", [0], ActivationKind.Relu),
            new Concatenation("c", [0, 1, 0], 2),
            new Transposition("t", [2], [2, 0, 1]),
        ]);
        Assert.Equal<Shape>([[2, 3, 4], [2, 3, 4], [2, 3, 12], [12, 2, 3]], network.Shapes);
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_named()
    {
        var error = Assert.Throws<ModelException>(() => Sample.With(4, new Dense("fc", [4], new Tensor([10, 63]), null)));
        Assert.Equal("fc: found input 64, expected a vector of 63", error.Message);
        Assert.Throws<ModelException>(() => new Network("x", [1, 2, 2], [new Activation("relu", [1], ActivationKind.Relu)]));
    }
}
