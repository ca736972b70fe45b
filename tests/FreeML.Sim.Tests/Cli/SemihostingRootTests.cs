using System.Text.Json;

namespace FreeML.Sim.Tests.Cli;

/// <summary>A program sees the files below the directory it was given, and no others, whatever it calls them.</summary>
public sealed class SemihostingRootTests : IDisposable
{
    private const ushort ReadOnly = 0;
    private const ushort CreateForWriting = 0x0001 | 0x0200;
    private const int Opened = 3;
    private const int Refused = 0xFF;

    private readonly TinyFirmware _files = new();
    private readonly string _root;

    public SemihostingRootTests()
    {
        _root = Directory.CreateDirectory(_files.Path("root")).FullName;
        Directory.CreateDirectory(Path.Combine(_root, "sub"));
        File.WriteAllText(Path.Combine(_root, "inside.txt"), "inside");
        File.WriteAllText(Path.Combine(_root, "sub", "deep.txt"), "deep");
        File.WriteAllText(_files.Path("outside.txt"), "outside");
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("inside.txt")]
    [InlineData("sub/deep.txt")]
    public void Files_below_the_root_open(string name) => Assert.Equal(Opened, Open(name, ReadOnly));

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("sub/../../outside.txt")]
    [InlineData("sub/../inside.txt")]
    [InlineData("./inside.txt")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("sub")]
    [InlineData("/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("..\\outside.txt")]
    [InlineData("no-such.txt")]
    public void Other_names_do_not(string name) => Assert.Equal(Refused, Open(name, ReadOnly));

    [Fact]
    public void The_full_path_of_a_file_does_not_open_either()
    {
        Assert.Equal(Refused, Open(_files.Path("outside.txt"), ReadOnly));
        Assert.Equal(Refused, Open(Path.Combine(_root, "inside.txt"), ReadOnly));
    }

    [Fact]
    public void Links_are_not_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.CreateSymbolicLink(Path.Combine(_root, "file"), _files.Path("outside.txt"));
        File.CreateSymbolicLink(Path.Combine(_root, "within"), Path.Combine(_root, "inside.txt"));
        File.CreateSymbolicLink(Path.Combine(_root, "dangling"), _files.Path("new.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "up"), _files.Directory);

        Assert.All(new[] { "file", "within", "dangling", "up/outside.txt" }, name => Assert.Equal(Refused, Open(name, ReadOnly)));
        Assert.All(new[] { "dangling", "up/new.txt" }, name => Assert.Equal(Refused, Open(name, CreateForWriting)));
        Assert.False(File.Exists(_files.Path("new.txt")));
    }

    [Fact]
    public void New_files_are_made_below_the_root_only()
    {
        Assert.Equal(Opened, Open("new.txt", CreateForWriting));
        Assert.Equal(Refused, Open("../new.txt", CreateForWriting));

        Assert.True(File.Exists(Path.Combine(_root, "new.txt")));
        Assert.False(File.Exists(_files.Path("new.txt")));
    }

    [Fact]
    public void Without_a_root_there_are_no_files()
    {
        string image = _files.Elf("a.elf", TinyFirmware.OpenAndExit(ReadOnly), "inside.txt\0");

        Assert.Equal(Refused, ExitCodeOf(Shell.Run("exec", "--json", "--device", "generic", "--semihosting", "gnu", image)));
    }

    private int Open(string name, ushort flags)
    {
        string image = _files.Elf("a.elf", TinyFirmware.OpenAndExit(flags), name + "\0");
        return ExitCodeOf(Shell.Run("exec", "--json", "--device", "generic", "--semihosting", "gnu", "--semihosting-root", _root, image));
    }

    private static int ExitCodeOf(Shell.Outcome outcome)
    {
        JsonElement result = Assert.Single(outcome.Json.EnumerateArray());
        Assert.Equal("exited", result.GetProperty("stop").GetString());
        return result.GetProperty("exitCode").GetInt32();
    }
}
