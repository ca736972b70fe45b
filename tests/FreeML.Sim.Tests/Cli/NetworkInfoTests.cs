using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;

namespace FreeML.Sim.Tests.Cli;

public sealed class NetworkInfoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("freeml-info-");

    private static Network Small => new("small", [1, 8, 8],
    [
        new Convolution("conv\u001b[31m", [0], new Tensor([4, 1, 3, 3]), new Tensor([4]), new Window(3, 3, 2, 2, new Margins(1, 1, 1, 1))),
        new Activation("relu", [1], ActivationKind.Relu),
        new Pooling("pool", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
        new Reshape("flatten", [3], [16]),
        new Dense("fc", [4], new Tensor([3, 16]), null),
    ]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_network_is_described_layer_by_layer()
    {
        string file = PutNetwork();
        Shell.Outcome outcome = Shell.Run("info", file);

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.StartsWith(file + ": network, 1x8x8 in, 3 out\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  parameters   88 (352 B as floats)\n  MACs         624\n  largest map  64 numbers\n", outcome.Output, StringComparison.Ordinal);

        // A layer cannot write to the terminal through its name.
        Assert.Contains("  conv?[31m  convolution 3x3 step 2 margins 1  4x4x4                 40         576\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  pool       largest of 2x2 step 2             4x2x2                  0           0\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  fc         dense from 16                     3                     48          48\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_says_the_same()
    {
        JsonElement json = Shell.Run("info", "--json", PutNetwork()).Json;

        Assert.Equal("network", json.GetProperty("kind").GetString());
        Assert.Equal(("1x8x8", "3"), (json.GetProperty("input").GetString(), json.GetProperty("output").GetString()));
        Assert.Equal((88, 352, 624, 64), (Number(json, "parameters"), Number(json, "bytes"), Number(json, "macs"), Number(json, "largestMap")));
        JsonElement[] layers = [.. json.GetProperty("layers").EnumerateArray()];
        Assert.Equal(["convolution", "activation", "pooling", "reshape", "dense"], layers.Select(layer => layer.GetProperty("type").GetString()));
        Assert.Equal(624, layers.Sum(layer => Number(layer, "macs")));
        Assert.Equal(88, layers.Sum(layer => Number(layer, "parameters")));
    }

    [Fact]
    public void A_directory_of_data_is_described()
    {
        Put("x_test.npy", NpyArray.From<byte>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 3, 2, 2));
        Put("y_test.npy", NpyArray.From<long>([0, 2, 2], 3));
        Shell.Outcome outcome = Shell.Run("info", _folder.FullName);

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(
            $"{_folder.FullName}: arrays (NumPy), samples of 1x2x2, 3 classes\n"
            + "  test            3 samples, from 1 to 12, mean 6.5\n"
            + "            of each class: 1 0 2\n"
            + "  no file names a training part: 'compress' keeps every fifth sample for testing and trains with the rest\n",
            outcome.Output);

        Put("x_train.npy", NpyArray.From<byte>([1, 2, 3, 4], 1, 2, 2));
        Put("y_train.npy", NpyArray.From<long>([1], 1));
        JsonElement json = Shell.Run("info", _folder.FullName, "--json").Json;
        Assert.Equal("data", json.GetProperty("kind").GetString());
        Assert.Equal(3, Number(json, "classes"));
        JsonElement[] parts = [.. json.GetProperty("parts").EnumerateArray()];
        Assert.Equal(["training", "test"], parts.Select(part => part.GetProperty("name").GetString()));
        Assert.Equal([0, 1], parts[0].GetProperty("perClass").EnumerateArray().Select(count => count.GetInt32()));
    }

    [Fact]
    public void What_is_no_network_and_no_data_is_a_bad_request()
    {
        string file = Path.Combine(_folder.FullName, "x.onnx");
        File.WriteAllText(file, "words");
        Expect(file, $"{file}: found bytes that are no protobuf message of an ONNX model, expected a whole .onnx file\n");

        string nothing = Path.Combine(_folder.FullName, "nothing.onnx");
        Expect(nothing, $"{nothing}: found no file there, expected a file\n");

        string empty = _folder.CreateSubdirectory("empty").FullName;
        Expect(empty, $"{empty}: found no data set, expected MNIST IDX, CIFAR-10 binary, .npy, .npz or .ts files, or keyword features\n");

        static void Expect(string subject, string message)
        {
            Shell.Outcome outcome = Shell.Run("info", subject);
            Assert.Equal((2, "", message), (outcome.Code, outcome.Output, outcome.Error));
        }
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private string PutNetwork()
    {
        string file = Path.Combine(_folder.FullName, "small.onnx");
        OnnxWriter.Write(Small, file);
        return file;
    }

    private void Put(string name, NpyArray array)
    {
        using FileStream file = File.Create(Path.Combine(_folder.FullName, name));
        NpyFormat.Write(file, array);
    }
}
