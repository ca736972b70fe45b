using FreeML.Compiler.Onnx;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>
/// Works an ONNX graph out literally: every node for itself, with all axes and the batch, in double, as the operators' definitions say. It knows
/// nothing of networks, layers or simplification, so that the importer can be held against it.
/// </summary>
internal static class Oracle
{
    internal sealed record Array(int[] Sizes, double[] Numbers)
    {
        public static Array Make(int[] sizes, Func<int[], double> value)
        {
            double[] numbers = new double[sizes.Aggregate(1, (a, b) => a * b)];
            for (int i = 0; i < numbers.Length; i++)
            {
                int[] index = new int[sizes.Length];
                int rest = i;
                for (int axis = sizes.Length - 1; axis >= 0; axis--)
                {
                    index[axis] = rest % sizes[axis];
                    rest /= sizes[axis];
                }

                numbers[i] = value(index);
            }

            return new Array(sizes, numbers);
        }

        /// <summary>The element at an index, which is aligned at its end; axes of size 1 repeat.</summary>
        public double At(params int[] index)
        {
            int position = 0;
            for (int axis = 0; axis < Sizes.Length; axis++)
            {
                int i = index[index.Length - Sizes.Length + axis];
                position = (position * Sizes[axis]) + (Sizes[axis] == 1 ? 0 : i);
            }

            return Numbers[position];
        }

        public Array As(int[] sizes)
        {
            Assert.Equal(Numbers.Length, sizes.Aggregate(1, (a, b) => a * b));
            return new Array(sizes, Numbers);
        }
    }

    public static double[] Run(byte[] file, params float[] input)
    {
        OnnxModel model = OnnxModel.Parse(file, "oracle");
        OnnxGraph graph = model.Graph!;
        Budget budget = new("oracle");
        Dictionary<string, Array> values = [];
        foreach (OnnxTensor tensor in graph.Initializers)
        {
            Constant constant = tensor.ToConstant("oracle", budget);
            values[tensor.Name] = new Array(constant.Sizes, constant.Numbers);
        }

        OnnxValueInfo first = graph.Inputs.First(value => !values.ContainsKey(value.Name));
        values[first.Name] = new Array([.. first.Sizes!.Select(size => (int)(size ?? 1))], [.. input.Select(number => (double)number)]);
        foreach (OnnxNode node in graph.Nodes)
        {
            values[node.Outputs[0]] = Evaluate(node, [.. node.Inputs.Select(name => name.Length == 0 ? null! : values[name])], model.Opset);
        }

        return values[graph.Outputs[0].Name].Numbers;
    }

