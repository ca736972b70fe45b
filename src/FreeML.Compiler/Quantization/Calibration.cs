using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Quantization;

/// <summary>What values a network takes on samples. Only training samples belong here: a test set that chooses scales is none any more.</summary>
public static class Calibration
{
    /// <summary>Least and greatest element of each value, 0 included.</summary>
    /// <param name="network">A network, as <see cref="Lowering.Canonical"/> gives it.</param>
    /// <param name="samples">What it reads.</param>
    /// <param name="percentile">Part of each sample's elements that must be inside the range: 1 is all of them.</param>
    public static ImmutableArray<ValueRange> Ranges(Network network, LabelledData samples, double percentile = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(percentile is > 0.5 and <= 1, true, nameof(percentile));
        ValueRange[][] ranges = new ValueRange[samples.Count][];
        Parallel.For(0, samples.Count, index =>
            ranges[index] = [.. ReferenceExecutor.RunAll(network, samples.Sample(index)).Select(value => RangeOf(value, percentile))]);
        return [.. Enumerable.Range(0, network.Shapes.Length).Select(value => new ValueRange(ranges.Min(sample => sample[value].Least), ranges.Max(sample => sample[value].Greatest)))];
    }

    private static ValueRange RangeOf(float[] value, double percentile)
    {
        int left = (int)((1 - percentile) * value.Length);
        if (left > 0)
        {
            value = [.. value.Order()];
            return new ValueRange(Math.Min(0, value[left]), Math.Max(0, value[^(left + 1)]));
        }

        return new ValueRange(Math.Min(0, value.Min()), Math.Max(0, value.Max()));
    }
}
