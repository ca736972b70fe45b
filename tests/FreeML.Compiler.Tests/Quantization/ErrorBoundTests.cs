using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Tests.Quantization;

public class ErrorBoundTests
{
    // What double arithmetic itself may add to the oracle.
    private const double Slack = 1e-9;

    [Theory]
    [InlineData(8, true)]
    [InlineData(8, false)]
    [InlineData(16, true)]
    public void Every_value_of_random_networks_is_within_its_bound_of_the_real_one(int bits, bool perChannel)
    {
        int checkedRuns = 0;
        for (int seed = 0; seed < 80; seed++)
        {
            Network network = RandomNetworks.Create(seed);
            Network canonical = Canonical.Of(network);
            double[][] samples = RandomNetworks.Samples(network, seed, 4);
            LoweredNetwork lowered = RandomNetworks.Quantize(canonical, samples, new QuantizationOptions { WeightBits = bits, PerChannel = perChannel, Headroom = 2 });
            IntegerExecutor executor = new(lowered.Network);
            foreach (double[] sample in samples)
            {
                IntegerMemory memory = executor.CreateMemory();
                executor.Run([.. sample.Select(x => (float)x)], memory);
                if (memory.Saturations.Sum() == 0)
                {
                    checkedRuns++;
                    AssertWithin(lowered, RealNetwork.Run(canonical, sample), memory, network.Name);
                }
            }
        }

        Assert.InRange(checkedRuns, 240, 320);
    }

    [Fact]
    public void Rewriting_does_not_change_what_a_network_computes()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Network network = RandomNetworks.Create(seed);
            foreach (double[] sample in RandomNetworks.Samples(network, seed, 2))
            {
                double[] before = RealNetwork.Run(network, sample)[^1];
                double[] after = RealNetwork.Run(Canonical.Of(network), sample)[^1];
                Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
            }
        }
    }

    [Fact]
    public void Saturation_is_counted_at_the_value_that_was_clamped()
    {
        Network network = new("one", [1, 1, 2], [new Convolution("double", [0], new Tensor([1, 1, 1, 1], [2]), null, new Window(1, 1, 1, 1, default))]);
        LoweredNetwork lowered = Lowerer.Lower(network, [new ValueRange(-1, 1), new ValueRange(-1, 1)], new QuantizationOptions { Headroom = 1 });
        IntegerExecutor executor = new(lowered.Network);
        IntegerMemory memory = executor.CreateMemory();
        executor.Run([0.25f, 0.4f], memory);
        Assert.Equal([0, 0], memory.Saturations);
        executor.Run([0.9f, -0.25f], memory);
        Assert.Equal([0, 0], memory.Saturations);
        executor.Run([1.5f, -5f], memory);
        Assert.Equal([1, 2], memory.Saturations);
        Assert.Equal([32767, -32767], memory.Elements(1).ToArray());
    }

    private static void AssertWithin(LoweredNetwork lowered, double[][] real, IntegerMemory memory, string name)
    {
        for (int value = 0; value < real.Length; value++)
        {
            if (lowered.Values[value] is >= 0 and var index)
            {
                double error = memory.Reals(index).Zip(real[value], (a, b) => Math.Abs(a - b)).Max();
                double bound = lowered.Network.Values[index].Error;
                Assert.True(error <= (bound * (1 + Slack)) + Slack, $"{name}, {lowered.Network.Values[index].Name}: error {error} above its bound {bound}");
            }
        }
    }
}
