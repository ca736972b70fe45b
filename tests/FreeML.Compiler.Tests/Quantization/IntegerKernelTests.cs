using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Tests.Quantization;

/// <summary>Operations against the definition in the README of Quantization, element by element, written down once more.</summary>
public class IntegerKernelTests
{
    [Fact]
    public void Convolutions_of_every_shape_and_form_are_what_the_README_says()
    {
        Random random = new(11);
        for (int n = 0; n < 300; n++)
        {
            ConvolutionOperation operation = Convolution(random);
            short[] input = Elements(random, operation.InputSize.Count);
            Assert.Equal(Expected(operation, input), Run(operation, input, operation.OutputSize.Count, 30000));
        }
    }

    [Fact]
    public void Products_of_matrix_and_vector_are_what_the_README_says()
    {
        Random random = new(12);
        for (int n = 0; n < 300; n++)
        {
            (int rows, int columns) = (random.Next(1, 9), random.Next(1, 90));
            FullyConnectedOperation operation = new("fc", [0], 1, Weights(random, rows, columns), [.. Elements(random, rows)], random.Next(3), Shifts(random, rows));
            short[] input = Elements(random, columns);
            short[] weights = operation.Weights.Decode();
            short[] expected = [.. Enumerable.Range(0, rows).Select(row =>
                Clamp((Start(operation, row) + Enumerable.Range(0, columns).Sum(column => weights[(row * columns) + column] * input[column])) >> operation.Shift(row)))];
            Assert.Equal(expected, Run(operation, input, rows, 30000));
        }
    }

    [Theory]
    [InlineData(0, 7, 7)]
    [InlineData(1, 7, 4)]
    [InlineData(1, -7, -3)]
    [InlineData(2, 6, 2)]
    [InlineData(2, -6, -1)]
    [InlineData(3, -4, 0)]
    [InlineData(3, 4, 1)]
    public void A_half_is_rounded_up(int shift, int value, int expected) => Assert.Equal(expected, FixedPoint.Round(value, shift));

    [Fact]
    public void Averages_are_rounded_to_the_nearest_for_every_size_of_window()
    {
        for (int height = 1; height <= 12; height++)
        {
            for (int width = 1; width <= 12; width++)
            {
                Network network = new("pool", [1, height, width], [new Pooling("mean", [0], PoolingKind.Average, new Window(height, width, 1, 1, default))]);
                IntegerNetwork integer = Lowerer.Lower(network, [new ValueRange(-1, 1), new ValueRange(-1, 1)], new QuantizationOptions { Headroom = 1 }).Network;
                IntegerExecutor executor = new(integer);
                IntegerMemory memory = executor.CreateMemory();
                Random random = new(height + (100 * width));
                float[] sample = [.. Enumerable.Range(0, height * width).Select(_ => (random.NextSingle() * 2) - 1)];
                executor.Run(sample, memory);
                double mean = memory.Elements(0).ToArray().Average(element => (double)element);
                Assert.InRange(memory.Elements(1)[0] - mean, -0.51, 0.51 + (Math.Abs(mean) / 16384));
            }
        }
    }

    [Fact]
    public void The_table_of_tanh_is_as_close_as_stated_and_odd()
    {
        double largest = 0;
        for (int argument = 0; argument <= 32767; argument++)
        {
            largest = Math.Max(largest, Math.Abs((TanhTable.Tanh(argument) / 32768.0) - Math.Tanh(argument / 4096.0)));
            Assert.Equal(-TanhTable.Tanh(argument), TanhTable.Tanh(-argument));
            Assert.True(argument == 0 || TanhTable.Tanh(argument) >= TanhTable.Tanh(argument - 1));
        }

        Assert.InRange(largest, TanhTable.LargestError / 2, TanhTable.LargestError);
    }

    private static short[] Run(IntegerOperation operation, short[] input, int outputs, int bound)
    {
        IntegerNetwork network = new("one", [new IntegerValue("in", input.Length, 0, -40, 40, 40), new IntegerValue("out", outputs, 0, -bound, bound, bound)], [operation], 1);
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        executor.Run([.. input.Select(element => (float)element)], memory);
        return memory.Elements(1).ToArray();
    }

    private static short[] Expected(ConvolutionOperation operation, short[] input)
    {
        (MapSize map, MapSize result, Window window) = (operation.InputSize, operation.OutputSize, operation.Window);
        short[] weights = operation.Weights.Decode();
        short[] output = new short[result.Count];
        int perGroup = map.Channels / operation.Groups;
        for (int i = 0; i < output.Length; i++)
        {
            (int o, int y, int x) = (i / result.Plane, i / result.Width % result.Height, i % result.Width);
            int sum = Start(operation, o);
            for (int column = 0; column < operation.Weights.Columns; column++)
            {
                (int c, int ky, int kx) = (column / (window.Height * window.Width), column / window.Width % window.Height, column % window.Width);
                int row = (y * window.StrideHeight) - window.Margins.Top + (ky * window.DilationHeight);
                int at = (x * window.StrideWidth) - window.Margins.Left + (kx * window.DilationWidth);
                if (row >= 0 && row < map.Height && at >= 0 && at < map.Width)
                {
                    int channel = (o / (result.Channels / operation.Groups) * perGroup) + c;
                    sum += weights[(o * operation.Weights.Columns) + column] * input[(((channel * map.Height) + row) * map.Width) + at];
                }
            }

            output[i] = Clamp(sum >> operation.Shift(o));
        }

        return output;
    }

    private static int Start(WeightedOperation operation, int row) =>
        (operation.Shift(row) == 0 ? 0 : 1 << (operation.Shift(row) - 1)) + (operation.Biases.IsEmpty ? 0 : operation.Biases[row] << operation.BiasShift);

    private static short Clamp(int value) => (short)Math.Clamp(value, -30000, 30000);

    private static ConvolutionOperation Convolution(Random random)
    {
        while (true)
        {
            int groups = random.Next(1, 4);
            MapSize map = new(groups * random.Next(1, 3), random.Next(1, 14), random.Next(1, 14));
            int outputs = groups * random.Next(1, 4);
            Window window = new(
                random.Next(1, 5),
                random.Next(1, 5),
                random.Next(3) == 0 ? 2 : 1,
                random.Next(3) == 0 ? 3 : 1,
                new Margins(random.Next(4), random.Next(4), random.Next(4), random.Next(4)),
                random.Next(1, 3),
                random.Next(1, 3));
            (int height, int width) = window.Positions(map.Height, map.Width);
            if (height > 0 && width > 0)
            {
                EncodedWeights weights = Weights(random, outputs, map.Channels / groups * window.Height * window.Width);
                return new ConvolutionOperation("conv", [0], 1, weights, random.Next(2) == 0 ? [] : [.. Elements(random, outputs)], random.Next(3), Shifts(random, outputs), map, new MapSize(outputs, height, width), window, groups);
            }
        }
    }

    private static EncodedWeights Weights(Random random, int rows, int columns)
    {
        double density = random.NextDouble();
        short[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (short)(random.NextDouble() < density ? random.Next(-127, 128) : 0))];
        return EncodedWeights.Encode(weights, rows, random.Next(2) == 0 ? 8 : 16, (WeightForm)random.Next(5));
    }

    private static System.Collections.Immutable.ImmutableArray<byte> Shifts(Random random, int rows) =>
        random.Next(2) == 0 ? [(byte)random.Next(9)] : [.. Enumerable.Range(0, rows).Select(_ => (byte)random.Next(9))];

    private static short[] Elements(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (short)random.Next(-40, 41))];
}
