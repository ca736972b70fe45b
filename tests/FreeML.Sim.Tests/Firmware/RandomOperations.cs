using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>Networks of a single operation with random sizes, windows, forms, widths, shifts and bounds, and inputs that reach to the ends of the range.</summary>
internal sealed class RandomOperations(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A network of one operation of some kind.</summary>
    public static IntegerNetwork Create(OperationKind kind, int seed) => new RandomOperations(seed).Try(kind);

    /// <summary>Elements for a value: most small, some at the bounds.</summary>
    public static short[] Elements(IntegerValue value, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, value.Length).Select(_ => (short)(random.Next(20) switch
        {
            0 => value.Low,
            1 => value.High,
            2 => Math.Clamp(0, value.Low, value.High),
            _ => random.Next(value.Low, value.High + 1),
        }))];
    }

    private IntegerNetwork Try(OperationKind kind)
    {
        while (true)
        {
            try
            {
                if (Make(kind) is { } network)
                {
                    return network;
                }
            }
            catch (Compiler.ModelException)
            {
                // Sums that do not fit 32 bits, windows that touch nothing: another one then.
            }
        }
    }

    private IntegerNetwork? Make(OperationKind kind) => kind switch
    {
        OperationKind.Convolution => Convolution(),
        OperationKind.FullyConnected => FullyConnected(),
        OperationKind.MaximumPool or OperationKind.AveragePool => Pool(kind),
        OperationKind.Copy => Copy(),
        OperationKind.Fill => One(new FillOperation("fill", 2, 77), 3, 3, _random.Next(1, 300)),
        _ => List(kind),
    };

    private IntegerNetwork List(OperationKind kind)
    {
        int run = kind == OperationKind.Multiplication ? _random.Next(1, 20) : 1;
        int length = run * _random.Next(1, 40);
        IntegerOperation operation = kind switch
        {
            OperationKind.Addition => new AdditionOperation("add", [0, 1], 2, (short)(1 << _random.Next(15)), (short)(1 << _random.Next(15)), _random.Next(31)),
            OperationKind.Multiplication => new MultiplicationOperation("multiply", [0, 1], 2, run, _random.Next(31)),
            OperationKind.Scale => new ScaleOperation("scale", [0], 2, (short)(1 << _random.Next(15)), (short)_random.Next(-32767, 32768), _random.Next(31)),
            _ => new SigmoidOperation("sigmoid", [0], 2, _random.Next(2) == 0, _random.Next(4) == 0 ? _random.Next(-30, 31) : _random.Next(-4, 8), _random.Next(16)),
        };
        return One(operation, length, length / run, length);
    }

    private IntegerNetwork? Pool(OperationKind kind)
    {
        MapSize map = new(_random.Next(1, 4), _random.Next(1, 14), _random.Next(1, 14));
        Window window = Window(5, 3);
        (int height, int width) = window.Positions(map.Height, map.Width);
        if (height < 1 || width < 1)
        {
            return null;
        }

        MapSize result = new(map.Channels, height, width);
        int taps = window.Height * window.Width;
        ImmutableArray<short> multipliers = [.. Enumerable.Range(0, _random.Next(2) == 0 ? 1 : taps).Select(_ => (short)_random.Next(1, 32768))];
        IntegerOperation operation = kind == OperationKind.MaximumPool
            ? new MaximumPoolOperation("pool", [0], 2, map, result, window, _random.Next(2) == 0 ? 0 : _random.Next(16))
            : new AveragePoolOperation("pool", [0], 2, map, result, window, multipliers, _random.Next(1, 32));
        return One(operation, map.Count, 1, result.Count);
    }

    private IntegerNetwork Copy()
    {
        int[] size = [_random.Next(1, 5), _random.Next(1, 6), _random.Next(1, 9)];
        bool turns = _random.Next(2) == 0;
        Stride to = new(_random.Next(5), turns ? 1 : (size[1] + 1) * size[2], size[2] * (turns ? size[0] : 1), turns ? size[0] : 1);
        CopyOperation operation = new("copy", [0], 2, new MapSize(size[0], size[1], size[2]), new Stride(_random.Next(5), size[1] * size[2], size[2], 1), to);
        int length = 5 + ((size[0] + 1) * (size[1] + 1) * (size[2] + 1) * 2);
        return One(operation, length, 1, length, unbounded: true);
    }

    private IntegerNetwork? Convolution()
    {
        int groups = _random.Next(3) == 0 ? _random.Next(1, 4) : 1;
        bool points = _random.Next(4) == 0;
        MapSize map = new(groups * _random.Next(1, points ? 40 : 5), _random.Next(1, 14), _random.Next(1, 14));
        int outputs = groups * _random.Next(1, 4);
        Window window = points ? new Window(1, 1, 1, _random.Next(1, 3), default) : Window(_random.Next(8) == 0 ? 11 : 5, 3);
        (int height, int width) = window.Positions(map.Height, map.Width);
        if (height < 1 || width < 1)
        {
            return null;
        }

        MapSize result = new(outputs, height, width);
        EncodedWeights weights = Weights(outputs, map.Channels / groups * window.Height * window.Width);
        return One(
            new ConvolutionOperation("convolution", [0], 2, weights, Biases(outputs), _random.Next(15), Shifts(outputs), map, result, window, groups), map.Count, 1, result.Count);
    }

    private IntegerNetwork FullyConnected()
    {
        (int rows, int columns) = (_random.Next(1, 12), _random.Next(3) == 0 ? _random.Next(1, 1500) : _random.Next(1, 100));
        return One(new FullyConnectedOperation("connected", [0], 2, Weights(rows, columns), Biases(rows), _random.Next(15), Shifts(rows)), columns, 1, rows);
    }

    private Window Window(int most, int mostMargin) => new(
        _random.Next(1, most),
        _random.Next(1, most),
        _random.Next(3) == 0 ? 2 : 1,
        _random.Next(3) == 0 ? 3 : 1,
        _random.Next(2) == 0 ? default : new Margins(_random.Next(mostMargin), _random.Next(mostMargin), _random.Next(mostMargin), _random.Next(mostMargin)),
        _random.Next(3) == 0 ? 2 : 1,
        _random.Next(3) == 0 ? 2 : 1);

    private EncodedWeights Weights(int rows, int columns)
    {
        double density = _random.Next(3) == 0 ? 1 : _random.NextDouble() * _random.NextDouble();
        int bits = _random.Next(2) == 0 ? 8 : 16;
        int most = bits == 8 ? 127 : 1 << _random.Next(7, 15);
        short[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (short)(_random.NextDouble() < density ? _random.Next(-most, most + 1) : 0))];
        return EncodedWeights.Encode(weights, rows, bits, (WeightForm)_random.Next(5));
    }

    private ImmutableArray<short> Biases(int rows) => _random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, rows).Select(_ => (short)_random.Next(-3000, 3000))];

    private ImmutableArray<byte> Shifts(int rows) => _random.Next(2) == 0 ? [Shift()] : [.. Enumerable.Range(0, rows).Select(_ => Shift())];

    private byte Shift() => (byte)(_random.Next(3) == 0 ? _random.Next(31) : _random.Next(4, 12));

    private IntegerNetwork One(IntegerOperation operation, int first, int second, int output, bool unbounded = false)
    {
        int limit = _random.Next(3) switch { 0 => 32767, 1 => 8191, _ => 255 };
        int inputs = _random.Next(3) == 0 && !unbounded ? 0 : -limit;
        (int low, int high) = _random.Next(5) switch
        {
            0 or 1 => (0, 32767),
            2 => (-32767, 32767),
            3 => (-8191, 8191),
            _ => Sorted(_random.Next(-500, 500), _random.Next(-500, 500)),
        };
        (low, high) = unbounded ? (-32767, 32767) : operation is FillOperation ? (-100, 100) : (low, high);
        return new IntegerNetwork(
            "one",
            [new IntegerValue("first", first, 0, inputs, limit, limit), new IntegerValue("second", second, 0, -limit, limit, limit), new IntegerValue("output", output, 0, low, high, 32767)],
            operation.Inputs.Length == 2 ? [new CopyOperation("second", [0], 1, new MapSize(1, 1, second), new Stride((first / second) - 1, 0, 0, first / second), new Stride(0, 0, 0, 1)), operation] : [operation],
            2);
    }

    private static (int, int) Sorted(int a, int b) => (Math.Min(a, b), Math.Max(a, b));
}
