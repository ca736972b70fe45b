using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>Operators that move a window over a map, or change its margins.</summary>
internal static class WindowOperators
{
    /// <summary>Conv, over one or two axes.</summary>
    public static Computed Convolution(NodeCall call)
    {
        Computed map = MapOf(call);
        Constant weights = call.Constant(1);
        Constant? bias = call.ConstantOrNull(2);
        int groups = call.Integer("group", 1);
        if (weights.Rank != map.Rank || weights.Numbers.Length == 0 || groups < 1 || (long)weights.Sizes[1] * groups != map.Sizes[1] || weights.Sizes[0] % groups != 0)
        {
            throw call.Error($"weights {weights.SizesText} in {groups} groups on {map.SizesText}", "weights for the map's channels");
        }

        int outputs = weights.Sizes[0];
        int[] kernel = weights.Sizes[2..];
        if (call.Integers("kernel_shape") is { } told && !told.SequenceEqual(kernel))
        {
            throw call.Error($"kernel_shape [{string.Join(", ", told.Take(8))}] and weights {weights.SizesText}", "the same window");
        }

        if (bias is not null && bias.Numbers.Length != outputs)
        {
            throw call.Error($"a bias of {bias.SizesText}", $"{outputs} numbers");
        }

        Axis[] axes = AxesOf(call, map, kernel);
        Shape shape = kernel is [var length] ? [outputs, weights.Sizes[1], 1, length] : [outputs, weights.Sizes[1], kernel[0], kernel[1]];
        Convolution layer = new(call.Name, [], call.Weights(weights, shape), bias is null ? null : call.Weights(bias, [outputs]), WindowOf(axes), groups);
        return call.Apply(layer, [1, outputs, .. axes.Select(axis => axis.Positions(call))], map.Node);
    }

    /// <summary>MaxPool and AveragePool.</summary>
    public static Computed Pool(NodeCall call, PoolingKind kind)
    {
        Computed map = MapOf(call);
        int[] kernel = call.Settings("kernel_shape", map.Rank - 2, 1, 0);
        Axis[] axes = AxesOf(call, map, kernel);
        if (call.Integer("ceil_mode", 0) != 0)
        {
            Axis[] longer = Array.ConvertAll(axes, axis => axis.RoundedUp());
            if (kind is PoolingKind.AverageWithMargins && !longer.SequenceEqual(axes))
            {
                throw call.Error("ceil_mode and count_include_pad", "one of them, or a window that fits");
            }

            axes = longer;
        }

        if (Array.Exists(axes, axis => axis.MissesMap()))
        {
            throw call.Error("margins wider than its window", "a window that always meets the map");
        }

        if (kind is not PoolingKind.Maximum && Array.Exists(axes, axis => axis.Dilation > 1))
        {
            throw call.Error("dilations", "an average over neighbours");
        }

        kind = kind is PoolingKind.AverageWithMargins && Array.TrueForAll(axes, axis => axis is { Before: 0, After: 0 }) ? PoolingKind.Average : kind;
        return call.Apply(new Pooling(call.Name, [], kind, WindowOf(axes)), [1, map.Sizes[1], .. axes.Select(axis => axis.Positions(call))], map.Node);
    }

    /// <summary>GlobalMaxPool and GlobalAveragePool.</summary>
    public static Computed GlobalPool(NodeCall call, PoolingKind kind)
    {
        Computed map = MapOf(call);
        return call.Apply(WholeMap(call, kind, map.Node), [1, map.Sizes[1], .. Enumerable.Repeat(1, map.Rank - 2)], map.Node);
    }

    /// <summary>ReduceMean and ReduceMax, over any axes.</summary>
    public static Computed Reduce(NodeCall call, PoolingKind kind)
    {
        Computed value = call.Data(0);
        int[] axes = ShapeOperators.ReducedAxes(call, value.Rank);
        int[] counted = [.. axes.Where(axis => value.Sizes[axis] > 1)];
        int[] kept = [.. value.Sizes.Select((size, axis) => axes.Contains(axis) ? 1 : size)];
        Computed reduced = counted.Length == 0
            ? value
            : call.OnLastAxes(value, counted, map => call.Apply(WholeMap(call, kind, map), [1, map.Shape[0], 1, 1], map).Node, kept);
        return call.Reshaped(reduced, ShapeOperators.ReducedSizes(call, value.Sizes, axes));
    }

    /// <summary>Pad with a constant.</summary>
    public static Computed Pad(NodeCall call)
    {
        Computed value = call.Data(0);
        if (call.Text("mode", "constant") is var mode && mode != "constant")
        {
            throw call.Error($"mode {ModelException.Quote(mode)}", "constant");
        }

        int[] pads = call.Integers("pads", 1) ?? throw call.Error("no pads", "some");
        int[] axes = call.ConstantOrNull(3)?.Integers ?? [.. Enumerable.Range(0, value.Rank)];
        if (pads.Length != 2 * axes.Length || axes.Length > value.Rank)
        {
            throw call.Error($"{pads.Length} pads", $"{2 * axes.Length}");
        }

        float fill = call.Attribute("value")?.Float ?? call.ScalarOrNull(2) ?? 0;
        int[] before = new int[value.Rank];
        int[] after = new int[value.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = call.Axis(axes[i], value.Rank);
            (before[axis], after[axis]) = (pads[i], pads[i + axes.Length]);
        }

        return Padded(call, value, before, after, fill);
    }

