using FreeML.Compiler.Models;
using FreeML.Compiler.Training.Kernels;

namespace FreeML.Compiler.Training;

/// <summary>How to compute a network, forwards and backwards, for several samples at once.</summary>
internal sealed class Plan
{
    private readonly LayerKernel[] _kernels;
    private readonly bool[] _needsGradient;
    private readonly bool[] _isTrained;
    private readonly Run[] _inputRuns;

    /// <summary>A plan for a network.</summary>
    /// <param name="network">Network.</param>
    /// <param name="trained">Layers whose parameters get gradients; none if only the forward way is wanted.</param>
    public Plan(Network network, Func<int, bool>? trained = null)
    {
        Network = network;
        _isTrained = [.. network.Layers.Select((layer, n) => layer is WeightedLayer or ChannelAffine && trained?.Invoke(n) == true)];
        _needsGradient = new bool[network.Shapes.Length];
        for (int n = 0; n < network.Layers.Length; n++)
        {
            _needsGradient[n + 1] = _isTrained[n] || network.Layers[n].Inputs.Any(value => _needsGradient[value]);
        }

        _kernels = [.. network.Layers.Select((_, n) => LayerKernel.For(network, n))];
        LogitsValue = network.Layers is [.., Softmax softmax] ? softmax.Inputs[0] : network.Layers.Length;
        _inputRuns = Run.All([network.InputShape.Count], network.InputShape);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The value that the loss is taken of: the input of a softmax at the end, else the output.</summary>
    public int LogitsValue { get; }

    /// <summary>Whether a value's gradient is needed to train what is to be trained.</summary>
    public bool NeedsGradient(int value) => _needsGradient[value];

    /// <summary>Whether a layer's parameters get gradients.</summary>
    public bool IsTrained(int layer) => _isTrained[layer];

    /// <summary>Puts samples, one after the other, into a workspace.</summary>
    public void Load(Workspace workspace, ReadOnlySpan<float> samples, int count)
    {
        workspace.Begin(count);
        Layout.Copy(_inputRuns, samples, new Layout([Network.InputShape.Count], count), workspace.Values[0], new Layout(Network.InputShape, count));
    }

    /// <summary>Computes all values.</summary>
    public void Forward(Workspace workspace, ParameterSet parameters) => Forward(workspace, parameters, _kernels.Length);

    /// <summary>Computes the outputs of the first layers.</summary>
    public void Forward(Workspace workspace, ParameterSet parameters, int layers)
    {
        for (int n = 0; n < layers; n++)
        {
            _kernels[n].Forward(workspace, parameters);
        }
    }

    /// <summary>Copies a value out, sample by sample.</summary>
    public void Read(Workspace workspace, int value, Span<float> samples)
    {
        Shape shape = Network.Shapes[value];
        Shape flat = [shape.Count];
        Layout.Copy(Run.All(shape, flat), workspace.Values[value], new Layout(shape, workspace.Samples), samples, new Layout(flat, workspace.Samples));
    }

    /// <summary>From the gradient of a value, sample by sample, those of all trained parameters before it.</summary>
    /// <param name="workspace">After <see cref="Forward(Workspace, ParameterSet)"/>.</param>
    /// <param name="value">Which value.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="parameters">As in the forward way.</param>
    /// <param name="gradients">Overwritten for trained layers.</param>
    public void Backward(Workspace workspace, int value, ReadOnlySpan<float> gradient, ParameterSet parameters, ParameterSet gradients)
    {
        if (!_needsGradient[value])
        {
            return;
        }

        Shape shape = Network.Shapes[value];
        Shape flat = [shape.Count];
        Layout.Copy(Run.All(flat, shape), gradient, new Layout(flat, workspace.Samples), workspace.Gradients[value], new Layout(shape, workspace.Samples));
        for (int n = value - 1; n >= 0; n--)
        {
            if (_needsGradient[n + 1])
            {
                _kernels[n].Backward(workspace, parameters, _isTrained[n] ? gradients : null);
            }
        }
    }
}
