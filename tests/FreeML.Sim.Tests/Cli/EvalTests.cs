using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Sim.Tests.Cli;

public sealed class EvalTests : IDisposable
{
    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Accuracy_is_told_in_float_and_in_integers()
    {
        (string file, string data) = Write();
        Shell.Outcome real = Shell.Run("eval", file, "--data", data);
        Assert.Equal(0, real.Code);
        Assert.Contains("8 samples, in float; input raw, x * 1\n", real.Output, StringComparison.Ordinal);
        Assert.Contains("  accuracy  75.00 %  6 of 8\n", real.Output, StringComparison.Ordinal);

        Shell.Outcome integer = Shell.Run("eval", file, "--data", data, "--integer", "--confusion");
        Assert.Contains("in the device's integers", integer.Output, StringComparison.Ordinal);
        Assert.Contains("  accuracy  75.00 %  6 of 8\n", integer.Output, StringComparison.Ordinal);
        Assert.Contains("  saturated: input 1\n", integer.Output, StringComparison.Ordinal);
        Assert.Contains("  left       4     0\n  right      2     2\n", integer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_says_the_same()
    {
        (string file, string data) = Write();
        JsonElement json = Shell.Run("eval", file, "--data", data, "--integer", "--confusion", "--count", "6", "--json").Json;
        Assert.Equal("integer", json.GetProperty("arithmetic").GetString());
        Assert.Equal(6, json.GetProperty("samples").GetInt32());
        Assert.Equal(5, json.GetProperty("right").GetInt32());
        Assert.Equal(5.0 / 6, json.GetProperty("accuracy").GetDouble());
        Assert.Equal("right", json.GetProperty("confusion")[1].GetProperty("class").GetString());
        Assert.Equal([1, 2], json.GetProperty("confusion")[1].GetProperty("takenFor").EnumerateArray().Select(count => count.GetInt32()));
    }

    [Fact]
    public void A_compressed_network_is_described()
    {
        (string file, _) = Write();
        Shell.Outcome text = Shell.Run("info", file);
        Assert.Equal(0, text.Code);
        JsonElement json = Shell.Run("info", file, "--json").Json;
        Assert.Contains($"compressed network sides, {json.GetProperty("bytes").GetInt32()} bytes of tables", text.Output, StringComparison.Ordinal);
        Assert.Contains("  source       sides.onnx\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("  classes      left, right\n", text.Output, StringComparison.Ordinal);
        JsonElement operation = json.GetProperty("operations")[0];
        Assert.Equal("fully-connected", operation.GetProperty("kind").GetString());
        Assert.Equal("dense", operation.GetProperty("form").GetString());
        Assert.Equal(4, operation.GetProperty("weights").GetInt32());
        Assert.Equal(json.GetProperty("bytes").GetInt32(), operation.GetProperty("bytes").GetInt32() + json.GetProperty("sharedBytes").GetInt32());
        Assert.Equal(2 * (2 + 2), json.GetProperty("mapBytes").GetInt32());
    }

    [Theory]
    [InlineData("--data: found nothing, expected a directory with samples", "FILE")]
    [InlineData("--scaling: found a compressed network", "FILE", "--data", "DATA", "--scaling", "unit")]
    [InlineData("found no file there, expected a file", "absent.onnx", "--data", "DATA")]
    [InlineData("found no file there, expected a file", "FILE", "--data", "absent")]
    [InlineData("--count: found '0'", "FILE", "--data", "DATA", "--count", "0")]
    public void A_bad_request_is_one_line(string message, params string[] arguments)
    {
        (string file, string data) = Write();
        Shell.Outcome outcome = Shell.Run(["eval", .. arguments.Select(argument => argument switch { "FILE" => file, "DATA" => data, _ => argument })]);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // Which of two numbers is the larger; two samples are labelled wrongly, one is beyond what was calibrated.
    private (string File, string Data) Write()
    {
        Network network = new("sides", [2], [new Dense("fc", [0], new Tensor([2, 2], [1, 0, 0, 1]), null)]);
        float[] samples = [1, 0, 0, 1, 1, 0.5f, 0.5f, 1, 1, 0, 1, 0, 5, 0, 1, 0];
        int[] labels = [0, 1, 0, 1, 0, 1, 0, 1];
        LabelledData calibration = new("calibration", [2], new float[] { 1, 1 }, new int[1], 2);
        FmlModel model = new(network, InputScaling.Raw, Quantizer.Quantize(network, calibration, new QuantizationOptions()), ["left", "right"], new Provenance("test", "sides.onnx"));
        string file = _files.Path("sides.fml");
        File.WriteAllBytes(file, FmlWriter.Write(model));
        string data = _files.Path("sides.npz");
        using (FileStream stream = File.Create(data))
        {
            NpyFormat.WriteZip(stream, [new("x", NpyArray.From<float>(samples, 8, 2)), new("y", NpyArray.From<int>(labels, 8))]);
        }

        return (file, data);
    }
}
