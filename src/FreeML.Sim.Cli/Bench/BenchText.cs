using System.Globalization;

namespace FreeML.Sim.Cli.Bench;

/// <summary>What was measured as tables: speeds as they come, then how they compare with other simulators, then what a start takes.</summary>
internal sealed class BenchText(Terminal terminal, IReadOnlyList<BenchProgram> programs)
{
    // Of what is left to handlers, mnemonics are shown if it is so much, and so many.
    private const double ShownShare = 0.01;
    private const int ShownMnemonics = 5;

    private const int DeviceWidth = 12;
    private readonly int _width = Math.Max(8, programs.Max(program => program.Name.Length));
    private readonly List<Measurement> _done = [];

    /// <summary>Writes all tables.</summary>
    /// <param name="measurements">Measured as they are asked for.</param>
    /// <param name="hasProbes">Whether all programs are there that are timed unless others are named.</param>
    public void Write(IEnumerable<Measurement> measurements, bool hasProbes)
    {
        if (!hasProbes)
        {
            Line("speed probes: not given (a directory 'bench' with *-exit.elf, in the one that FREEML_SHARED names)");
        }

        foreach ((string name, string remedy) in OtherSimulator.Missing)
        {
            Line($"{name}: not found, so not compared with; {remedy}");
        }

        WriteSpeeds(measurements);
        WriteComparisons();
        WriteStartUps();
        WriteLeft();
    }

    private void WriteSpeeds(IEnumerable<Measurement> measurements)
    {
        string engines = string.Concat(BenchEngine.All.Select(engine => $"{engine.Name,13}"));
        Line($"million instructions a second of CPU time, with cycles, FRAM cache and ledger; medians of {Measurement.Rounds} rounds");
        Line($"{"program".PadRight(_width)}  {"device",-DeviceWidth}  {"instructions",12}{engines}  {"times as fast",13}  {"x 16 MHz",8}  {"left to handlers",16}  work");
        foreach (Measurement measurement in measurements)
        {
            _done.Add(measurement);
            foreach ((IGrouping<string, EngineSpeed> rows, int n) in measurement.Engines.GroupBy(row => row.Device.Name).Select((rows, n) => (rows, n)))
            {
                EngineSpeed first = rows.First();
                EngineSpeed last = rows.Last();
                string speeds = string.Concat(rows.Select(row => Number(row.Speed.Mips, 13)));
                string ratio = first == last ? "" : Number(first.Speed.Seconds / last.Speed.Seconds, 0);
                string left = measurement.Left.FirstOrDefault(left => left.Device == first.Device) is { } some ? some.Share.ToString("P2", CultureInfo.InvariantCulture) : "";
                Line($"{Name(measurement, n)}  {rows.Key,-DeviceWidth}  {first.Speed.Run.Ledger.Instructions,12}{speeds}  {ratio,13}  {Number(last.Speed.RealTimeFactor, 8)}  {left,16}  {Work(measurement, first)}");
            }

            terminal.FlushOutput();
        }
    }

    private static string Work(Measurement measurement, EngineSpeed row) =>
        $"{row.Speed.WorkOf(measurement.Program)}, {row.Speed.Run.StopName}{(row.Speed.Run.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $" {code}") : "")}";

    private void WriteComparisons()
    {
        string[] simulators = [.. _done.SelectMany(measurement => measurement.Comparisons).Select(comparison => comparison.Simulator).Distinct()];
        if (simulators.Length == 0)
        {
            return;
        }

        string engines = string.Concat(BenchEngine.All.Select(engine => $"{engine.Name,13}"));
        Line("");
        Line("times as fast as other simulators, which count no cycles of FRAM; theirs in million instructions a second, start included");
        Line($"{"program".PadRight(_width)}  {"device",-DeviceWidth}{string.Concat(simulators.Select(simulator => $"  {simulator,14}{engines}"))}");
        foreach (Measurement measurement in _done)
        {
            foreach ((IGrouping<string, Comparison> rows, int n) in measurement.Comparisons.GroupBy(row => row.Device).Select((rows, n) => (rows, n)))
            {
                Line($"{Name(measurement, n)}  {rows.Key,-DeviceWidth}{string.Concat(simulators.Select(simulator => Against([.. rows.Where(row => row.Simulator == simulator)])))}");
            }
        }

        foreach (IGrouping<(string Suite, string Device), SuiteRatio> rows in SuiteRatio.Of(_done).GroupBy(row => (row.Suite, row.Device)))
        {
            string name = $"median of {rows.Max(row => row.Programs)}{(rows.Key.Suite == SuiteRatio.Probes ? " " + SuiteRatio.Probes : "")}";
            Line($"{name.PadRight(_width)}  {rows.Key.Device,-DeviceWidth}{string.Concat(simulators.Select(simulator => Medians([.. rows.Where(row => row.Simulator == simulator)])))}");
        }
    }

