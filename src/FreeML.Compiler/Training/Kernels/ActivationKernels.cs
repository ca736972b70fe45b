using System.Numerics;
using System.Runtime.InteropServices;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>A function of each element, a vector at a time, and its slope.</summary>
internal interface IElementFunction
{
    /// <summary>The function.</summary>
    static abstract Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b);

    /// <summary>Its slope, from where it was taken and what it gave.</summary>
    static abstract Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b);
}

/// <summary>The functions, each with its slope.</summary>
internal static class ActivationKernels
{
    /// <summary>The kernel for an activation.</summary>
    public static LayerKernel For(Network network, int index) => ((Activation)network.Layers[index]).Kind switch
    {
        ActivationKind.Relu => new ActivationKernel<Relu>(network, index),
        ActivationKind.LeakyRelu => new ActivationKernel<LeakyRelu>(network, index),
        ActivationKind.Clip => new ActivationKernel<Clip>(network, index),
        ActivationKind.Tanh => new ActivationKernel<Tanh>(network, index),
        ActivationKind.Sigmoid => new ActivationKernel<Sigmoid>(network, index),
        var kind => throw new ModelException(network.Layers[index].Name, $"activation {(int)kind}", "a known one"),
    };

    private readonly struct Relu : IElementFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b) => Vector.Max(x, Vector<float>.Zero);

        public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);
    }

    private readonly struct LeakyRelu : IElementFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), a * x, x);

        public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), a, Vector<float>.One);
    }

    private readonly struct Clip : IElementFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b) => Vector.Min(Vector.Max(x, a), b);

        public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, a) & Vector.LessThan(x, b), Vector<float>.One, Vector<float>.Zero);
    }

    private readonly struct Tanh : IElementFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b) => Elementary.Tanh(x);

        public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b) => Vector<float>.One - (y * y);
    }

    private readonly struct Sigmoid : IElementFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> a, Vector<float> b) => Elementary.Sigmoid(x);

        public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> a, Vector<float> b) => y * (Vector<float>.One - y);
    }
}

/// <summary>Applies a function to each element.</summary>
/// <typeparam name="TFunction">The function.</typeparam>
internal sealed class ActivationKernel<TFunction>(Network network, int index) : LayerKernel(network, index)
    where TFunction : struct, IElementFunction
{
    private readonly float _a = ((Activation)network.Layers[index]).A;
    private readonly float _b = ((Activation)network.Layers[index]).B;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> input = Input(workspace);
        Span<float> output = Output(workspace);
        Vector<float> a = new(_a);
        Vector<float> b = new(_b);
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(input);
        Span<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(output);
        for (int n = 0; n < x.Length; n++)
        {
            y[n] = TFunction.Value(x[n], a, b);
        }

        for (int n = x.Length * Vector<float>.Count; n < input.Length; n++)
        {
            output[n] = TFunction.Value(new Vector<float>(input[n]), a, b)[0];
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> input = Input(workspace);
        ReadOnlySpan<float> output = Output(workspace);
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        Vector<float> a = new(_a);
        Vector<float> b = new(_b);
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(input);
        ReadOnlySpan<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(output);
        ReadOnlySpan<Vector<float>> dy = MemoryMarshal.Cast<float, Vector<float>>(above);
        Span<Vector<float>> dx = MemoryMarshal.Cast<float, Vector<float>>(below);
        for (int n = 0; n < x.Length; n++)
        {
            dx[n] += dy[n] * TFunction.Slope(x[n], y[n], a, b);
        }

        for (int n = x.Length * Vector<float>.Count; n < input.Length; n++)
        {
            below[n] += above[n] * TFunction.Slope(new Vector<float>(input[n]), new Vector<float>(output[n]), a, b)[0];
        }
    }
}
