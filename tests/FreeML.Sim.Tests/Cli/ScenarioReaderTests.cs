using FreeML.Compiler.Compression;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Scenarios;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Cli;

public sealed class ScenarioReaderTests : IDisposable
{
    private readonly ScratchDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        VariantRequest variant = Assert.Single(Read("network: bundled:digits\n").Variants);

        Assert.Equal("freeml", variant.Name);
        Assert.Equal((Strategy.FreeMl, 8, ExitPolicy.Never), (variant.Firmware.Strategy, variant.Firmware.Megahertz, variant.Firmware.Policy));
        Assert.Null(variant.Supply);
        Assert.Equal(100, variant.Inferences);
        Assert.Equal(ArrivalMode.BackToBack, variant.Arrivals.Mode);
        Assert.Equal("bundled:digits", variant.Data.Path);
        Assert.Equal((20, 1UL), (variant.Patience, variant.Seed));
    }

    [Fact]
    public void Everything_can_be_said()
    {
        File.WriteAllText(Path("lab.csv"), "time_s,power_W\n0,0.001\n2,\n");
        ScenarioRequest scenario = Read("""
            name: All of it
            network: bundled:digits-gnet
            data: { path: bundled:digits, split: test, count: 7 }
            device: { name: msp430fr5994, clock: 16MHz, uart: true, sense: P1.2 }
            supply:
              trace: lab.csv
              trace-scale: 2
              trace-loop: true
              capacitor: 1mF
              capacitor-leakage: 1uA
              turn-on: 2.8V
              turn-off: 2.0V
              price: [active.cycle=50pC]
            strategy: tiled
            exit: { policy: confidence, margin: 2.5, any-time: true }
            inferences: 12
            arrival: { mode: periodic, period: 500ms, queue: 3, deadline: 200ms }
            give-up-after: 7
            seed: 5
            """);
        VariantRequest variant = Assert.Single(scenario.Variants);

        Assert.Equal(("All of it", 5UL), (scenario.Name, scenario.Seed));
        Assert.Equal((Strategy.Tiled, 16, SenseInput.HalfOnP12, true), (variant.Firmware.Strategy, variant.Firmware.Megahertz, variant.Firmware.Sense, variant.Firmware.Uart));
        Assert.Equal(ExitPolicy.Confidence(2.5), variant.Firmware.Policy);
        Assert.Equal((0.5, 3, 0.2, 0.2), (variant.Arrivals.PeriodSeconds, variant.Arrivals.Queue, variant.Arrivals.DeadlineSeconds, variant.Arrivals.AskSeconds));
        Assert.Equal((1e-3, 1e-6, 2.8, 2.0), (variant.Supply!.Options.Buffer.Farads, variant.Supply.Options.Buffer.LeakageAmps, variant.Supply.Options.Supervisor!.TurnOnVolts, variant.Supply.Options.Supervisor.TurnOffVolts));
        Assert.Equal(50e-12, variant.Supply.Prices.Coefficients.Single(price => price.Name == "active.cycle").Value);
        Assert.Equal((12, 7, 7, 2000.0), (variant.Inferences, variant.Patience, variant.Data.Count, variant.UntilSeconds));
    }

    [Fact]
    public void Variants_are_laid_over_what_stands_outside_key_by_key()
    {
        ScenarioRequest scenario = Read("""
            network: bundled:digits-gnet
            supply: { trace: rf-moving-reader, capacitor: 47uF }
            exit: { policy: energy }
            inferences: 5
            variants:
              - { name: small, supply: { capacitor: 10uF } }
              - { name: steady, supply: continuous, strategy: restart, exit: { policy: fixed, exit: 1 } }
            """);

        Assert.Equal(["small", "steady"], scenario.Variants.Select(variant => variant.Name));
        Assert.Equal(10e-6, scenario.Variants[0].Supply!.Options.Buffer.Farads);
        Assert.NotNull(scenario.Variants[0].Supply!.Options.Harvester);
        Assert.Equal(ExitPolicy.Energy, scenario.Variants[0].Firmware.Policy);
        Assert.Null(scenario.Variants[1].Supply);
        Assert.Equal((Strategy.Restart, ExitPolicy.Fixed(1)), (scenario.Variants[1].Firmware.Strategy, scenario.Variants[1].Firmware.Policy));
        Assert.All(scenario.Variants, variant => Assert.Equal(5, variant.Inferences));
    }

    [Fact]
    public void A_trained_network_is_compressed_as_it_says()
    {
        File.WriteAllText(Path("net.onnx"), "");
        Directory.CreateDirectory(Path("mnist"));
        VariantRequest variant = Assert.Single(Read("""
            network: net.onnx
            compress: { budget: 20kB, exits: gnet, policy: paper, epochs: 3 }
            data: { path: mnist, scaling: unit }
            """).Variants);

        Assert.Equal(new CompressSettings(new DeviceBudget(20_000), true, ExitKind.Shared, 3, null, 1), variant.Compress);
        Assert.Equal("unit", variant.Data.Scaling);
    }

    [Theory]
    [InlineData("", "1:1: found nothing, expected a scenario")]
    [InlineData("- a\n", "1:1: found a list, expected keys with values")]
    [InlineData("network: bundled:digits\nstratgey: tiled\n", "2:1: found key 'stratgey', expected strategy")]
    [InlineData("network: bundled:digits\nqwertz: 1\n", "2:1: found key 'qwertz', expected one of name, network, ")]
    [InlineData("network: bundled:digits\nstrategy: fast\n", "2:11: found 'fast', expected one of freeml, tiled, checkpoint, restart")]
    [InlineData("network: bundled:digits\nstrategy: [tiled]\n", "2:11: found a list, expected one of freeml")]
    [InlineData("network: bundled:digits\nnetwork: bundled:digits\n", "2:1: found 'network' a second time, expected each key once")]
    [InlineData("strategy: tiled\n", "1:1: found no network, expected a network: a .fml or .onnx file")]
    [InlineData("network: nothere.fml\n", "1:10: found no file 'nothere.fml', expected a network")]
    [InlineData("network: bundled:mnist\n", "1:10: found 'bundled:mnist', expected one of bundled:digits, bundled:digits-gnet, ")]
    [InlineData("network: bundled:digits\nsupply: { trace: nothere.csv }\n", "2:18: found ")]
    [InlineData("network: bundled:digits\nsupply: { trace: rf-moving-reader, capacitor: 100 }\n", "2:47: found 100 without a unit, expected a capacitance such as 100uF")]
    [InlineData("network: bundled:digits\nsupply: { trace: rf-moving-reader, capacitor: 5V }\n", "2:47: found '5V', expected a capacitance such as 100uF")]
    [InlineData("network: bundled:digits\nsupply: { trace: rf-moving-reader, capacitr: 1mF }\n", "2:36: found key 'capacitr', expected capacitor")]
    [InlineData("network: bundled:digits\nsupply: { trace: rf-moving-reader, turn-on: 5V }\n", "2:45: found 5 V, expected at most capacitor-limit, 3.6 V")]
    [InlineData("network: bundled:digits\nsupply: { capacitor: 1mF }\n", "2:9: found no source of energy, expected trace with a trace to harvest")]
    [InlineData("network: bundled:digits\nsupply: { initial: 3V }\n", "1:1: found no duration, expected one")]
    [InlineData("network: bundled:digits\nsupply: harvest\n", "2:9: found 'harvest', expected keys with values: trace")]
    [InlineData("network: bundled:digits\ndevice: { clock: 9MHz }\n", "2:18: found '9MHz', expected one of 1MHz, 8MHz, 16MHz")]
    [InlineData("network: bundled:digits\ninferences: 0\n", "2:13: found '0', expected a whole number from 1 to 1000000")]
    [InlineData("network: bundled:digits\ninferences: many\n", "2:13: found 'many', expected a whole number from 1 to 1000000")]
    [InlineData("network: bundled:digits\nexit: { policy: deadline }\n", "2:7: found no deadline, expected a time such as 200ms")]
    [InlineData("network: bundled:digits\nexit: { policy: deadline, deadline: 200 }\n", "2:37: found 200 without a unit, expected a time")]
    [InlineData("network: bundled:digits\nexit: { any-time: true }\n", "2:19: found no arrival.deadline, expected one")]
    [InlineData("network: bundled:digits\narrival: { mode: periodic }\n", "2:10: found no period, expected the time from one sample to the next")]
    [InlineData("network: bundled:digits\narrival: { mode: event, file: nothere.csv }\n", "2:31: found no file 'nothere.csv', expected a table of times")]
    [InlineData("network: bundled:digits\nvariants: []\n", "2:11: found 0 variants, expected 1 to 64")]
    [InlineData("network: bundled:digits\nvariants: [{ strategy: tiled }]\n", "2:12: found no name, expected a name")]
    [InlineData("network: bundled:digits\nvariants: [{ name: ../up }]\n", "2:20: found '../up', expected a name of letters")]
    [InlineData("network: bundled:digits\nvariants: [{ name: a }, { name: A }]\n", "2:33: found a second variant 'A', expected another name")]
    [InlineData("network: bundled:digits\nvariants: [{ name: a, exit: { polcy: energy } }]\n", "2:31: found key 'polcy', expected policy")]
    [InlineData("network: &n bundled:digits\nname: *n\n", "1:10: found the anchor &n, expected no anchors")]
    [InlineData("network: !!str bundled:digits\n", "1:10: found the tag tag:yaml.org,2002:str, expected no tags")]
    [InlineData("network: 'bundled:digits\n", "1:10: found text that is no YAML")]
    [InlineData("network: bundled:digits\n---\nname: b\n", "2:1: found a second document, expected one")]
    public void What_is_wrong_is_told_with_its_place(string text, string expected)
    {
        string message = Assert.Throws<InputException>(() => Read(text)).Message;

        Assert.StartsWith($"{Path("scenario.yaml")}:{expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 200_000)]
    [InlineData("a: b\n", 300_000)]
    public void Endless_files_are_refused_in_no_time(string part, int times)
    {
        string text = string.Concat(Enumerable.Repeat(part, times));

        Assert.Throws<InputException>(() => Read(text));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told() =>
        Assert.EndsWith("nothere.yaml: found no such file, expected a scenario", Assert.Throws<InputException>(() => ScenarioReader.ReadFile(Path("nothere.yaml"))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_scenario_that_comes_with_the_program_can_be_read() => Assert.NotEmpty(BundledScenario.Read().Variants);

    [Theory]
    [InlineData("time_s\n0.5\n1\n", 2)]
    [InlineData("# pressed\ntime_s,what\n0,button\n0,button\n7.25,button\n", 3)]
    public void Times_of_events_are_a_table(string table, int count)
    {
        File.WriteAllText(Path("events.csv"), table);
        VariantRequest variant = Assert.Single(Read("network: bundled:digits\narrival: { file: events.csv }\n").Variants);

        Assert.Equal((ArrivalMode.OnEvent, count), (variant.Arrivals.Mode, variant.Arrivals.Times.Length));
        Assert.Null(variant.Inferences);
    }

    [Theory]
    [InlineData("1\n", ":1: found '1', expected the heading time_s")]
    [InlineData("time_s\n2\n1\n", ":3: found '1', expected a time from 2")]
    [InlineData("time_s\nsoon\n", ":2: found 'soon', expected a time from 0")]
    [InlineData("time_s\n", ":1: found no times")]
    public void A_bad_table_of_times_is_told(string table, string expected)
    {
        File.WriteAllText(Path("events.csv"), table);

        Assert.StartsWith(Path("events.csv") + expected, Assert.Throws<InputException>(() => Read("network: bundled:digits\narrival: { file: events.csv }\n")).Message, StringComparison.Ordinal);
    }

    private string Path(string name) => _files[name];

    private ScenarioRequest Read(string text)
    {
        File.WriteAllText(Path("scenario.yaml"), text);
        return ScenarioReader.ReadFile(Path("scenario.yaml"));
    }
}
