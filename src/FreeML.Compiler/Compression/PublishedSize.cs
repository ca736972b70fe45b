using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>
/// What a network weighs in the eyes of FreeML's published code, in bytes: numbers and indices of 4 bytes. The device stores something else
/// (<c>--policy energy</c> counts that); this is kept for comparison with the paper.
/// </summary>
public static class PublishedSize
{
    private const double NumberBytes = 4;

    // Batch normalisation keeps four numbers for each channel, and how many batches it saw.
    private const double NormalisationNumbers = 4;
    private const double NormalisationCounterBytes = 8;

    /// <summary>A layer's weights and biases: what the rule compares when it looks for the largest layer.</summary>
    public static double Bytes(WeightedLayer layer, double density) =>
        (Math.Min(1, 2 * density) * layer.Weights.Count * NumberBytes) + (NumberBytes * (layer.Bias?.Count ?? 0));

    /// <summary>A sparse layer's table of filters or columns, counted in the total only.</summary>
    public static double TableBytes(WeightedLayer layer, double density) =>
        density > 0.5 ? 0 : NumberBytes * (layer is Dense ? layer.Weights.Shape[1] + 1 : layer.OutputChannels);

    /// <summary>The whole network.</summary>
    /// <param name="network">The network, batch normalisation still in it.</param>
    /// <param name="densities">For each layer.</param>
    public static double Total(Network network, IReadOnlyList<double> densities) => network.Layers.Select((layer, n) => layer switch
    {
        WeightedLayer weighted => Bytes(weighted, densities[n]) + TableBytes(weighted, densities[n]),
        ChannelAffine affine => (NormalisationNumbers * NumberBytes * affine.Scale.Count) + NormalisationCounterBytes,
        _ => 0,
    }).Sum();
}
