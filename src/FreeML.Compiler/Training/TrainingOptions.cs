using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>How a step is made of a gradient.</summary>
public enum Optimizer
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam, with weight decay apart from the gradient.</summary>
    Adam,
}

/// <summary>How the learning rate goes over the training.</summary>
public enum ScheduleKind
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Times a factor, every so many epochs.</summary>
    Step,

    /// <summary>Half a cosine from the full rate down to 0.</summary>
    Cosine,
}

/// <summary>How the learning rate goes over the training.</summary>
/// <param name="Kind">Form.</param>
/// <param name="StepEpochs">Epochs between steps.</param>
/// <param name="StepFactor">Factor of a step.</param>
public sealed record Schedule(ScheduleKind Kind, int StepEpochs = 1, double StepFactor = 1)
{
    /// <summary>Stays.</summary>
    public static Schedule Constant { get; } = new(ScheduleKind.Constant);

    /// <summary>Half a cosine down to 0.</summary>
    public static Schedule Cosine { get; } = new(ScheduleKind.Cosine);

    /// <summary>Times a factor, every so many epochs.</summary>
    public static Schedule Step(int epochs, double factor) => new(ScheduleKind.Step, epochs, factor);

    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="epoch">Epochs done, with the part of this one.</param>
    /// <param name="epochs">Epochs in all.</param>
    public double Factor(double epoch, int epochs)
    {
        switch (Kind)
        {
            case ScheduleKind.Cosine:
                return 0.5 * (1 + Elementary.Cosine(Math.PI * Math.Min(1, epoch / epochs)));
            case ScheduleKind.Step:
                double factor = 1;
                for (int n = StepEpochs; n <= epoch; n += StepEpochs)
                {
                    factor *= StepFactor;
                }

                return factor;
            default:
                return 1;
        }
    }
}

/// <summary>How to train. The defaults suit a small convolutional network.</summary>
public sealed record TrainingOptions
{
    /// <summary>How a step is made of a gradient.</summary>
    public Optimizer Optimizer { get; init; } = Optimizer.Adam;

    /// <summary>Learning rate at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Momentum of <see cref="Optimizer.Sgd"/>; 0 to 1. Of <see cref="Optimizer.Adam"/> the decay of the first moment; the second's is 0.999.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay, for weights and not for biases.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How the learning rate goes.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>At most so many times over the training data.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Stop after so many epochs without a better validation loss; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>Decides the order of samples and the shifts.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many threads; 0 for one on each core. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Layers that stay as they are.</summary>
    public ImmutableHashSet<int> FrozenLayers { get; init; } = [];

    /// <summary>Part of the label's weight spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>A network of the same input and classes whose answers are learnt along with the labels; null for none.</summary>
    public Network? Teacher { get; init; }

    /// <summary>Part of the loss that is the teacher's; 0 to 1.</summary>
    public double TeacherWeight { get; init; } = 0.5;

    /// <summary>Both answers are softened by it before they are compared.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>Each sample is moved by up to so many pixels, anew each epoch; its edges are repeated. For maps; vectors stay.</summary>
    public int Shift { get; init; }

    /// <summary>Another change of the samples, in place of <see cref="Shift"/>.</summary>
    internal ISampleChange? Change { get; init; }

    /// <summary>Logits for each training sample, in place of a <see cref="Teacher"/>.</summary>
    internal float[]? TeacherLogits { get; init; }
}

/// <summary>A rule that weights keep during training, such as a density.</summary>
public interface IWeightConstraint
{
    /// <summary>Makes weights follow the rule. Called after each step for each trained layer, one after the other.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="weights">Its weights, without biases.</param>
    void Apply(int layer, Span<float> weights);
}

/// <summary>How training stands after an epoch.</summary>
/// <param name="Epoch">Epochs done, from 1.</param>
/// <param name="TrainingLoss">Mean loss over the epoch's batches, with smoothing and teacher.</param>
/// <param name="ValidationLoss">Mean cross-entropy on the validation data.</param>
/// <param name="ValidationAccuracy">0 to 1.</param>
public readonly record struct TrainingProgress(int Epoch, float TrainingLoss, float ValidationLoss, float ValidationAccuracy);

/// <summary>What came of training.</summary>
/// <param name="Network">With the parameters that had the lowest validation loss.</param>
/// <param name="BestEpoch">After which epoch that was; 0 if there was none.</param>
/// <param name="History">Each epoch.</param>
public sealed record TrainingResult(Network Network, int BestEpoch, IReadOnlyList<TrainingProgress> History)
{
    /// <summary>The epoch whose parameters <see cref="Network"/> has.</summary>
    public TrainingProgress Best => BestEpoch == 0 ? default : History[BestEpoch - 1];
}
