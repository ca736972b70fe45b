using System.Buffers.Binary;
using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;
using FreeML.Sim.Cli;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Cli;

public sealed class CompressTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_dry_run_of_the_paper_tells_published_sizes_and_non_zeros()
    {
        JsonElement json = Shell.Run("compress", "cifar10-s", "--policy", "paper", "--dry-run", "--budget", "30kB", "--json").Json;
        Assert.Equal([718376, 452152, 185708, 127517, 101471, 75841, 51946, 29833], json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("bytes").GetDouble()), (a, b) => Math.Abs(a - b) < 500);
        Assert.Equal(["conv1 1728", "conv2 282", "conv3 313", "fc1a 307", "fc1b 201", "fc2 784", "fc3 640"], json.GetProperty("layers").EnumerateArray().Select(layer => $"{layer.GetProperty("layer")} {layer.GetProperty("nonZeros")}"));

        Shell.Outcome outcome = Shell.Run("compress", "cifar10-s", "--policy", "paper", "--dry-run");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("  conv2        density 0.04783      452.2 kB\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  in all                   179008      4255    29.8 kB\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_of_a_file_counts_batch_normalisation_as_published()
    {
        string model = _directory.Root + "/m.onnx";
        OnnxWriter.Write(FreeML.Compiler.Compression.PublishedNetworks.Find("cifar10-m")!, model);
        JsonElement json = Shell.Run("compress", model, "--policy", "paper", "--dry-run", "--budget", "160kB", "--json").Json;
        Assert.Equal(2409696, json.GetProperty("originalBytes").GetDouble(), 100.0);
        Assert.Equal([1466, 933, 666, 533, 453, 386, 327, 268, 208, 157], json.GetProperty("steps").EnumerateArray().Select(step => Math.Round(step.GetProperty("bytes").GetDouble() / 1000)), (a, b) => Math.Abs(a - b) <= 1);
    }

    [Fact]
    public void A_network_is_compressed_to_a_file_that_eval_reads_with_tables_and_a_figure()
    {
        string model = Model();
        string output = _directory.Root + "/out.fml";
        string record = _directory.Root + "/record";
        Shell.Outcome outcome = Shell.Run("compress", model, "--data", Corners(), "--budget", "1200B", "--epochs", "4", "-o", output, "--record", record);

        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("times smaller", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(output + ".state"));
        foreach (string file in (ReadOnlySpan<string>)["steps.csv", "layers.csv", "compression.svg", "compression.tex", "compression.csv"])
        {
            Assert.True(new FileInfo(Path.Combine(record, file)).Length > 0, file);
        }

        JsonElement json = Shell.Run("compress", model, "--data", Corners(), "--budget", "1200B", "--epochs", "4", "--json", "-o", output).Json;
        Assert.InRange(json.GetProperty("bytes").GetInt32(), 200, 1200);
        Assert.True(json.GetProperty("integerAccuracy").GetDouble() > 0.9);
        Assert.Equal(json.GetProperty("bytes").GetDouble(), json.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("bytes").GetDouble()) + 28);
        Assert.Empty(json.GetProperty("exits").EnumerateArray());
        JsonElement eval = Shell.Run("eval", output, "--data", Corners(), "--integer", "--json").Json;
        Assert.Equal(json.GetProperty("integerAccuracy").GetDouble(), eval.GetProperty("accuracy").GetDouble(), 9);
    }

    [Fact]
    public void A_scenario_compresses_its_network_once()
    {
        File.WriteAllText(_directory["s.yaml"], $$"""
            network: {{Path.GetFileName(Model())}}
            compress: { budget: 1600B, exits: gnet, epochs: 1 }
            data: { path: {{Path.GetFileName(Corners())}}, count: 20 }
            exit: { policy: fixed, exit: 0 }
            inferences: 3
            """);
        string[] run = ["run", _directory["s.yaml"], "-o", _directory["run"], "--json"];
        Shell.Outcome first = Shell.Run(run);

        Assert.Equal(("", 0), (first.Error, first.Code));
        Assert.Equal(3, first.Json.GetProperty("variants")[0].GetProperty("continuousMatches").GetInt32());
        Assert.StartsWith("bytes,accuracy\n", File.ReadAllText(_directory["run/compression.csv"]), StringComparison.Ordinal);
        string network = Assert.Single(Directory.GetFiles(_directory["run/networks"], "*.fml"));
        DateTime written = File.GetLastWriteTimeUtc(network);
        File.Delete(_directory["run/summary.json"]);

        Assert.Equal(first.Output, Shell.Run(run).Output);
        Assert.Equal(written, File.GetLastWriteTimeUtc(network));
    }

    [Theory]
    [InlineData("gnet")]
    [InlineData("separate")]
    public void Early_exits_are_within_the_budget_and_cost_less(string kind)
    {
        string output = _directory.Root + "/exits.fml";
        JsonElement json = Shell.Run("compress", Model(), "--data", Corners(), "--budget", "1600B", "--exits", kind, "--json", "-o", output).Json;
        JsonElement exit = Assert.Single(json.GetProperty("exits").EnumerateArray());
        Assert.InRange(exit.GetProperty("accuracy").GetDouble(), 0.4, 1);
        Assert.InRange(exit.GetProperty("energy_J").GetDouble(), 1e-9, json.GetProperty("energy_J").GetDouble());
        Assert.InRange(json.GetProperty("bytes").GetInt32(), 400, 1600);
        Assert.Equal(exit.GetProperty("accuracy").GetDouble(), Shell.Run("eval", output, "--data", Corners(), "--integer", "--json").Json.GetProperty("exits")[0].GetProperty("accuracy").GetDouble(), 9);
    }

    [Fact]
    public void Interrupted_at_any_time_and_started_again_it_leaves_the_same_bytes()
    {
        string model = Model();
        string[] request = ["compress", model, "--data", Corners(), "--budget", "900B", "-o"];
        string straight = _directory.Root + "/straight.fml";
        string broken = _directory.Root + "/broken.fml";
        Assert.Equal(0, Shell.Run([.. request, straight]).Code);
        int interrupted = 0;
        for (int reports = 1; ; reports++)
        {
            using CancellationTokenSource key = new();
            using InterruptingStream error = new(key, reports);
            using Terminal terminal = new(Stream.Null, Stream.Null, error, key.Token) { IsWatched = true };
            int code = Application.Run([.. request, broken], terminal);
            if (code == 0)
            {
                break;
            }

            Assert.Equal(130, code);
            Assert.False(File.Exists(broken));
            interrupted++;
        }

        Assert.True(interrupted > 0);
        Assert.Equal(File.ReadAllBytes(straight), File.ReadAllBytes(broken));
    }

    [Theory]
    [InlineData("--data: found nothing, expected a directory with samples, or --dry-run", "compress", "M", "-o", "x.fml")]
    [InlineData("-o: found nothing, expected a file to write, such as OUT.fml", "compress", "M", "--data", "D")]
    [InlineData("--budget: found 20 without a unit, expected a size such as 30kB", "compress", "M", "--data", "D", "--budget", "20", "-o", "x.fml")]
    [InlineData("--policy: found 'greedy', expected one of energy, paper", "compress", "M", "--policy", "greedy")]
    [InlineData("--energy: found --policy paper, expected --policy energy; the published rule knows bytes only", "compress", "M", "--policy", "paper", "--energy", "1mJ")]
    [InlineData("--dry-run: found --policy energy, expected --policy paper, which needs no data to choose by", "compress", "M", "--dry-run")]
    [InlineData("cifar10-s: found a budget of 1000 B, expected one of at least", "compress", "cifar10-s", "--policy", "paper", "--dry-run", "--budget", "1kB")]
    [InlineData("D: found 10 classes, expected at most 4, the outputs of few", "compress", "FEW", "--data", "D", "-o", "x.fml")]
    [InlineData("nowhere.onnx: found", "compress", "nowhere.onnx", "--data", "D", "-o", "x.fml")]
    public void A_bad_request_is_one_line(string line, params string[] arguments)
    {
        Shell.Outcome outcome = Shell.Run([.. arguments.Select(argument => argument switch { "M" => Model(), "FEW" => Few(), "D" => Corners(), "x.fml" => _directory.Root + "/x.fml", _ => argument })]);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.StartsWith(line.Replace("D:", Corners() + ":", StringComparison.Ordinal), outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(c => c == '\n'));
    }

    // Presses Ctrl-C when it has been shown so many things.
    private sealed class InterruptingStream(CancellationTokenSource key, int reports) : MemoryStream
    {
        private int _shown;

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (++_shown == reports)
            {
                key.Cancel();
            }
        }
    }

    private string Few()
    {
        string path = _directory.Root + "/few.onnx";
        OnnxWriter.Write(new Network("few", [64], [new Dense("fc", [0], new Tensor([4, 64]), null)]), path);
        return path;
    }

    private string Model()
    {
        string path = _directory.Root + "/corners.onnx";
        if (!File.Exists(path))
        {
            Network network = new("corners", [1, 8, 8],
            [
                new Convolution("conv", [0], new Tensor([4, 1, 3, 3]), new Tensor([4]), new Window(3, 3, 1, 1, default)),
                new Activation("relu1", [1], ActivationKind.Relu),
                new Pooling("pool", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
                new Reshape("flatten", [3], [36]),
                new Dense("fc1", [4], new Tensor([32, 36]), new Tensor([32])),
                new Activation("relu2", [5], ActivationKind.Relu),
                new Dense("fc2", [6], new Tensor([10, 32]), new Tensor([10])),
            ]);
            LabelledData samples = InputScaling.Unit.Apply(DataSets.LoadBoth(Corners()).Training);
            OnnxWriter.Write(Trainer.Train(Initialization.Random(network, 3), samples, samples, new TrainingOptions { Epochs = 10, BatchSize = 20, LearningRate = 3e-3 }).Network, path);
        }

        return path;
    }

    // Which of four corners of a picture is bright, as MNIST's files.
    private string Corners()
    {
        string data = _directory.Root + "/data";
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(data);
            Write("train", 2000, 1);
            Write("t10k", 100, 2);
        }

        return data;

        void Write(string part, int count, int seed)
        {
            Random random = new(seed);
            byte[] images = new byte[16 + (64 * count)];
            byte[] labels = new byte[8 + count];
            Header(images, 0x803, count, 8, 8);
            Header(labels, 0x801, count);
            for (int n = 0; n < count; n++)
            {
                labels[8 + n] = (byte)random.Next(4);
                for (int i = 0; i < 64; i++)
                {
                    bool isBright = (i / 32 * 2) + (i % 8 / 4) == labels[8 + n];
                    images[16 + (n * 64) + i] = (byte)(random.Next(150) + (isBright ? 100 : 0));
                }
            }

            File.WriteAllBytes($"{data}/{part}-images-idx3-ubyte", images);
            File.WriteAllBytes($"{data}/{part}-labels-idx1-ubyte", labels);
        }
    }

    private static void Header(byte[] file, params ReadOnlySpan<int> words)
    {
        for (int n = 0; n < words.Length; n++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * n), words[n]);
        }
    }
}
