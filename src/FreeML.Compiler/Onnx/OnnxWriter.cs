using System.Runtime.InteropServices;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>
/// Writes a network as an ONNX file: IR 7, operators of version 13, a batch axis of 1 in front of everything. The same network gives the same
/// bytes, and <see cref="OnnxReader"/> gives back a network with the same layers and weights, where that is in the reader's own form
/// (nothing left to fold).
/// </summary>
public static class OnnxWriter
{
    private const int IrVersion = 7;
    private const int Opset = 13;
    private const int FloatType = 1;
    private const int LongType = 7;

    /// <summary>Writes a file.</summary>
    public static void Write(Network network, string path) => File.WriteAllBytes(path, ToBytes(network));

    /// <summary>The file's bytes.</summary>
    public static byte[] ToBytes(Network network)
    {
        Graph graph = new(network);
        for (int i = 0; i < network.Layers.Length; i++)
        {
            graph.Add(i);
        }

        ProtoWriter message = new ProtoWriter()
            .Messages(1, graph.Nodes)
            .Text(2, network.Name)
            .Messages(5, graph.Constants)
            .Message(11, ValueInfo(graph.Values[0], network.InputShape))
            .Message(12, ValueInfo(graph.Values[^1], network.OutputShape));
        return new ProtoWriter()
            .Integer(1, IrVersion)
            .Text(2, "FreeML.Sim")
            .Message(7, message)
            .Message(8, new ProtoWriter().Text(1, "").Integer(2, Opset))
            .ToArray();
    }

