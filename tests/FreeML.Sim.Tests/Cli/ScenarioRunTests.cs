using System.Globalization;
using System.Text.Json;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Scenarios;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Cli;

/// <summary><c>run</c>, on the network that comes with the program.</summary>
public sealed class ScenarioRunTests : IDisposable
{
    private const string Small = """
        name: Two ways
        network: bundled:digits-gnet
        supply: { trace: rf-moving-reader, capacitor: 100uF, capacitor-leakage: 1uA, capacitor-esr: 1Ohm }
        exit: { policy: energy }
        inferences: 3
        variants:
          - { name: own, strategy: freeml }
          - { name: none, strategy: restart }
        """;

    private static readonly string[] Parts = ["compute", "fram", "commit", "reexecution", "boot", "idle", "measure", "report"];

    private readonly ScratchDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_run_leaves_all_its_results()
    {
        Shell.Outcome outcome = Run(Small, "--json");

        Assert.Equal(("", 0), (outcome.Error, outcome.Code));
        Assert.Equal(File.ReadAllText(_files["run/summary.json"]), outcome.Output);
        Assert.Equal(Small, File.ReadAllText(_files["run/scenario.yaml"]));
        JsonElement summary = outcome.Json;
        Assert.Equal("Two ways", summary.GetProperty("name").GetString());
        Assert.Equal("rf-moving-reader", summary.GetProperty("scenario").GetProperty("supply.trace").GetString());
        JsonElement[] variants = [.. summary.GetProperty("variants").EnumerateArray()];
        Assert.Equal(["own", "none"], variants.Select(variant => variant.GetProperty("name").GetString()!));
        Assert.All(variants, variant =>
        {
            Assert.Equal("done", variant.GetProperty("stop").GetString());
            Assert.Equal(3, variant.GetProperty("inferences").GetInt32());
            Assert.Equal(3, variant.GetProperty("continuousMatches").GetInt32());
            Assert.Equal(3, variant.GetProperty("exits").EnumerateArray().Sum(exit => exit.GetProperty("taken").GetInt32()));
            Assert.True(variant.GetProperty("memory_B").GetProperty("separateExits").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, variant.GetProperty("stuck").ValueKind);
            string folder = _files["run/variants/" + variant.GetProperty("name").GetString()];
            Assert.Equal(
                ["events.csv", "firmware.elf", "firmware.txt", "inferences.csv", "power_cycles.csv", "progress.csv", "summary.json", "supply.vcd", "voltage.csv"],
                Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(string.Join(',', VariantFolder.InferencesHeader), File.ReadLines(Path.Combine(folder, "inferences.csv")).First());
            Assert.Equal(4, File.ReadLines(Path.Combine(folder, "inferences.csv")).Count());
            double[] times = [.. File.ReadLines(Path.Combine(folder, "progress.csv")).Skip(1).Select(row => double.Parse(row.Split(',')[0], CultureInfo.InvariantCulture))];
            Assert.Equal(times.Order(), times);
        });
    }

    [Fact]
    public void Energy_is_booked_once_and_all_of_it()
    {
        Assert.All(Run(Small, "--json").Json.GetProperty("variants").EnumerateArray(), variant =>
        {
            Dictionary<string, double> joules = variant.GetProperty("energy_J").EnumerateObject().ToDictionary(part => part.Name, part => part.Value.GetDouble());
            double consumed = Parts.Sum(part => joules[part]);
            double spent = consumed + joules["leakage"] + joules["converter"] + joules["clipped"] + joules["stored"];
            Assert.Equal(joules["harvested"] + joules["initial"], spent, 1e-9 * spent);
            Assert.All(joules.Values, value => Assert.True(value >= 0));
            Assert.True(joules["boot"] > 0 && joules["compute"] > 0 && joules["fram"] > 0 && joules["measure"] > 0 && joules["report"] > 0);
        });
    }

    [Fact]
    public void Either_engine_gives_the_same_bytes()
    {
        if (JitEngine.IsSupported)
        {
            Run(Small, "--engine", "jit");
            Dictionary<string, string> first = Bytes();
            Directory.Delete(_files["run"], recursive: true);
            Run(Small, "--engine", "interpreter");

            Assert.Equal(first, Bytes());
        }
    }

    [Fact]
    public void What_is_done_is_not_done_again()
    {
        Run(Small);
        Dictionary<string, string> whole = Bytes();
        DateTime written = File.GetLastWriteTimeUtc(_files["run/variants/own/summary.json"]);
        File.Delete(_files["run/summary.json"]);
        File.Delete(_files["run/variants/none/summary.json"]);
        File.WriteAllText(_files["run/variants/none/events.csv.partial"], "a killed run leaves such things");
        Run(Small);

        Assert.Equal(whole, Bytes());
        Assert.Equal(written, File.GetLastWriteTimeUtc(_files["run/variants/own/summary.json"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Stopped_after_any_answer_a_variant_comes_out_the_same_the_next_time(int answer)
    {
        (Variant variant, VariantRequest request) = Load(Small, 0);
        new VariantFolder("1").Run(variant, request.Settings, _files["whole"]);
        using CancellationTokenSource stop = new();
        void OnAnswer(int answers)
        {
            if (answers == answer)
            {
                stop.Cancel();
            }
        }

        Assert.ThrowsAny<OperationCanceledException>(() => new VariantFolder("1").Run(variant, request.Settings, _files["parts"], OnAnswer, stop.Token));
        Assert.False(File.Exists(_files["parts/summary.json"]));
        new VariantFolder("1").Run(variant, request.Settings, _files["parts"]);

        Assert.Equal(Bytes("whole"), Bytes("parts"));
    }

    [Fact]
    public void Results_of_another_scenario_or_version_do_not_count()
    {
        (Variant variant, VariantRequest request) = Load(Small, 0);
        int runs = 0;
        void Count(int answers) => runs += answers == 3 ? 1 : 0;
        new VariantFolder("1").Run(variant, request.Settings, _files["a"], Count);
        new VariantFolder("1").Run(variant, request.Settings, _files["a"], Count);
        Assert.Equal(1, runs);
        new VariantFolder("2").Run(variant, request.Settings, _files["a"], Count);
        Assert.Equal(2, runs);
        new VariantFolder("2").Run(variant with { Samples = variant.Samples.Slice(1, 10) }, request.Settings, _files["a"], Count);
        Assert.Equal(3, runs);
    }

    [Theory]
    [InlineData("freeml", "500nF")]
    [InlineData("tiled", "500nF")]
    [InlineData("checkpoint", "500nF")]
    [InlineData("restart", "10uF")]
    public void A_capacitor_that_is_too_small_is_told_and_the_one_that_is_told_does(string strategy, string tooSmall)
    {
        string Scenario(string capacitor) => $$"""
            network: bundled:digits-gnet
            supply: { trace: rf-moving-reader, trace-loop: true, capacitor: {{capacitor}}, capacitor-leakage: 500nA }
            strategy: {{strategy}}
            exit: { policy: fixed, exit: 0 }
            inferences: 1
            """;
        Shell.Outcome outcome = Run(Scenario(tooSmall));

        Assert.Equal(1, outcome.Code);
        Assert.Contains($"{strategy} is stuck on ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("the smallest capacitor that would do is ", outcome.Output, StringComparison.Ordinal);
        JsonElement variant = JsonDocument.Parse(File.ReadAllText(_files["run/summary.json"])).RootElement.GetProperty("variants")[0];
        Assert.Equal("no-progress", variant.GetProperty("stop").GetString());
        JsonElement stuck = variant.GetProperty("stuck");
        double farads = stuck.GetProperty("smallestCapacitor_F").GetDouble();
        Assert.True(stuck.GetProperty("energy_J").GetDouble() > 0);
        Directory.Delete(_files["run"], recursive: true);

        Assert.Equal(0, Run(Scenario(string.Create(CultureInfo.InvariantCulture, $"{farads * 1e9:0.###}nF"))).Code);
    }

    [Fact]
    public void Samples_that_come_too_fast_are_late_or_dropped()
    {
        JsonElement variant = Run("""
            network: bundled:digits-gnet
            exit: { policy: fixed, exit: 0 }
            inferences: 4
            arrival: { mode: periodic, period: 20ms, queue: 1, deadline: 1ms }
            """, "--json").Json.GetProperty("variants")[0];

        Assert.Equal(4, variant.GetProperty("inferences").GetInt32());
        Assert.Equal(4, variant.GetProperty("deadlineMisses").GetInt32());
        Assert.True(variant.GetProperty("dropped").GetInt32() > 4);
        Assert.Equal(JsonValueKind.Null, variant.GetProperty("capacitor_F").ValueKind);
        Assert.Equal(0, variant.GetProperty("powerFailures").GetInt32());
    }

    [Fact]
    public void A_device_that_waits_is_woken_by_the_next_sample()
    {
        File.WriteAllText(_files["events.csv"], "time_s\n0.5\n1\n2.5\n");
        JsonElement variant = Run("""
            network: bundled:digits-gnet
            exit: { policy: fixed, exit: 0 }
            arrival: { file: events.csv, deadline: 300ms }
            """, "--json").Json.GetProperty("variants")[0];

        Assert.Equal(3, variant.GetProperty("inferences").GetInt32());
        Assert.Equal(0, variant.GetProperty("deadlineMisses").GetInt32());
        string[][] rows = [.. File.ReadLines(_files["run/variants/freeml/inferences.csv"]).Skip(1).Select(row => row.Split(','))];
        Assert.Equal([0.5, 1, 2.5], rows.Select(row => double.Parse(row[7], CultureInfo.InvariantCulture)));

        // Asleep between them.
        Assert.True(variant.GetProperty("energy_J").GetProperty("idle").GetDouble() < 0.1 * variant.GetProperty("energy_J").GetProperty("compute").GetDouble());
    }

    [Fact]
    public void Who_asks_for_an_answer_gets_that_of_an_earlier_exit()
    {
        int Exit(string more) => Run($$"""
            network: bundled:digits-gnet
            exit: { policy: never{{more}} }
            inferences: 1
            """, "--json").Json.GetProperty("variants")[0].GetProperty("exits").EnumerateArray().First(exit => exit.GetProperty("taken").GetInt32() == 1).GetProperty("exit").GetInt32();

        Assert.Equal(2, Exit(""));
        Assert.InRange(Exit(", any-time: 20ms"), 0, 1);
    }

    [Theory]
    [InlineData("network: bundled:digits\nexit: { policy: energy }\n", "2:7: found policy energy for a network without exits, expected policy never")]
    [InlineData("network: bundled:digits-gnet\nexit: { policy: fixed, exit: 3 }\n", "2:7: found exit 3, expected 0 to 2")]
    [InlineData("network: bundled:digits-gnet\ndata: { scaling: unit }\n", "2:7: found data.scaling for a compressed network")]
    public void What_does_not_go_together_is_a_bad_request(string scenario, string expected)
    {
        Shell.Outcome outcome = Run(scenario);

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith(_files["scenario.yaml"] + ":" + expected, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_files["run"]));
    }

    private Shell.Outcome Run(string scenario, params string[] options)
    {
        File.WriteAllText(_files["scenario.yaml"], scenario);
        return Shell.Run(["run", _files["scenario.yaml"], "-o", _files["run"], .. options]);
    }

    private (Variant Variant, VariantRequest Request) Load(string scenario, int index)
    {
        File.WriteAllText(_files["scenario.yaml"], scenario);
        VariantRequest request = ScenarioReader.ReadFile(_files["scenario.yaml"]).Variants[index];
        using FreeML.Sim.Cli.Terminal terminal = new(Stream.Null, Stream.Null, Stream.Null);
        return (new ScenarioLoader(_files["run"], engine: null, terminal).Load(request), request);
    }

    private Dictionary<string, string> Bytes(string folder = "run") => Directory.GetFiles(_files[folder], "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(_files[folder], path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
}
