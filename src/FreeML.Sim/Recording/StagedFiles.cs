using System.Text;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>
/// Text files that are written beside their place, as <c>NAME.partial</c>, and moved into it together by <see cref="Commit"/>.
/// Disposed without it, nothing of them is left, and files of these names from before stay as they were.
/// </summary>
/// <remarks>
/// UTF-8 without a byte-order mark, LF. Each move is atomic, the set is not; so the file opened last is the mark of a complete set:
/// an older one goes before the others change and the new one comes when all of them are there.
/// </remarks>
public sealed class StagedFiles : IDisposable
{
    /// <summary>What a file's name ends in until it is complete.</summary>
    public const string PartialSuffix = ".partial";

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly List<(string Name, StreamWriter Writer)> _files = [];
    private readonly string? _createdDirectory;
    private bool _committed;

    /// <summary>Files to come in a directory, which is made when it does not exist.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public StagedFiles(string directory)
    {
        if (directory.Length == 0 || directory.Contains('\0', StringComparison.Ordinal))
        {
            throw new InputException("the directory to write to", null, InputException.Quote(directory), "a path");
        }

        DirectoryPath = directory;
        _createdDirectory = Directory.Exists(directory) ? null : directory;
        Attempt(directory, () => Directory.CreateDirectory(directory));
    }

    /// <summary>Where the files will be.</summary>
    public string DirectoryPath { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="name">Its name in the directory, without folders.</param>
    /// <exception cref="InputException">It cannot be written, or another process is writing it.</exception>
    public TextWriter Open(string name)
    {
        string path = PartialPath(name);
        StreamWriter writer = Attempt(path, () => new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None), Encoding) { NewLine = "\n" });
        _files.Add((name, writer));
        return writer;
    }

    /// <summary>Ends a file that stays beside its place, so that it can be read.</summary>
    /// <returns>Where it is until <see cref="Commit"/>.</returns>
    /// <exception cref="InputException">The rest of it cannot be written.</exception>
    public string Finish(string name)
    {
        string path = PartialPath(name);
        Attempt(path, () => _files.Find(file => file.Name == name).Writer.Dispose());
        return path;
    }

    /// <summary>Moves every file into its place.</summary>
    /// <exception cref="InputException">One of them cannot be written or moved; the last one is then not there.</exception>
    public void Commit()
    {
        foreach ((string name, _) in _files)
        {
            Finish(name);
        }

        if (_files.Count > 0)
        {
            string mark = PathOf(_files[^1].Name);
            Attempt(mark, () => File.Delete(mark));
        }

        foreach ((string name, _) in _files)
        {
            Attempt(PathOf(name), () => File.Move(PartialPath(name), PathOf(name), overwrite: true));
        }

        _committed = true;
    }

    /// <summary>Does something with a file; what the disk refuses becomes one line.</summary>
    /// <exception cref="InputException">It failed.</exception>
    public static T Attempt<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            throw new InputException(path, null, problem.Message, "a place that can be written");
        }
    }

    /// <inheritdoc cref="Attempt{T}"/>
    public static void Attempt(string path, Action action) => Attempt(path, () =>
    {
        action();
        return true;
    });

    /// <summary>Takes away what was not committed.</summary>
    public void Dispose()
    {
        if (_committed)
        {
            return;
        }

        _committed = true;
        foreach ((string name, StreamWriter writer) in _files)
        {
            Quietly(writer.Dispose);
            Quietly(() => File.Delete(PartialPath(name)));
        }

        if (_createdDirectory is not null)
        {
            // Fails, as it should, if somebody put something there.
            Quietly(() => Directory.Delete(_createdDirectory));
        }
    }

    /// <summary>Does something whose failure would only hide the error that led to it.</summary>
    internal static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            // The disk has been reported already, or what is left behind is named so that it can be told.
        }
    }

    private static bool IsRefusal(Exception problem) => problem is IOException or UnauthorizedAccessException;

    private string PathOf(string name) => Path.Combine(DirectoryPath, name);

    private string PartialPath(string name) => PathOf(name) + PartialSuffix;
}
