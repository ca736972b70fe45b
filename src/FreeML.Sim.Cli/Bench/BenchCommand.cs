using System.CommandLine;

namespace FreeML.Sim.Cli.Bench;

/// <summary><c>bench [IMAGE...]</c>: how fast the engines run programs, and how much faster than other simulators.</summary>
internal static class BenchCommand
{
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
                BenchJson.Write(terminal, [.. measurements]);
            }
            else
            {
                new BenchText(terminal, programs).Write(measurements, hasProbes: paths.Length > 0 || programs.Any(program => program.IsProbe));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
