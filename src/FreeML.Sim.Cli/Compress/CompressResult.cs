using System.Globalization;
using System.Text.Json;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Training;
using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Compress;

/// <summary>How accurate a network is before and after, on test samples that decided nothing. 0 to 1.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Original">The network as it came.</param>
/// <param name="Floats">The compressed one in floats.</param>
/// <param name="Integers">The compressed one as the device computes it.</param>
internal readonly record struct Accuracies(int Samples, double Original, double Floats, double Integers);

/// <summary>What <c>compress</c> tells and leaves.</summary>
internal sealed record CompressResult(
    string Model, bool IsPaper, double OriginalBytes, IReadOnlyList<CompressionStep> Steps, double CountedBytes, CompressedNetwork Compressed, Accuracies Accuracy, IntegerEvaluation Evaluation, InputScaling Input, IReadOnlyList<string> Notes)
{
    private const double FloatBytes = 4;

    private long Saturations => Evaluation.Saturations.Sum();

    private IEnumerable<(string Name, double Accuracy, double Cycles, double Joules)> Exits => Compressed.Integers.Exits.Select((exit, n) =>
        (exit.Name, (double)Evaluation.RightAtExits[n] / Evaluation.Classes.Length, Compressed.Cost.At(exit).Cycles, Compressed.Cost.At(exit).Joules));

    /// <summary>How many times smaller than in floats it is on the device.</summary>
    public double Ratio => OriginalBytes / Compressed.Size.Bytes;

    /// <summary>Measures a compressed network.</summary>
    public static CompressResult Of(
        CompressRequest request, Network original, CompressionStep start, CompressionState end, CompressedNetwork compressed, LabelledData test, InputScaling input, IEnumerable<string> notes)
    {
        IntegerEvaluation integers = IntegerEvaluation.Of(compressed.Integers, test);
        return new CompressResult(
            original.Name,
            request.IsPaper,
            FloatBytes * original.Parameters,
            [start, .. end.Steps],
            request.IsPaper ? PaperPolicy.Bytes(end) : compressed.Size.Bytes,
            compressed,
            new Accuracies(test.Count, Evaluator.Accuracy(original, test), Evaluator.Accuracy(compressed.Network, test), integers.Accuracy),
            integers,
            input,
            [.. notes]);
    }

    /// <summary>Leaves the network, and what else was asked for.</summary>
    /// <exception cref="FreeML.Sim.Msp430.InputException">The disk refused.</exception>
    public void Save(CompressRequest request)
    {
        Provenance provenance = new(
            $"{Application.Name} {Application.Version}",
            Path.GetFileName(request.Model),
            Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Data)),
            IsPaper ? "paper" : "energy",
            (long?)request.Budget.Bytes,
            Accuracy.Original,
            Accuracy.Floats,
            Accuracy.Integers);
        OutputFile.Write(request.Output, FmlWriter.Write(new FmlModel(Compressed.Network, Input, Compressed.Integers, [], provenance, Compressed.Heads)));
        if (request.RecordDirectory is { } directory)
        {
            FigureFiles.Save(CompressionFigure.From(Steps), directory, CompressionFigure.Name);
            OutputFile.Write(Path.Combine(directory, "steps.csv"), WriteSteps);
            OutputFile.Write(Path.Combine(directory, "layers.csv"), WriteLayers);
        }
    }

    /// <summary>Writes a table.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine(Text($"{Line.Of(Model)}: {Kilobytes(OriginalBytes)} in floats, {Percent(Accuracy.Original)} of {Accuracy.Samples} test samples right"));
        output.WriteLine(Text($"  {Kilobytes(Compressed.Size.Bytes)} on the device, {Ratio:0.0} times smaller; {Percent(Accuracy.Integers)} as the device computes, {Percent(Accuracy.Floats)} in floats"));
        if (IsPaper)
        {
            output.WriteLine(Text($"  {Kilobytes(CountedBytes)} as the published code counts"));
        }

        output.WriteLine(Text($"  maps {Compressed.Size.Arena.Bytes} B; predicted at {SiText.Of(Compressed.Cost.ClockHertz, "Hz")} and {SiText.Of(DevicePrices.Volts, "V")}: {SiText.Of(Compressed.Cost.Joules, "J")}, {SiText.Of(Compressed.Cost.Seconds, "s")}"));
        output.WriteLine();
        int width = Math.Max(12, Compressed.Cost.Layers.Concat(Compressed.Cost.ExitLayers).Max(layer => Line.Of(layer.Layer).Length));
        output.WriteLine(Text($"  {"layer".PadRight(width)} {"form",-7} {"bits",4} {"density",8} {"bytes",7} {"MACs",9} {"cycles",10} {"energy",9}"));
        foreach (LayerCost layer in Compressed.Cost.Layers.Concat(Compressed.Cost.ExitLayers))
        {
            output.WriteLine(Text($"  {Line.Of(layer.Layer).PadRight(width)} {Form(layer),-7} {(layer.Bits == 0 ? "" : layer.Bits),4} {(layer.Weights == 0 ? "" : Text($"{layer.Density:0.0000}")),8} {layer.Bytes,7:0} {layer.Macs,9:0} {layer.Cycles,10:0} {SiText.Of(layer.Joules, "J"),9}"));
        }

        output.WriteLine(Text($"  {"in all".PadRight(width)} {"",-7} {"",4} {"",8} {Compressed.Cost.Bytes,7:0} {Compressed.Cost.Macs,9:0} {Compressed.Cost.Cycles,10:0} {SiText.Of(Compressed.Cost.Joules, "J"),9}"));
        foreach ((string name, double accuracy, double cycles, double joules) in Exits)
        {
            output.WriteLine(Text($"  {Line.Of(name)}: {Percent(accuracy)}, {cycles:0} cycles, {SiText.Of(joules, "J")}"));
        }

        foreach (string note in Notes.Append($"input: {Input}").Append(Saturations > 0 ? Text($"{Saturations} values were clamped on the test samples") : "").Where(note => note.Length > 0))
        {
            output.WriteLine("  note: " + Line.Of(note));
        }
    }

    /// <summary>Writes the members of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", Model);
        json.WriteString("policy", IsPaper ? "paper" : "energy");
        json.WriteNumber("originalBytes", OriginalBytes);
        json.WriteNumber("bytes", Compressed.Size.Bytes);
        json.WriteNumber("countedBytes", CountedBytes);
        json.WriteNumber("ratio", Ratio);
        json.WriteNumber("arenaBytes", Compressed.Size.Arena.Bytes);
        json.WriteNumber("testSamples", Accuracy.Samples);
        json.WriteNumber("originalAccuracy", Accuracy.Original);
        json.WriteNumber("floatAccuracy", Accuracy.Floats);
        json.WriteNumber("integerAccuracy", Accuracy.Integers);
        json.WriteNumber("saturations", Saturations);
        json.WriteString("input", Input.ToString());
        json.WriteNumber("macs", Compressed.Cost.Macs);
        json.WriteNumber("cycles", Compressed.Cost.Cycles);
        json.WriteNumber("seconds", Compressed.Cost.Seconds);
        json.WriteNumber("energy_J", Compressed.Cost.Joules);
        json.WriteArray("exits", Exits, (item, exit) =>
        {
            item.WriteString("exit", exit.Name);
            item.WriteNumber("accuracy", exit.Accuracy);
            item.WriteNumber("cycles", exit.Cycles);
            item.WriteNumber("energy_J", exit.Joules);
        });
        json.WriteArray("layers", Compressed.Cost.Layers.Concat(Compressed.Cost.ExitLayers), (item, layer) =>
        {
            item.WriteString("layer", layer.Layer);
            item.WriteString("form", Form(layer));
            item.WriteNumber("bits", layer.Bits);
            item.WriteNumber("weights", layer.Weights);
            item.WriteNumber("nonZeros", layer.NonZeros);
            item.WriteNumber("bytes", layer.Bytes);
            item.WriteNumber("macs", layer.Macs);
            item.WriteNumber("cycles", layer.Cycles);
            item.WriteNumber("energy_J", layer.Joules);
        });
        json.WriteArray("steps", Steps, (item, step) =>
        {
            item.WriteString("layer", step.Layer);
            item.WriteString("change", step.Change);
            item.WriteNumber("bytes", step.Bytes);
            item.WriteFinite("energy_J", step.Joules);
            item.WriteFinite("accuracy", step.Accuracy);
        });
        json.WriteStrings("notes", Notes);
    }

    private void WriteSteps(TextWriter output)
    {
        output.WriteLine("layer,change,size_B,energy_J,accuracy");
        foreach (CompressionStep step in Steps)
        {
            output.WriteLine(Text($"{Quoted(step.Layer)},{Quoted(step.Change)},{step.Bytes:0},{step.Joules},{step.Accuracy}"));
        }
    }

    private void WriteLayers(TextWriter output)
    {
        output.WriteLine("layer,form,bits,weights,non_zeros,size_B,macs,cycles,energy_J");
        foreach (LayerCost layer in Compressed.Cost.Layers.Concat(Compressed.Cost.ExitLayers))
        {
            output.WriteLine(Text($"{Quoted(layer.Layer)},{Form(layer)},{layer.Bits},{layer.Weights},{layer.NonZeros},{layer.Bytes},{layer.Macs},{layer.Cycles},{layer.Joules}"));
        }
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Form(LayerCost layer) => layer.Form?.ToString().ToLowerInvariant() ?? "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Kilobytes(double bytes) => Text($"{bytes / 1000:0.00} kB");

    private static string Percent(double share) => Text($"{100 * share:0.00} %");
}
