using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli;

/// <summary>A file that a verb writes: beside its place, then moved into it, so that it is whole or as before.</summary>
internal static class OutputFile
{
    /// <summary><c>-o</c>.</summary>
    public static System.CommandLine.Option<string?> Option(string value, string description)
    {
        System.CommandLine.Option<string?> option = CommonOptions.Text("--output", value, description);
        option.Aliases.Add("-o");
        return option;
    }

    /// <summary>The path that <c>-o</c> gives.</summary>
    /// <exception cref="InputException">It was not given, or names no file.</exception>
    public static string Path(System.CommandLine.ParseResult request, System.CommandLine.Option<string?> option)
    {
        string path = request.GetValue(option) ?? throw new InputException("-o", null, "nothing", $"a file to write, such as {option.HelpName}");
        return System.IO.Path.GetFileName(path).Length > 0 && !Directory.Exists(path) ? path : throw new InputException("-o", null, InputException.Quote(path), "the path of a file");
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="InputException">The disk refused.</exception>
    public static void Write(string path, Action<TextWriter> write)
    {
        using StagedFiles files = new(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        TextWriter writer = files.Open(System.IO.Path.GetFileName(path));
        StagedFiles.Attempt(path, () => write(writer));
        files.Commit();
    }

    /// <summary>Writes a file of bytes.</summary>
    /// <exception cref="InputException">The disk refused.</exception>
    public static void Write(string path, byte[] bytes)
    {
        string partial = path + StagedFiles.PartialSuffix;
        StagedFiles.Attempt(path, () =>
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        });
    }
}
