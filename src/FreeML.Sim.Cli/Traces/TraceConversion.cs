using System.CommandLine;
using System.Globalization;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Traces;

/// <summary>
/// <c>trace convert</c>: any known form to our CSV. What changes a trace happens in one order, whatever that of the options: cut, offset, scale,
/// loop, resample.
/// </summary>
internal sealed class TraceConversion
{
    private static readonly Dictionary<TraceQuantity, Unit> OffsetUnits = new()
    {
        [TraceQuantity.Power] = Unit.Power,
        [TraceQuantity.Voltage] = Unit.Voltage,
        [TraceQuantity.Current] = Unit.Current,
        [TraceQuantity.Irradiance] = Unit.Irradiance,
        [TraceQuantity.IvSurface] = Unit.Current,
        [TraceQuantity.SingleDiode] = Unit.Current,
    };

    private readonly TraceReadArguments _arguments = new();
    private readonly Option<string?> _output = OutputFile.Option("OUT.csv", "The file to write");
    private readonly Option<string?> _cut = CommonOptions.Text("--cut", "FROM,TO", "Keep what lies between two times (10s,2min)");
    private readonly Option<string?> _offset = CommonOptions.Text("--offset", "1mW", "Add this to all values, in the trace's unit");
    private readonly Option<string?> _scale = CommonOptions.Text("--scale", "X", "Multiply all values");
    private readonly Option<string?> _loop = CommonOptions.Text("--loop", "N|TIME", "Repeat N times, or until a time");
    private readonly Option<string?> _resample = CommonOptions.Text("--resample", "STEP", "Equal steps, each the mean of what it covers (1min)");
    private readonly Option<bool> _json = CommonOptions.Json();

    private TraceConversion()
    {
    }

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        TraceConversion verb = new();
        Command command = new("convert", "Write a trace as CSV, whole or changed") { verb._output, verb._cut, verb._offset, verb._scale, verb._loop, verb._resample, verb._json };
        verb._arguments.AddTo(command);
        command.SetAction(request =>
        {
            string path = OutputFile.Path(request, verb._output);
            TraceSource source = verb._arguments.Read(request);
            TraceSource changed = source with { Trace = verb.Change(request, source.Trace) };
            OutputFile.Write(path, writer => TraceWriter.Write(changed.Trace, writer));
            TraceCommand.Tell(terminal, request.GetValue(verb._json), changed, path, source.Description);
            return ExitCode.Done;
        });
        return command;
    }

    private Trace Change(ParseResult request, Trace trace)
    {
        trace = Step(_cut, Cut);
        trace = Step(_offset, text => trace.Offset((double)Quantity.Parse(_offset.Name, text, OffsetUnits[trace.Quantity])));
        trace = Step(_scale, text => trace.Scale(CommonOptions.ReadFactor(_scale.Name, text)));
        trace = Step(_loop, Loop);
        return Step(_resample, text => trace.Resample(Seconds(_resample, text)));

        Trace Step(Option<string?> option, Func<string, Trace> change) =>
            request.GetValue(option) is { } text ? TraceSource.Attempt(option.Name, text, () => change(text)) : trace;

        Trace Cut(string text) => text.Split(',') is [var from, var to]
            ? trace.Cut(Seconds(_cut, from), Seconds(_cut, to))
            : throw new InputException(_cut.Name, null, InputException.Quote(text), "two times such as 10s,2min");

        Trace Loop(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) ? trace.Loop(rounds) : trace.LoopUntil(Seconds(_loop, text));
    }

    private static double Seconds(Option<string?> option, string text) => (double)Quantity.Parse(option.Name, text, Unit.Time);
}
