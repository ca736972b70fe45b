namespace FreeML.Sim.Tests.Cli;

public sealed class PinsTests : IDisposable
{
    // mov #1, &P1DIR; mov.b #0, &PM5CTL0; mov #1, &P1OUT; bis #LPM4, SR; jmp to itself
    private static readonly ushort[] LightsUp =
        [.. TinyFirmware.HoldWatchdog, 0x4392, 0x0204, 0x43C2, 0x0130, 0x4392, 0x0202, 0xD032, 0x00F0, 0x3FFF];

    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_the_pins_do_is_recorded()
    {
        Shell.Outcome outcome = Shell.Run("exec", _files.Elf("app.elf", LightsUp), "--pins", _files.Path("pins.vcd"), "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("parked", outcome.Json[0].GetProperty("stop").GetString());
        string[] lines = File.ReadAllLines(_files.Path("pins.vcd"));
        string code = lines.Single(line => line.EndsWith(" P1.0 $end", StringComparison.Ordinal)).Split(' ')[3];
        Assert.Equal(["z" + code, "0" + code, "1" + code], lines.Where(line => line.Length == 2 && line[1..] == code));
    }

    [Fact]
    public void A_supply_that_fails_lets_go_of_the_pins()
    {
        ushort[] endless = [.. LightsUp[..9], .. TinyFirmware.Endless];
        Shell.Outcome outcome = Shell.Run(
            "exec", _files.Elf("app.elf", endless), "--pins", _files.Path("pins.vcd"), "--initial", "3.2V", "--capacitor", "1uF", "--until", "1s", "--json");
        Assert.Equal(1, outcome.Json[0].GetProperty("powerFailures").GetInt32());
        string[] lines = File.ReadAllLines(_files.Path("pins.vcd"));
        string code = lines.Single(line => line.EndsWith(" P1.0 $end", StringComparison.Ordinal)).Split(' ')[3];
        Assert.Equal(["z" + code, "0" + code, "1" + code, "z" + code], lines.Where(line => line.Length == 2 && line[1..] == code));
        Assert.Equal("#1000000000000", lines[^1]);
    }

    [Fact]
    public void The_board_drives_pins_from_a_table_and_the_run_lasts_as_long_as_it()
    {
        File.WriteAllText(_files.Path("board.csv"), "time_s,pin,level\n0.5,P2.0,1\n1.5,P2.0,z\n");
        Shell.Outcome outcome = Shell.Run(
            "exec", _files.Elf("app.elf", LightsUp), "--pins", _files.Path("pins.vcd"), "--input", _files.Path("board.csv"), "--json");
        Assert.Equal(1.5, outcome.Json[0].GetProperty("simulatedSeconds").GetDouble(), 6);
        Assert.Contains("#500000000000", File.ReadAllLines(_files.Path("pins.vcd")));
    }

    [Theory]
    [InlineData("--device generic --pins x.vcd", "--pins: found device generic, which has no pins, expected another one")]
    [InlineData("--input no-such.csv", "no-such.csv: found")]
    public void A_bad_request_gives_one_line(string options, string message)
    {
        Shell.Outcome outcome = Shell.Run(["exec", _files.Elf("app.elf", LightsUp), .. options.Split(' ')]);
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_is_of_one_image()
    {
        string image = _files.Elf("app.elf", LightsUp);
        Assert.StartsWith("--pins: found 2 images", Shell.Run("exec", image, image, "--pins", _files.Path("x.vcd")).Error, StringComparison.Ordinal);
    }
}
