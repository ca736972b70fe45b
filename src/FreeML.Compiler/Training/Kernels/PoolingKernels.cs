using System.Runtime.InteropServices;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>What both kinds of pooling share: for each window position, the elements of the map it sees.</summary>
internal abstract class PoolingKernel : LayerKernel
{
    private readonly int[] _taps;
    private readonly int[] _ends;

    protected PoolingKernel(Network network, int index)
        : base(network, index)
    {
        Window = ((Pooling)network.Layers[index]).Window;
        int[][] rows = Taps(OutputShape[1], InputShapes[0][1], Window.Height, Window.StrideHeight, Window.DilationHeight, Window.Margins.Top);
        int[][] columns = Taps(OutputShape[2], InputShapes[0][2], Window.Width, Window.StrideWidth, Window.DilationWidth, Window.Margins.Left);
        var taps = new List<int>();
        var ends = new List<int>();
        foreach (int[] y in rows)
        {
            foreach (int[] x in columns)
            {
                taps.AddRange(y.SelectMany(row => x.Select(column => (row * InputShapes[0][2]) + column)));
                ends.Add(taps.Count);
            }
        }

        _taps = [.. taps];
        _ends = [.. ends];
    }

    /// <summary>The window.</summary>
    protected Window Window { get; }

    /// <summary>Elements of a map.</summary>
    protected int Plane => InputShapes[0][1] * InputShapes[0][2];

    /// <summary>Window positions.</summary>
    protected int Positions => _ends.Length;

    /// <summary>The elements that a window position sees, row by row; perhaps none.</summary>
    protected ReadOnlySpan<int> Seen(int position)
    {
        int start = position == 0 ? 0 : _ends[position - 1];
        return _taps.AsSpan(start, _ends[position] - start);
    }

    private static int[][] Taps(int positions, int size, int window, int stride, int dilation, int margin) =>
    [
        .. Enumerable.Range(0, positions).Select(position => Enumerable.Range(0, window)
            .Select(tap => (position * stride) - margin + (tap * dilation))
            .Where(place => place >= 0 && place < size)
            .ToArray()),
    ];
}

/// <summary>The largest value under the window. A window that sees nothing gives 0.</summary>
internal sealed class MaximumPoolingKernel(Network network, int index) : PoolingKernel(network, index)
{
    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> input = Input(workspace);
        Span<float> output = Output(workspace);
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            ReadOnlySpan<float> map = input.Slice(n * Plane, Plane);
            Span<float> result = output.Slice(n * Positions, Positions);
            for (int position = 0; position < result.Length; position++)
            {
                ReadOnlySpan<int> seen = Seen(position);
                float largest = seen.IsEmpty ? 0 : map[seen[0]];
                foreach (int place in seen)
                {
                    largest = float.MaxNative(largest, map[place]);
                }

                result[position] = largest;
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<int> input = MemoryMarshal.Cast<float, int>(Input(workspace));
        ReadOnlySpan<int> output = MemoryMarshal.Cast<float, int>(Output(workspace));
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            ReadOnlySpan<int> map = input.Slice(n * Plane, Plane);
            ReadOnlySpan<int> largest = output.Slice(n * Positions, Positions);
            Span<float> target = below.Slice(n * Plane, Plane);
            ReadOnlySpan<float> gradient = above.Slice(n * Positions, Positions);
            for (int position = 0; position < gradient.Length; position++)
            {
                ReadOnlySpan<int> seen = Seen(position);
                if (!seen.IsEmpty)
                {
                    target[First(map, seen, largest[position])] += gradient[position];
                }
            }
        }
    }

    // The first of equals, so that the way back is the same each time. By arithmetic, since jumps could not be foretold.
    private static int First(ReadOnlySpan<int> bits, ReadOnlySpan<int> seen, int wanted)
    {
        int first = seen[0];
        for (int n = seen.Length - 1; n >= 0; n--)
        {
            int difference = bits[seen[n]] ^ wanted;
            int isOther = (difference | -difference) >> 31;
            first = (first & isOther) | (seen[n] & ~isOther);
        }

        return first;
    }
}

/// <summary>The mean under the window.</summary>
internal sealed class AveragePoolingKernel(Network network, int index) : PoolingKernel(network, index)
{
    private readonly bool _countsMargins = ((Pooling)network.Layers[index]).Kind == PoolingKind.AverageWithMargins;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        ReadOnlySpan<float> input = Input(workspace);
        Span<float> output = Output(workspace);
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            ReadOnlySpan<float> map = input.Slice(n * Plane, Plane);
            for (int position = 0; position < Positions; position++)
            {
                ReadOnlySpan<int> seen = Seen(position);
                float sum = 0;
                foreach (int place in seen)
                {
                    sum += map[place];
                }

                output[(n * Positions) + position] = sum / Divisor(seen);
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            Span<float> target = below.Slice(n * Plane, Plane);
            for (int position = 0; position < Positions; position++)
            {
                ReadOnlySpan<int> seen = Seen(position);
                float share = above[(n * Positions) + position] / Divisor(seen);
                foreach (int place in seen)
                {
                    target[place] += share;
                }
            }
        }
    }

    private float Divisor(ReadOnlySpan<int> seen) => _countsMargins ? Window.Height * Window.Width : Math.Max(1, seen.Length);
}
