using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>Operators that become layers. One row an operator; what none of them knows is not supported.</summary>
internal static class LayerOperators
{
    private static readonly Dictionary<string, Func<NodeCall, Computed>> Operators = new(StringComparer.Ordinal)
    {
        ["Conv"] = WindowOperators.Convolution,
        ["MaxPool"] = call => WindowOperators.Pool(call, PoolingKind.Maximum),
        ["AveragePool"] = call => WindowOperators.Pool(call, call.Integer("count_include_pad", 0) != 0 ? PoolingKind.AverageWithMargins : PoolingKind.Average),
        ["GlobalMaxPool"] = call => WindowOperators.GlobalPool(call, PoolingKind.Maximum),
        ["GlobalAveragePool"] = call => WindowOperators.GlobalPool(call, PoolingKind.Average),
        ["ReduceMean"] = call => WindowOperators.Reduce(call, PoolingKind.Average),
        ["ReduceMax"] = call => WindowOperators.Reduce(call, PoolingKind.Maximum),
        ["Pad"] = WindowOperators.Pad,
        ["Slice"] = WindowOperators.Slice,

        ["Gemm"] = ArithmeticOperators.Gemm,
        ["MatMul"] = ArithmeticOperators.MatMul,
        ["BatchNormalization"] = ArithmeticOperators.BatchNormalization,
        ["Add"] = ArithmeticOperators.Add,
        ["Sum"] = ArithmeticOperators.Sum,
        ["Sub"] = ArithmeticOperators.Subtract,
        ["Mul"] = ArithmeticOperators.Multiply,
        ["Div"] = ArithmeticOperators.Divide,
        ["Neg"] = call => ArithmeticOperators.Affine(call, call.Data(0), -1, 0),
        ["Concat"] = ArithmeticOperators.Concatenate,

        ["Relu"] = call => Activate(call, ActivationKind.Relu),
        ["LeakyRelu"] = call => Activate(call, ActivationKind.LeakyRelu, call.Float("alpha", 0.01f)),
        ["PRelu"] = call => Activate(call, ActivationKind.LeakyRelu, call.ScalarOrNull(1) ?? 0),
        ["Tanh"] = call => Activate(call, ActivationKind.Tanh),
        ["Sigmoid"] = call => Activate(call, ActivationKind.Sigmoid),
        ["HardSigmoid"] = HardSigmoid,
        ["HardSwish"] = HardSwish,
        ["Clip"] = Clip,
        ["Min"] = call => Limit(call, isUpper: true),
        ["Max"] = call => Limit(call, isUpper: false),
        ["Softmax"] = call => Softmax(call, isLogarithm: false),
        ["LogSoftmax"] = call => Softmax(call, isLogarithm: true),

        ["Identity"] = call => call.Data(0),
        ["Dropout"] = call => call.Data(0),
        ["Cast"] = Cast,
        ["Reshape"] = call => call.Reshaped(call.Data(0), ShapeOperators.Reshape(call)),
        ["Flatten"] = call => call.Reshaped(call.Data(0), ShapeOperators.Flatten(call)),
        ["Squeeze"] = call => call.Reshaped(call.Data(0), ShapeOperators.Squeeze(call)),
        ["Unsqueeze"] = call => call.Reshaped(call.Data(0), ShapeOperators.Unsqueeze(call)),
        ["Transpose"] = call => call.Transposed(call.Data(0), ShapeOperators.Order(call, call.Data(0).Rank)),
    };

    // FLOAT16, FLOAT, DOUBLE, BFLOAT16: casts between them change no more than rounding.
    private static readonly int[] FloatTypes = [1, 10, 11, 16];

    /// <summary>Names of the operators, in order.</summary>
    public static IEnumerable<string> Names => Operators.Keys.Order(StringComparer.Ordinal);

    /// <summary>Makes a node's layers.</summary>
    /// <exception cref="ModelException">The operator, or what it is asked to do, is not supported.</exception>
    public static Computed Apply(NodeCall call) => Operators.TryGetValue(call.Operator, out Func<NodeCall, Computed>? apply)
        ? apply(call)
        : throw call.Error("an operator that is not supported", "one of those that src/FreeML.Compiler/README.md lists");

    private static Computed Activate(NodeCall call, ActivationKind kind, float a = 0, float b = 0) =>
        Activate(call, call.Data(0), kind, a, b);

    private static Computed Activate(NodeCall call, Computed value, ActivationKind kind, float a = 0, float b = 0) =>
        float.IsNaN(a) || float.IsNaN(b) ? throw call.Error("NaN", "a number") : call.Apply(new Activation(call.Name, [], kind, a, b), value.Sizes, value.Node);

    private static Computed Clip(NodeCall call) => Activate(
        call,
        ActivationKind.Clip,
        Bound(call.Attribute("min")?.Float ?? call.ScalarOrNull(1) ?? float.NegativeInfinity),
        Bound(call.Attribute("max")?.Float ?? call.ScalarOrNull(2) ?? float.PositiveInfinity));

    // Old exporters write the largest float where there is no bound.
    private static float Bound(float value) => Math.Abs(value) >= float.MaxValue ? value * float.PositiveInfinity : value;

    private static Computed Limit(NodeCall call, bool isUpper)
    {
        (Computed value, float bound) = (call.Inputs, call.Inputs.Count) switch
        {
            ([Computed data, Constant], 2) => (data, call.ScalarOrNull(1) ?? 0),
            ([Constant, Computed data], 2) => (data, call.ScalarOrNull(0) ?? 0),
            _ => throw call.Error("two computed values", "one, and a constant"),
        };
        return isUpper
            ? Activate(call, value, ActivationKind.Clip, float.NegativeInfinity, bound)
            : Activate(call, value, ActivationKind.Clip, bound, float.PositiveInfinity);
    }

    private static Computed HardSigmoid(NodeCall call)
    {
        Computed line = ArithmeticOperators.Affine(call, call.Data(0), call.Float("alpha", 0.2f), call.Float("beta", 0.5f));
        return Activate(call, line, ActivationKind.Clip, 0, 1);
    }

    private static Computed HardSwish(NodeCall call)
    {
        Computed value = call.Data(0);
        Computed gate = Activate(call, ArithmeticOperators.Affine(call, value, 1f / 6, 0.5f), ActivationKind.Clip, 0, 1);
        return call.Apply(new Multiplication(call.Name, []), value.Sizes, value.Node, gate.Node);
    }

    private static Computed Cast(NodeCall call) => FloatTypes.Contains(call.Integer("to", 0))
        ? call.Data(0)
        : throw call.Error("a cast of computed values to integers", "floats");

    // Before version 13 the axes from the one given on are taken together; from then on it is one axis.
    private static Computed Softmax(NodeCall call, bool isLogarithm)
    {
        Computed value = call.Data(0);
        bool isOld = call.Opset < 13;
        int axis = call.Axis(call.Integer("axis", isOld ? 1 : -1), value.Rank);
        int[] together = isOld ? value.Sizes[axis..] : [value.Sizes[axis]];
        int count = (int)OnnxValue.CountOf(together);
        return count == OnnxValue.CountOf(value.Sizes)
            ? call.Apply(new Softmax(call.Name, [], isLogarithm), value.Sizes, call.Under([count], value.Node))
            : throw call.Error($"axis {axis} of {value.SizesText}", "all elements of one sample together");
    }
}
