using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>Products, sums, and what joins values.</summary>
internal static class ArithmeticOperators
{
    /// <summary>Gemm: alpha A B + beta C, with A or B transposed if asked for.</summary>
    public static Computed Gemm(NodeCall call)
    {
        Computed value = call.Data(0);
        Constant weights = call.Constant(1);
        if (value.Rank != 2 || weights.Rank != 2)
        {
            throw call.Error($"{value.SizesText} times {weights.SizesText}", "two matrices");
        }

        value = call.Integer("transA", 0) != 0 ? call.Transposed(value, [1, 0]) : value;
        call.Budget.Take(weights.Numbers.Length, "weights");
        weights = call.Integer("transB", 0) != 0 ? weights : weights.Transposed([1, 0]);
        float alpha = call.Float("alpha", 1);
        Computed product = Times(call, value, new Constant(weights.Sizes, Array.ConvertAll(weights.Numbers, number => number * alpha), isInteger: false));

        float beta = call.Float("beta", 1);
        return call.ValueOrNull(2) switch
        {
            null => product,
            Constant bias => Affine(call, product, null, new Constant(bias.Sizes, Array.ConvertAll(bias.Numbers, number => number * beta), isInteger: false)),
            Computed other when beta == 1 => Added(call, product, other),
            _ => throw call.Error("a computed C and a beta", "beta 1"),
        };
    }

    /// <summary>MatMul of a computed value by constant weights.</summary>
    public static Computed MatMul(NodeCall call)
    {
        if (call.Value(0) is Constant)
        {
            throw call.Error("constants on the left", "weights on the right");
        }

        if (call.Value(1) is Computed)
        {
            throw call.Error("two computed values", "constant weights");
        }

        Computed value = call.Data(0);
        Constant weights = call.Constant(1);
        bool isVector = weights.Rank == 1;
        weights = isVector ? weights.As([weights.Sizes[0], 1]) : weights;
        if (weights.Rank < 2 || OnnxValue.CountOf(weights.Sizes.AsSpan(0, weights.Rank - 2)) != 1)
        {
            throw call.Error($"weights {weights.SizesText}", "one matrix");
        }

        call.Budget.Take(weights.Numbers.Length, "weights");
        Computed product = Times(call, value, weights.As(weights.Sizes[^2..]).Transposed([1, 0]));
        return isVector ? call.Reshaped(product, product.Sizes[..^1]) : product;
    }

    /// <summary>BatchNormalization with the statistics of training.</summary>
    public static Computed BatchNormalization(NodeCall call)
    {
        Computed value = call.Data(0);
        Constant[] parameters = [.. Enumerable.Range(1, 4).Select(call.Constant)];
        int channels = value.Rank > 1 ? value.Sizes[1] : 0;
        if (Array.Find(parameters, parameter => parameter.Numbers.Length != channels) is { } odd)
        {
            throw call.Error($"parameters {odd.SizesText} for {value.SizesText}", "one number a channel");
        }

        if (call.Integer("training_mode", 0) != 0)
        {
            throw call.Error("training_mode", "a model exported for inference");
        }

        float epsilon = call.Float("epsilon", 1e-5f);
        double[] scale = [.. Enumerable.Range(0, channels).Select(c => parameters[0].Numbers[c] / Math.Sqrt(parameters[3].Numbers[c] + epsilon))];
        double[] shift = [.. Enumerable.Range(0, channels).Select(c => parameters[1].Numbers[c] - (parameters[2].Numbers[c] * scale[c]))];
        int[] sizes = [channels, .. Enumerable.Repeat(1, value.Rank - 2)];
        return Affine(call, value, new Constant(sizes, scale, isInteger: false), new Constant(sizes, shift, isInteger: false));
    }

    /// <summary>Add.</summary>
    public static Computed Add(NodeCall call) => (call.Value(0), call.Value(1)) switch
    {
        (Computed left, Computed right) => Added(call, left, right),
        (Computed left, Constant right) => Affine(call, left, null, right),
        (Constant left, Computed right) => Affine(call, right, null, left),
        _ => throw call.Error("two constants", "a computed value"),
    };

