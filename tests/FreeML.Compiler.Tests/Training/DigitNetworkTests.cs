using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;
using FreeML.Sim.Tests.Support;

namespace FreeML.Compiler.Tests.Training;

public class DigitNetworkTests
{
    // Also what a host without vector instructions gives: no result depends on them.
    private const string ShortTraining = "05E2C8C27EA466CC3662F5FCC542214D";

    private static string Folder => Path.Combine(RepositoryRoot.Path, "models", "digits");

    [Fact]
    public void The_digits_that_ship_are_those_that_are_drawn()
    {
        (byte[] pixels, byte[] labels) = SyntheticDigits.Draw(500, DigitNetwork.Size, SyntheticDigits.TestSeed(1));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, "t10k-images-idx3-ubyte")), IdxWriter.Images(pixels, DigitNetwork.Size));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, "t10k-labels-idx1-ubyte")), IdxWriter.Labels(labels));
    }

    [Fact]
    public void The_network_that_ships_reads_them()
    {
        Network network = OnnxReader.Read(Path.Combine(Folder, "digits.onnx"));
        LabelledData test = InputScaling.Unit.Apply(DataSets.Load(Folder, DataSplit.Test));
        Assert.Equal(500, test.Count);
        Assert.InRange(Evaluator.Accuracy(network, test), 0.98, 1);
        Assert.InRange(new FileInfo(Path.Combine(Folder, "digits.onnx")).Length, 1, 100_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_short_training_gives_the_same_bytes_on_every_host(int threads)
    {
        TrainingOptions options = DigitNetwork.Options with { Epochs = 2, Threads = threads };
        Network network = DigitNetwork.Train(SyntheticDigits.Generate(200, DigitNetwork.Size, 1), options).Network;
        float[] parameters = [.. ParameterSet.Of(network).Arrays.SelectMany(array => array)];
        Assert.Equal(ShortTraining, Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan())))[..32]);
    }
}
