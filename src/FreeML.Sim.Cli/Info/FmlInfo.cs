using System.Globalization;
using System.Text.Json;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;

namespace FreeML.Sim.Cli.Info;

/// <summary>A compressed network: its operations with form, size and scales, its memory, its exits.</summary>
internal sealed class FmlInfo : ISubject
{
    private readonly string _path;
    private readonly FmlModel _model;
    private readonly DeployedSize _size;
    private readonly Row[] _rows;

    /// <summary>Of a file.</summary>
    public FmlInfo(string path, FmlModel model)
    {
        _path = path;
        _model = model;
        _size = DeployedSize.Of(model.Integer);
        _rows = [.. model.Integer.AllOperations.Select((operation, index) => Row.Of(operation, _size.Operations[index], model.Integer))];
    }

    /// <inheritdoc/>
    public void WriteText(TextWriter output)
    {
        (IntegerNetwork network, Provenance provenance) = (_model.Integer, _model.Provenance);
        output.WriteLine($"{Line.Of(_path)}: compressed network {Line.Of(_model.Network.Name)}, {_size.Bytes} bytes of tables, {_size.Arena.Bytes} bytes for maps");
        WriteFact(output, "written by", provenance.Program);
        WriteFact(output, "source", provenance.Source);
        WriteFact(output, "data", provenance.Data);
        WriteFact(output, "policy", provenance.Policy);
        WriteFact(output, "budget", provenance.BudgetBytes is { } budget ? Text($"{budget} B") : "");
        WriteFact(output, "accuracy", string.Join(", ", Accuracies.Where(pair => pair.Value is not null).Select(pair => Text($"{pair.Name} {100 * pair.Value!.Value:0.00} %"))));
        WriteFact(output, "input", $"{_model.Network.InputShape}, {_model.Scaling}");
        WriteFact(output, "classes", _model.Classes.IsEmpty ? "" : string.Join(", ", _model.Classes));
        output.WriteLine();
        int width = Math.Max(9, _rows.Max(row => Line.Of(row.Name).Length));
        output.WriteLine(Text($"  {"operation".PadRight(width)}  {"kind",-15} {"form",-6} {"bits",4} {"density",8} {"bytes",7} {"MACs",9}  {"output",7} {"exponent",8}"));
        foreach (Row row in _rows)
        {
            string weights = row.Weights is { } w ? Text($"{Name(w.Form),-6} {w.Bits,4} {row.Density,8:0.0000}") : Text($"{"",-6} {"",4} {"",8}");
            output.WriteLine(Text($"  {Line.Of(row.Name).PadRight(width)}  {Name(row.Kind),-15} {weights} {row.Size.Bytes,7} {row.Macs,9}  {row.Output.Length,7} {row.Output.Exponent,8}"));
        }

        output.WriteLine(Text($"  {"shared".PadRight(width)}  {"header, exits, tables",-36} {_size.SharedBytes,7}"));
        output.WriteLine(Text($"  {"in all".PadRight(width)}  {"",-36} {_size.Bytes,7} {network.Macs,9}"));
        output.WriteLine();
        output.WriteLine($"  maps: {_size.Arena.Bytes} bytes ({_size.Arena.LeastBytes} in use at once, {2 * network.Values.Where(value => value.Parent < 0).Sum(value => value.Length)} side by side)");
        foreach (IntegerExit exit in network.Exits)
        {
            output.WriteLine($"  {Line.Of(exit.Name)}: after {exit.After} of {network.Operations.Length} operations");
        }
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("file", _path);
        json.WriteString("kind", "compressed-network");
        json.WriteString("name", _model.Network.Name);
        json.WriteString("program", _model.Provenance.Program);
        json.WriteString("source", _model.Provenance.Source);
        json.WriteString("data", _model.Provenance.Data);
        json.WriteString("policy", _model.Provenance.Policy);
        json.WriteOptional("budgetBytes", _model.Provenance.BudgetBytes);
        foreach ((string name, double? value) in Accuracies)
        {
            json.WriteFinite(name + "Accuracy", value);
        }

        json.WriteString("inputShape", _model.Network.InputShape.ToString());
        json.WriteString("scaling", _model.Scaling.Name);
        json.WriteNumber("bytes", _size.Bytes);
        json.WriteNumber("sharedBytes", _size.SharedBytes);
        json.WriteNumber("mapBytes", _size.Arena.Bytes);
        json.WriteNumber("leastMapBytes", _size.Arena.LeastBytes);
        json.WriteNumber("macs", _model.Integer.Macs);
        json.WriteArray("operations", _rows, WriteRow);
        json.WriteArray("exits", _model.Integer.Exits, (item, exit) =>
        {
            item.WriteString("exit", exit.Name);
            item.WriteNumber("after", exit.After);
        });
    }

    private (string Name, double? Value)[] Accuracies =>
        [("original", _model.Provenance.OriginalAccuracy), ("float", _model.Provenance.FloatAccuracy), ("integer", _model.Provenance.IntegerAccuracy)];

    private static void WriteRow(Utf8JsonWriter json, Row row)
    {
        json.WriteString("name", row.Name);
        json.WriteString("kind", Name(row.Kind));
        if (row.Weights is { } weights)
        {
            json.WriteString("form", Name(weights.Form));
            json.WriteNumber("bits", weights.Bits);
            json.WriteNumber("weights", (long)weights.Rows * weights.Columns);
            json.WriteNumber("nonZeros", row.NonZeros);
            json.WriteNumber("weightBytes", row.Size.Weights!.Value.ValueBytes);
            json.WriteNumber("indexBytes", row.Size.Weights.Value.IndexBytes + row.Size.Weights.Value.CountBytes);
            json.WriteNumber("biasBytes", row.Size.BiasBytes);
            json.WriteNumber("shiftBytes", row.Size.ShiftBytes);
        }

        json.WriteNumber("bytes", row.Size.Bytes);
        json.WriteNumber("macs", row.Macs);
        json.WriteNumber("outputElements", row.Output.Length);
        json.WriteNumber("outputExponent", row.Output.Exponent);
        json.WriteFinite("errorBound", row.Output.Error);
    }

    private static void WriteFact(TextWriter output, string name, string fact)
    {
        if (fact.Length > 0)
        {
            output.WriteLine($"  {name,-12} {Line.Of(fact)}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private sealed record Row(string Name, OperationKind Kind, EncodedWeights? Weights, int NonZeros, OperationSize Size, long Macs, IntegerValue Output)
    {
        public double Density => Weights is null ? 1 : (double)NonZeros / ((long)Weights.Rows * Weights.Columns);

        public static Row Of(IntegerOperation operation, OperationSize size, IntegerNetwork network)
        {
            EncodedWeights? weights = (operation as WeightedOperation)?.Weights;
            return new Row(operation.Name, operation.Kind, weights, weights?.Decode().Count(weight => weight != 0) ?? 0, size, operation.Macs, network.Values[operation.Output]);
        }
    }
}
