using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Data;

/// <summary>
/// From numbers as stored or sensed to those a network was trained on: real = (raw - offset) * factor, with one offset and factor for all, or
/// one for each channel. Networks do not say which they want, so the user does, or it is found by trying (<see cref="Choose"/>).
/// </summary>
public sealed class InputScaling : IEquatable<InputScaling>
{
    /// <summary>Samples that <see cref="Choose"/> looks at.</summary>
    public const int SamplesToChoose = 1000;

    private const int LargestByte = 255;

    /// <summary>A scaling.</summary>
    /// <param name="name">For people and options.</param>
    /// <param name="offsets">One, or one a channel.</param>
    /// <param name="factors">As many.</param>
    /// <exception cref="ArgumentException">Not as many of each, or a number that is not finite.</exception>
    public InputScaling(string name, ImmutableArray<float> offsets, ImmutableArray<float> factors)
    {
        if (offsets.Length == 0 || offsets.Length != factors.Length || !offsets.Concat(factors).All(float.IsFinite))
        {
            throw new ArgumentException($"{offsets.Length} offsets and {factors.Length} factors, or one that is not finite.", nameof(factors));
        }

        Name = name;
        Offsets = offsets;
        Factors = factors;
    }

    /// <summary>As stored.</summary>
    public static InputScaling Raw { get; } = new("raw", [0], [1]);

    /// <summary>Bytes to 0 to 1.</summary>
    public static InputScaling Unit { get; } = new("unit", [0], [1f / LargestByte]);

    /// <summary>Bytes to -1 to 1.</summary>
    public static InputScaling Symmetric { get; } = new("symmetric", [LargestByte / 2f], [2f / LargestByte]);

    /// <summary>For people and options: <c>raw</c>, <c>unit</c>, <c>symmetric</c>, <c>standardised</c>.</summary>
    public string Name { get; }

    /// <summary>What is taken off, in raw numbers.</summary>
    public ImmutableArray<float> Offsets { get; }

    /// <summary>What the rest is multiplied by.</summary>
    public ImmutableArray<float> Factors { get; }

    /// <summary>Mean 0 and standard deviation 1 over all samples, channel by channel. A channel that never changes keeps its size.</summary>
    public static InputScaling Standardised(LabelledData data)
    {
        int channels = data.SampleShape.Rank == 3 ? data.SampleShape[0] : 1;
        int each = data.SampleShape.Count / channels;
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        for (int i = 0; i < data.Samples.Length; i++)
        {
            int channel = i / each % channels;
            sums[channel] += data.Samples[i];
            squares[channel] += (double)data.Samples[i] * data.Samples[i];
        }

        double count = (double)data.Count * each;
        double[] variances = [.. squares.Select((square, channel) => (square / count) - (sums[channel] / count * (sums[channel] / count)))];
        return new InputScaling(
            "standardised",
            [.. sums.Select(sum => (float)(sum / count))],
            [.. variances.Select(variance => variance > 1e-12 ? (float)(1 / Math.Sqrt(variance)) : 1f)]);
    }

    /// <summary>The scaling of a name; <c>standardised</c> is worked out from the training data.</summary>
    /// <exception cref="ModelException">There is none of that name.</exception>
    public static InputScaling Parse(string name, LabelledData training) =>
        Candidates(training).FirstOrDefault(candidate => candidate.Name == name)
        ?? throw new ModelException("scaling", ModelException.Quote(name), string.Join(", ", Candidates(training).Select(candidate => candidate.Name)));

    /// <summary>
    /// The scaling under which a network is right most often on the first training samples. Networks of ReLUs hardly mind a factor, so a
    /// later one of unit, raw, standardised, symmetric has to be better than an earlier one by half a point in a hundred. Of data that are not
    /// bytes only raw and standardised are tried.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="training">Training data as loaded; never test data.</param>
    /// <returns>The scaling, and a line that tells how it was chosen.</returns>
    /// <exception cref="ModelException">The data do not fit the network.</exception>
    public static (InputScaling Scaling, string Note) Choose(Network network, LabelledData training)
    {
        LabelledData some = training.Take(SamplesToChoose);
        InputScaling[] candidates = [.. Candidates(training).Where(candidate => IsBytes(some) || candidate.Name is "raw" or "standardised")];
        int[] right = [.. candidates.Select(candidate => CountRight(network, DataFit.To(candidate.Apply(some), network.InputShape).Data))];
        int best = 0;
        for (int i = 1; i < right.Length; i++)
        {
            best = right[i] > right[best] + (some.Count / 200) ? i : best;
        }

        string tried = string.Join(", ", candidates.Select((candidate, i) => $"{candidate.Name} {right[i]}"));
        return (candidates[best], $"input scaling {candidates[best]}, by what is right of {some.Count} training samples ({tried})");
    }

    /// <summary>Scales one sample.</summary>
    /// <param name="raw">As stored.</param>
    /// <param name="shape">Its shape; where there is one number a channel, channels are the first axis that has as many.</param>
    /// <param name="real">As the network takes it.</param>
    /// <exception cref="ArgumentException">No axis has as many channels.</exception>
    public void Apply(ReadOnlySpan<float> raw, Shape shape, Span<float> real)
    {
        int inner = InnerSize(shape);
        for (int i = 0; i < raw.Length; i++)
        {
            int channel = i / inner % Offsets.Length;
            real[i] = (raw[i] - Offsets[channel]) * Factors[channel];
        }
    }

    /// <summary>Scales all samples.</summary>
    public LabelledData Apply(LabelledData data)
    {
        if (Equals(Raw))
        {
            return data;
        }

        float[] samples = new float[data.Samples.Length];
        for (int i = 0; i < data.Count; i++)
        {
            int size = data.SampleShape.Count;
            Apply(data.Sample(i), data.SampleShape, samples.AsSpan(i * size, size));
        }

        return new LabelledData(data.Name, data.SampleShape, samples, data.Labels.ToArray(), data.Classes);
    }

    /// <inheritdoc/>
    public bool Equals(InputScaling? other) => other is not null && Offsets.SequenceEqual(other.Offsets) && Factors.SequenceEqual(other.Factors);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InputScaling);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Offsets[0], Factors[0], Offsets.Length);

    /// <summary>Name and numbers: <c>unit, x * 0.0039216</c>.</summary>
    public override string ToString()
    {
        string offsets = List(Offsets);
        return $"{Name}, {(Offsets.All(offset => offset == 0) ? "x" : $"(x - {offsets})")} * {List(Factors)}";

        static string List(ImmutableArray<float> numbers) =>
            numbers.Length == 1 ? Text(numbers[0]) : $"[{string.Join(", ", numbers.Select(Text))}]";

        static string Text(float number) => number.ToString("G5", CultureInfo.InvariantCulture);
    }

    private static InputScaling[] Candidates(LabelledData training) => [Unit, Raw, Standardised(training), Symmetric];

    private static bool IsBytes(LabelledData data)
    {
        foreach (float number in data.Samples)
        {
            if (number is < 0 or > LargestByte || number != MathF.Truncate(number))
            {
                return false;
            }
        }

        return true;
    }

    private static int CountRight(Network network, LabelledData data) => (int)Math.Round(Evaluator.Accuracy(network, data) * data.Count);

    private int InnerSize(Shape shape)
    {
        if (Offsets.Length == 1)
        {
            return shape.Count;
        }

        int inner = shape.Count;
        foreach (int size in shape)
        {
            inner /= size;
            if (size == Offsets.Length)
            {
                return inner;
            }
        }

        throw new ArgumentException($"{Offsets.Length} channels for samples of {shape}.", nameof(shape));
    }
}
