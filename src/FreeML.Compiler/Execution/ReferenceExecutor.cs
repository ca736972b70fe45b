using FreeML.Compiler.Models;

namespace FreeML.Compiler.Execution;

/// <summary>
/// Runs a network in float, layer by layer, with sums in double. This is what every faster executor is held against: it follows the
/// definitions and is to stay plain.
/// </summary>
public static class ReferenceExecutor
{
    /// <summary>The output for one sample.</summary>
    /// <param name="network">What to run.</param>
    /// <param name="sample">The input, <see cref="Network.InputShape"/> row-major.</param>
    /// <exception cref="ArgumentException">The sample has another number of elements.</exception>
    public static float[] Run(Network network, ReadOnlySpan<float> sample) => RunAll(network, sample)[^1];

    /// <summary>All values of one run: 0 is the input, n + 1 the output of layer n.</summary>
    /// <param name="network">What to run.</param>
    /// <param name="sample">The input, <see cref="Network.InputShape"/> row-major.</param>
    /// <exception cref="ArgumentException">The sample has another number of elements.</exception>
    public static float[][] RunAll(Network network, ReadOnlySpan<float> sample)
    {
        if (sample.Length != network.InputShape.Count)
        {
            throw new ArgumentException($"{sample.Length} numbers for an input of {network.InputShape}.", nameof(sample));
        }

        float[][] values = new float[network.Layers.Length + 1][];
        values[0] = sample.ToArray();
        for (int i = 0; i < network.Layers.Length; i++)
        {
            Layer layer = network.Layers[i];
            float[] output = new float[network.Shapes[i + 1].Count];
            RunLayer(layer, [.. layer.Inputs.Select(value => values[value])], [.. layer.Inputs.Select(value => network.Shapes[value])], output, network.Shapes[i + 1]);
            values[i + 1] = output;
        }

        return values;
    }

    private static void RunLayer(Layer layer, float[][] inputs, Shape[] shapes, float[] output, Shape shape)
    {
        switch (layer)
        {
            case Convolution convolution:
                Convolve(convolution, inputs[0], shapes[0], output, shape);
                break;
            case Dense dense:
                Multiply(dense, inputs[0], output);
                break;
            case Pooling pooling:
                Pool(pooling, inputs[0], shapes[0], output, shape);
                break;
            case Activation activation:
                Fill(output, i => Activate(activation, inputs[0][i]));
                break;
            case Addition:
                Fill(output, i => inputs[0][i] + inputs[1][i]);
                break;
            case Multiplication:
                // A factor for each channel, or for each element.
                int shared = output.Length / inputs[1].Length;
                Fill(output, i => inputs[0][i] * inputs[1][i / shared]);
                break;
            case ChannelAffine affine:
                int each = output.Length / affine.Scale.Count;
                Fill(output, i => (float)(((double)affine.Scale.Values[i / each] * inputs[0][i]) + affine.Shift.Values[i / each]));
                break;
            case Concatenation concatenation:
                Concatenate(concatenation, inputs, shapes, output);
                break;
            case Reshape:
                inputs[0].CopyTo(output, 0);
                break;
            case Transposition transposition:
                Transpose(transposition, inputs[0], shapes[0], output, shape);
                break;
            case Padding padding:
                Pad(padding, inputs[0], shapes[0], output, shape);
                break;
            case Softmax softmax:
                Normalise(softmax, inputs[0], output);
                break;
            default:
                throw new ArgumentException($"No layer of type {layer.GetType().Name} is known.", nameof(layer));
        }
    }

