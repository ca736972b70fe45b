using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>
/// Rewrites layers into fewer that compute the same, up to rounding of weights: affine layers go into convolutions and dense layers, reshapes
/// and transpositions meet and cancel. One rule is one method: it looks at a layer and what that reads, and tells whether it changed anything.
/// </summary>
internal static class GraphSimplifier
{
    // Rules move layers by one place; real graphs settle in three rounds. What is left over is correct all the same.
    private const int MostRounds = 32;

    private static readonly Func<LayerGraph, GraphNode, bool>[] Rules =
    [
        DropNoOperation,
        JoinReshapes,
        JoinTranspositions,
        JoinActivations,
        MoveActivationBeforeTransposition,
        FoldAffineIntoWhatItReads,
        FoldAffineIntoConvolution,
        FoldAffineIntoDense,
        FoldPadding,
        FoldTranspositionIntoDense,
    ];

    /// <summary>Applies the rules until none finds anything.</summary>
    public static void Simplify(LayerGraph graph)
    {
        bool changed = true;
        for (int round = 0; changed && round < MostRounds; round++)
        {
            graph.DropDead();
            changed = false;
            foreach (GraphNode node in graph.Nodes.ToArray())
            {
                changed |= Array.Exists(Rules, rule => IsLive(graph, node) && rule(graph, node));
            }
        }

        graph.DropDead();
        DropInputReshape(graph);
    }

    private static bool IsLive(LayerGraph graph, GraphNode node) => node.Readers.Count > 0 || node == graph.Output;

    private static bool IsReadOnce(LayerGraph graph, GraphNode node) => node.Readers.Count == 1 && node != graph.Output && node.Layer is not null;

    // What only adds is a bias, whoever wrote it as a node of its own.
    private static bool IsKept(LayerGraph graph, ChannelAffine affine) => graph.KeepsNormalisation && affine.Scale.Values.AsSpan().ContainsAnyExcept(1f);

    private static bool DropNoOperation(LayerGraph graph, GraphNode node)
    {
        bool isNothing = node.Layer switch
        {
            Reshape => node.Shape == node.Inputs[0].Shape,
            Padding padding => padding.Margins.IsEmpty,
            ChannelAffine affine => !graph.KeepsNormalisation && affine.Scale.Values.AsSpan().IndexOfAnyExcept(1f) < 0 && affine.Shift.Values.AsSpan().IndexOfAnyExcept(0f) < 0,
            Pooling { Window: { Height: 1, Width: 1, StrideHeight: 1, StrideWidth: 1, Margins.IsEmpty: true } } => true,
            Activation { Kind: ActivationKind.Clip, A: float.NegativeInfinity, B: float.PositiveInfinity } => true,
            Concatenation => node.Inputs.Count == 1,
            _ => false,
        };
        if (isNothing)
        {
            graph.Replace(node, node.Inputs[0]);
        }

        return isNothing;
    }

