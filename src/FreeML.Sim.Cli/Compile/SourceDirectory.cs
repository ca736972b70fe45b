using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Compile;

/// <summary>A directory of sources: made beside its place, then moved into it. Only what was made like this before is replaced.</summary>
internal static class SourceDirectory
{
    // What a build leaves.
    private static readonly string[] Built = [".o", ".elf", ".hex"];

    /// <summary>Writes a directory.</summary>
    /// <exception cref="InputException">It holds files of somebody else, or the disk refused.</exception>
    public static void Write(string directory, IReadOnlyList<(string Path, string Text)> files)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        RequireOwn(directory, place, files);
        string partial = place + StagedFiles.PartialSuffix;
        StagedFiles.Attempt(directory, () =>
        {
            Remove(partial);
            foreach ((string path, string text) in files)
            {
                string file = Path.Combine(partial, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            Remove(place);
            Directory.Move(partial, place);
        });
    }

    private static void RequireOwn(string directory, string place, IReadOnlyList<(string Path, string Text)> files)
    {
        if (File.Exists(place))
        {
            throw new InputException(directory, null, "a file", "a directory to write to");
        }

        if (!Directory.Exists(place))
        {
            return;
        }

        HashSet<string> own = [.. files.Select(file => Path.GetFullPath(Path.Combine(place, file.Path)))];
        string? other = Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault(file => !own.Contains(file) && !Built.Contains(Path.GetExtension(file)));
        if (other is not null)
        {
            throw new InputException(directory, null, $"a directory with {InputException.Quote(Path.GetRelativePath(place, other))}", "a new one, or one that was written like this before");
        }
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
