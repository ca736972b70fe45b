using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>How each kind of layer is written and read.</summary>
internal static class LayerForms
{
    // Sizes of windows, strides and margins: far above what anybody uses, far below what could overflow.
    private const int Most = 4096;

    private static readonly ImmutableArray<Form> Forms =
    [
        Form.Of<Convolution>(
            "convolution",
            (sink, file, layer) =>
            {
                WriteWeights(sink, file, layer);
                WriteWindow(sink, layer.Window);
                sink.Json.WriteNumber("groups", layer.Groups);
            },
            (source, name, inputs) => new Convolution(name, inputs, Weights(source, 4), Bias(source), ReadWindow(source), source.Int("groups", 1, 1 << 16))),
        Form.Of<Dense>("dense", WriteWeights, (source, name, inputs) => new Dense(name, inputs, Weights(source, 2), Bias(source))),
        Form.Of<Pooling>(
            "pooling",
            (sink, _, layer) =>
            {
                sink.Json.WriteString("function", FmlSource.Name(layer.Kind));
                WriteWindow(sink, layer.Window);
            },
            (source, name, inputs) => new Pooling(name, inputs, source.Word<PoolingKind>("function"), ReadWindow(source))),
        Form.Of<Activation>(
            "activation",
            (sink, _, layer) =>
            {
                sink.Json.WriteString("function", FmlSource.Name(layer.Kind));
                sink.Json.WriteNumber("a", layer.A);
                sink.Json.WriteNumber("b", layer.B);
            },
            (source, name, inputs) => new Activation(name, inputs, source.Word<ActivationKind>("function"), source.Float("a"), source.Float("b"))),
        Form.Of<Addition>("addition", (_, _, _) => { }, (_, name, inputs) => new Addition(name, inputs)),
        Form.Of<Multiplication>("multiplication", (_, _, _) => { }, (_, name, inputs) => new Multiplication(name, inputs)),
        Form.Of<ChannelAffine>(
            "channel-affine",
            (sink, file, layer) =>
            {
                sink.Tensor("scale", file + ".scale", layer.Scale);
                sink.Tensor("shift", file + ".shift", layer.Shift);
            },
            (source, name, inputs) => new ChannelAffine(name, inputs, Tensor(source, "scale", 1), Tensor(source, "shift", 1))),
        Form.Of<Concatenation>("concatenation", (sink, _, layer) => sink.Json.WriteNumber("axis", layer.Axis), (source, name, inputs) => new Concatenation(name, inputs, source.Int("axis", 0, 8))),
        Form.Of<Reshape>(
            "reshape",
            (sink, _, layer) => sink.Numbers("shape", layer.Shape.AsSpan()),
            (source, name, inputs) => new Reshape(name, inputs, Shape.Create(source.Ints("shape", 1, FmlLimits.MostElements, null)))),
        Form.Of<Transposition>(
            "transposition",
            (sink, _, layer) => sink.Numbers("order", layer.Order.AsSpan()),
            (source, name, inputs) => new Transposition(name, inputs, [.. source.Ints("order", 0, 8, null)])),
        Form.Of<Padding>(
            "padding",
            (sink, _, layer) =>
            {
                sink.Numbers("margins", layer.Margins.Top, layer.Margins.Left, layer.Margins.Bottom, layer.Margins.Right);
                sink.Json.WriteNumber("value", layer.Value);
            },
            (source, name, inputs) => new Padding(name, inputs, source.Ints("margins", -Most, Most, 4) is var margins ? new Margins(margins[0], margins[1], margins[2], margins[3]) : default, source.Float("value"))),
        Form.Of<Softmax>("softmax", (sink, _, layer) => sink.Json.WriteBoolean("logarithm", layer.IsLogarithm), (source, name, inputs) => new Softmax(name, inputs, source.Flag("logarithm"))),
    ];

    /// <summary>Writes the members of a layer's object.</summary>
    public static void Write(FmlSink sink, Layer layer, string file)
    {
        Form form = Forms.Single(form => form.Type == layer.GetType());
        sink.Json.WriteString("kind", form.Kind);
        sink.Json.WriteString("name", layer.Name);
        sink.Numbers("inputs", layer.Inputs.AsSpan());
        form.Write(sink, file, layer);
    }

    /// <summary>Reads a layer.</summary>
    /// <exception cref="ModelException">It is none.</exception>
    public static Layer Read(FmlSource source)
    {
        string kind = source.Text("kind");
        Form form = Forms.FirstOrDefault(form => form.Kind == kind) ?? throw new ModelException(source.Place, $"kind {ModelException.Quote(kind)}", "one of " + string.Join(", ", Forms.Select(form => form.Kind)));
        return form.Read(source, source.Text("name"), [.. source.Ints("inputs", 0, FmlLimits.MostLayers, null)]);
    }

    /// <summary>Writes a window: height, width; strides; margins top, left, bottom, right; dilation.</summary>
    public static void WriteWindow(FmlSink sink, Window window) => sink.Numbers(
        "window",
        window.Height,
        window.Width,
        window.StrideHeight,
        window.StrideWidth,
        window.Margins.Top,
        window.Margins.Left,
        window.Margins.Bottom,
        window.Margins.Right,
        window.DilationHeight,
        window.DilationWidth);

    /// <summary>Reads a window.</summary>
    public static Window ReadWindow(FmlSource source)
    {
        int[] sizes = source.Ints("window", 0, Most, 10);
        return sizes.Where((_, index) => index is < 4 or > 7).Contains(0)
            ? throw new ModelException(source.Place, $"window {string.Join(", ", sizes)}", "sizes, strides and dilations of 1 or more")
            : new Window(sizes[0], sizes[1], sizes[2], sizes[3], new Margins(sizes[4], sizes[5], sizes[6], sizes[7]), sizes[8], sizes[9]);
    }

    private static void WriteWeights(FmlSink sink, string file, WeightedLayer layer)
    {
        sink.Tensor("weights", file + ".weights", layer.Weights);
        sink.Tensor("bias", file + ".bias", layer.Bias);
    }

    private static Tensor Weights(FmlSource source, int rank) => Tensor(source, "weights", rank);

    private static Tensor? Bias(FmlSource source) => source.Tensor("bias", 1);

    private static Tensor Tensor(FmlSource source, string name, int rank) => source.Tensor(name, rank) ?? throw new ModelException(source.Place, $"no {name}", "the name of an array");

    private sealed record Form(string Kind, Type Type, Action<FmlSink, string, Layer> Write, Func<FmlSource, string, ImmutableArray<int>, Layer> Read)
    {
        public static Form Of<T>(string kind, Action<FmlSink, string, T> write, Func<FmlSource, string, ImmutableArray<int>, Layer> read)
            where T : Layer => new(kind, typeof(T), (sink, file, layer) => write(sink, file, (T)layer), read);
    }
}