    private static Array Evaluate(OnnxNode node, Array[] inputs, long opset)
    {
        Array x = inputs.Length > 0 ? inputs[0] : null!;
        int rank = x?.Sizes.Length ?? 0;
        switch (node.Operator)
        {
            case "Constant":
                Constant constant = node.Attributes["value"].Tensor!.ToConstant("oracle", new Budget("oracle"));
                return new Array(constant.Sizes, constant.Numbers);
            case "Identity" or "Dropout" or "Cast":
                return x!;
            case "Relu":
                return Map(x!, v => Math.Max(v, 0));
            case "LeakyRelu":
                return Map(x!, v => v < 0 ? v * Real("alpha", 0.01f) : v);
            case "Tanh":
                return Map(x!, Math.Tanh);
            case "Sigmoid":
                return Map(x!, v => 1 / (1 + Math.Exp(-v)));
            case "HardSigmoid":
                return Map(x!, v => Math.Clamp((v * Real("alpha", 0.2f)) + Real("beta", 0.5f), 0, 1));
            case "HardSwish":
                return Map(x!, v => v * Math.Clamp((v / 6) + 0.5, 0, 1));
            case "Neg":
                return Map(x!, v => -v);
            case "Sqrt":
                return Map(x!, Math.Sqrt);
            case "Clip":
                double low = node.Attributes.TryGetValue("min", out OnnxAttribute? min) ? min.Float : inputs.ElementAtOrDefault(1)?.Numbers[0] ?? double.NegativeInfinity;
                double high = node.Attributes.TryGetValue("max", out OnnxAttribute? max) ? max.Float : inputs.ElementAtOrDefault(2)?.Numbers[0] ?? double.PositiveInfinity;
                return Map(x!, v => Math.Min(Math.Max(v, low), high));
            case "Add" or "Sum":
                return inputs.Aggregate((a, b) => Zip(a, b, (p, q) => p + q));
            case "Sub":
                return Zip(x!, inputs[1], (p, q) => p - q);
            case "Mul":
                return Zip(x!, inputs[1], (p, q) => p * q);
            case "Div":
                return Zip(x!, inputs[1], (p, q) => p / q);
            case "Min":
                return Zip(x!, inputs[1], Math.Min);
            case "Max":
                return Zip(x!, inputs[1], Math.Max);
            case "PRelu":
                return Zip(x!, inputs[1], (p, slope) => p < 0 ? p * slope : p);
            case "MatMul":
                return MatMul(x!, inputs[1]);
            case "Gemm":
                Array a = Whole("transA", 0) != 0 ? Transpose(x!, [1, 0]) : x!;
                Array b = Whole("transB", 0) != 0 ? Transpose(inputs[1], [1, 0]) : inputs[1];
                Array product = Map(MatMul(a, b), v => v * Real("alpha", 1));
                return inputs.Length > 2 ? Zip(product, Map(inputs[2], v => v * Real("beta", 1)), (p, q) => p + q) : product;
            case "BatchNormalization":
                return Array.Make(x!.Sizes, i => ((x.At(i) - inputs[3].At(i[1])) / Math.Sqrt(inputs[4].At(i[1]) + Real("epsilon", 1e-5f)) * inputs[1].At(i[1])) + inputs[2].At(i[1]));
            case "Transpose":
                return Transpose(x!, Wholes("perm", [.. Enumerable.Range(0, rank).Reverse()]));
            case "Reshape":
                int[] shape = [.. inputs[1].Numbers.Select((size, axis) => size == 0 ? x!.Sizes[axis] : (int)size)];
                return x!.As([.. shape.Select(size => size == -1 ? x.Numbers.Length / -shape.Aggregate(1, (p, q) => p * q) : size)]);
            case "Flatten":
                int split = (Whole("axis", 1) + rank) % rank;
                int rows = x!.Sizes.Take(split).Aggregate(1, (p, q) => p * q);
                return x.As([rows, x.Numbers.Length / rows]);
            case "Squeeze":
                int[] out1 = [.. Axes().Select(axis => (axis + rank) % rank)];
                return x!.As([.. x.Sizes.Where((size, axis) => out1.Length == 0 ? size != 1 : !out1.Contains(axis))]);
            case "Unsqueeze":
                int[] given = Axes();
                int[] in1 = [.. given.Select(axis => (axis + rank + given.Length) % (rank + given.Length))];
                int next = 0;
                return x!.As([.. Enumerable.Range(0, rank + in1.Length).Select(axis => in1.Contains(axis) ? 1 : x.Sizes[next++])]);
            case "Shape":
                return new Array([rank], [.. x!.Sizes.Select(size => (double)size)]);
            case "Gather":
                Assert.Equal(1, rank);
                return Map(inputs[1], i => x!.Numbers[(int)(i + x.Numbers.Length) % x.Numbers.Length]);
            case "Slice":
                return Slice(x!, inputs);
            case "Concat":
                return Concat(inputs, (Whole("axis", 1) + rank) % rank);
            case "ReduceProd":
                return new Array(Whole("keepdims", 1) != 0 ? [1] : [], [x!.Numbers.Aggregate(1.0, (p, q) => p * q)]);
            case "ReduceMean":
                return Reduce(x!, Axes(), Whole("keepdims", 1) != 0, Enumerable.Average);
            case "ReduceMax":
                return Reduce(x!, Axes(), Whole("keepdims", 1) != 0, Enumerable.Max);
            case "GlobalAveragePool":
                return Reduce(x!, [.. Enumerable.Range(2, rank - 2)], true, Enumerable.Average);
            case "GlobalMaxPool":
                return Reduce(x!, [.. Enumerable.Range(2, rank - 2)], true, Enumerable.Max);
            case "Pad":
                int[] pads = node.Attributes.ContainsKey("pads") ? Wholes("pads", []) : [.. inputs[1].Numbers.Select(v => (int)v)];
                double fill = inputs.ElementAtOrDefault(2)?.Numbers[0] ?? Real("value", 0);
                return Array.Make([.. x!.Sizes.Select((size, axis) => size + pads[axis] + pads[axis + rank])], i =>
                {
                    int[] at = [.. i.Select((p, axis) => p - pads[axis])];
                    return at.Where((p, axis) => p < 0 || p >= x.Sizes[axis]).Any() ? fill : x.At(at);
                });
            case "Softmax" or "LogSoftmax":
                return Softmax(x!, opset, Whole("axis", opset < 13 ? 1 : -1), node.Operator == "LogSoftmax");
            case "Conv":
                return Conv(x!, inputs[1], inputs.ElementAtOrDefault(2), node);
            case "MaxPool" or "AveragePool":
                return Pool(x!, node);
            default:
                throw new NotSupportedException(node.Operator);
        }

        int Whole(string name, int fallback) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? (int)found.Integer : fallback;
        double Real(string name, float fallback) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? found.Float : fallback;
        int[] Wholes(string name, int[] fallback) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? [.. found.Integers.Select(v => (int)v)] : fallback;
        int[] Axes() => inputs.Length > 1 ? [.. inputs[1].Numbers.Select(v => (int)v)] : Wholes("axes", []);
    }

