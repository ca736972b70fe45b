using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FreeML.Sim.Cli.Bench;

/// <summary>Another simulator on this host, to compare with. None of those known counts cycles of FRAM, or anything but time.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its program.</param>
internal sealed record OtherSimulator(string Name, string Path)
{
    private const string MspDebug = "mspdebug";
    private const string GnuRun = "msp430-elf-run";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Names, and where one gets them.
    private static readonly (string Name, string Remedy)[] Known =
    [
        (MspDebug, "install it, or add its directory to PATH"),
        (GnuRun, "name the msp430-elf-gcc beside it, or their directory, in MSP430_GCC"),
    ];

    /// <summary>Those found in PATH, beside the compiler that MSP430_GCC names, or in msp430/msp430-elf/bin under the home directory.</summary>
    public static IReadOnlyList<OtherSimulator> Present =>
        [.. Known.Select(known => (known.Name, Path: Find(known.Name))).Where(found => found.Path is not null).Select(found => new OtherSimulator(found.Name, found.Path!))];

    /// <summary>Those that were not found, and what to do about it.</summary>
    public static IReadOnlyList<(string Name, string Remedy)> Missing => [.. Known.Where(known => Find(known.Name) is null)];

    /// <summary>Seconds of the host's processors to run an ELF file to its exit call, program start included; null if it does not get there.</summary>
    /// <param name="elf">Path of the file.</param>
    /// <param name="exitAddress">Address of the exit call.</param>
    /// <param name="exitCode">What it should exit with, for simulators that tell.</param>
    /// <param name="interrupted">The user wants no more.</param>
    public double? Time(string elf, uint exitAddress, int exitCode, CancellationToken interrupted)
    {
        string exit = exitAddress.ToString("x", CultureInfo.InvariantCulture);
        string[] arguments = Name == MspDebug ? ["-q", "sim", $"prog {elf}", $"setbreak 0x{exit}", "run"] : [elf];
        ProcessStartInfo start = new(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        double endedBefore = CpuClock.EndedSeconds;
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(interrupted);
            Task<string> error = process.StandardError.ReadToEndAsync(interrupted);
            if (!WaitFor(process, interrupted))
            {
                return null;
            }

            double seconds = CpuClock.SecondsOf(process, endedBefore);
            string text = output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult();
            bool isDone = Name == MspDebug
                ? process.ExitCode == 0 && text.Contains($"PC: {exit.PadLeft(5, '0')}", StringComparison.OrdinalIgnoreCase)
                : process.ExitCode == (exitCode & 0xFF);
            return isDone ? seconds : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static bool WaitFor(Process process, CancellationToken interrupted)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        patience.CancelAfter(Patience);
        try
        {
            process.WaitForExitAsync(patience.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            interrupted.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static string? Find(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return Directories()
            .Where(directory => directory.Length > 0)
            .Select(directory => System.IO.Path.Combine(directory, file))
            .FirstOrDefault(File.Exists);
    }

    private static string[] Directories()
    {
        string named = Environment.GetEnvironmentVariable("MSP430_GCC") ?? "";
        return
        [
            System.IO.Path.GetDirectoryName(named) ?? "",
            named,
            named.Length > 0 ? System.IO.Path.Combine(named, "bin") : "",
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator),
            System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "msp430", "msp430-elf", "bin"),
        ];
    }
}
