using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// A network so small that power can fail at each of its instructions, with all that matters there: convolutions dense, sparse and depthwise with
/// borders, both pools, additions, a sparse fully connected layer whose rows are long enough for partial sums, a dense one, and two exits
/// of one head. Its weights and samples are noise.
/// </summary>
internal static class SmallNetwork
{
    private const int Samples = 200;
    private static readonly Window Bordered = new(3, 3, 1, 1, new Margins(1, 1, 1, 1));
    private static readonly Window Half = new(2, 2, 2, 2, default);

    /// <summary>Samples for it.</summary>
    public static LabelledData Data { get; } = MakeData();

    /// <summary>The network.</summary>
    public static IntegerNetwork Network { get; } = Make();

    private static IntegerNetwork Make()
    {
        Random random = new(7);
        Network network = new("small", [6, 8, 8],
        [
            new Convolution("dense", [0], Noise([3, 6, 3, 3], 1), Noise([3], 1), new Window(3, 3, 2, 2, new Margins(1, 1, 1, 1))),
            new Activation("relu1", [1], ActivationKind.Relu),
            new Convolution("depthwise", [2], Noise([3, 1, 3, 3], 1), Noise([3], 1), Bordered, 3),
            new Activation("relu2", [3], ActivationKind.Relu),
            new Addition("residual", [2, 4]),
            new Convolution("sparse", [5], Noise([2, 3, 3, 3], 0.5), Noise([2], 1), Bordered),
            new Activation("relu3", [6], ActivationKind.Relu),
            new Pooling("maximum", [7], PoolingKind.Maximum, Half),
            new Pooling("average", [8], PoolingKind.Average, Half),
            new Reshape("flat", [9], [2]),
            new Dense("fc", [10], Noise([3, 2], 1), Noise([3], 1)),
            new Reshape("all", [0], [384]),
            new Dense("long", [12], Noise([3, 384], 0.8), Noise([3], 1)),
            new Addition("logits", [11, 13]),
        ]);

        // The input is read again at the end, so no map holds all that is to come: the exits are told by hand.
        ImmutableArray<ExitPoint> points = ExitPoint.At(network, [2, 8], (2, 2));
        int inputs = ExitHead.FeatureCount(points) + ExitHead.BitCount(points.Length);
        return Quantizer.Quantize(network, Data, new QuantizationOptions(), new ExitHead(points, Noise([3, inputs], 0.8), Noise([3], 1)));

        Tensor Noise(Shape shape, double density)
        {
            Tensor tensor = new(shape);
            foreach (ref float value in tensor.Values.AsSpan())
            {
                value = random.NextDouble() < density ? (float)(random.NextDouble() - 0.5) : 0;
            }

            return tensor;
        }
    }

    private static LabelledData MakeData()
    {
        Random random = new(11);
        float[] samples = [.. Enumerable.Range(0, Samples * 384).Select(_ => (float)random.NextDouble())];
        return new LabelledData("noise", [6, 8, 8], samples, new int[Samples], 3);
    }
}
