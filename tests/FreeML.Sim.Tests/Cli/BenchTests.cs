using System.Text.Json;
using FreeML.Sim.Cli.Bench;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Cli;

public sealed class BenchTests : IDisposable
{
    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_words_of_the_kernels_are_what_stands_beside_them()
    {
        Assert.All(new[] { Kernel.Loop, Kernel.Multiply }, kernel => Assert.Equal(
            kernel.Select(line => (line.Text, line.Words.Length * 2)),
            Listing.Lines(Kernel.Image("kernel", kernel).Segments[0].Bytes, 0x4400, showZeros: true).Select(line => (line.Text, line.Bytes.Length))));
    }

    [Fact]
    public void The_file_for_other_simulators_is_the_image()
    {
        FirmwareImage image = Kernel.Image("kernel", Kernel.Loop);
        FirmwareImage read = ImageReader.Read("file", ElfFile.Bytes(image));

        Assert.Equal(image.EntryPoint, read.EntryPoint);
        Assert.Equal(
            image.Segments.Select(segment => (segment.Address, Convert.ToHexString(segment.Bytes.Span))),
            read.Segments.Select(segment => (segment.Address, Convert.ToHexString(segment.Bytes.Span))));
        Assert.Equal(
            image.Segments.Select(segment => (segment.Address, (uint)segment.Bytes.Length)),
            read.Sections.Where(section => section.Flags.HasFlag(ImageSectionFlags.Allocated)).Select(section => (section.Address, section.Size)));
    }

    [Fact]
    public void A_program_with_an_exit_call_is_timed_on_both_devices()
    {
        // 60,000 passes of dec, jnz
        ushort[] code = [0x4031, 0x2400, .. TinyFirmware.HoldWatchdog, 0x403A, 60000, 0x831A, 0x23FE, .. TinyFirmware.Exit(0)];
        BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", code));

        Assert.Equal(0x4416u, program.ExitAddress);
        Assert.Equal(["msp430fr5994", "generic"], program.Devices.Select(device => device.Name));
        Assert.All(program.Devices.SelectMany(device => BenchEngine.All.Select(engine => (device, engine))), pair =>
        {
            Speed speed = Speed.Measure(program, pair.device, pair.engine, CancellationToken.None);
            Assert.Equal("exited", speed.Run.StopName);
            Assert.Equal(3 + 120_000 + 2, speed.Run.Ledger.Instructions);
            Assert.Equal(speed.Run.Ledger.Instructions / speed.Seconds / 1e6, speed.Mips, 6);
            Assert.Equal(speed.Run.Cycles / speed.Seconds / 16e6, speed.RealTimeFactor, 6);
        });
    }

    [Fact]
    public void A_program_that_parks_is_timed_on_each_engine_and_compared_with_nothing()
    {
        JsonElement json = Shell.Run("bench", "--json", _files.Elf("a.elf", TinyFirmware.Parked)).Json;

        JsonElement[] rows = [.. json.GetProperty("programs").EnumerateArray()];
        Assert.Equal(BenchEngine.All.Select(engine => engine.Name), rows.Select(row => row.GetProperty("engine").GetString()));
        Assert.All(rows, row =>
        {
            Assert.Equal("msp430fr5994", row.GetProperty("device").GetString());
            Assert.Equal("parked", row.GetProperty("stop").GetString());
            Assert.True(row.GetProperty("mips").GetDouble() > 0);
        });
        Assert.Empty(json.GetProperty("comparisons").EnumerateArray());
        Assert.Empty(json.GetProperty("medians").EnumerateArray());

        // A process of its own for each engine; what it takes contains the start of the host's runtime.
        JsonElement[] starts = [.. json.GetProperty("startUps").EnumerateArray()];
        Assert.Equal(StartUp.Program is null ? [] : BenchEngine.All.Select(engine => engine.Name), starts.Select(row => row.GetProperty("engine").GetString()));
        Assert.All(starts, row => Assert.InRange(row.GetProperty("cpuSeconds").GetDouble(), 0.001, 60));
    }

    [Fact]
    public void Programs_that_are_over_at_once_are_in_the_usual_set_for_their_start_only()
    {
        Assert.Equal(
            ["demo.elf", "division.elf", "mpy_compiled.elf", "nested_calls_large.elf"],
            BenchProgram.Usual.Where(program => program.IsShort).Select(program => program.Name));
    }

