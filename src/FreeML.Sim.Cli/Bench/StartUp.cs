using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Bench;

/// <summary>What a process of its own takes for one run of a program: what a user waits for, start of the host's runtime and first translation included.</summary>
/// <param name="Device">The device.</param>
/// <param name="Engine">The engine.</param>
/// <param name="CpuSeconds">Of the host's processors: the median.</param>
/// <param name="WallSeconds">Of the clock: the median.</param>
internal sealed record StartUp(DeviceDescription Device, BenchEngine Engine, double CpuSeconds, double WallSeconds)
{
    /// <summary>This program as a file that can be started; null where it is none.</summary>
    public static string? Program
    {
        get
        {
            string path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? Application.Name + ".exe" : Application.Name);
            return File.Exists(path) ? path : null;
        }
    }

    /// <summary>Runs a program once with <c>exec</c>; null if that does not succeed.</summary>
    /// <param name="self"><see cref="Program"/>.</param>
    /// <param name="elf">The program's file.</param>
    /// <param name="isExiting">Whether it makes the calls of GNU's simulator.</param>
    /// <param name="device">The device.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="interrupted">The user wants no more.</param>
    public static (double Cpu, double Wall)? Time(string self, string elf, bool isExiting, DeviceDescription device, BenchEngine engine, CancellationToken interrupted)
    {
        string[] arguments =
        [
            "exec", elf, "--json", "--device", device.Name, "--engine", engine.Name, "--semihosting", isExiting ? "gnu" : "none",
            .. isExiting ? Array.Empty<string>() : ["--max-cycles", Speed.MaximumCycles.ToString(CultureInfo.InvariantCulture)],
        ];
        double endedBefore = CpuClock.EndedSeconds;
        long start = Stopwatch.GetTimestamp();
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(self, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(interrupted);
            Task<string> error = process.StandardError.ReadToEndAsync(interrupted);
            process.WaitForExitAsync(interrupted).GetAwaiter().GetResult();
            double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            output.GetAwaiter().GetResult();
            error.GetAwaiter().GetResult();
            return process.ExitCode is ExitCode.Done or ExitCode.Failed ? (CpuClock.SecondsOf(process, endedBefore), wall) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
