using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Quantization;

/// <summary>What a network computes in real numbers, written for reading: the oracle of the integer tests.</summary>
internal static class RealNetwork
{
    /// <summary>All values for one sample: the input, then each layer's output.</summary>
    public static double[][] Run(Network network, double[] sample)
    {
        double[][] values = new double[network.Shapes.Length][];
        values[0] = sample;
        for (int i = 0; i < network.Layers.Length; i++)
        {
            Layer layer = network.Layers[i];
            values[i + 1] = Layer(layer, [.. layer.Inputs.Select(input => values[input])], network.InputShapes(i), network.Shapes[i + 1]);
        }

        return values;
    }

    private static double[] Layer(Layer layer, double[][] inputs, Shape[] shapes, Shape output) => layer switch
    {
        Convolution convolution => Each(output, (o, y, x) => Convolve(convolution, inputs[0], shapes[0], o, y, x)),
        Dense dense => [.. Enumerable.Range(0, output.Count).Select(o => (dense.Bias?.Values[o] ?? 0) + inputs[0].Select((value, i) => value * dense.Weights.Values[(o * inputs[0].Length) + i]).Sum())],
        Pooling pooling => Each(output, (c, y, x) => Pool(pooling, inputs[0], shapes[0], c, y, x)),
        Activation activation => [.. inputs[0].Select(value => Activate(activation, value))],
        Addition => [.. inputs[0].Zip(inputs[1], (a, b) => a + b)],
        Multiplication => [.. inputs[0].Select((value, i) => value * inputs[1][i / (inputs[0].Length / inputs[1].Length)])],
        ChannelAffine affine => [.. inputs[0].Select((value, i) => (value * affine.Scale.Values[i / (output.Count / output[0])]) + affine.Shift.Values[i / (output.Count / output[0])])],
        Reshape or Softmax => inputs[0],
        Padding padding => Each(output, (c, y, x) => At(inputs[0], shapes[0], c, y - padding.Margins.Top, x - padding.Margins.Left) ?? padding.Value),
        Transposition transposition => Each(output, (a, b, c) => Transposed(transposition, inputs[0], shapes[0], [a, b, c])),
        Concatenation { Axis: 0 } => [.. inputs.SelectMany(input => input)],
        Concatenation { Axis: 1 } => Each(output, (c, y, x) => y < shapes[0][1] ? At(inputs[0], shapes[0], c, y, x)!.Value : At(inputs[1], shapes[1], c, y - shapes[0][1], x)!.Value),
        _ => throw new NotSupportedException(layer.ToString()),
    };

    private static double[] Each(Shape shape, Func<int, int, int, double> element)
    {
        double[] values = new double[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element(i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2]);
        }

        return values;
    }

    private static double? At(double[] map, Shape shape, int c, int y, int x) =>
        y >= 0 && y < shape[1] && x >= 0 && x < shape[2] ? map[(((c * shape[1]) + y) * shape[2]) + x] : null;

    private static double Convolve(Convolution convolution, double[] map, Shape shape, int o, int y, int x)
    {
        (Tensor weights, Window window) = (convolution.Weights, convolution.Window);
        double sum = convolution.Bias?.Values[o] ?? 0;
        int perGroup = weights.Shape[1];
        int group = o / (weights.Shape[0] / convolution.Groups);
        for (int c = 0; c < perGroup; c++)
        {
            for (int ky = 0; ky < window.Height; ky++)
            {
                for (int kx = 0; kx < window.Width; kx++)
                {
                    double? value = At(
                        map, shape, (group * perGroup) + c, (y * window.StrideHeight) - window.Margins.Top + (ky * window.DilationHeight), (x * window.StrideWidth) - window.Margins.Left + (kx * window.DilationWidth));
                    sum += (value ?? 0) * weights.Values[(((((o * perGroup) + c) * window.Height) + ky) * window.Width) + kx];
                }
            }
        }

        return sum;
    }

    private static double Pool(Pooling pooling, double[] map, Shape shape, int c, int y, int x)
    {
        Window window = pooling.Window;
        List<double> inside = [];
        for (int ky = 0; ky < window.Height; ky++)
        {
            for (int kx = 0; kx < window.Width; kx++)
            {
                if (At(map, shape, c, (y * window.StrideHeight) - window.Margins.Top + (ky * window.DilationHeight), (x * window.StrideWidth) - window.Margins.Left + (kx * window.DilationWidth)) is { } value)
                {
                    inside.Add(value);
                }
            }
        }

        return pooling.Kind switch
        {
            PoolingKind.Maximum => inside.Max(),
            PoolingKind.Average => inside.Average(),
            _ => inside.Sum() / (window.Height * window.Width),
        };
    }

    private static double Activate(Activation activation, double x) => activation.Kind switch
    {
        ActivationKind.Relu => Math.Max(x, 0),
        ActivationKind.LeakyRelu => x < 0 ? activation.A * x : x,
        ActivationKind.Clip => Math.Min(Math.Max(x, activation.A), activation.B),
        ActivationKind.Tanh => Math.Tanh(x),
        _ => 1 / (1 + Math.Exp(-x)),
    };

    private static double Transposed(Transposition transposition, double[] map, Shape shape, int[] at)
    {
        int[] source = new int[3];
        for (int axis = 0; axis < 3; axis++)
        {
            source[transposition.Order[axis]] = at[axis];
        }

        return At(map, shape, source[0], source[1], source[2])!.Value;
    }
}
