using FreeML.Compiler.Models;
using MathNet.Numerics.LinearAlgebra;

namespace FreeML.Compiler.Compression;

/// <summary>One layer written as several smaller ones that do nearly the same.</summary>
public static class Separation
{
    /// <summary>Which of the layers of <see cref="LowRankAndSparse"/> is to become sparse.</summary>
    public const int RestLayer = 2;

    private const int TuckerSweeps = 10;

    /// <summary>A fully connected layer as two, through a narrow middle: inputs to rank without bias, rank to outputs with the bias.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rank">Length of the vector between; 1 to the smaller side.</param>
    /// <returns>As <see cref="Network.WithSeveral"/> takes them.</returns>
    public static IReadOnlyList<Layer> Svd(Dense layer, int rank)
    {
        (Matrix<double> left, Matrix<double> right) = SingularValues.Of(SingularValues.MatrixOf(layer.Weights)).Truncated(rank);
        return
        [
            new Dense(layer.Name + "a", [0], SingularValues.TensorOf(right, [rank, layer.Weights.Shape[1]]), null),
            new Dense(layer.Name + "b", [1], SingularValues.TensorOf(left, [layer.OutputChannels, rank]), layer.Bias),
        ];
    }

    /// <summary>
    /// A fully connected layer as a narrow pair and a layer for what the pair misses, which is to become sparse; their outputs are added.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rank">Rank of the pair.</param>
    public static IReadOnlyList<Layer> LowRankAndSparse(Dense layer, int rank)
    {
        (Matrix<double> left, Matrix<double> right) = SingularValues.Of(SingularValues.MatrixOf(layer.Weights)).Truncated(rank);
        Matrix<double> rest = SingularValues.MatrixOf(layer.Weights) - (left * right);
        return
        [
            new Dense(layer.Name + "a", [0], SingularValues.TensorOf(right, [rank, layer.Weights.Shape[1]]), null),
            new Dense(layer.Name + "b", [1], SingularValues.TensorOf(left, [layer.OutputChannels, rank]), layer.Bias),
            new Dense(layer.Name + "s", [0], SingularValues.TensorOf(rest, layer.Weights.Shape), null),
            new Addition(layer.Name + "+", [2, 3]),
        ];
    }

    /// <summary>
    /// A convolution as three (Tucker decomposition of both channel axes): 1x1 to fewer channels, the window on those, 1x1 to all output
    /// channels with the bias.
    /// </summary>
    /// <param name="layer">A convolution in one group.</param>
    /// <param name="outputRank">Channels after the window.</param>
    /// <param name="inputRank">Channels before it.</param>
    public static IReadOnlyList<Layer> Tucker(Convolution layer, int outputRank, int inputRank)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(layer.Groups, 1);
        (Tensor output, Tensor core, Tensor input) = Tucker(layer.Weights, outputRank, inputRank);
        return
        [
            new Convolution(layer.Name + "a", [0], input, null, Pointwise),
            new Convolution(layer.Name + "b", [1], core, null, layer.Window),
            new Convolution(layer.Name + "c", [2], output, layer.Bias, Pointwise),
        ];
    }

    /// <summary>Ranks of a convolution's channel axes that are more than noise; 0 where there is nothing but noise.</summary>
    public static (int Output, int Input) Ranks(Convolution layer) => (Rank(Unfolded(layer.Weights, 0)), Rank(Unfolded(layer.Weights, 1)));

    private static Window Pointwise => new(1, 1, 1, 1, default);

    private static int Rank(Matrix<double> matrix) => VariationalRank.Of(SingularValues.Of(matrix).Values, matrix.RowCount, matrix.ColumnCount);

    // Higher-order orthogonal iteration: each side is fitted to what the other one leaves, from the truncated factors on.
    private static (Tensor Output, Tensor Core, Tensor Input) Tucker(Tensor weights, int outputRank, int inputRank)
    {
        (int outputs, int inputs, int height, int width) = (weights.Shape[0], weights.Shape[1], weights.Shape[2], weights.Shape[3]);
        int taps = height * width;
        Matrix<double> output = Leading(Unfolded(weights, 0), outputRank);
        Matrix<double> input = Leading(Unfolded(weights, 1), inputRank);
        for (int sweep = 0; sweep < TuckerSweeps; sweep++)
        {
            output = Leading(Turned(input.TransposeThisAndMultiply(Unfolded(weights, 1)), outputs, taps), outputRank);
            input = Leading(Turned(output.TransposeThisAndMultiply(Unfolded(weights, 0)), inputs, taps), inputRank);
        }

        // Rows: input rank; columns: output rank by taps.
        Matrix<double> core = input.TransposeThisAndMultiply(Turned(output.TransposeThisAndMultiply(Unfolded(weights, 0)), inputs, taps));
        return (
            SingularValues.TensorOf(output, [outputs, outputRank, 1, 1]),
            SingularValues.TensorOf(Turned(core, outputRank, taps), [outputRank, inputRank, height, width]),
            SingularValues.TensorOf(input.Transpose(), [inputRank, inputs, 1, 1]));
    }

    private static Matrix<double> Leading(Matrix<double> matrix, int rank) => SingularValues.Of(matrix).Left.SubMatrix(0, matrix.RowCount, 0, rank);

    /// <summary>Rows are one channel axis; columns the other one by taps.</summary>
    private static Matrix<double> Unfolded(Tensor weights, int axis)
    {
        Matrix<double> byOutput = SingularValues.MatrixOf(weights);
        return axis == 0 ? byOutput : Turned(byOutput, weights.Shape[1], weights.Shape[2] * weights.Shape[3]);
    }

    /// <summary>[a, b * taps] as [b, a * taps].</summary>
    private static Matrix<double> Turned(Matrix<double> matrix, int others, int taps) =>
        Matrix<double>.Build.Dense(others, matrix.RowCount * taps, (row, column) => matrix[column / taps, (row * taps) + (column % taps)]);
}
