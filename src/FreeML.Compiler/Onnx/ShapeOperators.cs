namespace FreeML.Compiler.Onnx;

/// <summary>The shapes that operators ask for, the same for constants and computed values; attributes in old versions, inputs in new ones.</summary>
internal static class ShapeOperators
{
    /// <summary>Sizes after Reshape: 0 copies a size, -1 is what is left.</summary>
    public static int[] Reshape(NodeCall call)
    {
        int[] from = call.Value(0).Sizes;
        int[] sizes = call.Integers("shape", 1) ?? throw call.Error("no shape", "one");
        if (call.Integer("allowzero", 0) == 0)
        {
            sizes = [.. sizes.Select((size, axis) => size == 0 && axis < from.Length ? from[axis] : size)];
        }

        // A batch of fixed size may be written out.
        if (call.Value(0) is Computed && call.Batch > 1 && sizes.Length > 0 && sizes[0] == call.Batch && OnnxValue.CountOf(sizes) != OnnxValue.CountOf(from))
        {
            sizes[0] = 1;
        }

        long known = OnnxValue.CountOf([.. sizes.Where(size => size != -1)]);
        int open = Array.IndexOf(sizes, -1);
        if (open >= 0)
        {
            sizes[open] = known > 0 ? int.CreateSaturating(OnnxValue.CountOf(from) / known) : 0;
        }

        return Array.TrueForAll(sizes, size => size >= 0) ? sizes : throw call.Error($"shape [{string.Join(", ", sizes.Take(8))}]", "sizes that can be");
    }

    /// <summary>Sizes after Flatten: everything before an axis, and the rest.</summary>
    public static int[] Flatten(NodeCall call)
    {
        int[] from = call.Value(0).Sizes;
        int axis = call.Integer("axis", 1);
        axis = axis == from.Length ? axis : call.Axis(axis, from.Length);
        return [int.CreateSaturating(OnnxValue.CountOf(from.AsSpan(0, axis))), int.CreateSaturating(OnnxValue.CountOf(from.AsSpan(axis)))];
    }

    /// <summary>Sizes after Squeeze.</summary>
    public static int[] Squeeze(NodeCall call)
    {
        int[] from = call.Value(0).Sizes;
        int[] axes = call.Integers("axes", 1) is { } given ? call.Axes(given, from.Length) : [.. Enumerable.Range(0, from.Length).Where(axis => from[axis] == 1)];
        return Array.TrueForAll(axes, axis => from[axis] == 1)
            ? [.. from.Where((_, axis) => !axes.Contains(axis))]
            : throw call.Error($"axes [{string.Join(", ", axes)}] of {call.Value(0).SizesText}", "axes of size 1");
    }

    /// <summary>Sizes after Unsqueeze.</summary>
    public static int[] Unsqueeze(NodeCall call)
    {
        int[] from = call.Value(0).Sizes;
        int[] given = call.Integers("axes", 1) ?? throw call.Error("no axes", "some");
        int rank = from.Length + given.Length;
        int[] axes = rank <= 16 ? call.Axes(given, rank) : throw call.Error($"{rank} axes", "16 at most");
        if (axes.Length != given.Length)
        {
            throw call.Error($"axes [{string.Join(", ", given)}]", "each axis once");
        }

        int next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => axes.Contains(axis) ? 1 : from[next++])];
    }

    /// <summary>Order of the axes after Transpose; backwards where none is given.</summary>
    public static int[] Order(NodeCall call, int rank) => call.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];

    /// <summary>What Slice keeps of each axis it names: from a start, before an end, by steps.</summary>
    public static IEnumerable<(int Axis, int Start, int End, int Step)> Slices(NodeCall call, int[] sizes)
    {
        int[] starts = call.Integers("starts", 1) ?? throw call.Error("no starts", "some");
        int[] ends = call.Integers("ends", 2) ?? throw call.Error("no ends", "some");
        int[] axes = call.Integers("axes", 3) ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = call.ConstantOrNull(4)?.Integers ?? [.. Enumerable.Repeat(1, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || starts.Length > sizes.Length)
        {
            throw call.Error($"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps", $"as many of each, for {sizes.Length} axes");
        }

        for (int i = 0; i < starts.Length; i++)
        {
            int axis = call.Axis(axes[i], sizes.Length);
            int size = sizes[axis];
            int step = steps[i] is not 0 and not int.MinValue ? steps[i] : throw call.Error($"step {steps[i]}", "another");
            (int least, int most) = step > 0 ? (0, size) : (-1, size - 1);
            yield return size == 0 ? (axis, 0, 0, 1) : (axis, Clamp(starts[i], 0, most, size), Clamp(ends[i], least, most, size), step);
        }

        static int Clamp(int position, int least, int most, int size) =>
            (int)Math.Clamp(position < 0 ? (long)position + size : position, least, most);
    }

    /// <summary>The axes that a reduction takes together.</summary>
    public static int[] ReducedAxes(NodeCall call, int rank)
    {
        int[] given = call.Integers("axes", 1) ?? [];
        return given.Length == 0 && call.Integer("noop_with_empty_axes", 0) == 0 ? [.. Enumerable.Range(0, rank)] : call.Axes(given, rank);
    }

    /// <summary>Sizes after a reduction.</summary>
    public static int[] ReducedSizes(NodeCall call, int[] sizes, int[] axes) => call.Integer("keepdims", 1) != 0
        ? [.. sizes.Select((size, axis) => axes.Contains(axis) ? 1 : size)]
        : [.. sizes.Where((_, axis) => !axes.Contains(axis))];
}
