using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Execution;

/// <summary>Each layer against numbers worked out by hand.</summary>
public class ReferenceExecutorTests
{
    private static readonly float[] Map = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public void A_convolution_adds_up_what_its_window_covers()
    {
        Tensor weights = new([1, 1, 2, 2], [1, 10, 100, 1000]);
        Tensor bias = new([1], [0.5f]);

        // Top left: 1 + 20 + 400 + 5000.
        Expect([5421.5f, 6532.5f, 8754.5f, 9865.5f], new Convolution("c", [0], weights, bias, new Window(2, 2, 1, 1, default)), [1, 3, 3], Map);

        // With zeros above and to the left, by steps of two: only the last tap meets the first pixel.
        Expect([1000, 3200, 7040, 9865], new Convolution("c", [0], weights, null, new Window(2, 2, 2, 2, new Margins(1, 1, 0, 0))), [1, 3, 3], Map);

        // Taps two apart: the corners.
        Expect([9731], new Convolution("c", [0], weights, null, new Window(2, 2, 1, 1, default, 2, 2)), [1, 3, 3], Map);
    }

    [Fact]
    public void Groups_see_only_their_own_channels()
    {
        Tensor weights = new([4, 1, 1, 1], [1, 2, 3, 4]);
        Expect([10, 20, 20, 40, 90, 120, 120, 160], new Convolution("c", [0], weights, null, new Window(1, 1, 1, 1, default), 2), [2, 1, 2], [10, 20, 30, 40]);

        // Two channels to a group.
        Expect([21, 43], new Convolution("c", [0], new Tensor([2, 2, 1, 1], [1, 10, 1, 10]), null, new Window(1, 1, 1, 1, default), 2), [4, 1, 1], [1, 2, 3, 4]);
    }

    [Fact]
    public void Windows_and_steps_may_differ_in_height_and_width()
    {
        Tensor weights = new([1, 1, 1, 3], [1, 1, 1]);
        Expect([3, 6, 5, 15, 15, 8], new Convolution("c", [0], weights, null, new Window(1, 3, 2, 1, new Margins(0, 1, 0, 1))), [1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 0]);
    }

    [Fact]
    public void A_dense_layer_is_a_matrix_times_a_vector() =>
        Expect([14.5f, 31.5f], new Dense("d", [0], new Tensor([2, 3], [1, 2, 3, 4, 5, 6]), new Tensor([2], [0.5f, -0.5f])), [3], [1, 2, 3]);

    [Fact]
    public void Pooling_takes_the_largest_or_the_mean()
    {
        Window window = new(2, 2, 2, 2, new Margins(0, 0, 1, 1));
        float[] negative = [.. Map.Select(value => -value)];
        Expect([5, 6, 8, 9], new Pooling("p", [0], PoolingKind.Maximum, window), [1, 3, 3], Map);

        // Margins never win, even where everything is below zero.
        Expect([-1, -3, -7, -9], new Pooling("p", [0], PoolingKind.Maximum, window), [1, 3, 3], negative);
        Expect([3, 4.5f, 7.5f, 9], new Pooling("p", [0], PoolingKind.Average, window), [1, 3, 3], Map);
        Expect([3, 2.25f, 3.75f, 2.25f], new Pooling("p", [0], PoolingKind.AverageWithMargins, window), [1, 3, 3], Map);
    }

    [Fact]
    public void Activations_follow_their_definitions()
    {
        float[] x = [-2, -0.5f, 0, 0.5f, 2];
        Expect([0, 0, 0, 0.5f, 2], new Activation("a", [0], ActivationKind.Relu), [5], x);
        Expect([-0.5f, -0.125f, 0, 0.5f, 2], new Activation("a", [0], ActivationKind.LeakyRelu, 0.25f), [5], x);
        Expect([-1, -0.5f, 0, 0.25f, 0.25f], new Activation("a", [0], ActivationKind.Clip, -1, 0.25f), [5], x);
        Expect([-0.9640276f, -0.46211717f, 0, 0.46211717f, 0.9640276f], new Activation("a", [0], ActivationKind.Tanh), [5], x);
        Expect([0.11920292f, 0.37754068f, 0.5f, 0.62245935f, 0.880797f], new Activation("a", [0], ActivationKind.Sigmoid), [5], x);
    }

    [Fact]
    public void Elements_are_added_and_multiplied()
    {
        Network network = new("n", [2, 1, 2],
        [
            new ChannelAffine("affine", [0], new Tensor([2], [2, 3]), new Tensor([2], [1, -1])),
            new Addition("sum", [0, 1]),
            new Multiplication("product", [2, 1]),
            new Pooling("means", [0], PoolingKind.Average, new Window(1, 2, 1, 1, default)),
            new Multiplication("scaled", [3, 4]),
        ]);
        float[][] values = ReferenceExecutor.RunAll(network, [1, 2, 3, 4]);
        Assert.Equal([3, 5, 8, 11], values[1]);
        Assert.Equal([4, 7, 11, 15], values[2]);
        Assert.Equal([12, 35, 88, 165], values[3]);
        Assert.Equal([1.5f, 3.5f], values[4]);
        Assert.Equal([18, 52.5f, 308, 577.5f], values[5]);
        Assert.Equal(values[5], ReferenceExecutor.Run(network, [1, 2, 3, 4]));
    }

    [Fact]
    public void Elements_are_moved()
    {
        float[] x = [1, 2, 3, 4, 5, 6];
        Expect(x, new Reshape("r", [0], [3, 2]), [2, 3], x);
        Expect([1, 4, 2, 5, 3, 6], new Transposition("t", [0], [1, 0]), [2, 3], x);
        Expect([1, 3, 5, 2, 4, 6], new Transposition("t", [0], [2, 0, 1]), [1, 3, 2], x);
        Expect([9, 9, 9, 1, 2, 9, 3, 4, 9, 5, 6, 9], new Padding("p", [0], new Margins(1, 0, 0, 1), 9), [1, 3, 2], x);
        Expect([3, 5], new Padding("p", [0], new Margins(-1, 0, 0, -1)), [1, 3, 2], x);
        Expect([1, 2, 1, 2, 3, 4, 3, 4], new Concatenation("c", [0, 0], 2), [1, 2, 2], [1, 2, 3, 4]);
        Expect([1, 2, 3, 4, 1, 2, 3, 4], new Concatenation("c", [0, 0], 0), [1, 2, 2], [1, 2, 3, 4]);
    }

    [Fact]
    public void Softmax_adds_up_to_one_and_does_not_overflow()
    {
        Expect([0.09003057f, 0.24472847f, 0.66524096f], new Softmax("s", [0]), [3], [1001, 1002, 1003]);
        Expect([-2.407606f, -1.407606f, -0.407606f], new Softmax("s", [0], IsLogarithm: true), [3], [1, 2, 3]);
    }

    [Fact]
    public void A_sample_of_another_size_is_the_callers_fault() =>
        Assert.Throws<ArgumentException>(() => ReferenceExecutor.Run(new Network("n", [2], [new Softmax("s", [0])]), [1, 2, 3]));

    private static void Expect(float[] expected, Layer layer, Shape input, float[] sample)
    {
        float[] actual = ReferenceExecutor.Run(new Network("n", input, [layer]), sample);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f * Math.Max(1, Math.Abs(pair.Second))));
    }
}
