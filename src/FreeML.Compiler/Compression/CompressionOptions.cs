using FreeML.Compiler.Training;

namespace FreeML.Compiler.Compression;

/// <summary>How a network is trained on its way down.</summary>
public sealed record CompressionOptions
{
    /// <summary>Epochs after each cut.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Epochs at the end, while the learning rate falls to 0.</summary>
    public int FinalEpochs { get; init; } = 8;

    /// <summary>Learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Samples a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Part of the loss that is the original network's answers; 0 to 1.</summary>
    public double TeacherWeight { get; init; } = 0.5;

    /// <summary>Decides all that is random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0 for one on each core. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>As the published code trains: ten epochs after each cut with the labels alone.</summary>
    public static CompressionOptions Published { get; } = new() { Epochs = 10, TeacherWeight = 0 };

    /// <summary>How to train a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="teacher">Logits of the original network for each training sample; null for none.</param>
    internal TrainingOptions For(CompressionState state, float[]? teacher) => new()
    {
        Epochs = state.IsFinal ? FinalEpochs : Epochs,
        Schedule = state.IsFinal ? Schedule.Cosine : Schedule.Constant,
        LearningRate = LearningRate,
        BatchSize = BatchSize,
        TeacherLogits = teacher,
        TeacherWeight = TeacherWeight,
        Threads = Threads,

        // Another order of the samples for each turn.
        Seed = (Seed << 16) + (ulong)state.Turn,
    };
}
