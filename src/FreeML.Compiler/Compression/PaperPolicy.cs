using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>
/// SparseComp as published: separate the large layers, then cut the largest layer to a tenth again and again, training between, until the
/// published size model is content. Nothing here knows what the device stores or spends.
/// </summary>
/// <remarks>
/// Where ranks of convolutions matter: they are found in the weights. The published sizes of the CIFAR-10 networks come out when their
/// convolutions have rank 0 (nothing but noise, as untrained ones have), which leaves them alone.
/// </remarks>
public sealed class PaperPolicy : ICompressionPolicy
{
    private const double SmallestSeparatedBytes = 80_000;
    private const double RankShare = 0.1;
    private const double FirstDensity = 0.1;
    private const double DensityFactor = 0.9;
    private const double CutTo = 0.1;
    private const int MostTries = 31;
    private const double FragileLoss = 0.05;

    // Five points are five points, whatever their difference is in binary.
    private const double Rounding = 1e-9;

    private readonly double _budgetBytes;

    /// <summary>A policy for a budget.</summary>
    /// <param name="budgetBytes">Size to get to, as <see cref="PublishedSize"/> counts.</param>
    public PaperPolicy(double budgetBytes) => _budgetBytes = budgetBytes;

    /// <summary>Separates the large layers of a network as trained.</summary>
    /// <param name="network">The network.</param>
    /// <param name="byShape">Without looking at the weights, so that no convolution is separated.</param>
    public static CompressionState Separate(Network network, bool byShape = false)
    {
        var state = new CompressionState(network);

        // From the end, so that what is still to come keeps its index.
        for (int n = network.Layers.Length - 1; n >= 0; n--)
        {
            if (network.Layers[n] is WeightedLayer layer && PublishedSize.Bytes(layer, 1) >= SmallestSeparatedBytes && SeparationOf(n, layer, byShape) is { } rewrite)
            {
                state = state.With(rewrite);
                state = state.With(new CompressionStep(layer.Name, rewrite.ToString(), Bytes(state)));
            }
        }

        return state;
    }

    /// <inheritdoc/>
    /// <remarks>Training ends with the last cut.</remarks>
    public CompressionState Begin(Network network) => Separate(network) with { IsFinal = true };

    /// <summary>Size of a state.</summary>
    public static double Bytes(CompressionState state) => PublishedSize.Total(state.Network, state.Densities);

    /// <inheritdoc/>
    public bool IsMet(CompressionState state) => Bytes(state) <= _budgetBytes;

    /// <inheritdoc/>
    /// <remarks>The next layer's next density. Its weights are still as before.</remarks>
    public CompressionState Cut(CompressionState state)
    {
        int layer = Largest(state);
        double before = Bytes(state, layer);
        double density = state.Densities[layer];
        for (int tries = 0; tries < MostTries && (tries == 0 || BytesAt(density) > CutTo * before); tries++)
        {
            density = density == 1 ? FirstDensity : DensityFactor * density;
        }

        CompressionState cut = state.With(layer, density);
        return cut.With(new CompressionStep(state.Network.Layers[layer].Name, string.Create(CultureInfo.InvariantCulture, $"density {density:0.00000}"), Bytes(cut)));

        double BytesAt(double density) => PublishedSize.Bytes((WeightedLayer)state.Network.Layers[layer], density);
    }

    /// <inheritdoc/>
    /// <remarks>A layer whose cut cost five points is left alone from then on, while there are others.</remarks>
    public CompressionState Judge(CompressionState state, double accuracy)
    {
        if (state.Accuracy is not { } before || before - accuracy < FragileLoss - Rounding)
        {
            return state;
        }

        string cut = state.Steps[^1].Layer;
        return state with { Fragile = [.. state.Fragile.Select((fragile, n) => fragile || state.Network.Layers[n].Name == cut)] };
    }

    private static Rewrite? SeparationOf(int index, WeightedLayer layer, bool byShape)
    {
        if (layer is Dense dense)
        {
            int rank = Math.Min((int)(RankShare * dense.OutputChannels), dense.Weights.Shape[1]);
            return rank == 0 ? null : new Rewrite(index, RewriteForm.Svd, rank);
        }

        if (byShape || layer is not Convolution { Groups: 1 } convolution)
        {
            return null;
        }

        (int output, int input) = Separation.Ranks(convolution);
        return output == 0 || input == 0 ? null : new Rewrite(index, RewriteForm.Tucker, output, input);
    }

    private static double Bytes(CompressionState state, int layer) => PublishedSize.Bytes((WeightedLayer)state.Network.Layers[layer], state.Densities[layer]);

    // The published loop would take a layer with many biases for ever; one that has a single weight left has nothing more to give.
    private int Largest(CompressionState state)
    {
        int[] cuttable = [.. Enumerable.Range(0, state.Network.Layers.Length).Where(n => state.Network.Layers[n] is WeightedLayer && state.Kept(n) > 1)];
        int[] sound = [.. cuttable.Where(n => !state.Fragile[n])];
        return (sound.Length > 0 ? sound : cuttable) switch
        {
            [] => throw new ModelException(state.Network.Name, string.Create(CultureInfo.InvariantCulture, $"a budget of {_budgetBytes:0} B"), string.Create(CultureInfo.InvariantCulture, $"one of at least {Math.Ceiling(Bytes(state)):0} B, where biases and tables are all that is left")),
            var candidates => candidates.MaxBy(n => Bytes(state, n)),
        };
    }
}
