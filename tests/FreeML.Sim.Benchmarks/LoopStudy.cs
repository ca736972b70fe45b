using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// How many times as fast as the interpreter the JIT is, start included, on endless loops and on the images of a directory: quick enough to be
/// run after each change.
/// </summary>
internal static class LoopStudy
{
    private const long Cycles = 200_000_000;
    private const int Pairs = 3;

    /// <summary>Runs it.</summary>
    /// <param name="directory">Directory of images that run long enough, or null.</param>
    public static void Run(string? directory)
    {
        Console.WriteLine("| program | device | interpreter, MIPS | jit, MIPS | ratio |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        IEnumerable<string> images = directory is null ? [] : Directory.GetFiles(directory, "*.elf").Order(StringComparer.Ordinal);
        foreach ((string program, ushort[] words) in Loops.RegisterPrograms)
        {
            Row(program, "msp430fr5994", engine => Loops.Device("msp430fr5994", () => Loops.Engine(engine), words));
        }

        foreach (string name in (string[])["generic", "msp430fr5994"])
        {
            foreach ((string program, ushort[] words) in Loops.Programs)
            {
                Row(program, name, engine => Loops.Device(name, () => Loops.Engine(engine), words));
            }

            foreach (string path in images)
            {
                FirmwareImage image = ImageReader.Read(path);
                Row(Path.GetFileNameWithoutExtension(path), name, engine =>
                {
                    var device = new Device(DeviceCatalogue.Find(name), new DeviceOptions { Engine = () => Loops.Engine(engine) });
                    device.Load(image);
                    return device;
                });
            }
        }
    }

    private static void Row(string program, string name, Func<string, Device> make)
    {
        double[] interpreter = new double[Pairs];
        double[] jit = new double[Pairs];
        for (int pair = 0; pair < Pairs; pair++)
        {
            interpreter[pair] = Mips(() => make("interpreter"));
            jit[pair] = Mips(() => make("jit"));
        }

        Array.Sort(interpreter);
        Array.Sort(jit);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {program} | {name} | {interpreter[Pairs / 2]:F0} | {jit[Pairs / 2]:F0} | {jit[Pairs / 2] / interpreter[Pairs / 2]:F1} |"));
    }

    private static double Mips(Func<Device> make)
    {
        using Device device = make();
        double start = Environment.CpuUsage.TotalTime.TotalSeconds;
        device.Run(Cycles);
        return device.Ledger.Instructions / 1e6 / (Environment.CpuUsage.TotalTime.TotalSeconds - start);
    }
}
