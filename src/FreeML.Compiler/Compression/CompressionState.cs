using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>What happened in one turn of the loop.</summary>
/// <param name="Layer">The layer it happened to.</param>
/// <param name="Change">What became of it, in a few words.</param>
/// <param name="Bytes">Size of the network after it, as the policy counts.</param>
/// <param name="Joules">Predicted energy of an inference after it; null where the policy does not ask.</param>
/// <param name="Accuracy">On the validation split after training, 0 to 1; null without training.</param>
public sealed record CompressionStep(string Layer, string Change, double Bytes, double? Joules = null, double? Accuracy = null);

/// <summary>A network on its way down. Immutable; all that the next turn of the loop needs.</summary>
public sealed record CompressionState
{
    /// <summary>The beginning: every weight kept.</summary>
    public CompressionState(Network network)
    {
        Network = network;
        Densities = [.. network.Layers.Select(_ => 1.0)];
        Bits = [.. network.Layers.Select(_ => 16)];
        Fragile = [.. network.Layers.Select(_ => false)];
    }

    /// <summary>The network.</summary>
    public Network Network { get; init; }

    /// <summary>For each layer the share of its weights that stay, 0 to 1.</summary>
    public ImmutableArray<double> Densities { get; init; }

    /// <summary>For each layer the bits of a weight on the device, 8 or 16.</summary>
    public ImmutableArray<int> Bits { get; init; }

    /// <summary>For each layer whether cutting it cost much.</summary>
    public ImmutableArray<bool> Fragile { get; init; }

    /// <summary>Layers exchanged so far, in order.</summary>
    public ImmutableArray<Rewrite> Rewrites { get; init; } = [];

    /// <summary>Turns of the loop so far.</summary>
    public ImmutableArray<CompressionStep> Steps { get; init; } = [];

    /// <summary>Accuracy on the validation split, 0 to 1; null without training.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Cuts and trainings begun so far.</summary>
    public int Turn { get; init; }

    /// <summary>Whether the last cut was followed by training.</summary>
    public bool IsTrained { get; init; } = true;

    /// <summary>Whether the long training at the end has begun.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The same with a layer exchanged for several, of which every weight stays.</summary>
    public CompressionState With(Rewrite rewrite)
    {
        IReadOnlyList<Layer> layers = rewrite.Replacements(Network);
        return this with
        {
            Network = Network.WithSeveral(rewrite.Layer, layers),
            Densities = Densities.SetItem(rewrite.Layer, 1).InsertRange(rewrite.Layer, Enumerable.Repeat(1.0, layers.Count - 1)),
            Bits = Bits.InsertRange(rewrite.Layer, Enumerable.Repeat(Bits[rewrite.Layer], layers.Count - 1)),
            Fragile = Fragile.InsertRange(rewrite.Layer, Enumerable.Repeat(Fragile[rewrite.Layer], layers.Count - 1)),
            Rewrites = Rewrites.Add(rewrite),
        };
    }

    /// <summary>The same with another density for a layer. Its weights are as before.</summary>
    public CompressionState With(int layer, double density) => this with { Densities = Densities.SetItem(layer, density) };

    /// <summary>The same with every layer's smallest weights set to 0, as its density says.</summary>
    public CompressionState Thresholded() => this with { Network = Densities.Select((density, n) => (density, n)).Where(pair => pair.density < 1).Aggregate(Network, (network, pair) => Thresholded(network, pair.n, pair.density)) };

    /// <summary>The same with a step noted.</summary>
    public CompressionState With(CompressionStep step) => this with { Steps = Steps.Add(step) };

    /// <summary>The same with the accuracy after a turn, also in its last step.</summary>
    public CompressionState With(double accuracy) => this with { Accuracy = accuracy, Steps = Steps.SetItem(Steps.Length - 1, Steps[^1] with { Accuracy = accuracy }) };

    /// <summary>Weights of a layer that stay.</summary>
    public int Kept(int layer) => HardThreshold.Kept(((WeightedLayer)Network.Layers[layer]).Weights.Count, Densities[layer]);

    /// <summary>A network with the smallest weights of one layer set to 0.</summary>
    internal static Network Thresholded(Network network, int layer, double density)
    {
        var weighted = (WeightedLayer)network.Layers[layer];
        Tensor weights = weighted.Weights.Clone();
        HardThreshold.Apply(weights.Values, density);
        return network.With(layer, weighted with { Weights = weights });
    }
}
