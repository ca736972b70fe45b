using System.CommandLine;
using FreeML.Compiler.Models;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Compress;

/// <summary><c>compress MODEL.onnx</c>: makes a trained network small enough for the device.</summary>
internal sealed class CompressCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A trained network (.onnx); or cifar10-s, cifar10-m: the published networks, untrained, for --dry-run" };
    private readonly Option<string?> _budget = CommonOptions.Text("--budget", "20kB", "Size to get to");
    private readonly Option<string?> _policy = CommonOptions.Text("--policy", "energy|paper", "What to cut next: what costs least accuracy for the bytes and joules it saves, as the device counts them; or as published (default energy)");
    private readonly Option<bool> _dryRun = CommonOptions.Flag("--dry-run", "Tell the steps from the shapes alone, without data and training");
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
            verb._model, verb._budget, verb._policy, verb._dryRun, verb._json,
        };
        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult request, Terminal terminal)
    {
        double budget = CommonOptions.ReadQuantity(request, _budget, Unit.Size, "1B", "1GB") ?? throw new InputException("--budget", null, "nothing", "a size such as 20kB");
        Network network = ModelSource.Read(request.GetRequiredValue(_model));
        DryRun run = DryRun.Of(network, budget);
        if (request.GetValue(_json))
        {
            Json.WriteObject(terminal, run.WriteJson);
        }
        else
        {
            run.WriteText(terminal.Output);
        }

        return ExitCode.Done;
    }
}
