using System.CommandLine;
using System.Globalization;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Bench;

/// <summary><c>bench [IMAGE...]</c>: how fast the engine runs programs, and how much faster than other simulators.</summary>
internal static class BenchCommand
{
    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = new("IMAGE") { Description = "Programs to time (default: bundled ones)", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = CommonOptions.Json();
        Command command = new("bench", "Measure the engine; compares with mspdebug and msp430-elf-run where they are found") { images, json };
        command.SetAction(request =>
        {
            string[] paths = request.GetValue(images) ?? [];
            IReadOnlyList<BenchProgram> programs = paths.Length == 0 ? BenchProgram.Bundled : [.. paths.Select(BenchProgram.Read)];
            if (request.GetValue(json))
            {
                WriteJson(terminal, programs);
            }
            else
            {
                WriteText(terminal, programs);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<(BenchProgram Program, DeviceDescription Device, Speed Speed)> Speeds(IReadOnlyList<BenchProgram> programs, Terminal terminal) =>
        from program in programs
        from device in program.Devices
        select (program, device, Speed.Median(program, device, terminal.Interrupted));

    private static IEnumerable<Comparison> Comparisons(IReadOnlyList<BenchProgram> programs, Terminal terminal) =>
        from program in programs
        where program.ExitAddress is not null
        from other in OtherSimulator.Present
        select Comparison.Of(program, other, terminal.Interrupted);

    private static void WriteText(Terminal terminal, IReadOnlyList<BenchProgram> programs)
    {
        TextWriter output = terminal.Output;
        int width = Math.Max(8, programs.Max(program => program.Name.Length));
        output.WriteLine($"{"program".PadRight(width)}  device        engine       instructions        cycles    MIPS  x 16 MHz  stop");
        foreach ((BenchProgram program, DeviceDescription device, Speed speed) in Speeds(programs, terminal))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Line.Of(program.Name).PadRight(width)}  {device.Name,-12}  interpreter  {speed.Run.Ledger.Instructions,12}  {speed.Run.Cycles,12}  {speed.Mips,6:F1}  {speed.RealTimeFactor,8:F1}  {speed.Run.StopName}"));
            terminal.FlushOutput();
        }

        foreach (Comparison comparison in Comparisons(programs, terminal))
        {
            string result = comparison.Ratio is { } ratio
                ? string.Create(CultureInfo.InvariantCulture, $"{comparison.OtherMips,6:F1} MIPS; this one is {ratio:F1} times as fast on {comparison.Device}")
                : "does not run it to its end";
            output.WriteLine($"{Line.Of(comparison.Program).PadRight(width)}  {comparison.Simulator,-14}  {result}");
            terminal.FlushOutput();
        }
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<BenchProgram> programs) => Json.WriteObject(terminal, json =>
    {
        json.WriteArray("programs", Speeds(programs, terminal), (item, row) =>
        {
            item.WriteString("program", row.Program.Name);
            item.WriteString("device", row.Device.Name);
            item.WriteString("engine", "interpreter");
            item.WriteString("stop", row.Speed.Run.StopName);
            item.WriteOptional("exitCode", row.Speed.Run.ExitCode);
            item.WriteNumber("instructions", row.Speed.Run.Ledger.Instructions);
            item.WriteNumber("cycles", row.Speed.Run.Cycles);
            item.WriteNumber("hostSeconds", row.Speed.Seconds);
            item.WriteNumber("mips", row.Speed.Mips);
            item.WriteNumber("realTimeFactor", row.Speed.RealTimeFactor);
        });
        json.WriteArray("comparisons", Comparisons(programs, terminal), (item, comparison) =>
        {
            item.WriteString("program", comparison.Program);
            item.WriteString("device", comparison.Device);
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
    });
}