    private static ProtoWriter ValueInfo(string name, Shape shape)
    {
        IEnumerable<ProtoWriter> dimensions = shape.Prepend(1).Select(size => new ProtoWriter().Integer(1, size));
        ProtoWriter tensor = new ProtoWriter().Integer(1, FloatType).Message(2, new ProtoWriter().Messages(1, dimensions));
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    private static ProtoWriter Whole(string name, long value) => new ProtoWriter().Text(1, name).Integer(3, value).Integer(20, 2);

    private static ProtoWriter Real(string name, float value) => new ProtoWriter().Text(1, name).Single(2, value).Integer(20, 1);

    private static ProtoWriter Wholes(string name, params int[] values)
    {
        ProtoWriter attribute = new ProtoWriter().Text(1, name);
        foreach (int value in values)
        {
            attribute.Integer(8, value);
        }

        return attribute.Integer(20, 7);
    }

    private sealed class Graph(Network network)
    {
        // A layer may be called like the input; values are told apart by a slash, which keeps them readable.
        public string[] Values { get; } = ["input", .. network.Layers.Select(layer => layer.Name + "/output")];

        public List<ProtoWriter> Nodes { get; } = [];

        public List<ProtoWriter> Constants { get; } = [];

        public void Add(int index)
        {
            switch (network.Layers[index])
            {
                case Convolution layer:
                    ProtoWriter[] window = Window(layer.Window, includesDilation: true);
                    Node(index, "Conv", Weights(layer, layer.Weights.Shape), [.. window, Whole("group", layer.Groups)]);
                    break;
                case Dense layer:
                    Node(index, "Gemm", Weights(layer, layer.Weights.Shape), [Whole("transB", 1)]);
                    break;
                case Pooling { Kind: PoolingKind.Maximum } layer:
                    Node(index, "MaxPool", [], Window(layer.Window, includesDilation: true));
                    break;
                case Pooling layer:
                    Node(index, "AveragePool", [], [.. Window(layer.Window, includesDilation: false), Whole("count_include_pad", layer.Kind is PoolingKind.AverageWithMargins ? 1 : 0)]);
                    break;
                case Activation { Kind: ActivationKind.Clip } layer:
                    Node(index, "Clip", [Bound(layer, "min", layer.A), Bound(layer, "max", layer.B)]);
                    break;
                case Activation { Kind: ActivationKind.LeakyRelu } layer:
                    Node(index, "LeakyRelu", [], [Real("alpha", layer.A)]);
                    break;
                case Activation layer:
                    Node(index, layer.Kind.ToString(), []);
                    break;
                case Addition:
                    Node(index, "Add", []);
                    break;
                case Multiplication layer:
                    Multiply(index, layer);
                    break;
                case ChannelAffine layer:
                    // Mean 0 and variance 1 leave scale and shift as they are.
                    int count = layer.Scale.Count;
                    float[] ones = new float[count];
                    Array.Fill(ones, 1f);
                    Node(
                        index,
                        "BatchNormalization",
                        [Constant(layer, "scale", [count], layer.Scale.Values), Constant(layer, "shift", [count], layer.Shift.Values), Constant(layer, "mean", [count], new float[count]), Constant(layer, "variance", [count], ones)],
                        [Real("epsilon", 0f)]);
                    break;
                case Concatenation layer:
                    Node(index, "Concat", [], [Whole("axis", layer.Axis + 1)]);
                    break;
                case Reshape layer:
                    Node(index, "Reshape", [Constant(layer, "shape", [layer.Shape.Rank + 1], [1L, .. layer.Shape.Select(size => (long)size)])]);
                    break;
                case Transposition layer:
                    Node(index, "Transpose", [], [Wholes("perm", [0, .. layer.Order.Select(axis => axis + 1)])]);
                    break;
                case Padding layer:
                    Margins margins = layer.Margins;
                    Node(index, "Pad", [Constant(layer, "pads", [8], [0L, 0, margins.Top, margins.Left, 0, 0, margins.Bottom, margins.Right]), Constant(layer, "value", [], [layer.Value])]);
                    break;
                case Softmax layer:
                    Node(index, layer.IsLogarithm ? "LogSoftmax" : "Softmax", [], [Whole("axis", 1)]);
                    break;
                case var layer:
                    throw new ArgumentException($"No ONNX operator is known for a layer of type {layer.GetType().Name}.");
            }
        }

        private static ProtoWriter[] Window(Window window, bool includesDilation)
        {
            Margins margins = window.Margins;
            ProtoWriter[] always =
            [
                Wholes("kernel_shape", window.Height, window.Width),
                Wholes("strides", window.StrideHeight, window.StrideWidth),
                Wholes("pads", margins.Top, margins.Left, margins.Bottom, margins.Right),
            ];
            return includesDilation ? [.. always, Wholes("dilations", window.DilationHeight, window.DilationWidth)] : always;
        }

        // ONNX aligns shapes at their ends, so factors of channels need axes behind them.
        private void Multiply(int index, Multiplication layer)
        {
            (Shape left, Shape right) = (network.Shapes[layer.Inputs[0]], network.Shapes[layer.Inputs[1]]);
            string[] inputs = [.. layer.Inputs.Select(value => Values[value])];
            if (left != right && right.Rank != left.Rank)
            {
                string factors = layer.Name + "/factors";
                Node([inputs[1], Constant(layer, "factors/shape", [4], [1L, right.Count, 1, 1])], factors, factors, "Reshape");
                inputs[1] = factors;
            }

            Node(inputs, Values[index + 1], layer.Name, "Mul");
        }

        private void Node(int index, string type, string[] constants, params ProtoWriter[] attributes)
        {
            Layer layer = network.Layers[index];
            Node([.. layer.Inputs.Select(value => Values[value]), .. constants], Values[index + 1], layer.Name, type, attributes);
        }

        private void Node(string[] inputs, string output, string name, string type, params ProtoWriter[] attributes)
        {
            ProtoWriter node = new();
            foreach (string input in inputs)
            {
                node.Text(1, input);
            }

            Nodes.Add(node.Text(2, output).Text(3, name).Text(4, type).Messages(5, attributes));
        }

        private string[] Weights(WeightedLayer layer, Shape shape)
        {
            string weights = Constant(layer, "weights", [.. shape], layer.Weights.Values);
            return layer.Bias is { } bias ? [weights, Constant(layer, "bias", [bias.Count], bias.Values)] : [weights];
        }

        // What is not bounded is left out.
        private string Bound(Activation layer, string name, float value) => float.IsInfinity(value) ? "" : Constant(layer, name, [], [value]);

        private string Constant(Layer layer, string name, int[] sizes, ReadOnlySpan<float> values) => Constant(layer, name, sizes, FloatType, MemoryMarshal.AsBytes(values));

        private string Constant(Layer layer, string name, int[] sizes, long[] values) => Constant(layer, name, sizes, LongType, MemoryMarshal.AsBytes(values.AsSpan()));

        private string Constant(Layer layer, string name, int[] sizes, int type, ReadOnlySpan<byte> bytes)
        {
            string full = $"{layer.Name}/{name}";
            ProtoWriter tensor = new();
            foreach (int size in sizes)
            {
                tensor.Integer(1, size);
            }

            Constants.Add(tensor.Integer(2, type).Text(8, full).Bytes(9, bytes));
            return full;
        }
    }
}
