namespace FreeML.Sim.Tests.Support;

/// <summary>A test that needs recorded data of <see cref="SharedData.Data"/>; without it the test is skipped, and says what is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataFactAttribute : FactAttribute
{
    /// <summary>Skips the test unless this folder of the data is there.</summary>
    public DataFactAttribute(string folder) => Skip = DataFolder.WhyMissing(folder);
}

/// <inheritdoc cref="DataFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="DataFactAttribute(string)"/>
    public DataTheoryAttribute(string folder) => Skip = DataFolder.WhyMissing(folder);
}

/// <summary>Looks for folders of the data.</summary>
internal static class DataFolder
{
    /// <summary>Why a folder cannot be used, or null if it can.</summary>
    public static string? WhyMissing(string folder) =>
        SharedData.Data is { } data && Directory.Exists(Path.Combine(data, folder))
            ? null
            : $"found no folder {folder} (looked in FREEML_DATA, and in data under FREEML_SHARED or a directory 'shared' beside the repository)";
}
