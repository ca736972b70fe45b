using System.Runtime.InteropServices;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Tests.Compression;

/// <summary>The loop on a task that a small network learns in a moment: which of four corners of a picture is bright.</summary>
public sealed class CompressorTests : IDisposable
{
    private static readonly LabelledData Data = Corners(600, 1);
    private static readonly LabelledData Validation = Corners(200, 2);
    private static readonly DeviceCosts Device = new(8e6, 3e-10, 1e-9);
    private static readonly Lazy<Network> Trained = new(() => Trainer.Train(Untrained(), Data, Validation, new TrainingOptions { Epochs = 8, BatchSize = 20 }).Network);
    private static readonly CompressionOptions Options = new() { Epochs = 2, FinalEpochs = 3, BatchSize = 20 };

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_budget_of_a_quarter_is_kept_and_nothing_is_forgotten()
    {
        var policy = Energy(new DeviceBudget(600));
        double before = policy.Cost(new CompressionState(Trained.Value)).Bytes;
        CompressionState end = new Compressor(Trained.Value, Data, Validation, policy, Options).Run();
        Assert.InRange(policy.Cost(end).Bytes, 300, 600);
        Assert.True(before > 2400);
        Assert.True(end.IsFinal);
        Assert.True(Evaluator.Accuracy(end.Network, Corners(500, 3)) > 0.95);
        Assert.Equal(end.Accuracy, end.Steps[^1].Accuracy);
        Assert.All(end.Network.Layers.Select((layer, n) => (layer, n)).Where(pair => pair.layer is WeightedLayer), pair =>
            Assert.InRange(((WeightedLayer)pair.layer).Weights.NonZeros, 1, end.Kept(pair.n)));

        CompressedNetwork compressed = CompressedNetwork.Of(end, Data, null, KernelCosts.Default, Device);
        Assert.InRange(compressed.Size.Bytes, 1, 600);
        Assert.Equal(compressed.Size.Bytes, compressed.Cost.Bytes);
    }

    [Fact]
    public void A_budget_that_is_kept_already_changes_nothing()
    {
        CompressionState end = new Compressor(Trained.Value, Data, Validation, Energy(new DeviceBudget(100_000)), Options).Run();
        Assert.Same(Trained.Value, end.Network);
        Assert.Empty(end.Steps);
    }

    [Fact]
    public void An_energy_budget_is_kept_without_a_byte_budget()
    {
        var policy = Energy(new DeviceBudget(null));
        NetworkCost before = policy.Cost(new CompressionState(Trained.Value) with { Bits = [.. Trained.Value.Layers.Select(_ => 8)] });

        // Outputs and layers cost what they cost, however few weights are left.
        policy = Energy(new DeviceBudget(null, 0.75 * before.Joules));
        CompressionState end = new Compressor(Trained.Value, Data, Validation, policy, Options).Run();
        Assert.InRange(policy.Cost(end).Joules, 0.4 * before.Joules, 0.75 * before.Joules);
        Assert.True(end.Accuracy > 0.95);
    }

