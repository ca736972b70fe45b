using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>Writes .fml files. The same model gives the same bytes.</summary>
public static class FmlWriter
{
    /// <summary>The version written.</summary>
    public const int Version = 1;

    internal const string Format = "freeml";
    internal const string TextName = "model.json";

    /// <summary>A file's bytes.</summary>
    public static byte[] Write(FmlModel model)
    {
        using FmlSink sink = new();
        sink.Json.WriteStartObject();
        sink.Json.WriteString("format", Format);
        sink.Json.WriteNumber("version", Version);
        sink.Json.WriteString("name", model.Network.Name);
        WriteProvenance(sink, model.Provenance);
        sink.Strings("classes", model.Classes);
        sink.Json.WriteStartObject("scaling");
        sink.Json.WriteString("name", model.Scaling.Name);
        WriteFloats(sink, "offsets", model.Scaling.Offsets.AsSpan());
        WriteFloats(sink, "factors", model.Scaling.Factors.AsSpan());
        sink.Json.WriteEndObject();
        WriteNetwork(sink, model.Network);
        WriteHeads(sink, model.Heads);
        WriteInteger(sink, model.Integer);
        sink.Json.WriteEndObject();
        return sink.Finish(TextName);
    }

    private static void WriteFloats(FmlSink sink, string name, ReadOnlySpan<float> numbers)
    {
        sink.Json.WriteStartArray(name);
        foreach (float number in numbers)
        {
            sink.Json.WriteNumberValue(number);
        }

        sink.Json.WriteEndArray();
    }

    private static void WriteProvenance(FmlSink sink, Provenance provenance)
    {
        sink.Json.WriteStartObject("provenance");
        sink.Json.WriteString("program", provenance.Program);
        sink.Json.WriteString("source", provenance.Source);
        sink.Json.WriteString("data", provenance.Data);
        sink.Json.WriteString("policy", provenance.Policy);
        sink.Optional("budget_B", provenance.BudgetBytes);
        sink.Optional("original_accuracy", provenance.OriginalAccuracy);
        sink.Optional("float_accuracy", provenance.FloatAccuracy);
        sink.Optional("integer_accuracy", provenance.IntegerAccuracy);
        sink.Json.WriteEndObject();
    }

    private static void WriteNetwork(FmlSink sink, Network network)
    {
        sink.Json.WriteStartObject("network");
        sink.Numbers("input_shape", network.InputShape.AsSpan());
        int index = 0;
        sink.Objects("layers", network.Layers, layer => LayerForms.Write(sink, layer, $"network/{index++}"));
        sink.Json.WriteEndObject();
    }

    private static void WriteHeads(FmlSink sink, IEnumerable<ExitHead> heads)
    {
        int index = 0;
        sink.Objects("heads", heads, head =>
        {
            sink.Objects("points", head.Points, point =>
            {
                sink.Json.WriteString("name", point.Name);
                sink.Json.WriteNumber("value", point.Value);
                LayerForms.WriteWindow(sink, point.Window);
            });
            sink.Tensor("weights", $"heads/{index}.weights", head.Weights);
            sink.Tensor("bias", $"heads/{index++}.bias", head.Bias);
        });
    }

    private static void WriteInteger(FmlSink sink, IntegerNetwork network)
    {
        sink.Json.WriteStartObject("integer");
        sink.Objects("values", network.Values, value => WriteValue(sink, value));
        int index = 0;
        sink.Objects("operations", network.Operations, operation => OperationForms.Write(sink, operation, $"integer/{index++}"));
        sink.Json.WriteNumber("output", network.Output);
        index = 0;
        sink.Objects("exit_operations", network.ExitOperations, operation => OperationForms.Write(sink, operation, $"exits/{index++}"));
        sink.Objects("exits", network.Exits, exit => WriteExit(sink, exit));
        sink.Json.WriteEndObject();
    }

    private static void WriteValue(FmlSink sink, IntegerValue value)
    {
        sink.Json.WriteString("name", value.Name);
        sink.Json.WriteNumber("length", value.Length);
        sink.Json.WriteNumber("exponent", value.Exponent);
        sink.Json.WriteNumber("low", value.Low);
        sink.Json.WriteNumber("high", value.High);
        sink.Json.WriteNumber("limit", value.Limit);
        sink.Json.WriteNumber("parent", value.Parent);
        sink.Json.WriteNumber("start", value.Start);
        sink.Optional("error", value.Error);
    }

    private static void WriteExit(FmlSink sink, IntegerExit exit)
    {
        sink.Json.WriteString("name", exit.Name);
        sink.Json.WriteNumber("after", exit.After);
        sink.Json.WriteNumber("first", exit.First);
        sink.Json.WriteNumber("count", exit.Count);
        sink.Json.WriteNumber("logits", exit.Logits);
    }
}
