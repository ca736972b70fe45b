using System.Numerics;

namespace FreeML.Compiler.Numerics;

/// <summary>
/// Functions of each element, a vector at a time, made of additions, products, fused multiply-adds and divisions only: the same bytes on every
/// host, which the C library's own do not promise. Errors are below 2e-7, relative to the function's largest value there.
/// </summary>
internal static class Elementary
{
    private const float LowestExponent = -87.3f;
    private const float HighestExponent = 88f;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts, the first exact in few bits.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>exp(x), for x cut to [-87.3, 88].</summary>
    public static Vector<float> Exp(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(LowestExponent)), new Vector<float>(HighestExponent));
        Vector<float> n = Vector.Floor(Vector.FusedMultiplyAdd(x, new Vector<float>(Log2E), new Vector<float>(0.5f)));
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2High), x);
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2Low), r);

        // The exponential series to r^7 / 7!, with |r| at most half of ln 2.
        Vector<float> sum = Polynomial(r, [1 / 5040f, 1 / 720f, 1 / 120f, 1 / 24f, 1 / 6f, 0.5f, 1f, 1f]);
        Vector<int> power = Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23);
        return sum * Vector.AsVectorSingle(power);
    }

    /// <summary>Hyperbolic tangent.</summary>
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> size = Vector.Abs(x);
        Vector<float> e = Exp(size * new Vector<float>(-2f));
        Vector<float> large = (Vector<float>.One - e) / (Vector<float>.One + e);

        // Where 1 - e would lose digits: the series to x^9.
        Vector<float> square = size * size;
        Vector<float> small = size * Polynomial(square, [62 / 2835f, -17 / 315f, 2 / 15f, -1 / 3f, 1f]);
        Vector<float> result = Vector.ConditionalSelect(Vector.LessThan(size, new Vector<float>(0.25f)), small, large);
        return Vector.CopySign(result, x);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>exp(x) of one number, as <see cref="Exp(Vector{float})"/> has it.</summary>
    public static float Exp(float x) => Exp(new Vector<float>(x))[0];

    /// <summary>Cosine in [0, pi], by its series: good to 1e-12.</summary>
    public static double Cosine(double x)
    {
        double term = 1;
        double sum = 1;
        for (int n = 1; n <= 14; n++)
        {
            term *= -x * x / ((2 * n) * ((2 * n) - 1));
            sum += term;
        }

        return sum;
    }

    private static Vector<float> Polynomial(Vector<float> x, ReadOnlySpan<float> coefficients)
    {
        Vector<float> sum = new(coefficients[0]);
        foreach (float coefficient in coefficients[1..])
        {
            sum = Vector.FusedMultiplyAdd(sum, x, new Vector<float>(coefficient));
        }

        return sum;
    }
}
