namespace FreeML.Compiler.Onnx;

/// <summary>Operators worked out while reading: shape arithmetic, and what exporters leave between stored weights and their layer.</summary>
internal static class ConstantOperators
{
    private static readonly Dictionary<string, Func<NodeCall, Constant>> Operators = new(StringComparer.Ordinal)
    {
        ["Constant"] = Literal,
        ["ConstantOfShape"] = Filled,
        ["Identity"] = call => call.Constant(0),
        ["Dropout"] = call => call.Constant(0),
        ["Cast"] = Cast,
        ["Reshape"] = call => Resized(call, ShapeOperators.Reshape(call)),
        ["Flatten"] = call => Resized(call, ShapeOperators.Flatten(call)),
        ["Squeeze"] = call => Resized(call, ShapeOperators.Squeeze(call)),
        ["Unsqueeze"] = call => Resized(call, ShapeOperators.Unsqueeze(call)),
        ["Transpose"] = Transpose,
        ["Expand"] = Expand,
        ["Concat"] = Concat,
        ["Gather"] = Gather,
        ["Slice"] = Slice,
        ["Range"] = Range,
        ["ReduceProd"] = call => Reduce(call, numbers => numbers.Aggregate(1.0, (product, number) => product * number)),
        ["ReduceSum"] = call => Reduce(call, Enumerable.Sum),
        ["ReduceMax"] = call => Reduce(call, Enumerable.Max),
        ["ReduceMin"] = call => Reduce(call, Enumerable.Min),
        ["ReduceMean"] = call => Reduce(call, Enumerable.Average),
        ["Add"] = call => Combine(call, (a, b) => a + b),
        ["Sub"] = call => Combine(call, (a, b) => a - b),
        ["Mul"] = call => Combine(call, (a, b) => a * b),
        ["Div"] = Divide,
        ["Min"] = call => Combine(call, Math.Min),
        ["Max"] = call => Combine(call, Math.Max),
        ["Pow"] = call => Combine(call, Math.Pow),
        ["Neg"] = call => Map(call, a => -a),
        ["Abs"] = call => Map(call, Math.Abs),
        ["Sqrt"] = call => Map(call, Math.Sqrt),
        ["Exp"] = call => Map(call, Math.Exp),
        ["Reciprocal"] = call => Map(call, a => 1 / a),
        ["Floor"] = call => Map(call, Math.Floor),
        ["Ceil"] = call => Map(call, Math.Ceiling),
    };

    // Of TensorProto's data types.
    private static readonly int[] IntegerTypes = [2, 3, 4, 5, 6, 7, 9, 12, 13];

    /// <summary>Names of the operators, in order.</summary>
    public static IEnumerable<string> Names => Operators.Keys.Append("Shape").Append("Size").Order(StringComparer.Ordinal);

    /// <summary>Works a node out, if its inputs are constants or it only asks for a shape; else null.</summary>
    public static Constant? Evaluate(NodeCall call) => call.Operator switch
    {
        "Shape" => ShapeOf(call),
        "Size" => new Constant([], [OnnxValue.CountOf(call.Value(0).Sizes)], isInteger: true),
        _ => call.IsConstant && Operators.TryGetValue(call.Operator, out Func<NodeCall, Constant>? evaluate) ? evaluate(call) : null,
    };

    private static Constant ShapeOf(NodeCall call)
    {
        int[] sizes = call.Value(0).Sizes;
        int start = Clamp(call.Integer("start", 0), sizes.Length);
        int end = Clamp(call.Integer("end", sizes.Length), sizes.Length);
        return Constant.Of(sizes.Take(end).Skip(start));

        static int Clamp(int position, int rank) => Math.Clamp(position < 0 ? position + rank : position, 0, rank);
    }

    private static Constant Literal(NodeCall call)
    {
        if (call.Attribute("value")?.Tensor is { } tensor)
        {
            return tensor.ToConstant(call.Source, call.Budget);
        }

        if (call.Attribute("value_float") is { } number)
        {
            return new Constant([], [number.Float], isInteger: false);
        }

        if (call.Attribute("value_int") is { } integer)
        {
            return new Constant([], [integer.Integer], isInteger: true);
        }

        if (call.Attribute("value_floats") is { } numbers)
        {
            return new Constant([numbers.Floats.Count], [.. numbers.Floats], isInteger: false);
        }

        return call.Attribute("value_ints") is { } integers
            ? new Constant([integers.Integers.Count], [.. integers.Integers.Select(value => (double)value)], isInteger: true)
            : throw call.Error("no value", "a tensor or numbers");
    }

