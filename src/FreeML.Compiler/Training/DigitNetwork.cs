using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>The network that comes with the program: two convolutions and two fully connected layers, for drawn digits of 16x16 from 0 to 1.</summary>
public static class DigitNetwork
{
    /// <summary>Rows and columns of a digit.</summary>
    public const int Size = 16;

    /// <summary>How it is trained.</summary>
    public static TrainingOptions Options { get; } = new()
    {
        Optimizer = Optimizer.Adam,
        LearningRate = 2e-3,
        Schedule = Schedule.Cosine,
        Epochs = 12,
        BatchSize = 64,
        Shift = 1,
    };

    /// <summary>Before training.</summary>
    /// <param name="seed">Decides its weights.</param>
    public static Network Untrained(ulong seed)
    {
        var window = new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1));
        var half = new Window(2, 2, 2, 2, default);
        return Initialization.Random(
            new Network("digits", [1, Size, Size],
            [
                new Convolution("conv1", [0], new Tensor([8, 1, 3, 3]), new Tensor([8]), window),
                new Activation("relu1", [1], ActivationKind.Relu),
                new Pooling("pool1", [2], PoolingKind.Maximum, half),
                new Convolution("conv2", [3], new Tensor([16, 8, 3, 3]), new Tensor([16]), window),
                new Activation("relu2", [4], ActivationKind.Relu),
                new Pooling("pool2", [5], PoolingKind.Maximum, half),
                new Reshape("flat", [6], [256]),
                new Dense("fc1", [7], new Tensor([64, 256]), new Tensor([64])),
                new Activation("relu3", [8], ActivationKind.Relu),
                new Dense("fc2", [9], new Tensor([SyntheticDigits.Classes, 64]), new Tensor([SyntheticDigits.Classes])),
            ]),
            seed);
    }

    /// <summary>Trains it. A tenth of the training data decides which epoch was best.</summary>
    /// <param name="training">Digits from 0 to 1.</param>
    /// <param name="options">How; the seed also decides the weights at the start.</param>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static TrainingResult Train(LabelledData training, TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        (LabelledData learnt, LabelledData validation) = training.Split(0.1, options.Seed);
        return Trainer.Train(Untrained(options.Seed), learnt, validation, options, null, progress, cancellation);
    }
}
