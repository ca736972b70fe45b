namespace FreeML.Sim.Tests.Conformance;

/// <summary>Finds the committed suite from where the tests run.</summary>
internal static class ConformanceFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "tests", "conformance");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException($"no tests/conformance above {AppContext.BaseDirectory}");
    }
}
