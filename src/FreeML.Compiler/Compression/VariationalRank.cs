namespace FreeML.Compiler.Compression;

/// <summary>
/// How many singular values of a matrix are more than noise: empirical variational Bayesian matrix factorisation in closed form, with the
/// noise estimated.
/// </summary>
/// <remarks>
/// Nakajima, Sugiyama, Babacan, Tomioka, "Global analytic solution of fully-observed variational Bayesian matrix factorization", Journal of
/// Machine Learning Research 14 (2013): the threshold is theorem 2, the function of the noise and its bounds are theorem 3 on.
/// </remarks>
public static class VariationalRank
{
    // sqrt(alpha) times this is within a few per cent of the threshold's exact solution for any shape of matrix (same paper).
    private const double ThresholdFactor = 2.5129;

    private const int GridPoints = 400;
    private const int Refinements = 60;

    /// <summary>The rank.</summary>
    /// <param name="singularValues">All of them, falling.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public static int Of(IReadOnlyList<double> singularValues, int rows, int columns)
    {
        int shorter = Math.Min(rows, columns);
        int longer = Math.Max(rows, columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(singularValues.Count, shorter);

        double alpha = (double)shorter / longer;
        double tau = ThresholdFactor * Math.Sqrt(alpha);
        double threshold = (1 + tau) * (1 + (alpha / tau));
        double[] powers = [.. singularValues.Select(value => value * value / longer)];
        double most = powers.Sum() / shorter;
        if (most <= 0)
        {
            return 0;
        }

        // Fewer than this many can be signal, so the rest bounds the noise from below.
        int signal = (int)Math.Ceiling(shorter / (1 + alpha)) - 1;
        double least = Math.Max(powers[signal] / threshold, powers[signal..].Average());
        double noise = Minimum(variance => FreeEnergy(powers, variance, alpha, threshold), Math.Max(least, most * 1e-12), most);
        return powers.Count(power => power > noise * threshold);
    }

    /// <summary>Free energy as a function of the noise variance, but for a constant.</summary>
    private static double FreeEnergy(double[] powers, double variance, double alpha, double threshold)
    {
        double sum = powers.Length * Math.Log(variance);
        foreach (double power in powers)
        {
            double x = power / variance;
            sum += x;
            if (x > threshold)
            {
                double rest = x - (1 + alpha);
                double tau = 0.5 * (rest + Math.Sqrt((rest * rest) - (4 * alpha)));
                sum += Math.Log(tau + 1) + (alpha * Math.Log((tau / alpha) + 1)) - tau;
            }
        }

        return sum;
    }

    // The function can have several dips: a grid finds the right one, a golden section its bottom.
    private static double Minimum(Func<double, double> function, double least, double most)
    {
        if (most <= least)
        {
            return most;
        }

        double step = Math.Log(most / least) / GridPoints;
        int best = Enumerable.Range(0, GridPoints + 1).MinBy(n => function(least * Math.Exp(n * step)));
        double low = Math.Max(best - 1, 0);
        double high = Math.Min(best + 1, GridPoints);
        double golden = (Math.Sqrt(5) - 1) / 2;
        for (int n = 0; n < Refinements; n++)
        {
            double left = high - (golden * (high - low));
            double right = low + (golden * (high - low));
            if (function(least * Math.Exp(left * step)) < function(least * Math.Exp(right * step)))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return least * Math.Exp((low + high) / 2 * step);
    }
}
