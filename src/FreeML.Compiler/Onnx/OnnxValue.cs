using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>What a name in an ONNX graph stands for.</summary>
internal abstract class OnnxValue(int[] sizes)
{
    /// <summary>Sizes of the axes as ONNX counts them, with the batch.</summary>
    public int[] Sizes { get; } = sizes;

    /// <summary>Number of axes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>The sizes for people.</summary>
    public string SizesText => $"[{string.Join(", ", Sizes)}]";

    /// <summary>Number of elements of a shape; beyond <see cref="int.MaxValue"/> only that it is more.</summary>
    public static long CountOf(ReadOnlySpan<int> sizes)
    {
        if (sizes.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (int size in sizes)
        {
            // Far above every limit, and far below an overflow.
            count = count > int.MaxValue ? count : count * size;
        }

        return count;
    }
}

/// <summary>
/// A value computed by a layer. Its batch is 1, so that the axis can be dropped: [1, C, H, W] is a map, [1, C, L] a map of height 1, [1, N] a
/// vector; where there is no batch in front, all axes stay. The elements are the same in the same order under either shape.
/// </summary>
internal sealed class Computed(GraphNode node, int[] sizes) : OnnxValue(sizes)
{
    /// <summary>The layer that gives it; of shape <see cref="ShapeOf"/> its sizes.</summary>
    public GraphNode Node { get; } = node;

    /// <summary>Shape in the network.</summary>
    public static Shape ShapeOf(ReadOnlySpan<int> sizes) => sizes switch
    {
        [] => [1],
        [1, var channels, var length] => [channels, 1, length],
        [1, _, ..] => Shape.Create(sizes[1..]),
        _ => Shape.Create(sizes),
    };

    /// <summary>The axis of <see cref="ShapeOf"/> that an axis became; -1 for the batch.</summary>
    public static int AxisOf(ReadOnlySpan<int> sizes, int axis) => sizes switch
    {
        [1, _, _] => axis == 2 ? 2 : axis - 1,
        [1, _, ..] => axis - 1,
        _ => axis,
    };
}