    private static Array Map(Array x, Func<double, double> f) => new(x.Sizes, [.. x.Numbers.Select(f)]);

    private static Array Zip(Array a, Array b, Func<double, double, double> f)
    {
        int rank = Math.Max(a.Sizes.Length, b.Sizes.Length);
        int[] sizes = [.. Enumerable.Range(0, rank).Select(axis => Math.Max(Size(a, axis), Size(b, axis)))];
        return Array.Make(sizes, i => f(a.At(i), b.At(i)));

        int Size(Array array, int axis) => axis < rank - array.Sizes.Length ? 1 : array.Sizes[axis - rank + array.Sizes.Length];
    }

    private static Array MatMul(Array a, Array b)
    {
        bool isVector = b.Sizes.Length == 1;
        b = isVector ? b.As([b.Sizes[0], 1]) : b;
        Array product = Array.Make([.. a.Sizes[..^1], b.Sizes[^1]], i =>
        {
            double sum = 0;
            for (int k = 0; k < a.Sizes[^1]; k++)
            {
                sum += a.At([.. i[..^1], k]) * b.At([.. i.Take(i.Length - 2), k, i[^1]]);
            }

            return sum;
        });
        return isVector ? product.As(product.Sizes[..^1]) : product;
    }

    private static Array Transpose(Array x, int[] order) => Array.Make([.. order.Select(axis => x.Sizes[axis])], i =>
    {
        int[] at = new int[i.Length];
        for (int axis = 0; axis < order.Length; axis++)
        {
            at[order[axis]] = i[axis];
        }

        return x.At(at);
    });

    private static Array Slice(Array x, Array[] inputs)
    {
        int[] from = new int[x.Sizes.Length];
        int[] sizes = [.. x.Sizes];
        for (int i = 0; i < inputs[1].Numbers.Length; i++)
        {
            int axis = inputs.Length > 3 ? (int)(inputs[3].Numbers[i] + x.Sizes.Length) % x.Sizes.Length : i;
            from[axis] = Clamp(inputs[1].Numbers[i], x.Sizes[axis]);
            sizes[axis] = Clamp(inputs[2].Numbers[i], x.Sizes[axis]) - from[axis];
        }

        return Array.Make(sizes, index => x.At([.. index.Select((p, axis) => p + from[axis])]));

        static int Clamp(double position, int size) => (int)Math.Clamp(position < 0 ? position + size : position, 0, size);
    }

    private static Array Concat(Array[] parts, int axis)
    {
        int[] sizes = [.. parts[0].Sizes];
        sizes[axis] = parts.Sum(part => part.Sizes[axis]);
        return Array.Make(sizes, i =>
        {
            int[] at = [.. i];
            foreach (Array part in parts)
            {
                if (at[axis] < part.Sizes[axis])
                {
                    return part.At(at);
                }

                at[axis] -= part.Sizes[axis];
            }

            throw new InvalidOperationException();
        });
    }

    private static Array Reduce(Array x, int[] axes, bool keep, Func<IEnumerable<double>, double> reduce)
    {
        axes = axes.Length == 0 ? [.. Enumerable.Range(0, x.Sizes.Length)] : [.. axes.Select(axis => (axis + x.Sizes.Length) % x.Sizes.Length)];
        Array kept = Array.Make([.. x.Sizes.Select((size, axis) => axes.Contains(axis) ? 1 : size)], outer =>
        {
            List<double> all = [];
            Array.Make([.. x.Sizes.Select((size, axis) => axes.Contains(axis) ? size : 1)], inner =>
            {
                all.Add(x.At([.. inner.Select((p, axis) => p + outer[axis])]));
                return 0;
            });
            return reduce(all);
        });
        return keep ? kept : kept.As([.. kept.Sizes.Where((_, axis) => !axes.Contains(axis))]);
    }

