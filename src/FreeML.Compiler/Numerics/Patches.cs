using System.Numerics.Tensors;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Numerics;

/// <summary>
/// The patches a window sees, as the columns of a matrix (im2col), and the way back (col2im). Maps lie as [channel][sample][height][width];
/// the matrix is [channel, window row, window column][sample, row, column].
/// </summary>
/// <param name="Window">Size, step, distances and margins of the window.</param>
/// <param name="Height">Of a map.</param>
/// <param name="Width">Of a map.</param>
internal readonly record struct Patches(Window Window, int Height, int Width)
{
    /// <summary>Rows and columns of window positions.</summary>
    public (int Rows, int Columns) Positions => Window.Positions(Height, Width);

    /// <summary>Whether the window is one element wide and goes everywhere: then the map is its own matrix of patches.</summary>
    public bool IsIdentity => Window is { Height: 1, Width: 1, StrideHeight: 1, StrideWidth: 1, Margins.IsEmpty: true };

    /// <summary>Copies patches of some samples into a matrix; what lies outside the map is 0.</summary>
    /// <param name="maps">Channels and samples.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="channelStride">From a channel to the next.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="matrix">Result.</param>
    public void Gather(ReadOnlySpan<float> maps, int channels, int channelStride, int samples, Span<float> matrix)
    {
        (int rows, int columns) = Positions;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < Window.Height; y++)
            {
                for (int x = 0; x < Window.Width; x++)
                {
                    int shift = Shift(x);
                    (int first, int end) = Inside(shift, Window.StrideWidth, Width, columns);
                    for (int sample = 0; sample < samples; sample++)
                    {
                        ReadOnlySpan<float> map = maps.Slice((channel * channelStride) + (sample * Height * Width), Height * Width);
                        for (int row = 0; row < rows; row++, matrix = matrix[columns..])
                        {
                            GatherRow(Row(map, row, y), shift, first, end, matrix[..columns]);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds a matrix of patches to the maps they came from.</summary>
    /// <param name="matrix">Patches.</param>
    /// <param name="maps">Channels and samples, added to.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="channelStride">From a channel to the next.</param>
    /// <param name="samples">How many samples.</param>
    public void Scatter(ReadOnlySpan<float> matrix, Span<float> maps, int channels, int channelStride, int samples)
    {
        (int rows, int columns) = Positions;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < Window.Height; y++)
            {
                for (int x = 0; x < Window.Width; x++)
                {
                    int shift = Shift(x);
                    (int first, int end) = Inside(shift, Window.StrideWidth, Width, columns);
                    for (int sample = 0; sample < samples; sample++)
                    {
                        Span<float> map = maps.Slice((channel * channelStride) + (sample * Height * Width), Height * Width);
                        for (int row = 0; row < rows; row++, matrix = matrix[columns..])
                        {
                            ScatterRow(matrix, shift, first, end, Row(map, row, y));
                        }
                    }
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

    private void GatherRow(ReadOnlySpan<float> source, int shift, int first, int end, Span<float> target)
    {
        if (source.IsEmpty || first >= end)
        {
            target.Clear();
            return;
        }

        target[..first].Clear();
        target[end..].Clear();
        if (Window.StrideWidth == 1)
        {
            source.Slice(first + shift, end - first).CopyTo(target[first..]);
            return;
        }

        for (int n = first; n < end; n++)
        {
            target[n] = source[(n * Window.StrideWidth) + shift];
        }
    }

    private void ScatterRow(ReadOnlySpan<float> source, int shift, int first, int end, Span<float> target)
    {
        if (target.IsEmpty || first >= end)
        {
            return;
        }

        if (Window.StrideWidth == 1)
        {
            Span<float> part = target.Slice(first + shift, end - first);
            TensorPrimitives.Add(part, source[first..end], part);
            return;
        }

        for (int n = first; n < end; n++)
        {
            target[(n * Window.StrideWidth) + shift] += source[n];
        }
    }
}
