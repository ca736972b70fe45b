using FreeML.Compiler.Onnx;

namespace FreeML.Sim.Tests.Cli;

public sealed class DigitsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("freeml-digits-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Digits_are_drawn_and_a_network_is_trained_on_them()
    {
        string data = Path.Combine(_folder.FullName, "data");
        Shell.Outcome drawn = Shell.Run("digits", "draw", "-o", data, "--train", "120", "--test", "30", "--json");
        Assert.Equal((0, ""), (drawn.Code, drawn.Error));
        Assert.Equal(120, drawn.Json.GetProperty("parts")[0].GetProperty("digits").GetInt32());
        Assert.Equal(
            ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            Directory.GetFiles(data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(16 + (120 * 256), new FileInfo(Path.Combine(data, "train-images-idx3-ubyte")).Length);

        string model = Path.Combine(_folder.FullName, "digits.onnx");
        Shell.Outcome trained = Shell.Run("digits", "train", "--data", data, "-o", model, "--epochs", "2");
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        Assert.StartsWith(model + ": 18346 parameters, of epoch ", trained.Output, StringComparison.Ordinal);
        Assert.Equal(10, OnnxReader.Read(model).OutputShape.Count);
    }

    [Theory]
    [InlineData("-o: found nothing, expected a directory to write to\n", "draw")]
    [InlineData("--size: found 65, expected 8 to 64\n", "draw", "-o", "x", "--size", "65")]
    [InlineData("--train: found 200001, expected at most 200000\n", "draw", "-o", "x", "--train", "200001")]
    [InlineData("--data: found nothing, expected a directory with digits\n", "train", "-o", "x.onnx")]
    public void A_bad_request_is_one_line(string message, params string[] arguments)
    {
        Shell.Outcome outcome = Shell.Run(["digits", .. arguments]);
        Assert.Equal((2, message), (outcome.Code, outcome.Error));
    }

    [Fact]
    public void Other_pictures_are_refused()
    {
        string data = Path.Combine(_folder.FullName, "large");
        Shell.Run("digits", "draw", "-o", data, "--train", "20", "--test", "20", "--size", "20");
        Shell.Outcome outcome = Shell.Run("digits", "train", "--data", data, "-o", Path.Combine(_folder.FullName, "x.onnx"));
        Assert.Equal(2, outcome.Code);
        Assert.Contains("found samples of 1x20x20, expected 1x16x16", outcome.Error, StringComparison.Ordinal);
    }
}
