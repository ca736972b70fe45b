namespace FreeML.Sim.Tests.Support;

/// <summary>Finds the files of this repository from wherever the tests run.</summary>
internal static class RepositoryRoot
{
    private const string Landmark = "FreeML.Sim.sln";

    /// <summary>The directory that holds the solution file, above the directory of the test assembly.</summary>
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? directory = new(start); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, Landmark)))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{start}: found no {Landmark} in it or above it, expected the tests to run inside the repository");
    }
}
