using System.Numerics;
using System.Runtime.Intrinsics;

namespace FreeML.Compiler.Numerics;

/// <summary>
/// The innermost loop of the product of matrices: six rows by two vectors of the result, held in registers while the loop runs over the
/// inner dimension. Each lane is one element of the result and takes its products one after the other with fused multiply-add, so the width
/// of the vectors does not show in the result.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a tile, on the widest machine.</summary>
    public const int MostColumns = 32;

    private static readonly bool IsWide = Vector512.IsHardwareAccelerated;

    /// <summary>Columns of a tile, on this machine.</summary>
    public static int Columns { get; } = IsWide ? 2 * Vector512<float>.Count : 2 * Vector<float>.Count;

    /// <summary>One tile: c = a b, or c += a b.</summary>
    /// <param name="a">[inner][Rows].</param>
    /// <param name="b">[inner][Columns].</param>
    /// <param name="inner">Length of the sums.</param>
    /// <param name="c">First element of the tile.</param>
    /// <param name="stride">From one row of it to the next.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    public static void Run(float* a, float* b, int inner, float* c, nint stride, bool accumulate)
    {
        if (IsWide)
        {
            RunWide(a, b, inner, c, stride, accumulate);
        }
        else
        {
            RunAny(a, b, inner, c, stride, accumulate);
        }
    }

    /// <summary>For whatever vectors there are: 8 floats with AVX2, 4 with NEON.</summary>
    internal static void RunAny(float* a, float* b, int inner, float* c, nint stride, bool accumulate)
    {
        Vector<float> c00 = Vector<float>.Zero, c01 = Vector<float>.Zero;
        Vector<float> c10 = Vector<float>.Zero, c11 = Vector<float>.Zero;
        Vector<float> c20 = Vector<float>.Zero, c21 = Vector<float>.Zero;
        Vector<float> c30 = Vector<float>.Zero, c31 = Vector<float>.Zero;
        Vector<float> c40 = Vector<float>.Zero, c41 = Vector<float>.Zero;
        Vector<float> c50 = Vector<float>.Zero, c51 = Vector<float>.Zero;
        for (int k = 0; k < inner; k++)
        {
            Vector<float> b0 = Vector.Load(b), b1 = Vector.Load(b + Vector<float>.Count);
            Vector<float> a0 = Vector.Create(a[0]);
            c00 = Vector.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector.FusedMultiplyAdd(a0, b1, c01);
            Vector<float> a1 = Vector.Create(a[1]);
            c10 = Vector.FusedMultiplyAdd(a1, b0, c10);
            c11 = Vector.FusedMultiplyAdd(a1, b1, c11);
            Vector<float> a2 = Vector.Create(a[2]);
            c20 = Vector.FusedMultiplyAdd(a2, b0, c20);
            c21 = Vector.FusedMultiplyAdd(a2, b1, c21);
            Vector<float> a3 = Vector.Create(a[3]);
            c30 = Vector.FusedMultiplyAdd(a3, b0, c30);
            c31 = Vector.FusedMultiplyAdd(a3, b1, c31);
            Vector<float> a4 = Vector.Create(a[4]);
            c40 = Vector.FusedMultiplyAdd(a4, b0, c40);
            c41 = Vector.FusedMultiplyAdd(a4, b1, c41);
            Vector<float> a5 = Vector.Create(a[5]);
            c50 = Vector.FusedMultiplyAdd(a5, b0, c50);
            c51 = Vector.FusedMultiplyAdd(a5, b1, c51);
            a += Rows;
            b += 2 * Vector<float>.Count;
        }

        Store(c + (0 * stride), c00, c01, accumulate);
        Store(c + (1 * stride), c10, c11, accumulate);
        Store(c + (2 * stride), c20, c21, accumulate);
        Store(c + (3 * stride), c30, c31, accumulate);
        Store(c + (4 * stride), c40, c41, accumulate);
        Store(c + (5 * stride), c50, c51, accumulate);
    }

    private static void Store(float* c, Vector<float> left, Vector<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector.Load(c);
            right += Vector.Load(c + Vector<float>.Count);
        }

        left.Store(c);
        right.Store(c + Vector<float>.Count);
    }

    /// <summary>For vectors of 16 floats.</summary>
    internal static void RunWide(float* a, float* b, int inner, float* c, nint stride, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero, c41 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero, c51 = Vector512<float>.Zero;
        for (int k = 0; k < inner; k++)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Vector512<float>.Count);
            Vector512<float> a0 = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(a0, b1, c01);
            Vector512<float> a1 = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(a1, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(a1, b1, c11);
            Vector512<float> a2 = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(a2, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(a2, b1, c21);
            Vector512<float> a3 = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(a3, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(a3, b1, c31);
            Vector512<float> a4 = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(a4, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(a4, b1, c41);
            Vector512<float> a5 = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(a5, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(a5, b1, c51);
            a += Rows;
            b += 2 * Vector512<float>.Count;
        }

        Store(c + (0 * stride), c00, c01, accumulate);
        Store(c + (1 * stride), c10, c11, accumulate);
        Store(c + (2 * stride), c20, c21, accumulate);
        Store(c + (3 * stride), c30, c31, accumulate);
        Store(c + (4 * stride), c40, c41, accumulate);
        Store(c + (5 * stride), c50, c51, accumulate);
    }

    private static void Store(float* c, Vector512<float> left, Vector512<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + Vector512<float>.Count);
        }

        left.Store(c);
        right.Store(c + Vector512<float>.Count);
    }
}
