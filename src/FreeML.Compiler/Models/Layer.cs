using System.Collections.Immutable;

namespace FreeML.Compiler.Models;

/// <summary>One operation of a network. Immutable; maps are [channels, height, width] (a 1-D map has height 1), vectors [length].</summary>
/// <param name="Name">The node's name in the model it came from, made unique.</param>
/// <param name="Inputs">The values it reads: 0 is the network's input, n + 1 the output of layer n.</param>
public abstract record Layer(string Name, ImmutableArray<int> Inputs)
{
    /// <summary>Shape of the output.</summary>
    /// <param name="inputs">Shapes of <see cref="Inputs"/>.</param>
    /// <exception cref="ModelException">They do not fit this layer.</exception>
    public abstract Shape OutputShape(ReadOnlySpan<Shape> inputs);

    /// <summary>Multiplications and additions of one inference, counted as if all weights were there.</summary>
    public virtual long DenseMacs(ReadOnlySpan<Shape> inputs) => 0;

    /// <summary>An error that names this layer.</summary>
    protected ModelException Misfit(ReadOnlySpan<Shape> inputs, string expected) =>
        new(Name, "input " + string.Join(", ", inputs.ToArray()), expected);
}

/// <summary>A layer with weights, and perhaps a bias for each output channel.</summary>
/// <param name="Name">Name.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Weights">First axis: output channels.</param>
/// <param name="Bias">[output channels], or null.</param>
public abstract record WeightedLayer(string Name, ImmutableArray<int> Inputs, Tensor Weights, Tensor? Bias) : Layer(Name, Inputs)
{
    /// <summary>Output channels.</summary>
    public int OutputChannels => Weights.Shape[0];
}

/// <summary>Zeros (or other values) around a map.</summary>
public readonly record struct Margins(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => this == default;
}

/// <summary>How a window moves over a map: size, step, distance of its taps, and the zeros around the map.</summary>
public readonly record struct Window(int Height, int Width, int StrideHeight, int StrideWidth, Margins Margins, int DilationHeight = 1, int DilationWidth = 1)
{
    /// <summary>Positions of the window; 0 or less if it does not fit.</summary>
    public (int Height, int Width) Positions(int height, int width) => (
        Positions(height + Margins.Top + Margins.Bottom, Height, DilationHeight, StrideHeight),
        Positions(width + Margins.Left + Margins.Right, Width, DilationWidth, StrideWidth));

    private static int Positions(int size, int window, int dilation, int stride)
    {
        int room = size - (((window - 1) * dilation) + 1);
        return room < 0 ? 0 : (room / stride) + 1;
    }
}

/// <summary>Convolution. Weights are [output channels, input channels / groups, height, width]; the window's size is theirs.</summary>
public sealed record Convolution(string Name, ImmutableArray<int> Inputs, Tensor Weights, Tensor? Bias, Window Window, int Groups = 1)
    : WeightedLayer(Name, Inputs, Weights, Bias)
{
    /// <summary>Whether each channel is convolved for itself.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == OutputChannels && Weights.Shape[1] == 1;

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs is not [{ Rank: 3 } map] || map[0] != Weights.Shape[1] * Groups || OutputChannels % Groups != 0)
        {
            throw Misfit(inputs, $"a map of {Weights.Shape[1] * Groups} channels for weights {Weights.Shape} in {Groups} groups");
        }

        (int height, int width) = Window.Positions(map[1], map[2]);
        return height > 0 && width > 0 ? [OutputChannels, height, width] : throw Misfit(inputs, $"a map that its window of {Window.Height}x{Window.Width} fits on");
    }

    /// <inheritdoc/>
    public override long DenseMacs(ReadOnlySpan<Shape> inputs)
    {
        Shape output = OutputShape(inputs);
        return (long)Weights.Count * output[1] * output[2];
    }
}

/// <summary>Fully connected layer: a vector in, a vector out. Weights are [outputs, inputs].</summary>
public sealed record Dense(string Name, ImmutableArray<int> Inputs, Tensor Weights, Tensor? Bias) : WeightedLayer(Name, Inputs, Weights, Bias)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [{ Rank: 1 } vector] && vector[0] == Weights.Shape[1] ? [OutputChannels] : throw Misfit(inputs, $"a vector of {Weights.Shape[1]}");

    /// <inheritdoc/>
    public override long DenseMacs(ReadOnlySpan<Shape> inputs) => Weights.Count;
}

/// <summary>What a pooling window gives.</summary>
public enum PoolingKind
{
    /// <summary>The largest value; margins never win.</summary>
    Maximum,

    /// <summary>The mean of the values inside the map.</summary>
    Average,

    /// <summary>The mean, the margins' zeros counted.</summary>
    AverageWithMargins,
}

