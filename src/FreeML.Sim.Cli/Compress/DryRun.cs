using System.Globalization;
using System.Text.Json;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Models;

namespace FreeML.Sim.Cli.Compress;

/// <summary>
/// What <c>--policy paper</c> would do to a network, from its shapes alone: no training, so that no layer turns out fragile and no convolution
/// has a rank to be separated by.
/// </summary>
/// <param name="Before">The network as it came.</param>
/// <param name="After">The network within the budget.</param>
internal sealed record DryRun(CompressionState Before, CompressionState After)
{
    /// <summary>Runs the loop.</summary>
    public static DryRun Of(Network network, double budgetBytes)
    {
        var policy = new PaperPolicy(budgetBytes);
        CompressionState state = PaperPolicy.Separate(network, byShape: true);
        while (!policy.IsMet(state))
        {
            state = policy.Cut(state);
        }

        return new DryRun(new CompressionState(network), state);
    }

    private IEnumerable<(string Name, double Density, int Weights, int Kept, double Bytes)> Layers => After.Network.Layers
        .Select((layer, n) => (layer, n))
        .Where(pair => pair.layer is WeightedLayer)
        .Select(pair => (pair.layer.Name, After.Densities[pair.n], ((WeightedLayer)pair.layer).Weights.Count, After.Kept(pair.n), BytesOf((WeightedLayer)pair.layer, After.Densities[pair.n])));

    /// <summary>Writes tables.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine(Text($"{Line.Of(Before.Network.Name)}: {Before.Network.Parameters} parameters, {Kilobytes(PaperPolicy.Bytes(Before))} as the published code counts"));
        output.WriteLine(Text($"  {"layer",-12} {"change",-18} {"size",10}"));
        foreach (CompressionStep step in After.Steps)
        {
            output.WriteLine(Text($"  {Line.Of(step.Layer),-12} {step.Change,-18} {Kilobytes(step.Bytes),10}"));
        }

        output.WriteLine();
        output.WriteLine(Text($"  {"layer",-12} {"density",8} {"weights",9} {"non-zero",9} {"size",10}"));
        foreach ((string name, double density, int weights, int kept, double bytes) in Layers)
        {
            output.WriteLine(Text($"  {Line.Of(name),-12} {density,8:0.00000} {weights,9} {kept,9} {Kilobytes(bytes),10}"));
        }

        output.WriteLine(Text($"  {"in all",-12} {"",8} {Layers.Sum(layer => layer.Weights),9} {Layers.Sum(layer => layer.Kept),9} {Kilobytes(PaperPolicy.Bytes(After)),10}"));
    }

    /// <summary>Writes the members of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", Before.Network.Name);
        json.WriteString("policy", "paper");
        json.WriteBoolean("dryRun", true);
        json.WriteNumber("parameters", Before.Network.Parameters);
        json.WriteNumber("originalBytes", PaperPolicy.Bytes(Before));
        json.WriteNumber("bytes", PaperPolicy.Bytes(After));
        json.WriteArray("steps", After.Steps, (item, step) =>
        {
            item.WriteString("layer", step.Layer);
            item.WriteString("change", step.Change);
            item.WriteNumber("bytes", step.Bytes);
        });
        json.WriteArray("layers", Layers, (item, layer) =>
        {
            item.WriteString("layer", layer.Name);
            item.WriteNumber("density", layer.Density);
            item.WriteNumber("weights", layer.Weights);
            item.WriteNumber("nonZeros", layer.Kept);
            item.WriteNumber("bytes", layer.Bytes);
        });
    }

    private static double BytesOf(WeightedLayer layer, double density) => PublishedSize.Bytes(layer, density) + PublishedSize.TableBytes(layer, density);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Kilobytes(double bytes) => Text($"{bytes / 1000:0.0} kB");
}
