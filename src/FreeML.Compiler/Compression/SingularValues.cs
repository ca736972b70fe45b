using FreeML.Compiler.Models;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace FreeML.Compiler.Compression;

/// <summary>A matrix as U diag(s) V', s falling. On the managed provider: the same bits on every machine.</summary>
/// <param name="Left">U: rows of the matrix by its smaller side.</param>
/// <param name="Values">s, 0 or more.</param>
/// <param name="RightTransposed">V': the smaller side by columns of the matrix.</param>
internal sealed record SingularValues(Matrix<double> Left, double[] Values, Matrix<double> RightTransposed)
{
    static SingularValues() => Control.UseManaged();

    /// <summary>Factors of a matrix.</summary>
    /// <exception cref="ModelException">An element is not finite.</exception>
    public static SingularValues Of(Matrix<double> matrix)
    {
        if (matrix.Exists(value => !double.IsFinite(value)))
        {
            throw new ModelException("separation", "a weight that is not finite", "finite weights");
        }

        if (matrix.RowCount < matrix.ColumnCount)
        {
            SingularValues turned = Of(matrix.Transpose());
            return new SingularValues(turned.RightTransposed.Transpose(), turned.Values, turned.Left.Transpose());
        }

        // Tall matrices are first brought to a square: the library would make a square of the longer side.
        QR<double> qr = matrix.QR(QRMethod.Thin);
        Svd<double> square = qr.R.Svd(computeVectors: true);
        return new SingularValues(qr.Q * square.U, [.. square.S], square.VT);
    }

    /// <summary>The best product of two matrices of a rank: U diag(s), and V'.</summary>
    public (Matrix<double> Left, Matrix<double> Right) Truncated(int rank) =>
        (Left.SubMatrix(0, Left.RowCount, 0, rank), Matrix<double>.Build.DiagonalOfDiagonalArray(Values[..rank]) * RightTransposed.SubMatrix(0, rank, 0, RightTransposed.ColumnCount));

    /// <summary>A tensor of two axes as a matrix.</summary>
    public static Matrix<double> MatrixOf(Tensor tensor) => MatrixOf(tensor.Values, tensor.Shape[0], tensor.Count / tensor.Shape[0]);

    /// <summary>Row-major values as a matrix.</summary>
    public static Matrix<double> MatrixOf(float[] values, int rows, int columns) =>
        Matrix<double>.Build.Dense(rows, columns, (row, column) => values[(row * columns) + column]);

    /// <summary>A matrix as a tensor.</summary>
    public static Tensor TensorOf(Matrix<double> matrix, Shape shape)
    {
        var tensor = new Tensor(shape);
        for (int row = 0; row < matrix.RowCount; row++)
        {
            for (int column = 0; column < matrix.ColumnCount; column++)
            {
                tensor.Values[(row * matrix.ColumnCount) + column] = (float)matrix[row, column];
            }
        }

        return tensor;
    }
}
