using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Data;

/// <summary>Samples under the shape that a network takes.</summary>
/// <param name="Data">The samples.</param>
/// <param name="Note">What was done to them, for people; null if nothing but the shape's name changed.</param>
public sealed record DataFit(LabelledData Data, string? Note)
{
    private static readonly int[][] Orders = [[1, 0], [1, 2, 0], [2, 0, 1]];

    /// <summary>
    /// Fits samples to a network's input, if there is one plain way: the same elements under another shape; channels or frames first or last;
    /// every n-th pixel of a picture n times as large; or zeros around a smaller picture.
    /// </summary>
    /// <param name="data">Samples as loaded.</param>
    /// <param name="input">The network's <see cref="Network.InputShape"/>.</param>
    /// <exception cref="ModelException">There is no such way.</exception>
    public static DataFit To(LabelledData data, Shape input)
    {
        int[] from = Squeezed(data.SampleShape);
        int[] to = Squeezed(input);
        if (from.SequenceEqual(to) || (to.Length == 1 && input.Count == data.SampleShape.Count))
        {
            return new DataFit(data.As(input), null);
        }

        foreach (int[] order in Orders.Where(order => order.Length == from.Length && order.Select(axis => from[axis]).SequenceEqual(to)))
        {
            int[] strides = Strides(from);
            return Gather(data, input, to, index => order.Select((axis, i) => index[i] * strides[axis]).Sum(), $"axes of {data.SampleShape} turned to {input}");
        }

        return FitPicture(data, input) ?? throw new ModelException(data.Name, $"samples of {data.SampleShape}", $"{input}, the network's input");
    }

    private static DataFit? FitPicture(LabelledData data, Shape input)
    {
        Shape from = data.SampleShape;
        if (from.Rank != 3 || input.Rank != 3 || from[0] != input[0])
        {
            return null;
        }

        int step = from[1] / input[1];
        if (step > 1 && from[1] == step * input[1] && from[2] == step * input[2])
        {
            string ordinal = step switch { 2 => "second", 3 => "third", _ => string.Create(CultureInfo.InvariantCulture, $"{step}th") };
            return Gather(data, input, [.. input], index => (((index[0] * from[1]) + (index[1] * step)) * from[2]) + (index[2] * step), $"every {ordinal} pixel taken, {from} to {input}");
        }

        (int rows, int columns) = (input[1] - from[1], input[2] - from[2]);
        if (rows < 0 || columns < 0 || rows > from[1] || columns > from[2])
        {
            return null;
        }

        return Gather(
            data,
            input,
            [.. input],
            index => (index[1] - (rows / 2), index[2] - (columns / 2)) is var (row, column) && (uint)row < (uint)from[1] && (uint)column < (uint)from[2]
                ? (((index[0] * from[1]) + row) * from[2]) + column
                : -1,
            $"zeros put around, {from} to {input}");
    }

    // The place of each element is found once and serves all samples; -1 is a zero.
    private static DataFit Gather(LabelledData data, Shape input, int[] sizes, Func<int[], int> source, string note)
    {
        int[] strides = Strides(sizes);
        int[] sources = [.. Enumerable.Range(0, input.Count).Select(element => source([.. strides.Select((stride, axis) => element / stride % sizes[axis])]))];
        float[] samples = new float[data.Count * sources.Length];
        for (int i = 0; i < data.Count; i++)
        {
            ReadOnlySpan<float> sample = data.Sample(i);
            Span<float> fitted = samples.AsSpan(i * sources.Length, sources.Length);
            for (int element = 0; element < fitted.Length; element++)
            {
                fitted[element] = sources[element] < 0 ? 0 : sample[sources[element]];
            }
        }

        return new DataFit(new LabelledData(data.Name, input, samples, data.Labels.ToArray(), data.Classes), note);
    }

    private static int[] Squeezed(Shape shape) => [.. shape.Where(size => size > 1)];

    private static int[] Strides(int[] sizes)
    {
        int[] strides = [.. Enumerable.Repeat(1, sizes.Length)];
        for (int axis = sizes.Length - 2; axis >= 0; axis--)
        {
            strides[axis] = strides[axis + 1] * sizes[axis + 1];
        }

        return strides;
    }
}
