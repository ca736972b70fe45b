using System.Text.Json;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Firmware;
using FreeML.Sim.Tests.Loading;

namespace FreeML.Sim.Tests.Cli;

public sealed class CompileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("freeml-compile-");

    private string Model => Path.Combine(_folder.FullName, "digits.fml") is var path && File.Exists(path) ? path : DigitsModel.Save(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_three_forms_load_the_same_memory_and_info_knows_them()
    {
        string[] paths = [.. new[] { "fw.elf", "fw.txt", "fw.hex" }.Select(name => Path.Combine(_folder.FullName, "out", name))];
        Assert.All(paths, path => Assert.Equal((0, ""), Shell.Run("compile", Model, "-o", path) is var run ? (run.Code, run.Error) : default));
        Dictionary<uint, byte>[] memories = [.. paths.Select(path => RoundTripTests.Memory(ImageReader.Read(path).Segments))];
        Assert.Equal(memories[0], memories[1]);
        Assert.Equal(memories[0], memories[2]);

        Shell.Outcome info = Shell.Run("info", paths[0]);
        Assert.Contains(".network", info.Output, StringComparison.Ordinal);
        Assert.Contains("msp430fr5994  fits", info.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(paths[0]), Rewritten(paths[0]));
    }

    [Fact]
    public void The_report_tells_each_operation_and_each_answer()
    {
        Shell.Outcome run = Shell.Run("compile", Model, "--report", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        IntegerNetwork network = DigitsModel.Model.Integer;
        JsonElement[] layers = [.. run.Json.GetProperty("layers").EnumerateArray()];
        Assert.Equal(network.AllOperations.Select(operation => (operation.Name, operation.Macs)), layers.Select(layer => (layer.GetProperty("name").GetString()!, layer.GetProperty("macs").GetInt64())));

        // What the runtimes promise: 12 cycles a product of a dense row in the loops, a fifth more than without support of power failures.
        Assert.All(layers.Where(layer => layer.GetProperty("form").GetString() == "dense"), layer => Assert.InRange(layer.GetProperty("loopCyclesPerMac").GetDouble(), 8, 12));
        JsonElement[] answers = [.. run.Json.GetProperty("answers").EnumerateArray()];
        Assert.Equal(network.Exits.Length + 1, answers.Length);
        Assert.All(answers, answer => Assert.InRange(answer.GetProperty("overhead").GetDouble(), 0, 0.2));
        JsonElement memory = run.Json.GetProperty("memory_B");
        Assert.Equal(DeployedSize.Of(network).Bytes, new[] { "weights", "tables", "exits" }.Sum(name => memory.GetProperty(name).GetInt32()));

        string text = Shell.Run("compile", Model, "--report").Output;
        Assert.All(layers, layer => Assert.Contains($"  {layer.GetProperty("name").GetString()} ", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_replace_sources_and_nothing_else()
    {
        string folder = Path.Combine(_folder.FullName, "src");
        Assert.Equal(0, Shell.Run("compile", Model, "--emit", "c", folder).Code);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))];
        Assert.All(["Makefile", "network.c", "configuration.c", "firmware.ld", "runtime/run.c", "device/startup.S", "device/sections.ld"], file => Assert.Contains(file, files));
        Assert.DoesNotContain("runtime/configuration.c", files);

        File.WriteAllText(Path.Combine(folder, "network.o"), "");
        Assert.Equal(0, Shell.Run("compile", Model, "--emit", "c", folder, "--clock", "16MHz").Code);
        Assert.Contains(".megahertz = 16,", File.ReadAllText(Path.Combine(folder, "configuration.c")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "mine");
        Shell.Outcome refused = Shell.Run("compile", Model, "--emit", "c", folder);
        Assert.Equal((2, $"{folder}: found a directory with 'notes.txt', expected a new one, or one that was written like this before\n"), (refused.Code, refused.Error));
    }

    [Fact]
    public void Options_come_to_the_configuration()
    {
        string folder = Path.Combine(_folder.FullName, "src");
        Assert.Equal(0, Shell.Run("compile", Model, "--emit", "c", folder, "--strategy", "tiled", "--exit-policy", "deadline:64ms", "--sense", "P1.2", "--uart", "--capacitor", "100uF").Code);
        string configuration = File.ReadAllText(Path.Combine(folder, "configuration.c"));
        Assert.All([".policy = 3,", ".deadline_ticks = 1000,", ".sense = 2,", ".flags = 1,", "tiles[", "exit_costs[2]"], text => Assert.Contains(text, configuration, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("compile: found nothing to make, expected -o FW.elf, --emit c DIR or --report\n")]
    [InlineData("-o: found 'fw.bin', expected a file that ends in .elf, .txt or .hex\n", "-o", "fw.bin")]
    [InlineData("--emit: found 'rust', expected c DIR\n", "--emit", "rust", "x")]
    [InlineData("--clock: found 4MHz, expected 1MHz, 8MHz or 16MHz\n", "-o", "fw.elf", "--clock", "4MHz")]
    [InlineData("--strategy: found 'none', expected one of freeml, tiled, checkpoint, restart\n", "-o", "fw.elf", "--strategy", "none")]
    [InlineData("--exit-policy: found 'fixed', expected never, fixed:K, energy, deadline:200ms, confidence:M\n", "-o", "fw.elf", "--exit-policy", "fixed")]
    [InlineData("--turn-off: found 3 V, expected less than --turn-on, 2 V\n", "-o", "fw.elf", "--turn-on", "2V", "--turn-off", "3V")]
    [InlineData("digits: found exit 3, expected an exit from 0 to 2, which is the whole network\n", "-o", "fw.elf", "--exit-policy", "fixed:3")]
    public void A_bad_request_is_one_line(string message, params string[] options)
    {
        Shell.Outcome outcome = Shell.Run(["compile", Model, .. options]);
        Assert.Equal((2, message), (outcome.Code, outcome.Error));
    }

    [Fact]
    public void What_is_no_network_or_does_not_fit_is_one_line()
    {
        string none = Path.Combine(_folder.FullName, "none.fml");
        Assert.Equal(2, Shell.Run("compile", none, "-o", "fw.elf").Code);
        string text = Path.Combine(_folder.FullName, "text.fml");
        File.WriteAllText(text, "no network");
        Shell.Outcome outcome = Shell.Run("compile", text, "-o", "fw.elf");
        Assert.Equal((2, 1), (outcome.Code, outcome.Error.Count(c => c == '\n')));

        string large = Path.Combine(_folder.FullName, "large.fml");
        File.WriteAllBytes(large, FmlWriter.Write(DigitsModel.Large));
        Shell.Outcome refused = Shell.Run("compile", large, "-o", Path.Combine(_folder.FullName, "fw.elf"));
        Assert.Equal(2, refused.Code);
        Assert.Matches("^large: found tables of [0-9]+ bytes, [0-9]+ bytes too many, expected at most [0-9]+ bytes in FRAM from 0x10000, where the runtime leaves them free\n$", refused.Error);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "fw.elf")));
    }

    private static byte[] Rewritten(string path) => ElfWriter.Write(ImageReader.Read(path));
}
