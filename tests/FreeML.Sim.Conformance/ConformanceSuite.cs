namespace FreeML.Sim.Conformance;

/// <summary>All files of a suite.</summary>
public sealed class ConformanceSuite
{
    private ConformanceSuite(IReadOnlyList<ConformanceCase> cases) => Cases = cases;

    /// <summary>The cases, by file name (ordinal), then in the order of the file.</summary>
    public IReadOnlyList<ConformanceCase> Cases { get; }

    /// <summary>Reads every *.txt of a folder.</summary>
    /// <param name="folder">The folder, usually tests/conformance.</param>
    /// <exception cref="ConformanceFormatException">A file does not follow the format.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ConformanceSuite Load(string folder)
    {
        var cases = new List<ConformanceCase>();
        foreach (string path in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            cases.AddRange(LoadFile(path));
        }

        return new ConformanceSuite(cases);
    }

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConformanceFormatException">The file does not follow the format.</exception>
    public static IReadOnlyList<ConformanceCase> LoadFile(string path)
    {
        using var reader = new StreamReader(path);
        return ConformanceFormat.Parse(Path.GetFileName(path), reader);
    }
}
