using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Makes other samples of the same class.</summary>
internal static class Augmentation
{
    /// <summary>Moves a map by up to so many pixels each way; its edges are repeated. Anything else is copied.</summary>
    public static void Shift(ReadOnlySpan<float> sample, Shape shape, int most, RandomStream random, Span<float> result)
    {
        if (most == 0 || shape.Rank != 3)
        {
            sample.CopyTo(result);
            return;
        }

        int down = random.Below((2 * most) + 1) - most;
        int right = random.Below((2 * most) + 1) - most;
        int height = shape[1];
        int width = shape[2];
        for (int row = 0; row < shape[0] * height; row++)
        {
            (int channel, int y) = int.DivRem(row, height);
            ReadOnlySpan<float> source = sample.Slice(((channel * height) + Math.Clamp(y - down, 0, height - 1)) * width, width);
            Span<float> target = result.Slice(row * width, width);
            for (int x = 0; x < width; x++)
            {
                target[x] = source[Math.Clamp(x - right, 0, width - 1)];
            }
        }
    }
}
