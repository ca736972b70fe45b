using System.Diagnostics;
using FreeML.Compiler.Onnx;
using static FreeML.Compiler.Tests.Onnx.GraphBuilder;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>Files that lie: whatever they hold, one line comes out, soon, and little memory goes in.</summary>
public class HostileModelTests
{
    [Fact]
    public void Damaged_files_give_one_line_or_a_network()
    {
        byte[][] files = [.. Examples().Select(graph => graph.ToBytes())];
        Random random = new(20240607);
        for (int run = 0; run < 6000; run++)
        {
            byte[] file = Mutate(files[run % files.Length], random);
            try
            {
                OnnxReader.Read(file, "x.onnx", "x");
            }
            catch (ModelException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                Assert.InRange(error.Message.Length, 1, 2000);
            }
            catch (Exception error)
            {
                Assert.Fail($"run {run}: {error}");
            }
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_gives_one_line_or_a_network()
    {
        byte[] file = Examples().First().ToBytes();
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                OnnxReader.Read(file.AsMemory(0, length), "x.onnx", "x");
            }
            catch (ModelException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public void Small_files_that_ask_for_much_are_refused_soon()
    {
        Stopwatch watch = Stopwatch.StartNew();
        long before = GC.GetTotalAllocatedBytes();

        GraphBuilder graph = new(13);
        graph.Output(graph.Node("Add", [graph.Input("x", 1, 4), graph.Node("ConstantOfShape", [graph.Longs(1 << 30, 1 << 30)])]));
        Refused(graph, "a network for a small device");

        // Each doubles what it is given.
        graph = new(13);
        string y = graph.Weights(64);
        for (int i = 0; i < 40; i++)
        {
            y = graph.Node("Concat", [y, y], A("axis", 0));
        }

        graph.Output(graph.Node("Add", [graph.Input("x", 1, 4), y]));
        Refused(graph, "a network for a small device");

        graph = new(13);
        graph.Output(graph.Node("Relu", [graph.Input("x", 1, 60000, 60000, 60000)]));
        Refused(graph, "a network for a small device");

        graph = new(13);
        graph.Output(graph.Node("Pad", [graph.Input("x", 1, 4, 4, 4), graph.Longs(0, 0, 1 << 20, 1 << 20, 0, 0, 1 << 20, 1 << 20)]));
        Refused(graph, "a network for a small device");

        // Many layers that share one set of weights, of which each would need its own.
        graph = new(13);
        string weights = graph.Weights(400, 400);
        y = graph.Input("x", 1, 400);
        for (int i = 0; i < 2000; i++)
        {
            y = graph.Node("MatMul", [y, weights]);
        }

        graph.Output(y);
        Refused(graph, "a network for a small device");

        graph = new(13);
        y = graph.Input("x", 1, 4);
        for (int i = 0; i < 21000; i++)
        {
            y = graph.Node("Relu", [y]);
        }

        graph.Output(y);
        Refused(graph, "a network for a small device");

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 3L << 30);
    }

    [Fact]
    public void A_long_chain_of_layers_that_do_nothing_is_read_soon()
    {
        GraphBuilder graph = new(13);
        string y = graph.Input("x", 1, 4, 2, 2);
        for (int i = 0; i < 3000; i++)
        {
            y = graph.Node("Transpose", [graph.Node("Relu", [graph.Node("Reshape", [y, graph.Longs(1, 4, 4)])])], A("perm", new[] { 0, 2, 1 }));
        }

        graph.Output(y);
        Assert.NotEmpty(graph.Read().Layers);
    }

    [Theory]
    [InlineData("Einsum", "found node 'Einsum_v1' (Einsum) with an operator that is not supported")]
    [InlineData("ConvTranspose", "(ConvTranspose) with an operator that is not supported")]
    [InlineData("LSTM", "(LSTM) with an operator that is not supported")]
    [InlineData("\u001b[31m\nRelu", @"(\x1B[31m\x0ARelu) with an operator")]
    public void An_operator_that_is_not_supported_is_named_with_its_node(string type, string message)
    {
        GraphBuilder graph = new(13);
        graph.Output(graph.Node(type, [graph.Input("x", 1, 4), graph.Weights(4)]));
        Refused(graph, message);
    }

    [Fact]
    public void What_a_supported_operator_cannot_do_is_named_with_its_node()
    {
        Refuse("found node 'Pad_v1' (Pad) with mode 'reflect', expected constant", graph => graph.Node("Pad", [graph.Input("x", 1, 1, 4, 4), graph.Longs(0, 0, 1, 1, 0, 0, 1, 1)], A("mode", "reflect")));
        Refuse("with input 'nowhere', expected a value that is computed before it", graph => graph.Node("Add", [graph.Input("x", 1, 4), "nowhere"]));
        Refuse("(MatMul) with two computed values, expected constant weights", graph => graph.Input("x", 4, 4) is var x ? graph.Node("MatMul", [x, x]) : "");
        Refuse("(Softmax) with axis 1 of [1, 3, 4, 4], expected all elements of one sample together", graph => graph.Node("Softmax", [graph.Input("x", 1, 3, 4, 4)], A("axis", 1)));
        Refuse("(Conv) with weights [4, 2, 3, 3] in 1 groups on [1, 3, 5, 5]", graph => graph.Node("Conv", [graph.Input("x", 1, 3, 5, 5), graph.Weights(4, 2, 3, 3)]));
        Refuse("(Conv) with a window of 7 on 5, expected a window that fits", graph => graph.Node("Conv", [graph.Input("x", 1, 3, 5, 5), graph.Weights(4, 3, 7, 7)]));
        Refuse("(Conv) with strides [0, 1], expected 2 numbers from 1", graph => graph.Node("Conv", [graph.Input("x", 1, 3, 5, 5), graph.Weights(4, 3, 3, 3)], A("strides", new[] { 0, 1 })));
        Refuse("(Conv) with 2 numbers", graph => graph.Node("Conv", [graph.Input("x", 1, 1, 5, 5), graph.Weights(4, 1, 3, 3), graph.Weights(2)]), "a bias of [2]");
        Refuse("found input 'x' of [N, 3, H, W], expected sizes of all axes but the batch", graph => graph.Node("Relu", [graph.Input("x", "N", 3, "H", "W")]));
        Refuse("found inputs 'a', 'b', expected one input", graph => graph.Node("Add", [graph.Input("a", 1, 3), graph.Input("b", 1, 3)]));
        Refuse("(Reshape) with [1, 4] for [3, 2], expected as many elements", graph => graph.Node("Reshape", [graph.Input("x", 1, 4), graph.Longs(3, 2)]));
        Refuse("(Reshape) with a computed value as input 1, expected a constant", graph => graph.Input("x", 1, 4) is var x ? graph.Node("Reshape", [x, x]) : "");
        Refuse("(MaxPool) with margins wider than its window", graph => graph.Node("MaxPool", [graph.Input("x", 1, 1, 4, 4)], A("kernel_shape", new[] { 2, 2 }), A("pads", new[] { 3, 3, 3, 3 })));
        Refuse("weight NaN in 'MatMul_v2', expected finite weights", graph => graph.Node("MatMul", [graph.Input("x", 1, 1), graph.Floats([1, 1], float.NaN)]), "finite weights");
        Refuse("expected a standard operator", graph => DomainNode(graph));

        static string DomainNode(GraphBuilder graph)
        {
            graph.NodeIn("com.microsoft", "y", "FusedConv", [graph.Input("x", 1, 4)]);
            return "y";
        }
    }

    [Fact]
    public void Versions_and_weights_elsewhere_are_refused()
    {
        GraphBuilder graph = new(6);
        graph.Output(graph.Node("Relu", [graph.Input("x", 1, 4)]));
        Refused(graph, "found operators of version 6, expected version 7 to 22");

        graph = new(7, irVersion: 2);
        graph.Output(graph.Node("Relu", [graph.Input("x", 1, 4)]));
        Refused(graph, "found IR version 2, expected an ONNX model of IR version 3 or later");

        graph = new(13);
        string weights = graph.Initializer(name => new ProtoWriter().Integer(1, 4).Integer(2, 1).Text(8, name).Integer(14, 1).ToArray());
        graph.Output(graph.Node("Add", [graph.Input("x", 1, 4), weights]));
        Refused(graph, "found tensor 'c0' in another file, expected all weights inside the .onnx file");

        graph = new(13);
        weights = graph.Initializer(name => new ProtoWriter().Integer(1, 4).Integer(2, 22).Text(8, name).Bytes(9, [1, 2]).ToArray());
        graph.Output(graph.Node("Add", [graph.Input("x", 1, 4), weights]));
        Refused(graph, "found tensor 'c0' of data type 22");

        graph = new(13);
        weights = graph.Initializer(name => new ProtoWriter().Integer(1, 4).Integer(2, 1).Text(8, name).Bytes(9, new byte[12]).ToArray());
        graph.Output(graph.Node("Add", [graph.Input("x", 1, 4), weights]));
        Refused(graph, "found tensor 'c0' with 3 numbers, expected 4 for its shape [4]");

        Assert.Contains("found no graph", Assert.Throws<ModelException>(() => OnnxReader.Read(default, "x.onnx", "x")).Message, StringComparison.Ordinal);
        Assert.Contains("found no file there", Assert.Throws<ModelException>(() => OnnxReader.Read("/nowhere/x.onnx")).Message, StringComparison.Ordinal);
        Assert.Contains("expected a whole .onnx file", Assert.Throws<ModelException>(() => OnnxReader.Read("\u007fELF not this"u8.ToArray(), "x.onnx", "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_every_type_are_converted()
    {
        Converts(new ProtoWriter().Integer(2, 3).Bytes(9, [0xFF, 2]), [-1, 2]);
        Converts(new ProtoWriter().Integer(2, 2).Bytes(9, [0xFF, 2]), [255, 2]);
        Converts(new ProtoWriter().Integer(2, 10).Bytes(9, [0x00, 0x3C, 0x00, 0xC0]), [1, -2]);
        Converts(new ProtoWriter().Integer(2, 10).Bytes(5, [0x80, 0x78, 0x80, 0x80, 0x03]), [1, -2]);
        Converts(new ProtoWriter().Integer(2, 16).Bytes(9, [0x80, 0x3F, 0x00, 0xC0]), [1, -2]);
        Converts(new ProtoWriter().Integer(2, 11).Bytes(9, [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(-3.0)]), [0.5, -3]);
        Converts(new ProtoWriter().Integer(2, 1).Bytes(4, [.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(-3f)]), [0.5, -3]);
        Converts(new ProtoWriter().Integer(2, 1).Single(4, 0.5f).Single(4, -3), [0.5, -3]);
        Converts(new ProtoWriter().Integer(2, 6).Integer(5, 7).Integer(5, -7), [7, -7]);
        Converts(new ProtoWriter().Integer(2, 7).Bytes(9, [.. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-7L)]), [7, -7]);
        Converts(new ProtoWriter().Integer(2, 13).Bytes(11, [7, 8]), [7, 8]);
        Converts(new ProtoWriter().Integer(2, 9).Bytes(9, [1, 0]), [1, 0]);

        static void Converts(ProtoWriter tensor, double[] expected) =>
            Assert.Equal(expected, OnnxTensor.Parse(tensor.Integer(1, 2).ToArray(), "x").ToConstant("x", new Budget("x")).Numbers);
    }

    private static IEnumerable<GraphBuilder> Examples()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Conv", [graph.Input("x", "N", 2, 6, 6), graph.Weights(4, 1, 3, 3), graph.Weights(4)], A("group", 2), A("pads", new[] { 1, 1, 1, 1 }), A("strides", new[] { 2, 1 }));
        y = graph.Node("BatchNormalization", [y, graph.Weights(4), graph.Weights(4), graph.Weights(4), graph.Positive(4)]);
        y = graph.Node("Clip", [y, graph.Scalar(0), graph.Scalar(6)]);
        y = graph.Node("MaxPool", [y], A("kernel_shape", new[] { 2, 2 }), A("ceil_mode", 1));
        string shape = graph.Node("Concat", [graph.Node("Unsqueeze", [graph.Node("Gather", [graph.Node("Shape", [y]), graph.Long(0)]), graph.Longs(0)]), graph.Longs(-1)], A("axis", 0));
        y = graph.Node("Reshape", [y, shape]);
        y = graph.Node("Gemm", [y, graph.Weights(3, 40), graph.Weights(3)], A("transB", 1));
        yield return graph.Output(graph.Node("Softmax", [y]));

        graph = new(9, irVersion: 3);
        y = graph.Node("Sub", [graph.Input("x", 1, 4, 5, 2), graph.Weights(2)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 3, 1, 2 }));
        y = graph.Node("Pad", [y], A("pads", new[] { 0, 0, 1, 1, 0, 0, 1, 1 }));
        string left = graph.Node("AveragePool", [y], A("kernel_shape", new[] { 3, 3 }), A("count_include_pad", 1), A("auto_pad", "SAME_UPPER"));
        y = graph.Node("Concat", [left, graph.Node("Add", [y, left])], A("axis", 1));
        y = graph.Node("ReduceMean", [y], A("axes", new[] { 2, 3 }), A("keepdims", 0));
        y = graph.Node("MatMul", [y, graph.Node("Transpose", [graph.Weights(3, 4)])]);
        yield return graph.Output(graph.Node("Mul", [y, graph.Node("Sigmoid", [y])]));

        graph = new(13);
        y = graph.Node("Conv", [graph.Input("x", "N", 2, 9), graph.Weights(3, 2, 3)]);
        y = graph.Node("Slice", [y, graph.Longs(1), graph.Longs(-1), graph.Longs(2), graph.Longs(1)]);
        y = graph.Node("Squeeze", [graph.Node("Unsqueeze", [y, graph.Longs(1)]), graph.Longs(1)]);
        y = graph.Node("Flatten", [graph.Node("LeakyRelu", [y])]);
        string size = graph.Node("Range", [graph.Long(0), graph.Long(4), graph.Long(1)]);
        size = graph.Node("ReduceMax", [graph.Node("Slice", [size, graph.Longs(-1), graph.Longs(-9), graph.Longs(0), graph.Longs(-1)])], A("keepdims", 0));
        yield return graph.Output(graph.Node("Div", [y, graph.Node("Cast", [size], A("to", 1))]));
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 6), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 30), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0x7F);
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }

    private static void Refuse(string message, Func<GraphBuilder, string> build, string? instead = null)
    {
        GraphBuilder graph = new(13);
        graph.Output(build(graph));
        Refused(graph, instead ?? message);
    }

    private static void Refused(GraphBuilder graph, string message)
    {
        var error = Assert.Throws<ModelException>(graph.Read);
        Assert.StartsWith("test.onnx: found ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
