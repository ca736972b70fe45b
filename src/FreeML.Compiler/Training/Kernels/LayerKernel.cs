using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Computes one layer for several samples, forwards and backwards. Holds no values: those are in the workspace.</summary>
internal abstract class LayerKernel
{
    private static readonly Dictionary<Type, Func<Network, int, LayerKernel>> Kinds = new()
    {
        [typeof(Convolution)] = (network, index) => ((Convolution)network.Layers[index]).Groups > 1 && ((Convolution)network.Layers[index]).Weights.Shape[1] == 1
            ? new DepthwiseKernel(network, index)
            : new ConvolutionKernel(network, index),
        [typeof(Dense)] = (network, index) => new DenseKernel(network, index),
        [typeof(Pooling)] = (network, index) => ((Pooling)network.Layers[index]).Kind == PoolingKind.Maximum
            ? new MaximumPoolingKernel(network, index)
            : new AveragePoolingKernel(network, index),
        [typeof(Activation)] = ActivationKernels.For,
        [typeof(Addition)] = (network, index) => new AdditionKernel(network, index),
        [typeof(Multiplication)] = (network, index) => new MultiplicationKernel(network, index),
        [typeof(ChannelAffine)] = (network, index) => new ChannelAffineKernel(network, index),
        [typeof(Concatenation)] = (network, index) => new MovementKernel(network, index),
        [typeof(Reshape)] = (network, index) => new MovementKernel(network, index),
        [typeof(Transposition)] = (network, index) => new MovementKernel(network, index),
        [typeof(Padding)] = (network, index) => new MovementKernel(network, index),
        [typeof(Softmax)] = (network, index) => new SoftmaxKernel(network, index),
    };

    private readonly ImmutableArray<int> _inputs;

    /// <summary>A kernel for a layer of a network.</summary>
    protected LayerKernel(Network network, int index)
    {
        Index = index;
        _inputs = network.Layers[index].Inputs;
        InputShapes = network.InputShapes(index);
        OutputShape = network.Shapes[index + 1];
    }

    /// <summary>Number of the layer.</summary>
    protected int Index { get; }

    /// <summary>Shapes of what it reads.</summary>
    protected Shape[] InputShapes { get; }

    /// <summary>Shape of what it gives.</summary>
    protected Shape OutputShape { get; }

    /// <summary>The kernel for a layer.</summary>
    /// <exception cref="ModelException">There is none for this kind.</exception>
    public static LayerKernel For(Network network, int index)
    {
        Layer layer = network.Layers[index];
        return Kinds.TryGetValue(layer.GetType(), out Func<Network, int, LayerKernel>? make)
            ? make(network, index)
            : throw new ModelException(layer.Name, $"a layer of kind {layer.GetType().Name}", "one that can be computed");
    }

    /// <summary>The output from the inputs.</summary>
    public abstract void Forward(Workspace workspace, ParameterSet parameters);

    /// <summary>Adds to the gradients of the inputs; overwrites those of the parameters.</summary>
    /// <param name="workspace">With all values, and the gradient of the output.</param>
    /// <param name="parameters">Weights and biases.</param>
    /// <param name="gradients">Where those of this layer's parameters go; null if they are not wanted.</param>
    public abstract void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients);

    /// <summary>An input.</summary>
    protected ReadOnlySpan<float> Input(Workspace workspace, int n = 0) => workspace.Values[_inputs[n]].AsSpan(0, InputShapes[n].Count * workspace.Samples);

    /// <summary>The output.</summary>
    protected Span<float> Output(Workspace workspace) => workspace.Values[Index + 1].AsSpan(0, OutputShape.Count * workspace.Samples);

    /// <summary>The gradient of an input; empty if nobody needs it.</summary>
    protected Span<float> InputGradient(Workspace workspace, int n = 0) =>
        workspace.Gradients[_inputs[n]] is { Length: > 0 } gradient ? gradient.AsSpan(0, InputShapes[n].Count * workspace.Samples) : default;

    /// <summary>The gradient of the output.</summary>
    protected ReadOnlySpan<float> OutputGradient(Workspace workspace) => workspace.Gradients[Index + 1].AsSpan(0, OutputShape.Count * workspace.Samples);

    /// <summary>Layout of an input.</summary>
    protected Layout InputLayout(Workspace workspace, int n = 0) => new(InputShapes[n], workspace.Samples);

    /// <summary>Layout of the output.</summary>
    protected Layout OutputLayout(Workspace workspace) => new(OutputShape, workspace.Samples);
}
