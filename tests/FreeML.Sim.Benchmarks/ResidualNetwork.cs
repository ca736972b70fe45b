using System.Globalization;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Benchmarks;

/// <summary>A small residual network for digits: two blocks of two convolutions around a sum, the second with half the size and a 1x1 convolution beside it. Trained here, written as ONNX.</summary>
internal static class ResidualNetwork
{
    private const int Epochs = 2;
    private static readonly Window Bordered = new(3, 3, 1, 1, new Margins(1, 1, 1, 1));
    private static readonly Window Strided = new(3, 3, 2, 2, new Margins(1, 1, 0, 0));

    /// <summary>Trains it on MNIST and writes it.</summary>
    public static void Run(string mnist, string output)
    {
        (LabelledData training, LabelledData test) = DataSets.LoadBoth(mnist);
        (LabelledData learnt, LabelledData validation) = Fitted(training).Split(0.1, 1);
        TrainingResult result = Trainer.Train(Initialization.Random(Untrained, 1), learnt, validation, new TrainingOptions { Epochs = Epochs, Schedule = Schedule.Cosine });
        OnnxWriter.Write(result.Network, output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {result.Network.Parameters} parameters, {100 * Evaluator.Accuracy(result.Network, Fitted(test)):F2} % of {test.Count} test images right"));
    }

    private static Network Untrained { get; } = new("residual", [1, 28, 28],
    [
        new Convolution("stem", [0], new Tensor([8, 1, 3, 3]), new Tensor([8]), Strided),
        new Activation("relu0", [1], ActivationKind.Relu),
        new Convolution("block1a", [2], new Tensor([8, 8, 3, 3]), new Tensor([8]), Bordered),
        new Activation("relu1a", [3], ActivationKind.Relu),
        new Convolution("block1b", [4], new Tensor([8, 8, 3, 3]), new Tensor([8]), Bordered),
        new Addition("sum1", [2, 5]),
        new Activation("relu1b", [6], ActivationKind.Relu),
        new Convolution("block2a", [7], new Tensor([16, 8, 3, 3]), new Tensor([16]), Strided),
        new Activation("relu2a", [8], ActivationKind.Relu),
        new Convolution("block2b", [9], new Tensor([16, 16, 3, 3]), new Tensor([16]), Bordered),
        new Convolution("beside2", [7], new Tensor([16, 8, 1, 1]), new Tensor([16]), new Window(1, 1, 2, 2, default)),
        new Addition("sum2", [10, 11]),
        new Activation("relu2b", [12], ActivationKind.Relu),
        new Pooling("pool", [13], PoolingKind.Average, new Window(7, 7, 7, 7, default)),
        new Reshape("flat", [14], [16]),
        new Dense("fc", [15], new Tensor([10, 16]), new Tensor([10])),
    ]);

    private static LabelledData Fitted(LabelledData data) => DataFit.To(InputScaling.Unit.Apply(data), Untrained.InputShape).Data;
}
