using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;
using FreeML.Compiler.Tests.Training;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Tests.EarlyExit;

public class ExitHeadTests
{
    private static readonly Network Backbone = Initialization.Random(
        new Network("digits", [1, 16, 16],
        [
            new Convolution("conv1", [0], new Tensor([6, 1, 3, 3]), new Tensor([6]), new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1))),
            new Activation("relu1", [1], ActivationKind.Relu),
            new Pooling("pool1", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Convolution("conv2", [3], new Tensor([12, 6, 3, 3]), new Tensor([12]), new Window(3, 3, 1, 1, new Margins(1, 1, 1, 1))),
            new Activation("relu2", [4], ActivationKind.Relu),
            new Pooling("pool2", [5], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Reshape("flat", [6], [192]),
            new Dense("fc", [7], new Tensor([10, 192]), new Tensor([10])),
        ]),
        1);

    private static ImmutableArray<ExitPoint> Points => ExitPoint.At(Backbone, ExitPoint.FindValues(Backbone), (2, 2), (3, 3));

    [Fact]
    public void A_head_answers_as_the_network_that_ends_at_the_exit_does()
    {
        ExitHead head = RandomHead();
        LabelledData data = SyntheticDigits.Generate(20, 16, 3);
        LabelledData features = ExitTrainer.Features(Backbone, head.Points, data);
        for (int exit = 0; exit < 2; exit++)
        {
            float[] logits = head.Logits(features, exit);
            Network network = head.AsNetwork(Backbone, exit);
            Assert.Equal(head.Points[exit].Value + (2 * (exit + 1)) + exit + 1, network.Layers.Length);
            for (int sample = 0; sample < data.Count; sample++)
            {
                float[] plain = ReferenceExecutor.Run(network, data.Sample(sample));
                Assert.All(plain.Zip(logits[(sample * 10)..]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            }
        }
    }

    [Fact]
    public void What_is_not_computed_yet_does_not_matter()
    {
        ExitHead head = RandomHead();
        float[] features = LayerSamples.Random([head.Features], 4).Values;
        float[] before = head.Logits(One(features), 0);
        float[] beforeLast = head.Logits(One(features), 1);
        features.AsSpan(24).Fill(99);
        Assert.Equal(before, head.Logits(One(features), 0));
        Assert.NotEqual(beforeLast, head.Logits(One(features), 1));

        static LabelledData One(float[] features) => new("x", [features.Length], (float[])features.Clone(), new int[1], 10);
    }

    [Fact]
    public void A_head_learns_to_answer_at_every_exit_and_later_ones_know_more()
    {
        (LabelledData training, LabelledData validation) = SyntheticDigits.Generate(1000, 16, 1).Split(0.2, 1);
        LabelledData test = SyntheticDigits.Generate(500, 16, 2);
        Network backbone = Trainer.Train(Backbone, training, validation, new TrainingOptions { Epochs = 5, LearningRate = 0.01, BatchSize = 32 }).Network;
        var options = new ExitTrainingOptions();
        options = options with { ExitWeights = [1, 2], Training = options.Training with { Epochs = 6, LearningRate = 0.02 } };
        ExitHead head = ExitTrainer.Train(backbone, Points, training, validation, options);
        ImmutableArray<ExitHead> separate = ExitTrainer.TrainSeparate(backbone, ExitPoint.WithWindow(backbone, [3, 6], 2), training, validation, options);
        ExitReport report = ExitReport.Measure(backbone, head, separate, test);
        Assert.Equal((24 + 108 + 2) * 10 + 10, report.Head.Parameters);
        Assert.Equal(((6 * 16) + (12 * 4)) * 10 + 20, report.Separate.Sum(one => one.Parameters));
        Assert.Equal((double)(1440 + 20) / (1340 + 10), report.ParameterRatio, 1e-9);

        // Inputs that are never anything but 0 have weights of 0, which take fewer bytes.
        Assert.InRange(report.Head.Bytes(16), 1340, (2 * 1340) + 40);
        Assert.Equal((double)report.Separate.Sum(one => one.Bytes(16)) / report.Head.Bytes(16), report.MemoryRatio(16), 1e-9);
        Assert.InRange(report.FullAccuracy, 0.75, 1);
        Assert.InRange(report.Exits[0].Accuracy, 0.4, 1);
        Assert.InRange(report.Exits[1].Accuracy, report.Exits[0].Accuracy + 0.1, 1);
        Assert.InRange(report.Exits[0].SeparateAccuracy, 0.4, 1);
        Assert.Equal(54 * 256 + 240, report.Exits[0].Macs);
        Assert.True(report.Exits[1].Margin > 0);
    }

    [Fact]
    public void Training_gives_the_same_bytes_for_any_number_of_threads_and_leaves_the_backbone_alone()
    {
        LabelledData data = SyntheticDigits.Generate(150, 16, 5);
        float[] before = Flat(Backbone);
        float[][] heads = [.. new[] { 1, 2 }.Select(threads =>
        {
            var options = new ExitTrainingOptions { ExitWeights = [1, 3] };
            options = options with { Training = options.Training with { Epochs = 2, Threads = threads } };
            return ExitTrainer.Train(Backbone, Points, data, data, options).Weights.Values;
        })];
        Assert.Equal(heads[0], heads[1]);
        Assert.Equal(before, Flat(Backbone));
        Assert.Throws<ArgumentException>(() => ExitTrainer.Train(Backbone, Points, data, data, new ExitTrainingOptions { ExitWeights = [1] }));

        static float[] Flat(Network network) => [.. ParameterSet.Of(network).Arrays.SelectMany(array => array)];
    }

    [Fact]
    public void A_head_of_few_weights_takes_fewer_bytes()
    {
        LabelledData data = SyntheticDigits.Generate(100, 16, 5);
        var options = new ExitTrainingOptions { Density = 0.3 };
        options = options with { Training = options.Training with { Epochs = 2 } };
        ExitHead head = ExitTrainer.Train(Backbone, Points, data, data, options);
        Assert.InRange(head.Weights.NonZeros, 0.29 * 1340, (0.31 * 1340) + 20);
        Assert.InRange(head.Bytes(16), 2 * head.Weights.NonZeros, 0.5 * RandomHead().Bytes(16));
    }

    private static ExitHead RandomHead() => new(Points, LayerSamples.Random([10, 24 + 108 + 2], 2), LayerSamples.Random([10], 3));
}
