using System.Numerics.Tensors;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Sum of two values.</summary>
internal sealed class AdditionKernel(Network network, int index) : LayerKernel(network, index)
{
    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters) =>
        TensorPrimitives.Add(Input(workspace), Input(workspace, 1), Output(workspace));

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        for (int n = 0; n < 2; n++)
        {
            Span<float> below = InputGradient(workspace, n);
            if (!below.IsEmpty)
            {
                TensorPrimitives.Add(below, OutputGradient(workspace), below);
            }
        }
    }
}

/// <summary>Product of two values, or of a map and a factor for each of its channels.</summary>
internal sealed class MultiplicationKernel(Network network, int index) : LayerKernel(network, index)
{
    private bool IsElementwise => InputShapes[0] == InputShapes[1];

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> left = Input(workspace);
        ReadOnlySpan<float> right = Input(workspace, 1);
        Span<float> output = Output(workspace);
        if (IsElementwise)
        {
            TensorPrimitives.Multiply(left, right, output);
            return;
        }

        Layout factors = InputLayout(workspace, 1);
        int plane = InputLayout(workspace).Plane;
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            TensorPrimitives.Multiply(left.Slice(n * plane, plane), right[Factor(factors, n)], output.Slice(n * plane, plane));
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> above = OutputGradient(workspace);
        if (IsElementwise)
        {
            AddProduct(above, Input(workspace, 1), InputGradient(workspace));
            AddProduct(above, Input(workspace), InputGradient(workspace, 1));
            return;
        }

        ReadOnlySpan<float> left = Input(workspace);
        ReadOnlySpan<float> right = Input(workspace, 1);
        Span<float> leftGradient = InputGradient(workspace);
        Span<float> rightGradient = InputGradient(workspace, 1);
        Layout factors = InputLayout(workspace, 1);
        int plane = InputLayout(workspace).Plane;
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            int factor = Factor(factors, n);
            ReadOnlySpan<float> gradient = above.Slice(n * plane, plane);
            if (!leftGradient.IsEmpty)
            {
                Span<float> part = leftGradient.Slice(n * plane, plane);
                TensorPrimitives.MultiplyAdd(gradient, right[factor], part, part);
            }

            if (!rightGradient.IsEmpty)
            {
                rightGradient[factor] += (float)Sums.OfProducts(gradient, left.Slice(n * plane, plane));
            }
        }
    }

    // Planes are numbered [channel][sample].
    private static int Factor(Layout factors, int plane)
    {
        (int channel, int sample) = int.DivRem(plane, factors.Samples);
        return factors.Offset(channel) + (sample * factors.Plane);
    }

    private static void AddProduct(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> target)
    {
        if (!target.IsEmpty)
        {
            TensorPrimitives.MultiplyAdd(left, right, target, target);
        }
    }
}

/// <summary>scale * x + shift for each channel; for each element of a vector.</summary>
internal sealed class ChannelAffineKernel(Network network, int index) : LayerKernel(network, index)
{
    private bool IsVector => OutputShape.Rank == 1;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> input = Input(workspace);
        Span<float> output = Output(workspace);
        float[] scale = parameters.First[Index];
        float[] shift = parameters.Second[Index];
        int plane = Plane(workspace);
        for (int n = 0; n < input.Length / plane; n++)
        {
            Span<float> target = output.Slice(n * plane, plane);
            if (IsVector)
            {
                TensorPrimitives.Multiply(input.Slice(n * plane, plane), scale, target);
                TensorPrimitives.Add(target, shift, target);
                continue;
            }

            TensorPrimitives.Multiply(input.Slice(n * plane, plane), scale[n], target);
            TensorPrimitives.Add(target, shift[n], target);
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> input = Input(workspace);
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        float[] scale = parameters.First[Index];
        int plane = Plane(workspace);
        gradients?.First[Index].AsSpan().Clear();
        gradients?.Second[Index].AsSpan().Clear();
        for (int n = 0; n < input.Length / plane; n++)
        {
            ReadOnlySpan<float> gradient = above.Slice(n * plane, plane);
            if (!below.IsEmpty)
            {
                Span<float> part = below.Slice(n * plane, plane);
                AddScaled(gradient, scale, n, part);
            }

            if (gradients is not null)
            {
                AddParameterGradients(gradient, input.Slice(n * plane, plane), gradients.First[Index], gradients.Second[Index], n);
            }
        }
    }

    private void AddScaled(ReadOnlySpan<float> gradient, float[] scale, int n, Span<float> target)
    {
        if (IsVector)
        {
            TensorPrimitives.MultiplyAdd(gradient, scale, target, target);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(gradient, scale[n], target, target);
        }
    }

    private void AddParameterGradients(ReadOnlySpan<float> gradient, ReadOnlySpan<float> input, Span<float> scale, Span<float> shift, int n)
    {
        if (IsVector)
        {
            TensorPrimitives.MultiplyAdd(gradient, input, scale, scale);
            TensorPrimitives.Add(shift, gradient, shift);
        }
        else
        {
            scale[n] = (float)Sums.OfProducts(gradient, input);
            shift[n] = (float)Sums.Of(gradient);
        }
    }

    // A vector's elements of one sample, or a channel's of all samples.
    private int Plane(Workspace workspace) => IsVector ? OutputShape.Count : OutputShape.Count / OutputShape[0] * workspace.Samples;
}

/// <summary>Softmax or its logarithm, inside a network; at the end of one it is part of the loss.</summary>
internal sealed class SoftmaxKernel(Network network, int index) : LayerKernel(network, index)
{
    private readonly bool _isLogarithm = ((Softmax)network.Layers[index]).IsLogarithm;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        int length = OutputShape.Count;
        for (int sample = 0; sample < workspace.Samples; sample++)
        {
            ReadOnlySpan<float> x = Input(workspace).Slice(sample * length, length);
            Span<float> y = Output(workspace).Slice(sample * length, length);
            double logarithm = Probabilities.Of(x, 1, y);
            for (int n = 0; _isLogarithm && n < length; n++)
            {
                y[n] = (float)(x[n] - logarithm);
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        int length = OutputShape.Count;
        for (int sample = 0; sample < workspace.Samples; sample++)
        {
            ReadOnlySpan<float> y = Output(workspace).Slice(sample * length, length);
            ReadOnlySpan<float> above = OutputGradient(workspace).Slice(sample * length, length);
            Span<float> below = InputGradient(workspace).Slice(sample * length, length);
            float sum = (float)(_isLogarithm ? Sums.Of(above) : Sums.OfProducts(above, y));
            for (int n = 0; n < length; n++)
            {
                below[n] += _isLogarithm ? above[n] - (Elementary.Exp(y[n]) * sum) : y[n] * (above[n] - sum);
            }
        }
    }
}
