using System.Text.Json;
using FreeML.Compiler.Models;

namespace FreeML.Sim.Cli.Info;

/// <summary>A trained network: its layers, their shapes, weights and work.</summary>
internal sealed class NetworkInfo(string file, Network network) : ISubject
{
    private const int BytesPerWeight = sizeof(float);

    private IEnumerable<Row> Rows => network.Layers.Select((layer, index) => new Row(
        layer,
        network.Shapes[index + 1],
        WeightsOf(layer),
        layer.DenseMacs(network.InputShapes(index))));

    /// <inheritdoc/>
    public void WriteText(TextWriter output)
    {
        Row[] rows = [.. Rows];
        int name = rows.Max(row => Math.Max("layer".Length, Line.Of(row.Layer.Name).Length));
        int does = rows.Max(row => Math.Max("does".Length, Describe(row.Layer).Length));
        output.WriteLine($"{Line.Of(file)}: network, {network.InputShape} in, {network.OutputShape} out");
        output.WriteLine($"  parameters   {network.Parameters} ({SiText.Of((double)network.Parameters * BytesPerWeight, "B")} as floats)");
        output.WriteLine($"  MACs         {rows.Sum(row => row.Macs)}");
        output.WriteLine($"  largest map  {network.Shapes.Max(shape => shape.Count)} numbers");
        output.WriteLine();
        output.WriteLine($"  {"layer".PadRight(name)}  {"does".PadRight(does)}  {"output",-12}  {"parameters",10}  {"MACs",10}");
        foreach (Row row in rows)
        {
            output.WriteLine($"  {Line.Of(row.Layer.Name).PadRight(name)}  {Describe(row.Layer).PadRight(does)}  {row.Output,-12}  {row.Weights,10}  {row.Macs,10}");
        }
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        Row[] rows = [.. Rows];
        json.WriteString("file", file);
        json.WriteString("kind", "network");
        json.WriteString("input", network.InputShape.ToString());
        json.WriteString("output", network.OutputShape.ToString());
        json.WriteNumber("parameters", network.Parameters);
        json.WriteNumber("bytes", network.Parameters * BytesPerWeight);
        json.WriteNumber("macs", rows.Sum(row => row.Macs));
        json.WriteNumber("largestMap", network.Shapes.Max(shape => shape.Count));
        json.WriteArray("layers", rows, (item, row) =>
        {
            item.WriteString("name", row.Layer.Name);
            item.WriteString("type", row.Layer.GetType().Name.ToLowerInvariant());
            item.WriteString("does", Describe(row.Layer));
            item.WriteString("output", row.Output.ToString());
            item.WriteNumber("parameters", row.Weights);
            item.WriteNumber("macs", row.Macs);
        });
    }

    private static long WeightsOf(Layer layer) => layer switch
    {
        WeightedLayer weighted => weighted.Weights.Count + (weighted.Bias?.Count ?? 0),
        ChannelAffine affine => affine.Scale.Count + affine.Shift.Count,
        _ => 0,
    };

    private static string Describe(Layer layer) => layer switch
    {
        Convolution { IsDepthwise: true } convolution => $"depthwise {Describe(convolution.Window)}",
        Convolution { Groups: > 1 } convolution => $"convolution {Describe(convolution.Window)} in {convolution.Groups} groups",
        Convolution convolution => $"convolution {Describe(convolution.Window)}",
        Dense dense => $"dense from {dense.Weights.Shape[1]}",
        Pooling { Kind: PoolingKind.Maximum } pooling => $"largest of {Describe(pooling.Window)}",
        Pooling pooling => $"mean of {Describe(pooling.Window)}",
        Activation { Kind: ActivationKind.Clip } clip => FormattableString.Invariant($"clip to {clip.A} .. {clip.B}"),
        Activation { Kind: ActivationKind.LeakyRelu } leaky => FormattableString.Invariant($"leaky ReLU, slope {leaky.A}"),
        Activation activation => activation.Kind is ActivationKind.Relu ? "ReLU" : activation.Kind.ToString().ToLowerInvariant(),
        ChannelAffine => "scale and shift of each channel",
        Concatenation concatenation => $"{concatenation.Inputs.Length} values joined along axis {concatenation.Axis}",
        Addition => "sum of two",
        Multiplication => "product of two",
        Transposition transposition => $"axes in order {string.Join(' ', transposition.Order)}",
        Padding padding => $"margins {Describe(padding.Margins)}",
        Softmax softmax => softmax.IsLogarithm ? "log softmax" : "softmax",
        _ => "another shape",
    };

    private static string Describe(Window window)
    {
        string text = $"{window.Height}x{window.Width}";
        text += (window.StrideHeight, window.StrideWidth) switch
        {
            (1, 1) => "",
            var (rows, columns) => $" step {(rows == columns ? rows : $"{rows}x{columns}")}",
        };
        text += window.Margins.IsEmpty ? "" : $" margins {Describe(window.Margins)}";
        return window is { DilationHeight: 1, DilationWidth: 1 } ? text : $"{text} dilation {window.DilationHeight}x{window.DilationWidth}";
    }

    private static string Describe(Margins margins) => margins is var (top, left, bottom, right) && top == left && top == bottom && top == right
        ? $"{top}"
        : $"{margins.Top},{margins.Left},{margins.Bottom},{margins.Right}";

    private sealed record Row(Layer Layer, Shape Output, long Weights, long Macs);
}
