namespace FreeML.Compiler.Quantization;

/// <summary>Weights to integers with a power of two as scale.</summary>
internal static class WeightQuantizer
{
    private const int LargestExponent = 30;

    // Clipping a few outliers can be worth a bit for all others, not more.
    private const int ClippingTried = 2;

    /// <summary>Greatest magnitude of a weight.</summary>
    public static int Limit(int bits) => bits == 8 ? 127 : 32767;

    /// <summary>The exponent with the least squared error; null where all weights are 0.</summary>
    public static int? BestExponent(ReadOnlySpan<float> weights, int bits)
    {
        float largest = 0;
        foreach (float weight in weights)
        {
            largest = Math.Max(largest, Math.Abs(weight));
        }

        if (!(largest > 0))
        {
            return null;
        }

        int safe = Math.Clamp(Math.ILogB(Limit(bits) / (double)largest), -LargestExponent, LargestExponent);
        int best = safe;
        double least = SquaredError(weights, bits, safe);
        for (int exponent = safe + 1; exponent <= Math.Min(safe + ClippingTried, LargestExponent); exponent++)
        {
            double error = SquaredError(weights, bits, exponent);
            (best, least) = error < least ? (exponent, error) : (best, least);
        }

        return best;
    }

    /// <summary>Nearest integers, clipped to the range.</summary>
    public static void Quantize(ReadOnlySpan<float> weights, int bits, int exponent, Span<short> quantized)
    {
        int limit = Limit(bits);
        double scale = Math.ScaleB(1, exponent);
        for (int i = 0; i < weights.Length; i++)
        {
            quantized[i] = (short)Math.Clamp(Math.Floor((weights[i] * scale) + 0.5), -limit, limit);
        }
    }

    private static double SquaredError(ReadOnlySpan<float> weights, int bits, int exponent)
    {
        double limit = Limit(bits);
        double scale = Math.ScaleB(1, exponent);
        double step = 1 / scale;
        double sum = 0;
        foreach (float weight in weights)
        {
            double error = weight - (Math.Clamp(Math.Floor((weight * scale) + 0.5), -limit, limit) * step);
            sum += error * error;
        }

        return sum;
    }
}
