using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Benchmarks;

/// <summary>Early exits of a network on a data set: one head for all, a head for each, and the full network.</summary>
internal static class ExitStudy
{
    /// <summary>The name of a network that the study trains itself: three one-dimensional convolutions for BasicMotions.</summary>
    public const string Motions = "motions";

    private const int SeparateWindow = 2;

    /// <summary>Trains heads and prints how they do on test data.</summary>
    /// <param name="model">An ONNX file, or <see cref="Motions"/>.</param>
    /// <param name="data">A data set.</param>
    /// <param name="sizes">What the head reads of each exit's map, such as 3x3+5x5; the last holds for all that follow.</param>
    /// <param name="density">Share of the head's weights that are not 0.</param>
    public static void Run(string model, string data, string sizes, string density)
    {
        (LabelledData all, LabelledData test) = DataSets.LoadBoth(data);
        Network network;
        if (model == Motions)
        {
            InputScaling scaling = InputScaling.Standardised(all);
            (all, test) = (scaling.Apply(all), scaling.Apply(test));
            network = TrainMotions(all);
        }
        else
        {
            network = OnnxReader.Read(model);
            (InputScaling scaling, string note) = InputScaling.Choose(network, all);
            Console.WriteLine(note);
            (all, test) = (DataFit.To(scaling.Apply(all), network.InputShape).Data, DataFit.To(scaling.Apply(test), network.InputShape).Data);
        }

        (LabelledData training, LabelledData validation) = all.Split(all.Count < 1000 ? 0.25 : 0.1, 1);
        IReadOnlyList<int> values = ExitPoint.FindValues(network);
        ImmutableArray<ExitPoint> points = ExitPoint.At(network, values, [.. sizes.Split('+').Select(Size)]);
        ExitTrainingOptions options = Options(training.Count, points.Length, double.Parse(density, CultureInfo.InvariantCulture));
        ExitHead head = ExitTrainer.Train(network, points, training, validation, options);
        ImmutableArray<ExitHead> separate = ExitTrainer.TrainSeparate(network, ExitPoint.WithWindow(network, values, SeparateWindow), training, validation, options);
        Print(ExitReport.Measure(network, head, separate, test), network, test, sizes, density);
    }

    private static ExitTrainingOptions Options(int samples, int exits, double density)
    {
        var options = new ExitTrainingOptions { Density = density, ExitWeights = [.. Enumerable.Range(1, exits).Select(n => n == exits ? 2.0 : 1.0)] };
        return options with
        {
            Training = options.Training with
            {
                Optimizer = Optimizer.Adam,
                LearningRate = 3e-3,
                Epochs = samples < 1000 ? 100 : 15,
                BatchSize = samples < 1000 ? 16 : 64,
            },
        };
    }

    private static void Print(ExitReport report, Network network, LabelledData test, string sizes, string density)
    {
        Print($"{network.Name}, {test.Count} test samples of {test.Name}; the head reads {sizes}, density {density}");
        Console.WriteLine("| exit | map | MACs | one head | heads of their own | margin |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (ExitFigures exit in report.Exits)
        {
            Print($"| {exit.Point.Name} | {exit.Point.Map} | {exit.Macs} | {100 * exit.Accuracy:F2} % | {100 * exit.SeparateAccuracy:F2} % | {exit.Margin:F2} |");
        }

        Print($"| full network | | {report.FullMacs} | {100 * report.FullAccuracy:F2} % | | |");
        Print($"parameters {report.Head.Parameters} to {report.Separate.Sum(head => head.Parameters)}, {report.ParameterRatio:F2} times fewer; bytes at 8 bits {report.Head.Bytes(8)}, {report.MemoryRatio(8):F2} times fewer; at 16 bits {report.Head.Bytes(16)}, {report.MemoryRatio(16):F2} times fewer");
    }

    private static Network TrainMotions(LabelledData all)
    {
        (LabelledData training, LabelledData validation) = all.Split(0.25, 1);
        var half = new Window(1, 2, 1, 2, default);
        var five = new Window(1, 5, 1, 1, new Margins(0, 2, 0, 2));
        Network network = new("three one-dimensional convolutions", [6, 1, 100],
        [
            new Convolution("conv1", [0], new Tensor([16, 6, 1, 5]), new Tensor([16]), five),
            new Activation("relu1", [1], ActivationKind.Relu),
            new Pooling("pool1", [2], PoolingKind.Maximum, half),
            new Convolution("conv2", [3], new Tensor([24, 16, 1, 5]), new Tensor([24]), five),
            new Activation("relu2", [4], ActivationKind.Relu),
            new Pooling("pool2", [5], PoolingKind.Maximum, half),
            new Convolution("conv3", [6], new Tensor([32, 24, 1, 5]), new Tensor([32]), five),
            new Activation("relu3", [7], ActivationKind.Relu),
            new Pooling("pool3", [8], PoolingKind.Maximum, half),
            new Reshape("flat", [9], [384]),
            new Dense("fc1", [10], new Tensor([64, 384]), new Tensor([64])),
            new Activation("relu4", [11], ActivationKind.Relu),
            new Dense("fc2", [12], new Tensor([4, 64]), new Tensor([4])),
        ]);
        return Trainer.Train(
            Initialization.Random(network, 1),
            training,
            validation,
            new TrainingOptions { Epochs = 60, BatchSize = 16, LearningRate = 2e-3, WeightDecay = 1e-2, Shift = 4, Schedule = Schedule.Cosine }).Network;
    }

    private static (int Rows, int Columns) Size(string text) =>
        text.Split('x') is [var rows, var columns]
            ? (int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(columns, CultureInfo.InvariantCulture))
            : throw new FormatException($"found size {text}, expected such as 3x3");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
