using System.Numerics.Tensors;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>
/// Where the elements of several samples lie in one array. Maps: [channel][sample][rest], so that a convolution sees one long row for each
/// channel. Vectors: [sample][element].
/// </summary>
/// <param name="shape">Of one sample.</param>
/// <param name="samples">How many samples.</param>
internal readonly struct Layout(Shape shape, int samples)
{
    /// <summary>Elements of one sample that lie together.</summary>
    public int Plane { get; } = shape.Rank >= 2 ? shape.Count / shape[0] : shape.Count;

    /// <summary>How many samples.</summary>
    public int Samples { get; } = samples;

    /// <summary>Place of an element of the first sample; those of the others follow at distances of <see cref="Plane"/>.</summary>
    public int Offset(int element) => (element / Plane * Plane * Samples) + (element % Plane);

    /// <summary>Copies runs of elements, for all samples.</summary>
    public static void Copy(ReadOnlySpan<Run> runs, ReadOnlySpan<float> source, Layout from, Span<float> target, Layout to)
    {
        foreach (Run run in runs)
        {
            int read = from.Offset(run.Source);
            int write = to.Offset(run.Target);
            for (int sample = 0; sample < from.Samples; sample++, read += from.Plane, write += to.Plane)
            {
                source.Slice(read, run.Length).CopyTo(target[write..]);
            }
        }
    }

    /// <summary>Adds what <see cref="Copy"/> copied to where it came from.</summary>
    public static void AddBack(ReadOnlySpan<Run> runs, ReadOnlySpan<float> target, Layout to, Span<float> source, Layout from)
    {
        foreach (Run run in runs)
        {
            int write = from.Offset(run.Source);
            int read = to.Offset(run.Target);
            for (int sample = 0; sample < from.Samples; sample++, write += from.Plane, read += to.Plane)
            {
                Span<float> part = source.Slice(write, run.Length);
                TensorPrimitives.Add(part, target.Slice(read, run.Length), part);
            }
        }
    }
}

/// <summary>Elements that stay side by side when a value is moved to another shape.</summary>
/// <param name="Source">First of them, in the sample they come from.</param>
/// <param name="Target">First of them, in the sample they go to.</param>
/// <param name="Length">How many.</param>
internal readonly record struct Run(int Source, int Target, int Length)
{
    /// <summary>Cuts runs where one of the two shapes does not keep them together.</summary>
    public static Run[] Cut(IEnumerable<Run> runs, Shape source, Shape target)
    {
        int sourcePlane = new Layout(source, 1).Plane;
        int targetPlane = new Layout(target, 1).Plane;
        var result = new List<Run>();
        foreach (Run run in runs)
        {
            for (int done = 0; done < run.Length;)
            {
                int from = run.Source + done;
                int to = run.Target + done;
                int length = Math.Min(run.Length - done, Math.Min(sourcePlane - (from % sourcePlane), targetPlane - (to % targetPlane)));
                result.Add(new Run(from, to, length));
                done += length;
            }
        }

        return [.. result];
    }

    /// <summary>All elements in the same order under another shape.</summary>
    public static Run[] All(Shape source, Shape target) => Cut([new Run(0, 0, source.Count)], source, target);
}
