using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// What the translator leaves to the interpreter's handlers in all images below a directory, by form, if everything that runs twice is
/// translated. An image's program is taken for as much as it runs: those that run longer count more.
/// </summary>
internal static class CoverageStudy
{
    private const long MaximumCycles = 20_000_000;

    /// <summary>Runs it.</summary>
    /// <param name="directory">Directory of unpacked images.</param>
    /// <param name="every">Only each n-th of them.</param>
    public static void Run(string directory, int every)
    {
        string[] images = [.. Directory.GetFiles(directory, "*.elf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, n) => n % every == 0)];
        var refused = new Dictionary<string, long>(StringComparer.Ordinal);
        long instructions = 0;
        long translated = 0;
        foreach (string path in images)
        {
            using var log = new TranslationLog();
            FirmwareImage image = ImageReader.Read(path);
            using var device = new Device(DeviceCatalogue.Find("generic"), new DeviceOptions { Engine = () => new JitEngine(0, 20) { Log = log } });
            device.Load(image);
            using var semihosting = new GnuSemihosting(Stream.Null, Stream.Null, Stream.Null);
            semihosting.Attach(device, image);
            device.Run(MaximumCycles);
            instructions += device.Ledger.Instructions;
            translated += ((JitEngine)device.Engine).ExecutedInstructions;
            foreach ((string form, long count) in log.Refused)
            {
                refused[form] = refused.GetValueOrDefault(form) + count;
            }
        }

        long left = refused.Values.Sum();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{images.Length} images: {instructions} instructions, {translated} as translated code, {left} ({(double)left / instructions:P3}) left to handlers"));
        foreach ((string form, long count) in refused.OrderByDescending(row => row.Value).ThenBy(row => row.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {form,-28} {count,12}"));
        }
    }
}
