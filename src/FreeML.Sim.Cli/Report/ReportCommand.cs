using System.CommandLine;
using FreeML.Sim.Cli.Figures;

namespace FreeML.Sim.Cli.Report;

/// <summary><c>report</c> and <c>plot</c>: a run directory as a page, or as figures alone.</summary>
internal static class ReportCommand
{
    private const string Table = "csv";

    private static readonly string[] Formats = [.. FigureFiles.Writers.Select(writer => writer.Extension), Table];

    /// <summary>Declares <c>report</c>.</summary>
    public static Command Report(Terminal terminal)
    {
        Argument<string> directory = Directory();
        Option<bool> json = CommonOptions.Json();
        Command command = new("report", "Write the figures and the page of a run") { directory, json };
        command.SetAction(request =>
        {
            string path = request.GetRequiredValue(directory);
            Tell(terminal, request.GetValue(json), path, ReportFiles.Write(path));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Declares <c>plot</c>.</summary>
    public static Command Plot(Terminal terminal)
    {
        Argument<string> directory = Directory();
        Option<string?> name = CommonOptions.Text("--figure", "NAME", $"One figure (default all): {string.Join(", ", ReportFigure.Names)}");
        Option<string?> format = CommonOptions.Text("--format", string.Join('|', Formats), "One format (default all)");
        Option<bool> json = CommonOptions.Json();
        Command command = new("plot", "Write the figures of a run") { directory, name, format, json };
        command.SetAction(request =>
        {
            string path = request.GetRequiredValue(directory);
            string? figure = request.GetValue(name) is { } given ? CommonOptions.ReadName(name.Name, given, ReportFigure.Names) : null;
            string? only = request.GetValue(format) is null ? null : CommonOptions.ReadChoice(request, format, Formats);
            Tell(terminal, request.GetValue(json), path, ReportFiles.WriteFigures(path, figure, only));
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Directory() => new("RUN_DIR") { Description = "A directory that run wrote" };

    private static void Tell(Terminal terminal, bool isJson, string directory, IReadOnlyList<string> files)
    {
        if (isJson)
        {
            Json.WriteObject(terminal, json =>
            {
                json.WriteString("directory", directory);
                json.WriteStrings("files", files);
            });
            return;
        }

        foreach (string file in files)
        {
            terminal.Output.WriteLine(Line.Of(Path.Combine(directory, file)));
        }
    }
}
