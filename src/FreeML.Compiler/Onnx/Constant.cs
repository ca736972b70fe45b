using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>
/// A tensor known before any input is: weights, or the numbers of a shape computation. Held as doubles, which hold floats and all integers
/// up to 2^53 exactly. Sizes may be 0.
/// </summary>
internal sealed class Constant(int[] sizes, double[] numbers, bool isInteger) : OnnxValue(sizes)
{
    /// <summary>The numbers, last axis fastest.</summary>
    public double[] Numbers { get; } = numbers;

    /// <summary>Whether they are of an integer type, where division truncates.</summary>
    public bool IsInteger { get; } = isInteger;

    /// <summary>The numbers cut to int's range, as "to the end" is often written as the largest long.</summary>
    public int[] Integers => [.. Numbers.Select(ToInt)];

    /// <summary>A list of whole numbers.</summary>
    public static Constant Of(params IEnumerable<int> numbers)
    {
        double[] all = [.. numbers.Select(number => (double)number)];
        return new Constant([all.Length], all, isInteger: true);
    }

    /// <summary>The same numbers under another shape.</summary>
    public Constant As(int[] sizes) => new(sizes, Numbers, IsInteger);

    /// <summary>The numbers as floats.</summary>
    public float[] ToFloats() => Array.ConvertAll(Numbers, number => (float)number);

    /// <summary>As a tensor of the given shape.</summary>
    public Tensor ToTensor(Shape shape) => new(shape, ToFloats());

    /// <summary>The axes in another order.</summary>
    public Constant Transposed(int[] order)
    {
        int[] sizes = [.. order.Select(axis => Sizes[axis])];
        int[] strides = StridesOf(Sizes);
        return new Constant(sizes, Gather(sizes, [.. order.Select(axis => strides[axis])]), IsInteger);
    }

    /// <summary>The numbers repeated along axes of size 1 until the shape is that asked for (which must be possible).</summary>
    public Constant BroadcastTo(int[] sizes)
    {
        int missing = sizes.Length - Rank;
        int[] strides = StridesOf(Sizes);
        return new Constant(sizes, Gather(sizes, [.. sizes.Select((_, axis) => axis < missing || Sizes[axis - missing] == 1 ? 0 : strides[axis - missing])]), IsInteger);
    }

    /// <summary>The shape that two shapes broadcast to, or null if they do not fit.</summary>
    public static int[]? Broadcast(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        int[] sizes = new int[Math.Max(left.Length, right.Length)];
        for (int fromEnd = 1; fromEnd <= sizes.Length; fromEnd++)
        {
            int a = fromEnd <= left.Length ? left[^fromEnd] : 1;
            int b = fromEnd <= right.Length ? right[^fromEnd] : 1;
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            sizes[^fromEnd] = a == 1 ? b : a;
        }

        return sizes;
    }

    /// <summary>Distance between neighbours along each axis.</summary>
    public static int[] StridesOf(ReadOnlySpan<int> sizes)
    {
        int[] strides = new int[sizes.Length];
        int stride = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= sizes[axis];
        }

        return strides;
    }

    private static int ToInt(double number) => int.CreateSaturating(number);

    private double[] Gather(int[] sizes, int[] strides)
    {
        double[] gathered = new double[CountOf(sizes)];
        int[] index = new int[sizes.Length];
        int from = 0;
        for (int to = 0; to < gathered.Length; to++)
        {
            gathered[to] = Numbers[from];

            // Like an odometer: the last axis turns fastest.
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < sizes[axis])
                {
                    break;
                }

                from -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }

        return gathered;
    }
}