    /// <summary>Slice by steps of 1: margins that are cut off.</summary>
    public static Computed Slice(NodeCall call)
    {
        Computed value = call.Data(0);
        int[] before = new int[value.Rank];
        int[] after = new int[value.Rank];
        foreach ((int axis, int start, int end, int step) in ShapeOperators.Slices(call, value.Sizes))
        {
            if (step != 1 || end <= start)
            {
                throw call.Error($"{start} to {end} by steps of {step}", "at least one element, by steps of 1");
            }

            (before[axis], after[axis]) = (-start, end - value.Sizes[axis]);
        }

        return Padded(call, value, before, after, 0);
    }

    private static Computed Padded(NodeCall call, Computed value, int[] before, int[] after, float fill)
    {
        const int Largest = 1 << 20;
        if (!float.IsFinite(fill) || before.Concat(after).Any(margin => margin is < -Largest or > Largest))
        {
            throw call.Error("margins or a value out of range", $"margins within {Largest} and a finite value");
        }

        int[] axes = [.. Enumerable.Range(0, value.Rank).Where(axis => before[axis] != 0 || after[axis] != 0)];
        int[] sizes = [.. value.Sizes.Select((size, axis) => size + before[axis] + after[axis])];
        if (axes.Length == 0)
        {
            return value;
        }

        if (axes.Length > 2 || Array.Exists(sizes, size => size < 1))
        {
            throw call.Error($"margins that make [{string.Join(", ", sizes)}] of {value.SizesText}", "one or two axes changed, and something left");
        }

        // Height and width together where either is padded, so that a map stays as it is; channels may be first or last.
        if (value.Rank == 4 && value.Sizes[0] == 1)
        {
            axes = Array.TrueForAll(axes, axis => axis >= 2) ? [2, 3] : Array.TrueForAll(axes, axis => axis is 1 or 2) ? [1, 2] : axes;
        }

        Margins margins = axes is [var row, var column]
            ? new Margins(before[row], before[column], after[row], after[column])
            : new Margins(0, before[axes[0]], 0, after[axes[0]]);
        int[] window = axes.Length == 2 ? [sizes[axes[0]], sizes[axes[1]]] : [1, sizes[axes[0]]];
        return call.OnLastAxes(value, axes, map => call.Apply(new Padding(call.Name, [], margins, fill), [1, map.Shape[0], .. window], map).Node, sizes);
    }

    private static Pooling WholeMap(NodeCall call, PoolingKind kind, GraphNode map) => new(call.Name, [], kind, new Window(map.Shape[1], map.Shape[2], 1, 1, default));

    private static Computed MapOf(NodeCall call)
    {
        Computed map = call.Data(0);
        return map.Rank is 3 or 4 && map.Sizes[0] == 1 ? map : throw call.Error($"input {map.SizesText}", "a batch of 1 with channels and one or two axes");
    }

    private static Axis[] AxesOf(NodeCall call, Computed map, int[] kernel)
    {
        int count = kernel.Length;
        int[] strides = call.Settings("strides", count, 1, 1);
        int[] dilations = call.Settings("dilations", count, 1, 1);
        int[] pads = call.Settings("pads", 2 * count, 0, 0);
        string automatic = call.Text("auto_pad", "NOTSET");
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            Axis axis = new(map.Sizes[i + 2], kernel[i], strides[i], dilations[i], pads[i], pads[i + count]);
            return automatic switch
            {
                "NOTSET" or "" => axis,
                "VALID" => axis with { Before = 0, After = 0 },
                "SAME_UPPER" => axis.Same(moreBefore: false),
                "SAME_LOWER" => axis.Same(moreBefore: true),
                _ => throw call.Error($"auto_pad {ModelException.Quote(automatic)}", "NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
            };
        })];
    }

    private static Window WindowOf(Axis[] axes)
    {
        Axis rows = axes.Length == 2 ? axes[0] : new Axis(1, 1, 1, 1, 0, 0);
        Axis columns = axes[^1];
        Margins margins = new(rows.Before, columns.Before, rows.After, columns.After);
        return new Window(rows.Kernel, columns.Kernel, rows.Stride, columns.Stride, margins, rows.Dilation, columns.Dilation);
    }

    /// <summary>A window along one axis.</summary>
    private readonly record struct Axis(int Size, int Kernel, int Stride, int Dilation, int Before, int After)
    {
        private long Extent => ((long)(Kernel - 1) * Dilation) + 1;

        private long Room => Size + (long)Before + After - Extent;

        public int Positions(NodeCall call) => Room >= 0
            ? (int)(Room / Stride) + 1
            : throw call.Error($"a window of {Extent} on {Size + (long)Before + After}", "a window that fits");

        /// <summary>Margins that give one position for each step of the stride.</summary>
        public Axis Same(bool moreBefore)
        {
            int positions = (Size + Stride - 1) / Stride;
            long margin = Math.Max(0, ((long)(positions - 1) * Stride) + Extent - Size);
            int less = (int)(margin / 2);
            int more = (int)(margin - less);
            return this with { Before = moreBefore ? more : less, After = moreBefore ? less : more };
        }

        /// <summary>A wider margin behind, so that a last window that only begins on the map counts as well.</summary>
        public Axis RoundedUp()
        {
            long left = Room < 0 ? 0 : Room % Stride;
            long start = Room < 0 ? 0 : Room - left + Stride;
            return left > 0 && start < (long)Size + Before ? this with { After = (int)(After + Stride - left) } : this;
        }

        /// <summary>Whether some position of the window has no tap on the map.</summary>
        public bool MissesMap()
        {
            for (long start = -Before; start <= Room - Before; start += Stride)
            {
                long skipped = start < 0 ? (-start + Dilation - 1) / Dilation : 0;
                if (skipped >= Kernel || start + (skipped * Dilation) >= Size)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
