using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>Reads .fml files, whoever wrote them. Nothing is believed; what does not fit is told in one line.</summary>
public static class FmlReader
{
    /// <summary>Whether a file is a zip: the only one that can be such a network. A file that cannot be read is none.</summary>
    public static bool IsFml(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelException">It is not there, or is no such file.</exception>
    public static FmlModel Read(string path) => Read(InputFile.ReadAll(path, FmlLimits.FileBytes), path);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">For messages.</param>
    /// <exception cref="ModelException">It is no such file.</exception>
    public static FmlModel Read(byte[] file, string source)
    {
        Dictionary<string, byte[]> files = StoredZip.Read(file, source, FmlLimits.UnpackedBytes);
        if (!files.TryGetValue(FmlWriter.TextName, out byte[]? text))
        {
            throw new ModelException(source, $"a zip without {FmlWriter.TextName}", "a network that compress wrote");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return ReadModel(new FmlSource(source, document.RootElement, files));
        }
        catch (JsonException error)
        {
            throw new ModelException(source, $"{FmlWriter.TextName} that is no JSON in line {error.LineNumber + 1}", "JSON");
        }
        catch (OverflowException)
        {
            throw new ModelException(source, "sizes whose product is beyond 2^31", $"values of at most {FmlLimits.MostElements} elements");
        }
    }

    private static FmlModel ReadModel(FmlSource root)
    {
        if (root.Element.ValueKind is not JsonValueKind.Object || root.Text("format") != FmlWriter.Format)
        {
            throw new ModelException(root.Place, "another format", $"format '{FmlWriter.Format}'");
        }

        _ = root.Int("version", FmlWriter.Version, FmlWriter.Version);
        string name = root.Text("name");
        Network network = ReadNetwork(root.Object("network"), name);
        IntegerNetwork integer = ReadInteger(root.Object("integer"), name);
        if (integer.Values[0].Length != network.InputShape.Count || integer.Values[integer.Output].Length != network.OutputShape.Count)
        {
            throw new ModelException(root.Place, $"{integer.Values[0].Length} inputs and {integer.Values[integer.Output].Length} outputs in integers", $"{network.InputShape.Count} and {network.OutputShape.Count}, as in float");
        }

        string[] classes = root.Texts("classes");
        if (classes.Length != 0 && classes.Length != network.OutputShape.Count)
        {
            throw new ModelException(root.Place, $"{classes.Length} names of classes", $"{network.OutputShape.Count}");
        }

        ExitHead[] heads = root.Objects("heads", source => ReadHead(source, network));
        FmlModel model = new(network, ReadScaling(root.Object("scaling"), network), integer, [.. classes], ReadProvenance(root.Object("provenance")), [.. heads]);
        return model.Exits.Count() == integer.Exits.Length && integer.Exits.All(exit => integer.Values[exit.Logits].Length == network.OutputShape.Count)
            ? model
            : throw new ModelException(root.Place, $"{model.Exits.Count()} exits in float and {integer.Exits.Length} in integers", "the same exits, with the classes of the network");
    }

    private static ExitHead ReadHead(FmlSource source, Network network)
    {
        ExitPoint[] points = source.Objects("points", point => ReadPoint(point, network));
        Tensor weights = source.Tensor("weights", 2) ?? throw new ModelException(source.Place, "no weights", "the name of an array");
        Tensor bias = source.Tensor("bias", 1) ?? throw new ModelException(source.Place, "no bias", "the name of an array");
        int inputs = points.Length == 0 ? 0 : ExitHead.FeatureCount(points) + ExitHead.BitCount(points.Length);
        bool isOrdered = points.Zip(points.Skip(1)).All(pair => pair.First.Value < pair.Second.Value);
        return points.Length > 0 && isOrdered && weights.Shape == Shape.Create([network.OutputShape.Count, inputs]) && bias.Count == network.OutputShape.Count
            ? new ExitHead([.. points], weights, bias)
            : throw new ModelException(source.Place, $"{points.Length} exits and weights {weights.Shape}", $"exits in order, and weights {network.OutputShape.Count}x{inputs}");
    }

    private static ExitPoint ReadPoint(FmlSource source, Network network)
    {
        int value = source.Int("value", 1, network.Shapes.Length - 1);
        (Shape map, Window window) = (network.Shapes[value], LayerForms.ReadWindow(source));
        Pooling pooling = new(source.Text("name"), [value], PoolingKind.Maximum, window);
        Shape pooled = pooling.OutputShape([map]);
        NetworkCheck.CheckTouches(pooling.Name, window, map, pooled);
        return new ExitPoint(pooling.Name, value, map, window);
    }

    private static InputScaling ReadScaling(FmlSource source, Network network)
    {
        (float[] offsets, float[] factors) = (source.Floats("offsets"), source.Floats("factors"));
        return offsets.Length == factors.Length && (offsets.Length == 1 || network.InputShape.AsSpan().Contains(offsets.Length))
            ? new InputScaling(source.Text("name"), [.. offsets], [.. factors])
            : throw new ModelException(source.Place, $"{offsets.Length} offsets and {factors.Length} factors", $"one of each, or one for each channel of {network.InputShape}");
    }

    private static Provenance ReadProvenance(FmlSource source) => new(
        source.Text("program"),
        source.Text("source"),
        source.Text("data"),
        source.Text("policy"),
        source.Number("budget_B") is >= 0 and < 1e15 and var budget ? (long)budget : null,
        source.Number("original_accuracy"),
        source.Number("float_accuracy"),
        source.Number("integer_accuracy"));

    private static Network ReadNetwork(FmlSource source, string name)
    {
        Shape input = Shape.Create(source.Ints("input_shape", 1, FmlLimits.MostElements, null));
        Layer[] layers = source.Objects("layers", LayerForms.Read);
        foreach (Layer layer in layers)
        {
            CheckLayer(layer);
        }

        Network network = new(name, input, [.. layers]);
        if (network.Shapes.Any(shape => shape.Count > FmlLimits.MostElements) || network.Shapes.Sum(shape => (long)shape.Count) > 4L * FmlLimits.MostElements)
        {
            throw new ModelException(source.Place, "values of too many elements", $"at most {FmlLimits.MostElements}");
        }

        double macs = Enumerable.Range(0, layers.Length).Sum(index => Work(network, index));
        return macs <= FmlLimits.MostMacs ? network : throw new ModelException(source.Place, $"{macs:e1} multiplications", $"at most {FmlLimits.MostMacs:e0}");
    }

    private static void CheckLayer(Layer layer)
    {
        bool fits = layer switch
        {
            WeightedLayer { Bias: { } bias } weighted when bias.Count != weighted.OutputChannels => false,
            Convolution convolution => convolution.Weights.Shape[2] == convolution.Window.Height && convolution.Weights.Shape[3] == convolution.Window.Width,
            _ => true,
        };
        if (!fits)
        {
            throw new ModelException(layer.Name, "a bias or a window of another size than the weights", "the same size");
        }
    }

    private static double Work(Network network, int index)
    {
        Shape[] inputs = network.InputShapes(index);
        if (network.Layers[index] is Pooling pooling)
        {
            NetworkCheck.CheckTouches(pooling.Name, pooling.Window, inputs[0], network.Shapes[index + 1]);
            return (double)network.Shapes[index + 1].Count * pooling.Window.Height * pooling.Window.Width;
        }

        return network.Layers[index].DenseMacs(inputs);
    }

    private static IntegerNetwork ReadInteger(FmlSource source, string name) => new(
        name,
        [.. source.Objects("values", ReadValue)],
        [.. source.Objects("operations", OperationForms.Read)],
        source.Int("output", 0, FmlLimits.MostLayers),
        [.. source.Objects("exit_operations", OperationForms.Read)],
        [.. source.Objects("exits", ReadExit)]);

    private static IntegerValue ReadValue(FmlSource source) => new(
        source.Text("name"),
        source.Int("length", 1, FmlLimits.MostElements),
        source.Int("exponent", -100, 100),
        source.Int("low", -short.MaxValue, short.MaxValue),
        source.Int("high", -short.MaxValue, short.MaxValue),
        source.Int("limit", 1, short.MaxValue),
        source.Int("parent", -1, FmlLimits.MostLayers),
        source.Int("start", 0, FmlLimits.MostElements),
        source.Number("error") ?? double.PositiveInfinity);

    private static IntegerExit ReadExit(FmlSource source) => new(
        source.Text("name"),
        source.Int("after", 0, FmlLimits.MostLayers),
        source.Int("first", 0, FmlLimits.MostLayers),
        source.Int("count", 0, FmlLimits.MostLayers),
        source.Int("logits", 0, FmlLimits.MostLayers));
}