    [Fact]
    public void A_budget_below_everything_is_an_error_and_no_endless_loop()
    {
        ModelException error = Assert.Throws<ModelException>(() => new Compressor(Trained.Value, Data, Validation, Energy(new DeviceBudget(100)), Options with { Epochs = 1 }).Run());
        Assert.Contains("times too small, expected one that it can get to", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(false, 6)]
    [InlineData(true, 2)]
    public void Interrupted_and_resumed_it_comes_to_the_same_bytes(bool isPaper, int saves)
    {
        byte[] uninterrupted = Bytes(new Compressor(Trained.Value, Data, Validation, Policy(isPaper), Options).Run().Network);
        using CancellationTokenSource interrupt = new();
        int saved = 0;
        if (saves == 0)
        {
            interrupt.Cancel();
        }

        var first = new Compressor(Trained.Value, Data, Validation, Policy(isPaper), Options)
        {
            Save = checkpoint =>
            {
                CheckpointFile.Write(_path, "this", checkpoint);
                if (++saved == saves)
                {
                    interrupt.Cancel();
                }
            },
        };
        Assert.Throws<OperationCanceledException>(() => first.Run(null, interrupt.Token));
        CompressionCheckpoint? checkpoint = CheckpointFile.TryRead(_path, "this", Trained.Value);
        Assert.Equal(saves == 0, checkpoint is null);
        Assert.Equal(uninterrupted, Bytes(new Compressor(Trained.Value, Data, Validation, Policy(isPaper), Options with { Threads = 1 }).Run(checkpoint).Network));
    }

    [Fact]
    public void A_checkpoint_of_another_request_is_not_taken_and_a_damaged_one_is_named()
    {
        CompressionState state = new CompressionState(Trained.Value).With(new Rewrite(1, RewriteForm.LowRankAndSparse, 3)).With(3, 0.25) with { Turn = 3, Accuracy = 0.5 };
        CheckpointFile.Write(_path, "this", new CompressionCheckpoint(state.Thresholded()));
        Assert.Null(CheckpointFile.TryRead(_path, "that", Trained.Value));
        CompressionState read = CheckpointFile.TryRead(_path, "this", Trained.Value)!.State;
        Assert.Equal(Bytes(state.Thresholded().Network), Bytes(read.Network));
        Assert.Equal(state.Densities.AsEnumerable(), read.Densities);
        Assert.Equal(3, read.Turn);
        byte[] file = File.ReadAllBytes(_path);
        foreach ((string right, string wrong) in (ReadOnlySpan<(string, string)>)[("\"Bits\"", "\"Bitz\""), ("\"Layer\":1", "\"Layer\":7"), ("\"Layer\":1", "\"Layer\":0"), ("\"Rank\":3", "\"Rank\":-")])
        {
            File.WriteAllBytes(_path, Changed(file, right, wrong));
            Assert.Contains(_path, Assert.Throws<ModelException>(() => CheckpointFile.TryRead(_path, "this", Trained.Value)).Message, StringComparison.Ordinal);
        }

        for (int cut = 0; cut < 20; cut++)
        {
            File.WriteAllBytes(_path, file[..(file.Length * cut / 20)]);
            Assert.Contains(_path, Assert.Throws<ModelException>(() => CheckpointFile.TryRead(_path, "this", Trained.Value)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Changed(byte[] file, string from, string to)
    {
        byte[] changed = [.. file];
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(changed, file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from)));
        return changed;
    }

    private static ICompressionPolicy Policy(bool isPaper) => isPaper ? new PaperPolicy(3000) : Energy(new DeviceBudget(700));

    private static EnergyPolicy Energy(DeviceBudget budget) =>
        new(budget, (network, bits) => NetworkCost.Of(network, bits, KernelCosts.Default, Device), network => Evaluator.Evaluate(network, Validation).Loss);

    private static byte[] Bytes(Network network) => [.. network.Layers.OfType<WeightedLayer>().SelectMany(layer => MemoryMarshal.AsBytes(layer.Weights.Values.Concat(layer.Bias?.Values ?? []).ToArray().AsSpan()).ToArray())];

    private static Network Untrained()
    {
        Random random = new(5);
        return new Network("corners", [1, 8, 8],
        [
            new Reshape("flatten", [0], [64]),
            new Dense("fc1", [1], Weights(random, [32, 64]), new Tensor([32])),
            new Activation("relu", [2], ActivationKind.Relu),
            new Dense("fc2", [3], Weights(random, [4, 32]), new Tensor([4])),
        ]);
    }

    private static Tensor Weights(Random random, Shape shape) => new(shape, [.. Enumerable.Range(0, shape.Count).Select(_ => (float)((random.NextDouble() - 0.5) * 0.4))]);

    private static LabelledData Corners(int count, int seed)
    {
        Random random = new(seed);
        float[] samples = new float[count * 64];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++)
        {
            labels[n] = random.Next(4);
            for (int i = 0; i < 64; i++)
            {
                bool isBright = (i / 32 * 2) + (i % 8 / 4) == labels[n];
                samples[(n * 64) + i] = (float)(random.NextDouble() + (isBright ? 0.4 : 0));
            }
        }

        return new LabelledData("corners", [1, 8, 8], samples, labels, 4);
    }
}
