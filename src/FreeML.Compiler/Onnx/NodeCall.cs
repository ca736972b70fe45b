using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>One node of an ONNX graph with what its inputs are, while its layers are made.</summary>
internal sealed class NodeCall(OnnxNode node, OnnxValue?[] inputs, long opset, int batch, LayerGraph graph, string source)
{
    private const int LargestSetting = 1 << 20;

    /// <summary>What it does.</summary>
    public string Operator => node.Operator;

    /// <summary>The file, for messages.</summary>
    public string Source => source;

    /// <summary>Version of the operators.</summary>
    public long Opset => opset;

    /// <summary>Size of the batch that the file was exported with; values here have 1 in its place.</summary>
    public int Batch => batch;

    /// <summary>What bounds memory and time.</summary>
    public Budget Budget => graph.Budget;

    /// <summary>Its inputs; null for one left out.</summary>
    public IReadOnlyList<OnnxValue?> Inputs => inputs;

    /// <summary>Name for the layer it becomes.</summary>
    public string Name => node.Name.Length > 0 ? node.Name : node.Outputs.Find(name => name.Length > 0) ?? "";

    /// <summary>Whether all inputs are constants.</summary>
    public bool IsConstant => Array.TrueForAll(inputs, input => input is null or Onnx.Constant);

    /// <summary>An error that names the node.</summary>
    public ModelException Error(string found, string expected) =>
        new(source, $"node {ModelException.Quote(Name)} ({ModelException.Quote(node.Operator).Trim('\'')}) with {found}", expected);

    /// <summary>An input that must be there.</summary>
    public OnnxValue Value(int index) => ValueOrNull(index) ?? throw Error($"no input {index}", "one");

    /// <summary>An input, or null.</summary>
    public OnnxValue? ValueOrNull(int index) => index < inputs.Length ? inputs[index] : null;

    /// <summary>An input that must be computed.</summary>
    public Computed Data(int index) => Value(index) as Computed ?? throw Error($"a constant as input {index}", "a computed value");

    /// <summary>An input that must be constant.</summary>
    public Constant Constant(int index) => ConstantOrNull(index) ?? throw Error($"no input {index}", "a constant");

    /// <summary>An input that must be constant or left out.</summary>
    public Constant? ConstantOrNull(int index) => ValueOrNull(index) switch
    {
        null => null,
        Constant constant => constant,
        _ => throw Error($"a computed value as input {index}", "a constant"),
    };

    /// <summary>A constant of exactly one number, or null.</summary>
    public float? ScalarOrNull(int index) => ConstantOrNull(index) switch
    {
        null => null,
        { Numbers: [var number] } => (float)number,
        var other => throw Error($"input {index} of {other.SizesText}", "one number"),
    };

    /// <summary>An attribute, or null.</summary>
    public OnnxAttribute? Attribute(string name) => node.Attributes.GetValueOrDefault(name);

    /// <summary>A whole number.</summary>
    public int Integer(string name, int fallback) => Attribute(name) is { } attribute ? int.CreateSaturating(attribute.Integer) : fallback;

    /// <summary>A number.</summary>
    public float Float(string name, float fallback) => Attribute(name)?.Float ?? fallback;

    /// <summary>Text.</summary>
    public string Text(string name, string fallback) => Attribute(name)?.Text ?? fallback;

    /// <summary>Whole numbers, or null.</summary>
    public int[]? Integers(string name) => Attribute(name) is { } attribute ? [.. attribute.Integers.Select(number => int.CreateSaturating(number))] : null;

    /// <summary>Whole numbers that old versions have as an attribute and new ones as an input; or null.</summary>
    public int[]? Integers(string name, int input) => Integers(name) ?? ConstantOrNull(input)?.Integers;

    /// <summary>Sizes, steps or margins: as many as asked for, in a range that leaves room for arithmetic.</summary>
    public int[] Settings(string name, int count, int least, int fallback)
    {
        int[] values = Integers(name) is { Length: > 0 } given ? given : [.. Enumerable.Repeat(fallback, count)];
        return values.Length == count && Array.TrueForAll(values, value => value >= least && value <= LargestSetting)
            ? values
            : throw Error($"{name} [{string.Join(", ", values.Take(8))}]", $"{count} numbers from {least} to {LargestSetting}");
    }

