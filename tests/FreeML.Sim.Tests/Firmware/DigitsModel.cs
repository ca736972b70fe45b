using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The bundled network in integers, with two exits of a head that nobody trained: what they answer does not matter here.</summary>
internal static class DigitsModel
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "models", "digits");

    /// <summary>Some of the bundled digits, as the network reads them.</summary>
    public static LabelledData Digits { get; } = InputScaling.Unit.Apply(DataSets.Load(Folder, DataSplit.Test));

    /// <summary>The network.</summary>
    public static FmlModel Model { get; } = Make();

    /// <summary>One that no device can hold: a layer of 256 x 1000 weights.</summary>
    public static FmlModel Large
    {
        get
        {
            Network network = new("large", [256], [new Dense("wide", [0], Noise([1000, 256], 0.5), null), new Dense("narrow", [1], Noise([10, 1000], 0.5), null)]);
            LabelledData data = new("noise", network.InputShape, Noise([4, 256], 1).Values, new int[4], 10);
            return new FmlModel(network, InputScaling.Unit, Quantizer.Quantize(network, data, new QuantizationOptions()), [], new Provenance("test"));
        }
    }

    /// <summary>Writes it to a file.</summary>
    public static string Save(string folder)
    {
        string path = Path.Combine(folder, "digits.fml");
        File.WriteAllBytes(path, FmlWriter.Write(Model));
        return path;
    }

    private static FmlModel Make()
    {
        Network network = OnnxReader.Read(Path.Combine(Folder, "digits.onnx"));
        ImmutableArray<ExitPoint> points = ExitPoint.At(network, ExitPoint.FindValues(network), (2, 2));
        int inputs = ExitHead.FeatureCount(points) + ExitHead.BitCount(points.Length);
        ExitHead head = new(points, Noise([10, inputs], 0.5), Noise([10], 0.2));
        IntegerNetwork integers = Quantizer.Quantize(network, Digits, new QuantizationOptions(), head);
        return new FmlModel(network, InputScaling.Unit, integers, [], new Provenance("test"), head);
    }

    private static Tensor Noise(Shape shape, double scale)
    {
        Random random = new(shape.Rank);
        Tensor tensor = new(shape);
        for (int i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = (float)((random.NextDouble() - 0.5) * scale);
        }

        return tensor;
    }
}
