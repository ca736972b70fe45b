using System.Globalization;
using System.Text.Json.Nodes;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Tests.Recording;

public sealed class RunRecorderTests : IDisposable
{
    private static readonly string[] AllFiles = [RunFiles.Events, RunFiles.PowerCycles, RunFiles.Waveform, RunFiles.Summary, RunFiles.Voltage];

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>A supply that charges for 2 s, is on for 1 s and fails, again and again; the second boot is aborted.</summary>
    internal static void Play(IRunRecorder recorder, int cycles, int samplesPerCycle = 30)
    {
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            double start = 3.0 * cycle;
            for (int n = 1; n <= samplesPerCycle; n++)
            {
                double fraction = n / (double)samplesPerCycle;
                bool on = fraction > 2.0 / 3;
                double volts = on ? 3.3 - (4.5 * (fraction - (2.0 / 3))) : 1.8 + (2.25 * fraction);
                recorder.Sample(new SupplySample(start + (3 * fraction), volts, on ? 1.8 : 0, 1e-3 / (1 + (cycle % 3)), on ? 5e-3 : 0, on));
                if (n == samplesPerCycle * 2 / 3)
                {
                    recorder.Event(start + 2, RunEvent.TurnOn, 3.3, 0);
                    if (cycle != 1)
                    {
                        recorder.Event(start + 2.001, RunEvent.BootDone, 3.299, 0x4400);
                    }
                }
            }

            recorder.Event(start + 3, cycle == 1 ? RunEvent.BootAborted : RunEvent.PowerFailure, 1.8, cycle == 1 ? 0 : 0x4400u + (uint)cycle);
        }
    }

    private string Record(string name, int cycles, int rowLimit = SampleDecimator.DefaultRowLimit, int samplesPerCycle = 30)
    {
        using RunRecorder recorder = new(_scratch[name], rowLimit);
        Play(recorder, cycles, samplesPerCycle);
        recorder.Complete(new JsonObject { ["powerFailures"] = cycles, ["turnOn_V"] = 3.3, ["turnOff_V"] = 1.8 });
        return _scratch[name];
    }

    [Fact]
    public void A_power_cycle_is_one_row_with_everything_about_it()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Record("run", 3), RunFiles.PowerCycles));
        Assert.Equal(
        [
            "index,turn_on_s,boot_done_s,end_s,on_s,off_before_s,turn_on_V,end_V,program_counter,reason",
            "0,2,2.001,3,1,2,3.3,1.8,0x04400,power-failure",
            "1,5,,6,1,2,3.3,1.8,,boot-aborted",
            "2,8,8.001,9,1,2,3.3,1.8,0x04402,power-failure",
        ], lines);
    }

    [Fact]
    public void Events_are_spelled_out()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Record("run", 2), RunFiles.Events));
        Assert.Equal(
            ["time_s,event,buffer_V,program_counter", "2,turn-on,3.3,", "2.001,boot-done,3.299,0x04400", "3,power-failure,1.8,0x04400", "5,turn-on,3.3,", "6,boot-aborted,1.8,"], lines);
    }

    [Fact]
    public void A_run_that_ends_with_power_has_its_last_cycle_too()
    {
        using (RunRecorder recorder = new(_scratch["stopped"]))
        {
            recorder.Event(0, RunEvent.TurnOn, 3, 0);
            recorder.Event(0.5, RunEvent.BootDone, 3, 0x4400);
            recorder.Event(2, RunEvent.Stop, 2.5, 0x4410);
            recorder.Complete([]);
        }

        using (RunRecorder recorder = new(_scratch["unstopped"]))
        {
            recorder.Event(1, RunEvent.TurnOn, 3, 0);
            recorder.Sample(new SupplySample(2, 2.5, 1.8, 0, 0, true));
            recorder.Complete([]);
        }

        Assert.Equal("0,0,0.5,2,2,0,3,2.5,0x04410,stop", File.ReadAllLines(Path.Combine(_scratch["stopped"], RunFiles.PowerCycles))[1]);
        Assert.Equal("0,1,,2,1,1,3,2.5,,still-on", File.ReadAllLines(Path.Combine(_scratch["unstopped"], RunFiles.PowerCycles))[1]);
    }

    [Fact]
    public void What_is_recorded_is_read_back_bit_for_bit()
    {
        RecordedRun run = RecordedRun.Load(Record("run", 20));
        Listener heard = new();
        Play(heard, 20);
        Assert.Equal(heard.Samples, run.Samples);
        Assert.Equal(heard.Events, run.Events);
        Assert.Equal(20, run.PowerCycles.Count());
        Assert.Equal(20.0, run.PowerCycles.Sum(cycle => cycle.OnSeconds), 1e-9);
        Assert.Null(run.PowerCycles.ElementAt(1).BootDoneSeconds);
        Assert.Equal(20, (int)run.Summary["powerFailures"]!);
    }

    [Fact]
    public void A_long_run_takes_the_rows_allowed_and_keeps_every_power_cycle()
    {
        RecordedRun run = RecordedRun.Load(Record("run", 2000, rowLimit: 500));
        Assert.InRange(run.Samples.Count, 100, 500);
        Assert.Equal(2000, run.PowerCycles.Count());
        Assert.All(run.Samples.Zip(run.Samples.Skip(1)), pair => Assert.True(pair.Second.TimeSeconds >= pair.First.TimeSeconds));
    }

    [Fact]
    public void The_waveform_is_a_value_change_dump_that_agrees_with_the_tables()
    {
        string directory = Record("run", 20);
        Vcd vcd = Vcd.Parse(File.ReadAllLines(Path.Combine(directory, RunFiles.Waveform)));
        RecordedRun run = RecordedRun.Load(directory);
        Assert.Equal(["buffer_V", "output_V", "on"], vcd.Names);
        Assert.Equal(1e-9, vcd.SecondsPerTick);

        (long, double)[] switches = [(0, 0), .. run.PowerCycles.SelectMany(cycle => new[] { (Nanoseconds(cycle.TurnOnSeconds), 1.0), (Nanoseconds(cycle.EndSeconds), 0.0) })];
        Assert.Equal(switches, vcd.Changes["on"]);
        Assert.All(run.Samples, sample => Assert.Equal(sample.BufferVolts, vcd.ValueAt("buffer_V", Nanoseconds(sample.TimeSeconds))));
        Assert.All(run.Samples, sample => Assert.Equal(sample.OutputVolts, vcd.ValueAt("output_V", Nanoseconds(sample.TimeSeconds))));
        Assert.Equal(60_000_000_000, vcd.End);
    }

    [Fact]
    public void The_waveform_of_a_supply_that_is_on_from_the_start_never_says_otherwise()
    {
        using (RunRecorder recorder = new(_scratch["run"]))
        {
            recorder.Event(0, RunEvent.TurnOn, 3, 0);
            recorder.Sample(new SupplySample(1, 3, 1.8, 0, 0, true));
            recorder.Event(1, RunEvent.Stop, 3, 0x4400);
            recorder.Complete([]);
        }

        Vcd vcd = Vcd.Parse(File.ReadAllLines(Path.Combine(_scratch["run"], RunFiles.Waveform)));
        Assert.Equal([(0L, 1.0)], vcd.Changes["on"]);
        Assert.Equal(1_000_000_000, vcd.End);
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes()
    {
        string one = Record("one", 50, rowLimit: 100);
        string two = Record("two", 50, rowLimit: 100);
        Assert.All(AllFiles, name => Assert.Equal(File.ReadAllBytes(Path.Combine(one, name)), File.ReadAllBytes(Path.Combine(two, name))));
        Assert.All(AllFiles, name => Assert.DoesNotContain((byte)'\r', File.ReadAllBytes(Path.Combine(one, name))));
    }

    [Fact]
    public void A_cancelled_run_leaves_nothing_and_what_was_there_stays()
    {
        string directory = Record("run", 3);
        Dictionary<string, byte[]> before = AllFiles.ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(directory, name)));
        using (RunRecorder recorder = new(directory))
        {
            Play(recorder, 10);
        }

        Assert.Equal(AllFiles.Order(StringComparer.Ordinal), Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(AllFiles, name => Assert.Equal(before[name], File.ReadAllBytes(Path.Combine(directory, name))));

        using (RunRecorder recorder = new(_scratch["new"]))
        {
            Play(recorder, 10);
        }

        Assert.False(Directory.Exists(_scratch["new"]));
    }

    [Fact]
    public void A_recording_replaces_an_older_one()
    {
        Record("run", 3);
        string directory = Record("run", 5);
        Assert.Equal(5, RecordedRun.Load(directory).PowerCycles.Count());
        Assert.Equal(AllFiles.Length, Directory.GetFiles(directory).Length);
    }

    [Fact]
    public void A_disk_that_refuses_is_one_line()
    {
        File.WriteAllText(_scratch["file"], "");
        OneLine(() => new RunRecorder(_scratch["file"]).Dispose());
        OneLine(() => new RunRecorder(Path.Combine(_scratch["file"], "below")).Dispose());
        OneLine(() => new RunRecorder("").Dispose());
        OneLine(() => new RunRecorder("a\0b").Dispose());

        // A directory where a file has to go is found out at the end; the mark of a complete recording is not set.
        Directory.CreateDirectory(Path.Combine(_scratch["blocked"], RunFiles.Voltage));
        OneLine(() => Record("blocked", 3));
        Assert.Equal([RunFiles.Voltage], Directory.GetFileSystemEntries(_scratch["blocked"]).Select(Path.GetFileName).Where(name => name!.StartsWith("voltage", StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(_scratch["blocked"], RunFiles.Summary)));
    }

    [Fact]
    public void A_full_disk_is_one_line()
    {
        if (!Path.Exists("/dev/full"))
        {
            return;
        }

        Directory.CreateDirectory(_scratch["run"]);
        File.CreateSymbolicLink(Path.Combine(_scratch["run"], RunFiles.Events + StagedFiles.PartialSuffix), "/dev/full");
        OneLine(() => Record("run", 10_000));
        Assert.Empty(Directory.GetFiles(_scratch["run"]));
    }

    [Fact]
    public void Two_recordings_of_one_directory_at_once_are_refused()
    {
        using RunRecorder first = new(_scratch["run"]);
        OneLine(() => new RunRecorder(_scratch["run"]).Dispose());
        Play(first, 2);
        first.Complete([]);
        Assert.Equal(2, RecordedRun.Load(_scratch["run"]).PowerCycles.Count());
    }

    [Fact]
    public void Results_that_json_cannot_hold_leave_no_recording()
    {
        using (RunRecorder recorder = new(_scratch["run"]))
        {
            Assert.ThrowsAny<Exception>(() => recorder.Complete(new JsonObject { ["volts"] = double.NaN }));
        }

        Assert.False(Directory.Exists(_scratch["run"]));
    }

    [Fact]
    public void Time_must_not_run_backwards()
    {
        using RunRecorder recorder = new(_scratch["run"]);
        recorder.Event(2, RunEvent.TurnOn, 3, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Event(1, RunEvent.PowerFailure, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Sample(new SupplySample(1, 3, 0, 0, 0, false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Event(double.NaN, RunEvent.PowerFailure, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Event(3, RunEvent.PowerFailure, double.NaN, 0));
    }

    [Theory]
    [InlineData(RunFiles.Voltage, "")]
    [InlineData(RunFiles.Voltage, "time,volts\n1,2\n")]
    [InlineData(RunFiles.Voltage, "time_s,buffer_V,output_V,harvested_W,load_W,on\n1,2,3\n")]
    [InlineData(RunFiles.Voltage, "time_s,buffer_V,output_V,harvested_W,load_W,on\n1,2,3,4,5,maybe\n")]
    [InlineData(RunFiles.Voltage, "time_s,buffer_V,output_V,harvested_W,load_W,on\n1,NaN,3,4,5,1\n")]
    [InlineData(RunFiles.Voltage, "time_s,buffer_V,output_V,harvested_W,load_W,on\n1,2,3,4,5,1\n0.5,2,3,4,5,1\n")]
    [InlineData(RunFiles.Voltage, "time_s,buffer_V,output_V,harvested_W,load_W,on\n\"1,2,3,4,5,1\n")]
    [InlineData(RunFiles.Summary, "[1, 2]")]
    [InlineData(RunFiles.Summary, "{\"a\": ")]
    [InlineData(RunFiles.Events, "time_s,event,buffer_V,program_counter\n1,explosion,3,\n")]
    [InlineData(RunFiles.Events, "time_s,event,buffer_V,program_counter\n1,stop,3,4400\n")]
    [InlineData(RunFiles.PowerCycles, "index,turn_on_s,boot_done_s,end_s,on_s,off_before_s,turn_on_V,end_V,program_counter,reason\n0,5,,4,1,1,3,3,,stop\n")]
    public void A_damaged_recording_is_one_line(string name, string contents)
    {
        string directory = Record("run", 3);
        File.WriteAllText(Path.Combine(directory, name), contents);
        OneLine(() =>
        {
            RecordedRun run = RecordedRun.Load(directory);
            _ = run.Events.Count() + run.PowerCycles.Count();
        });
    }

    [Fact]
    public void A_row_of_megabytes_is_one_line()
    {
        string directory = Record("run", 3);
        File.WriteAllText(Path.Combine(directory, RunFiles.Voltage), string.Join(',', RunFiles.VoltageHeader) + "\n1," + new string('1', 8 << 20) + ",1,1,1,1\n");
        OneLine(() => RecordedRun.Load(directory));
    }

    [Fact]
    public void A_directory_without_a_recording_is_one_line()
    {
        OneLine(() => RecordedRun.Load(_scratch["nowhere"]));
        string directory = Record("run", 3);
        File.Delete(Path.Combine(directory, RunFiles.Summary));
        OneLine(() => RecordedRun.Load(directory));
    }

    private static void OneLine(Action action)
    {
        InputException problem = Assert.Throws<InputException>(action);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.Contains("expected", problem.Message, StringComparison.Ordinal);
    }

    private static long Nanoseconds(double seconds) => (long)Math.Round(seconds * 1e9);

    private sealed class Listener : IRunRecorder
    {
        public List<SupplySample> Samples { get; } = [];

        public List<RecordedEvent> Events { get; } = [];

        public void Sample(in SupplySample sample) => Samples.Add(sample);

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter) => Events.Add(new RecordedEvent(timeSeconds, what, bufferVolts, programCounter));
    }

    /// <summary>Reads what a waveform viewer would.</summary>
    private sealed class Vcd
    {
        public List<string> Names { get; } = [];

        public double SecondsPerTick { get; private set; }

        public Dictionary<string, List<(long Tick, double Value)>> Changes { get; } = [];

        public long End { get; private set; }

        public static Vcd Parse(IEnumerable<string> lines)
        {
            Vcd vcd = new();
            Dictionary<string, string> names = [];
            bool header = true;
            foreach (string[] words in lines.Select(line => line.Split(' ')))
            {
                if (header)
                {
                    Assert.Equal("$end", words[^1]);
                    switch (words[0])
                    {
                        case "$timescale":
                            Assert.Equal(["1", "ns"], words[1..3]);
                            vcd.SecondsPerTick = 1e-9;
                            break;
                        case "$var":
                            Assert.Contains((words[1], words[2]), new[] { ("real", "64"), ("wire", "1") });
                            names.Add(words[3], words[4]);
                            vcd.Names.Add(words[4]);
                            vcd.Changes[words[4]] = [];
                            break;
                        case "$enddefinitions":
                            header = false;
                            break;
                        default:
                            Assert.Contains(words[0], new[] { "$version", "$scope", "$upscope" });
                            break;
                    }
                }
                else if (words[0][0] == '#')
                {
                    long tick = long.Parse(words[0].AsSpan(1), CultureInfo.InvariantCulture);
                    Assert.True(tick > vcd.End || tick == 0);
                    vcd.End = tick;
                }
                else if (words[0][0] == 'r')
                {
                    vcd.Changes[names[words[1]]].Add((vcd.End, double.Parse(words[0].AsSpan(1), CultureInfo.InvariantCulture)));
                }
                else
                {
                    Assert.Contains(words[0][0], "01");
                    vcd.Changes[names[words[0][1..]]].Add((vcd.End, words[0][0] - '0'));
                }
            }

            Assert.False(header);
            return vcd;
        }

        public double ValueAt(string name, long tick) => Changes[name].Last(change => change.Tick <= tick).Value;
    }
}
