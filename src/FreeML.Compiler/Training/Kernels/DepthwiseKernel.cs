using System.Numerics.Tensors;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Convolution of each channel for itself, by one filter or several: row by row, without matrices.</summary>
internal sealed class DepthwiseKernel : LayerKernel
{
    private readonly Window _window;
    private readonly Patches _patches;
    private readonly int _plane;
    private readonly int _positions;
    private readonly int _filtersPerChannel;

    public DepthwiseKernel(Network network, int index)
        : base(network, index)
    {
        Shape map = InputShapes[0];
        _window = ((Convolution)network.Layers[index]).Window;
        _patches = new Patches(_window, map[1], map[2]);
        _plane = map[1] * map[2];
        _positions = OutputShape[1] * OutputShape[2];
        _filtersPerChannel = OutputShape[0] / map[0];
    }

    private int Taps => _window.Height * _window.Width;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> input = Input(workspace);
        Span<float> output = Output(workspace);
        output.Clear();
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            (int filter, int sample) = int.DivRem(n, workspace.Samples);
            ReadOnlySpan<float> map = input.Slice(((filter / _filtersPerChannel * workspace.Samples) + sample) * _plane, _plane);
            Convolve(map, parameters.First[Index].AsSpan(filter * Taps, Taps), output.Slice(n * _positions, _positions));
        }

        ConvolutionKernel.AddBias(output, parameters.Second[Index]);
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> input = Input(workspace);
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> inputGradient = InputGradient(workspace);
        gradients?.First[Index].AsSpan().Clear();
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            (int filter, int sample) = int.DivRem(n, workspace.Samples);
            int place = ((filter / _filtersPerChannel * workspace.Samples) + sample) * _plane;
            ReadOnlySpan<float> gradient = above.Slice(n * _positions, _positions);
            if (gradients is not null)
            {
                AddWeightGradient(input.Slice(place, _plane), gradient, gradients.First[Index].AsSpan(filter * Taps, Taps));
            }

            if (!inputGradient.IsEmpty)
            {
                AddInputGradient(gradient, parameters.First[Index].AsSpan(filter * Taps, Taps), inputGradient.Slice(place, _plane));
            }
        }

        if (gradients is not null)
        {
            ConvolutionKernel.SumPlanes(above, gradients.Second[Index]);
        }
    }

    private void Convolve(ReadOnlySpan<float> map, ReadOnlySpan<float> weights, Span<float> output)
    {
        int columns = OutputShape[2];
        for (int tap = 0; tap < weights.Length; tap++)
        {
            (int y, int x) = int.DivRem(tap, _window.Width);
            (int shift, int first, int end) = Reach(x);
            for (int row = 0; row < OutputShape[1]; row++)
            {
                ReadOnlySpan<float> source = _patches.Row(map, row, y);
                if (source.IsEmpty || first >= end)
                {
                    continue;
                }

                Span<float> target = output.Slice(row * columns, columns);
                if (_window.StrideWidth == 1)
                {
                    Span<float> part = target[first..end];
                    TensorPrimitives.MultiplyAdd(source.Slice(first + shift, end - first), weights[tap], part, part);
                    continue;
                }

                for (int n = first; n < end; n++)
                {
                    target[n] += weights[tap] * source[(n * _window.StrideWidth) + shift];
                }
            }
        }
    }

    private void AddInputGradient(ReadOnlySpan<float> gradient, ReadOnlySpan<float> weights, Span<float> inputGradient)
    {
        int columns = OutputShape[2];
        for (int tap = 0; tap < weights.Length; tap++)
        {
            (int y, int x) = int.DivRem(tap, _window.Width);
            (int shift, int first, int end) = Reach(x);
            for (int row = 0; row < OutputShape[1]; row++)
            {
                Span<float> target = _patches.Row(inputGradient, row, y);
                if (target.IsEmpty || first >= end)
                {
                    continue;
                }

                ReadOnlySpan<float> source = gradient.Slice(row * columns, columns);
                if (_window.StrideWidth == 1)
                {
                    Span<float> part = target.Slice(first + shift, end - first);
                    TensorPrimitives.MultiplyAdd(source[first..end], weights[tap], part, part);
                    continue;
                }

                for (int n = first; n < end; n++)
                {
                    target[(n * _window.StrideWidth) + shift] += weights[tap] * source[n];
                }
            }
        }
    }

    private void AddWeightGradient(ReadOnlySpan<float> map, ReadOnlySpan<float> gradient, Span<float> weightGradient)
    {
        int columns = OutputShape[2];
        for (int tap = 0; tap < weightGradient.Length; tap++)
        {
            (int y, int x) = int.DivRem(tap, _window.Width);
            (int shift, int first, int end) = Reach(x);
            double sum = 0;
            for (int row = 0; row < OutputShape[1]; row++)
            {
                ReadOnlySpan<float> source = _patches.Row(map, row, y);
                if (source.IsEmpty || first >= end)
                {
                    continue;
                }

                ReadOnlySpan<float> factors = gradient.Slice(row * columns, columns);
                if (_window.StrideWidth == 1)
                {
                    sum += Sums.OfProducts(factors[first..end], source[(first + shift)..]);
                    continue;
                }

                for (int n = first; n < end; n++)
                {
                    sum += (double)factors[n] * source[(n * _window.StrideWidth) + shift];
                }
            }

            weightGradient[tap] += (float)sum;
        }
    }

    private (int Shift, int First, int End) Reach(int x)
    {
        int shift = _patches.Shift(x);
        (int first, int end) = Patches.Inside(shift, _window.StrideWidth, InputShapes[0][2], OutputShape[2]);
        return (shift, first, end);
    }
}
