using FreeML.Sim.Cli;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Scenarios;
using FreeML.Sim.Tests.Recording;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// The runtime with networks that come with the program, by each strategy, on a supply that fails: whatever a run leaves behind is the same to the
/// byte, whether the engine is the interpreter, translates at once, or is the one that users get.
/// </summary>
public sealed class NetworksOnBothEnginesTests(ITestOutputHelper output) : IDisposable
{
    private const string Scenario = """
        name: Each strategy
        network: bundled:digits-gnet
        device: { clock: 16MHz }
        supply: { trace: rf-moving-reader, capacitor: 22uF, turn-on: 3.0V, turn-off: 1.9V }
        exit: { policy: never }
        inferences: 1
        variants:
          - { name: freeml }
          - { name: tiled, strategy: tiled, device: { clock: 8MHz } }
          - { name: checkpoint, strategy: checkpoint, device: { clock: 8MHz }, supply: { capacitor: 10uF } }
          - { name: restart, strategy: restart, supply: { capacitor: 47uF } }
          - { name: gnet, exit: { policy: energy } }
        """;

    private readonly ScratchDirectory _files = new();

    public static TheoryData<int, bool> Runs
    {
        get
        {
            var runs = new TheoryData<int, bool>();
            for (int variant = 0; variant < 5; variant++)
            {
                runs.Add(variant, true);
            }

            runs.Add(0, false);
            return runs;
        }
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_leaves_the_same_bytes_on_both_engines(int index, bool isEager)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        File.WriteAllText(_files["scenario.yaml"], Scenario);
        VariantRequest request = ScenarioReader.ReadFile(_files["scenario.yaml"]).Variants[index];
        using Terminal terminal = new(Stream.Null, Stream.Null, Stream.Null);
        Variant variant = new ScenarioLoader(_files.Root, engine: null, terminal).Load(request);
        var engines = new List<JitEngine>();
        new VariantFolder("1").Run(variant, request.Settings, _files["interpreted"]);
        new VariantFolder("1").Run(variant with { Engine = New }, request.Settings, _files["translated"]);

        string[] names = [.. Directory.GetFiles(_files["interpreted"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(names, Directory.GetFiles(_files["translated"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(_files["interpreted/" + name]), File.ReadAllBytes(_files["translated/" + name])));
        Assert.Contains("power_cycles.csv", names);
        int powerCycles = File.ReadLines(_files["interpreted/power_cycles.csv"]).Count() - 1;
        output.WriteLine($"{request.Name}: {powerCycles} power cycles, {engines.Sum(engine => engine.ExecutedInstructions)} instructions as translated code, {engines.Sum(engine => engine.TranslatedInstructions)} translated");
        Assert.True(powerCycles > 1, "the power did not fail");
        Assert.True(!isEager || engines.Max(engine => engine.ExecutedInstructions) > 100_000, "nothing was translated");

        ExecutionEngine New()
        {
            JitEngine engine = isEager ? new JitEngine(warmUpCycles: 0, sampleCycles: 300) { NeverPauses = true } : new JitEngine();
            engines.Add(engine);
            return engine;
        }
    }
}
