using System.Globalization;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// A network for digits whose first convolution has few weights and most of the multiplications that are left once the others are sparse: what
/// a rule that looks at bytes alone never touches. Trained here, written as ONNX, for <c>docs/compression.md</c>.
/// </summary>
internal static class WideNetwork
{
    private const int Epochs = 6;

    /// <summary>Trains it on MNIST and writes it.</summary>
    public static void Run(string mnist, string output)
    {
        (LabelledData training, LabelledData test) = DataSets.LoadBoth(mnist);
        (LabelledData learnt, LabelledData validation) = Fitted(training).Split(0.1, 1);
        TrainingResult result = Trainer.Train(Initialization.Random(Untrained, 1), learnt, validation, new TrainingOptions { Epochs = Epochs, Schedule = Schedule.Cosine });
        OnnxWriter.Write(result.Network, output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {result.Network.Parameters} parameters, {100 * Evaluator.Accuracy(result.Network, Fitted(test)):F2} % of {test.Count} test images right"));
    }

    private static Network Untrained { get; } = new("wide", [1, 28, 28],
    [
        new Convolution("conv1", [0], new Tensor([24, 1, 5, 5]), new Tensor([24]), new Window(5, 5, 1, 1, default)),
        new Activation("relu1", [1], ActivationKind.Relu),
        new Pooling("pool1", [2], PoolingKind.Maximum, new Window(3, 3, 3, 3, default)),
        new Convolution("conv2", [3], new Tensor([32, 24, 3, 3]), new Tensor([32]), new Window(3, 3, 1, 1, default)),
        new Activation("relu2", [4], ActivationKind.Relu),
        new Pooling("pool2", [5], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
        new Reshape("flatten", [6], [288]),
        new Dense("fc1", [7], new Tensor([100, 288]), new Tensor([100])),
        new Activation("relu3", [8], ActivationKind.Relu),
        new Dense("fc2", [9], new Tensor([10, 100]), new Tensor([10])),
    ]);

    private static LabelledData Fitted(LabelledData data) => DataFit.To(InputScaling.Unit.Apply(data), Untrained.InputShape).Data;
}
