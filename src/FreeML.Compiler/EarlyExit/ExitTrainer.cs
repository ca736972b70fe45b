using System.Collections.Immutable;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.EarlyExit;

/// <summary>How to train an exit head.</summary>
public sealed record ExitTrainingOptions
{
    /// <summary>Optimiser, epochs, patience, seed. Its <see cref="TrainingOptions.Teacher"/> is the backbone, whatever it says.</summary>
    public TrainingOptions Training { get; init; } = new()
    {
        Optimizer = Optimizer.Sgd,
        LearningRate = 5e-3,
        Momentum = 0.9,
        Schedule = Schedule.Cosine,
        Epochs = 100,
        Patience = 20,
        TeacherWeight = 0.5,
        Temperature = 2,
    };

    /// <summary>How often each exit is drawn against the others; empty for all alike.</summary>
    public ImmutableArray<double> ExitWeights { get; init; } = [];

    /// <summary>Share of the head's weights that are not 0; above 0, at most 1. Many inputs of which few are read are better than few.</summary>
    public double Density { get; init; } = 1;
}

/// <summary>
/// Trains exit heads on a network that stays as it is. The pooled maps of all samples are computed once; then training is that of one small
/// layer. For each sample and epoch an exit is drawn, and the maps behind it are zeros.
/// </summary>
public static class ExitTrainer
{
    /// <summary>Trains one head for all exits.</summary>
    /// <param name="backbone">The network; not changed.</param>
    /// <param name="points">The exits.</param>
    /// <param name="training">What is learnt.</param>
    /// <param name="validation">What decides which epoch was best; never the test data.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told of each epoch; the validation is over all exits.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static ExitHead Train(
        Network backbone,
        ImmutableArray<ExitPoint> points,
        LabelledData training,
        LabelledData validation,
        ExitTrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        int[] ends = [.. Enumerable.Range(1, points.Length).Select(count => ExitHead.FeatureCount(points.Take(count)))];
        var mask = new ExitMask(ends, Cumulative(options.ExitWeights, points.Length));
        LabelledData features = Features(backbone, points, training, options.Training.Threads);
        LabelledData held = Features(backbone, points, validation, options.Training.Threads);
        Standard standard = Standard.Of(features, ends[^1]);
        int bits = ExitHead.BitCount(points.Length);
        int inputs = ends[^1] + bits;
        Network head = Initialization.Random(
            new Network("exit head", [inputs], [new Dense("exit", [0], new Tensor([training.Classes, inputs]), new Tensor([training.Classes]))]),
            options.Training.Seed);
        TrainingOptions how = options.Training with
        {
            Teacher = null,
            TeacherLogits = options.Training.TeacherWeight > 0 ? BatchRunner.RunToLogits(backbone, training, options.Training.Threads) : null,
            Change = points.Length > 1 ? mask : null,
            Shift = 0,

            // A step is so small that threads would wait for one another longer than they work.
            Threads = 1,
        };
        TrainingResult result = Trainer.Train(head, standard.Apply(features, bits), mask.AtEveryExit(standard.Apply(held, bits)), how, options.Density < 1 ? new DensityConstraint([options.Density]) : null, progress, cancellation);
        return standard.Undo((Dense)result.Network.Layers[0], points, ends);
    }

    /// <summary>Trains a head of its own for each exit, as is usual, with all weights; each sees only its own exit.</summary>
    /// <inheritdoc cref="Train"/>
    public static ImmutableArray<ExitHead> TrainSeparate(
        Network backbone,
        ImmutableArray<ExitPoint> points,
        LabelledData training,
        LabelledData validation,
        ExitTrainingOptions options,
        CancellationToken cancellation = default) =>
        [.. points.Select(point => Train(backbone, [point], training, validation, options with { Density = 1, ExitWeights = [] }, null, cancellation))];

    /// <summary>The pooled maps of all exits for all samples.</summary>
    public static LabelledData Features(Network backbone, ImmutableArray<ExitPoint> points, LabelledData data, int threads = 0)
    {
        Network network = ExitHead.FeatureNetwork(backbone, points);
        return new LabelledData(data.Name, network.OutputShape, BatchRunner.Run(network, data, threads), data.Labels.ToArray(), data.Classes);
    }

    private static double[] Cumulative(ImmutableArray<double> weights, int exits)
    {
        if (!weights.IsDefaultOrEmpty && weights.Length != exits)
        {
            throw new ArgumentException($"{weights.Length} weights for {exits} exits.", nameof(weights));
        }

        double[] sums = new double[exits];
        for (int exit = 0; exit < exits; exit++)
        {
            sums[exit] = (exit == 0 ? 0 : sums[exit - 1]) + (weights.IsDefaultOrEmpty ? 1 : weights[exit]);
        }

        return sums;
    }

    /// <summary>Draws an exit; what lies behind it becomes 0, and so do its bits.</summary>
    /// <param name="Ends">For each exit the number of features up to it.</param>
    /// <param name="Chances">For each exit the sum of the weights up to it.</param>
    private sealed record ExitMask(int[] Ends, double[] Chances) : ISampleChange
    {
        public void Apply(ReadOnlySpan<float> sample, RandomStream random, Span<float> result)
        {
            double draw = random.Uniform() * Chances[^1];
            int exit = 0;
            while (draw >= Chances[exit])
            {
                exit++;
            }

            Cut(sample, exit, result);
        }

        public LabelledData AtEveryExit(LabelledData data)
        {
            int size = data.SampleShape.Count;
            float[] samples = new float[checked(data.Samples.Length * Ends.Length)];
            int[] labels = new int[data.Count * Ends.Length];
            for (int n = 0; n < labels.Length; n++)
            {
                (int sample, int exit) = int.DivRem(n, Ends.Length);
                Cut(data.Sample(sample), exit, samples.AsSpan(n * size, size));
                labels[n] = data.Labels[sample];
            }

            return new LabelledData(data.Name, data.SampleShape, samples, labels, data.Classes);
        }

        private void Cut(ReadOnlySpan<float> sample, int exit, Span<float> result)
        {
            sample.CopyTo(result);
            result[Ends[exit]..Ends[^1]].Clear();
            if (Ends.Length > 1)
            {
                result[(Ends[^1] + exit + 1)..].Clear();
            }
        }
    }

    /// <summary>
    /// Features with mean 0 and deviation 1, which a gradient finds its way in sooner. The head takes it back into its weights, and the means
    /// into those of the bits: a missing map has none.
    /// </summary>
    private sealed record Standard(float[] Means, float[] Factors)
    {
        public static Standard Of(LabelledData features, int count)
        {
            float[] means = new float[count];
            float[] factors = new float[count];
            Work.For(count, 0, n =>
            {
                double sum = 0;
                double squares = 0;
                for (int sample = 0; sample < features.Count; sample++)
                {
                    double value = features.Samples[(sample * count) + n];
                    sum += value;
                    squares += value * value;
                }

                double mean = sum / Math.Max(1, features.Count);
                double variance = (squares / Math.Max(1, features.Count)) - (mean * mean);
                means[n] = (float)mean;
                factors[n] = variance > 1e-10 * (1 + (mean * mean)) ? (float)(1 / Math.Sqrt(variance)) : 0;
            });
            return new Standard(means, factors);
        }

        /// <summary>Standardised features, with the bits of all exits set.</summary>
        public LabelledData Apply(LabelledData features, int bits)
        {
            int count = Means.Length;
            float[] samples = new float[checked(features.Count * (count + bits))];
            for (int sample = 0; sample < features.Count; sample++)
            {
                ReadOnlySpan<float> from = features.Sample(sample);
                Span<float> to = samples.AsSpan(sample * (count + bits), count + bits);
                for (int n = 0; n < count; n++)
                {
                    to[n] = (from[n] - Means[n]) * Factors[n];
                }

                to[count..].Fill(1);
            }

            return new LabelledData(features.Name, [count + bits], samples, features.Labels.ToArray(), features.Classes);
        }

        /// <summary>The head that does for the features what another does for the standardised ones.</summary>
        public ExitHead Undo(Dense head, ImmutableArray<ExitPoint> points, int[] ends)
        {
            Tensor weights = head.Weights.Clone();
            Tensor bias = head.Bias!.Clone();
            int inputs = weights.Shape[1];
            for (int output = 0; output < bias.Count; output++)
            {
                Span<float> row = weights.Values.AsSpan(output * inputs, inputs);
                int start = 0;
                for (int exit = 0; exit < ends.Length; start = ends[exit++])
                {
                    double shift = 0;
                    for (int n = start; n < ends[exit]; n++)
                    {
                        row[n] *= Factors[n];
                        shift += (double)row[n] * Means[n];
                    }

                    (ends.Length > 1 ? ref row[ends[^1] + exit] : ref bias.Values[output]) -= (float)shift;
                }
            }

            return new ExitHead(points, weights, bias);
        }
    }
}
