using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Lowering;

/// <summary>
/// The same function in fewer kinds of layers, ready to be lowered: a softmax at the end is left out (the class is that of the logits), zeros
/// around a map become margins of the convolution after them, channel factors become a depthwise convolution, and a transposition before a
/// fully connected layer goes into its weights.
/// </summary>
public static class Canonical
{
    /// <summary>The network, rewritten.</summary>
    /// <param name="network">Any network.</param>
    /// <param name="kept">Values that must stay what they are (those that exits read).</param>
    /// <exception cref="ModelException">A softmax in the middle.</exception>
    public static Network Of(Network network, params ReadOnlySpan<int> kept) => Rewrite(network, out _, kept);

    /// <inheritdoc cref="Of"/>
    /// <param name="network">Any network.</param>
    /// <param name="values">Where each value of the network is found in the new one.</param>
    /// <param name="kept">Values that must stay what they are.</param>
    public static Network Rewrite(Network network, out ImmutableArray<int> values, params ReadOnlySpan<int> kept)
    {
        Rewriter rewriter = new(network, [.. kept]);
        Network result = rewriter.Rewrite();
        values = [.. rewriter.Values];
        return result;
    }

    private sealed class Rewriter(Network network, HashSet<int> kept)
    {
        private readonly List<Layer> _layers = [];
        private readonly Dictionary<int, Margins> _margins = [];
        private readonly Dictionary<int, int[]> _orders = [];
        private readonly ILookup<int, int> _readers = network.Layers
            .SelectMany((layer, index) => layer.Inputs.Select(input => (input, index)))
            .ToLookup(pair => pair.input, pair => pair.index);

        public int[] Values { get; } = new int[network.Shapes.Length];

        public Network Rewrite()
        {
            for (int i = 0; i < network.Layers.Length; i++)
            {
                Layer layer = network.Layers[i] with { Inputs = [.. network.Layers[i].Inputs.Select(value => Values[value])] };
                Values[i + 1] = layer switch
                {
                    Softmax => LeaveOutSoftmax(i, layer),
                    Padding padding when BecomesMargins(i, padding) => LeaveOut(i, layer, _margins, padding.Margins),
                    Convolution convolution when _margins.TryGetValue(network.Layers[i].Inputs[0], out Margins margins) => Add(convolution with { Window = Widen(convolution.Window, margins) }),
                    ChannelAffine affine => AddAffine(i, affine),
                    Transposition transposition => MovesOnlyOnes(i, transposition) ? Add(new Reshape(layer.Name, layer.Inputs, network.Shapes[i + 1]))
                        : GoesIntoWeights(i) ? LeaveOut(i, layer, _orders, Sources(network.Shapes[network.Layers[i].Inputs[0]], transposition))
                        : Add(transposition),
                    Reshape => AddReshape(i, layer),
                    Dense dense when _orders.TryGetValue(network.Layers[i].Inputs[0], out int[]? order) => Add(dense with { Weights = Reorder(dense.Weights, order) }),
                    _ => Add(layer),
                };
            }

            return new Network(network.Name, network.InputShape, [.. _layers]);
        }

        private int Add(Layer layer)
        {
            _layers.Add(layer);
            return _layers.Count;
        }

        private int LeaveOutSoftmax(int index, Layer layer)
        {
            // What follows on the logits' way out may only be another shape.
            bool isAtEnd = network.Layers.AsSpan()[(index + 1)..].ToArray().All(later => later is Reshape);
            return isAtEnd ? layer.Inputs[0] : throw new ModelException(layer.Name, "a softmax inside the network", "one at its end, or none");
        }

        private static int LeaveOut<T>(int index, Layer layer, Dictionary<int, T> owed, T what)
        {
            owed[index + 1] = what;
            return layer.Inputs[0];
        }

        private int AddReshape(int index, Layer layer)
        {
            if (_orders.TryGetValue(network.Layers[index].Inputs[0], out int[]? order))
            {
                _orders[index + 1] = order;
            }

            return Add(layer);
        }

        private int AddAffine(int index, ChannelAffine affine)
        {
            Shape shape = network.Shapes[index + 1];
            int channels = shape[0];
            int input = affine.Inputs[0];
            bool isMap = shape.Rank == 3;
            if (!isMap)
            {
                input = Add(new Reshape(affine.Name + ".map", [input], [channels, shape.Count / channels, 1]));
            }

            int result = Add(new Convolution(affine.Name, [input], new Tensor([channels, 1, 1, 1], affine.Scale.Values), new Tensor([channels], affine.Shift.Values), new Window(1, 1, 1, 1, default), channels));
            return isMap ? result : Add(new Reshape(affine.Name + ".back", [result], shape));
        }

        private bool BecomesMargins(int index, Padding padding)
        {
            Margins margins = padding.Margins;
            return padding.Value == 0 && margins is { Top: >= 0, Left: >= 0, Bottom: >= 0, Right: >= 0 } && !kept.Contains(index + 1)
                && _readers[index + 1].Any() && _readers[index + 1].All(reader => network.Layers[reader] is Convolution);
        }

        private bool GoesIntoWeights(int index)
        {
            for (int value = index + 1; !kept.Contains(value) && _readers[value].Any(); value = _readers[value].First() + 1)
            {
                if (_readers[value].All(reader => network.Layers[reader] is Dense))
                {
                    return true;
                }

                if (_readers[value].Count() > 1 || network.Layers[_readers[value].First()] is not Reshape)
                {
                    return false;
                }
            }

            return false;
        }

        private bool MovesOnlyOnes(int index, Transposition transposition)
        {
            Shape shape = network.Shapes[network.Layers[index].Inputs[0]];
            int[] moved = [.. transposition.Order.Where(axis => shape[axis] > 1)];
            return moved.SequenceEqual(moved.Order());
        }

        // Element n of the transposed value is element Sources[n] of the value before.
        private static int[] Sources(Shape shape, Transposition transposition)
        {
            int[] strides = new int[shape.Rank];
            for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis--])
            {
                strides[axis] = stride;
            }

            int[] sources = [0];
            foreach (int axis in transposition.Order)
            {
                sources = [.. sources.SelectMany(source => Enumerable.Range(0, shape[axis]).Select(step => source + (step * strides[axis])))];
            }

            return sources;
        }

        private static Tensor Reorder(Tensor weights, int[] sources)
        {
            Tensor reordered = new(weights.Shape);
            int columns = weights.Shape[1];
            for (int i = 0; i < weights.Count; i++)
            {
                reordered.Values[(i / columns * columns) + sources[i % columns]] = weights.Values[i];
            }

            return reordered;
        }

        private static Window Widen(Window window, Margins more) => window with
        {
            Margins = new Margins(window.Margins.Top + more.Top, window.Margins.Left + more.Left, window.Margins.Bottom + more.Bottom, window.Margins.Right + more.Right),
        };
    }
}
