using FreeML.Compiler.Compression;
using FreeML.Compiler.Models;
using MathNet.Numerics.LinearAlgebra;

namespace FreeML.Compiler.Tests.Compression;

public class SeparationTests
{
    [Theory]
    [InlineData(20, 60, 1, 0.1)]
    [InlineData(64, 64, 5, 0.3)]
    [InlineData(40, 400, 12, 0.5)]
    [InlineData(30, 50, 0, 1)]
    [InlineData(128, 576, 0, 0.01)]
    public void The_rank_under_noise_is_found(int rows, int columns, int rank, double noise)
    {
        Random random = new(rows + columns);
        double[,] left = Normal(random, rows, rank);
        double[,] right = Normal(random, rank, columns);
        Matrix<double> matrix = Matrix<double>.Build.Dense(rows, columns, (row, column) =>
            Enumerable.Range(0, rank).Sum(n => left[row, n] * right[n, column]) + (noise * Gauss(random)));
        double[] values = SingularValues.Of(matrix).Values;
        int found = VariationalRank.Of(values, rows, columns);
        Assert.Equal(rank, found);
        Assert.Equal(found, VariationalRank.Of([.. values.Select(value => 1e-6 * value)], columns, rows));
    }

    [Fact]
    public void Nothing_has_rank_0() => Assert.Equal(0, VariationalRank.Of([0, 0, 0], 3, 8));

    [Theory]
    [InlineData(12, 7)]
    [InlineData(7, 12)]
    [InlineData(9, 9)]
    public void Singular_values_give_the_matrix_back(int rows, int columns)
    {
        Random random = new(1);
        Matrix<double> matrix = Matrix<double>.Build.Dense(rows, columns, (_, _) => Gauss(random));
        SingularValues factors = SingularValues.Of(matrix);
        Assert.Equal(Math.Min(rows, columns), factors.Values.Length);
        Assert.Equal(factors.Values.OrderDescending(), factors.Values);
        (Matrix<double> left, Matrix<double> right) = factors.Truncated(factors.Values.Length);
        Assert.True((left * right - matrix).L2Norm() < 1e-12);
        (left, right) = factors.Truncated(3);

        // What is cut off is the next singular value (Eckart and Young).
        Assert.Equal(factors.Values[3], (left * right - matrix).L2Norm(), 1e-10);
    }

    [Fact]
    public void A_full_rank_separation_of_a_dense_layer_computes_the_same()
    {
        Dense layer = new("fc", [0], Random([6, 4], 2), Random([6], 3));
        Tensor product = Product(Separation.Svd(layer, 4));
        AssertClose(layer.Weights, product, 1e-5);
    }

    [Fact]
    public void What_a_narrow_pair_misses_is_in_the_sparse_layer()
    {
        Dense layer = new("fc", [0], Random([6, 9], 2), Random([6], 3));
        IReadOnlyList<Layer> parts = Separation.LowRankAndSparse(layer, 2);
        Tensor sum = Product(parts);
        Tensor rest = ((Dense)parts[2]).Weights;
        AssertClose(layer.Weights, new Tensor(sum.Shape, [.. sum.Values.Zip(rest.Values, (a, b) => a + b)]), 1e-5);
        Network network = new Network("n", [9], [layer]).WithSeveral(0, parts);
        Assert.Equal(new Shape[] { [9], [2], [6], [6], [6] }, network.Shapes.AsEnumerable());
        Assert.Equal((IEnumerable<int>)[2, 3], network.Layers[3].Inputs.AsEnumerable());
    }

    [Theory]
    [InlineData(8, 5, 1e-4)]
    [InlineData(3, 2, 1e-4)]
    public void A_separated_convolution_of_that_rank_computes_the_same(int outputRank, int inputRank, double tolerance)
    {
        // A convolution that is a product of three by construction.
        Tensor first = Random([inputRank, 5, 1, 1], 4);
        Tensor core = Random([outputRank, inputRank, 3, 3], 5);
        Tensor last = Random([8, outputRank, 1, 1], 6);
        Tensor weights = Convolved(first, core, last);
        Convolution layer = new("conv", [0], weights, Random([8], 7), new Window(3, 3, 2, 1, new Margins(1, 0, 1, 2)));
        IReadOnlyList<Layer> parts = Separation.Tucker(layer, outputRank, inputRank);
        AssertClose(weights, Convolved(((Convolution)parts[0]).Weights, ((Convolution)parts[1]).Weights, ((Convolution)parts[2]).Weights), tolerance);
        Assert.Same(layer.Bias, ((Convolution)parts[2]).Bias);
        Network network = new("n", [5, 9, 11], [layer]);
        Assert.Equal(network.OutputShape, network.WithSeveral(0, parts).OutputShape);
    }

    [Fact]
    public void Ranks_of_a_convolution_are_those_it_was_made_with()
    {
        Tensor weights = Convolved(Random([3, 32, 1, 1], 4), Random([5, 3, 3, 3], 5), Random([40, 5, 1, 1], 6));
        Random random = new(9);
        foreach (ref float weight in weights.Values.AsSpan())
        {
            weight += (float)(0.05 * Gauss(random));
        }

        Assert.Equal((5, 3), Separation.Ranks(new Convolution("conv", [0], weights, null, new Window(3, 3, 1, 1, default))));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_an_error_and_no_endless_iteration()
    {
        Tensor weights = Random([4, 4], 1);
        weights.Values[5] = float.NaN;
        Assert.Throws<ModelException>(() => Separation.Svd(new Dense("fc", [0], weights, null), 2));
    }

    private static Tensor Product(IReadOnlyList<Layer> parts)
    {
        Tensor right = ((Dense)parts[0]).Weights;
        Tensor left = ((Dense)parts[1]).Weights;
        return SingularValues.TensorOf(SingularValues.MatrixOf(left) * SingularValues.MatrixOf(right), [left.Shape[0], right.Shape[1]]);
    }

    private static Tensor Convolved(Tensor first, Tensor core, Tensor last)
    {
        Tensor result = new([last.Shape[0], first.Shape[1], core.Shape[2], core.Shape[3]]);
        int taps = core.Shape[2] * core.Shape[3];
        for (int o = 0; o < last.Shape[0]; o++)
        {
            for (int i = 0; i < first.Shape[1]; i++)
            {
                for (int t = 0; t < taps; t++)
                {
                    double sum = 0;
                    for (int p = 0; p < core.Shape[0]; p++)
                    {
                        for (int q = 0; q < core.Shape[1]; q++)
                        {
                            sum += last.Values[(o * core.Shape[0]) + p] * core.Values[(((p * core.Shape[1]) + q) * taps) + t] * first.Values[(q * first.Shape[1]) + i];
                        }
                    }

                    result.Values[(((o * first.Shape[1]) + i) * taps) + t] = (float)sum;
                }
            }
        }

        return result;
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        foreach ((float left, float right) in expected.Values.Zip(actual.Values))
        {
            Assert.Equal(left, right, tolerance * (1 + Math.Abs(left)));
        }
    }

    private static Tensor Random(Shape shape, int seed)
    {
        Random random = new(seed);
        return new Tensor(shape, [.. Enumerable.Range(0, shape.Count).Select(_ => (float)Gauss(random))]);
    }

    private static double[,] Normal(Random random, int rows, int columns)
    {
        double[,] values = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                values[row, column] = Gauss(random);
            }
        }

        return values;
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
