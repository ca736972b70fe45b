using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Figures;

/// <summary>Saves figures: one file for each format, and the table behind.</summary>
public static class FigureFiles
{
    /// <summary>The formats that come with the program.</summary>
    public static IReadOnlyList<IFigureWriter> Writers { get; } = [new SvgWriter(), new PgfPlotsWriter()];

    /// <summary>Saves a figure in every format; all files appear, or none.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="directory">Where to; it is made when it does not exist.</param>
    /// <param name="name">Name of the files without extension, without folders.</param>
    /// <param name="only">Extension of the only format wanted; null for all of them.</param>
    /// <returns>Names of the files in the directory.</returns>
    /// <exception cref="InputException">The disk refused.</exception>
    public static IReadOnlyList<string> Save(Figure figure, string directory, string name, string? only = null)
    {
        if (name.Length == 0 || Path.GetFileName(name) != name)
        {
            throw new ArgumentException($"'{name}' is not the name of a file", nameof(name));
        }

        FigureLayout layout = FigureLayout.Of(figure);
        using StagedFiles files = new(directory);
        List<string> names = [];
        foreach (IFigureWriter writer in Writers)
        {
            Add(writer.Extension, output => writer.Write(layout, output));
        }

        Add("csv", output => FigureTable.Write(figure, output));
        files.Commit();
        return names;

        void Add(string extension, Action<TextWriter> write)
        {
            if (only is not null && only != extension)
            {
                return;
            }

            string file = $"{name}.{extension}";
            TextWriter output = files.Open(file);
            StagedFiles.Attempt(Path.Combine(directory, file), () => write(output));
            files.Finish(file);
            names.Add(file);
        }
    }
}
