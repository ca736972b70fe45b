using System.Runtime.Intrinsics;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Numerics;

/// <summary>
/// The patches a window sees, as the columns of a matrix (im2col), and the way back (col2im). Maps lie as [channel][sample][height][width];
/// the matrix is [channel, window row, window column][sample, row, column].
/// </summary>
/// <param name="Window">Size, step, distances and margins of the window.</param>
/// <param name="Height">Of a map.</param>
/// <param name="Width">Of a map.</param>
internal readonly unsafe record struct Patches(Window Window, int Height, int Width)
{
    /// <summary>Rows and columns of window positions.</summary>
    public (int Rows, int Columns) Positions => Window.Positions(Height, Width);

    /// <summary>Whether the window is one element wide and goes everywhere: then the map is its own matrix of patches.</summary>
    public bool IsIdentity => Window is { Height: 1, Width: 1, StrideHeight: 1, StrideWidth: 1, Margins.IsEmpty: true };

    /// <summary>Copies patches of some samples into a matrix; what lies outside the map is 0.</summary>
    /// <param name="maps">First element of the first channel and sample.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="channelStride">From a channel to the next.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="matrix">Result.</param>
    public void Gather(float* maps, int channels, nint channelStride, int samples, float* matrix)
    {
        (int rows, int columns) = Positions;
        for (int n = 0; n < channels * Window.Height * Window.Width; n++)
        {
            Reach reach = ReachOf(n, rows, columns, channelStride);
            for (int sample = 0; sample < samples; sample++, matrix += rows * columns)
            {
                if (!reach.IsWhole(rows, columns))
                {
                    new Span<float>(matrix, rows * columns).Clear();
                }

                float* source = maps + reach.Start + ((nint)sample * Height * Width);
                float* target = matrix + (reach.FirstRow * columns) + reach.FirstColumn;
                for (int row = reach.FirstRow; row < reach.EndRow; row++, source += Window.StrideHeight * Width, target += columns)
                {
                    Copy(source, target, reach.Length);
                }
            }
        }
    }

    /// <summary>Adds a matrix of patches to the maps they came from.</summary>
    /// <param name="matrix">Patches.</param>
    /// <param name="maps">First element of the first channel and sample; added to.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="channelStride">From a channel to the next.</param>
    /// <param name="samples">How many samples.</param>
    public void Scatter(float* matrix, float* maps, int channels, nint channelStride, int samples)
    {
        (int rows, int columns) = Positions;
        for (int n = 0; n < channels * Window.Height * Window.Width; n++)
        {
            Reach reach = ReachOf(n, rows, columns, channelStride);
            for (int sample = 0; sample < samples; sample++, matrix += rows * columns)
            {
                float* target = maps + reach.Start + ((nint)sample * Height * Width);
                float* source = matrix + (reach.FirstRow * columns) + reach.FirstColumn;
                for (int row = reach.FirstRow; row < reach.EndRow; row++, target += Window.StrideHeight * Width, source += columns)
                {
                    Add(source, target, reach.Length);
                }
            }
        }
    }

    /// <summary>The row of a map that a window row sees, or nothing.</summary>
    public ReadOnlySpan<float> Row(ReadOnlySpan<float> map, int row, int y)
    {
        int source = (row * Window.StrideHeight) - Window.Margins.Top + (y * Window.DilationHeight);
        return source < 0 || source >= Height ? default : map.Slice(source * Width, Width);
    }

    /// <inheritdoc cref="Row(ReadOnlySpan{float}, int, int)"/>
    public Span<float> Row(Span<float> map, int row, int y)
    {
        int source = (row * Window.StrideHeight) - Window.Margins.Top + (y * Window.DilationHeight);
        return source < 0 || source >= Height ? default : map.Slice(source * Width, Width);
    }

    /// <summary>Column of the map that the first window position sees through a column of the window.</summary>
    public int Shift(int x) => (x * Window.DilationWidth) - Window.Margins.Left;

    /// <summary>Window positions from the first that sees the map, to the first that does so no more.</summary>
    public static (int First, int End) Inside(int shift, int stride, int size, int positions)
    {
        int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int end = size <= shift ? 0 : Math.Min(positions, ((size - 1 - shift) / stride) + 1);
        return (Math.Min(first, end), end);
    }

    /// <summary>The part of a channel that one tap of the window sees.</summary>
    private Reach ReachOf(int tap, int rows, int columns, nint channelStride)
    {
        (int channel, int place) = int.DivRem(tap, Window.Height * Window.Width);
        (int y, int x) = int.DivRem(place, Window.Width);
        int shiftRows = (y * Window.DilationHeight) - Window.Margins.Top;
        int shiftColumns = Shift(x);
        (int firstRow, int endRow) = Inside(shiftRows, Window.StrideHeight, Height, rows);
        (int firstColumn, int endColumn) = Inside(shiftColumns, Window.StrideWidth, Width, columns);
        int start = (((firstRow * Window.StrideHeight) + shiftRows) * Width) + (firstColumn * Window.StrideWidth) + shiftColumns;
        return new Reach((channel * channelStride) + start, firstRow, endRow, firstColumn, endColumn - firstColumn);
    }

    // Rows are often short: calling a general copy would cost more than copying.
    private void Copy(float* source, float* target, int length)
    {
        int n = 0;
        if (Window.StrideWidth == 1)
        {
            for (; n + 4 <= length; n += 4)
            {
                Vector128.Load(source + n).Store(target + n);
            }
        }

        for (; n < length; n++)
        {
            target[n] = source[n * Window.StrideWidth];
        }
    }

    private void Add(float* source, float* target, int length)
    {
        int n = 0;
        if (Window.StrideWidth == 1)
        {
            for (; n + 4 <= length; n += 4)
            {
                (Vector128.Load(target + n) + Vector128.Load(source + n)).Store(target + n);
            }
        }

        for (; n < length; n++)
        {
            target[n * Window.StrideWidth] += source[n];
        }
    }

    /// <summary>Which window positions see the map through a tap, and the first element seen.</summary>
    private readonly record struct Reach(nint Start, int FirstRow, int EndRow, int FirstColumn, int Length)
    {
        public bool IsWhole(int rows, int columns) => FirstRow == 0 && EndRow == rows && FirstColumn == 0 && Length == columns;
    }
}
