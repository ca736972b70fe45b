using System.Text.Json;
using FreeML.Sim.Cli;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cli;

public sealed class ExecTests : IDisposable
{
    private readonly TinyFirmware _files = new();

    public static TheoryData<string, ushort[], int, string, int?> Ends => new()
    {
        { "", TinyFirmware.Exit(0), 0, "exited", 0 },
        { "", TinyFirmware.Exit(3), 1, "exited", 3 },
        { "", TinyFirmware.Exit(0xD73C), 1, "exited", 0x3C },
        { "", TinyFirmware.Parked, 0, "parked", null },
        { "", TinyFirmware.Illegal, 1, "illegal", null },
        { "", TinyFirmware.Fault, 1, "fault", null },
        { "--max-cycles 1000", TinyFirmware.Endless, 1, "max-cycles", null },
        { "--until 1ms", TinyFirmware.Endless, 0, "until", null },
    };

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Ends))]
    public void Each_way_to_end_has_its_name_and_its_exit_code(string limits, ushort[] program, int code, string stop, int? exitCode)
    {
        string image = _files.Elf("a.elf", program);
        Shell.Outcome outcome = Generic(["--json", .. limits.Split(' ', StringSplitOptions.RemoveEmptyEntries), image]);

        Assert.Equal(code, outcome.Code);
        JsonElement result = Assert.Single(outcome.Json.EnumerateArray());
        Assert.Equal(stop, result.GetProperty("stop").GetString());
        Assert.Equal(exitCode, result.GetProperty("exitCode").Deserialize<int?>());
    }

    [Theory]
    [InlineData("mpy32")]
    [InlineData("dma_modes")]
    [InlineData("timer_lpm3")]
    public void Both_engines_report_the_same(string firmware)
    {
        string image = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", firmware + ".elf");
        string[] reports =
        [
            .. new[] { "interpreter", "jit" }.Select(engine => string.Join('\n', Shell.Run("exec", image, "--engine", engine, "--json").Output.Split('\n')
                .Where(line => !line.Contains("\"engine\"", StringComparison.Ordinal) && !line.Contains("hostSeconds", StringComparison.Ordinal)))),
        ];
        Assert.Contains("parked", reports[0], StringComparison.Ordinal);
        Assert.Equal(reports[0], reports[1]);
    }

    [Fact]
    public void The_JSON_has_the_members_of_the_contract_in_their_order()
    {
        Shell.Outcome outcome = Generic("--json", _files.Elf("a.elf", [0x4034, 0x1234, .. TinyFirmware.Write(1, 3), .. TinyFirmware.Write(2, 2), .. TinyFirmware.Exit(0)], "héllo"));

        Assert.Equal("", outcome.Error);
        JsonElement result = Assert.Single(outcome.Json.EnumerateArray());
        Assert.Equal(
            ["image", "device", "engine", "stop", "exitCode", "instructions", "cycles", "simulatedSeconds", "hostSeconds", "output", "errorOutput",
             "powerFailures", "energy", "ledger", "notes", "registers"],
            result.EnumerateObject().Select(member => member.Name));
        Assert.Equal(_files.Path("a.elf"), result.GetProperty("image").GetString());
        Assert.Equal("generic", result.GetProperty("device").GetString());
        Assert.Equal(JitEngine.IsSupported ? "jit" : "interpreter", result.GetProperty("engine").GetString());
        Assert.Equal(11, result.GetProperty("instructions").GetInt64());

        // Ten instructions of 2 cycles (mov #n, rn) and calls of 4.
        long cycles = result.GetProperty("cycles").GetInt64();
        Assert.Equal((8 * 2) + (3 * 4), cycles);
        Assert.Equal(cycles / 8e6, result.GetProperty("simulatedSeconds").GetDouble(), 12);
        Assert.Equal("hé", result.GetProperty("output").GetString());
        Assert.Equal(0, result.GetProperty("powerFailures").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("energy").ValueKind);
        Assert.Equal(
            ["fram_read", "fram_write", "cache_hit", "cache_miss", "sram_read", "sram_write", "peripheral_read", "peripheral_write", "wait_cycles", "interrupts", "modules"],
            result.GetProperty("ledger").EnumerateObject().Select(member => member.Name));
        Assert.Empty(result.GetProperty("notes").EnumerateArray());
        JsonElement registers = result.GetProperty("registers");
        Assert.Equal(
            ["pc", "sp", "sr", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"],
            registers.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0x1234, registers.GetProperty("r4").GetInt32());
    }

    [Fact]
    public void Output_that_is_no_UTF8_keeps_its_bytes()
    {
        // The first byte of a two-byte character alone.
        Shell.Outcome outcome = Generic("--json", _files.Elf("a.elf", [.. TinyFirmware.Write(1, 2), .. TinyFirmware.Exit(0)], "aé"));

        Assert.Equal("aÃ", outcome.Json[0].GetProperty("output").GetString());
    }

    [Fact]
    public void One_program_talks_to_standard_output_and_the_result_goes_beside()
    {
        string image = _files.Elf("a.elf", [.. TinyFirmware.Write(1, 6), .. TinyFirmware.Exit(0)], "hello\n");
        Shell.Outcome outcome = Generic(image);

        Assert.Equal("hello\n", outcome.Output);
        Assert.Matches($@"^{image}  exited +0 +6 instructions +\d+ cycles\n$", outcome.Error);
    }

    [Fact]
    public void One_program_without_semihosting_has_its_result_on_standard_output()
    {
        string image = _files.Elf("a.elf", TinyFirmware.Parked);
        Shell.Outcome outcome = Shell.Run("exec", image);

        Assert.Equal("", outcome.Error);
        Assert.Matches($@"^{image}  parked +- +\d+ instructions +\d+ cycles\n$", outcome.Output);
    }

    [Fact]
    public void A_program_reads_standard_input()
    {
        // read(0, text, 4), then write(1, text, 4)
        ushort[] code = [0x403C, 0, 0x403D, TinyFirmware.Text, 0x403E, 4, 0x12B0, 0x0184, .. TinyFirmware.Write(1, 4), .. TinyFirmware.Exit(0)];
        string image = _files.Elf("a.elf", code, "....");

        Assert.Equal("ping", Shell.Run("ping pong", CancellationToken.None, "exec", "--device", "generic", "--semihosting", "gnu", image).Output);
        Assert.Equal("ping", Shell.Run("ping pong", CancellationToken.None, "exec", "--json", "--device", "generic", "--semihosting", "gnu", image).Json[0].GetProperty("output").GetString());
    }

    [Fact]
    public void Where_it_stopped_is_told_when_it_should_not_have()
    {
        Shell.Outcome outcome = Shell.Run("exec", "--device", "generic", _files.Elf("a.elf", TinyFirmware.Illegal));

        Assert.Equal(1, outcome.Code);
        Assert.EndsWith("cycles  at 0x04402\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_images_give_one_line_each_in_the_order_given()
    {
        string[] images = [.. Enumerable.Range(0, 100).Select(n => _files.Elf($"{n}.elf", [.. TinyFirmware.Write(1, 1), .. TinyFirmware.Exit((ushort)(n % 2))], "x"))];
        Shell.Outcome outcome = Generic(images);

        Assert.Equal(1, outcome.Code);
        Assert.Equal("", outcome.Error);
        Assert.Equal(images, outcome.OutputLines.Select(line => line.Split(' ')[0]));
        Assert.All(outcome.OutputLines, (line, n) => Assert.Matches($@"  exited +{n % 2}  ", line));
    }

    [Fact]
    public void Several_programs_hear_nothing_and_are_heard_in_JSON_only()
    {
        string image = _files.Elf("a.elf", [.. TinyFirmware.Write(1, 6), .. TinyFirmware.Exit(0)], "hello\n");

        Assert.DoesNotContain("hello", Generic(image, image).Output, StringComparison.Ordinal);
        Assert.All(Generic("--json", image, image).Json.EnumerateArray(), result => Assert.Equal("hello\n", result.GetProperty("output").GetString()));
    }

    [Fact]
    public void An_image_that_cannot_be_read_does_not_stop_the_others()
    {
        string good = _files.Elf("good.elf", TinyFirmware.Exit(7));
        string bad = _files.Path("no-such.elf");
        Shell.Outcome text = Generic(good, bad, good);
        Shell.Outcome json = Generic("--json", good, bad, good);

        Assert.Equal(2, text.Code);
        Assert.Equal(3, text.OutputLines.Length);
        Assert.StartsWith(bad + ": found no such file, expected", text.OutputLines[1], StringComparison.Ordinal);
        Assert.Equal(2, json.Code);
        Assert.Equal(["exited", null, "exited"], json.Json.EnumerateArray().Select(result => result.GetProperty("stop").GetString()));
        Assert.StartsWith(bad + ": found no such file", json.Json[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(json.Error, '\n');
    }

    [Fact]
    public void An_image_that_does_not_fit_the_device_says_so()
    {
        Shell.Outcome outcome = Shell.Run("exec", "--device", "msp430fr5969", Prebuilt("demo.elf"));

        Assert.Equal(2, outcome.Code);
        Assert.Contains("expected only addresses where msp430fr5969 has memory", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error, '\n');
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes_on_one_core_and_on_many()
    {
        string[] images = [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt"), "*.elf").Order(StringComparer.Ordinal)];
        string[] runs = [.. new[] { 1, 2, 8, 2 }.Select(workers => OnCores(workers, images))];

        Assert.True(images.Length > 40);
        Assert.All(runs, run => Assert.Equal(runs[0], run));
    }

    [Fact]
    public void The_seed_decides_what_fresh_RAM_holds()
    {
        string image = _files.Elf("a.elf", TinyFirmware.Parked);
        int R6(string seed) => Shell.Run("exec", "--json", "--seed", seed, image).Json[0].GetProperty("registers").GetProperty("r6").GetInt32();

        Assert.Equal(R6("1"), R6("1"));
        Assert.NotEqual(R6("1"), R6("2"));
    }

    // Pins to the crystal, LFXT on, then the usual wait for it.
    [Theory]
    [InlineData("", "until")]
    [InlineData("--lfxt", "parked")]
    public void Firmware_that_waits_for_a_crystal_goes_on_if_there_is_one(string option, string stop)
    {
        string image = _files.Elf("a.elf",
        [
            .. TinyFirmware.HoldWatchdog,
            0x40B2, 0x0030, 0x032A, // MOV #BIT4+BIT5,&PJSEL0
            0x40F2, 0x00A5, 0x0161, // MOV.B #CSKEY,&CSCTL0_H
            0xC392, 0x0168, // BIC #LFXTOFF,&CSCTL4
            0xC392, 0x016A, // wait: BIC #LFXTOFFG,&CSCTL5
            0xC3A2, 0x0102, // BIC #OFIFG,&SFRIFG1
            0xB3A2, 0x0102, // BIT #OFIFG,&SFRIFG1
            0x23F9, // JNZ wait
            0x3FFF, // JMP $
        ]);

        JsonElement result = Assert.Single(Shell.Run(["exec", "--json", "--until", "2s", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), image]).Json.EnumerateArray());

        Assert.Equal(stop, result.GetProperty("stop").GetString());
        if (stop == "parked")
        {
            Assert.InRange(result.GetProperty("simulatedSeconds").GetDouble(), 0.83, 0.84);
            Assert.InRange(result.GetProperty("ledger").GetProperty("modules").GetProperty("lfxt").GetDouble(), 0.83, 0.84);
        }
    }

    [Fact]
    public void The_clock_of_generic_decides_how_long_cycles_take()
    {
        double Seconds(string clock) =>
            Generic("--json", "--clock", clock, "--max-cycles", "3000", _files.Elf("a.elf", TinyFirmware.Endless)).Json[0].GetProperty("simulatedSeconds").GetDouble();

        Assert.Equal(3000 / 1e6, Seconds("1MHz"), 9);
        Assert.Equal(3000 / 16e6, Seconds("16MHz"), 9);
    }

    [Fact]
    public void A_limit_holds_across_slices()
    {
        // More cycles than the command runs without looking up.
        JsonElement result = Generic("--json", "--max-cycles", "45000000", _files.Elf("a.elf", TinyFirmware.Endless)).Json[0];

        Assert.Equal("max-cycles", result.GetProperty("stop").GetString());
        Assert.InRange(result.GetProperty("cycles").GetInt64(), 45_000_000, 45_000_002);
    }

    [Fact]
    public void TI_TXT_runs_as_ELF_does()
    {
        string elf = Shell.Run("exec", "--json", _files.Elf("a", TinyFirmware.Parked)).Repeatable;
        string text = Shell.Run("exec", "--json", _files.TiTxt("a", TinyFirmware.Parked)).Repeatable;

        Assert.Contains("\"parked\"", elf, StringComparison.Ordinal);
        Assert.Equal(elf, text);
    }

    [Fact]
    public void Captured_output_is_bounded()
    {
        // 300 times write(1, ..., 60000): 18 million bytes.
        ushort[] code = [0x403A, 300, .. TinyFirmware.Write(1, 60000), 0x831A, 0x23F6, .. TinyFirmware.Exit(0)];
        JsonElement result = Generic("--json", _files.Elf("a.elf", code)).Json[0];

        Assert.Equal("exited", result.GetProperty("stop").GetString());
        Assert.Equal(CapturedOutput.Limit, result.GetProperty("output").GetString()!.Length);
        Assert.Equal("output truncated after 16777216 bytes", Assert.Single(result.GetProperty("notes").EnumerateArray()).GetString());
    }

    [Fact]
    public void What_is_not_modelled_is_noted_once()
    {
        // mov #1, &0x04A2 twice: RTCCTL13; then park.
        string image = _files.Elf("a.elf", [0x4392, 0x04A2, 0x4392, 0x04A2, .. TinyFirmware.Parked]);

        JsonElement note = Assert.Single(Shell.Run("exec", "--json", image).Json[0].GetProperty("notes").EnumerateArray());
        Assert.Contains("RTCCTL13", note.GetString(), StringComparison.Ordinal);
        Assert.Contains("\n  note: " + note.GetString(), Shell.Run("exec", image).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupting_ends_a_program_that_does_not()
    {
        // A host that is slow to begin gets more time before it is interrupted.
        string image = _files.Elf("a.elf", TinyFirmware.Endless);
        Shell.Outcome outcome;
        int milliseconds = 25;
        do
        {
            milliseconds *= 2;
            using CancellationTokenSource interrupt = new(TimeSpan.FromMilliseconds(milliseconds));
            outcome = Shell.Run("", interrupt.Token, "exec", image);
        }
        while (milliseconds < 10_000 && outcome.Error.StartsWith("interrupted: 0 ", StringComparison.Ordinal));

        Assert.Equal(130, outcome.Code);
        Assert.Equal("interrupted: 1 of 1 images were run or begun\n", outcome.Error);
        Assert.Contains("  interrupted  ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupting_early_begins_nothing()
    {
        Shell.Outcome outcome = Shell.Run("", new CancellationToken(canceled: true), "exec", "--json", _files.Elf("a.elf", TinyFirmware.Endless));

        Assert.Equal(130, outcome.Code);
        Assert.Empty(outcome.Json.EnumerateArray());
    }

    [Fact]
    public void A_name_cannot_write_to_the_terminal()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Shell.Outcome outcome = Shell.Run("exec", _files.Elf("a\n\e[31mb.elf", TinyFirmware.Parked));

        Assert.EndsWith("a??[31mb.elf", Assert.Single(outcome.OutputLines).Split("  ")[0], StringComparison.Ordinal);
    }

    private static string Prebuilt(string name) => Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", name);

    private static Shell.Outcome Generic(params string[] arguments) =>
        Shell.Run(["exec", "--device", "generic", "--semihosting", "gnu", .. arguments]);

    private static string OnCores(int workers, string[] images)
    {
        using MemoryStream output = new();
        using Terminal terminal = new(Stream.Null, output, Stream.Null);
        ExecRequest request = new() { Device = DeviceCatalogue.Default, MaxCycles = 1_000_000 };
        ExecCommand.Run(images, request, workers, ProgramStreams.Captured, new ExecJson(terminal, request), terminal);
        return new Shell.Outcome(0, System.Text.Encoding.UTF8.GetString(output.ToArray()), "").Repeatable;
    }
}
