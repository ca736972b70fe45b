using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Layers that only move elements: reshape, concatenation, transposition, padding. Each is a list of runs that stay together.</summary>
internal sealed class MovementKernel : LayerKernel
{
    private readonly Run[][] _runs;
    private readonly float? _fill;

    public MovementKernel(Network network, int index)
        : base(network, index)
    {
        Layer layer = network.Layers[index];
        _runs = [.. InputShapes.Select((shape, n) => Run.Cut(RunsOf(layer, n), shape, OutputShape))];
        _fill = (layer as Padding)?.Value;
    }

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        if (_fill is { } fill)
        {
            Output(workspace).Fill(fill);
        }

        for (int n = 0; n < _runs.Length; n++)
        {
            Layout.Copy(_runs[n], Input(workspace, n), InputLayout(workspace, n), Output(workspace), OutputLayout(workspace));
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        for (int n = 0; n < _runs.Length; n++)
        {
            Span<float> below = InputGradient(workspace, n);
            if (!below.IsEmpty)
            {
                Layout.AddBack(_runs[n], OutputGradient(workspace), OutputLayout(workspace), below, InputLayout(workspace, n));
            }
        }
    }

    private IEnumerable<Run> RunsOf(Layer layer, int input) => layer switch
    {
        Concatenation concatenation => Joined(concatenation.Axis, input),
        Transposition transposition => Transposed([.. transposition.Order]),
        Padding padding => Padded(padding.Margins),
        _ => [new Run(0, 0, OutputShape.Count)],
    };

    private IEnumerable<Run> Joined(int axis, int input)
    {
        int inner = Product(OutputShape, axis + 1, OutputShape.Rank);
        int before = InputShapes[..input].Sum(shape => shape[axis]) * inner;
        int length = InputShapes[input][axis] * inner;
        int total = OutputShape[axis] * inner;
        for (int outer = 0; outer < Product(OutputShape, 0, axis); outer++)
        {
            yield return new Run(outer * length, (outer * total) + before, length);
        }
    }

    private IEnumerable<Run> Transposed(int[] order)
    {
        Shape input = InputShapes[0];
        int[] strides = [.. order.Select(axis => Product(input, axis + 1, input.Rank))];

        // Axes at the end that stay where they are keep their elements together.
        int rank = order.Length;
        while (rank > 0 && order[rank - 1] == rank - 1)
        {
            rank--;
        }

        int length = Product(OutputShape, rank, OutputShape.Rank);
        int[] place = new int[rank];
        for (int target = 0; target < OutputShape.Count; target += length)
        {
            yield return new Run(place.Select((n, axis) => n * strides[axis]).Sum(), target, length);
            for (int axis = rank - 1; axis >= 0 && ++place[axis] == OutputShape[axis]; axis--)
            {
                place[axis] = 0;
            }
        }
    }

    private IEnumerable<Run> Padded(Margins margins)
    {
        Shape input = InputShapes[0];
        int firstRow = Math.Max(0, -margins.Top);
        int endRow = Math.Min(input[1], input[1] + margins.Bottom);
        int firstColumn = Math.Max(0, -margins.Left);
        int length = Math.Min(input[2], input[2] + margins.Right) - firstColumn;
        for (int channel = 0; length > 0 && channel < input[0]; channel++)
        {
            for (int row = firstRow; row < endRow; row++)
            {
                int source = (((channel * input[1]) + row) * input[2]) + firstColumn;
                int target = (((channel * OutputShape[1]) + row + margins.Top) * OutputShape[2]) + firstColumn + margins.Left;
                yield return new Run(source, target, length);
            }
        }
    }

    private static int Product(Shape shape, int from, int to)
    {
        int product = 1;
        for (int axis = from; axis < to; axis++)
        {
            product *= shape[axis];
        }

        return product;
    }
}
