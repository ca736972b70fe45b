using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Tests.Training;

public class TrainerTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 6, BatchSize = 40, LearningRate = 0.01, Shift = 1, Threads = 2 };

    // Bars across or down, with noise: two classes that a convolution tells apart.
    private static LabelledData Bars(int count, ulong seed)
    {
        float[] samples = new float[count * 64];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++)
        {
            var random = new RandomStream(seed, n);
            labels[n] = random.Below(2);
            int place = 1 + random.Below(6);
            for (int pixel = 0; pixel < 64; pixel++)
            {
                bool isBar = (labels[n] == 0 ? pixel / 8 : pixel % 8) == place;
                samples[(n * 64) + pixel] = (float)random.Between(0, 0.5) + (isBar ? 1 : 0);
            }
        }

        return new LabelledData("bars", [1, 8, 8], samples, labels, 2);
    }

    private static Network Small => Initialization.Random(
        new Network("small", [1, 8, 8],
        [
            new Convolution("conv", [0], new Tensor([8, 1, 3, 3]), new Tensor([8]), new Window(3, 3, 1, 1, default)),
            new Activation("relu", [1], ActivationKind.Relu),
            new Pooling("pool", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Reshape("flat", [3], [72]),
            new Dense("fc", [4], new Tensor([2, 72]), new Tensor([2])),
            new Softmax("softmax", [5]),
        ]),
        3);

    [Theory]
    [InlineData(Optimizer.Adam, 0.01)]
    [InlineData(Optimizer.Sgd, 0.05)]
    public void A_network_learns(Optimizer optimizer, double rate)
    {
        (LabelledData training, LabelledData validation) = Bars(400, 1).Split(0.2, 1);
        TrainingResult result = Trainer.Train(Small, training, validation, Options with { Optimizer = optimizer, LearningRate = rate, Schedule = Schedule.Cosine, Epochs = 12 });
        Assert.InRange(Evaluator.Accuracy(result.Network, Bars(300, 2)), 0.97, 1);
        Assert.Equal(12, result.History.Count);
        Assert.Equal(result.History.Min(epoch => epoch.ValidationLoss), result.Best.ValidationLoss);
        Assert.Equal(Evaluator.Evaluate(result.Network, validation).Loss, result.Best.ValidationLoss, 1e-6);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_number_of_threads()
    {
        TrainingOptions options = Options with { Epochs = 2, Teacher = Small };
        float[][] outcomes = [.. new[] { 1, 2, 5 }.Select(threads => Flat(Trainer.Train(Small, Bars(150, 1), Bars(50, 2), options with { Threads = threads }).Network))];
        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0], outcome));
        Assert.NotEqual(outcomes[0], Flat(Trainer.Train(Small, Bars(150, 1), Bars(50, 2), options with { Seed = 2 }).Network));
    }

    [Theory]
    [InlineData(Optimizer.Adam)]
    [InlineData(Optimizer.Sgd)]
    public void Training_goes_on_from_a_saved_state_to_the_same_bytes(Optimizer optimizer)
    {
        LabelledData training = Bars(150, 1);
        LabelledData validation = Bars(50, 2);
        TrainingOptions options = Options with { Optimizer = optimizer, Schedule = Schedule.Step(2, 0.5), WeightDecay = 1e-3 };
        var saved = new List<byte[]>();
        TrainingResult whole = Trainer.Train(Small, training, validation, options, null, null, null, Save);
        Assert.Equal(6, saved.Count);
        TrainingState state = TrainingState.Read(new MemoryStream(saved[2]), "state", Small);
        TrainingResult rest = Trainer.Train(Small, training, validation, options, null, null, state, null);
        Assert.Equal(Flat(whole.Network), Flat(rest.Network));
        Assert.Equal(whole.History, rest.History);

        void Save(TrainingState now)
        {
            var stream = new MemoryStream();
            now.Write(stream);
            saved.Add(stream.ToArray());
        }
    }

    [Fact]
    public void A_state_that_is_cut_off_or_foreign_is_refused()
    {
        byte[] bytes = [];
        Trainer.Train(Small, Bars(20, 1), Bars(20, 2), Options with { Epochs = 1 }, null, null, null, Save);
        foreach (byte[] bad in (byte[][])[[], bytes[..^1], [.. bytes, 0], [.. Enumerable.Repeat((byte)255, 64)]])
        {
            Assert.Throws<ModelException>(() => TrainingState.Read(new MemoryStream(bad), "state", Small));
        }

        void Save(TrainingState state)
        {
            var stream = new MemoryStream();
            state.Write(stream);
            bytes = stream.ToArray();
        }
    }

    [Fact]
    public void A_constraint_is_kept_and_frozen_layers_stay()
    {
        var constraint = new EverySecond();
        TrainingResult result = Trainer.Train(Small, Bars(100, 1), Bars(50, 2), Options with { FrozenLayers = [0] }, constraint);
        Assert.Equal([4], constraint.Layers.Distinct());
        Assert.Equal(Flat(Small)[..72], Flat(result.Network)[..72]);
        Tensor weights = ((Dense)result.Network.Layers[4]).Weights;
        Assert.Equal(72, weights.NonZeros);
        Assert.NotEqual(((Dense)Small.Layers[4]).Weights.Values[0], weights.Values[0]);
    }

    [Fact]
    public void It_stops_when_the_validation_loss_no_longer_falls()
    {
        LabelledData training = Bars(60, 1);
        TrainingResult result = Trainer.Train(Small, training, WithLabels(training, label => 1 - label), Options with { Epochs = 50, Patience = 3 });
        Assert.InRange(result.History.Count, 4, 20);
        Assert.Equal(result.History.Count - 3, result.BestEpoch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_pupil_believes_its_teacher_and_not_the_labels(int shift)
    {
        LabelledData training = Bars(300, 1);
        Network teacher = Trainer.Train(Small, training, training, Options).Network;
        LabelledData lies = WithLabels(training, label => 1 - label);
        TrainingOptions options = Options with { Teacher = teacher, TeacherWeight = 1, Temperature = 2, Shift = shift };
        Assert.InRange(Evaluator.Accuracy(Trainer.Train(Initialization.Random(Small, 8), lies, training, options).Network, training), 0.95, 1);
    }

    [Fact]
    public void It_can_be_stopped_and_refuses_data_that_does_not_fit()
    {
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(Small, Bars(50, 1), Bars(50, 2), Options, cancellation: new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentException>(() => Trainer.Train(Small, Bars(5, 1), new LabelledData("x", [1, 4, 4], new float[16], new int[1], 2), Options));
        Assert.Throws<ArgumentException>(() => Trainer.Train(Small, new LabelledData("x", [1, 8, 8], new float[64], new int[1], 3), Bars(5, 1), Options));
    }

    [Fact]
    public void Data_are_split_without_a_sample_in_common()
    {
        LabelledData data = new("x", [1], Enumerable.Range(0, 50).Select(n => (float)n).ToArray(), new int[50], 1);
        (LabelledData training, LabelledData validation) = data.Split(0.3, 9);
        Assert.Equal((35, 15), (training.Count, validation.Count));
        Assert.Equal(data.Samples.ToArray(), training.Samples.ToArray().Concat(validation.Samples.ToArray()).Order());
        Assert.NotEqual(validation.Samples.ToArray(), data.Split(0.3, 10).Validation.Samples.ToArray());
    }

    private static LabelledData WithLabels(LabelledData data, Func<int, int> label) =>
        new(data.Name, data.SampleShape, data.SampleMemory, data.Labels.ToArray().Select(label).ToArray(), data.Classes);

    private static float[] Flat(Network network) => [.. ParameterSet.Of(network).Arrays.SelectMany(array => array)];

    private sealed class EverySecond : IWeightConstraint
    {
        public List<int> Layers { get; } = [];

        public void Apply(int layer, Span<float> weights)
        {
            Layers.Add(layer);
            for (int n = 1; n < weights.Length; n += 2)
            {
                weights[n] = 0;
            }
        }
    }
}
