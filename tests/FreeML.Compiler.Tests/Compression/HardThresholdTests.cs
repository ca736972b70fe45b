using FreeML.Compiler.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace FreeML.Compiler.Tests.Compression;

public class HardThresholdTests
{
    [Theory]
    [InlineData(73728, 0.003815204244769462, 282)]
    [InlineData(10, 0.5, 5)]
    [InlineData(11, 0.5, 6)]
    [InlineData(7, 0, 1)]
    [InlineData(7, 1, 7)]
    [InlineData(1, 0.3, 1)]
    public void The_percentile_is_taken_upwards_and_keeps_itself(int count, double density, int kept) => Assert.Equal(kept, HardThreshold.Kept(count, density));

    [Fact]
    public void The_largest_stay_as_they_are()
    {
        float[] weights = [0.5f, -3, 2, -0.1f, 1, -2.5f, 0, 4, 0.2f, -0.3f];
        HardThreshold.Apply(weights, 0.5);
        Assert.Equal([0, -3, 2, 0, 1, -2.5f, 0, 4, 0, 0], weights);
    }

    [Fact]
    public void Any_weights_keep_as_many_as_they_should_and_never_a_smaller_before_a_larger() => Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Choose(0, 200)).ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (numbers, permille) =>
        {
            float[] weights = [.. numbers.Select((int number, int n) => n % 2 == 0 ? number : -number)];
            float[] before = [.. weights];
            HardThreshold.Apply(weights, permille / 1000.0);
            float[] sorted = [.. before.Select(Math.Abs).Order()];
            float least = permille == 1000 ? 0 : sorted[^HardThreshold.Kept(sorted.Length, permille / 1000.0)];
            Assert.Equal(before.Select(weight => Math.Abs(weight) < least ? 0 : weight), weights);
        }).QuickCheckThrowOnFailure();
}
