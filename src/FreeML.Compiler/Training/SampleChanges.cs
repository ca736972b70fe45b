using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Makes of a sample the one that is learnt from, anew each time it is seen.</summary>
internal interface ISampleChange
{
    /// <summary>Makes it.</summary>
    /// <param name="sample">As it is.</param>
    /// <param name="random">Of its own for each sample and epoch.</param>
    /// <param name="result">As it is to be learnt.</param>
    void Apply(ReadOnlySpan<float> sample, RandomStream random, Span<float> result);
}

/// <summary>Moves maps by up to so many pixels each way; their edges are repeated. Anything else is copied.</summary>
/// <param name="Shape">Of a sample.</param>
/// <param name="Most">Pixels.</param>
internal sealed record ShiftChange(Shape Shape, int Most) : ISampleChange
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> sample, RandomStream random, Span<float> result)
    {
        if (Most == 0 || Shape.Rank != 3)
        {
            sample.CopyTo(result);
            return;
        }

        int down = random.Below((2 * Most) + 1) - Most;
        int right = random.Below((2 * Most) + 1) - Most;
        int height = Shape[1];
        int width = Shape[2];
        for (int row = 0; row < Shape[0] * height; row++)
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
