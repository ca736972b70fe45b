using System.Diagnostics;

namespace FreeML.Sim.Tests.Support;

/// <summary>
/// Where the GNU tools for this processor are, if they are here. Looked for, in this order: beside the compiler that
/// the environment variable MSP430_GCC names, in PATH, and in msp430/msp430-elf/bin under the home directory.
/// </summary>
internal static class Toolchain
{
    /// <summary>Path of msp430-elf-gcc, or null. MSP430_GCC may name it differently.</summary>
    public static string? Gcc { get; } = Executable(Environment.GetEnvironmentVariable("MSP430_GCC")) ?? Find("gcc");

    /// <summary>Path of msp430-elf-objdump, or null.</summary>
    public static string? Objdump { get; } = Find("objdump");

    /// <summary>Path of the GNU simulator msp430-elf-run, or null.</summary>
    public static string? Run { get; } = Find("run");

    /// <summary>Path of msp430-elf-gdb, or null.</summary>
    public static string? Gdb { get; } = Find("gdb");

    /// <summary>Path of make, or null.</summary>
    public static string? Make { get; } = Directories().Select(directory => Executable(Path.Combine(directory, "make"))).FirstOrDefault(path => path is not null);

    /// <summary>Runs a program to its end and returns its exit code and what it wrote.</summary>
    /// <exception cref="TimeoutException">The program was still running after <paramref name="timeout"/>, and was ended.</exception>
    public static (int ExitCode, string Output, string Error) Execute(
        string program, IEnumerable<string> arguments, TimeSpan timeout, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program}: still running after {timeout.TotalSeconds:0} s");
        }

        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static string? Find(string tool) =>
        Directories().Select(directory => Executable(Path.Combine(directory, "msp430-elf-" + tool))).FirstOrDefault(path => path is not null);

    private static IEnumerable<string> Directories()
    {
        string? named = Executable(Environment.GetEnvironmentVariable("MSP430_GCC"));
        if (named is not null)
        {
            yield return Path.GetDirectoryName(named)!;
        }

        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string directory in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return directory;
        }

        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "msp430", "msp430-elf", "bin");
    }

    private static string? Executable(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        string[] candidates = OperatingSystem.IsWindows() ? [path, path + ".exe"] : [path];
        return candidates.Where(File.Exists).Select(Path.GetFullPath).FirstOrDefault();
    }
}
