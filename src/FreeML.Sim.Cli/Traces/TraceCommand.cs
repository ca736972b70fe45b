using System.CommandLine;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Traces;

/// <summary><c>trace info|convert|generate|plot</c>: harvesting traces.</summary>
internal static class TraceCommand
{
    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal) => new("trace", "Look at harvesting traces, convert, make and draw them")
    {
        Info(terminal),
        TraceConversion.Create(terminal),
        Generate(terminal),
        Plot(terminal),
    };

    /// <summary>Tells what was written: the trace itself as JSON, or lines.</summary>
    public static void Tell(Terminal terminal, bool isJson, TraceSource source, string? path, params IEnumerable<string> lines)
    {
        if (isJson)
        {
            Json.WriteObject(terminal, json =>
            {
                TraceSummary.WriteJson(json, source);
                if (path is not null)
                {
                    json.WriteString("output", path);
                }
            });
            return;
        }

        TraceSummary.WriteText(terminal.Output, source, lines);
        if (path is not null)
        {
            terminal.Output.WriteLine($"  {"written to",-12} {Line.Of(path)}");
        }
    }

    private static Command Info(Terminal terminal)
    {
        TraceReadArguments arguments = new();
        Option<bool> json = CommonOptions.Json();
        Command command = new("info", "Tell what a trace is, with everything that was assumed or repaired") { json };
        arguments.AddTo(command);
        command.SetAction(request =>
        {
            TraceSource source = arguments.Read(request);
            Tell(terminal, request.GetValue(json), source, null, source.Description);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Generate(Terminal terminal)
    {
        Argument<string> name = new("NAME") { Description = string.Join(", ", ShippedTraces.All.Select(trace => trace.Name)) };
        Option<string?> seed = CommonOptions.Text("--seed", "N", "Seed of the model (default that of the trace that comes with the program)");
        Option<string?> duration = CommonOptions.Text("--duration", "60s", "End the trace earlier than its model does");
        Option<string?> output = OutputFile.Option("OUT.csv", "The file to write");
        Option<bool> json = CommonOptions.Json();
        Command command = new("generate", "Make a trace from its model") { name, seed, duration, output, json };
        command.SetAction(request =>
        {
            string path = OutputFile.Path(request, output);
            string wanted = request.GetRequiredValue(name);
            ShippedTrace model = ShippedTraces.Find(wanted)
                ?? throw new InputException("generate", null, InputException.Quote(wanted), $"one of {string.Join(", ", ShippedTraces.All.Select(trace => trace.Name))}");
            ulong number = CommonOptions.ReadNumber(request, seed, 0UL) ?? model.Seed;
            Trace trace = model.Generate(number);
            if (CommonOptions.ReadQuantity(request, duration, Unit.Time, "1ns", "8760h") is { } seconds)
            {
                trace = seconds <= trace.DurationSeconds ? trace.Cut(0, seconds)
                    : throw new InputException(duration.Name, null, request.GetValue(duration)!, $"at most {SiText.Of(trace.DurationSeconds, "s")}, the length of the model (convert --loop repeats a trace)");
            }

            OutputFile.Write(path, writer => TraceWriter.Write(trace, writer));
            TraceSource made = new(model.Name, trace, null, model with { Seed = number });
            Tell(terminal, request.GetValue(json), made, path, made.Description);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Plot(Terminal terminal)
    {
        TraceReadArguments arguments = new();
        Option<string?> output = OutputFile.Option("OUT.svg", "The figure to write: .svg, .tex (PGFPlots), or .csv for the numbers behind it");
        Option<string?> width = CommonOptions.Text("--width", "one-column|two-columns", "Width in print (default one-column)");
        Option<string?> title = CommonOptions.Text("--title", "TEXT", "Title above the figure");
        Command command = new("plot", "Draw a trace") { output, width, title };
        arguments.AddTo(command);
        command.SetAction(request =>
        {
            string path = OutputFile.Path(request, output);
            string extension = Path.GetExtension(path).TrimStart('.');
            IFigureWriter? writer = FigureFiles.Writers.FirstOrDefault(candidate => candidate.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase));
            if (writer is null && !extension.Equals("csv", StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException("-o", null, InputException.Quote(path), $"a name that ends in {string.Join(", ", FigureFiles.Writers.Select(candidate => "." + candidate.Extension))} or .csv");
            }

            double widthMm = CommonOptions.ReadChoice(request, width, "one-column", "two-columns") == "one-column" ? FigureWidth.OneColumn : FigureWidth.TwoColumns;
            TraceSource source = arguments.Read(request);
            Figure figure = TraceFigure.From(source.Trace, widthMm, request.GetValue(title) ?? "");
            FigureLayout layout = FigureLayout.Of(figure);
            OutputFile.Write(path, text =>
            {
                if (writer is null)
                {
                    FigureTable.Write(figure, text);
                }
                else
                {
                    writer.Write(layout, text);
                }
            });
            foreach (string line in source.Description.Skip(1))
            {
                terminal.Error.WriteLine(line);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
