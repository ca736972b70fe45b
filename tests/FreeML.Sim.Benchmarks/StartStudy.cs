using System.Globalization;
using FreeML.Sim.Cli.Bench;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Benchmarks;

/// <summary>Short programs as users run them: a fresh process of <c>exec</c> for each image and engine, in turns.</summary>
internal static class StartStudy
{
    private const int Turns = 3;
    private const int Slowest = 8;

    /// <summary>Runs it.</summary>
    /// <param name="directory">Directory of unpacked images that make the calls of GNU's simulator.</param>
    /// <param name="every">Only each n-th of them.</param>
    public static void Run(string directory, int every)
    {
        if (StartUp.Program is not { } program)
        {
            Console.Error.WriteLine($"{AppContext.BaseDirectory}: found no freeml-sim, expected one beside this program");
            Environment.ExitCode = 2;
            return;
        }

        string[] images = [.. Directory.GetFiles(directory, "*.elf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, n) => n % every == 0)];
        BenchEngine[] engines = [.. BenchEngine.All];
        var found = new List<(string Image, double[] Cpu, double[] Wall)>();
        var failed = new List<string>();
        foreach (string image in images)
        {
            (double Cpu, double Wall)?[][] turns = [.. engines.Select(_ => new (double, double)?[Turns])];
            for (int turn = 0; turn < Turns; turn++)
            {
                for (int n = 0; n < engines.Length; n++)
                {
                    // Who goes first changes.
                    int engine = (n + turn) % engines.Length;
                    turns[engine][turn] = StartUp.Time(program, image, isExiting: true, DeviceCatalogue.Find("generic"), engines[engine], CancellationToken.None);
                }
            }

            if (turns.Any(engine => engine.Contains(null)))
            {
                failed.Add(image);
                continue;
            }

            found.Add((image, [.. turns.Select(engine => Comparison.Median(engine.Select(time => time!.Value.Cpu)))], [.. turns.Select(engine => Comparison.Median(engine.Select(time => time!.Value.Wall)))]));
        }

        Console.WriteLine(Invariant($"{found.Count} images, a process for each run, medians of {Turns} turns; seconds"));
        Console.WriteLine("| engine | CPU time, sum | median | largest | by the clock, sum | median | largest |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        for (int n = 0; n < engines.Length; n++)
        {
            double[] cpu = [.. found.Select(row => row.Cpu[n])];
            double[] wall = [.. found.Select(row => row.Wall[n])];
            Console.WriteLine(Invariant($"| {engines[n].Name} | {cpu.Sum():F2} | {Comparison.Median(cpu):F3} | {cpu.Max():F3} | {wall.Sum():F2} | {Comparison.Median(wall):F3} | {wall.Max():F3} |"));
        }

        foreach ((string image, double[] cpu, _) in found.OrderByDescending(row => row.Cpu[^1] - row.Cpu[0]).Take(Slowest))
        {
            Console.WriteLine(Invariant($"{(cpu[^1] - cpu[0]) * 1e3:F0} ms more with {engines[^1].Name}: {Path.GetRelativePath(directory, image)}: {cpu[0]:F3} and {cpu[^1]:F3} s"));
        }

        foreach (string image in failed)
        {
            Console.WriteLine($"not run: {image}");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