/// <summary>Pooling of each channel for itself. Global pooling has a window as large as the map.</summary>
public sealed record Pooling(string Name, ImmutableArray<int> Inputs, PoolingKind Kind, Window Window) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs is not [{ Rank: 3 } map])
        {
            throw Misfit(inputs, "a map");
        }

        (int height, int width) = Window.Positions(map[1], map[2]);
        return height > 0 && width > 0 ? [map[0], height, width] : throw Misfit(inputs, $"a map that its window of {Window.Height}x{Window.Width} fits on");
    }
}

/// <summary>Functions applied to each element.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x, or a times x where x is negative.</summary>
    LeakyRelu,

    /// <summary>min(max(x, a), b).</summary>
    Clip,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,
}

/// <summary>A function of each element.</summary>
/// <param name="Name">Name.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Kind">Which.</param>
/// <param name="A">Its first parameter: slope of <see cref="ActivationKind.LeakyRelu"/>, lower bound of <see cref="ActivationKind.Clip"/>.</param>
/// <param name="B">Its second: upper bound of <see cref="ActivationKind.Clip"/>.</param>
public sealed record Activation(string Name, ImmutableArray<int> Inputs, ActivationKind Kind, float A = 0, float B = 0) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => inputs is [var same] ? same : throw Misfit(inputs, "one input");
}

/// <summary>Sum of two values of the same shape, element by element.</summary>
public sealed record Addition(string Name, ImmutableArray<int> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [var left, var right] && left == right ? left : throw Misfit(inputs, "two inputs of the same shape");
}

/// <summary>Product of two values, element by element; of a map and one factor for each of its channels.</summary>
public sealed record Multiplication(string Name, ImmutableArray<int> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [var left, var right] && (left == right || (left.Rank == 3 && right.Count == left[0]))
            ? left
            : throw Misfit(inputs, "two inputs of the same shape, or a map and a factor for each channel");
}

/// <summary>scale * x + shift for each channel: what is left of batch normalisation where no convolution is there to take it.</summary>
public sealed record ChannelAffine(string Name, ImmutableArray<int> Inputs, Tensor Scale, Tensor Shift) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [var same] && same.Rank >= 1 && same[0] == Scale.Count && Scale.Count == Shift.Count ? same : throw Misfit(inputs, $"{Scale.Count} channels");
}

/// <summary>Values side by side along an axis.</summary>
public sealed record Concatenation(string Name, ImmutableArray<int> Inputs, int Axis) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs.IsEmpty || Axis < 0 || Axis >= inputs[0].Rank)
        {
            throw Misfit(inputs, $"values with an axis {Axis}");
        }

        int[] sizes = inputs[0].AsSpan().ToArray();
        sizes[Axis] = 0;
        foreach (Shape input in inputs)
        {
            for (int axis = 0; axis < sizes.Length; axis++)
            {
                if (input.Rank != sizes.Length || (axis != Axis && input[axis] != sizes[axis]))
                {
                    throw Misfit(inputs, $"shapes that differ in axis {Axis} only");
                }
            }

            sizes[Axis] = checked(sizes[Axis] + input[Axis]);
        }

        return Shape.Create(sizes);
    }
}

/// <summary>The same elements in the same order under another shape. Flattening is this.</summary>
public sealed record Reshape(string Name, ImmutableArray<int> Inputs, Shape Shape) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [var input] && input.Count == Shape.Count ? Shape : throw Misfit(inputs, $"{Shape.Count} elements for {Shape}");
}

/// <summary>Axes in another order: axis n of the output is axis <see cref="Order"/>[n] of the input.</summary>
public sealed record Transposition(string Name, ImmutableArray<int> Inputs, ImmutableArray<int> Order) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs is not [var input] || !Order.Order().SequenceEqual(Enumerable.Range(0, input.Rank)))
        {
            throw Misfit(inputs, $"{Order.Length} axes");
        }

        int[] sizes = input.AsSpan().ToArray();
        return Shape.Create([.. Order.Select(axis => sizes[axis])]);
    }
}

/// <summary>A constant around a map, or cut off where a margin is negative.</summary>
public sealed record Padding(string Name, ImmutableArray<int> Inputs, Margins Margins, float Value = 0) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) =>
        inputs is [{ Rank: 3 } map] && map[1] + Margins.Top + Margins.Bottom > 0 && map[2] + Margins.Left + Margins.Right > 0
            ? [map[0], map[1] + Margins.Top + Margins.Bottom, map[2] + Margins.Left + Margins.Right]
            : throw Misfit(inputs, "a map larger than what is cut off");
}

/// <summary>exp(x) over the sum of exp(x), over all elements of a vector; or its logarithm.</summary>
public sealed record Softmax(string Name, ImmutableArray<int> Inputs, bool IsLogarithm = false) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => inputs is [{ Rank: 1 } same] ? same : throw Misfit(inputs, "a vector");
}
