using System.CommandLine;
using FreeML.Compiler.Compression;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Compress;

/// <summary><c>compress MODEL.onnx</c>: makes a trained network small enough for the device.</summary>
internal sealed class CompressCommand
{
    private static readonly Dictionary<string, ExitKind> Kinds = new() { ["none"] = ExitKind.None, ["gnet"] = ExitKind.Shared, ["separate"] = ExitKind.Separate };

    private readonly Argument<string> _model = new("MODEL") { Description = "A trained network (.onnx); or cifar10-s, cifar10-m: the published networks, untrained, for --dry-run" };
    private readonly Option<string?> _data = CommonOptions.Text("--data", "DIR", "Samples to train, choose and report with");
    private readonly Option<string?> _budget = CommonOptions.Text("--budget", "20kB", "Size to get to (default 30kB, unless --energy or --latency is given)");
    private readonly Option<string?> _energy = CommonOptions.Text("--energy", "2mJ", "Predicted energy of an inference to get to");
    private readonly Option<string?> _latency = CommonOptions.Text("--latency", "500ms", "Predicted time of an inference to get to, at 8 MHz");
    private readonly Option<string?> _policy = CommonOptions.Text("--policy", "energy|paper", "Cut what loses least for the bytes and joules it saves, as the device counts them; or as published (default energy)");
    private readonly Option<string?> _epochs = CommonOptions.Text("--epochs", "N", "Epochs after each cut (default 1, and 8 times as many at the end; paper 10)");
    private readonly Option<string?> _exits = CommonOptions.Text("--exits", "none|gnet|separate", "Early exits after each convolutional block: one head for all, or one for each (default none); the budget holds them too");
    private readonly Option<string?> _scaling = CommonOptions.Text("--scaling", "unit|raw|standardised|symmetric", "How the network wants its input (default the one that it is right with on training samples)");
    private readonly Option<string?> _seed = CommonOptions.Text("--seed", "N", "Decides all that is random (default 1)");
    private readonly Option<bool> _dryRun = CommonOptions.Flag("--dry-run", "Tell the steps of --policy paper from the shapes alone, without data and training");
    private readonly Option<string?> _record = CommonOptions.Text("--record", "DIR", "Leave the steps, the layers and the figure in a directory");
    private readonly Option<string?> _output = OutputFile.Option("OUT.fml", "The file to write");
    private readonly Option<bool> _json = CommonOptions.Json();

    private CompressCommand()
    {
    }

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new CompressCommand();
        Command command = new("compress", "Make a trained network small enough for the device")
        {
            verb._model, verb._data, verb._budget, verb._energy, verb._latency, verb._policy, verb._epochs, verb._exits, verb._scaling, verb._seed, verb._dryRun, verb._record, verb._output, verb._json,
        };
        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult request, Terminal terminal)
    {
        bool isPaper = CommonOptions.ReadChoice(request, _policy, "energy", "paper") == "paper";
        DeviceBudget budget = ReadBudget(request, isPaper);
        if (request.GetValue(_dryRun))
        {
            if (!isPaper)
            {
                throw new InputException("--dry-run", null, "--policy energy", "--policy paper, which needs no data to choose by");
            }

            DryRun run = DryRun.Of(ModelSource.Read(request.GetRequiredValue(_model), keepsNormalisation: true), budget.Bytes!.Value);
            Show(request, terminal, run.WriteText, run.WriteJson);
            return ExitCode.Done;
        }

        CompressResult result = new CompressRun(Read(request, isPaper, budget), terminal).Run();
        Show(request, terminal, result.WriteText, result.WriteJson);
        return ExitCode.Done;
    }

    private void Show(ParseResult request, Terminal terminal, Action<TextWriter> text, Action<System.Text.Json.Utf8JsonWriter> json)
    {
        if (request.GetValue(_json))
        {
            Json.WriteObject(terminal, json);
        }
        else
        {
            text(terminal.Output);
        }
    }

    private DeviceBudget ReadBudget(ParseResult request, bool isPaper)
    {
        double? bytes = CommonOptions.ReadQuantity(request, _budget, Unit.Size, "1B", "1GB");
        double? joules = CommonOptions.ReadQuantity(request, _energy, Unit.Energy, "1nJ", "1kJ");
        double? seconds = CommonOptions.ReadQuantity(request, _latency, Unit.Time, "1us", "24h");
        if (isPaper && (joules ?? seconds) is not null)
        {
            throw new InputException(joules is not null ? _energy.Name : _latency.Name, null, "--policy paper", "--policy energy; the published rule knows bytes only");
        }

        return CompressRequest.BudgetOf(bytes, joules, seconds);
    }

    private CompressRequest Read(ParseResult request, bool isPaper, DeviceBudget budget) => new()
    {
        Model = request.GetRequiredValue(_model),
        Data = request.GetValue(_data) ?? throw new InputException(_data.Name, null, "nothing", "a directory with samples, or --dry-run"),
        Output = OutputFile.Path(request, _output),
        Budget = budget,
        IsPaper = isPaper,
        Training = CompressRequest.TrainingOf(isPaper, CommonOptions.ReadNumber(request, _epochs, 1), CommonOptions.ReadNumber(request, _seed, 0UL)),
        Exits = Kinds[CommonOptions.ReadChoice(request, _exits, "none", "gnet", "separate")],
        Scaling = request.GetValue(_scaling),
        RecordDirectory = request.GetValue(_record),
    };
}
