using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Tests.Training;

/// <summary>Small networks, one for each kind of layer and the ways it can be used: a layer with weights before it, and one behind it.</summary>
internal static class LayerSamples
{
    private static readonly Shape MapShape = [4, 7, 6];

    /// <summary>Names of all.</summary>
    public static IEnumerable<string> Names => Maps.Keys.Concat(Vectors.Keys);

    private static Dictionary<string, Layer[]> Maps { get; } = new()
    {
        ["convolution"] = [Convolution([5, 4, 3, 2], new Window(3, 2, 1, 1, default))],
        ["convolution, margins and stride"] = [Convolution([3, 4, 3, 3], new Window(3, 3, 2, 2, new Margins(1, 0, 2, 1)))],
        ["convolution, dilation"] = [Convolution([2, 4, 2, 3], new Window(2, 3, 1, 1, new Margins(1, 1, 0, 1), 3, 2))],
        ["convolution, 1x1"] = [Convolution([5, 4, 1, 1], new Window(1, 1, 1, 1, default))],
        ["convolution, groups"] = [Convolution([6, 2, 3, 3], new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1)), 2)],
        ["depthwise"] = [Convolution([4, 1, 3, 3], new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1)), 4)],
        ["depthwise, stride, two filters a channel"] = [Convolution([8, 1, 3, 2], new Window(3, 2, 2, 3, new Margins(1, 1, 0, 0), 1, 2), 4)],
        ["depthwise, no bias"] = [Convolution([4, 1, 1, 5], new Window(1, 5, 1, 1, new Margins(0, 4, 0, 4)), 4) with { Bias = null }],
        ["maximum"] = [new Pooling("x", [1], PoolingKind.Maximum, new Window(2, 2, 2, 2, default))],
        ["maximum, margins"] = [new Pooling("x", [1], PoolingKind.Maximum, new Window(3, 3, 2, 1, new Margins(1, 1, 1, 0)))],
        ["average"] = [new Pooling("x", [1], PoolingKind.Average, new Window(3, 3, 2, 2, new Margins(1, 1, 1, 1)))],
        ["average, margins counted"] = [new Pooling("x", [1], PoolingKind.AverageWithMargins, new Window(3, 3, 2, 2, new Margins(1, 1, 1, 1)))],
        ["global average"] = [new Pooling("x", [1], PoolingKind.Average, new Window(7, 6, 1, 1, default))],
        ["relu"] = [new Activation("x", [1], ActivationKind.Relu)],
        ["leaky relu"] = [new Activation("x", [1], ActivationKind.LeakyRelu, 0.1f)],
        ["clip"] = [new Activation("x", [1], ActivationKind.Clip, -0.49f, 0.71f)],
        ["tanh"] = [new Activation("x", [1], ActivationKind.Tanh)],
        ["sigmoid"] = [new Activation("x", [1], ActivationKind.Sigmoid)],
        ["addition"] = [new Activation("a", [1], ActivationKind.Tanh), new Addition("x", [1, 2])],
        ["addition to itself"] = [new Addition("x", [1, 1])],
        ["multiplication"] = [new Activation("a", [1], ActivationKind.Sigmoid), new Multiplication("x", [1, 2])],
        ["multiplication by channel"] =
        [
            new Pooling("a", [1], PoolingKind.Average, new Window(7, 6, 1, 1, default)), new Reshape("b", [2], [4]), new Multiplication("x", [1, 3]),
        ],
        ["multiplication by channel map"] = [new Pooling("a", [1], PoolingKind.Average, new Window(7, 6, 1, 1, default)), new Multiplication("x", [1, 2])],
        ["channel affine"] = [new ChannelAffine("x", [1], Random([4], 21), Random([4], 22))],
        ["concatenation of channels"] = [new Activation("a", [1], ActivationKind.Tanh), new Concatenation("x", [1, 2, 1], 0)],
        ["concatenation of columns"] = [new Activation("a", [1], ActivationKind.Tanh), new Concatenation("x", [2, 1], 2)],
        ["reshape to another map"] = [new Reshape("x", [1], [2, 14, 6]), Convolution([3, 2, 3, 3], new Window(3, 3, 1, 1, default)) with { Inputs = [2] }],
        ["transposition"] = [new Transposition("x", [1], [1, 2, 0]), Convolution([3, 7, 1, 1], new Window(1, 1, 1, 1, default)) with { Inputs = [2] }],
        ["transposition, last axis stays"] = [new Transposition("x", [1], [1, 0, 2])],
        ["padding"] = [new Padding("x", [1], new Margins(1, 0, 2, 3), 0.5f)],
        ["padding that cuts"] = [new Padding("x", [1], new Margins(-1, 1, -2, -3), 0.5f)],
    };

    private static Dictionary<string, Layer[]> Vectors { get; } = new()
    {
        ["dense"] = [new Dense("x", [1], Random([5, 8], 31), Random([5], 32))],
        ["dense, no bias"] = [new Dense("x", [1], Random([5, 8], 33), null)],
        ["affine of a vector"] = [new ChannelAffine("x", [1], Random([8], 34), Random([8], 35))],
        ["softmax inside"] = [new Softmax("x", [1])],
        ["log softmax inside"] = [new Softmax("x", [1], IsLogarithm: true)],
        ["concatenation of vectors"] = [new Activation("a", [1], ActivationKind.Sigmoid), new Concatenation("x", [2, 1], 0)],
        ["reshape to a map"] = [new Reshape("x", [1], [2, 1, 4]), Convolution([3, 2, 1, 3], new Window(1, 3, 1, 1, new Margins(0, 1, 0, 1))) with { Inputs = [2] }],
    };

    /// <summary>A network around the layers of a name: 3 classes, a softmax at the end.</summary>
    public static Network Of(string name)
    {
        bool isMap = Maps.TryGetValue(name, out Layer[]? middle);
        middle ??= Vectors[name];
        Layer front = isMap
            ? new Convolution("front", [0], new Tensor([4, 1, 1, 1], [0.9f, -0.7f, 0.6f, -0.8f]), new Tensor([4]), new Window(1, 1, 1, 1, default))
            : new Dense("front", [0], Random([8, 6], 41), Random([8], 42));
        Shape input = isMap ? [1, MapShape[1], MapShape[2]] : [6];
        ImmutableArray<Layer> layers = [front, .. middle];
        Shape end = new Network(name, input, layers).OutputShape;
        layers = layers.Add(new Reshape("flat", [layers.Length], [end.Count]));
        layers = layers.Add(new Dense("back", [layers.Length], Random([3, end.Count], 51, 1 / Math.Sqrt(end.Count)), Random([3], 52)));
        return new Network(name, input, layers.Add(new Softmax("softmax", [layers.Length])));
    }

    /// <summary>Inputs that differ from one another, and from 0, by more than the steps of a test.</summary>
    public static float[] Inputs(Network network, int samples)
    {
        int size = network.InputShape.Count;
        float[] values = [.. Enumerable.Range(0, samples * size).Select(n => ((2 * (n % size)) + 1f) / size - 1)];
        for (int sample = 0; sample < samples; sample++)
        {
            new RandomStream(61, sample).Shuffle(values.AsSpan(sample * size, size));
        }

        return values;
    }

    /// <summary>Even numbers between -1 and 1, or other bounds.</summary>
    public static Tensor Random(Shape shape, ulong seed, double bound = 1)
    {
        var random = new RandomStream(seed);
        var tensor = new Tensor(shape);
        foreach (ref float value in tensor.Values.AsSpan())
        {
            value = (float)random.Between(-bound, bound);
        }

        return tensor;
    }

    private static Convolution Convolution(Shape weights, Window window, int groups = 1) =>
        new("x", [1], Random(weights, 11), Random([weights[0]], 12), window, groups);
}
