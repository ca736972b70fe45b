using System.CommandLine;
using System.Globalization;

namespace FreeML.Sim.Cli.Bench;

/// <summary><c>bench [IMAGE...]</c>: how fast the engines run programs, and how much faster than other simulators.</summary>
internal static class BenchCommand
{
    // Mnemonics shown of what is left to handlers.
    private const int ShownMnemonics = 5;

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = new("IMAGE") { Description = "Programs to time (default: bundled ones, and the speed probes of FREEML_SHARED)", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = CommonOptions.Json();
        Command command = new("bench", "Measure the engines; compares with mspdebug and msp430-elf-run where they are found") { images, json };
        command.SetAction(request =>
        {
            string[] paths = request.GetValue(images) ?? [];
            IReadOnlyList<BenchProgram> programs = paths.Length == 0 ? BenchProgram.Usual : [.. paths.Select(BenchProgram.Read)];
            IReadOnlyList<OtherSimulator> others = OtherSimulator.Present;
            IEnumerable<Measurement> measurements = programs.Select(program => Measurement.Of(program, others, terminal.Interrupted));
            if (request.GetValue(json))
            {
                WriteJson(terminal, [.. measurements]);
            }
            else
            {
                WriteText(terminal, programs, measurements);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(Terminal terminal, IReadOnlyList<BenchProgram> programs, IEnumerable<Measurement> measurements)
    {
        TextWriter output = terminal.Output;
        int width = Math.Max(8, programs.Max(program => program.Name.Length));
        output.WriteLine($"{"program".PadRight(width)}  device        engine       instructions        cycles     MIPS  x 16 MHz  stop");
        terminal.FlushOutput();
        List<Measurement> done = [];
        foreach (Measurement measurement in measurements)
        {
            done.Add(measurement);
            string name = Line.Of(measurement.Program.Name).PadRight(width);
            foreach (EngineSpeed row in measurement.Engines)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}  {row.Device.Name,-12}  {row.Engine.Name,-11}  {row.Speed.Run.Ledger.Instructions,12}  {row.Speed.Run.Cycles,12}  {row.Speed.Mips,7:F1}  {row.Speed.RealTimeFactor,8:F1}  {row.Speed.Run.StopName}"));
            }

            foreach (IGrouping<string, Comparison> comparisons in measurement.Comparisons.GroupBy(comparison => comparison.Simulator))
            {
                output.WriteLine($"{name}  {comparisons.Key,-14}  {Against([.. comparisons])}");
            }

            terminal.FlushOutput();
        }

        foreach (IGrouping<string, SuiteRatio> simulator in SuiteRatio.Of(done.SelectMany(measurement => measurement.Comparisons)).GroupBy(ratio => ratio.Simulator))
        {
            string ratios = string.Join(", ", simulator.Select(ratio => string.Create(CultureInfo.InvariantCulture, $"{ratio.Engine} {ratio.Ratio:F1}")));
            output.WriteLine($"{"median".PadRight(width)}  {simulator.Key,-14}  of {simulator.First().Programs} programs: times as fast: {ratios}");
        }

        WriteLeft(output, width, done);
    }

    private static string Against(Comparison[] comparisons) => comparisons[0].Ratio is null
        ? "does not run it to its end"
        : string.Create(CultureInfo.InvariantCulture, $"{comparisons[0].OtherMips,6:F1} MIPS; on {comparisons[0].Device} times as fast: ")
            + string.Join(", ", comparisons.Select(comparison => string.Create(CultureInfo.InvariantCulture, $"{comparison.Engine} {comparison.Ratio:F1}")));

    private static void WriteLeft(TextWriter output, int width, IEnumerable<Measurement> measurements)
    {
        foreach (Measurement measurement in measurements)
        {
            foreach (LeftToHandlers left in measurement.Left)
            {
                string mnemonics = string.Join(", ", left.ByMnemonic.Take(ShownMnemonics).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key} {row.Value}")));
                string rest = left.ByMnemonic.Count > ShownMnemonics ? ", ..." : "";
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Line.Of(measurement.Program.Name).PadRight(width)}  {left.Device.Name,-12}  left to handlers: {left.Share:P2}  {mnemonics}{rest}").TrimEnd());
            }
        }
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<Measurement> measurements) => Json.WriteObject(terminal, json =>
    {
        json.WriteArray("programs", measurements.SelectMany(measurement => measurement.Engines.Select(row => (measurement.Program, Row: row))), (item, entry) =>
        {
            Speed speed = entry.Row.Speed;
            item.WriteString("program", entry.Program.Name);
            item.WriteString("device", entry.Row.Device.Name);
            item.WriteString("engine", entry.Row.Engine.Name);
            item.WriteString("stop", speed.Run.StopName);
            item.WriteOptional("exitCode", speed.Run.ExitCode);
            item.WriteNumber("instructions", speed.Run.Ledger.Instructions);
            item.WriteNumber("cycles", speed.Run.Cycles);
            item.WriteNumber("hostSeconds", speed.Seconds);
            item.WriteNumber("mips", speed.Mips);
            item.WriteNumber("realTimeFactor", speed.RealTimeFactor);
        });
        IReadOnlyList<Comparison> comparisons = [.. measurements.SelectMany(measurement => measurement.Comparisons)];
        json.WriteArray("comparisons", comparisons, (item, comparison) =>
        {
            item.WriteString("program", comparison.Program);
            item.WriteString("device", comparison.Device);
            item.WriteString("engine", comparison.Engine);
            item.WriteString("simulator", comparison.Simulator);
            if (comparison.Ratio is { } ratio)
            {
                item.WriteNumber("mips", comparison.OtherMips);
                item.WriteNumber("ratio", ratio);
            }
            else
            {
                item.WriteNull("mips");
                item.WriteNull("ratio");
            }
        });
        json.WriteArray("medians", SuiteRatio.Of(comparisons), (item, median) =>
        {
            item.WriteString("engine", median.Engine);
            item.WriteString("simulator", median.Simulator);
            item.WriteNumber("programs", median.Programs);
            item.WriteNumber("ratio", median.Ratio);
        });
        json.WriteArray("leftToHandlers", measurements.SelectMany(measurement => measurement.Left.Select(left => (measurement.Program, Left: left))), (item, entry) =>
        {
            item.WriteString("program", entry.Program.Name);
            item.WriteString("device", entry.Left.Device.Name);
            item.WriteNumber("share", entry.Left.Share);
            item.WriteStartObject("instructions");
            foreach ((string mnemonic, long count) in entry.Left.ByMnemonic)
            {
                item.WriteNumber(mnemonic, count);
            }

            item.WriteEndObject();
        });
    });
}
