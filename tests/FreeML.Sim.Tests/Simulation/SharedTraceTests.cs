using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;
using FreeML.Sim.Tests.Cpu;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>The fast loop against the one that looks after every instruction, on recorded traces.</summary>
public sealed class SharedTraceTests(ITestOutputHelper output)
{
    [DataTheory("rf-wisp-mementos")]
    [InlineData("1.txt")]
    [InlineData("2.txt")]
    [InlineData("3.txt")]
    [InlineData("4.txt")]
    [InlineData("5.txt")]
    [InlineData("6.txt")]
    [InlineData("7.txt")]
    [InlineData("8.txt")]
    public void On_RF_traces_both_loops_fail_at_the_same_instructions(string file)
    {
        Trace trace = Read("rf-wisp-mementos", file);
        RequireSame(file, () => ResistiveHarvester.MeasuredAcross(trace, loadOhms: 30e3, sourceOhms: 5e3), seconds: 25, farads: 10e-6, turnOnVolts: 2.1);
    }

    // Scaled so that the cell gives a fraction of what the CPU takes: the device fails and starts all the time.
    [DataTheory("solar-nrel-bms-1min")]
    [InlineData("solar-nrel-bms-1min", "2023jun.txt")]
    [InlineData("solar-pvlib-samples", "midc_20181014.txt")]
    [InlineData("solar-pvlib-samples", "midc_raw_20181018.txt")]
    [InlineData("solar-pvlib-samples", "SRML-day-EUPO1801.txt")]
    [InlineData("solar-pvlib-samples", "surfrad-slv16001.dat")]
    [InlineData("solar-pvlib-samples", "test_psm4_2023_5min.csv")]
    public void On_solar_traces_both_loops_fail_at_the_same_instructions(string folder, string file)
    {
        Trace irradiance = Read(folder, file);
        int brightest = irradiance.Values.Select((value, n) => (value, n)).MaxBy(sample => sample.value).n;
        double from = Math.Max(0, irradiance.Times[Math.Max(0, brightest - 1)]);
        double until = Math.Min(irradiance.DurationSeconds, from + 600);
        Trace trace = TraceOperations.Cut(irradiance, from, until);

        // As power: a square centimetre at 1 %.
        Trace power = new(trace.Name, TraceQuantity.Power, [.. trace.Times], trace.DurationSeconds, [.. trace.Values.Select(value => value * 1e-4 * 0.01)]);
        RequireSame(file, () => new PowerHarvester(power), seconds: 15, farads: 6e-6, turnOnVolts: 2.3);
    }

    [DataFact("solar-jogging-ivonne")]
    public void On_a_cell_that_jogs_both_loops_fail_at_the_same_instructions()
    {
        // The cell's voltage is too low for the chip: its maximum power, as an ideal converter would bring it up.
        Trace trace = Read("solar-jogging-ivonne", "jogging_10m.csv.gz").MaximumPower();
        RequireSame("jogging", () => new PowerHarvester(trace), seconds: 30, farads: 6e-6, turnOnVolts: 2.3);
    }

    private static Trace Read(string folder, string file) => TraceReader.ReadFile(Path.Combine(SharedData.Data!, folder, file)).Trace;

    private void RequireSame(string name, Func<Harvester> harvester, double seconds, double farads, double turnOnVolts)
    {
        (string Events, string State, long Failures) fast = Run(every: false);
        (string Events, string State, long Failures) careful = Run(every: true);
        output.WriteLine($"{name}: {fast.Failures} failures");

        Assert.True(fast.Failures > 0);
        Assert.Equal(careful.Events, fast.Events);
        Assert.Equal(careful.State, fast.State);

        (string, string, long) Run(bool every)
        {
            using Device device = Runs.Device(Runs.Counting);
            var events = new EventLog(device);
            RunReport report = Runs.Run(
                device,
                Runs.Supply(harvester(), farads, turnOnVolts),
                new SimulatorOptions { Until = SimTime.FromSeconds(seconds), ChecksEveryInstruction = every },
                events);
            Assert.InRange(Math.Abs(report.Book.BalanceErrorJoules), 0, 1e-9 * Math.Max(report.Book.HarvestedJoules, 1e-9));
            return (events.ToString(), Machine.Snapshot(device), report.PowerFailures);
        }
    }

    private sealed class EventLog(Device device) : IRunRecorder
    {
        private readonly System.Text.StringBuilder _text = new();

        public void Sample(in SupplySample sample)
        {
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter) =>
            _text.Append($"{what} {timeSeconds:R} s, {bufferVolts:R} V, pc {programCounter:X5}, cycle {device.Cycles}\n");

        public override string ToString() => _text.ToString();
    }
}
