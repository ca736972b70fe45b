namespace FreeML.Compiler.Numerics;

/// <summary>Sums in double precision, in an order that depends on nothing but the number of elements.</summary>
internal static class Sums
{
    /// <summary>Sum of all elements.</summary>
    public static double Of(ReadOnlySpan<float> values)
    {
        // Four sums at once, since one would wait for each addition.
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int n = 0;
        for (; n + 4 <= values.Length; n += 4)
        {
            s0 += values[n];
            s1 += values[n + 1];
            s2 += values[n + 2];
            s3 += values[n + 3];
        }

        for (; n < values.Length; n++)
        {
            s0 += values[n];
        }

        return s0 + s1 + (s2 + s3);
    }

    /// <summary>Sum of products of elements at the same place.</summary>
    public static double OfProducts(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int n = 0;
        right = right[..left.Length];
        for (; n + 4 <= left.Length; n += 4)
        {
            s0 += (double)left[n] * right[n];
            s1 += (double)left[n + 1] * right[n + 1];
            s2 += (double)left[n + 2] * right[n + 2];
            s3 += (double)left[n + 3] * right[n + 3];
        }

        for (; n < left.Length; n++)
        {
            s0 += (double)left[n] * right[n];
        }

        return s0 + s1 + (s2 + s3);
    }
}