    private static Constant Filled(NodeCall call)
    {
        Constant value = call.Attribute("value")?.Tensor?.ToConstant(call.Source, call.Budget) ?? new Constant([1], [0], isInteger: false);
        int[] sizes = call.Constant(0).Integers;
        double[] numbers = New(call, sizes);
        Array.Fill(numbers, value.Numbers is [var number] ? number : throw call.Error($"a value of {value.SizesText}", "one number"));
        return new Constant(sizes, numbers, value.IsInteger);
    }

    private static Constant Cast(NodeCall call)
    {
        Constant from = call.Constant(0);
        int to = call.Integer("to", 1);
        bool isInteger = IntegerTypes.Contains(to);
        Take(call, from.Sizes);
        return new Constant(from.Sizes, Array.ConvertAll(from.Numbers, number => to == 9 ? (number == 0 ? 0 : 1) : isInteger ? Math.Truncate(number) : Round(number)), isInteger);
    }

    private static Constant Resized(NodeCall call, int[] sizes)
    {
        Constant from = call.Constant(0);
        return OnnxValue.CountOf(sizes) == from.Numbers.Length ? from.As(sizes) : throw call.Error($"{from.SizesText} for [{string.Join(", ", sizes)}]", "as many elements");
    }

    private static Constant Transpose(NodeCall call)
    {
        Constant from = call.Constant(0);
        int[] order = ShapeOperators.Order(call, from.Rank);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, from.Rank)))
        {
            throw call.Error($"perm [{string.Join(", ", order.Take(8))}] for {from.SizesText}", "each axis once");
        }

        Take(call, from.Sizes);
        return from.Transposed(order);
    }

    private static Constant Expand(NodeCall call)
    {
        Constant from = call.Constant(0);
        return Broadcast(call, from, call.Constant(1).Integers is var sizes && sizes.Length <= 16 ? sizes : throw call.Error("many axes", "a shape"))[0];
    }

    private static Constant Concat(NodeCall call)
    {
        Constant[] parts = [.. call.Inputs.Select((_, index) => call.Constant(index))];
        Constant first = parts.Length > 0 ? parts[0] : throw call.Error("no inputs", "some");
        int axis = call.Axis(call.Integer("axis", 1), first.Rank);
        int[] sizes = [.. first.Sizes];
        sizes[axis] = 0;
        foreach (Constant part in parts)
        {
            if (part.Rank != first.Rank || part.Sizes.Where((size, other) => other != axis && size != first.Sizes[other]).Any())
            {
                throw call.Error($"{first.SizesText} and {part.SizesText}", $"shapes that differ in axis {axis} only");
            }

            sizes[axis] = (int)Math.Min((long)sizes[axis] + part.Sizes[axis], int.MaxValue);
        }

        double[] numbers = New(call, sizes);
        int blocks = (int)OnnxValue.CountOf(sizes.AsSpan(0, axis));
        int position = 0;
        for (int block = 0; block < blocks; block++)
        {
            foreach (Constant part in parts)
            {
                int run = part.Numbers.Length / blocks;
                part.Numbers.AsSpan(block * run, run).CopyTo(numbers.AsSpan(position));
                position += run;
            }
        }

        return new Constant(sizes, numbers, first.IsInteger);
    }

    private static Constant Gather(NodeCall call)
    {
        Constant from = call.Constant(0);
        Constant index = call.Constant(1);
        int axis = call.Axis(call.Integer("axis", 0), from.Rank);
        int[] sizes = [.. from.Sizes[..axis], .. index.Sizes, .. from.Sizes[(axis + 1)..]];
        double[] numbers = New(call, sizes);
        int inner = (int)OnnxValue.CountOf(from.Sizes.AsSpan(axis + 1));
        int outer = (int)OnnxValue.CountOf(from.Sizes.AsSpan(0, axis));
        int[] picks = [.. index.Integers.Select(pick => call.Axis(pick, from.Sizes[axis]))];
        int position = 0;
        for (int block = 0; block < outer; block++)
        {
            foreach (int pick in picks)
            {
                from.Numbers.AsSpan(((block * from.Sizes[axis]) + pick) * inner, inner).CopyTo(numbers.AsSpan(position));
                position += inner;
            }
        }

        return new Constant(sizes, numbers, from.IsInteger);
    }

    private static Constant Slice(NodeCall call)
    {
        Constant from = call.Constant(0);
        foreach ((int axis, int start, int end, int step) in ShapeOperators.Slices(call, from.Sizes))
        {
            int[] kept = [.. step > 0 ? Steps(start, end, step) : Steps(-start, -end, -step).Select(position => -position)];
            int[] sizes = [.. from.Sizes];
            sizes[axis] = kept.Length;
            double[] numbers = New(call, sizes);
            int inner = (int)OnnxValue.CountOf(from.Sizes.AsSpan(axis + 1));
            int outer = (int)OnnxValue.CountOf(from.Sizes.AsSpan(0, axis));
            int position = 0;
            for (int block = 0; block < outer && numbers.Length > 0; block++)
            {
                foreach (int keep in kept)
                {
                    from.Numbers.AsSpan(((block * from.Sizes[axis]) + keep) * inner, inner).CopyTo(numbers.AsSpan(position));
                    position += inner;
                }
            }

            from = new Constant(sizes, numbers, from.IsInteger);
        }

        return from;

        static IEnumerable<int> Steps(int start, int end, int step)
        {
            for (long position = start; position < end; position += step)
            {
                yield return (int)position;
            }
        }
    }

    private static Constant Range(NodeCall call)
    {
        double[] bounds = [.. Enumerable.Range(0, 3).Select(index => call.Constant(index).Numbers is [var number] ? number : throw call.Error("a list", "one number"))];
        double count = Math.Max(0, Math.Ceiling((bounds[1] - bounds[0]) / bounds[2]));
        int[] sizes = [int.CreateSaturating(double.IsNaN(count) ? double.MaxValue : count)];
        double[] numbers = New(call, sizes);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = bounds[0] + (i * bounds[2]);
        }

        return new Constant(sizes, numbers, call.Constant(0).IsInteger);
    }

    private static Constant Reduce(NodeCall call, Func<IEnumerable<double>, double> reduce)
    {
        Constant from = call.Constant(0);
        int[] axes = ShapeOperators.ReducedAxes(call, from.Rank);
        if (from.Numbers.Length == 0)
        {
            throw call.Error("nothing to reduce", "elements");
        }

        int[] others = [.. Enumerable.Range(0, from.Rank).Except(axes)];
        Take(call, from.Sizes);
        Constant turned = from.Transposed([.. others, .. axes]);
        int run = (int)OnnxValue.CountOf([.. axes.Select(axis => from.Sizes[axis])]);
        double[] numbers = [.. turned.Numbers.Chunk(run).Select(chunk => Typed(reduce(chunk), from.IsInteger))];
        return new Constant(ShapeOperators.ReducedSizes(call, from.Sizes, axes), numbers, from.IsInteger);
    }

    private static Constant Divide(NodeCall call)
    {
        bool isInteger = call.Constant(0).IsInteger;
        return isInteger && call.Constant(1).Numbers.Contains(0)
            ? throw call.Error("a division by 0", "another divisor")
            : Combine(call, (a, b) => isInteger ? Math.Truncate(a / b) : a / b);
    }

    private static Constant Map(NodeCall call, Func<double, double> function)
    {
        Constant from = call.Constant(0);
        Take(call, from.Sizes);
        return new Constant(from.Sizes, Array.ConvertAll(from.Numbers, number => Typed(function(number), from.IsInteger)), from.IsInteger);
    }

    private static Constant Combine(NodeCall call, Func<double, double, double> function)
    {
        if (call.Inputs.Count != 2)
        {
            throw call.Error($"{call.Inputs.Count} constants", "two");
        }

        Constant left = call.Constant(0);
        Constant right = call.Constant(1);
        Constant[] both = Broadcast(call, left, right.Sizes, right);
        double[] numbers = New(call, both[0].Sizes);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Typed(function(both[0].Numbers[i], both[1].Numbers[i]), left.IsInteger);
        }

        return new Constant(both[0].Sizes, numbers, left.IsInteger);
    }

    private static Constant[] Broadcast(NodeCall call, Constant left, int[] other, params Constant[] more)
    {
        int[] sizes = Constant.Broadcast(left.Sizes, other) ?? throw call.Error($"{left.SizesText} and [{string.Join(", ", other)}]", "shapes that broadcast");
        return [.. new[] { left }.Concat(more).Select(constant =>
        {
            Take(call, sizes);
            return constant.BroadcastTo(sizes);
        })];
    }

    private static double[] New(NodeCall call, int[] sizes)
    {
        Take(call, sizes);
        return new double[OnnxValue.CountOf(sizes)];
    }

    private static void Take(NodeCall call, int[] sizes)
    {
        if (Array.Exists(sizes, size => size < 0))
        {
            throw call.Error($"shape [{string.Join(", ", sizes.Take(8))}]", "sizes that can be");
        }

        call.Budget.Take(OnnxValue.CountOf(sizes), "numbers in constants");
    }

    // Each operator of the file rounds to single precision.
    private static double Typed(double number, bool isInteger) => isInteger ? number : Round(number);

    private static double Round(double number) => (float)number;
}
