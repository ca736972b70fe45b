using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Compression;

/// <summary>Bits of each layer's weights: 8 where that costs next to nothing, else 16.</summary>
public static class Precision
{
    /// <summary>Loss, in nats, that all layers of 8 bits may cost together.</summary>
    private const double Allowed = 0.003;

    /// <summary>Bits for each layer: layers go to 16, the most sensitive first, until the others cost no more than they may.</summary>
    /// <param name="network">The network as trained.</param>
    /// <param name="loss">Loss of a network on samples that are not tested with.</param>
    public static ImmutableArray<int> Choose(Network network, Func<Network, double> loss)
    {
        double exact = loss(network);
        int[] layers = [.. Enumerable.Range(0, network.Layers.Length).Where(n => network.Layers[n] is WeightedLayer)];
        var coarse = layers.ToHashSet();
        int[] bySensitivity = loss(Coarse(network, coarse)) - exact <= Allowed ? [] : [.. layers.OrderByDescending(n => loss(Coarse(network, new HashSet<int> { n })))];
        foreach (int layer in bySensitivity.TakeWhile(_ => loss(Coarse(network, coarse)) - exact > Allowed))
        {
            coarse.Remove(layer);
        }

        return [.. network.Layers.Select((_, n) => coarse.Contains(n) ? 8 : 16)];
    }

    /// <summary>A network whose weights in some layers are rounded to 8 bits, with a power of two for each output channel.</summary>
    internal static Network Coarse(Network network, IReadOnlySet<int> layers) => layers.Aggregate(network, (now, n) =>
    {
        var layer = (WeightedLayer)now.Layers[n];
        Tensor weights = layer.Weights.Clone();
        int inRow = weights.Count / layer.OutputChannels;
        short[] integers = new short[inRow];
        for (int row = 0; row < layer.OutputChannels; row++)
        {
            Span<float> values = weights.Values.AsSpan(row * inRow, inRow);
            if (WeightQuantizer.BestExponent(values, 8) is { } exponent)
            {
                WeightQuantizer.Quantize(values, 8, exponent, integers);
                for (int i = 0; i < inRow; i++)
                {
                    values[i] = (float)Math.ScaleB(integers[i], -exponent);
                }
            }
        }

        return now.With(n, layer with { Weights = weights });
    });
}
