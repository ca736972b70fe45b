using System.IO.Compression;
using System.Text;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Tests.Quantization;

namespace FreeML.Compiler.Tests.Fml;

public class FmlTests
{
    [Fact]
    public void A_model_comes_back_as_it_was_written()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            FmlModel model = Model(seed);
            byte[] file = FmlWriter.Write(model);
            FmlModel read = FmlReader.Read(file, "test.fml");
            Assert.Equal(file, FmlWriter.Write(read));
            Assert.Equal(model.Provenance, read.Provenance);
            Assert.Equal(model.Scaling, read.Scaling);
            AssertSameResults(model, read, seed);
        }
    }

    [Fact]
    public void Exits_and_parts_of_values_come_back()
    {
        FmlModel model = WithExits();
        FmlModel read = FmlReader.Read(FmlWriter.Write(model), "test.fml");
        Assert.Equal<IntegerExit>([.. model.Integer.Exits], [.. read.Integer.Exits]);
        Assert.Equal<IntegerValue>([.. model.Integer.Values], [.. read.Integer.Values]);
        Assert.Equal(["exit at a", "own exit at a", "exit at b"], read.Integer.Exits.Select(exit => exit.Name));
        Assert.Equal(read.Integer.Exits.Select(exit => exit.Name), read.Exits.Select(exit => Lowerer.ExitName(exit.Head, exit.Exit)));
        Assert.Equal<ExitPoint>([.. model.Heads[0].Points], [.. read.Heads[0].Points]);
        Assert.Equal(model.Heads[0].Weights.Values, read.Heads[0].Weights.Values);
    }

    [Fact]
    public void A_deflated_zip_is_read_like_a_stored_one()
    {
        byte[] file = FmlWriter.Write(Model(3));
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in StoredZip.Read(file, "test.fml", long.MaxValue))
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(content);
            }
        }

        Assert.True(packed.Length < file.Length);
        Assert.Equal(file, FmlWriter.Write(FmlReader.Read(packed.ToArray(), "test.fml")));
    }

    [Theory]
    [InlineData("\"format\": \"freeml\"", "\"format\": \"other\"", "test.fml: found another format, expected format 'freeml'")]
    [InlineData("\"version\": 1", "\"version\": 2", "test.fml: found version '2', expected a whole number from 1 to 1")]
    [InlineData("\"output\": 1", "\"output\": 7", "found output 7, expected a value from 1 to 1")]
    [InlineData("\"rows\": 2", "\"rows\": 3", "test.fml: integer: operations[0]: found 4 bytes of values")]
    [InlineData("\"limit\": 32767", "\"limit\": 0", "found limit '0'")]
    [InlineData("\"kind\": \"dense\"", "\"kind\": \"magic\"", "found kind 'magic'")]
    [InlineData("network/0.weights.npy", "network/1.weights.npy", "found no entry 'network/1.weights.npy'")]
    [InlineData("\"name\": \"fc\"", "\"name\": 5", "found name '5', expected a text")]
    [InlineData("\"format\"", "format", "no JSON in line 2")]
    public void What_does_not_fit_is_told_in_one_line(string found, string replaced, string message)
    {
        Network network = new("tiny", [2], [new Dense("fc", [0], new Tensor([2, 2], [1, 2, 3, 4]), null)]);
        IntegerNetwork integer = Lowerer.Lower(network, [new ValueRange(-1, 1), new ValueRange(-9, 9)], new QuantizationOptions { PerChannel = false }).Network;
        byte[] file = FmlWriter.Write(new FmlModel(network, InputScaling.Raw, integer, [], new Provenance("test")));
        var error = Assert.Throws<ModelException>(() => FmlReader.Read(Edited(file, text => text.Replace(found, replaced, StringComparison.Ordinal)), "test.fml"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_network_whose_sums_could_overflow_is_refused()
    {
        Network network = new("wide", [100], [new Dense("fc", [0], new Tensor([1, 100], [.. Enumerable.Repeat(1f, 100)]), null)]);
        IntegerNetwork integer = Lowerer.Lower(network, [new ValueRange(-1, 1), new ValueRange(-100, 100)], new QuantizationOptions()).Network;
        var operation = (FullyConnectedOperation)integer.Operations[0];
        FullyConnectedOperation heavy = operation with { Weights = EncodedWeights.EncodeSmallest([.. Enumerable.Repeat((short)700, 100)], 1, 16) };
        var error = Assert.Throws<ModelException>(() => new IntegerNetwork("heavy", integer.Values, [heavy], integer.Output));
        Assert.Contains("sums that fit 32 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_read_before_it_is_written_is_refused()
    {
        FmlModel model = Model(1);
        var error = Assert.Throws<ModelException>(() => new IntegerNetwork("cycle", model.Integer.Values, [.. model.Integer.Operations.Reverse()], model.Integer.Output));
        Assert.Contains("which nothing has written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_bomb_is_not_unpacked()
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("model.json", CompressionLevel.SmallestSize).Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 40; i++)
            {
                entry.Write(zeros);
            }
        }

        Assert.True(packed.Length < 100_000);
        var error = Assert.Throws<ModelException>(() => StoredZip.Read(packed.ToArray(), "bomb.fml", 1 << 24));
        Assert.Contains("more than 16777216 bytes when unpacked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_told_or_read_but_never_crash()
    {
        byte[] file = FmlWriter.Write(Model(4));
        Random random = new(5);
        int refused = 0;
        for (int n = 0; n < 400; n++)
        {
            byte[] damaged = [.. file];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            refused += IsRefused(random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged) ? 1 : 0;
        }

        Assert.InRange(refused, 300, 400);
    }

    [Fact]
    public void Texts_with_other_numbers_are_told_or_read_but_never_crash()
    {
        byte[] file = FmlWriter.Write(Model(6));
        Random random = new(6);
        string[] numbers = ["0", "-1", "2147483647", "1e300", "65536", "3", "null", "[]", "\"x\"", "-32768", "4096"];
        int refused = 0;
        for (int n = 0; n < 400; n++)
        {
            byte[] damaged = Edited(file, text =>
            {
                int[] starts = [.. Enumerable.Range(1, text.Length - 1).Where(i => char.IsAsciiDigit(text[i]) && text[i - 1] is ' ' or '\n')];
                int at = starts[random.Next(starts.Length)];
                int end = at;
                while (char.IsAsciiDigit(text[end]))
                {
                    end++;
                }

                return text[..at] + numbers[random.Next(numbers.Length)] + text[end..];
            });
            refused += IsRefused(damaged) ? 1 : 0;
        }

        Assert.InRange(refused, 200, 400);
    }

    // Whatever is read must also run.
    private static bool IsRefused(byte[] file)
    {
        try
        {
            FmlModel model = FmlReader.Read(file, "damaged.fml");
            IntegerExecutor executor = new(model.Integer);
            executor.Run(new float[model.Integer.Values[0].Length], executor.CreateMemory());
            _ = DeployedSize.Of(model.Integer).Bytes;
            _ = ReferenceExecutor.Run(model.Network, new float[model.Network.InputShape.Count]);
            return false;
        }
        catch (ModelException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            return true;
        }
    }

    private static byte[] Edited(byte[] file, Func<string, string> edit)
    {
        Dictionary<string, byte[]> entries = StoredZip.Read(file, "test.fml", long.MaxValue);
        entries["model.json"] = Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(entries["model.json"])));
        return StoredZip.Write([.. entries.Select(entry => (entry.Key, entry.Value))]);
    }

    private static FmlModel Model(int seed)
    {
        Network network = RandomNetworks.Create(seed);
        double[][] samples = RandomNetworks.Samples(network, seed, 1);
        IntegerNetwork integer = RandomNetworks.Quantize(Canonical.Of(network), samples, new QuantizationOptions { WeightBits = seed % 2 == 0 ? 8 : 16 }).Network;
        return new FmlModel(network, InputScaling.Unit, integer, ["a", "b", "c", "d", "e"], new Provenance("freeml-sim test", "random", "none", "energy", 20_000, 0.9, null, 0.75));
    }

    private static FmlModel WithExits()
    {
        Random random = new(1);
        Network network = new("exits", [1, 6, 6],
        [
            new Convolution("a", [0], Weights(random, [2, 1, 3, 3]), null, new Window(3, 3, 1, 1, default)),
            new Convolution("b", [1], Weights(random, [3, 2, 3, 3]), null, new Window(3, 3, 1, 1, default)),
            new Reshape("flat", [2], [12]),
            new Dense("c", [3], Weights(random, [2, 12]), null),
        ]);
        ExitHead shared = new(ExitPoint.At(network, [1, 2], (2, 2)), Weights(random, [2, 22]), Weights(random, [2]));
        ExitHead own = new(ExitPoint.At(network, [1], (2, 2)), Weights(random, [2, 8]), Weights(random, [2]));
        LabelledData data = new("noise", network.InputShape, Weights(random, [1, 6, 6]).Values, new int[1], 2);
        return new FmlModel(network, InputScaling.Raw, Quantizer.Quantize(network, data, new QuantizationOptions(), [shared, own]), [], new Provenance("test"), [shared, own]);
    }

    private static Tensor Weights(Random random, Shape shape) => new(shape, [.. Enumerable.Range(0, shape.Count).Select(_ => random.NextSingle() - 0.5f)]);

    private static void AssertSameResults(FmlModel model, FmlModel read, int seed)
    {
        float[] sample = [.. RandomNetworks.Samples(model.Network, seed, 1)[0].Select(x => (float)x)];
        (IntegerExecutor before, IntegerExecutor after) = (new(model.Integer), new(read.Integer));
        (IntegerMemory first, IntegerMemory second) = (before.CreateMemory(), after.CreateMemory());
        Assert.Equal(before.Run(sample, first), after.Run(sample, second));
        Assert.Equal(first.Elements(model.Integer.Output), second.Elements(model.Integer.Output));
    }
}
