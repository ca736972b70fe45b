using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Data;

/// <summary>Samples of one shape, each with its class. Immutable by convention: slices share the arrays.</summary>
public sealed class LabelledData
{
    private readonly ReadOnlyMemory<float> _samples;
    private readonly ReadOnlyMemory<int> _labels;

    /// <summary>Samples one after the other, and their classes.</summary>
    /// <param name="name">For people.</param>
    /// <param name="sampleShape">Of one sample.</param>
    /// <param name="samples">Count times the shape's elements.</param>
    /// <param name="labels">A class for each sample, from 0.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The numbers do not fit.</exception>
    public LabelledData(string name, Shape sampleShape, ReadOnlyMemory<float> samples, ReadOnlyMemory<int> labels, int classes)
    {
        if ((long)labels.Length * sampleShape.Count != samples.Length)
        {
            throw new ArgumentException($"{samples.Length} numbers for {labels.Length} samples of {sampleShape}.", nameof(samples));
        }

        if (labels.Span.ContainsAnyExceptInRange(0, classes - 1))
        {
            throw new ArgumentException($"A label is not a class from 0 to {classes - 1}.", nameof(labels));
        }

        Name = name;
        SampleShape = sampleShape;
        _samples = samples;
        _labels = labels;
        Classes = classes;
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>Shape of one sample.</summary>
    public Shape SampleShape { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of samples.</summary>
    public int Count => _labels.Length;

    /// <summary>All samples, one after the other.</summary>
    public ReadOnlySpan<float> Samples => _samples.Span;

    /// <summary>All samples, one after the other.</summary>
    public ReadOnlyMemory<float> SampleMemory => _samples;

    /// <summary>All classes.</summary>
    public ReadOnlySpan<int> Labels => _labels.Span;

    /// <summary>One sample.</summary>
    public ReadOnlySpan<float> Sample(int index) => _samples.Span.Slice(index * SampleShape.Count, SampleShape.Count);

    /// <summary>A run of samples.</summary>
    public LabelledData Slice(int start, int count) => new(
        Name,
        SampleShape,
        _samples.Slice(start * SampleShape.Count, count * SampleShape.Count),
        _labels.Slice(start, count),
        Classes);

    /// <summary>Some samples, copied.</summary>
    public LabelledData Select(ReadOnlySpan<int> indices)
    {
        float[] samples = new float[indices.Length * SampleShape.Count];
        int[] labels = new int[indices.Length];
        for (int n = 0; n < indices.Length; n++)
        {
            Sample(indices[n]).CopyTo(samples.AsSpan(n * SampleShape.Count));
            labels[n] = Labels[indices[n]];
        }

        return new LabelledData(Name, SampleShape, samples, labels, Classes);
    }

    /// <summary>Two parts without a sample in common: one to learn from, one to decide by.</summary>
    /// <param name="fraction">Part of the samples that go to the second; 0 to 1.</param>
    /// <param name="seed">Decides which.</param>
    public (LabelledData Training, LabelledData Validation) Split(double fraction, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomStream(seed).Shuffle(order.AsSpan());
        int part = (int)Math.Round(fraction * Count);
        Array.Sort(order, 0, part);
        Array.Sort(order, part, Count - part);
        return (Select(order.AsSpan(part)), Select(order.AsSpan(0, part)));
    }

    /// <summary>The first samples, or all if there are fewer.</summary>
    public LabelledData Take(int count) => Slice(0, Math.Min(count, Count));

    /// <summary>The same samples under another shape of as many elements.</summary>
    public LabelledData As(Shape sampleShape) => new(Name, sampleShape, _samples, _labels, Classes);
}
