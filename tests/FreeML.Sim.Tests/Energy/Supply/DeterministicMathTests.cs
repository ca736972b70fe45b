using FreeML.Sim.Energy;

namespace FreeML.Sim.Tests.Energy;

public sealed class DeterministicMathTests
{
    private static readonly Random Random = new(12345);

    [Fact]
    public void Exp_agrees_with_the_hosts_to_a_part_in_1e15()
    {
        for (int n = 0; n < 100_000; n++)
        {
            double x = (Random.NextDouble() - 0.5) * (n % 2 == 0 ? 2 : 1400);
            Within(1e-15, Math.Exp(x), DeterministicMath.Exp(x));
        }
    }

    [Fact]
    public void Log_agrees_with_the_hosts_to_a_part_in_1e15()
    {
        for (int n = 0; n < 100_000; n++)
        {
            double x = n % 2 == 0 ? 0.5 + Random.NextDouble() : Math.Exp((Random.NextDouble() - 0.5) * 1400);
            Within(1e-15, Math.Log(x), DeterministicMath.Log(x));
        }
    }

    [Fact]
    public void Sine_and_cosine_agree_with_the_hosts_to_1e15()
    {
        for (int n = 0; n < 100_000; n++)
        {
            double x = (Random.NextDouble() - 0.5) * (n % 2 == 0 ? 10 : 1e6);
            Assert.True(Math.Abs(Math.Sin(x) - DeterministicMath.Sin(x)) < 1e-15, $"sin {x:R}");
            Assert.True(Math.Abs(Math.Cos(x) - DeterministicMath.Cos(x)) < 1e-15, $"cos {x:R}");
        }
    }

    [Fact]
    public void Edges_are_what_mathematics_says()
    {
        Assert.Equal(1, DeterministicMath.Exp(0));
        Assert.Equal(0, DeterministicMath.Exp(-1e9));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(1000));
        Assert.Equal(double.NaN, DeterministicMath.Exp(double.NaN));
        Assert.Equal(double.Epsilon, DeterministicMath.Exp(-744.5));
        Assert.Equal(0, DeterministicMath.Log(1));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.Equal(double.NaN, DeterministicMath.Log(-1));
        Within(1e-15, Math.Log(double.Epsilon), DeterministicMath.Log(double.Epsilon));
        Within(1e-14, Math.Pow(2.5, 17.25), DeterministicMath.Pow(2.5, 17.25));
        Assert.Throws<ArgumentOutOfRangeException>(() => DeterministicMath.Sin(1e7));
    }

    [Fact]
    public void The_bits_are_pinned()
    {
        Assert.Equal(0x4005BF0A8B145769, BitConverter.DoubleToInt64Bits(DeterministicMath.Exp(1)));
        Assert.Equal(0x3FE62E42FEFA39EF, BitConverter.DoubleToInt64Bits(DeterministicMath.Log(2)));
        Assert.Equal(0x3FEAED548F090CEE, BitConverter.DoubleToInt64Bits(DeterministicMath.Sin(1)));
    }

    private static void Within(double relative, double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");
}