    private static Array Softmax(Array x, long opset, int axis, bool isLogarithm)
    {
        axis = (axis + x.Sizes.Length) % x.Sizes.Length;
        Array exp = Map(x, Math.Exp);
        return Array.Make(x.Sizes, i =>
        {
            double sum = 0;
            Array.Make(x.Sizes, j =>
            {
                bool together = opset < 13 ? i.Take(axis).SequenceEqual(j.Take(axis)) : i.Where((p, k) => k != axis && p != j[k]).Any() is false;
                sum += together ? exp.At(j) : 0;
                return 0;
            });
            return isLogarithm ? Math.Log(exp.At(i) / sum) : exp.At(i) / sum;
        });
    }

    private static (int[] Before, int[] Stride, int[] Dilation, int[] Positions) Windows(Array x, int[] kernel, OnnxNode node)
    {
        int count = kernel.Length;
        int[] ones = [.. Enumerable.Repeat(1, count)];
        int[] stride = Wholes("strides", ones);
        int[] dilation = Wholes("dilations", ones);
        int[] pads = Wholes("pads", new int[2 * count]);
        string mode = node.Attributes.TryGetValue("auto_pad", out OnnxAttribute? found) ? found.Text : "NOTSET";
        bool isCeil = node.Attributes.TryGetValue("ceil_mode", out OnnxAttribute? ceil) && ceil.Integer != 0;
        int[] positions = new int[count];
        for (int i = 0; i < count; i++)
        {
            int size = x.Sizes[i + 2];
            int extent = ((kernel[i] - 1) * dilation[i]) + 1;
            if (mode.StartsWith("SAME", StringComparison.Ordinal))
            {
                positions[i] = (int)Math.Ceiling((double)size / stride[i]);
                int total = Math.Max(0, ((positions[i] - 1) * stride[i]) + extent - size);
                pads[i] = mode == "SAME_UPPER" ? total / 2 : (total + 1) / 2;
                continue;
            }

            double steps = (double)(size + pads[i] + pads[i + count] - extent) / stride[i];
            positions[i] = (int)(isCeil ? Math.Ceiling(steps) : Math.Floor(steps)) + 1;
            positions[i] -= isCeil && (positions[i] - 1) * stride[i] >= size + pads[i] ? 1 : 0;
        }

        return (pads, stride, dilation, positions);

        int[] Wholes(string name, int[] fallback) => node.Attributes.TryGetValue(name, out OnnxAttribute? value) ? [.. value.Integers.Select(v => (int)v)] : fallback;
    }

    private static Array Conv(Array x, Array w, Array? bias, OnnxNode node)
    {
        int[] kernel = w.Sizes[2..];
        var (before, stride, dilation, positions) = Windows(x, kernel, node);
        int groups = node.Attributes.TryGetValue("group", out OnnxAttribute? group) ? (int)group.Integer : 1;
        return Array.Make([x.Sizes[0], w.Sizes[0], .. positions], i =>
        {
            double sum = bias?.Numbers[i[1]] ?? 0;
            int first = i[1] / (w.Sizes[0] / groups) * w.Sizes[1];
            Array.Make([w.Sizes[1], .. kernel], k =>
            {
                int[] at = [i[0], first + k[0], .. kernel.Select((_, d) => (i[d + 2] * stride[d]) - before[d] + (k[d + 1] * dilation[d]))];
                sum += at.Where((p, axis) => p < 0 || p >= x.Sizes[axis]).Any() ? 0 : x.At(at) * w.At([i[1], .. k]);
                return 0;
            });
            return sum;
        });
    }

    private static Array Pool(Array x, OnnxNode node)
    {
        int[] kernel = [.. node.Attributes["kernel_shape"].Integers.Select(v => (int)v)];
        var (before, stride, dilation, positions) = Windows(x, kernel, node);
        bool countsPads = node.Attributes.TryGetValue("count_include_pad", out OnnxAttribute? include) && include.Integer != 0;
        return Array.Make([x.Sizes[0], x.Sizes[1], .. positions], i =>
        {
            List<double> inside = [];
            Array.Make(kernel, k =>
            {
                int[] at = [i[0], i[1], .. kernel.Select((_, d) => (i[d + 2] * stride[d]) - before[d] + (k[d] * dilation[d]))];
                if (!at.Where((p, axis) => p < 0 || p >= x.Sizes[axis]).Any())
                {
                    inside.Add(x.At(at));
                }

                return 0;
            });
            return node.Operator == "MaxPool" ? inside.Max() : inside.Sum() / (countsPads ? kernel.Aggregate(1, (p, q) => p * q) : inside.Count);
        });
    }
}