    private static string Against(Comparison[] rows) => rows[0].Ratio is null
        ? $"  {"cannot run it",14}{new string(' ', 13 * rows.Length)}"
        : $"  {Number(rows[0].OtherMips, 14)}{string.Concat(rows.Select(row => Number(row.Ratio!.Value, 13)))}";

    private static string Medians(SuiteRatio[] rows) => $"  {"",14}{string.Concat(rows.Select(row => Number(row.Ratio, 13)))}";

    private void WriteStartUps()
    {
        Measurement[] started = [.. _done.Where(measurement => measurement.StartUps.Count > 0)];
        if (started.Length == 0)
        {
            return;
        }

        string[] simulators = [.. started.SelectMany(measurement => measurement.Comparisons).Select(comparison => comparison.Simulator).Distinct()];
        Line("");
        Line("a process of its own for one run: seconds of CPU time (in brackets of the clock)");
        Line($"{"program".PadRight(_width)}  {"device",-DeviceWidth}{string.Concat(BenchEngine.All.Select(engine => $"  {engine.Name,15}"))}{string.Concat(simulators.Select(simulator => $"  {simulator,15}"))}");
        foreach (Measurement measurement in started)
        {
            foreach ((IGrouping<string, StartUp> rows, int n) in measurement.StartUps.GroupBy(row => row.Device.Name).Select((rows, n) => (rows, n)))
            {
                string own = string.Concat(rows.Select(row => $"  {string.Create(CultureInfo.InvariantCulture, $"{row.CpuSeconds:F3} ({row.WallSeconds:F3})"),15}"));
                Line($"{Name(measurement, n)}  {rows.Key,-DeviceWidth}{own}{string.Concat(simulators.Select(simulator => OtherSeconds(measurement, simulator)))}".TrimEnd());
            }
        }
    }

    private static string OtherSeconds(Measurement measurement, string simulator)
    {
        Comparison? row = measurement.Comparisons.FirstOrDefault(row => row.Simulator == simulator && row.Ratio is not null);
        return $"  {(row is null ? "" : (measurement.Engines[0].Speed.Run.Ledger.Instructions / row.OtherMips / 1e6).ToString("F3", CultureInfo.InvariantCulture)),15}";
    }

    private void WriteLeft()
    {
        (Measurement Of, LeftToHandlers Left)[] rows = [.. _done.SelectMany(measurement => measurement.Left.Select(left => (measurement, left))).Where(row => row.left.Share >= ShownShare)];
        if (rows.Length == 0)
        {
            return;
        }

        Line("");
        Line($"what was left to handlers, where it was {ShownShare.ToString("P0", CultureInfo.InvariantCulture)} or more, once the program was warm");
        foreach ((Measurement measurement, LeftToHandlers left) in rows)
        {
            string mnemonics = string.Join(", ", left.ByMnemonic.Take(ShownMnemonics).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key} {(double)row.Value / left.Instructions:P1}")));
            Line($"{Name(measurement, 0)}  {left.Device.Name,-DeviceWidth}  {mnemonics}{(left.ByMnemonic.Count > ShownMnemonics ? ", ..." : "")}");
        }
    }

    // A program's name stands in its first row only.
    private string Name(Measurement measurement, int row) => (row == 0 ? Cli.Line.Of(measurement.Program.Name) : "").PadRight(_width);

    private static string Number(double value, int width) => value.ToString("F1", CultureInfo.InvariantCulture).PadLeft(width);

    private void Line(string text) => terminal.Output.WriteLine(text.TrimEnd());
}
