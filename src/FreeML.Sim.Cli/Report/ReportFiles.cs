using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Msp430;

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
        IReadOnlyList<string> names = Save(figures, runDirectory, null);
        OutputFile.Write(Path.Combine(runDirectory, PageName), output => ReportPage.Write(run, figures, output));
        return [.. names, PageName];
    }

    /// <summary>Writes figures into <see cref="FiguresName"/>.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="figure">Name of the only one; null for all that there are data for.</param>
    /// <param name="format">Extension of the only format; null for all.</param>
    /// <returns>Names of the files in the directory.</returns>
    /// <exception cref="InputException">As with <see cref="Write"/>; or there are no data for the figure.</exception>
    public static IReadOnlyList<string> WriteFigures(string runDirectory, string? figure = null, string? format = null)
    {
        IReadOnlyList<ReportFigure> figures = ReportFigure.Of(RunDirectory.Open(runDirectory), figure);
        return figures.Count > 0 || figure is null ? Save(figures, runDirectory, format) : throw new InputException(runDirectory, null, $"no data for the figure {figure}", "a run that has them");
    }

    private static IReadOnlyList<string> Save(IReadOnlyList<ReportFigure> figures, string runDirectory, string? format)
    {
        string directory = Path.Combine(runDirectory, FiguresName);
        return [.. figures.SelectMany(figure => FigureFiles.Save(figure.Figure, directory, figure.Name, format)).Select(file => $"{FiguresName}/{file}")];
    }
}
