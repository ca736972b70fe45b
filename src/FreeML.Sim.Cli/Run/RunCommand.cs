using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Recording;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Cli.Run;

/// <summary><c>run</c>: the main job. A network on a device on a trace, in one way or several, to accuracy, latency and energy.</summary>
internal sealed class RunCommand
{
    private const string RunsFolder = "runs";
    private const string ScenarioName = "scenario.yaml";
    private const string CompressionName = "compression.csv";
    private const string VariantsFolder = "variants";
    private const string Interpreter = "interpreter";
    private const string Jit = "jit";

    // Names such as "<none>" are to stay readable.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Argument<string?> _scenario = new("SCENARIO") { Description = "A scenario (.yaml); without one, the scenario that comes with the program", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _output = CommonOptions.Text("--output", "DIR", $"The run directory (default {RunsFolder}/ and the scenario's name)");
    private readonly Option<string?> _engine = CommonOptions.Text("--engine", $"{Interpreter}|{Jit}", $"Engine (default {Jit} where the host is x86-64, else {Interpreter}); results are the same");
    private readonly Option<string?> _files = CommonOptions.Text("--files", "DIR", "Where files that the scenario names are looked for, if they are not beside it");
    private readonly Option<bool> _json = CommonOptions.Json();

    private RunCommand() => _output.Aliases.Add("-o");

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new RunCommand();
        Command command = new("run", "Run a network on a device, through power failures") { verb._scenario, verb._output, verb._files, verb._engine, verb._json };
        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult request, Terminal terminal)
    {
        Func<ExecutionEngine>? engine = ReadEngine(request);
        ScenarioRequest scenario = request.GetValue(_scenario) is { } path ? ScenarioReader.ReadFile(path, request.GetValue(_files)) : BundledScenario.Read();
        string directory = request.GetValue(_output) ?? Path.Combine(RunsFolder, FolderName(scenario.Name));
        ScenarioLoader loader = new(directory, engine, terminal);
        Variant[] variants = [.. scenario.Variants.Select(loader.Load)];
        if (Run(scenario, variants, directory, terminal) is not { } results)
        {
            return ExitCode.Interrupted;
        }

        JsonObject summary = Summary(scenario, results);
        string text = summary.ToJsonString(Indented) + "\n";
        Write(directory, scenario, loader.CompressionTable, text);
        Report.ReportFiles.Write(directory);
        if (request.GetValue(_json))
        {
            terminal.Output.Write(text);
        }
        else
        {
            ResultTable.Write(terminal.Output, scenario.Name, results);
            terminal.Output.WriteLine($"  report: {Line.Of(Path.Combine(directory, Report.ReportFiles.PageName))}");
        }

        return results.Any(result => result["stuck"] is not null) ? ExitCode.Failed : ExitCode.Done;
    }

    // The members of 'variants', in order; null if the user interrupted the work.
    private static JsonObject[]? Run(ScenarioRequest scenario, Variant[] variants, string directory, Terminal terminal)
    {
        VariantFolder folder = new(Application.Version);
        RunProgress progress = new(terminal, variants);
        List<JsonObject> results = [];
        Exception? failure = null;
        foreach ((JsonObject? result, Exception? problem) in OrderedWork.Run(Enumerable.Range(0, variants.Length), Environment.ProcessorCount, RunOne))
        {
            // What the others have done stays for the next time.
            failure ??= problem;
            if (result is not null)
            {
                results.Add(result);
            }
        }

        progress.End();
        if (terminal.Interrupted.IsCancellationRequested)
        {
            terminal.Error.WriteLine($"interrupted: {results.Count} of {variants.Length} variants are done; the same command does the rest");
            return null;
        }

        return failure is null ? [.. results] : throw failure;

        (JsonObject? Result, Exception? Problem) RunOne(int index)
        {
            try
            {
                terminal.Interrupted.ThrowIfCancellationRequested();
                string place = Path.Combine(directory, VariantsFolder, variants[index].Name);
                JsonObject result = folder.Run(variants[index], scenario.Variants[index].Settings, place, answers => progress.Show(index, answers), terminal.Interrupted);
                progress.Done(index);
                return (result, null);
            }
            catch (OperationCanceledException)
            {
                return (null, null);
            }
            catch (InputException problem)
            {
                return (null, problem);
            }
        }
    }

    private static JsonObject Summary(ScenarioRequest scenario, JsonObject[] results) => new()
    {
        ["name"] = scenario.Name,
        ["version"] = Application.Version,
        ["seed"] = scenario.Seed,
        ["scenario"] = Common(results),
        ["variants"] = new JsonArray([.. results]),
    };

    // What all variants have in common, in the order of the first.
    private static JsonObject Common(JsonObject[] results)
    {
        JsonObject[] settings = [.. results.Select(result => result["settings"]!.AsObject())];
        return new JsonObject(settings[0]
            .Where(setting => settings.All(other => other[setting.Key]?.GetValue<string>() == setting.Value!.GetValue<string>()))
            .Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value!.GetValue<string>())));
    }

    private static void Write(string directory, ScenarioRequest scenario, string? compression, string summary)
    {
        using StagedFiles files = new(directory);
        Add(ScenarioName, scenario.Text);
        if (compression is not null)
        {
            Add(CompressionName, compression);
        }

        Add(RunFiles.Summary, summary);
        files.Commit();

        void Add(string name, string text)
        {
            TextWriter writer = files.Open(name);
            StagedFiles.Attempt(Path.Combine(directory, name), () => writer.Write(text));
        }
    }

    private static string FolderName(string name)
    {
        string folder = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? char.ToLowerInvariant(c) : '-')).Trim('-');
        return folder.Length == 0 ? "scenario" : folder;
    }

    private Func<ExecutionEngine>? ReadEngine(ParseResult request) => request.GetValue(_engine) switch
    {
        Interpreter => null,
        null when !JitEngine.IsSupported => null,
        null or Jit => () => new JitEngine(),
        { } other => throw new InputException(_engine.Name, null, InputException.Quote(other), $"{Interpreter} or {Jit}"),
    };
}
