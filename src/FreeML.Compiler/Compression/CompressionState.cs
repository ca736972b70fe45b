using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>What happened in one turn of the loop.</summary>
/// <param name="Change">Layer and what became of it, in a few words.</param>
/// <param name="Bytes">Size after it, as the policy counts.</param>
/// <param name="Joules">Predicted energy of an inference after it; null where the policy does not ask.</param>
/// <param name="Accuracy">On the validation split after training, 0 to 1; null without training.</param>
public sealed record CompressionStep(string Change, double Bytes, double? Joules, double? Accuracy);

/// <summary>A network on its way down. Immutable; all that the next turn of the loop needs.</summary>
public sealed record CompressionState
{
    /// <summary>The beginning: every weight kept.</summary>
    public CompressionState(Network network)
    {
        Network = network;
        Densities = [.. network.Layers.Select(_ => 1.0)];
        Fragile = [.. network.Layers.Select(_ => false)];
    }

    /// <summary>The network.</summary>
    public Network Network { get; init; }

    /// <summary>For each layer the share of its weights that stay, 0 to 1.</summary>
    public ImmutableArray<double> Densities { get; init; }

    /// <summary>For each layer whether cutting it cost much.</summary>
    public ImmutableArray<bool> Fragile { get; init; }

    /// <summary>Layers exchanged so far, in order.</summary>
    public ImmutableArray<Rewrite> Rewrites { get; init; } = [];

    /// <summary>Turns of the loop so far.</summary>
    public ImmutableArray<CompressionStep> Steps { get; init; } = [];

    /// <summary>Accuracy on the validation split, 0 to 1; null without training.</summary>
    public double? Accuracy => Steps.IsEmpty ? null : Steps[^1].Accuracy;

    /// <summary>The same with a layer exchanged for several, of which every weight stays.</summary>
    public CompressionState With(Rewrite rewrite)
    {
        IReadOnlyList<Layer> layers = rewrite.Replacements(Network);
        return this with
        {
            Network = Network.WithSeveral(rewrite.Layer, layers),
            Densities = Densities.SetItem(rewrite.Layer, 1).InsertRange(rewrite.Layer, Enumerable.Repeat(1.0, layers.Count - 1)),
            Fragile = Fragile.InsertRange(rewrite.Layer, Enumerable.Repeat(Fragile[rewrite.Layer], layers.Count - 1)),
            Rewrites = Rewrites.Add(rewrite),
        };
    }

    /// <summary>The same with another density for a layer. Its weights are as before.</summary>
    public CompressionState With(int layer, double density) => this with { Densities = Densities.SetItem(layer, density) };

    /// <summary>The same after a turn of the loop.</summary>
    public CompressionState With(CompressionStep step) => this with { Steps = Steps.Add(step) };

    /// <summary>Weights of a layer that stay.</summary>
    public int Kept(int layer) => HardThreshold.Kept(((WeightedLayer)Network.Layers[layer]).Weights.Count, Densities[layer]);
}
