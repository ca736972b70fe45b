using System.Globalization;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Report;

/// <summary>Makes figures and the page of a run, from nothing but the files that <c>run</c> left in its directory. The same files give the same bytes.</summary>
public static class ReportFiles
{
    /// <summary>Where the figures go.</summary>
    public const string FiguresName = "figures";

    /// <summary>The page.</summary>
    public const string PageName = "report.html";

    /// <summary>Writes all figures into <see cref="FiguresName"/>, and <see cref="PageName"/>, which shows them.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <returns>Names of the files in the directory.</returns>
    /// <exception cref="InputException">It is no run directory, a file in it cannot be used, or the disk refused.</exception>
    public static IReadOnlyList<string> Write(string runDirectory)
    {
        RunDirectory run = RunDirectory.Open(runDirectory);
        IReadOnlyList<ReportFigure> figures = ReportFigure.Of(run);
        string directory = Path.Combine(runDirectory, FiguresName);
        List<string> names = [.. figures.SelectMany(figure => FigureFiles.Save(figure.Figure, directory, figure.Name)).Select(file => $"{FiguresName}/{file}")];
        OutputFile.Write(Path.Combine(runDirectory, PageName), output => ReportPage.Write(run, figures, output));
        return [.. names, PageName];
    }
}
