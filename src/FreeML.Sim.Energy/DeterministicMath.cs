namespace FreeML.Sim.Energy;

/// <summary>
/// Elementary functions made only of additions, products, quotients and exact scaling by powers of two, so that a result is the same
/// bits on every host. (The ones of <see cref="Math"/> belong to the host's C library and differ in the last place.)
/// </summary>
/// <remarks>Error: at most 1e-15 relative for <see cref="Exp"/> and <see cref="Log"/>, 1e-15 absolute for <see cref="Sin"/> and <see cref="Cos"/>.</remarks>
public static class DeterministicMath
{
    // ln 2 and pi/2 in parts: the leading parts have so many trailing zero bits that a whole number times them is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double HalfPiHigh = 1.57079632673412561417e+00;
    private const double HalfPiMiddle = 6.07710050630396597660e-11;
    private const double HalfPiLow = 2.02226624879595063154e-21;

    /// <summary>Largest argument, in magnitude, that <see cref="Sin"/> and <see cref="Cos"/> take: 2^20 quarter turns.</summary>
    public const double LargestAngle = 1_647_099;

    /// <summary>e to the power of <paramref name="x"/>: 0 below -745.2, infinity above 709.8.</summary>
    public static double Exp(double x)
    {
        if (!(x > -745.2 && x < 709.79))
        {
            return double.IsNaN(x) ? x : x < 0 ? 0 : double.PositiveInfinity;
        }

        double halvings = Math.Round(x * (1 / (Ln2High + Ln2Low)));
        double r = x - (halvings * Ln2High) - (halvings * Ln2Low);
        return Scale(1 + r + (r * r * Tail(r)), (int)halvings);

        // The rest of Taylor's series: the first term left out is below 5e-18 for |r| of at most ln 2 / 2.
        static double Tail(double r) =>
            (1.0 / 2) + (r * ((1.0 / 6) + (r * ((1.0 / 24) + (r * ((1.0 / 120) + (r * ((1.0 / 720) + (r * ((1.0 / 5040) + (r * ((1.0 / 40320)
            + (r * ((1.0 / 362880) + (r * ((1.0 / 3628800) + (r * ((1.0 / 39916800) + (r * ((1.0 / 479001600) + (r / 6227020800.0)))))))))))))))))))));
    }

    /// <summary>Natural logarithm; negative infinity of 0, NaN of a negative number.</summary>
    public static double Log(double x)
    {
        if (!(x > 0 && x < double.PositiveInfinity))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        // x = m 2^e with m between sqrt(1/2) and sqrt(2); ln m = 2 artanh((m - 1) / (m + 1)).
        int exponent = x < 2.3e-308 ? -54 : 0;
        long bits = BitConverter.DoubleToInt64Bits(exponent == 0 ? x : x * 18014398509481984.0);
        exponent += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        double s = (m - 1) / (m + 1);
        double q = s * s;
        double tail = 0;
        for (int n = 23; n >= 3; n -= 2)
        {
            tail = q * ((1.0 / n) + tail);
        }

        return (exponent * Ln2High) + ((2 * s) + ((2 * s * tail) + (exponent * Ln2Low)));
    }

    /// <summary>Power of a positive base: exp(exponent x ln base).</summary>
    public static double Pow(double positiveBase, double exponent) =>
        exponent == 0 ? 1 : positiveBase == 0 ? (exponent > 0 ? 0 : double.PositiveInfinity) : Exp(exponent * Log(positiveBase));

    /// <summary>Sine of an angle in radians.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle's magnitude is above <see cref="LargestAngle"/>.</exception>
    public static double Sin(double radians) => Circular(radians, 0);

    /// <summary>Cosine of an angle in radians.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle's magnitude is above <see cref="LargestAngle"/>.</exception>
    public static double Cos(double radians) => Circular(radians, 1);

    private static double Circular(double x, int quarterTurnsAhead)
    {
        if (!(x >= -LargestAngle && x <= LargestAngle))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, $"expected an angle of at most {LargestAngle} radians in magnitude");
        }

        double quarters = Math.Round(x / (HalfPiHigh + HalfPiMiddle));
        double r = x - (quarters * HalfPiHigh) - (quarters * HalfPiMiddle) - (quarters * HalfPiLow);
        int turn = ((int)quarters + quarterTurnsAhead) & 3;
        double value = (turn & 1) == 0 ? SineSeries(r) : CosineSeries(r);
        return turn < 2 ? value : -value;
    }

    private static double SineSeries(double r)
    {
        double q = r * r;
        double sum = 0;
        for (int n = 18; n >= 2; n -= 2)
        {
            sum = -q / (n * (n + 1)) * (1 + sum);
        }

        return r + (r * sum);
    }

    private static double CosineSeries(double r)
    {
        double q = r * r;
        double sum = 0;
        for (int n = 17; n >= 1; n -= 2)
        {
            sum = -q / (n * (n + 1)) * (1 + sum);
        }

        return 1 + sum;
    }

    // In two factors, because 2^exponent alone may be below the smallest or above the largest double.
    private static double Scale(double value, int exponent)
    {
        int half = exponent / 2;
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);

        static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((exponent + 1023L) << 52);
    }
}
