using FreeML.Compiler.Emission;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>Exported sources are what was bound.</summary>
public sealed class SourceExportTests : IDisposable
{
    private static readonly TimeSpan BuildTime = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("freeml-export-");

    public void Dispose() => _folder.Delete(recursive: true);

    [ToolchainFact]
    public void Tables_of_every_kind_of_operation_compile_to_the_bytes_of_the_image() => Assert.All(from kind in Enum.GetValues<OperationKind>() from seed in Enumerable.Range(1, 2) select (kind, seed), one =>
    {
        (OperationKind kind, int seed) = one;
        IntegerNetwork network = RandomOperations.Create(kind, seed);
        Assert.Equal(DeviceImage.Create(network, ArenaPlanner.Plan(network)), Compile(network));
    });

    [ToolchainFact]
    public void Names_of_strangers_do_not_end_a_comment()
    {
        IntegerNetwork network = RandomOperations.Create(OperationKind.FullyConnected, 5);
        const string Name = "a*/ #error \"x\"\n??/ \\\n\u00E9\0 int";
        IntegerOperation[] operations = [.. network.Operations.Select(operation => operation with { Name = Name })];
        IntegerNetwork named = new(Name, network.Values, [.. operations], network.Output);
        Assert.Equal(DeviceImage.Create(named, ArenaPlanner.Plan(named)), Compile(named));
    }

    [ToolchainFact(Tools.Gcc | Tools.Make)]
    public void What_make_builds_is_the_bound_image()
    {
        // This strategy has every table.
        BoundFirmware bound = FirmwareCompiler.Compile(DigitsModel.Model, new FirmwareOptions { Strategy = Strategy.Tiled, Policy = ExitPolicy.Energy }).Firmware;
        foreach ((string path, string text) in SourceExport.Files(bound))
        {
            string file = Path.Combine(_folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        (int code, _, string error) = Toolchain.Execute(Toolchain.Make!, ["-C", _folder.FullName, "-s", "-j2", "firmware.elf", "CC=" + Toolchain.Gcc], BuildTime);
        Assert.True(code == 0, error);
        FirmwareImage built = ImageReader.Read(Path.Combine(_folder.FullName, "firmware.elf"));
        (long cycles, string logits) = Run(bound with { Image = built });
        (long boundCycles, string boundLogits) = Run(bound);
        Assert.Equal(boundLogits, logits);
        Assert.InRange(cycles, 0.99 * boundCycles, 1.01 * boundCycles);

        // The compiler that built the runtimes makes the very same memory.
        if (Toolchain.Execute(Toolchain.Gcc!, ["--version"], BuildTime).Output.Split('\n')[0] == RuntimeSources.Of(Strategy.Tiled).Compiler)
        {
            Assert.Equal(RoundTripTests.Memory(bound.Image.Segments), RoundTripTests.Memory(built.Segments));
        }
    }

    private static (long Cycles, string Logits) Run(BoundFirmware firmware)
    {
        using InferenceRunner runner = new(firmware);
        Inference inference = runner.Run(DigitsModel.Digits.Sample(1));
        return (inference.Total.Cycles, string.Join(' ', inference.Logits));
    }

    private byte[] Compile(IntegerNetwork network)
    {
        string source = Path.Combine(_folder.FullName, "network.c");
        string script = Path.Combine(_folder.FullName, "network.ld");
        string image = Path.Combine(_folder.FullName, "network.elf");
        using (StreamWriter writer = new(source))
        {
            NetworkSource.Write(network, ArenaPlanner.Plan(network), writer);
        }

        File.WriteAllText(script, "SECTIONS { .network 0x10000 : { KEEP(*(.network)) } /DISCARD/ : { *(.comment) } }");
        (int code, _, string error) = Toolchain.Execute(
            Toolchain.Gcc!,
            ["-mmcu=msp430fr5994", "-mlarge", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-nostartfiles", "-I", Path.Combine(RepositoryRoot.Path, "firmware"), "-T", script, "-Wl,-e,0", source, "-o", image],
            BuildTime);
        Assert.True(code == 0, error);
        return Assert.Single(ImageReader.Read(image).Segments).Bytes.ToArray();
    }
}
