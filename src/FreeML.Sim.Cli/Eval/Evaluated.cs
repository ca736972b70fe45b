using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FreeML.Compiler;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Cli.Eval;

/// <summary>How often a network was right, at its end and at each exit.</summary>
/// <param name="Arithmetic">float or integer.</param>
/// <param name="Scaling">From samples as stored to those that the network reads.</param>
/// <param name="Data">Name of the data.</param>
/// <param name="Labels">The right classes.</param>
/// <param name="Found">The classes found.</param>
/// <param name="Classes">Names of the classes, or numbers.</param>
/// <param name="Exits">Name of each early exit, and on how many samples it was right.</param>
/// <param name="Saturations">Values that were clamped where their function did not ask for it, and how often.</param>
internal sealed record Evaluated(
    string Arithmetic,
    InputScaling Scaling,
    string Data,
    ImmutableArray<int> Labels,
    ImmutableArray<int> Found,
    ImmutableArray<string> Classes,
    ImmutableArray<(string Name, int Right)> Exits,
    ImmutableArray<(string Value, long Count)> Saturations)
{
    /// <summary>The network's file.</summary>
    public string File { get; init; } = "";

    /// <summary>test or train.</summary>
    public string Split { get; init; } = "";

    /// <summary>Whether classes taken for others are shown.</summary>
    public bool ShowsConfusion { get; init; }

    private int NameWidth => Exits.Select(exit => Line.Of(exit.Name).Length).Append("accuracy".Length).Max();

    private int Right => CountRight(Found, Labels);

    /// <summary>Runs a network in float.</summary>
    public static Evaluated OfFloat(Network network, InputScaling scaling, LabelledData data)
    {
        int outputs = network.OutputShape.Count;
        return new Evaluated("float", scaling, data.Name, CheckedLabels(data, outputs), Run(network, data), Numbers(outputs), [], []);
    }

    /// <summary>Runs a compressed network in float, and its exits.</summary>
    public static Evaluated OfFloat(FmlModel model, LabelledData data)
    {
        Evaluated whole = OfFloat(model.Network, model.Scaling, data);
        return whole with
        {
            Classes = model.Classes.IsEmpty ? whole.Classes : model.Classes,
            Exits = [.. model.Exits.Select(exit => (Lowerer.ExitName(exit.Head, exit.Exit), CountRight(Run(exit.Head.AsNetwork(model.Network, exit.Exit), data), whole.Labels)))],
        };
    }

    /// <summary>Runs a network in integers.</summary>
    public static Evaluated OfInteger(FmlModel model, LabelledData data)
    {
        IntegerEvaluation evaluation = IntegerEvaluation.Of(model.Integer, data);
        int outputs = model.Network.OutputShape.Count;
        return new Evaluated(
            "integer",
            model.Scaling,
            data.Name,
            CheckedLabels(data, outputs),
            evaluation.Classes,
            model.Classes.IsEmpty ? Numbers(outputs) : model.Classes,
            [.. model.Integer.Exits.Select((exit, index) => (exit.Name, evaluation.RightAtExits[index]))],
            [.. model.Integer.Values.Select((value, index) => (value.Name, evaluation.Saturations[index])).Where(pair => pair.Item2 > 0)]);
    }

    /// <summary>Tells people.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine($"{Line.Of(File)} on {Line.Of(Data)} ({Split}), {Labels.Length} samples, in {(Arithmetic == "float" ? "float" : "the device's integers")}; input {Scaling}");
        WriteAccuracy(output, "accuracy", Right);
        foreach ((string name, int right) in Exits)
        {
            WriteAccuracy(output, Line.Of(name), right);
        }

        if (Saturations.Length > 0)
        {
            output.WriteLine($"  saturated: {string.Join(", ", Saturations.Select(pair => $"{Line.Of(pair.Value)} {pair.Count}"))}");
        }

        if (ShowsConfusion)
        {
            WriteConfusion(output);
        }
    }

    /// <summary>Tells programs.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", File);
        json.WriteString("data", Data);
        json.WriteString("split", Split);
        json.WriteString("arithmetic", Arithmetic);
        json.WriteString("scaling", Scaling.Name);
        json.WriteNumber("samples", Labels.Length);
        json.WriteNumber("right", Right);
        json.WriteFinite("accuracy", (double)Right / Labels.Length);
        json.WriteArray("exits", Exits, (item, exit) =>
        {
            item.WriteString("exit", exit.Name);
            item.WriteNumber("right", exit.Right);
            item.WriteFinite("accuracy", (double)exit.Right / Labels.Length);
        });
        json.WriteArray("saturations", Saturations, (item, saturation) =>
        {
            item.WriteString("value", saturation.Value);
            item.WriteNumber("count", saturation.Count);
        });
        if (ShowsConfusion)
        {
            int[][] confusion = Confusion();
            json.WriteArray("confusion", Classes.Select((name, index) => (name, index)), (item, row) =>
            {
                item.WriteString("class", row.name);
                item.WriteStartArray("takenFor");
                foreach (int count in confusion[row.index])
                {
                    item.WriteNumberValue(count);
                }

                item.WriteEndArray();
            });
        }
    }

    private static ImmutableArray<int> Run(Network network, LabelledData data)
    {
        float[] logits = BatchRunner.RunToLogits(network, data);
        int outputs = network.OutputShape.Count;
        return [.. Enumerable.Range(0, data.Count).Select(sample => Largest(logits.AsSpan(sample * outputs, outputs)))];
    }

    private static int CountRight(ImmutableArray<int> found, ImmutableArray<int> labels) => labels.Zip(found).Count(pair => pair.First == pair.Second);

    private static ImmutableArray<int> CheckedLabels(LabelledData data, int outputs)
    {
        ImmutableArray<int> labels = [.. data.Labels];
        return labels.Max() < outputs ? labels : throw new ModelException(data.Name, $"class {labels.Max()}", $"classes below {outputs}, as many as the network tells apart");
    }

    private static ImmutableArray<string> Numbers(int count) => [.. Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static int Largest(ReadOnlySpan<float> logits)
    {
        int largest = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            largest = logits[i] > logits[largest] ? i : largest;
        }

        return largest;
    }

    private void WriteAccuracy(TextWriter output, string name, int right) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name.PadRight(NameWidth)} {100.0 * right / Labels.Length,6:0.00} %  {right} of {Labels.Length}"));

    private void WriteConfusion(TextWriter output)
    {
        int[][] confusion = Confusion();
        int width = Classes.Max(name => Line.Of(name).Length);
        output.WriteLine();
        output.WriteLine("  a row for each class, a column for each that was found");
        for (int row = 0; row < confusion.Length; row++)
        {
            output.WriteLine($"  {Line.Of(Classes[row]).PadRight(width)} {string.Concat(confusion[row].Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(6)))}");
        }
    }

    private int[][] Confusion()
    {
        int[][] confusion = [.. Classes.Select(_ => new int[Classes.Length])];
        for (int i = 0; i < Labels.Length; i++)
        {
            confusion[Labels[i]][Found[i]]++;
        }

        return confusion;
    }
}
