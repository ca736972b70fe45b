namespace FreeML.Sim.Tests.Support;

/// <summary>
/// Test data too large or too foreign for the repository: in the directory that FREEML_SHARED names, else in a directory
/// <c>shared</c> beside the repository. Subfolders: <c>conformance</c> (archives of compiled test programs), <c>bench</c>.
/// </summary>
internal static class SharedData
{
    /// <summary>The directory, or null.</summary>
    public static string? Root { get; } = Existing(Environment.GetEnvironmentVariable("FREEML_SHARED")) ?? Existing(Path.Combine(RepositoryRoot.Path, "..", "shared"));

    /// <summary>The directory of recorded traces, networks and data sets, which FREEML_DATA names, else <c>data</c> under <see cref="Root"/>; or null.</summary>
    public static string? Data { get; } = Existing(Environment.GetEnvironmentVariable("FREEML_DATA")) ?? (Root is null ? null : Existing(Path.Combine(Root, "data")));

    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <summary>The archives of compiled test programs, or none.</summary>
    public static IReadOnlyList<string> Archives { get; } =
        Root is null || !Directory.Exists(Path.Combine(Root, "conformance")) ? [] : [.. Directory.GetFiles(Path.Combine(Root, "conformance"), "*.tar.xz").Order(StringComparer.Ordinal)];

    /// <summary>The archives' contents: a directory for each variant, with its images and reference.csv. Unpacked once for each test run.</summary>
    public static IReadOnlyList<string> Variants => [.. Directory.GetDirectories(Unpacked.Value).Order(StringComparer.Ordinal)];

    /// <summary>A file under the root, or null.</summary>
    public static string? File(params string[] parts) =>
        Root is not null && Path.Combine([Root, .. parts]) is var path && System.IO.File.Exists(path) ? path : null;

    private static string? Existing(string? directory) => Directory.Exists(directory) ? Path.GetFullPath(directory) : null;

    private static string Unpack()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("freeml-sim-conformance-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Delete(recursive: true);
        foreach (string archive in Archives)
        {
            (int exit, _, string error) = Toolchain.Execute("tar", ["xf", archive, "-C", directory.FullName], TimeSpan.FromMinutes(2));
            Assert.True(exit == 0, $"tar xf {archive}: {error}");
        }

        return directory.FullName;
    }
}

/// <summary>A test that needs files of <see cref="SharedData"/>; without them it is skipped, and says what is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    /// <summary>Skips the test unless this folder of the shared data is there.</summary>
    public SharedFactAttribute(string folder)
    {
        if (SharedData.Root is null || !Directory.Exists(Path.Combine(SharedData.Root, folder)))
        {
            Skip = $"found no folder {folder} (looked in FREEML_SHARED, and in a directory 'shared' beside the repository)";
        }
    }
}
