using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The firmware's operations against the integer executor, bit for bit, with and without power failures.</summary>
public sealed class OperationTests
{
    private static readonly string Digits = Path.Combine(RepositoryRoot.Path, "models", "digits");

    public static TheoryData<OperationKind> Kinds => [.. Enum.GetValues<OperationKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_operation_of_any_size_and_form_gives_what_the_executor_gives(OperationKind kind)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Check("restart", kind, seed, device => device.Run());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Power_failures_at_random_instructions_change_nothing_if_outputs_are_counted(OperationKind kind)
    {
        int failures = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            Check("freeml", kind, seed, device => failures += device.RunThroughFailures(3000));
        }

        Assert.True(failures > 10, $"{failures} failures");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Power_failures_at_random_instructions_change_nothing_if_tiles_are_counted(OperationKind kind)
    {
        int failures = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            Check("tiled", kind, seed, device => failures += device.RunThroughFailures(6000));
        }

        Assert.True(failures > 5, $"{failures} failures");
    }

    // Longer than a piece, so that partial sums are kept.
    [Theory]
    [InlineData(WeightForm.Dense, 8)]
    [InlineData(WeightForm.Dense, 16)]
    [InlineData(WeightForm.Gap16, 8)]
    [InlineData(WeightForm.Gap8, 8)]
    [InlineData(WeightForm.Gap4, 16)]
    [InlineData(WeightForm.Gap4, 8)]
    [InlineData(WeightForm.Bitmap, 8)]
    public void Long_rows_go_on_from_their_partial_sums(WeightForm form, int bits)
    {
        Random random = new(5);
        short[] weights = [.. Enumerable.Range(0, 3 * 1501).Select(_ => (short)(random.Next(5) == 0 ? 0 : random.Next(-100, 101)))];
        IntegerNetwork network = new(
            "rows",
            [new IntegerValue("input", 1501, 0, -255, 255, 255), new IntegerValue("output", 3, 0, -32767, 32767, 32767)],
            [new FullyConnectedOperation("rows", [0], 1, EncodedWeights.Encode(weights, 3, bits, form), [5, -7, 9], 4, [6, 8, 9])],
            1);
        short[] input = RandomOperations.Elements(network.Values[0], 1);
        using OperationDevice device = new("freeml", network, 1);
        device.Put(0, input);

        // A row takes 13,000 cycles and more, so that nothing would be done without them.
        int failures = device.RunThroughFailures(5000);

        Assert.Equal(Expected(network, input).Elements(1).ToArray(), device.Get(1));
        Assert.True(failures > 5, $"{failures} failures");
    }

    [Fact]
    public void The_network_that_comes_with_the_program_gives_the_executors_logits_and_classes()
    {
        (IntegerNetwork network, LabelledData samples) = Shipped();
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        using OperationDevice device = new("freeml", network, 1, fast: true);
        for (int i = 0; i < 5; i++)
        {
            int expected = executor.Run(samples.Sample(i), memory);
            executor.SetInput(samples.Sample(i), memory);
            device.Put(0, memory.Elements(0));
            device.SetSteps(0, network.Operations.Length);
            device.Run();
            Assert.Equal(memory.Elements(network.Output).ToArray(), device.Get(network.Output));
            Assert.Equal(expected, device.Answer);
        }
    }

    // The maps hold noise, and no exit before it was computed: the head may only read what the network's operations wrote.
    [Fact]
    public void An_exit_gives_its_logits_if_it_is_the_only_one_computed()
    {
        (IntegerNetwork network, LabelledData samples) = Shipped(heads: true);
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        executor.Run(samples.Sample(2), memory);
        short[] input = memory.Elements(0).ToArray();
        Assert.NotEmpty(network.Exits);
        for (int exit = 0; exit < network.Exits.Length; exit++)
        {
            IntegerExit taken = network.Exits[exit];
            using OperationDevice device = new("restart", network, exit + 1, fast: true);
            device.Put(0, input);
            device.SetSteps(0, taken.After);
            device.Run();
            device.SetSteps(network.Operations.Length + taken.First, network.Operations.Length + taken.First + taken.Count);
            device.Run();
            Assert.Equal(memory.ExitLogits[exit], device.Get(taken.Logits));
        }
    }

