using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Tests.Numerics;

public unsafe class MatrixProductTests
{
    // Sizes around the edges of tiles (6 by 16 or 32), of blocks (96 rows, 128 products, 1024 columns), and far inside them.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(6, 25, 784)]
    [InlineData(7, 5, 33)]
    [InlineData(16, 400, 120)]
    [InlineData(97, 129, 31)]
    [InlineData(100, 300, 1030)]
    [InlineData(5, 256, 64)]
    public void Every_form_is_the_sum_of_products(int rows, int inner, int columns)
    {
        float[] a = Random(rows * inner, 1);
        float[] b = Random(inner * columns, 2);
        float[] aTurned = Turn(a, rows, inner);
        float[] bTurned = Turn(b, inner, columns);
        double[] expected = new double[rows * columns];
        for (int n = 0; n < expected.Length; n++)
        {
            for (int k = 0; k < inner; k++)
            {
                expected[n] += (double)a[(n / columns * inner) + k] * b[(k * columns) + (n % columns)];
            }
        }

        foreach (bool turnLeft in (bool[])[false, true])
        {
            foreach (bool turnRight in (bool[])[false, true])
            {
                float[] result = new float[rows * columns];
                fixed (float* left = turnLeft ? aTurned : a, right = turnRight ? bTurned : b, target = result)
                {
                    MatrixView leftView = turnLeft ? MatrixView.Of(left, inner, rows).Transposed : MatrixView.Of(left, rows, inner);
                    MatrixView rightView = turnRight ? MatrixView.Of(right, columns, inner).Transposed : MatrixView.Of(right, inner, columns);
                    MatrixProduct.Multiply(leftView, rightView, MatrixView.Of(target, rows, columns));
                    AssertClose(expected, result, 1, inner);
                    MatrixProduct.Multiply(leftView, rightView, MatrixView.Of(target, rows, columns), accumulate: true);
                }

                AssertClose(expected, result, 2, inner);
            }
        }
    }

    [Theory]
    [InlineData(150, 200, 170)]
    [InlineData(3, 500, 900)]
    [InlineData(900, 40, 20)]
    public void The_bytes_do_not_depend_on_the_number_of_threads(int rows, int inner, int columns)
    {
        float[] a = Random(rows * inner, 3);
        float[] b = Random(inner * columns, 4);
        float[][] results = [.. new[] { 1, 2, 3, 8 }.Select(threads =>
        {
            float[] result = new float[rows * columns];
            fixed (float* left = a, right = b, target = result)
            {
                MatrixProduct.Multiply(MatrixView.Of(left, rows, inner), MatrixView.Of(right, inner, columns), MatrixView.Of(target, rows, columns), threads: threads);
            }

            return result;
        })];
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Each_element_is_a_chain_of_fused_multiply_adds_in_blocks_whatever_the_width_of_vectors()
    {
        const int rows = 8, inner = 300, columns = 40;
        float[] a = Random(rows * inner, 5);
        float[] b = Random(inner * columns, 6);
        float[] result = new float[rows * columns];
        fixed (float* left = a, right = b, target = result)
        {
            MatrixProduct.Multiply(MatrixView.Of(left, rows, inner), MatrixView.Of(right, inner, columns), MatrixView.Of(target, rows, columns));
        }

        for (int n = 0; n < result.Length; n++)
        {
            float sum = 0;
            for (int block = 0; block < inner; block += MatrixProduct.InnerBlock)
            {
                float part = 0;
                for (int k = block; k < Math.Min(inner, block + MatrixProduct.InnerBlock); k++)
                {
                    part = MathF.FusedMultiplyAdd(a[(n / columns * inner) + k], b[(k * columns) + (n % columns)], part);
                }

                sum += part;
            }

            Assert.Equal(sum, result[n]);
        }
    }

    [Fact]
    public void Both_kernels_agree_to_the_bit()
    {
        const int inner = 77;
        int wide = MicroKernel.MostColumns;
        int narrow = 2 * System.Numerics.Vector<float>.Count;
        float[] a = Random(MicroKernel.Rows * inner, 7);
        float[] b = Random(inner * wide, 8);
        float[] wideResult = new float[MicroKernel.Rows * wide];
        float[] narrowResult = new float[MicroKernel.Rows * narrow];
        float[] narrowRight = [.. Enumerable.Range(0, inner * narrow).Select(n => b[(n / narrow * wide) + (n % narrow)])];
        fixed (float* left = a, right = b, rightNarrow = narrowRight, target = wideResult, targetNarrow = narrowResult)
        {
            MicroKernel.RunWide(left, right, inner, target, wide, false);
            MicroKernel.RunAny(left, rightNarrow, inner, targetNarrow, narrow, false);
        }

        Assert.Equal(narrowResult, Enumerable.Range(0, narrowResult.Length).Select(n => wideResult[(n / narrow * wide) + (n % narrow)]));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        float* none = null;
        Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(MatrixView.Of(none, 2, 3), MatrixView.Of(none, 2, 3), MatrixView.Of(none, 2, 3)));
    }

    private static void AssertClose(double[] expected, float[] actual, double factor, int inner)
    {
        for (int n = 0; n < expected.Length; n++)
        {
            Assert.True(Math.Abs((factor * expected[n]) - actual[n]) <= 1e-6 * (inner + 10), $"element {n}: {factor * expected[n]} and {actual[n]}");
        }
    }

    private static float[] Random(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)random.Between(-1, 1);
        }

        return values;
    }

    private static float[] Turn(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(n => values[(n % rows * columns) + (n / rows)])];
}
