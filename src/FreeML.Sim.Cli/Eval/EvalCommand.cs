using System.CommandLine;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Eval;

/// <summary><c>eval FILE --data DIR</c>: how often a network is right.</summary>
internal sealed class EvalCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A compressed network (.fml), or a trained one (.onnx)" };
    private readonly Option<string?> _data = CommonOptions.Text("--data", "DIR", "Data set: MNIST IDX, CIFAR-10 binary, .npy, .npz, .ts, or keyword features");
    private readonly Option<bool> _integer = CommonOptions.Flag("--integer", "In the device's integers, bit for bit, instead of in float");
    private readonly Option<string?> _split = CommonOptions.Text("--split", "test|train", "Which part of the data (default test)");
    private readonly Option<string?> _count = CommonOptions.Text("--count", "N", "The first N samples only");
    private readonly Option<string?> _scaling = CommonOptions.Text("--scaling", "raw|unit|symmetric|standardised", "What an .onnx network wants its input to be (default: what is right most often on training samples)");
    private readonly Option<bool> _confusion = CommonOptions.Flag("--confusion", "Show which classes are taken for which");
    private readonly Option<bool> _json = CommonOptions.Json();

    private EvalCommand()
    {
    }

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new EvalCommand();
        Command command = new("eval", "Tell how often a network is right")
        {
            verb._file, verb._data, verb._integer, verb._split, verb._count, verb._scaling, verb._confusion, verb._json,
        };
        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult request, Terminal terminal)
    {
        string file = request.GetRequiredValue(_file);
        string path = request.GetValue(_data) ?? throw new InputException(_data.Name, null, "nothing", "a directory with samples");
        bool isTest = CommonOptions.ReadChoice(request, _split, "test", "train") == "test";
        int count = CommonOptions.ReadNumber(request, _count, 1) ?? int.MaxValue;
        LabelledData data = DataSets.Load(path, isTest ? DataSplit.Test : DataSplit.Training, count);
        Evaluated result = FmlReader.IsFml(file) ? OfCompressed(request, FmlReader.Read(file), data, terminal) : OfTrained(request, file, path, data, terminal);
        result = result with { File = file, Split = isTest ? "test" : "train", ShowsConfusion = request.GetValue(_confusion) };
        if (request.GetValue(_json))
        {
            Json.WriteObject(terminal, result.WriteJson);
        }
        else
        {
            result.WriteText(terminal.Output);
        }

        return ExitCode.Done;
    }

    private Evaluated OfCompressed(ParseResult request, FmlModel model, LabelledData data, Terminal terminal)
    {
        if (request.GetValue(_scaling) is not null)
        {
            throw new InputException(_scaling.Name, null, "a compressed network, which says itself how its input is scaled", "no such option");
        }

        LabelledData fitted = Fit(model.Scaling.Apply(data), model.Network.InputShape, terminal);
        return request.GetValue(_integer) ? Evaluated.OfInteger(model, fitted) : Evaluated.OfFloat(model, fitted);
    }

    private Evaluated OfTrained(ParseResult request, string file, string path, LabelledData data, Terminal terminal)
    {
        if (request.GetValue(_integer))
        {
            throw new InputException(_integer.Name, null, "a network in float", "one that compress wrote (.fml)");
        }

        Network network = OnnxReader.Read(file);
        LabelledData training = DataSets.LoadBoth(path).Training;
        string? named = request.GetValue(_scaling);
        (InputScaling scaling, string? note) = named is null ? InputScaling.Choose(network, training) : (InputScaling.Parse(named, training), null);
        if (note is not null)
        {
            terminal.Error.WriteLine(note);
        }

        return Evaluated.OfFloat(network, scaling, Fit(scaling.Apply(data), network.InputShape, terminal));
    }

    private static LabelledData Fit(LabelledData data, Shape input, Terminal terminal)
    {
        DataFit fit = DataFit.To(data, input);
        if (fit.Note is { } note)
        {
            terminal.Error.WriteLine(note);
        }

        return fit.Data;
    }
}
