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
        Assert.All(program.Devices, device =>
        {
            Speed speed = Speed.Measure(program, device, CancellationToken.None);
            Assert.Equal("exited", speed.Run.StopName);
            Assert.Equal(3 + 120_000 + 2, speed.Run.Ledger.Instructions);
            Assert.Equal(speed.Run.Ledger.Instructions / speed.Seconds / 1e6, speed.Mips, 6);
            Assert.Equal(speed.Run.Cycles / speed.Seconds / 16e6, speed.RealTimeFactor, 6);
        });
    }

    [Fact]
    public void A_program_that_parks_is_timed_on_the_device_and_compared_with_nothing()
    {
        JsonElement json = Shell.Run("bench", "--json", _files.Elf("a.elf", TinyFirmware.Parked)).Json;

        JsonElement row = Assert.Single(json.GetProperty("programs").EnumerateArray());
        Assert.Equal("msp430fr5994", row.GetProperty("device").GetString());
        Assert.Equal("parked", row.GetProperty("stop").GetString());
        Assert.True(row.GetProperty("mips").GetDouble() > 0);
        Assert.Empty(json.GetProperty("comparisons").EnumerateArray());
    }

    [Fact]
    public void Another_simulator_that_does_not_run_the_program_gives_no_ratio()
    {
        BenchProgram program = BenchProgram.Read(_files.Elf("a.elf", TinyFirmware.Exit(0)));

        Assert.Null(Comparison.Of(program, new OtherSimulator("mspdebug", _files.Path("no-such-program")), CancellationToken.None).Ratio);
    }
}