    /// <summary>Sum of any number of computed values.</summary>
    public static Computed Sum(NodeCall call)
    {
        Computed sum = call.Data(0);
        for (int index = 1; index < call.Inputs.Count; index++)
        {
            sum = Added(call, sum, call.Data(index));
        }

        return sum;
    }

    /// <summary>Sub.</summary>
    public static Computed Subtract(NodeCall call) => (call.Value(0), call.Value(1)) switch
    {
        (Computed left, Computed right) => Added(call, left, Affine(call, right, -1, 0)),
        (Computed left, Constant right) => Affine(call, left, null, new Constant(right.Sizes, Array.ConvertAll(right.Numbers, number => -number), isInteger: false)),
        (Constant left, Computed right) => Affine(call, right, new Constant([], [-1], isInteger: false), left),
        _ => throw call.Error("two constants", "a computed value"),
    };

    /// <summary>Mul.</summary>
    public static Computed Multiply(NodeCall call) => (call.Value(0), call.Value(1)) switch
    {
        (Computed left, Computed right) => Multiplied(call, left, right),
        (Computed left, Constant right) => Affine(call, left, right, null),
        (Constant left, Computed right) => Affine(call, right, left, null),
        _ => throw call.Error("two constants", "a computed value"),
    };

    /// <summary>Div by a constant.</summary>
    public static Computed Divide(NodeCall call) => (call.Value(0), call.Value(1)) switch
    {
        (Computed left, Constant right) => Affine(call, left, new Constant(right.Sizes, Array.ConvertAll(right.Numbers, number => 1 / number), isInteger: false), null),
        _ => throw call.Error("a computed divisor", "a constant"),
    };

    /// <summary>Concat of computed values.</summary>
    public static Computed Concatenate(NodeCall call)
    {
        Computed[] parts = [.. call.Inputs.Select((_, index) => call.Data(index))];
        Computed first = parts.Length > 0 ? parts[0] : throw call.Error("no inputs", "some");
        int axis = call.Axis(call.Integer("axis", 1), first.Rank);
        int[] sizes = [.. first.Sizes];
        foreach (Computed part in parts.Skip(1))
        {
            if (part.Rank != first.Rank || part.Sizes.Where((size, other) => other != axis && size != first.Sizes[other]).Any())
            {
                throw call.Error($"{first.SizesText} and {part.SizesText}", $"shapes that differ in axis {axis} only");
            }

            sizes[axis] = int.CreateSaturating((long)sizes[axis] + part.Sizes[axis]);
        }

        call.Budget.Check(sizes);

        // Along the batch axis the parts are joined under their full shapes.
        bool keepsBatch = first.Sizes[0] == 1 && axis > 0;
        GraphNode[] inputs = [.. parts.Select(part => keepsBatch ? part.Node : call.Under(Shape.Create(part.Sizes), part.Node))];
        return call.Apply(new Concatenation(call.Name, [], keepsBatch ? Computed.AxisOf(first.Sizes, axis) : axis), sizes, inputs);
    }

    /// <summary>The same scale and shift for every element.</summary>
    public static Computed Affine(NodeCall call, Computed value, float scale, float shift) =>
        Affine(call, value, new Constant([], [scale], isInteger: false), new Constant([], [shift], isInteger: false));

