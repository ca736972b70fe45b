using FreeML.Compiler.Data;

namespace FreeML.Compiler.Tests.Data;

public class SyntheticDigitsTests
{
    [Fact]
    public void A_seed_gives_the_same_digits_and_another_others()
    {
        (byte[] pixels, byte[] labels) = SyntheticDigits.Draw(30, 16, 7);
        Assert.Equal(pixels, SyntheticDigits.Draw(30, 16, 7).Pixels);
        Assert.Equal(labels[..10], SyntheticDigits.Draw(10, 28, 7).Labels);
        Assert.NotEqual(pixels, SyntheticDigits.Draw(30, 16, 8).Pixels);
        Assert.Equal(pixels[..256], SyntheticDigits.Draw(1, 16, 7).Pixels);
    }

    [Fact]
    public void All_digits_come_up_with_ink_on_paper()
    {
        LabelledData data = SyntheticDigits.Generate(400, 28, 1);
        Assert.Equal(10, data.Labels.ToArray().Distinct().Count());
        for (int n = 0; n < data.Count; n++)
        {
            float[] sample = data.Sample(n).ToArray();
            Assert.InRange(sample.Max(), 0.6f, 1);
            Assert.InRange(sample.Count(pixel => pixel > 0.5f), 20, 350);
        }
    }

    [Theory]
    [InlineData(-1, 16)]
    [InlineData(1, 7)]
    [InlineData(1, 65)]
    public void Sizes_out_of_bounds_are_refused(int count, int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Draw(count, size, 1));
}
