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

    [Fact]
    public void Too_few_numbers_are_refused() =>
        Assert.Throws<ArgumentException>(() => BatchRunner.Run(LayerSamples.Of("dense"), new float[5], 1));
}
