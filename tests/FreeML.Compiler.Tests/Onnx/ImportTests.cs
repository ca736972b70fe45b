using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Sim.Tests.Support;
using static FreeML.Compiler.Tests.Onnx.GraphBuilder;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>Graphs as exporters write them, against <see cref="Oracle"/>; each network also goes through <see cref="OnnxWriter"/> and back.</summary>
public class ImportTests
{
    [Theory]
    [InlineData(1, 3, 1, 1, 0)]
    [InlineData(2, 3, 2, 1, 1)]
    [InlineData(4, 3, 1, 2, 2)]
    [InlineData(4, 1, 3, 1, 0)]
    public void Convolutions_of_two_axes(int groups, int kernel, int stride, int dilation, int pad)
    {
        GraphBuilder graph = new(11);
        string x = graph.Input("x", "N", 4, 9, 8);
        graph.Output(graph.Node("Conv", [x, graph.Weights(8, 4 / groups, kernel, kernel), graph.Weights(8)], A("group", groups), A("strides", new[] { stride, stride }), A("dilations", new[] { dilation, dilation }), A("pads", new[] { pad, 0, pad, pad })));
        Check(graph, typeof(Convolution));
    }

    [Theory]
    [InlineData("SAME_UPPER", 1)]
    [InlineData("SAME_LOWER", 1)]
    [InlineData("SAME_UPPER", 2)]
    [InlineData("SAME_LOWER", 2)]
    [InlineData("SAME_UPPER", 3)]
    [InlineData("VALID", 2)]
    public void Automatic_margins(string mode, int stride)
    {
        GraphBuilder graph = new(7, irVersion: 3);
        string x = graph.Input("x", 1, 2, 7, 10);
        string y = graph.Node("Conv", [x, graph.Weights(3, 2, 4, 2)], A("auto_pad", mode), A("strides", new[] { stride, stride }));
        graph.Output(graph.Node("MaxPool", [y], A("auto_pad", mode), A("kernel_shape", new[] { 2, 2 }), A("strides", new[] { stride, stride })));
        Check(graph, typeof(Convolution), typeof(Pooling));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Averages_with_margins_and_rounded_up(int countsPads, int isCeil)
    {
        GraphBuilder graph = new(11);
        string x = graph.Input("x", 1, 2, 8, 7);
        string y = graph.Node("AveragePool", [x], A("kernel_shape", new[] { 3, 3 }), A("strides", new[] { 2, 2 }), A("pads", new[] { 1, 1, 1, 0 }), A("count_include_pad", countsPads), A("ceil_mode", isCeil));
        graph.Output(graph.Node("MaxPool", [y], A("kernel_shape", new[] { 2, 2 }), A("strides", new[] { 2, 2 }), A("ceil_mode", isCeil)));
        Check(graph, typeof(Pooling), typeof(Pooling));
    }

    [Fact]
    public void Convolutions_of_one_axis_with_batch_normalisation_and_global_pooling()
    {
        GraphBuilder graph = new(13);
        string x = graph.Input("x", "batch", 6, 50);
        string y = graph.Node("Conv", [x, graph.Weights(8, 6, 5), graph.Weights(8)], A("pads", new[] { 2, 2 }), A("strides", new[] { 2 }));
        y = graph.Node("BatchNormalization", [y, graph.Weights(8), graph.Weights(8), graph.Weights(8), graph.Positive(8)], A("epsilon", 1e-3f));
        y = graph.Node("Relu", [y]);
        y = graph.Node("MaxPool", [y], A("kernel_shape", new[] { 2 }), A("strides", new[] { 2 }));
        y = graph.Node("GlobalAveragePool", [y]);
        y = graph.Node("Squeeze", [y, graph.Longs(-1)]);
        graph.Output(graph.Node("Gemm", [y, graph.Weights(4, 8), graph.Weights(4)], A("transB", 1)));
        Check(graph, typeof(Convolution), typeof(Activation), typeof(Pooling), typeof(Pooling), typeof(Reshape), typeof(Dense));
    }

    [Fact]
    public void Flattening_by_shape_arithmetic_as_PyTorch_writes_it()
    {
        GraphBuilder graph = new(11);
        string x = graph.Input("x", "batch", 2, 4, 4);
        string y = graph.Node("Conv", [x, graph.Weights(3, 2, 3, 3)]);
        string batch = graph.Node("Gather", [graph.Node("Shape", [y]), graph.Node("Constant", [], A("value", TensorMessage("", [], new[] { 0L })))], A("axis", 0));
        string shape = graph.Node("Concat", [graph.Node("Unsqueeze", [batch], A("axes", new[] { 0 })), graph.Longs(-1)], A("axis", 0));
        y = graph.Node("Reshape", [y, shape]);
        graph.Output(graph.Node("Gemm", [y, graph.Weights(5, 12), graph.Weights(5)], A("transB", 1)));
        Check(graph, typeof(Convolution), typeof(Reshape), typeof(Dense));
    }

    [Fact]
    public void Flattening_by_shape_arithmetic_as_Keras_writes_it()
    {
        // Shape, cut to [batch]; concatenated with the product of the rest.
        GraphBuilder graph = new(13);
        string x = graph.Input("x", "unk__1", 3, 5);
        string size = graph.Node("Cast", [graph.Node("Shape", [x])], A("to", 6));
        string batch = graph.Node("Slice", [size, graph.Longs(0), graph.Longs(1), graph.Longs(0)]);
        string rest = graph.Node("ReduceProd", [graph.Node("Slice", [size, graph.Longs(1), graph.Longs(long.MaxValue), graph.Longs(0)])], A("keepdims", 1));
        string shape = graph.Node("Cast", [graph.Node("Concat", [batch, rest], A("axis", 0))], A("to", 7));
        string y = graph.Node("Reshape", [x, shape]);
        graph.Output(graph.Node("Add", [graph.Node("MatMul", [y, graph.Weights(15, 4)]), graph.Weights(4)]));
        Check(graph, typeof(Dense));
    }

    [Fact]
    public void A_network_with_channels_last_as_tf2onnx_writes_it()
    {
        GraphBuilder graph = new(9);
        string x = graph.Input("x", "N", 6, 6, 3);
        string y = graph.Node("Div", [graph.Node("Sub", [x, graph.Weights(3)]), graph.Positive(3)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 3, 1, 2 }));
        y = graph.Node("Conv", [y, graph.Weights(4, 3, 3, 3)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 2, 3, 1 }));
        y = graph.Node("Relu", [graph.Node("Add", [y, graph.Weights(4)])]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 3, 1, 2 }));
        y = graph.Node("MaxPool", [y], A("kernel_shape", new[] { 2, 2 }), A("strides", new[] { 2, 2 }));
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 2, 3, 1 }));
        y = graph.Node("Reshape", [y, graph.Longs(-1, 16)]);
        y = graph.Node("Add", [graph.Node("MatMul", [y, graph.Weights(16, 5)]), graph.Weights(5)]);
        graph.Output(graph.Node("Softmax", [y], A("axis", 1)));

        // The order of channels is dealt with once, at the input; the scaling goes into the convolution, which has no margins.
        Check(graph, typeof(Transposition), typeof(Convolution), typeof(Activation), typeof(Pooling), typeof(Reshape), typeof(Dense), typeof(Softmax));
    }

    [Fact]
    public void A_single_channel_last_is_no_transposition_at_all()
    {
        GraphBuilder graph = new(13);
        string x = graph.Input("x", 1, 7, 5, 1);
        string y = graph.Node("Transpose", [x], A("perm", new[] { 0, 3, 1, 2 }));
        y = graph.Node("Conv", [y, graph.Weights(4, 1, 3, 3)]);
        y = graph.Node("ReduceMean", [y], A("axes", new[] { 2, 3 }), A("keepdims", 0));
        graph.Output(graph.Node("MatMul", [y, graph.Weights(4, 2)]));
        Network network = Check(graph, typeof(Convolution), typeof(Pooling), typeof(Reshape), typeof(Dense));
        Assert.Equal<Shape>([1, 7, 5], network.InputShape);
    }

    [Fact]
    public void A_one_dimensional_network_with_channels_last()
    {
        // Keras' Conv1D: the series is turned, unsqueezed, convolved over two axes, squeezed and turned back.
        GraphBuilder graph = new(13);
        string y = graph.Input("x", "N", 20, 3);
        for (int layer = 0; layer < 2; layer++)
        {
            int channels = layer == 0 ? 3 : 4;
            y = graph.Node("Transpose", [y], A("perm", new[] { 0, 2, 1 }));
            y = graph.Node("Unsqueeze", [y, graph.Longs(2)]);
            y = graph.Node("Conv", [y, graph.Weights(4, channels, 1, 3), graph.Weights(4)], A("auto_pad", "SAME_UPPER"));
            y = graph.Node("Squeeze", [y, graph.Longs(2)]);
            y = graph.Node("Transpose", [y], A("perm", new[] { 0, 2, 1 }));
            y = graph.Node("Relu", [y]);
        }

        y = graph.Node("ReduceMax", [y], A("axes", new[] { 1 }), A("keepdims", 0));
        graph.Output(graph.Node("Softmax", [graph.Node("MatMul", [y, graph.Weights(4, 3)])]));
        Check(graph, typeof(Transposition), typeof(Reshape), typeof(Convolution), typeof(Activation), typeof(Convolution), typeof(Activation), typeof(Pooling), typeof(Reshape), typeof(Dense), typeof(Softmax));
    }

    [Fact]
    public void Residual_blocks_with_batch_normalisation()
    {
        GraphBuilder graph = new(12);
        string x = graph.Input("x", "N", 2, 6, 6);
        string stem = Block(graph, x, 2, 4, 1);
        string body = Block(graph, stem, 4, 4, 1);
        string joined = graph.Node("Relu", [graph.Node("Add", [body, stem])]);
        string shortcut = graph.Node("Conv", [joined, graph.Weights(8, 4, 1, 1)], A("strides", new[] { 2, 2 }));
        string last = graph.Node("Add", [Block(graph, joined, 4, 8, 2), shortcut]);
        string pooled = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [last])]);
        graph.Output(graph.Node("LogSoftmax", [graph.Node("Gemm", [pooled, graph.Weights(8, 3), graph.Weights(3)], A("alpha", 0.5f), A("beta", 2f))]));
        Network network = Check(graph);
        Assert.DoesNotContain(network.Layers, layer => layer is ChannelAffine);
        Assert.Equal(2, network.Layers.Count(layer => layer is Addition));

        static string Block(GraphBuilder graph, string x, int from, int to, int stride)
        {
            string y = graph.Node("Conv", [x, graph.Weights(to, from, 3, 3)], A("pads", new[] { 1, 1, 1, 1 }), A("strides", new[] { stride, stride }));
            y = graph.Node("BatchNormalization", [y, graph.Weights(to), graph.Weights(to), graph.Weights(to), graph.Positive(to)]);
            return graph.Node("Clip", [y, graph.Scalar(0), graph.Scalar(6)]);
        }
    }

    [Fact]
    public void Batch_normalisation_before_a_convolution_is_folded_only_where_that_is_exact()
    {
        Assert.IsType<Convolution>(Assert.Single(Check(Normalised(pad: 0)).Layers));
        Assert.IsType<ChannelAffine>(Check(Normalised(pad: 1)).Layers[0]);

        static GraphBuilder Normalised(int pad)
        {
            GraphBuilder graph = new(15);
            string y = graph.Node("BatchNormalization", [graph.Input("x", "N", 4, 5, 5), graph.Weights(4), graph.Weights(4), graph.Weights(4), graph.Positive(4)]);
            return graph.Output(graph.Node("Conv", [y, graph.Weights(6, 2, 3, 3)], A("group", 2), A("pads", new[] { pad, pad, pad, pad })));
        }
    }

    [Fact]
    public void Batch_normalisation_between_flattened_maps_and_a_dense_layer_is_folded()
    {
        GraphBuilder graph = new(15);
        string y = graph.Node("MaxPool", [graph.Input("x", "N", 3, 4, 4)], A("kernel_shape", new[] { 2, 2 }), A("strides", new[] { 2, 2 }));
        y = graph.Node("BatchNormalization", [y, graph.Weights(3), graph.Weights(3), graph.Weights(3), graph.Positive(3)]);
        graph.Output(graph.Node("MatMul", [graph.Node("Flatten", [y]), graph.Weights(12, 2)]));
        Check(graph, typeof(Pooling), typeof(Reshape), typeof(Dense));
    }

    [Fact]
    public void A_value_that_two_read_is_not_folded_away()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Conv", [graph.Input("x", 1, 2, 4, 4), graph.Weights(3, 2, 3, 3)]);
        string scaled = graph.Node("Mul", [y, graph.Weights(3, 1, 1)]);
        graph.Output(graph.Node("Add", [y, scaled]));
        Check(graph, typeof(Convolution), typeof(ChannelAffine), typeof(Addition));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    public void Activations_of_all_kinds(int opset)
    {
        GraphBuilder graph = new(opset);
        string y = graph.Input("x", 1, 10);
        y = graph.Node("LeakyRelu", [y], A("alpha", 0.3f));
        y = graph.Node("HardSigmoid", [y]);
        y = graph.Node("Neg", [y]);
        y = graph.Node("PRelu", [y, graph.Floats([1], 0.1f)]);
        y = graph.Node("Sigmoid", [y]);
        y = opset < 11 ? graph.Node("Clip", [y], A("min", 0.4f), A("max", float.MaxValue)) : graph.Node("Clip", [y, graph.Scalar(0.4f), ""]);
        y = graph.Node("HardSwish", [y]);
        y = graph.Node("Dropout", [y]);
        graph.Output(graph.Node("Identity", [graph.Node("Tanh", [y])]));
        Check(graph);
    }

    [Fact]
    public void Relu6_in_pieces_is_one_clip()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Relu", [graph.Input("x", 1, 4, 3, 3)]);
        y = graph.Node("Min", [y, graph.Scalar(0.6f)]);
        graph.Output(graph.Node("Max", [graph.Scalar(0.25f), y]));
        Network network = Check(graph, typeof(Activation));
        Assert.Equal((0.25f, 0.6f), network.Layers[0] is Activation { Kind: ActivationKind.Clip } clip ? (clip.A, clip.B) : default);
    }

    [Fact]
    public void Squeeze_and_excitation()
    {
        GraphBuilder graph = new(14);
        string x = graph.Input("x", "N", 4, 5, 5);
        string y = graph.Node("GlobalAveragePool", [x]);
        y = graph.Node("Relu", [graph.Node("Conv", [y, graph.Weights(2, 4, 1, 1), graph.Weights(2)])]);
        y = graph.Node("HardSigmoid", [graph.Node("Conv", [y, graph.Weights(4, 2, 1, 1), graph.Weights(4)])]);
        graph.Output(graph.Node("Mul", [x, y]));
        Check(graph);
    }

    [Fact]
    public void Padding_becomes_a_margin_of_the_convolution_behind_it()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Pad", [graph.Input("x", "N", 2, 5, 5), graph.Longs(0, 0, 1, 0, 0, 0, 2, 1)]);
        graph.Output(graph.Node("Conv", [y, graph.Weights(3, 2, 3, 3)], A("pads", new[] { 0, 1, 0, 1 })));
        Check(graph, typeof(Convolution));

        // In the order of TensorFlow, with a value, and cropped again.
        graph = new(13);
        y = graph.Node("Pad", [graph.Input("x", "N", 5, 4, 2), graph.Longs(0, 1, 1, 0, 0, 2, 0, 0), graph.Scalar(0.5f)]);
        y = graph.Node("Slice", [y, graph.Longs(1, 0), graph.Longs(-1, 4), graph.Longs(1, -2)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 3, 1, 2 }));
        graph.Output(graph.Node("Conv", [y, graph.Weights(3, 2, 3, 3)]));
        Check(graph, typeof(Transposition), typeof(Padding), typeof(Padding), typeof(Convolution));

        graph = new(9);
        y = graph.Node("Pad", [graph.Input("x", 1, 2, 9)], A("pads", new[] { 0, 0, 1, 0, 0, 3 }), A("value", -1f));
        graph.Output(graph.Node("MaxPool", [y], A("kernel_shape", new[] { 2 })));
        Check(graph, typeof(Padding), typeof(Pooling));
    }

    [Fact]
    public void Concatenation_along_any_axis()
    {
        GraphBuilder graph = new(13);
        string x = graph.Input("x", "N", 3, 4, 4);
        string a = graph.Node("Conv", [x, graph.Weights(2, 3, 1, 1)]);
        string b = graph.Node("MaxPool", [x], A("kernel_shape", new[] { 3, 3 }), A("pads", new[] { 1, 1, 1, 1 }));
        string y = graph.Node("Concat", [a, b, x], A("axis", 1));
        y = graph.Node("Concat", [y, y], A("axis", -1));
        y = graph.Node("Concat", [graph.Node("Flatten", [y]), graph.Node("Flatten", [x])], A("axis", 1));
        graph.Output(y);
        Check(graph);

        graph = new(13);
        x = graph.Input("x", "N", 3, 4);
        graph.Output(graph.Node("Concat", [graph.Node("Concat", [x, x], A("axis", 2)), graph.Node("Concat", [x, x], A("axis", 2))], A("axis", 1)));
        Check(graph);
    }

    [Fact]
    public void Constants_of_every_shape_on_maps()
    {
        GraphBuilder graph = new(13);
        string y = graph.Input("x", "N", 3, 4, 5);
        y = graph.Node("Mul", [y, graph.Scalar(0.25f)]);
        y = graph.Node("Sub", [graph.Weights(3, 1, 1), y]);
        y = graph.Node("Tanh", [y]);
        y = graph.Node("Add", [y, graph.Weights(4, 1)]);
        y = graph.Node("Tanh", [y]);
        y = graph.Node("Div", [y, graph.Positive(5)]);
        y = graph.Node("Tanh", [y]);
        y = graph.Node("Mul", [graph.Weights(1, 3, 1, 5), y]);
        y = graph.Node("Tanh", [y]);
        graph.Output(graph.Node("Add", [y, graph.Weights(3, 4, 5)]));
        Check(graph);
    }

    [Fact]
    public void A_dense_layer_on_each_step_of_a_series()
    {
        GraphBuilder graph = new(13);
        string x = graph.Input("x", "N", 7, 4);
        string y = graph.Node("Relu", [graph.Node("Add", [graph.Node("MatMul", [x, graph.Weights(4, 5)]), graph.Weights(5)])]);
        y = graph.Node("Reshape", [y, graph.Longs(0, -1)]);
        graph.Output(graph.Node("Gemm", [y, graph.Weights(3, 35)], A("transB", 1)));
        Check(graph);
    }

    [Fact]
    public void Weights_that_are_computed_from_constants()
    {
        // Batch normalisation taken apart, and weights stored turned.
        GraphBuilder graph = new(13);
        string scale = graph.Node("Div", [graph.Weights(4, 1, 1), graph.Node("Sqrt", [graph.Node("Add", [graph.Positive(4, 1, 1), graph.Scalar(1e-3f)])])]);
        string weights = graph.Node("Transpose", [graph.Weights(3, 3, 2, 4)], A("perm", new[] { 3, 2, 0, 1 }));
        string y = graph.Node("Conv", [graph.Input("x", "N", 2, 5, 5), weights]);
        graph.Output(graph.Node("Add", [graph.Node("Mul", [y, scale]), graph.Node("Reshape", [graph.Weights(4), graph.Longs(1, 4, 1, 1)])]));
        Check(graph, typeof(Convolution));
    }

    [Fact]
    public void Nodes_that_the_output_does_not_need_may_be_of_any_kind()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("MatMul", [graph.Input("x", "N", 4), graph.Weights(4, 3)]);
        graph.Node("ArgMax", [y], A("axis", 1));
        graph.Output(graph.Node("Softmax", [y]));
        Assert.Equal([typeof(Dense), typeof(Softmax)], graph.Read().Layers.Select(layer => layer.GetType()));
    }

    [Fact]
    public void A_causal_network_of_one_axis_with_a_residual()
    {
        // Margins on both sides, and what hangs over cut off, as temporal convolutional networks are written.
        GraphBuilder graph = new(17);
        string x = graph.Input("x", "N", 4, 16);
        string y = graph.Node("Conv", [x, graph.Weights(4, 4, 3), graph.Weights(4)], A("dilations", new[] { 2 }), A("pads", new[] { 4, 4 }));
        y = graph.Node("Slice", [y, graph.Longs(0), graph.Longs(-4), graph.Longs(2), graph.Longs(1)]);
        y = graph.Node("Relu", [graph.Node("Add", [graph.Node("Relu", [y]), x])]);
        y = graph.Node("ReduceMean", [y], A("axes", new[] { -1 }), A("keepdims", 0));
        graph.Output(graph.Node("Gemm", [y, graph.Weights(3, 4), graph.Weights(3)], A("transB", 1)));
        Check(graph, typeof(Convolution), typeof(Padding), typeof(Activation), typeof(Addition), typeof(Activation), typeof(Pooling), typeof(Reshape), typeof(Dense));
    }

    [Fact]
    public void Pixels_scaled_inside_the_network_and_a_small_detector_of_Keras()
    {
        // uint8 in, cast and scaled; padded for a stride as MobileNet does; the head is a 1x1 map multiplied by a matrix.
        GraphBuilder graph = new(15);
        string y = graph.Node("Cast", [graph.Input("x", "unk__7", 9, 9, 3)], A("to", 1));
        y = graph.Node("Sub", [graph.Node("Mul", [y, graph.Scalar(1 / 127.5f)]), graph.Scalar(1)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 3, 1, 2 }));
        y = graph.Node("Pad", [y, graph.Longs(0, 0, 0, 0, 0, 0, 1, 1), graph.Scalar(0)]);
        y = graph.Node("Relu", [graph.Node("Conv", [y, graph.Weights(4, 3, 3, 3), graph.Weights(4)], A("strides", new[] { 2, 2 }))]);
        y = graph.Node("Min", [y, graph.Scalar(6)]);
        y = graph.Node("Conv", [y, graph.Node("Reshape", [graph.Weights(3, 3, 4, 1), graph.Longs(4, 1, 3, 3)])], A("group", 4), A("auto_pad", "SAME_UPPER"));
        y = graph.Node("Transpose", [graph.Node("GlobalAveragePool", [y])], A("perm", new[] { 0, 2, 3, 1 }));
        y = graph.Node("Add", [graph.Node("MatMul", [y, graph.Weights(4, 2)]), graph.Weights(2)]);
        graph.Output(graph.Node("Softmax", [graph.Node("Squeeze", [y, graph.Longs(1, 2)])]));
        Network network = Check(graph);
        Assert.Equal(2, network.Layers.Count(layer => layer is Convolution));
        Assert.Single(network.Layers, layer => layer is Transposition);
    }

    [Theory]
    [InlineData(11, 1)]
    [InlineData(13, 1)]
    [InlineData(13, -3)]
    public void Softmax_over_channels_of_a_map_of_one_pixel(int opset, int axis)
    {
        GraphBuilder graph = new(opset);
        graph.Output(graph.Node("Softmax", [graph.Node("GlobalMaxPool", [graph.Input("x", "N", 5, 3, 2)])], A("axis", axis)));
        Check(graph);
    }

    [Fact]
    public void A_vector_may_be_turned_and_squeezed_at_will()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Unsqueeze", [graph.Input("x", "N", 6), graph.Longs(2, -1)]);
        y = graph.Node("Transpose", [y], A("perm", new[] { 0, 2, 1, 3 }));
        y = graph.Node("Squeeze", [y]);
        y = graph.Node("MatMul", [y, graph.Weights(6, 4)]);
        y = graph.Node("MatMul", [y, graph.Weights(4)]);
        graph.Output(graph.Node("Relu", [y]));
        Check(graph, typeof(Dense), typeof(Dense), typeof(Activation));
    }

    [Fact]
    public void A_fixed_batch_is_one_sample()
    {
        GraphBuilder graph = new(13);
        string y = graph.Node("Reshape", [graph.Input("x", 8, 2, 3, 3), graph.Longs(8, 18)]);
        graph.Output(graph.Node("MatMul", [y, graph.Weights(18, 4)]));
        Network network = graph.Read();
        Assert.Equal(18, network.InputShape.Count);
        Assert.Equal<Shape>([4], network.OutputShape);
    }

    [Fact]
    public void The_README_names_every_operator()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src", "FreeML.Compiler", "README.md"));
        string supported = text[text.IndexOf("Supported:", StringComparison.Ordinal)..text.IndexOf("Quantised operators", StringComparison.Ordinal)];
        HashSet<string> words = [.. supported.Split([' ', ',', ';', '.', ':', '\n'])];
        Assert.All(LayerOperators.Names.Concat(ConstantOperators.Names), name => Assert.Contains(name, words));
    }

    /// <summary>Reads a graph, runs it beside the oracle, and sends it through a file.</summary>
    internal static Network Check(GraphBuilder graph, params Type[] layers)
    {
        byte[] file = graph.ToBytes();
        Network network = graph.Read();
        if (layers.Length > 0)
        {
            Assert.Equal(layers, network.Layers.Select(layer => layer.GetType()));
        }

        Random random = new(1);
        float[] input = [.. Enumerable.Range(0, network.InputShape.Count).Select(_ => (random.NextSingle() * 4) - 2)];
        double[] expected = Oracle.Run(file, input);
        float[] actual = ReferenceExecutor.Run(network, input);
        Assert.Equal(expected.Length, actual.Length);
        double size = expected.Max(Math.Abs);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - (1e-5 * size), expected[i] + (1e-5 * size));
        }

        AssertRoundTrip(network);
        return network;
    }

    internal static void AssertRoundTrip(Network network)
    {
        Network again = OnnxReader.Read(OnnxWriter.ToBytes(network), "again", network.Name);
        Assert.Equal(network.Layers.Select(Describe), again.Layers.Select(Describe));
        Assert.Equal<Shape>(network.Shapes, again.Shapes);
    }

    // Everything that tells two layers apart, weights bit for bit.
    private static string Describe(Layer layer)
    {
        string details = layer switch
        {
            Convolution convolution => $"{convolution.Window} {convolution.Groups}",
            Pooling pooling => $"{pooling.Kind} {pooling.Window}",
            Activation activation => $"{activation.Kind} {activation.A} {activation.B}",
            Concatenation concatenation => $"{concatenation.Axis}",
            Reshape reshape => $"{reshape.Shape}",
            Transposition transposition => string.Join(",", transposition.Order),
            Padding padding => $"{padding.Margins} {padding.Value}",
            Softmax softmax => $"{softmax.IsLogarithm}",
            _ => "",
        };
        Tensor?[] tensors = layer switch
        {
            WeightedLayer weighted => [weighted.Weights, weighted.Bias],
            ChannelAffine affine => [affine.Scale, affine.Shift],
            _ => [],
        };
        string numbers = string.Join(";", tensors.Select(tensor => tensor is null ? "none" : $"{tensor.Shape}: {string.Join(",", tensor.Values.Select(BitConverter.SingleToInt32Bits))}"));
        return $"{layer.GetType().Name} {layer.Name} [{string.Join(",", layer.Inputs)}] {details} {numbers}";
    }
}
