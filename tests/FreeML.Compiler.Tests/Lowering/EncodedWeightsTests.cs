using FreeML.Compiler.Lowering;

namespace FreeML.Compiler.Tests.Lowering;

public class EncodedWeightsTests
{
    public static TheoryData<WeightForm, int> Forms
    {
        get
        {
            TheoryData<WeightForm, int> forms = [];
            foreach (WeightForm form in Enum.GetValues<WeightForm>())
            {
                forms.Add(form, 8);
                forms.Add(form, 16);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decoding_gives_back_what_was_encoded_and_the_size_is_that_of_the_bytes(WeightForm form, int bits)
    {
        Random random = new(7);
        for (int n = 0; n < 300; n++)
        {
            (int rows, short[] weights) = Matrix(random, bits);
            EncodedWeights encoded = EncodedWeights.Encode(weights, rows, bits, form);
            Assert.Equal(weights, encoded.Decode());
            Assert.Equal(WeightSize.Of<short>(weights, rows, bits, form), encoded.Size);
            EncodedWeights read = EncodedWeights.FromBytes("test", form, bits, rows, weights.Length / rows, [.. encoded.Values], [.. encoded.Indices], [.. encoded.Counts]);
            Assert.Equal(weights, read.Decode());
        }
    }

    [Fact]
    public void The_smallest_form_is_the_smallest()
    {
        Random random = new(8);
        HashSet<WeightForm> chosen = [];
        for (int n = 0; n < 400; n++)
        {
            (int rows, short[] weights) = Matrix(random, 8);
            EncodedWeights smallest = EncodedWeights.EncodeSmallest(weights, rows, 8);
            Assert.Equal(Enum.GetValues<WeightForm>().Min(form => EncodedWeights.Encode(weights, rows, 8, form).Size.Bytes), smallest.Size.Bytes);
            chosen.Add(smallest.Form);
        }

        Assert.Contains(WeightForm.Dense, chosen);
        Assert.Contains(WeightForm.Gap8, chosen);
        Assert.Contains(WeightForm.Gap4, chosen);
        Assert.Contains(WeightForm.Bitmap, chosen);
    }

    [Fact]
    public void The_bytes_are_those_that_the_README_shows()
    {
        // Two rows of 20: 5 at 2, -1 at 19; nothing.
        short[] weights = new short[40];
        (weights[2], weights[19]) = (5, -1);
        EncodedWeights gaps = EncodedWeights.Encode(weights, 2, 8, WeightForm.Gap8);
        Assert.Equal<byte>([5, 255], gaps.Values);
        Assert.Equal<byte>([2, 16], gaps.Indices);
        Assert.Equal<byte>([2, 0], gaps.Counts);

        // A gap of 16 is one more than four bits tell: 15 zeros and a value of 0, then none.
        EncodedWeights nibbles = EncodedWeights.Encode(weights, 2, 8, WeightForm.Gap4);
        Assert.Equal<byte>([5, 0, 255], nibbles.Values);
        Assert.Equal<byte>([0xF2, 0x00], nibbles.Indices);
        Assert.Equal<byte>([3, 0], nibbles.Counts);

        EncodedWeights words = EncodedWeights.Encode(weights, 2, 16, WeightForm.Gap16);
        Assert.Equal<byte>([5, 0, 255, 255], words.Values);
        Assert.Equal<byte>([2, 0, 16, 0], words.Indices);

        EncodedWeights bits = EncodedWeights.Encode(weights, 2, 8, WeightForm.Bitmap);
        Assert.Equal<byte>([4, 0, 8, 0, 0, 0], bits.Indices);
        Assert.Empty(bits.Counts);
    }

    [Fact]
    public void Bytes_that_do_not_decode_or_are_not_as_the_encoder_writes_them_are_refused()
    {
        short[] weights = [0, 3, 0, 0, 1, 0];
        EncodedWeights encoded = EncodedWeights.Encode(weights, 2, 8, WeightForm.Gap8);
        (byte[] values, byte[] indices, byte[] counts) = ([.. encoded.Values], [.. encoded.Indices], [.. encoded.Counts]);
        Refused(WeightForm.Gap8, 2, 3, values, [1, 9], counts);
        Refused(WeightForm.Gap8, 2, 3, values, indices, [1, 2]);
        Refused(WeightForm.Gap8, 2, 3, values, indices, [1, 0]);
        Refused(WeightForm.Gap8, 2, 3, values, indices, [1]);
        Refused(WeightForm.Gap8, 2, 3, values, indices, [1, 0, 1, 0]);
        Refused(WeightForm.Gap8, 2, 3, [3, 0], indices, counts);
        Refused(WeightForm.Bitmap, 2, 3, values, [255, 255], []);
        Refused(WeightForm.Bitmap, 2, 3, values, [2], []);
        Refused(WeightForm.Dense, 2, 3, values, [], []);
        Refused((WeightForm)9, 2, 3, values, [], []);
        Refused(WeightForm.Dense, int.MaxValue, int.MaxValue, values, [], []);
        Refused(WeightForm.Dense, 0, 3, [], [], []);

        static void Refused(WeightForm form, int rows, int columns, byte[] values, byte[] indices, byte[] counts) =>
            Assert.Throws<ModelException>(() => EncodedWeights.FromBytes("test", form, 8, rows, columns, values, indices, counts));
    }

    private static (int Rows, short[] Weights) Matrix(Random random, int bits)
    {
        int rows = random.Next(1, 9);
        int columns = random.Next(4) == 0 ? random.Next(1, 1500) : random.Next(1, 60);
        double density = new[] { 1, 0.7, 0.3, 0.1, 0.02, 0 }[random.Next(6)];
        int limit = bits == 8 ? 127 : 32767;
        return (rows, [.. Enumerable.Range(0, rows * columns).Select(_ => (short)(random.NextDouble() < density ? random.Next(-limit, limit + 1) : 0))]);
    }
}
