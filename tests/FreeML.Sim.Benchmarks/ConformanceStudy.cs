using System.Diagnostics;
using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// All images below a directory, one after the other in one process and one thread, on both engines in turns: whether they end alike, what each
/// engine takes of the processor, device and image included, and how much memory the process holds.
/// </summary>
internal static class ConformanceStudy
{
    private const long MaximumCycles = 2_000_000_000;
    private const int Reports = 8;
    private const int Slowest = 24;

    /// <summary>
    /// Most memory that the process may hold, in bytes: two devices with 33 MB of prepared instructions each, 32 MB of translated code, and what the host's runtime
    /// and its collector keep.
    /// </summary>
    private const long MostBytes = 256_000_000;

    private static readonly (string Name, Func<ExecutionEngine> Make)[] Engines = [("interpreter", () => new InterpreterEngine()), ("jit", () => new JitEngine())];

    /// <summary>Runs it.</summary>
    /// <param name="directory">Directory of unpacked images.</param>
    /// <param name="every">Only each n-th of them.</param>
    public static void Run(string directory, int every)
    {
        string[] images = [.. Directory.GetFiles(directory, "*.elf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, n) => n % every == 0)];
        double[] seconds = new double[Engines.Length];
        var excess = new List<(double Seconds, string Text)>();
        string[] texts = new string[images.Length];
        long instructions = 0;
        int different = 0;

        // The host's own compiler works for the first ones; they are run again.
        foreach (string image in images.Take(20))
        {
            RunOnce(image, Engines[0].Make);
            RunOnce(image, Engines[1].Make);
        }

        Console.WriteLine("| images | instructions | interpreter, CPU s | jit, CPU s | peak memory, MB |");
        Console.WriteLine("|---|---|---|---|---|");
        for (int n = 0; n < images.Length; n++)
        {
            string[] ends = new string[Engines.Length];
            double[] taken = new double[Engines.Length];
            for (int turn = 0; turn < Engines.Length; turn++)
            {
                // Who goes first changes, so that neither always finds the other's image in the host's caches.
                int engine = (turn + n) % Engines.Length;
                double start = Environment.CpuUsage.TotalTime.TotalSeconds;
                ExecutionEngine? made = null;
                (ends[engine], long executed) = RunOnce(images[n], () => made = Engines[engine].Make());
                taken[engine] = Environment.CpuUsage.TotalTime.TotalSeconds - start;
                seconds[engine] += taken[engine];
                instructions += engine == 0 ? executed : 0;
                if (made is JitEngine jit)
                {
                    texts[n] = $"{Path.GetRelativePath(directory, images[n])}: {executed} instructions, {jit.ExecutedInstructions} as translated code, {jit.TranslatedInstructions} translated, left {string.Join('/', jit.Leaves)} times";
                }
            }

            excess.Add((taken[1] - taken[0], texts[n]));
            if (ends[0] != ends[1])
            {
                different++;
                Console.WriteLine($"{images[n]}: interpreter {ends[0]}; jit {ends[1]}");
            }

            if ((n + 1) % Math.Max(1, images.Length / Reports) == 0 || n + 1 == images.Length)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {n + 1} | {instructions} | {seconds[0]:F1} | {seconds[1]:F1} | {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} |"));
            }
        }

        foreach ((double more, string text) in excess.OrderByDescending(image => image.Seconds).Take(Slowest).Concat(excess.OrderBy(image => image.Seconds).Take(Slowest)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{more * 1e3:F1} ms more with jit: {text}"));
        }

        long peak = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.WriteLine($"{different} of {images.Length} images end differently");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {peak / 1e6:F0} MB of {MostBytes / 1e6:F0}: {(peak <= MostBytes ? "within the bound" : "TOO MUCH")}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CPU time with jit / with interpreter: {seconds[1] / seconds[0]:F3}"));
        Environment.ExitCode = different > 0 || peak > MostBytes ? 1 : 0;
    }

    private static (string End, long Instructions) RunOnce(string path, Func<ExecutionEngine> engine)
    {
        FirmwareImage image = ImageReader.Read(path);
        using Device device = new(DeviceCatalogue.Find("generic"), new DeviceOptions { Engine = engine });
        device.Load(image);
        using MemoryStream output = new();
        using GnuSemihosting semihosting = new(Stream.Null, output, output);
        semihosting.Attach(device, image);
        StopReason stop = device.Run(MaximumCycles);
        byte[] memory = new byte[1 << 20];
        device.Peek(0, memory);
        ulong hash = (ulong)device.ExitCode.GetValueOrDefault();
        foreach (ulong word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(memory))
        {
            hash = (hash ^ word ^ (word >> 32)) * 0x100000001B3;
        }

        ActivityLedger ledger = device.Ledger;
        string registers = string.Join(' ', Enumerable.Range(0, 16).Select(register => device.GetRegister(register).ToString("X", CultureInfo.InvariantCulture)));
        return (
            $"{stop}, exit {device.ExitCode}, {device.Cycles} cycles, {ledger.Instructions} instructions, {ledger.SramReads}/{ledger.SramWrites} accesses, output {output.Length}, registers {registers}, memory {hash:X16}",
            ledger.Instructions);
    }
}