    /// <summary>scale * x + shift, with constants that broadcast to x.</summary>
    private static Computed Affine(NodeCall call, Computed value, Constant? scale, Constant? shift)
    {
        scale ??= new Constant([], [1], isInteger: false);
        shift ??= new Constant([], [0], isInteger: false);
        int[]? both = Constant.Broadcast(scale.Sizes, shift.Sizes);
        int[]? sizes = both is null ? null : Constant.Broadcast(both, value.Sizes);
        if (both is null || sizes is null || OnnxValue.CountOf(sizes) != OnnxValue.CountOf(value.Sizes))
        {
            throw call.Error($"constants {scale.SizesText} and {shift.SizesText} on {value.SizesText}", "constants that broadcast to the computed value");
        }

        // Constants of more axes add axes of size 1 in front.
        value = call.Reshaped(value, sizes);
        both = [.. Enumerable.Repeat(1, sizes.Length - both.Length), .. both];
        int[] varying = [.. Enumerable.Range(0, sizes.Length).Where(axis => both[axis] > 1)];
        call.Budget.Take(3 * OnnxValue.CountOf(varying.Length > 1 ? sizes : both), "weights");

        if (varying.Length > 1)
        {
            // Each element has its own: a vector has one element a channel.
            int count = (int)OnnxValue.CountOf(sizes);
            ChannelAffine each = new(call.Name, [], scale.BroadcastTo(sizes).ToTensor([count]), shift.BroadcastTo(sizes).ToTensor([count]));
            return call.Apply(each, sizes, call.Under([count], value.Node));
        }

        if (varying is [var axis] && Computed.AxisOf(sizes, axis) > 0)
        {
            // The channel is to come first, as in [1, C, H, W].
            int[] order = sizes[0] == 1 ? [0, axis, .. Enumerable.Range(1, sizes.Length - 1).Where(other => other != axis)] : [axis, .. Enumerable.Range(0, sizes.Length).Where(other => other != axis)];
            int[] back = [.. Enumerable.Range(0, sizes.Length).Select(other => Array.IndexOf(order, other))];
            Computed turned = call.Transposed(value, order);
            return call.Transposed(PerChannel(turned), back);
        }

        return PerChannel(value);

        Computed PerChannel(Computed map)
        {
            int channels = map.Node.Shape[0];
            return call.Apply(new ChannelAffine(call.Name, [], Spread(scale, channels), Spread(shift, channels)), map.Sizes, map.Node);
        }
    }

    private static Tensor Spread(Constant constant, int channels)
    {
        float[] numbers = new float[channels];
        Array.Fill(numbers, (float)constant.Numbers[0]);
        return new Tensor([channels], constant.Numbers.Length == channels ? constant.ToFloats() : numbers);
    }

    private static Computed Added(NodeCall call, Computed left, Computed right) => left.Sizes.AsSpan().SequenceEqual(right.Sizes)
        ? call.Apply(new Addition(call.Name, []), left.Sizes, left.Node, right.Node)
        : throw call.Error($"{left.SizesText} and {right.SizesText}", "two values of the same shape");

    private static Computed Multiplied(NodeCall call, Computed left, Computed right)
    {
        (left, right) = OnnxValue.CountOf(left.Sizes) < OnnxValue.CountOf(right.Sizes) ? (right, left) : (left, right);
        bool isPerChannel = left.Sizes is [1, _, ..] && right.Sizes.Length == left.Sizes.Length && right.Sizes[1] == left.Sizes[1] && OnnxValue.CountOf(right.Sizes) == left.Sizes[1];
        return left.Sizes.AsSpan().SequenceEqual(right.Sizes) || isPerChannel
            ? call.Apply(new Multiplication(call.Name, []), left.Sizes, left.Node, right.Node)
            : throw call.Error($"{left.SizesText} and {right.SizesText}", "two values of the same shape, or a factor for each channel");
    }

    // Weights are [outputs, inputs]. A row is a vector; several rows are the positions of a 1x1 convolution.
    private static Computed Times(NodeCall call, Computed value, Constant weights)
    {
        int inputs = weights.Sizes[1];
        int outputs = weights.Sizes[0];
        if (value.Rank == 0 || value.Sizes[^1] != inputs || outputs == 0)
        {
            throw call.Error($"{value.SizesText} and weights for {inputs} inputs", $"{inputs} as the last size");
        }

        int[] sizes = [.. value.Sizes[..^1], outputs];
        int rows = (int)(OnnxValue.CountOf(value.Sizes) / inputs);
        if (rows == 1)
        {
            return call.Apply(new Dense(call.Name, [], call.Weights(weights, [outputs, inputs]), null), sizes, call.Under([inputs], value.Node));
        }

        Computed columns = call.Transposed(call.Reshaped(value, [rows, inputs]), [1, 0]);
        Convolution pointwise = new(call.Name, [], call.Weights(weights, [outputs, inputs, 1, 1]), null, new Window(1, 1, 1, 1, default));
        Computed product = call.Apply(pointwise, [outputs, rows], call.Under([inputs, 1, rows], columns.Node));
        return call.Reshaped(call.Transposed(product, [1, 0]), sizes);
    }
}
