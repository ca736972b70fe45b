using System.Numerics;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Tests.Numerics;

public class ElementaryTests
{
    public static TheoryData<float> Places => [.. Enumerable.Range(-400, 801).Select(n => n * 0.1f), 0.2499f, 0.25f, -0.2501f, 1e-6f];

    [Theory]
    [MemberData(nameof(Places))]
    public void Exponential_tangent_and_sigmoid_are_right_to_the_last_digits(float x)
    {
        Assert.InRange(Elementary.Exp(x) / Math.Exp(x), 1 - 3e-7, 1 + 3e-7);
        Assert.InRange(Elementary.Tanh(new Vector<float>(x))[0] - Math.Tanh(x), -2e-7, 2e-7);
        Assert.InRange(Elementary.Sigmoid(new Vector<float>(x))[0] - (1 / (1 + Math.Exp(-x))), -2e-7, 2e-7);
    }

    [Fact]
    public void Far_out_they_stay_finite()
    {
        foreach (float x in (float[])[-1e30f, -1000, 1000, 1e30f])
        {
            Assert.True(float.IsFinite(Elementary.Exp(x)));
            Assert.Equal(MathF.Sign(x), Elementary.Tanh(new Vector<float>(x))[0]);
            Assert.Equal(x > 0 ? 1 : 0, Elementary.Sigmoid(new Vector<float>(x))[0], 1e-30f);
        }
    }

    [Fact]
    public void Cosine_is_right_from_0_to_pi()
    {
        for (double x = 0; x <= Math.PI; x += 0.01)
        {
            Assert.Equal(Math.Cos(x), Elementary.Cosine(x), 1e-12);
        }
    }
}
