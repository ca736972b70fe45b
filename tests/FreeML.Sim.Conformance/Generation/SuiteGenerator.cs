namespace FreeML.Sim.Conformance.Generation;

/// <summary>The whole suite, always the same.</summary>
public static class SuiteGenerator
{
    /// <summary>File names and their texts (LF line ends), in the order of names.</summary>
    public static IReadOnlyDictionary<string, string> Generate()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (CaseFile file in TwoOperandCases.Files().Concat(OneOperandCases.Files()).Concat(ControlCases.Files()).Concat(NamedCases.Files()))
        {
            files.Add(file.Name, file.Text());
        }

        return files;
    }
}
