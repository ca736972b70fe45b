using System.Numerics.Tensors;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Convolution as products of matrices: weights by patches. Some samples at a time, so that their patches stay in the cache.</summary>
internal sealed unsafe class ConvolutionKernel : LayerKernel
{
    private const int PatchElements = 1 << 16;

    private readonly Patches _patches;
    private readonly int _groups;
    private readonly int _channels;
    private readonly int _filters;
    private readonly int _taps;
    private readonly int _plane;
    private readonly int _positions;
    private readonly int _tile;

    public ConvolutionKernel(Network network, int index)
        : base(network, index)
    {
        var layer = (Convolution)network.Layers[index];
        Shape map = InputShapes[0];
        _patches = new Patches(layer.Window, map[1], map[2]);
        _groups = layer.Groups;
        _channels = map[0] / _groups;
        _filters = OutputShape[0] / _groups;
        _taps = _channels * layer.Window.Height * layer.Window.Width;
        _plane = map[1] * map[2];
        _positions = OutputShape[1] * OutputShape[2];
        _tile = (int)Math.Max(1, PatchElements / ((long)_taps * _positions));
    }

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        int samples = workspace.Samples;
        fixed (float* input = Input(workspace), output = Output(workspace), weights = parameters.First[Index], patches = Patches(workspace, 1))
        {
            for (int group = 0; group < _groups; group++)
            {
                MatrixView filters = Filters(weights, group);
                for (int start = 0; start < samples; start += _tile)
                {
                    int count = Math.Min(_tile, samples - start);
                    MatrixProduct.Multiply(filters, Columns(input, group, start, count, samples, patches), OutputRows(output, group, start, count, samples));
                }
            }
        }

        AddBias(Output(workspace), parameters.Second[Index]);
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        int samples = workspace.Samples;
        fixed (float* input = Input(workspace), inputGradient = InputGradient(workspace), outputGradient = OutputGradient(workspace))
        fixed (float* weights = parameters.First[Index], weightGradient = gradients?.First[Index], patches = Patches(workspace, 2))
        {
            float* patchGradients = patches + PatchCount(samples);
            for (int group = 0; group < _groups; group++)
            {
                for (int start = 0; start < samples; start += _tile)
                {
                    int count = Math.Min(_tile, samples - start);
                    MatrixView above = OutputRows(outputGradient, group, start, count, samples);
                    if (weightGradient is not null)
                    {
                        MatrixView columns = Columns(input, group, start, count, samples, patches);
                        MatrixProduct.Multiply(above, columns.Transposed, Filters(weightGradient, group), accumulate: start > 0);
                    }

                    if (inputGradient is not null)
                    {
                        AddInputGradient(Filters(weights, group), above, inputGradient, group, start, count, samples, patchGradients);
                    }
                }
            }
        }

        if (gradients is not null)
        {
            SumPlanes(OutputGradient(workspace), gradients.Second[Index]);
        }
    }

    /// <summary>Adds each channel's bias to its elements.</summary>
    internal static void AddBias(Span<float> output, ReadOnlySpan<float> bias)
    {
        int plane = bias.IsEmpty ? 0 : output.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            Span<float> row = output.Slice(channel * plane, plane);
            TensorPrimitives.Add(row, bias[channel], row);
        }
    }

    /// <summary>Sums over each channel's elements.</summary>
    internal static void SumPlanes(ReadOnlySpan<float> values, Span<float> sums)
    {
        int plane = sums.IsEmpty ? 0 : values.Length / sums.Length;
        for (int channel = 0; channel < sums.Length; channel++)
        {
            sums[channel] = (float)Sums.Of(values.Slice(channel * plane, plane));
        }
    }

    private void AddInputGradient(MatrixView filters, MatrixView above, float* inputGradient, int group, int start, int count, int samples, float* scratch)
    {
        if (_patches.IsIdentity)
        {
            MatrixProduct.Multiply(filters.Transposed, above, MapRows(inputGradient, group, start, count, samples), accumulate: true);
            return;
        }

        MatrixView columns = MatrixView.Of(scratch, _taps, count * _positions);
        MatrixProduct.Multiply(filters.Transposed, above, columns);
        MatrixView maps = MapRows(inputGradient, group, start, count, samples);
        _patches.Scatter(scratch, maps.Values, _channels, maps.Stride, count);
    }

    private MatrixView Columns(float* input, int group, int start, int count, int samples, float* scratch)
    {
        MatrixView maps = MapRows(input, group, start, count, samples);
        if (_patches.IsIdentity)
        {
            return maps;
        }

        _patches.Gather(maps.Values, _channels, maps.Stride, count, scratch);
        return MatrixView.Of(scratch, _taps, count * _positions);
    }

    private MatrixView MapRows(float* maps, int group, int start, int count, int samples) =>
        MatrixView.Of(maps + ((nint)group * _channels * samples * _plane) + (start * _plane), _channels, count * _plane, samples * _plane);

    private MatrixView OutputRows(float* output, int group, int start, int count, int samples) =>
        MatrixView.Of(output + ((nint)group * _filters * samples * _positions) + (start * _positions), _filters, count * _positions, samples * _positions);

    private MatrixView Filters(float* weights, int group) => MatrixView.Of(weights + (group * _filters * _taps), _filters, _taps);

    private int PatchCount(int samples) => _patches.IsIdentity ? 0 : _taps * _positions * Math.Min(_tile, samples);

    private Span<float> Patches(Workspace workspace, int copies) => workspace.Scratch(copies * PatchCount(workspace.Samples));
}
