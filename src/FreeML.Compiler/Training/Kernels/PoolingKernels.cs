using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>What both kinds of pooling share: the part of the map under each window position.</summary>
internal abstract class PoolingKernel : LayerKernel
{
    protected PoolingKernel(Network network, int index)
        : base(network, index)
    {
        Window = ((Pooling)network.Layers[index]).Window;
        RowTaps = Taps(OutputShape[1], InputShapes[0][1], Window.Height, Window.StrideHeight, Window.DilationHeight, Window.Margins.Top);
        ColumnTaps = Taps(OutputShape[2], InputShapes[0][2], Window.Width, Window.StrideWidth, Window.DilationWidth, Window.Margins.Left);
    }

    /// <summary>The window.</summary>
    protected Window Window { get; }

    /// <summary>For each row of the output, the rows of the map it sees.</summary>
    protected int[][] RowTaps { get; }

    /// <summary>For each column of the output, the columns of the map it sees.</summary>
    protected int[][] ColumnTaps { get; }

    /// <summary>Elements of a map.</summary>
    protected int Plane => InputShapes[0][1] * InputShapes[0][2];

    /// <summary>Width of a map.</summary>
    protected int Width => InputShapes[0][2];

    /// <summary>Window positions.</summary>
    protected int Positions => OutputShape[1] * OutputShape[2];

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
            int position = 0;
            foreach (int[] rows in RowTaps)
            {
                foreach (int[] columns in ColumnTaps)
                {
                    int place = Largest(map, rows, columns);
                    result[position++] = place < 0 ? 0 : map[place];
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> input = Input(workspace);
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            ReadOnlySpan<float> map = input.Slice(n * Plane, Plane);
            Span<float> target = below.Slice(n * Plane, Plane);
            int position = n * Positions;
            foreach (int[] rows in RowTaps)
            {
                foreach (int[] columns in ColumnTaps)
                {
                    int place = Largest(map, rows, columns);
                    float gradient = above[position++];
                    if (place >= 0)
                    {
                        target[place] += gradient;
                    }
                }
            }
        }
    }

    // The first of equals, so that the way back is the same each time.
    private int Largest(ReadOnlySpan<float> map, int[] rows, int[] columns)
    {
        int best = -1;
        float value = float.NegativeInfinity;
        foreach (int row in rows)
        {
            int start = row * Width;
            foreach (int column in columns)
            {
                if (map[start + column] > value || best < 0)
                {
                    best = start + column;
                    value = map[best];
                }
            }
        }

        return best;
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
        int position = 0;
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            ReadOnlySpan<float> map = input.Slice(n * Plane, Plane);
            foreach (int[] rows in RowTaps)
            {
                foreach (int[] columns in ColumnTaps)
                {
                    float sum = 0;
                    foreach (int row in rows)
                    {
                        foreach (int column in columns)
                        {
                            sum += map[(row * Width) + column];
                        }
                    }

                    output[position++] = sum / Divisor(rows, columns);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        ReadOnlySpan<float> above = OutputGradient(workspace);
        Span<float> below = InputGradient(workspace);
        int position = 0;
        for (int n = 0; n < OutputShape[0] * workspace.Samples; n++)
        {
            Span<float> target = below.Slice(n * Plane, Plane);
            foreach (int[] rows in RowTaps)
            {
                foreach (int[] columns in ColumnTaps)
                {
                    float share = above[position++] / Divisor(rows, columns);
                    foreach (int row in rows)
                    {
                        foreach (int column in columns)
                        {
                            target[(row * Width) + column] += share;
                        }
                    }
                }
            }
        }
    }

    private float Divisor(int[] rows, int[] columns) =>
        _countsMargins ? Window.Height * Window.Width : Math.Max(1, rows.Length * columns.Length);
}