    private static void Convolve(Convolution layer, float[] input, Shape map, float[] output, Shape shape)
    {
        Window window = layer.Window;
        float[] weights = layer.Weights.Values;
        (int channels, int height, int width) = (layer.Weights.Shape[1], map[1], map[2]);
        (int outputs, int rows, int columns) = (shape[0], shape[1], shape[2]);
        int position = 0;
        for (int o = 0; o < outputs; o++)
        {
            int firstChannel = o / (outputs / layer.Groups) * channels;
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    double sum = layer.Bias?.Values[o] ?? 0;
                    int weight = o * channels * window.Height * window.Width;
                    for (int c = firstChannel; c < firstChannel + channels; c++)
                    {
                        for (int ky = 0; ky < window.Height; ky++)
                        {
                            int row = (y * window.StrideHeight) - window.Margins.Top + (ky * window.DilationHeight);
                            for (int kx = 0; kx < window.Width; kx++, weight++)
                            {
                                int column = (x * window.StrideWidth) - window.Margins.Left + (kx * window.DilationWidth);
                                if ((uint)row < (uint)height && (uint)column < (uint)width)
                                {
                                    sum += (double)weights[weight] * input[(((c * height) + row) * width) + column];
                                }
                            }
                        }
                    }

                    output[position++] = (float)sum;
                }
            }
        }
    }

    private static void Multiply(Dense layer, float[] input, float[] output)
    {
        float[] weights = layer.Weights.Values;
        for (int o = 0; o < output.Length; o++)
        {
            double sum = layer.Bias?.Values[o] ?? 0;
            for (int i = 0; i < input.Length; i++)
            {
                sum += (double)weights[(o * input.Length) + i] * input[i];
            }

            output[o] = (float)sum;
        }
    }

    private static void Pool(Pooling layer, float[] input, Shape map, float[] output, Shape shape)
    {
        Window window = layer.Window;
        (int height, int width) = (map[1], map[2]);
        (int channels, int rows, int columns) = (shape[0], shape[1], shape[2]);
        int position = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    float largest = float.NegativeInfinity;
                    double sum = 0;
                    int inside = 0;
                    for (int ky = 0; ky < window.Height; ky++)
                    {
                        int row = (y * window.StrideHeight) - window.Margins.Top + (ky * window.DilationHeight);
                        for (int kx = 0; kx < window.Width; kx++)
                        {
                            int column = (x * window.StrideWidth) - window.Margins.Left + (kx * window.DilationWidth);
                            if ((uint)row < (uint)height && (uint)column < (uint)width)
                            {
                                float value = input[(((c * height) + row) * width) + column];
                                largest = Math.Max(largest, value);
                                sum += value;
                                inside++;
                            }
                        }
                    }

                    output[position++] = layer.Kind switch
                    {
                        PoolingKind.Maximum => largest,
                        PoolingKind.Average => (float)(sum / inside),
                        _ => (float)(sum / (window.Height * window.Width)),
                    };
                }
            }
        }
    }

    private static float Activate(Activation layer, float x) => layer.Kind switch
    {
        ActivationKind.Relu => Math.Max(x, 0),
        ActivationKind.LeakyRelu => x < 0 ? layer.A * x : x,
        ActivationKind.Clip => Math.Min(Math.Max(x, layer.A), layer.B),
        ActivationKind.Tanh => (float)Math.Tanh(x),
        _ => (float)(1 / (1 + Math.Exp(-x))),
    };

    private static void Concatenate(Concatenation layer, float[][] inputs, Shape[] shapes, float[] output)
    {
        // Everything inside the axis is one run; runs of the inputs take turns.
        int position = 0;
        int turns = 1;
        for (int axis = 0; axis < layer.Axis; axis++)
        {
            turns *= shapes[0][axis];
        }

        for (int turn = 0; turn < turns; turn++)
        {
            foreach (float[] input in inputs)
            {
                int run = input.Length / turns;
                input.AsSpan(turn * run, run).CopyTo(output.AsSpan(position));
                position += run;
            }
        }
    }

    private static void Transpose(Transposition layer, float[] input, Shape from, float[] output, Shape to)
    {
        int[] index = new int[from.Rank];
        for (int position = 0; position < output.Length; position++)
        {
            int rest = position;
            for (int axis = to.Rank - 1; axis >= 0; axis--)
            {
                index[layer.Order[axis]] = rest % to[axis];
                rest /= to[axis];
            }

            int source = 0;
            for (int axis = 0; axis < from.Rank; axis++)
            {
                source = (source * from[axis]) + index[axis];
            }

            output[position] = input[source];
        }
    }

    private static void Pad(Padding layer, float[] input, Shape map, float[] output, Shape shape)
    {
        int position = 0;
        for (int c = 0; c < shape[0]; c++)
        {
            for (int y = 0; y < shape[1]; y++)
            {
                for (int x = 0; x < shape[2]; x++)
                {
                    int row = y - layer.Margins.Top;
                    int column = x - layer.Margins.Left;
                    output[position++] = (uint)row < (uint)map[1] && (uint)column < (uint)map[2]
                        ? input[(((c * map[1]) + row) * map[2]) + column]
                        : layer.Value;
                }
            }
        }
    }

    private static void Normalise(Softmax layer, float[] input, float[] output)
    {
        // Shifted by the largest, which changes nothing but keeps exp in range.
        double largest = input.Max();
        double sum = 0;
        foreach (float value in input)
        {
            sum += Math.Exp(value - largest);
        }

        Fill(output, i => layer.IsLogarithm ? (float)(input[i] - largest - Math.Log(sum)) : (float)(Math.Exp(input[i] - largest) / sum));
    }

    private static void Fill(float[] output, Func<int, float> value)
    {
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = value(i);
        }
    }
}
