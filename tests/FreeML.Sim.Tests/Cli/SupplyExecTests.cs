using System.Text.Json;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Recording;
using FreeML.Sim.Tests.Simulation;

namespace FreeML.Sim.Tests.Cli;

public sealed class SupplyExecTests : IDisposable
{
    private const string Rf = "--trace rf-moving-reader --until 20s --capacitor 10uF";

    private readonly TinyFirmware _files = new();

    private string Counting => _files.Elf("counting.elf", Runs.Counting);

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Without_supply_options_power_is_continuous()
    {
        JsonElement result = Shell.Run("exec", "--json", "--until", "1ms", Counting).Json[0];

        Assert.Equal(0, result.GetProperty("powerFailures").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("energy").ValueKind);
        Assert.False(result.TryGetProperty("supply", out _));
    }

    [Fact]
    public void The_JSON_has_the_energies_of_the_contract_and_they_balance()
    {
        Shell.Outcome outcome = Exec(Rf + " --capacitor-esr 1Ohm --capacitor-leakage 1MOhm --json");

        Assert.Equal(0, outcome.Code);
        JsonElement result = Assert.Single(outcome.Json.EnumerateArray());
        Assert.Equal("until", result.GetProperty("stop").GetString());
        Assert.Equal(20, result.GetProperty("simulatedSeconds").GetDouble());
        Assert.InRange(result.GetProperty("powerFailures").GetInt32(), 10, 100_000);
        JsonElement energy = result.GetProperty("energy");
        Assert.Equal(
            ["harvested_J", "consumed_J", "leaked_J", "clipped_J", "converterLoss_J", "esrLoss_J", "switchingLoss_J", "stored_J", "initial_J", "byActivity"],
            energy.EnumerateObject().Select(member => member.Name));
        double harvested = energy.GetProperty("harvested_J").GetDouble();
        string[] spent = ["consumed_J", "leaked_J", "clipped_J", "converterLoss_J", "esrLoss_J", "switchingLoss_J", "stored_J"];
        Assert.Equal(harvested, spent.Sum(name => energy.GetProperty(name).GetDouble()), 1e-9 * harvested);
        Assert.True(energy.GetProperty("leaked_J").GetDouble() > 0 && energy.GetProperty("esrLoss_J").GetDouble() > 0);

        JsonElement activities = energy.GetProperty("byActivity");
        Assert.Equal(
            ["compute", "wait", "fram_read", "fram_write", "sram", "peripheral", "static", "sleep", "module", "wake_up", "boot"],
            activities.EnumerateObject().Select(member => member.Name));
        double consumed = energy.GetProperty("consumed_J").GetDouble();
        Assert.Equal(consumed, activities.EnumerateObject().Sum(member => member.Value.GetDouble()), 1e-9 * consumed);

        JsonElement supply = result.GetProperty("supply");
        Assert.Equal(
            ["boots", "abortedBoots", "tornInstructions", "onSeconds", "sleepSeconds", "coldStartSeconds"],
            supply.EnumerateObject().Select(member => member.Name));
        Assert.InRange(supply.GetProperty("coldStartSeconds").GetDouble(), 0.01, 20);
        Assert.InRange(supply.GetProperty("onSeconds").GetDouble(), 0.01, 19);
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes()
    {
        string[] runs = [.. Enumerable.Range(0, 2).Select(_ => Exec(Rf + " --json").Repeatable)];

        Assert.Contains("\"harvested_J\"", runs[0], StringComparison.Ordinal);
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void One_image_has_a_table_of_where_the_energy_went()
    {
        Shell.Outcome outcome = Exec(Rf);

        Assert.Equal("", outcome.Error);
        Assert.Matches(@"counting\.elf +until +- +\d+ instructions +\d+ cycles +\d+ power failures\n", outcome.Output);
        Assert.All(
            new[] { "time", "cold start", "boots", "power failures", "harvested", "consumed", "  fram write", "leaked", "clipped", "stored at the end" },
            label => Assert.Contains(outcome.OutputLines, line => line.StartsWith("  " + label + " ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_run_lasts_as_long_as_its_trace()
    {
        string trace = Trace("time_s,power_W\n0,0.0001\n2.5,\n");

        Assert.Equal(2.5, Exec($"--json --trace {trace}").Json[0].GetProperty("simulatedSeconds").GetDouble());
    }

    [Fact]
    public void A_looped_trace_goes_on_and_another_is_dark()
    {
        string trace = Trace("time_s,power_W\n0,0.001\n0.25,\n");
        double Harvested(string options) => Exec($"--json --until 1s --trace {trace} {options}").Json[0].GetProperty("energy").GetProperty("harvested_J").GetDouble();

        Assert.Equal(0.25e-3, Harvested(""), 1e-12);
        Assert.Equal(1e-3, Harvested("--trace-loop"), 1e-12);
        Assert.Equal(2e-3, Harvested("--trace-loop --trace-scale 2"), 1e-12);
    }

    [Theory]
    [InlineData("time_s,voltage_V", "4.5", "voltage")]
    [InlineData("time_s,voltage_V", "4.5", "voltage", "--source-resistance", "1kOhm", "--measured-across", "10kOhm")]
    [InlineData("time_s,current_A", "0.001", "current", "--compliance", "3.3V")]
    [InlineData("time_s,irradiance_W_m2", "500", "pv:KXOB25-02-X8F", "--harvester", "pv:kxob25-02-x8f", "--front-end", "bq25570")]
    [InlineData("time_s,current_A@0V,current_A@4V,current_A@5V", "0.001,0.001,0", "iv")]
    [InlineData("time_s,current_A@0V,current_A@4V,current_A@5V", "0.001,0.001,0", "power", "--harvester", "power")]
    public void Every_quantity_finds_its_harvester(string header, string values, string harvester, params string[] options)
    {
        string record = _files.Path("run");
        Shell.Outcome outcome = Shell.Run(["exec", "--json", "--trace", Trace($"{header}\n0,{values}\n1,{values}\n"), "--record", record, .. options, Counting]);

        Assert.Equal("", outcome.Error);
        Assert.True(outcome.Json[0].GetProperty("energy").GetProperty("harvested_J").GetDouble() > 1e-6);
        Assert.Contains($"\"{harvester}\"", File.ReadAllText(Path.Combine(record, RunFiles.Summary)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--buffer react --capacitor-limit 3.5V --turn-on 2.5V --turn-off 1.85V")]
    [InlineData("--buffer STATIC-10mF --output bq25570:2.0V --front-end p2110b --sram-after-failure decay --slice-cap 500us")]
    [InlineData("--output tps782 --sram-after-failure zero --capacitor-leakage 2uA")]
    public void Parts_go_together_by_name(string options)
    {
        Shell.Outcome outcome = Exec("--json --trace solar-outdoor-day --until 1h --initial 2V " + options);

        Assert.Equal("", outcome.Error);
        Assert.True(outcome.Json[0].GetProperty("energy").GetProperty("initial_J").GetDouble() > 0);
    }

    [Fact]
    public void A_charge_without_a_trace_lasts_for_a_while()
    {
        JsonElement result = Exec("--json --initial 3V --capacitor 100uF --until 10s").Json[0];

        Assert.Equal(1, result.GetProperty("powerFailures").GetInt32());
        JsonElement energy = result.GetProperty("energy");
        Assert.Equal(0, energy.GetProperty("harvested_J").GetDouble());
        Assert.Equal(0.5 * 100e-6 * 9, energy.GetProperty("initial_J").GetDouble(), 1e-12);
    }

    [Fact]
    public void Programs_still_talk_on_a_supply()
    {
        // Twice as long as a watchdog period would be too long: hold it, say hello, exit with 3.
        string image = _files.Elf("a.elf", [.. TinyFirmware.HoldWatchdog, .. TinyFirmware.Write(1, 6), .. TinyFirmware.Exit(3)], "hello\n");
        JsonElement result = Shell.Run("exec", "--json", "--semihosting", "gnu", "--trace", "rf-moving-reader", image).Json[0];

        Assert.Equal("exited", result.GetProperty("stop").GetString());
        Assert.Equal(3, result.GetProperty("exitCode").GetInt32());
        Assert.Equal("hello\n", result.GetProperty("output").GetString());
    }

    [Fact]
    public void A_price_can_be_replaced()
    {
        double Compute(string options) => Exec($"{Rf} --until 6s --json {options}".Replace("--until 20s ", "", StringComparison.Ordinal)).Json[0].GetProperty("energy").GetProperty("byActivity").GetProperty("compute").GetDouble();

        Assert.True(Compute("") > 0);
        Assert.Equal(0, Compute("--price active.cycle=0C"));
    }

    [Fact]
    public void A_recording_is_complete_and_the_same_each_time()
    {
        string[] names = [RunFiles.Voltage, RunFiles.PowerCycles, RunFiles.Events, RunFiles.Waveform, RunFiles.Summary, "supply.svg", "supply.tex", "supply.csv"];
        using ScratchDirectory scratch = new();
        foreach (string directory in new[] { "a", "b" })
        {
            Assert.Equal(0, Exec($"{Rf} --record {Path.Combine(scratch.Root, directory)}").Code);
        }

        string first = Path.Combine(scratch.Root, "a");
        Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFiles(first).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllText(Path.Combine(first, name)), File.ReadAllText(Path.Combine(scratch.Root, "b", name))));

        RecordedRun run = RecordedRun.Load(first);
        int failures = run.Summary["powerFailures"]!.GetValue<int>();
        Assert.InRange(failures, 10, 100_000);
        Assert.Equal(failures, run.PowerCycles.Count(cycle => cycle.Reason == "power-failure"));
        Assert.Equal(3.0, run.Summary["turnOn_V"]!.GetValue<double>());
        Assert.Null(run.Summary["hostSeconds"]);
        Assert.Contains("turn-on", File.ReadAllText(Path.Combine(first, "supply.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_comes_before_each_failure()
    {
        string directory = _files.Path("run");
        Assert.Equal(0, Exec($"{Rf} --warning 2.2V --record {directory}").Code);
        RecordedRun run = RecordedRun.Load(directory);
        RecordedEvent[] events = [.. run.Events.Where(happened => happened.What is RunEvent.Warning or RunEvent.PowerFailure)];

        Assert.True(events.Length > 20);
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.True(pair.Second.What != RunEvent.PowerFailure || pair.First.What == RunEvent.Warning));
        Assert.All(events.Where(happened => happened.What == RunEvent.Warning), warning => Assert.InRange(warning.BufferVolts, 1.9, 2.2));
    }

    [Fact]
    public void What_was_assumed_about_a_trace_is_noted()
    {
        string trace = Trace("time_s,voltage_V\n0,4\n1,4\n2,4\n30,4\n31,4\n");
        string[] notes = [.. Exec($"--json --trace {trace}").Json[0].GetProperty("notes").EnumerateArray().Select(note => note.GetString()!)];

        Assert.Contains(notes, note => note.Contains("1 gaps", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("source resistance of 30 kOhm is an assumption", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--capacitor 100uF", "--capacitor: found no source of energy, expected --trace with a trace to harvest, or --initial with a charge to run on")]
    [InlineData("--record x", "--record: found no source of energy, expected --trace with a trace to harvest, or --initial with a charge to run on")]
    [InlineData("--initial 2V", "--until: found nothing, expected a time, because without a trace a run on a supply has no end")]
    [InlineData("--device generic --trace kinetic-walk", "generic: found no power model, expected a device with prices (msp430fr5994, msp430fr5969, msp430fr6989)")]
    [InlineData("--trace no-such", "no-such: found no such file, expected a harvesting trace, or one of solar-outdoor-day, solar-outdoor-irradiance, solar-indoor-office, rf-moving-reader, kinetic-walk")]
    [InlineData("--trace kinetic-walk --capacitor 100", "--capacitor: found 100 without a unit, expected a capacitance such as 100uF")]
    [InlineData("--trace kinetic-walk --capacitor 0F", "--capacitor: found 0F, expected a capacitance from 1nF to 1000F")]
    [InlineData("--trace kinetic-walk --capacitor-leakage 1", "--capacitor-leakage: found 1 without a unit, expected a current such as 1uA or a resistance such as 10MOhm")]
    [InlineData("--trace kinetic-walk --turn-on 3", "--turn-on: found 3 without a unit, expected a voltage such as 2.4V")]
    [InlineData("--trace kinetic-walk --turn-on 4V", "--turn-on: found 4 V, expected at most --capacitor-limit, 3.6 V")]
    [InlineData("--trace kinetic-walk --turn-off 3.1V", "--turn-off: found 3.1 V, expected at most --turn-on, 3 V")]
    [InlineData("--trace kinetic-walk --warning 1.5V", "--turn-off: found 1.9 V, expected at most --warning, 1.5 V")]
    [InlineData("--trace kinetic-walk --initial 5V", "--initial: found 5 V, expected at most --capacitor-limit, 3.6 V")]
    [InlineData("--trace kinetic-walk --initial -1V", "--initial: found -1V, expected a voltage from 0V to 100V")]
    [InlineData("--trace kinetic-walk --trace-scale x", "--trace-scale: found 'x', expected a factor of 0 or more, such as 2.5")]
    [InlineData("--trace kinetic-walk --trace-scale 1e999", "--trace-scale: found '1e999', expected a factor of 0 or more, such as 2.5")]
    [InlineData("--trace kinetic-walk --harvester pv", "--harvester: found 'pv' for a trace of power, expected power")]
    [InlineData("--trace kinetic-walk --harvester wind", "--harvester: found 'wind' for a trace of power, expected power")]
    [InlineData("--trace solar-outdoor-irradiance", "--harvester: found irradiance, and no cell that it falls on, expected pv:CELL with one of AM1417, EXL2-1V50, KXOB25-02-X8F, battery-free-handheld")]
    [InlineData("--trace solar-outdoor-irradiance --harvester pv:x", "--harvester: found 'x', expected one of AM1417, EXL2-1V50, KXOB25-02-X8F, battery-free-handheld")]
    [InlineData("--trace kinetic-walk --front-end magic", "--front-end: found 'magic', expected one of direct, BQ25504, BQ25570, P2110B, schottky, wire")]
    [InlineData("--trace kinetic-walk --output direct:2V", "--output: found a voltage for direct, expected none, because the chip then sits on the buffer")]
    [InlineData("--trace kinetic-walk --output bq25570:2", "--output: found 2 without a unit, expected a voltage such as 2.4V")]
    [InlineData("--trace kinetic-walk --sram-after-failure ones", "--sram-after-failure: found 'ones', expected one of noise, zero, decay")]
    [InlineData("--trace kinetic-walk --slice-cap 2s", "--slice-cap: found 2s, expected a time from 1us to 1s")]
    [InlineData("--trace kinetic-walk --price active.cycle", "--price: found 'active.cycle', expected NAME=VALUE such as active.cycle=50pC")]
    [InlineData("--trace kinetic-walk --price magic=1C", "--price: found no price 'magic', expected one that info msp430fr5994 lists")]
    [InlineData("--trace kinetic-walk --price active.cycle=5", "--price active.cycle: found 5 without a unit, expected a charge such as 50pC")]
    [InlineData("--trace kinetic-walk --record x b.elf", "--record: found 2 images, expected one, because a recording is of one run")]
    public void A_supply_that_cannot_be_is_one_line_and_exit_code_2(string options, string message)
    {
        Shell.Outcome outcome = Shell.Run(["exec", "a.elf", .. options.Split(' ')]);

        Assert.Equal(message + "\n", outcome.Error);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("time_s,power_W\n0,NaN\n")]
    [InlineData("time_s,power\n0,1\n")]
    [InlineData("time_s,power_V\n0,1\n")]
    [InlineData("time_s,power_W\n5,1\n4,1\n3,1\n")]
    public void A_hostile_trace_is_one_line_or_a_reported_repair(string text)
    {
        string trace = Trace(text);
        Shell.Outcome outcome = Exec($"--json --trace {trace}");

        if (outcome.Code == 0)
        {
            Assert.Contains(outcome.Json[0].GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("first:", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(2, outcome.Code);
            Assert.Single(outcome.Error, '\n');
            Assert.StartsWith(trace, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Several_images_run_side_by_side_each_on_a_supply_of_its_own()
    {
        string[] images = [.. Enumerable.Range(0, 3).Select(n => _files.Elf($"{n}.elf", Runs.Counting))];
        JsonElement[] results = [.. Shell.Run(["exec", "--json", .. Rf.Split(' '), .. images]).Json.EnumerateArray()];

        Assert.Equal(images, results.Select(result => result.GetProperty("image").GetString()));
        Assert.Single(results.Select(result => result.GetProperty("energy").GetRawText() + result.GetProperty("supply").GetRawText()).Distinct());
    }

    [Fact]
    public void An_interrupted_run_leaves_no_recording()
    {
        using CancellationTokenSource interrupt = new(TimeSpan.FromMilliseconds(300));
        Shell.Outcome outcome = Shell.Run(
            "", interrupt.Token, "exec", "--trace", "solar-outdoor-day", "--until", "24h", "--initial", "3.6V", "--trace-scale", "100", "--record", _files.Path("run"), Counting);

        Assert.Equal(130, outcome.Code);
        Assert.False(Directory.Exists(_files.Path("run")));
    }

    [Theory]
    [InlineData(0, "J", "0 J")]
    [InlineData(0.0812345, "J", "81.23 mJ")]
    [InlineData(47e-6, "F", "47 uF")]
    [InlineData(3, "V", "3 V")]
    [InlineData(300, "s", "300 s")]
    [InlineData(25200, "s", "7 h")]
    [InlineData(30 * 86400.0, "s", "30 d")]
    [InlineData(0.4099, "", "0.4099")]
    public void Quantities_are_shown_as_people_write_them(double value, string unit, string expected) => Assert.Equal(expected, FreeML.Sim.Cli.SiText.Of(value, unit));

    [Fact]
    public void A_recording_that_cannot_be_written_is_told()
    {
        File.WriteAllText(_files.Path("file"), "");
        Shell.Outcome outcome = Exec($"{Rf} --record {_files.Path("file")}");

        Assert.Equal(2, outcome.Code);
        Assert.Single(outcome.Error, '\n');
    }

    [Fact]
    public void Devices_list_their_prices()
    {
        IReadOnlyList<Coefficient> prices = PowerModel.For("msp430fr5994").Coefficients;
        Shell.Outcome outcome = Shell.Run("info", "msp430fr5994");
        JsonElement listed = Shell.Run("info", "--json", "msp430fr5994").Json.GetProperty("prices");

        Assert.True(prices.Count > 20);
        Assert.All(prices, price => Assert.Contains($"    {price}\n", outcome.Output, StringComparison.Ordinal));
        Assert.Equal(prices.Select(price => price.Name), listed.EnumerateArray().Select(price => price.GetProperty("name").GetString()));
        Assert.All(listed.EnumerateArray(), price => Assert.NotEqual("", price.GetProperty("source").GetString()));
        Assert.Empty(Shell.Run("info", "--json", "generic").Json.GetProperty("prices").EnumerateArray());
    }

    private string Trace(string text)
    {
        File.WriteAllText(_files.Path("trace.csv"), text);
        return _files.Path("trace.csv");
    }

    private Shell.Outcome Exec(string options) => Shell.Run(["exec", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), Counting]);
}
