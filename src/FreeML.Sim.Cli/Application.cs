using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using FreeML.Compiler;
using FreeML.Sim.Cli.Bench;
using FreeML.Sim.Cli.Compile;
using FreeML.Sim.Cli.Compress;
using FreeML.Sim.Cli.Digits;
using FreeML.Sim.Cli.Disasm;
using FreeML.Sim.Cli.Eval;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Cli.Info;
using FreeML.Sim.Cli.Report;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Cli.Traces;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli;

/// <summary>The program: verbs, help, and what becomes of errors.</summary>
internal static class Application
{
    /// <summary>Name of the program.</summary>
    public const string Name = "freeml-sim";

    /// <summary>Version of the program, as <c>--version</c> prints it.</summary>
    public static string Version { get; } =
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Does what the arguments ask for and returns the exit code.</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        try
        {
            return Invoke(arguments, terminal);
        }
        catch (InputException error)
        {
            terminal.Error.WriteLine(error.Message);
            return ExitCode.BadRequest;
        }
        catch (ModelException error)
        {
            terminal.Error.WriteLine(error.Message);
            return ExitCode.BadRequest;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }
        catch (IOException error)
        {
            // Input is read in one place, which tells its own errors; this is the output: a full disk, a closed pipe.
            terminal.Error.WriteLine(new InputException("output", null, $"a stream that cannot be written ({error.Message})", "one that can").Message);
            return ExitCode.BadRequest;
        }
#pragma warning disable CA1031 // A bug: its trace is wanted, and an exit code that is not taken for the firmware's.
        catch (Exception bug)
        {
            terminal.Error.WriteLine($"{Name} {Version}: this is a bug. {bug}");
            return ExitCode.Bug;
        }
#pragma warning restore CA1031
    }

    private static int Invoke(IReadOnlyList<string> arguments, Terminal terminal)
    {
        RootCommand root = Commands(terminal);
        ParseResult request = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        RequestErrors.ThrowIfAny(request);
        int code = request.Invoke(new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        });
        terminal.FlushOutput();
        return code;
    }

    private static RootCommand Commands(Terminal terminal)
    {
        RootCommand root = new("Runs MSP430FR5994 firmware: a cycle-approximate simulator of intermittently powered devices.") { HelpName = Name };

        // The library's own come with aliases that could be the paths of files, and with a language of its own in brackets.
        root.Options.Clear();
        root.Directives.Clear();
        root.Add(new HelpOption("--help", "-h") { Description = "Show help" });
        Option<bool> version = CommonOptions.Flag("--version", "Show the version");
        root.Add(version);
        root.SetAction(request =>
        {
            if (!request.GetValue(version))
            {
                throw RequestErrors.NoVerb(root);
            }

            terminal.Output.WriteLine($"{Name} {Version}");
            return ExitCode.Done;
        });

        root.Add(RunCommand.Create(terminal));
        root.Add(ExecCommand.Create(terminal));
        root.Add(CompressCommand.Create(terminal));
        root.Add(CompileCommand.Create(terminal));
        root.Add(EvalCommand.Create(terminal));
        root.Add(ReportCommand.Report(terminal));
        root.Add(ReportCommand.Plot(terminal));
        root.Add(TraceCommand.Create(terminal));
        root.Add(DigitsCommand.Create(terminal));
        root.Add(DisasmCommand.Create(terminal));
        root.Add(InfoCommand.Create(terminal));
        root.Add(BenchCommand.Create(terminal));
        return root;
    }
}
