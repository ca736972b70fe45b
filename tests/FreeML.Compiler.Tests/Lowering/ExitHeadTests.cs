using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Tests.Quantization;

namespace FreeML.Compiler.Tests.Lowering;

public class ExitHeadTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Logits_at_every_exit_are_within_their_bound_of_the_real_ones(int bits)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            (Network network, LabelledData data) = Sample(seed);
            ExitHead shared = Head(ExitPoint.At(network, [2, 6], (2, 2)), seed);
            ExitHead own = Head(ExitPoint.At(network, [6], (2, 2)), seed + 100);
            IntegerNetwork integer = Quantizer.Quantize(network, data, new QuantizationOptions { WeightBits = bits, Headroom = 2 }, [shared, own]);
            Assert.Equal(["exit at relu1", "exit at pool2", "own exit at pool2"], integer.Exits.Select(exit => exit.Name));
            AssertExits(network, data, integer, [(shared, 0), (shared, 1), (own, 0)]);
        }
    }

    [Fact]
    public void A_head_changes_nothing_of_the_whole_network()
    {
        (Network network, LabelledData data) = Sample(1);
        QuantizationOptions options = new();
        IntegerNetwork without = Quantizer.Quantize(network, data, options);
        IntegerNetwork with = Quantizer.Quantize(network, data, options, [Head(ExitPoint.At(network, [2, 6], (2, 2)), 1)]);
        (IntegerExecutor first, IntegerExecutor second) = (new(without), new(with, ArenaPlanner.Plan(with)));
        (IntegerMemory one, IntegerMemory other) = (first.CreateMemory(), second.CreateMemory());
        for (int sample = 0; sample < data.Count; sample++)
        {
            Assert.Equal(first.Run(data.Sample(sample), one), second.Run(data.Sample(sample), other));
            Assert.Equal(one.Elements(without.Output), other.Elements(with.Output));
        }

        // What the head reads is held from the begin to the last exit.
        Assert.True(DeployedSize.Of(with).Arena.Bytes > DeployedSize.Of(without).Arena.Bytes);
    }

    private static void AssertExits(Network network, LabelledData data, IntegerNetwork integer, (ExitHead Head, int Exit)[] exits)
    {
        IntegerExecutor executor = new(integer, ArenaPlanner.Plan(integer, keepsInput: false));
        for (int sample = 0; sample < data.Count; sample++)
        {
            IntegerMemory memory = executor.CreateMemory();
            executor.Run(data.Sample(sample), memory);
            Assert.Equal(0, memory.Saturations.Sum());
            for (int exit = 0; exit < exits.Length; exit++)
            {
                double[] real = RealNetwork.Run(exits[exit].Head.AsNetwork(network, exits[exit].Exit), [.. data.Sample(sample).ToArray().Select(x => (double)x)])[^1];
                IntegerValue logits = integer.Values[integer.Exits[exit].Logits];
                double error = memory.ExitLogits[exit].Zip(real, (a, b) => Math.Abs((a * logits.Step) - b)).Max();
                Assert.InRange(error, 0, logits.Error + 1e-5);
                Assert.True(error < 0.1 * real.Max(Math.Abs), $"exit {exit}: {error} of {real.Max(Math.Abs)}");
            }
        }
    }

    private static (Network Network, LabelledData Data) Sample(int seed)
    {
        Random random = new(seed);
        Window same = new(3, 3, 1, 1, new Margins(1, 1, 1, 1));
        Network network = new("exits", [1, 12, 12],
        [
            new Convolution("conv1", [0], Weights(random, [4, 1, 3, 3], 1), Weights(random, [4], 0.1), same),
            new Activation("relu1", [1], ActivationKind.Relu),
            new Pooling("pool1", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Convolution("conv2", [3], Weights(random, [6, 4, 3, 3], 4), Weights(random, [6], 0.1), same),
            new Activation("relu2", [4], ActivationKind.Relu),
            new Pooling("pool2", [5], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
            new Reshape("flat", [6], [54]),
            new Dense("fc", [7], Weights(random, [5, 54], 0.2), null),
        ]);
        float[] samples = [.. Enumerable.Range(0, 8 * 144).Select(_ => random.NextSingle())];
        return (network, new LabelledData("noise", network.InputShape, samples, new int[8], 5));
    }

    private static ExitHead Head(ImmutableArray<ExitPoint> points, int seed)
    {
        Random random = new(seed);
        return new ExitHead(points, Weights(random, [5, ExitHead.FeatureCount(points) + ExitHead.BitCount(points.Length)], 0.5), Weights(random, [5], 1));
    }

    private static Tensor Weights(Random random, Shape shape, double scale)
    {
        Tensor tensor = new(shape);
        for (int i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = (float)((random.NextDouble() - 0.5) * scale);
        }

        return tensor;
    }
}