    // What is promised of costs, for layers of usual sizes; the rest of a run beside the operation is in it too.
    [Theory]
    [InlineData(WeightForm.Dense, 8, 1.0, 12)]
    [InlineData(WeightForm.Dense, 16, 1.0, 12)]
    [InlineData(WeightForm.Gap16, 8, 0.1, 20)]
    [InlineData(WeightForm.Gap8, 8, 0.1, 20)]
    [InlineData(WeightForm.Gap4, 8, 0.15, 20)]
    [InlineData(WeightForm.Bitmap, 8, 0.3, 20)]
    public void Products_of_a_fully_connected_layer_cost_what_is_promised(WeightForm form, int bits, double density, double most)
    {
        Random random = new(3);
        short[] weights = [.. Enumerable.Range(0, 60 * 400).Select(_ => (short)(random.NextDouble() < density ? random.Next(-100, 101) : 0))];
        FullyConnectedOperation operation = new("layer", [0], 1, EncodedWeights.Encode(weights, 60, bits, form), [], 0, [8]);
        CheckCost(new IntegerNetwork("layer", [new IntegerValue("input", 400, 0, -255, 255, 255), new IntegerValue("output", 60, 0, 0, 32767, 32767)], [operation], 1), most);
    }

    [Theory]
    [InlineData(WeightForm.Dense, 8, 3, 12)]
    [InlineData(WeightForm.Dense, 16, 3, 12)]
    [InlineData(WeightForm.Dense, 8, 5, 12)]
    [InlineData(WeightForm.Dense, 8, 4, 12)]
    [InlineData(WeightForm.Dense, 8, 1, 12)]
    [InlineData(WeightForm.Bitmap, 8, 3, 20)]
    [InlineData(WeightForm.Gap8, 8, 5, 20)]
    public void Products_of_a_convolution_cost_what_is_promised(WeightForm form, int bits, int window, double most)
    {
        Random random = new(3);
        int channels = window == 1 ? 64 : 16;
        int columns = channels * window * window;
        short[] weights = [.. Enumerable.Range(0, 8 * columns).Select(_ => (short)(form == WeightForm.Dense || random.Next(4) == 0 ? random.Next(-100, 101) : 0))];
        MapSize map = new(channels, 14, 14);
        Window moved = new(window, window, 1, 1, default);
        (int height, int width) = moved.Positions(14, 14);
        MapSize result = new(8, height, width);
        ConvolutionOperation operation = new("layer", [0], 1, EncodedWeights.Encode(weights, 8, bits, form), [], 0, [8], map, result, moved, 1);
        CheckCost(
            new IntegerNetwork("layer", [new IntegerValue("input", map.Count, 0, -255, 255, 255), new IntegerValue("output", result.Count, 0, 0, 32767, 32767)], [operation], 1), most);
    }

    private static void CheckCost(IntegerNetwork network, double most)
    {
        short[] input = RandomOperations.Elements(network.Values[0], 1);
        long[] cycles = [.. new[] { "restart", "freeml" }.Select(strategy =>
        {
            using OperationDevice device = new(strategy, network, 1);
            device.Put(0, input);
            return device.Run();
        })];
        Assert.InRange(cycles[0] / (double)network.Macs, 8, most);
        Assert.InRange(cycles[1] / (double)cycles[0], 1, 1.2);
    }

    private static void Check(string strategy, OperationKind kind, int seed, Action<OperationDevice> run)
    {
        IntegerNetwork network = RandomOperations.Create(kind, seed);
        short[] input = RandomOperations.Elements(network.Values[0], seed);
        using OperationDevice device = new(strategy, network, seed);
        device.Put(0, input);
        if (kind == OperationKind.Copy)
        {
            // What it does not write is 0 in the executor.
            device.Put(network.Output, new short[network.Values[network.Output].Length]);
        }

        run(device);
        short[] expected = Expected(network, input).Elements(network.Output).ToArray();
        Assert.True(expected.AsSpan().SequenceEqual(device.Get(network.Output)), $"{kind} {seed}: {network.Operations[^1]}");
    }

    private static IntegerMemory Expected(IntegerNetwork network, short[] input)
    {
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        executor.Run([.. input.Select(element => (float)element)], memory);
        return memory;
    }

    private static (IntegerNetwork Network, LabelledData Samples) Shipped(bool heads = false)
    {
        Network network = OnnxReader.Read(Path.Combine(Digits, "digits.onnx"));
        LabelledData samples = DataSets.Load(Digits, DataSplit.Test, 40).As(network.InputShape);
        ExitHead[] added = heads ? [RandomHead(network)] : [];
        return (Quantizer.Quantize(network, samples, new QuantizationOptions(), [.. added]), samples);
    }

    // A head at the two pools; trained or not makes no difference here.
    private static ExitHead RandomHead(Network network)
    {
        Random random = new(4);
        ImmutableArray<ExitPoint> points = ExitPoint.At(network, [3, 6], (2, 2));
        int inputs = ExitHead.FeatureCount(points) + ExitHead.BitCount(points.Length);
        return new ExitHead(points, Tensor(10, inputs), Tensor(10));

        Tensor Tensor(params int[] shape)
        {
            Tensor tensor = new([.. shape]);
            for (int i = 0; i < tensor.Count; i++)
            {
                tensor.Values[i] = (random.NextSingle() * 2) - 1;
            }

            return tensor;
        }
    }
}
