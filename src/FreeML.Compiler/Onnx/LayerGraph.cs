using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>A network while it is being put together: layers that can be rewired. Layers here may be without a name.</summary>
internal sealed class LayerGraph(string source, Shape input, Budget budget)
{
    private const int LongestName = 120;

    private readonly List<GraphNode> _nodes = [];

    /// <summary>What bounds memory and time.</summary>
    public Budget Budget { get; } = budget;

    /// <summary>The network's input.</summary>
    public GraphNode Input { get; } = new(null, [], input);

    /// <summary>The network's output.</summary>
    public GraphNode Output { get; set; } = null!;

    /// <summary>Whether batch normalisation stays a layer of its own.</summary>
    public bool KeepsNormalisation { get; init; }

    /// <summary>The layers, in an order in which each reads only what comes before.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Adds a layer at the end.</summary>
    /// <param name="layer">Its own inputs are not looked at.</param>
    /// <param name="inputs">What it reads.</param>
    /// <exception cref="ModelException">The shapes do not fit, or the budget is used up.</exception>
    public GraphNode Add(Layer layer, params GraphNode[] inputs)
    {
        Shape shape = layer.OutputShape([.. inputs.Select(input => input.Shape)]);
        Budget.Take(OnnxValue.CountOf(shape.AsSpan()), "numbers in feature maps");
        GraphNode node = new(layer, inputs, shape);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The network: what the output needs, with names that are there and unique.</summary>
    public Network ToNetwork(string name)
    {
        HashSet<GraphNode> live = FindLive();
        Dictionary<GraphNode, int> values = new() { [Input] = 0 };
        Dictionary<string, int> taken = new(StringComparer.Ordinal);
        var layers = ImmutableArray.CreateBuilder<Layer>();
        foreach (GraphNode node in _nodes.Where(live.Contains))
        {
            Layer layer = node.Layer! with
            {
                Name = MakeUnique(node.Layer!.Name.Length > 0 ? node.Layer.Name : node.Layer.GetType().Name.ToLowerInvariant(), taken),
                Inputs = [.. node.Inputs.Select(input => values[input])],
            };
            CheckNumbers(layer);
            layers.Add(layer);
            values[node] = layers.Count;
        }

        return new Network(name, Input.Shape, layers.ToImmutable());
    }

    /// <summary>Adds a layer just before another.</summary>
    public GraphNode Insert(GraphNode before, Layer layer, params GraphNode[] inputs)
    {
        GraphNode node = Add(layer, inputs);
        _nodes.RemoveAt(_nodes.Count - 1);
        _nodes.Insert(_nodes.IndexOf(before), node);
        return node;
    }

    /// <summary>Hands a layer's readers over to another value.</summary>
    public void Replace(GraphNode node, GraphNode other)
    {
        node.ReplaceBy(other);
        Output = Output == node ? other : Output;
    }

    /// <summary>Forgets layers that the output does not need, so that who still reads a value can be told.</summary>
    public void DropDead()
    {
        HashSet<GraphNode> live = FindLive();
        foreach (GraphNode node in _nodes.Where(node => !live.Contains(node)))
        {
            node.Detach();
        }

        _nodes.RemoveAll(node => !live.Contains(node));
    }

    private HashSet<GraphNode> FindLive()
    {
        HashSet<GraphNode> live = [Output];
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (live.Contains(_nodes[i]))
            {
                live.UnionWith(_nodes[i].Inputs);
            }
        }

        return live;
    }

    private static string MakeUnique(string name, Dictionary<string, int> taken)
    {
        name = name.Length > LongestName ? name[..LongestName] : name;
        for (string candidate = name; ;)
        {
            if (taken.TryAdd(candidate, 1))
            {
                return candidate;
            }

            candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_{++taken[name]}");
        }
    }

    private void CheckNumbers(Layer layer)
    {
        Tensor?[] tensors = layer switch
        {
            WeightedLayer weighted => [weighted.Weights, weighted.Bias],
            ChannelAffine affine => [affine.Scale, affine.Shift],
            _ => [],
        };
        foreach (float number in tensors.SelectMany(tensor => tensor?.Values ?? []))
        {
            if (!float.IsFinite(number))
            {
                throw new ModelException(source, $"weight {number.ToString(CultureInfo.InvariantCulture)} in {ModelException.Quote(layer.Name)}", "finite weights");
            }
        }
    }
}

/// <summary>A layer in a <see cref="LayerGraph"/>, or its input.</summary>
internal sealed class GraphNode
{
    private readonly List<GraphNode> _readers = [];
    private GraphNode[] _inputs;

    internal GraphNode(Layer? layer, GraphNode[] inputs, Shape shape)
    {
        Layer = layer;
        _inputs = inputs;
        Shape = shape;
        foreach (GraphNode input in inputs)
        {
            input._readers.Add(this);
        }
    }

    /// <summary>What it does; null for the network's input.</summary>
    public Layer? Layer { get; private set; }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<GraphNode> Inputs => _inputs;

    /// <summary>Shape of its output.</summary>
    public Shape Shape { get; private set; }

    /// <summary>Who reads it; twice in the list who reads it twice.</summary>
    public IReadOnlyList<GraphNode> Readers => _readers;

    /// <summary>Becomes another layer, perhaps on other inputs. Readers must not mind the shape.</summary>
    public void Become(Layer layer, params ReadOnlySpan<GraphNode> inputs)
    {
        GraphNode[] next = inputs.ToArray();
        Shape shape = layer.OutputShape([.. next.Select(input => input.Shape)]);
        Detach();
        (Layer, Shape, _inputs) = (layer, shape, next);
        foreach (GraphNode input in next)
        {
            input._readers.Add(this);
        }
    }

    /// <summary>Only for the network's input: its elements under another shape.</summary>
    public void Become(Shape shape) => Shape = shape;

    /// <summary>Hands its readers over to another value.</summary>
    public void ReplaceBy(GraphNode other)
    {
        foreach (GraphNode reader in _readers)
        {
            reader._inputs = Array.ConvertAll(reader._inputs, input => input == this ? other : input);
            other._readers.Add(reader);
        }

        _readers.Clear();
        Detach();
    }

    /// <summary>Reads nothing any more.</summary>
    public void Detach()
    {
        foreach (GraphNode input in _inputs)
        {
            input._readers.Remove(this);
        }

        _inputs = [];
    }
}
