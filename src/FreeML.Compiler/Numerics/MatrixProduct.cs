using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FreeML.Compiler.Numerics;

/// <summary>
/// Products of matrices in single precision. Each element of the result is a sum taken in one fixed order: blocks of <see cref="InnerBlock"/>
/// products, each block a chain of fused multiply-adds, the blocks added one after the other. So the bytes are the same for any number of
/// threads, any width of vectors, and any way to cut the result into pieces. (A machine without fused multiply-add computes the same, slowly.)
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Length of the sums held in registers. Part of the result's definition: a panel of this length stays in the first-level cache.</summary>
    public const int InnerBlock = 128;

    // A packed block of the left matrix takes 48 kB, of the right 512 kB: both stay in the second-level cache.
    private const int RowBlock = 16 * MicroKernel.Rows;
    private const int ColumnBlock = 1024;

    // Below this a thread costs more than it brings.
    private const long WorthAThread = 1 << 18;

    [ThreadStatic]
    private static float[]? _packed;

    /// <summary>result = left right, or result += left right.</summary>
    /// <param name="left">Of as many columns as <paramref name="right"/> has rows.</param>
    /// <param name="right">Right matrix.</param>
    /// <param name="result">Where the result goes; row by row.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    /// <param name="threads">How many threads may help. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static void Multiply(MatrixView left, MatrixView right, MatrixView result, bool accumulate = false, int threads = 1)
    {
        if (left.Columns != right.Rows || result.Rows != left.Rows || result.Columns != right.Columns || result.IsTransposed)
        {
            throw new ArgumentException($"A product of {left.Rows}x{left.Columns} and {right.Rows}x{right.Columns} for {result.Rows}x{result.Columns}.", nameof(result));
        }

        long work = (long)left.Rows * left.Columns * right.Columns;
        int helpers = (int)Math.Clamp(work / WorthAThread, 1, threads);
        if (helpers == 1)
        {
            Piece(left, right, result, accumulate);
            return;
        }

        // Rows first, since pieces beside one another would pack the same rows again.
        int rowPieces = Math.Min(helpers, (left.Rows + RowBlock - 1) / RowBlock);
        int columnPieces = Math.Min((helpers + rowPieces - 1) / rowPieces, (right.Columns + MicroKernel.Columns - 1) / MicroKernel.Columns);
        int rows = RoundUp((left.Rows + rowPieces - 1) / rowPieces, MicroKernel.Rows);
        int columns = RoundUp((right.Columns + columnPieces - 1) / columnPieces, MicroKernel.Columns);
        Work.For(rowPieces * columnPieces, helpers, piece =>
        {
            int row = piece / columnPieces * rows;
            int column = piece % columnPieces * columns;
            int height = Math.Min(rows, left.Rows - row);
            int width = Math.Min(columns, right.Columns - column);
            if (height > 0 && width > 0)
            {
                Piece(left.SliceRows(row, height), right.SliceColumns(column, width), result.SliceRows(row, height).SliceColumns(column, width), accumulate);
            }
        });
    }

    private static void Piece(MatrixView left, MatrixView right, MatrixView result, bool accumulate)
    {
        float[] packed = _packed ??= GC.AllocateUninitializedArray<float>((RowBlock + ColumnBlock) * InnerBlock, pinned: true);
        fixed (float* packedLeft = packed)
        {
            float* packedRight = packedLeft + (RowBlock * InnerBlock);
            for (int column = 0; column < right.Columns; column += ColumnBlock)
            {
                MatrixView block = right.SliceColumns(column, Math.Min(ColumnBlock, right.Columns - column));
                for (int inner = 0; inner < left.Columns; inner += InnerBlock)
                {
                    int depth = Math.Min(InnerBlock, left.Columns - inner);

                    // The right matrix is packed as the left of the transposed product would be.
                    Pack(block.SliceRows(inner, depth).Transposed, MicroKernel.Columns, packedRight);
                    for (int row = 0; row < left.Rows; row += RowBlock)
                    {
                        int rows = Math.Min(RowBlock, left.Rows - row);
                        Pack(left.SliceRows(row, rows).SliceColumns(inner, depth), MicroKernel.Rows, packedLeft);
                        Tiles(packedLeft, packedRight, depth, result.SliceRows(row, rows).SliceColumns(column, block.Columns), accumulate || inner > 0);
                    }
                }
            }
        }
    }

    private static void Tiles(float* left, float* right, int depth, MatrixView result, bool accumulate)
    {
        float* edge = stackalloc float[MicroKernel.Rows * MicroKernel.MostColumns];
        for (int column = 0; column < result.Columns; column += MicroKernel.Columns)
        {
            int width = Math.Min(MicroKernel.Columns, result.Columns - column);
            for (int row = 0; row < result.Rows; row += MicroKernel.Rows)
            {
                int height = Math.Min(MicroKernel.Rows, result.Rows - row);
                float* a = left + (row * depth);
                float* b = right + (column * depth);
                float* c = result.At(row, column);
                if (height == MicroKernel.Rows && width == MicroKernel.Columns)
                {
                    MicroKernel.Run(a, b, depth, c, result.Stride, accumulate);
                }
                else
                {
                    MicroKernel.Run(a, b, depth, edge, MicroKernel.Columns, false);
                    CopyEdge(edge, c, result.Stride, height, width, accumulate);
                }
            }
        }
    }

    private static void CopyEdge(float* edge, float* c, nint stride, int height, int width, bool accumulate)
    {
        for (int row = 0; row < height; row++, edge += MicroKernel.Columns, c += stride)
        {
            for (int column = 0; column < width; column++)
            {
                c[column] = accumulate ? c[column] + edge[column] : edge[column];
            }
        }
    }

    /// <summary>Cuts the rows into panels of so many, each stored column by column; the last one is filled up with zeros.</summary>
    private static void Pack(MatrixView matrix, int panel, float* target)
    {
        for (int row = 0; row < matrix.Rows; row += panel, target += panel * matrix.Columns)
        {
            int rows = Math.Min(panel, matrix.Rows - row);
            if (rows < panel)
            {
                new Span<float>(target, panel * matrix.Columns).Clear();
            }

            if (matrix.IsTransposed)
            {
                CopyColumns(matrix.At(row, 0), matrix.Stride, rows, matrix.Columns, target, panel);
            }
            else
            {
                Transpose(matrix.At(row, 0), matrix.Stride, rows, matrix.Columns, target, panel);
            }
        }
    }

    private static void CopyColumns(float* source, nint stride, int rows, int columns, float* target, int panel)
    {
        if (rows == MicroKernel.MostColumns)
        {
            for (int column = 0; column < columns; column++, source += stride, target += panel)
            {
                Vector512.Load(source).Store(target);
                Vector512.Load(source + 16).Store(target + 16);
            }

            return;
        }

        for (int column = 0; column < columns; column++, source += stride, target += panel)
        {
            int row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                Vector128.Load(source + row).Store(target + row);
            }

            for (; row < rows; row++)
            {
                target[row] = source[row];
            }
        }
    }

    private static void Transpose(float* source, nint stride, int rows, int columns, float* target, int panel)
    {
        int row = 0;
        for (; Sse.IsSupported && row + 4 <= rows; row += 4)
        {
            TransposeFour(source + (row * stride), stride, columns, target + row, panel);
        }

        for (; row < rows; row++)
        {
            float* from = source + (row * stride);
            float* to = target + row;
            for (int column = 0; column < columns; column++, to += panel)
            {
                *to = from[column];
            }
        }
    }

    private static void TransposeFour(float* source, nint stride, int columns, float* target, int panel)
    {
        int column = 0;
        for (; column + 4 <= columns; column += 4, target += 4 * panel)
        {
            Vector128<float> r0 = Vector128.Load(source + column);
            Vector128<float> r1 = Vector128.Load(source + stride + column);
            Vector128<float> r2 = Vector128.Load(source + (2 * stride) + column);
            Vector128<float> r3 = Vector128.Load(source + (3 * stride) + column);
            Vector128<float> low01 = Sse.UnpackLow(r0, r1);
            Vector128<float> low23 = Sse.UnpackLow(r2, r3);
            Vector128<float> high01 = Sse.UnpackHigh(r0, r1);
            Vector128<float> high23 = Sse.UnpackHigh(r2, r3);
            Sse.MoveLowToHigh(low01, low23).Store(target);
            Sse.MoveHighToLow(low23, low01).Store(target + panel);
            Sse.MoveLowToHigh(high01, high23).Store(target + (2 * panel));
            Sse.MoveHighToLow(high23, high01).Store(target + (3 * panel));
        }

        for (; column < columns; column++, target += panel)
        {
            for (int row = 0; row < 4; row++)
            {
                target[row] = source[(row * stride) + column];
            }
        }
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
