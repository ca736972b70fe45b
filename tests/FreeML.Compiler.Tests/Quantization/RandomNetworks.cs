using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Tests.Quantization;

/// <summary>Small networks of every kind of layer, by seed: branches, residuals, odd windows, sparse weights, scales that differ by much.</summary>
internal sealed class RandomNetworks(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Layer> _layers = [];
    private int _names;

    /// <summary>A network.</summary>
    public static Network Create(int seed) => new RandomNetworks(seed).Build();

    /// <summary>Samples for it.</summary>
    public static double[][] Samples(Network network, int seed, int count)
    {
        Random random = new(seed + 1);
        double scale = Math.Pow(2, random.Next(-3, 9));
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, network.InputShape.Count).Select(_ => (double)(float)(((random.NextDouble() * 2) - 1) * scale)).ToArray())];
    }

    /// <summary>The ranges of all values over some samples.</summary>
    public static ImmutableArray<ValueRange> Ranges(Network network, double[][] samples)
    {
        double[][][] runs = [.. samples.Select(sample => RealNetwork.Run(network, sample))];
        return [.. Enumerable.Range(0, network.Shapes.Length).Select(value => new ValueRange(runs.Min(run => run[value].Min()), runs.Max(run => run[value].Max())))];
    }

    /// <summary>A network in integers, calibrated on samples.</summary>
    public static LoweredNetwork Quantize(Network canonical, double[][] samples, QuantizationOptions options) =>
        Lowerer.Lower(canonical, Ranges(canonical, samples), options);

    private Network Build()
    {
        Shape input = [_random.Next(1, 4), _random.Next(5, 13), _random.Next(5, 13)];
        int value = 0;
        Shape shape = input;
        for (int i = _random.Next(2, 7); i > 0; i--)
        {
            (value, shape) = Block(value, shape);
        }

        int flat = Add(new Reshape(Name, [value], [shape.Count]));
        int hidden = Add(new Activation(Name, [Dense(flat, shape.Count, 12)], (ActivationKind)_random.Next(5), 0.25f, 3));
        Add(new Softmax(Name, [Dense(hidden, 12, 5)]));
        return new Network("random " + seed, input, [.. _layers]);
    }

    private string Name => "layer" + _names++;

    private int Add(Layer layer)
    {
        _layers.Add(layer);
        return _layers.Count;
    }

    private Tensor Weights(Shape shape, double scale)
    {
        Tensor tensor = new(shape);
        double density = _random.Next(3) switch { 0 => 1, 1 => 0.3, _ => 0.05 };
        int rowLength = shape.Count / shape[0];
        for (int i = 0; i < tensor.Count; i++)
        {
            double ofRow = Math.Pow(2, (i / rowLength * 7 % 5) - 2);
            tensor.Values[i] = _random.NextDouble() < density ? (float)(((_random.NextDouble() * 2) - 1) * scale * ofRow) : 0;
        }

        return tensor;
    }

    private Tensor? Bias(int count) => _random.Next(4) == 0 ? null : Weights([count], 1);

    private int Dense(int value, int inputs, int outputs) => Add(new Dense(Name, [value], Weights([outputs, inputs], 1 / Math.Sqrt(inputs)), Bias(outputs)));

    private Window Window(Shape shape, int most)
    {
        (int height, int width) = (_random.Next(1, Math.Min(most, shape[1]) + 1), _random.Next(1, Math.Min(most, shape[2]) + 1));
        Margins margins = new(_random.Next(height), _random.Next(width), _random.Next(height), _random.Next(width));
        return new Window(height, width, _random.Next(1, 3), _random.Next(1, 3), margins);
    }

    private int Convolve(int value, Shape shape, int outputs, Window window, int groups) =>
        Add(new Convolution(Name, [value], Weights([outputs, shape[0] / groups, window.Height, window.Width], 1), Bias(outputs), window, groups));

    private (int Value, Shape Shape) Block(int value, Shape shape)
    {
        int next = _random.Next(12) switch
        {
            0 or 1 => Convolve(value, shape, _random.Next(1, 6), Window(shape, 5) with { DilationHeight = 1 }, 1),
            2 => Convolve(value, shape, shape[0], Window(shape, 3), shape[0]),
            3 => Residual(value, shape),
            4 => Add(new Concatenation(Name, [Convolve(value, shape, 2, Same, 1), Convolve(value, shape, 3, Same, 1), value], 0)),
            5 => Add(new Multiplication(Name, [value, Gate(value, shape)])),
            6 => Add(new ChannelAffine(Name, [value], Weights([shape[0]], 2), Weights([shape[0]], 1))),
            7 => Add(new Padding(Name, [value], new Margins(1, -1, 0, 2), _random.Next(2))),
            8 => Add(new Transposition(Name, [value], _random.Next(2) == 0 ? [0, 2, 1] : [2, 0, 1])),
            9 => Add(new Pooling(Name, [value], PoolingKind.Maximum, Window(shape, 3))),
            10 => Add(new Pooling(Name, [value], _random.Next(2) == 0 ? PoolingKind.Average : PoolingKind.AverageWithMargins, Window(shape, 4))),
            _ => Add(new Concatenation(Name, [value, Convolve(value, shape, shape[0], Same, 1)], 1)),
        };
        Shape result = Shapes(next, shape);
        return _random.Next(2) == 0 ? (Add(new Activation(Name, [next], (ActivationKind)_random.Next(5), -0.3f, 2.5f)), result) : (next, result);
    }

    private static Window Same => new(3, 3, 1, 1, new Margins(1, 1, 1, 1));

    private int Residual(int value, Shape shape)
    {
        int branch = Add(new Activation(Name, [Convolve(value, shape, shape[0], Same, 1)], ActivationKind.Relu));
        return Add(new Addition(Name, [Convolve(branch, shape, shape[0], Same, 1), value]));
    }

    private int Gate(int value, Shape shape)
    {
        int mean = Add(new Pooling(Name, [value], PoolingKind.Average, new Window(shape[1], shape[2], 1, 1, default)));
        int gate = Add(new Activation(Name, [Convolve(mean, [shape[0], 1, 1], shape[0], new Window(1, 1, 1, 1, default), 1)], ActivationKind.Sigmoid));
        return Add(new Reshape(Name, [gate], [shape[0]]));
    }

    private Shape Shapes(int value, Shape input)
    {
        // The shapes so far are those of the network so far.
        _ = input;
        return new Network("part", InputOf(), [.. _layers]).Shapes[value];
    }

    private Shape InputOf()
    {
        Random again = new(seed);
        return [again.Next(1, 4), again.Next(5, 13), again.Next(5, 13)];
    }
}
