using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>
/// Removes channels that no longer matter: those that nobody reads, as all weights on them are 0, and those that are constant, as all their
/// own weights are 0. The network computes the same, but for rounding.
/// </summary>
/// <remarks>
/// Looked at are convolutions in one group and fully connected layers that feed one other such layer, through activations, pooling and
/// flattening only. A constant goes into the reader's bias where that is exact: everywhere if it is 0, else where no margin dilutes it.
/// </remarks>
public static class DeadUnits
{
    /// <summary>The network without them. At least one channel of a layer stays.</summary>
    public static Network Remove(Network network)
    {
        while (true)
        {
            Network smaller = network;
            for (int n = 0; n < network.Layers.Length; n++)
            {
                smaller = Path.From(smaller, n) is { } path ? path.Shrunk() : smaller;
            }

            if (ReferenceEquals(smaller, network))
            {
                return network;
            }

            network = smaller;
        }
    }

    /// <summary>A layer, those its channels pass one by one, and the layer that mixes them again.</summary>
    private sealed class Path(Network network, int writer, ImmutableArray<int> between, int reader)
    {
        private WeightedLayer Writer => (WeightedLayer)network.Layers[writer];

        private WeightedLayer Reader => (WeightedLayer)network.Layers[reader];

        // Weights of the reader for one channel of the writer stand side by side in each of its rows.
        private int WeightsOfChannel => Reader.Weights.Count / Reader.OutputChannels / Writer.OutputChannels;

        private bool HasMargins => Reader is Convolution { Window.Margins.IsEmpty: false } || between.Any(n => network.Layers[n] is Pooling { Window.Margins.IsEmpty: false });

        public static Path? From(Network network, int writer)
        {
            if (!Mixes(network.Layers[writer]))
            {
                return null;
            }

            var between = ImmutableArray.CreateBuilder<int>();
            for (int value = writer + 1; OnlyReader(network, value) is { } next; value = next + 1)
            {
                if (Mixes(network.Layers[next]))
                {
                    return new Path(network, writer, between.ToImmutable(), next);
                }

                if (!KeepsChannels(network, next))
                {
                    return null;
                }

                between.Add(next);
            }

            return null;
        }

        public Network Shrunk()
        {
            float[] bias = Reader.Bias is { } given ? [.. given.Values] : new float[Reader.OutputChannels];
            List<int> kept = [];
            bool hasChanged = false;
            for (int channel = 0; channel < Writer.OutputChannels; channel++)
            {
                if (IsRead(channel) && (Constant(channel) is not { } constant || (constant != 0 && HasMargins)))
                {
                    kept.Add(channel);
                }
                else if (IsRead(channel) && Constant(channel) is { } value && value != 0)
                {
                    hasChanged = true;
                    AddConstant(bias, channel, value);
                }
            }

            if (kept.Count == Writer.OutputChannels)
            {
                return network;
            }

            if (kept.Count == 0)
            {
                kept.Add(0);
                if (Writer.OutputChannels == 1 || hasChanged)
                {
                    return network;
                }
            }

            return With(kept, hasChanged || Reader.Bias is not null ? new Tensor([bias.Length], bias) : null);
        }

        private static bool Mixes(Layer layer) => layer is Dense or Convolution { Groups: 1 };

        private static int? OnlyReader(Network network, int value)
        {
            int[] readers = [.. Enumerable.Range(0, network.Layers.Length).Where(n => network.Layers[n].Inputs.Contains(value))];
            return readers is [var only] && network.Layers[only].Inputs.Length == 1 ? only : null;
        }

        private static bool KeepsChannels(Network network, int layer) => network.Layers[layer] switch
        {
            Activation or Pooling => true,
            Reshape reshape => reshape.Shape.Rank == 1 || network.InputShapes(layer)[0] == reshape.Shape,
            _ => false,
        };

        private bool IsRead(int channel)
        {
            for (int row = 0; row < Reader.OutputChannels; row++)
            {
                if (ReaderWeights(row, channel).ContainsAnyExcept(0f))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>What the reader sees of a channel, if that never changes.</summary>
        private float? Constant(int channel)
        {
            int inRow = Writer.Weights.Count / Writer.OutputChannels;
            if (Writer.Weights.Values.AsSpan(channel * inRow, inRow).ContainsAnyExcept(0f))
            {
                return null;
            }

            float value = Writer.Bias?.Values[channel] ?? 0;
            foreach (int n in between)
            {
                value = network.Layers[n] is Activation activation ? Applied(activation, value) : value;
            }

            return value;
        }

        private static float Applied(Activation activation, float x) => activation.Kind switch
        {
            ActivationKind.Relu => Math.Max(x, 0),
            ActivationKind.LeakyRelu => x < 0 ? activation.A * x : x,
            ActivationKind.Clip => Math.Min(Math.Max(x, activation.A), activation.B),
            ActivationKind.Tanh => MathF.Tanh(x),
            _ => 1 / (1 + MathF.Exp(-x)),
        };

        private void AddConstant(float[] bias, int channel, float value)
        {
            for (int row = 0; row < bias.Length; row++)
            {
                double sum = bias[row];
                foreach (float weight in ReaderWeights(row, channel))
                {
                    sum += (double)weight * value;
                }

                bias[row] = (float)sum;
            }
        }

        private Span<float> ReaderWeights(int row, int channel) =>
            Reader.Weights.Values.AsSpan(((row * Writer.OutputChannels) + channel) * WeightsOfChannel, WeightsOfChannel);

        private Network With(List<int> kept, Tensor? readerBias)
        {
            ImmutableArray<Layer>.Builder layers = network.Layers.ToBuilder();
            int inRow = Writer.Weights.Count / Writer.OutputChannels;
            layers[writer] = Writer with
            {
                Weights = new Tensor(Resized(Writer.Weights.Shape, 0, kept.Count), [.. kept.SelectMany(channel => Writer.Weights.Values[(channel * inRow)..((channel + 1) * inRow)])]),
                Bias = Writer.Bias is { } bias ? new Tensor([kept.Count], [.. kept.Select(channel => bias.Values[channel])]) : null,
            };
            int perChannel = WeightsOfChannel;
            layers[reader] = Reader with
            {
                Weights = new Tensor(
                    Resized(Reader.Weights.Shape, 1, Reader is Dense ? kept.Count * perChannel : kept.Count),
                    [.. Enumerable.Range(0, Reader.OutputChannels).SelectMany(row => kept.SelectMany(channel => ReaderWeights(row, channel).ToArray()))]),
                Bias = readerBias,
            };
            foreach (int n in between)
            {
                if (network.Layers[n] is Reshape reshape)
                {
                    layers[n] = reshape with { Shape = Resized(reshape.Shape, 0, reshape.Shape[0] / Writer.OutputChannels * kept.Count) };
                }
            }

            return new Network(network.Name, network.InputShape, layers.ToImmutable());
        }

        private static Shape Resized(Shape shape, int axis, int size)
        {
            int[] sizes = shape.AsSpan().ToArray();
            sizes[axis] = size;
            return Shape.Create(sizes);
        }
    }
}
