using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Tests.Recording;

public sealed class PinRecorderTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly Device _device = new(DeviceCatalogue.Default);

    [Fact]
    public void It_names_every_pin_and_begins_with_its_level()
    {
        _device.FindPin("P1.1")!.DriveOutside(PinLevel.High, SimTime.Zero);
        string[] lines = Record(() => { });
        Assert.Contains("$timescale 1 ps $end", lines);
        Assert.Equal(_device.Pins.Count, lines.Count(line => line.StartsWith("$var wire 1 ", StringComparison.Ordinal)));
        int start = Array.IndexOf(lines, "#0");
        Assert.Equal(_device.Pins.Count, lines[(start + 1)..].Count(line => line[0] is '0' or '1' or 'z'));
        Assert.Equal("1" + Code(lines, "P1.1"), Assert.Single(lines, line => line[0] == '1'));
        Assert.Equal("#1000000000", lines[^1]);
    }

    [Fact]
    public void Outputs_are_recorded_with_picoseconds_and_z_after_a_power_failure()
    {
        string[] lines = Record(() =>
        {
            // mov #5A80, &WDTCTL; mov #1, &P1DIR; mov #0, &PM5CTL0; xor #1, &P1OUT; jmp back
            Program(0x40B2, 0x5A80, 0x015C, 0x4392, 0x0204, 0x4382, 0x0130, 0xE392, 0x0202, 0x3FFD);
            _device.Run(maxCycles: 60);
            _device.LosePower();
            _device.PowerCycle(SimTime.FromMilliseconds(1), ResetCause.BrownOut, SramAfterFailure.Zero, 1);
        });
        string code = Code(lines, "P1.0");
        string[] changes = [.. lines.Where(line => line.EndsWith(code, StringComparison.Ordinal) && line.Length == 2)];
        Assert.Equal(["z", "0", "1", "0", "1"], changes[..5].Select(line => line[..1]));
        Assert.Equal("z" + code, changes[^1]);
        long[] times = [.. lines.Where(line => line[0] == '#').Select(line => long.Parse(line[1..], null))];
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.Equal(0, time % 1_000_000));
    }

    [Fact]
    public void Edges_come_in_order_of_time_whoever_worked_on_them_first()
    {
        string[] lines = Record(() =>
        {
            Pin first = _device.FindPin("P1.0")!;
            Pin second = _device.FindPin("P1.1")!;
            ScheduledEvent early = _device.Scheduler.Register("early", time => second.DriveOutside(PinLevel.High, time));
            early.At(SimTime.FromNanoseconds(5));
            first.DriveOutside(PinLevel.High, SimTime.FromNanoseconds(8));
            _device.Scheduler.RunDue(SimTime.FromNanoseconds(10));
        });
        Assert.Equal(["#5000", "1" + Code(lines, "P1.1"), "#8000", "1" + Code(lines, "P1.0")], lines[^5..^1]);
    }

    [Fact]
    public void A_pin_that_changes_too_often_is_given_up_and_the_note_says_so()
    {
        using PinRecorder recorder = new(_device, _scratch["pins.vcd"], changesPerPin: 10);
        Pin pin = _device.FindPin("P1.0")!;
        for (int n = 0; n < 20; n++)
        {
            pin.DriveOutside(n % 2 == 0 ? PinLevel.High : PinLevel.Low, SimTime.FromNanoseconds(n));
        }

        recorder.Complete(SimTime.FromMilliseconds(1));
        string[] lines = File.ReadAllLines(_scratch["pins.vcd"]);
        Assert.Equal(["#10000", "x" + Code(lines, "P1.0"), "#1000000000"], lines[^3..]);
        Assert.Equal("P1.0 is not recorded after its first 10 changes, at 0.00000001 s", Assert.Single(recorder.Notes));
    }

    [Fact]
    public void A_recording_that_was_not_completed_leaves_nothing()
    {
        string path = _scratch["pins.vcd"];
        using (new PinRecorder(_device, path))
        {
        }

        Assert.Empty(Directory.GetFiles(_scratch.Root));
    }

    public void Dispose()
    {
        _device.Dispose();
        _scratch.Dispose();
    }

    private static string Code(string[] lines, string pin) =>
        lines.Single(line => line.EndsWith($" {pin} $end", StringComparison.Ordinal)).Split(' ')[3];

    private string[] Record(Action run)
    {
        string path = _scratch["pins.vcd"];
        using PinRecorder recorder = new(_device, path);
        run();
        recorder.Complete(SimTime.FromMilliseconds(1));
        return File.ReadAllLines(path);
    }

    private void Program(params ushort[] words)
    {
        for (uint n = 0; n < words.Length; n++)
        {
            _device.PokeWord(0x4400 + (2 * n), words[n]);
        }

        _device.PokeWord(0xFFFE, 0x4400);
        _device.Reset(ResetKind.Bor, ResetCause.BrownOut);
    }
}
