using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Tests.Training;

public class BatchRunnerTests
{
    public static TheoryData<string> Layers => [.. LayerSamples.Names];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_sample_of_a_batch_gives_what_it_gives_alone(string name)
    {
        Network network = LayerSamples.Of(name);
        const int count = 70;
        float[] samples = LayerSamples.Random([count * network.InputShape.Count], 5).Values;
        float[] together = BatchRunner.Run(network, samples, count, threads: 2);
        Assert.Equal(count * network.OutputShape.Count, together.Length);
        for (int n = 0; n < count; n += 23)
        {
            float[] alone = BatchRunner.Run(network, samples.AsMemory(n * network.InputShape.Count, network.InputShape.Count), 1);
            Assert.Equal(alone, together.AsSpan(n * network.OutputShape.Count, network.OutputShape.Count).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void It_computes_what_the_plain_executor_computes(string name)
    {
        Network network = LayerSamples.Of(name);
        const int count = 3;
        float[] samples = LayerSamples.Random([count * network.InputShape.Count], 6).Values;
        float[] fast = BatchRunner.Run(network, samples, count);
        for (int n = 0; n < count; n++)
        {
            float[] plain = ReferenceExecutor.Run(network, samples.AsSpan(n * network.InputShape.Count, network.InputShape.Count));
            Assert.Equal(plain.Length, network.OutputShape.Count);
            Assert.All(plain.Zip(fast[(n * plain.Length)..]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void Too_few_numbers_are_refused() =>
        Assert.Throws<ArgumentException>(() => BatchRunner.Run(LayerSamples.Of("dense"), new float[5], 1));
}
