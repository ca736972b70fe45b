namespace FreeML.Compiler.Compression;

/// <summary>Keeps a share of the weights, the largest ones, and makes the others 0.</summary>
public static class HardThreshold
{
    /// <summary>
    /// How many of <paramref name="count"/> weights stay at a density: those not below the (1 - density) percentile, which is itself one of
    /// them ("higher" interpolation), so that at least one stays.
    /// </summary>
    /// <param name="count">Number of weights, from 1.</param>
    /// <param name="density">0 to 1.</param>
    public static int Kept(int count, double density) => count - (int)Math.Ceiling((count - 1) * (1 - density));

    /// <summary>Makes the smallest weights 0. More stay where several are as large as the last one that stays.</summary>
    public static void Apply(Span<float> weights, double density)
    {
        if (weights.IsEmpty || density >= 1)
        {
            return;
        }

        float[] sizes = new float[weights.Length];
        for (int n = 0; n < sizes.Length; n++)
        {
            sizes[n] = Math.Abs(weights[n]);
        }

        float least = Select(sizes, sizes.Length - Kept(sizes.Length, density));
        foreach (ref float weight in weights)
        {
            weight = Math.Abs(weight) < least ? 0 : weight;
        }
    }

    /// <summary>What would be at an index if the values were sorted (Hoare's selection).</summary>
    private static float Select(float[] values, int index)
    {
        int low = 0;
        int high = values.Length - 1;
        while (low < high)
        {
            float pivot = values[(low + high) >>> 1];
            (int left, int right) = (low, high);
            while (left <= right)
            {
                while (values[left] < pivot)
                {
                    left++;
                }

                while (values[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (values[left], values[right]) = (values[right--], values[left++]);
                }
            }

            if (index > right && index < left)
            {
                break;
            }

            (low, high) = index <= right ? (low, right) : (left, high);
        }

        return values[index];
    }
}
