using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>
/// The numbers of a network that training changes, or as many others (gradients, moments): for each layer two arrays, weights and biases, or
/// scales and shifts; empty where a layer has none.
/// </summary>
/// <param name="First">Weights or scales of each layer.</param>
/// <param name="Second">Biases or shifts of each layer.</param>
internal sealed record ParameterSet(ImmutableArray<float[]> First, ImmutableArray<float[]> Second)
{
    /// <summary>All arrays in a fixed order.</summary>
    public IEnumerable<float[]> Arrays => First.Concat(Second);

    /// <summary>A copy of a network's.</summary>
    public static ParameterSet Of(Network network) => new(
        [.. network.Layers.Select(layer => layer switch
        {
            WeightedLayer weighted => [.. weighted.Weights.Values],
            ChannelAffine affine => [.. affine.Scale.Values],
            _ => Array.Empty<float>(),
        })],
        [.. network.Layers.Select(layer => layer switch
        {
            WeightedLayer { Bias: { } bias } => [.. bias.Values],
            ChannelAffine affine => [.. affine.Shift.Values],
            _ => Array.Empty<float>(),
        })]);

    /// <summary>The network's own arrays, to be read only.</summary>
    public static ParameterSet ViewOf(Network network) => new(
        [.. network.Layers.Select(layer => layer switch
        {
            WeightedLayer weighted => weighted.Weights.Values,
            ChannelAffine affine => affine.Scale.Values,
            _ => [],
        })],
        [.. network.Layers.Select(layer => layer switch
        {
            WeightedLayer { Bias: { } bias } => bias.Values,
            ChannelAffine affine => affine.Shift.Values,
            _ => Array.Empty<float>(),
        })]);

    /// <summary>As many zeros.</summary>
    public ParameterSet Zeros() => new([.. First.Select(array => new float[array.Length])], [.. Second.Select(array => new float[array.Length])]);

    /// <summary>A copy that shares nothing.</summary>
    public ParameterSet Copy() => new([.. First.Select(array => (float[])array.Clone())], [.. Second.Select(array => (float[])array.Clone())]);

    /// <summary>A network with a copy of these numbers.</summary>
    public Network Into(Network network) => new(network.Name, network.InputShape, [.. network.Layers.Select((layer, n) => layer switch
    {
        WeightedLayer weighted => weighted with
        {
            Weights = new Tensor(weighted.Weights.Shape, [.. First[n]]),
            Bias = weighted.Bias is { } bias ? new Tensor(bias.Shape, [.. Second[n]]) : null,
        },
        ChannelAffine affine => affine with
        {
            Scale = new Tensor(affine.Scale.Shape, [.. First[n]]),
            Shift = new Tensor(affine.Shift.Shape, [.. Second[n]]),
        },
        _ => layer,
    })]);
}
