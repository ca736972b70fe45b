using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>Turns one ONNX graph into a network, node by node.</summary>
internal sealed class OnnxImporter(OnnxGraph graph, long opset, string source)
{
    private readonly Budget _budget = new(source);
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private int _batch;

    /// <summary>Makes the network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="keepsNormalisation">Leaves batch normalisation a layer of its own.</param>
    /// <exception cref="ModelException">The graph holds what is not supported.</exception>
    public Network Import(string name, bool keepsNormalisation)
    {
        foreach (OnnxTensor tensor in graph.Initializers)
        {
            _tensors[tensor.Name] = tensor;
        }

        // Files of IR 3 list the constants among the inputs.
        OnnxValueInfo[] inputs = [.. graph.Inputs.Where(input => !_tensors.ContainsKey(input.Name))];
        OnnxValueInfo input = inputs is [var only] ? only : throw Unusable(inputs.Length == 0 ? "no input" : $"inputs {Names(inputs)}", "one input");
        int[] sizes = InputSizes(input);
        LayerGraph layers = new(source, Computed.ShapeOf(sizes), _budget) { KeepsNormalisation = keepsNormalisation };
        _budget.Take(OnnxValue.CountOf(sizes), "numbers in feature maps");
        _values[input.Name] = new Computed(layers.Input, sizes);
        foreach (OnnxNode node in NeededNodes())
        {
            Import(node, layers);
        }

        OnnxValueInfo[] outputs = [.. graph.Outputs.Where(output => Find(output.Name) is Computed)];
        OnnxValueInfo output = outputs is [var one] ? one : throw Unusable(outputs.Length == 0 ? "no computed output" : $"outputs {Names(outputs)}", "one output");
        layers.Output = ((Computed)_values[output.Name]).Node;
        GraphSimplifier.Simplify(layers);
        return layers.ToNetwork(name);
    }

    // What no output needs may be of any kind.
    private Stack<OnnxNode> NeededNodes()
    {
        HashSet<string> needed = [.. graph.Outputs.Select(output => output.Name)];
        Stack<OnnxNode> nodes = [];
        foreach (OnnxNode node in Enumerable.Reverse(graph.Nodes))
        {
            if (node.Outputs.Exists(needed.Contains))
            {
                needed.UnionWith(node.Inputs);
                nodes.Push(node);
            }
        }

        return nodes;
    }

    private void Import(OnnxNode node, LayerGraph layers)
    {
        OnnxValue?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Find(name))];
        NodeCall call = new(node, inputs, opset, _batch, layers, source);
        if (!OnnxNode.IsStandard(node.Domain))
        {
            throw call.Error($"the operator {ModelException.Quote(node.Operator)} of {ModelException.Quote(node.Domain)}", "a standard operator");
        }

        int missing = node.Inputs.FindIndex(name => name.Length > 0 && Find(name) is null);
        if (missing >= 0)
        {
            throw call.Error($"input {ModelException.Quote(node.Inputs[missing])}", "a value that is computed before it");
        }

        if (node.Outputs is [{ Length: > 0 } name, ..])
        {
            _values[name] = Evaluate(call);
        }
    }

    private static OnnxValue Evaluate(NodeCall call)
    {
        try
        {
            return (OnnxValue?)ConstantOperators.Evaluate(call) ?? LayerOperators.Apply(call);
        }
        catch (ModelException error) when (error.Input == call.Name || error.Input.Length == 0)
        {
            // A layer knows its own name only.
            throw call.Error(error.Found, error.Expected);
        }
    }

    private OnnxValue? Find(string name)
    {
        if (!_values.TryGetValue(name, out OnnxValue? value) && _tensors.TryGetValue(name, out OnnxTensor? tensor))
        {
            value = _values[name] = tensor.ToConstant(source, _budget);
        }

        return value;
    }

    // The first of several axes is the batch, open or fixed; a network is about one sample of it.
    private int[] InputSizes(OnnxValueInfo input)
    {
        List<long?> sizes = input.Sizes ?? throw Unusable($"input {ModelException.Quote(input.Name)} of unknown shape", "a shape");
        if (sizes.Count == 0 || sizes.Skip(1).Any(size => size is null or > Budget.Limit))
        {
            throw Unusable($"input {ModelException.Quote(input.Name)} of {input.ShapeText}", "sizes of all axes but the batch");
        }

        int first = int.CreateSaturating(sizes[0] ?? 1);
        _batch = sizes.Count > 1 ? first : 1;
        return [sizes.Count > 1 ? 1 : first, .. sizes.Skip(1).Select(size => (int)size!.Value)];
    }

    private static string Names(OnnxValueInfo[] values) => string.Join(", ", values.Take(4).Select(value => ModelException.Quote(value.Name)));

    private ModelException Unusable(string found, string expected) => new(source, found, expected);
}