    [Fact]
    public void Medians_are_of_all_programs_and_of_the_probes_for_each_device()
    {
        Measurement[] measurements = [.. new[] { (true, 10.0), (true, 30.0), (false, 100.0) }.Select(made => Compared(made.Item1, made.Item2))];

        Assert.Equal(
            [("all", "msp430fr5994", 3, 30.0), ("all", "generic", 3, 60.0), ("probes", "msp430fr5994", 2, 20.0), ("probes", "generic", 2, 40.0)],
            SuiteRatio.Of(measurements).Select(row => (row.Suite, row.Device, row.Programs, row.Ratio)));
        Assert.Equal(["all", "all"], SuiteRatio.Of(measurements[..2]).Select(row => row.Suite));

        Measurement Compared(bool isProbe, double ratio)
        {
            BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", TinyFirmware.Exit(0))) with { IsProbe = isProbe };
            return new Measurement(program, [], [new("a", "msp430fr5994", "jit", "other", 1, ratio), new("a", "generic", "jit", "other", 1, 2 * ratio)], [], []);
        }
    }

    [Fact]
    public void Another_simulator_that_does_not_run_the_program_gives_no_ratio_and_no_median()
    {
        BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", TinyFirmware.Exit(0)));
        var other = new OtherSimulator("mspdebug", _files.Path("no-such-program"));
        Speed speed = Speed.Measure(program, program.Devices[0], BenchEngine.Interpreter, CancellationToken.None);

        Assert.Null(other.Time(_files.Path("a.elf"), program.ExitAddress!.Value, 0, CancellationToken.None));
        Comparison comparison = Comparison.Of(program, program.Devices[0], BenchEngine.Interpreter, other, [speed], [null]);
        Assert.Null(comparison.Ratio);
        Assert.Empty(SuiteRatio.Of("all", [comparison]));
    }

    [Fact]
    public void Ratios_are_medians_of_rounds_and_of_programs()
    {
        BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", TinyFirmware.Exit(0)));
        var other = new OtherSimulator("other", "");
        Speed own = Speed.Measure(program, program.Devices[0], BenchEngine.Interpreter, CancellationToken.None) with { Seconds = 2 };
        Comparison[] comparisons =
        [
            .. new double?[][] { [20, 200, 4], [2, 6, 2000], [2, 4, 6] }
                .Select(seconds => Comparison.Of(program, program.Devices[0], BenchEngine.Interpreter, other, [own, own, own], seconds)),
        ];

        Assert.Equal([10, 3, 2], comparisons.Select(comparison => comparison.Ratio));
        SuiteRatio median = Assert.Single(SuiteRatio.Of("all", comparisons));
        Assert.Equal((3, 3.0), (median.Programs, median.Ratio));
    }

    // 300,000 passes of a loop that reads the status register.
    [Fact]
    public void What_the_translator_leaves_is_counted_by_mnemonic_and_changes_nothing()
    {
        if (!Msp430.Jit.JitEngine.IsSupported)
        {
            return;
        }

        // mov #5, r11; again: mov #60000, r10; pass: mov sr, r5; dec r10; jnz pass; dec r11; jnz again
        ushort[] code = [.. TinyFirmware.HoldWatchdog, 0x403B, 5, 0x403A, 60000, 0x4205, 0x831A, 0x23FD, 0x831B, 0x23F9, .. TinyFirmware.Exit(0)];
        BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", code));
        Measurement measurement = Measurement.Of(program, [], CancellationToken.None);

        Assert.All(measurement.Left, left =>
        {
            Assert.InRange(left.Share, 0, 1);
            Assert.Equal(measurement.Engines[0].Speed.Run.Ledger.Instructions, left.Instructions);
        });
        Assert.Single(measurement.Engines.Where(row => row.Device.Name == "generic").Select(row => row.Speed.Run.Cycles).Distinct());
    }

    [Fact]
    public void Firmware_that_counts_its_passes_is_given_enough_of_them()
    {
        BenchProgram program = BenchProgram.Usual.Single(candidate => candidate.Name == "layer_sparse_16mhz.elf");
        Assert.True(program.Image.TryGetSymbol("layer_passes", out ImageSymbol? word));
        ImageSegment segment = program.Image.Segments.Single(candidate => word!.Value >= candidate.VirtualAddress && word.Value < candidate.VirtualAddress + (uint)candidate.Bytes.Length);

        Assert.Equal(20_000, BitConverter.ToUInt16(segment.Bytes.Span[(int)(word.Value - segment.VirtualAddress)..]));
    }
}