    /// <summary>An axis counted from the front.</summary>
    public int Axis(int axis, int rank) => axis >= -rank && axis < rank
        ? (axis + rank) % rank
        : throw Error(string.Create(CultureInfo.InvariantCulture, $"axis {axis}"), $"one of {rank} axes");

    /// <summary>Axes counted from the front, in ascending order.</summary>
    public int[] Axes(int[] axes, int rank) => [.. axes.Select(axis => Axis(axis, rank)).Distinct().Order()];

    /// <summary>A tensor of weights.</summary>
    public Tensor Weights(Constant constant, Shape shape)
    {
        Budget.Take(constant.Numbers.Length, "weights");
        return constant.ToTensor(shape);
    }

    /// <summary>Adds a layer and gives its output as a value of the sizes told.</summary>
    public Computed Apply(Layer layer, int[] sizes, params GraphNode[] on) => new(Under(Computed.ShapeOf(sizes), graph.Add(layer, on)), sizes);

    /// <summary>The same elements under another shape.</summary>
    public GraphNode Under(Shape shape, GraphNode value) => value.Shape == shape ? value : graph.Add(new Reshape("", [], shape), value);

    /// <summary>The same elements under other sizes.</summary>
    public Computed Reshaped(Computed value, int[] sizes)
    {
        if (sizes.Contains(0) || OnnxValue.CountOf(sizes) != OnnxValue.CountOf(value.Sizes))
        {
            throw Error($"{value.SizesText} for [{string.Join(", ", sizes)}]", "as many elements");
        }

        Shape shape = Computed.ShapeOf(sizes);
        return new Computed(value.Node.Shape == shape ? value.Node : graph.Add(new Reshape(Name, [], shape), value.Node), sizes);
    }

    /// <summary>The axes in another order.</summary>
    public Computed Transposed(Computed value, int[] order)
    {
        if (!order.Order().SequenceEqual(Enumerable.Range(0, value.Rank)))
        {
            throw Error($"perm [{string.Join(", ", order.Take(8))}] for {value.SizesText}", "each axis once");
        }

        int[] sizes = [.. order.Select(axis => value.Sizes[axis])];

        // Axes of size 1 go anywhere without moving an element.
        int[] moved = [.. order.Where(axis => value.Sizes[axis] > 1)];
        if (moved.SequenceEqual(moved.Order()))
        {
            return Reshaped(value, sizes);
        }

        bool keepsBatch = order[0] == 0 && value.Sizes[0] == 1;
        int[] axes = keepsBatch ? [.. Enumerable.Range(1, value.Rank - 1)] : [.. moved.Order()];
        ImmutableArray<int> inner = [.. order.Where(axes.Contains).Select(axis => Array.IndexOf(axes, axis))];
        GraphNode from = Under(Shape.Create([.. axes.Select(axis => value.Sizes[axis])]), value.Node);
        return Apply(new Transposition(Name, [], inner), sizes, from);
    }

    /// <summary>Puts some axes last, lets a map of [all others, next to last, last] be worked on, and puts them back.</summary>
    /// <param name="value">What to work on.</param>
    /// <param name="axes">One or two axes, or more that are to be taken together.</param>
    /// <param name="work">From the map to one of as many channels and any size.</param>
    /// <param name="sizes">Sizes of the result.</param>
    public Computed OnLastAxes(Computed value, int[] axes, Func<GraphNode, GraphNode> work, int[] sizes)
    {
        int[] others = [.. Enumerable.Range(0, value.Rank).Where(axis => !axes.Contains(axis))];
        int[] order = [.. others, .. axes];
        Computed turned = Transposed(value, order);
        int[] window = axes.Length == 2 ? [value.Sizes[axes[0]], value.Sizes[axes[1]]] : [1, (int)OnnxValue.CountOf([.. axes.Select(axis => value.Sizes[axis])])];
        int channels = (int)OnnxValue.CountOf([.. others.Select(axis => value.Sizes[axis])]);
        GraphNode result = work(Under([channels, window[0], window[1]], turned.Node));

        int[] turnedSizes = [.. order.Select(axis => sizes[axis])];
        Computed back = new(Under(Computed.ShapeOf(turnedSizes), result), turnedSizes);
        return Transposed(back, [.. Enumerable.Range(0, value.Rank).Select(axis => Array.IndexOf(order, axis))]);
    }
}
