using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FreeML.Sim.Cli.Bench;

/// <summary>Time that processors worked, in seconds: what a program costs, however busy the host is with other things.</summary>
internal static unsafe partial class CpuClock
{
    private const int Children = -1;

    /// <summary>Of this process so far, user and system.</summary>
    public static double OwnSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Of the processes started here that have ended. Take it before and after one; on Windows the ended process knows it alone.</summary>
    public static double EndedSeconds => OperatingSystem.IsWindows() ? 0 : Usage();

    /// <summary>Of one process that has ended.</summary>
    /// <param name="process">The process.</param>
    /// <param name="endedBefore">What <see cref="EndedSeconds"/> was before it was started.</param>
    public static double SecondsOf(Process process, double endedBefore) =>
        OperatingSystem.IsWindows() ? process.TotalProcessorTime.TotalSeconds : Usage() - endedBefore;

    // struct rusage begins with two struct timeval, of user and of system time. Where microseconds have 32 bits, there are 32 more behind.
    private static double Usage()
    {
        long* usage = stackalloc long[32];
        return GetUsage(Children, usage) == 0 ? usage[0] + usage[2] + (((uint)usage[1] + (double)(uint)usage[3]) * 1e-6) : 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, long* usage);
}
