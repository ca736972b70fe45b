using System.Text.Json;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Cli.Exec.Compare;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Power;
using FreeML.Sim.Tests.Jit;
using FreeML.Sim.Tests.Simulation;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cli;

public sealed class CompareTests : IDisposable
{
    // mov #20, r11; again: mov #60000, r10; pass: adc r6; dec r10; jnz pass; dec r11; jnz again; exit
    private static readonly ushort[] Carrying = [.. TinyFirmware.HoldWatchdog, 0x403B, 20, 0x403A, 60000, 0x6306, 0x831A, 0x23FD, 0x831B, 0x23F9, .. TinyFirmware.Exit(0)];

    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("mpy32")]
    [InlineData("dma_patch")]
    [InlineData("nested_interrupts")]
    public void Engines_that_agree_say_so_and_give_the_result_of_one(string firmware)
    {
        string image = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", firmware + ".elf");
        Shell.Outcome one = Shell.Run("exec", image);
        Shell.Outcome both = Shell.Run("exec", image, "--engine", "compare");

        Assert.Equal(0, both.Code);
        Assert.Equal(one.OutputLines[0], both.OutputLines[0]);
        Assert.Contains("interpreter and jit agree at each of", both.Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Shell.Run("exec", image, "--engine", "compare", "--json").Json[0].GetProperty("divergence").ValueKind);
    }

    [Fact]
    public void Engines_agree_on_a_supply_that_fails()
    {
        string image = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", "layer_sparse_16mhz.elf");
        string[] request = ["exec", image, "--trace", "rf-moving-reader", "--capacitor", "10uF", "--until", "1s", "--json"];
        Shell.Outcome both = Shell.Run([.. request, "--engine", "compare"]);

        JsonElement result = both.Json[0];
        Assert.Equal(JsonValueKind.Null, result.GetProperty("divergence").ValueKind);
        Assert.True(result.GetProperty("powerFailures").GetInt32() > 0);
        Assert.Equal(Shell.Run(request).Json[0].GetProperty("energy").ToString(), result.GetProperty("energy").ToString());
    }

    // 5 + 2 cycles, then 240,005 a round; 2 into the thirteenth, a hundred passes of 4, and 2: the carry is about to be added.
    [Fact]
    public void The_first_difference_is_found_to_the_instruction()
    {
        const long Mistake = 7 + (12 * 240_005) + 2 + 400 + 2;
        ExecResult result = Compare(Carrying, "generic", () => new WrongEngine(Mistake, StatusRegister.C));

        Assert.Equal(1, result.Verdict);
        Divergence divergence = Assert.IsType<Divergence>(result.Divergence);
        Assert.Equal((Mistake - 1, Mistake), (divergence.AgreedCycles, divergence.DifferingCycles));
        StateRow row = Assert.Single(divergence.State, state => state.Differs);
        Assert.Equal(new StateRow("sr", "00005 C N", "00004 N"), row);
        Assert.Equal(["jnz $-4", "adc r6", "dec r10", "jnz $-4"], divergence.Listing.SkipWhile(line => !line.IsNext).Select(line => line.Text).Prepend(divergence.Listing.Last(line => !line.IsNext).Text));
    }

    [Fact]
    public void A_difference_is_shown_as_a_listing_and_both_states()
    {
        ExecResult result = Compare(Carrying, "generic", () => new WrongEngine(10_000, StatusRegister.N | StatusRegister.V | StatusRegister.C));
        using StringWriter text = new() { NewLine = "\n" };
        result.Divergence!.WriteText(text);
        string[] lines = text.ToString().Split('\n');

        Assert.StartsWith("  interpreter and wrong agree when run to cycle ", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("  > 044", StringComparison.Ordinal));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^  \* sr +00005 C N +00100 V$"));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^    r10 +0[0-9a-f]{4} +0[0-9a-f]{4}$"));
    }

    [Fact]
    public void A_difference_on_a_supply_is_found_in_its_slice()
    {
        const long Mistake = 40_000;
        DeviceDescription device = DeviceCatalogue.Find("msp430fr5994");
        SupplyRequest supply = new()
        {
            Options = new SupplyOptions
            {
                Harvester = new PowerHarvester(Runs.Power(1, (0, 4e-3), (0.4, 0))),
                Buffer = new Capacitor { Farads = 20e-6, LimitVolts = 3.6, LeakageOhms = 1e6 },
                Supervisor = new Supervisor(3.0, 1.9),
            },
            Prices = PowerModel.For(device.Name),
            SliceCapSeconds = 1e-3,
        };
        ExecResult result = Compare(Carrying[..^4], "msp430fr5994", () => new WrongEngine(Mistake, StatusRegister.C), supply);

        Divergence divergence = Assert.IsType<Divergence>(result.Divergence);
        Assert.InRange(divergence.DifferingCycles, Mistake - 8, Mistake + 8);
        Assert.Contains(divergence.State, row => row.Differs && row.Name is "sr" or "r6");
    }

    [Theory]
    [InlineData("--uart -", "--uart")]
    [InlineData("--pins p.vcd", "--pins")]
    public void What_cannot_be_had_twice_is_refused_in_one_line(string options, string named)
    {
        Shell.Outcome outcome = Shell.Run(["exec", _files.Elf("a.elf", TinyFirmware.Parked), "--engine", "compare", .. options.Split(' ')]);

        Assert.Equal(2, outcome.Code);
        Assert.Equal($"--engine: found compare with {named}, expected it without, because two devices run\n", outcome.Error);
    }

    [Fact]
    public void Both_programs_read_the_same_input()
    {
        // mov #0x5000, r13; mov #4, r14; clr r12; call #0x184 (read); mov &0x5000, r12; exit with it
        ushort[] code = [0x403D, 0x5000, 0x403E, 4, 0x430C, 0x12B0, 0x0184, 0x421C, 0x5000, 0x12B0, 0x0181];
        Shell.Outcome outcome = Shell.Run("Aword", CancellationToken.None, "exec", "--device", "generic", "--semihosting", "gnu", "--engine", "compare", "--json", _files.Elf("a.elf", code));

        Assert.Equal('A', outcome.Json[0].GetProperty("exitCode").GetInt32());
        Assert.Equal(JsonValueKind.Null, outcome.Json[0].GetProperty("divergence").ValueKind);
    }

    [Fact]
    public void A_translated_program_is_listed_beside_its_host_code()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        string image = _files.Elf("a.elf", Carrying);
        string path = _files.Path("out/listing.txt");
        Shell.Outcome outcome = Shell.Run("exec", "--device", "generic", "--semihosting", "gnu", "--engine", "jit", "--dump-jit", path, image);
        string[] lines = File.ReadAllLines(path);

        Assert.Equal(0, outcome.Code);
        Assert.Matches("^unit 1 at 044[0-9a-f]{2}: [1-9][0-9]* blocks, [0-9]+ instructions, [0-9]+ bytes of host code; [0-9]+ entries of blocks, [0-9]+ cycles$", lines[0]);

        // Nearly all of 20 times 60,000 passes of four cycles.
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, "^ block 0440e: 1[12][0-9]{5} entries, 4 cycles each$"));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^  04410:  dec r10 +[0-9a-f]{4}  \w+ "));
        Assert.Contains(lines, line => line.StartsWith("  0441c:  call #385  [interpreter]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--dump-jit x.txt", "--dump-jit: found no --engine jit, expected it, because no other engine translates")]
    [InlineData("--engine jit --dump-jit - --json", "--dump-jit: found - with --json, expected a file, because standard output has the document")]
    public void A_listing_that_cannot_be_is_refused_in_one_line(string options, string error)
    {
        Shell.Outcome outcome = Shell.Run(["exec", _files.Elf("a.elf", TinyFirmware.Parked), .. options.Split(' ')]);

        Assert.Equal((2, error + "\n"), (outcome.Code, outcome.Error));
    }

    private ExecResult Compare(ushort[] code, string device, Func<ExecutionEngine> subject, SupplyRequest? supply = null)
    {
        ExecRequest request = new() { Device = DeviceCatalogue.Find(device), HasSemihosting = supply is null, Supply = supply, Until = supply is null ? SimTime.MaxValue : SimTime.FromSeconds(1L) };
        return EngineComparison.Run("a", ImageReader.Read(_files.Elf("a.elf", code)), request, subject, ProgramStreams.Captured(), CancellationToken.None);
    }
}