    private static bool JoinReshapes(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Reshape second, Inputs: [{ Layer: Reshape first } before] })
        {
            return false;
        }

        node.Become(second.Name.Length > 0 ? second : second with { Name = first.Name }, before.Inputs[0]);
        return true;
    }

    private static bool JoinTranspositions(LayerGraph graph, GraphNode node)
    {
        if (node.Layer is not Transposition second)
        {
            return false;
        }

        // Only axes of size 1 move: no element does.
        Shape from = node.Inputs[0].Shape;
        int[] moved = [.. second.Order.Where(axis => from[axis] > 1)];
        if (moved.SequenceEqual(moved.Order()))
        {
            node.Become(new Reshape(second.Name, [], node.Shape), node.Inputs[0]);
            return true;
        }

        if (node.Inputs[0] is not { Layer: Transposition first } before)
        {
            return false;
        }

        ImmutableArray<int> order = [.. second.Order.Select(axis => first.Order[axis])];
        node.Become(second with { Order = order }, before.Inputs[0]);
        return true;
    }

    private static bool JoinActivations(LayerGraph graph, GraphNode node)
    {
        if (node.Layer is not Activation activation || Bounds(activation) is not { } outer)
        {
            return false;
        }

        if (activation is { Kind: ActivationKind.Clip, A: 0, B: float.PositiveInfinity })
        {
            node.Become(activation with { Kind = ActivationKind.Relu, B = 0 }, node.Inputs[0]);
            return true;
        }

        if (!IsReadOnce(graph, node.Inputs[0]) || node.Inputs[0] is not { Layer: Activation inner } before || Bounds(inner) is not { } first)
        {
            return false;
        }

        float low = Math.Min(Math.Max(first.Low, outer.Low), outer.High);
        float high = Math.Min(Math.Max(first.High, outer.Low), outer.High);
        node.Become(inner with { Kind = ActivationKind.Clip, A = low, B = high }, before.Inputs[0]);
        return true;
    }

    private static (float Low, float High)? Bounds(Activation activation) => activation.Kind switch
    {
        ActivationKind.Relu => (0, float.PositiveInfinity),
        ActivationKind.Clip when activation.A <= activation.B => (activation.A, activation.B),
        _ => null,
    };

    // So that transpositions around it meet, and an activation follows its convolution.
    private static bool MoveActivationBeforeTransposition(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Activation activation, Inputs: [{ Layer: Transposition or Reshape } before] } || !IsReadOnce(graph, before) || before.Inputs[0].Layer is null)
        {
            return false;
        }

        Layer moved = before.Layer;
        before.Become(activation, before.Inputs[0]);
        node.Become(moved, before);
        return true;
    }

    // (W x + b) s + t = (s W) x + (s b + t)
    private static bool FoldAffineIntoWhatItReads(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: ChannelAffine affine, Inputs: [{ Layer: WeightedLayer or ChannelAffine } before] } || !IsReadOnce(graph, before) || IsKept(graph, affine))
        {
            return false;
        }

        float[] scale = affine.Scale.Values;
        float[] shift = affine.Shift.Values;
        Layer folded;
        if (before.Layer is ChannelAffine first)
        {
            folded = first with
            {
                Scale = new Tensor(first.Scale.Shape, [.. first.Scale.Values.Select((value, channel) => (float)((double)value * scale[channel]))]),
                Shift = new Tensor(first.Shift.Shape, [.. first.Shift.Values.Select((value, channel) => MultiplyAdd(value, scale[channel], shift[channel]))]),
            };
        }
        else
        {
            var weighted = (WeightedLayer)before.Layer;
            int each = weighted.Weights.Count / scale.Length;
            graph.Budget.Take(weighted.Weights.Count, "weights");
            Tensor weights = new(weighted.Weights.Shape, [.. weighted.Weights.Values.Select((weight, index) => (float)((double)weight * scale[index / each]))]);
            Tensor bias = new([scale.Length], [.. scale.Select((factor, channel) => MultiplyAdd(weighted.Bias?.Values[channel] ?? 0, factor, shift[channel]))]);
            folded = weighted with { Weights = weights, Bias = bias };
        }

        before.Become(folded, before.Inputs[0]);
        graph.Replace(node, before);
        return true;
    }

    // W (s x + t) + b = (W s) x + (W t + b); zeros around the map would have to be shifted too, so with margins only without a shift.
    private static bool FoldAffineIntoConvolution(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Convolution convolution, Inputs: [{ Layer: ChannelAffine affine } before] }
            || !IsReadOnce(graph, before)
            || IsKept(graph, affine)
            || (!convolution.Window.Margins.IsEmpty && affine.Shift.Values.AsSpan().IndexOfAnyExcept(0f) >= 0))
        {
            return false;
        }

        int perGroup = convolution.Weights.Shape[1];
        int window = convolution.Weights.Shape[2] * convolution.Weights.Shape[3];
        int outputsPerGroup = convolution.OutputChannels / convolution.Groups;
        node.Become((Layer)Absorb(graph, convolution, affine, (output, index) => ((output / outputsPerGroup) * perGroup) + (index / window)), before.Inputs[0]);
        return true;
    }

    private static bool FoldAffineIntoDense(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Dense dense, Inputs: [var before] })
        {
            return false;
        }

        // Between a map and a dense layer there is a flattening.
        GraphNode last = before;
        if (last is { Layer: Reshape, Inputs: [var map] } && IsReadOnce(graph, last))
        {
            last = map;
        }

        if (last.Layer is not ChannelAffine affine || !IsReadOnce(graph, last) || IsKept(graph, affine))
        {
            return false;
        }

        int each = last.Shape.Count / last.Shape[0];
        GraphNode input = last.Inputs[0];
        if (before != last)
        {
            before.Become(before.Layer!, input);
            input = before;
        }

        node.Become((Layer)Absorb(graph, dense, affine, (_, index) => index / each), input);
        return true;
    }

    private static WeightedLayer Absorb(LayerGraph graph, WeightedLayer layer, ChannelAffine affine, Func<int, int, int> channelOf)
    {
        graph.Budget.Take(layer.Weights.Count, "weights");
        int each = layer.Weights.Count / layer.OutputChannels;
        float[] weights = new float[layer.Weights.Count];
        float[] bias = new float[layer.OutputChannels];
        for (int output = 0; output < bias.Length; output++)
        {
            double sum = layer.Bias?.Values[output] ?? 0;
            for (int index = 0; index < each; index++)
            {
                double weight = layer.Weights.Values[(output * each) + index];
                int channel = channelOf(output, index);
                weights[(output * each) + index] = (float)(weight * affine.Scale.Values[channel]);
                sum += weight * affine.Shift.Values[channel];
            }

            bias[output] = (float)sum;
        }

        bool hasBias = layer.Bias is not null || bias.AsSpan().IndexOfAnyExcept(0f) >= 0;
        return layer with { Weights = new Tensor(layer.Weights.Shape, weights), Bias = hasBias ? new Tensor([bias.Length], bias) : null };
    }

    private static bool FoldPadding(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Convolution convolution, Inputs: [{ Layer: Padding { Value: 0, Margins: { Top: >= 0, Left: >= 0, Bottom: >= 0, Right: >= 0 } more } } before] })
        {
            return false;
        }

        Margins own = convolution.Window.Margins;
        Margins margins = new(own.Top + more.Top, own.Left + more.Left, own.Bottom + more.Bottom, own.Right + more.Right);
        node.Become(convolution with { Window = convolution.Window with { Margins = margins } }, before.Inputs[0]);
        return true;
    }

    // Flattening a turned map into a dense layer: the weights are turned instead, once.
    private static bool FoldTranspositionIntoDense(LayerGraph graph, GraphNode node)
    {
        if (node is not { Layer: Dense dense, Inputs: [{ Layer: Reshape flatten, Inputs: [{ Layer: Transposition turn } turned] }] })
        {
            return false;
        }

        graph.Budget.Take(dense.Weights.Count, "weights");
        GraphNode map = turned.Inputs[0];
        Constant positions = new([.. map.Shape], [.. Enumerable.Range(0, map.Shape.Count).Select(index => (double)index)], isInteger: true);
        int[] source = positions.Transposed([.. turn.Order]).Integers;
        float[] weights = new float[dense.Weights.Count];
        for (int output = 0; output < dense.OutputChannels; output++)
        {
            int row = output * source.Length;
            for (int index = 0; index < source.Length; index++)
            {
                weights[row + source[index]] = dense.Weights.Values[row + index];
            }
        }

        GraphNode flat = map.Shape.Rank == 1 ? map : graph.Insert(node, flatten with { Shape = [map.Shape.Count] }, map);
        node.Become(dense with { Weights = new Tensor(dense.Weights.Shape, weights) }, flat);
        return true;
    }

    // A network that begins by looking at its input under another shape can as well be given it under that shape.
    private static void DropInputReshape(LayerGraph graph)
    {
        GraphNode input = graph.Input;
        if (input.Readers is [{ Layer: Reshape } first, ..] && graph.Output != input && input.Readers.All(reader => reader.Layer is Reshape && reader.Shape == first.Shape && reader != graph.Output))
        {
            input.Become(first.Shape);
            foreach (GraphNode reader in input.Readers.ToArray())
            {
                graph.Replace(reader, input);
            }
        }
    }

    private static float MultiplyAdd(float value, float scale, float shift) => (float)(((double)value * scale) + shift);
}
