using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Softmax, and what is read off it.</summary>
public static class Probabilities
{
    /// <summary>exp(x / t) over its sum.</summary>
    /// <param name="logits">x.</param>
    /// <param name="temperature">t, above 0; a large one makes all classes alike.</param>
    /// <param name="result">As many numbers, of sum 1. May be the same memory.</param>
    /// <returns>The logarithm of the sum of exp(x / t).</returns>
    public static double Of(ReadOnlySpan<float> logits, float temperature, Span<float> result)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        for (int n = 0; n < logits.Length; n++)
        {
            result[n] = Elementary.Exp((logits[n] - largest) / temperature);
            sum += result[n];
        }

        for (int n = 0; n < logits.Length; n++)
        {
            result[n] = (float)(result[n] / sum);
        }

        return (largest / temperature) + Math.Log(sum);
    }

    /// <summary>The class of the largest number, the first of equals.</summary>
    public static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int n = 1; n < scores.Length; n++)
        {
            if (scores[n] > scores[best])
            {
                best = n;
            }
        }

        return best;
    }

    /// <summary>How far the largest number is above the second largest: how sure a decision is.</summary>
    public static float Margin(ReadOnlySpan<float> scores)
    {
        float first = float.NegativeInfinity;
        float second = float.NegativeInfinity;
        foreach (float score in scores)
        {
            if (score > first)
            {
                (first, second) = (score, first);
            }
            else if (score > second)
            {
                second = score;
            }
        }

        return first - second;
    }
}
