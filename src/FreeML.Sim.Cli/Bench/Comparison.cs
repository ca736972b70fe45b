using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Bench;

/// <summary>This simulator and another on the same program, taking turns, so that a busy host is busy for both.</summary>
/// <param name="Program">The program.</param>
/// <param name="Device">The device it ran on here.</param>
/// <param name="Simulator">The other simulator.</param>
/// <param name="OtherMips">Its million instructions a second, program start included: the median.</param>
/// <param name="Ratio">How many times faster this one is: the median of the pairs. Null if the other does not run the program.</param>
internal sealed record Comparison(string Program, string Device, string Simulator, double OtherMips, double? Ratio)
{
    private const int Pairs = 3;

    /// <summary>Compares on a program with an exit call.</summary>
    public static Comparison Of(BenchProgram program, OtherSimulator other, CancellationToken interrupted)
    {
        // Where there is most to count: the real device comes first.
        DeviceDescription device = program.Devices[0];
        string elf = Path.Combine(Path.GetTempPath(), $"{Application.Name}-{Guid.NewGuid():N}.elf");
        List<(double Mips, double Ratio)> pairs = [];
        try
        {
            File.WriteAllBytes(elf, ElfFile.Bytes(program.Image));
            for (int pair = 0; pair < Pairs; pair++)
            {
                Speed own = Speed.Measure(program, device, interrupted);
                if (own.Run.Stop is not StopReason.Exited || other.Time(elf, program.ExitAddress!.Value, own.Run.ExitCode!.Value, interrupted) is not { } seconds)
                {
                    return new Comparison(program.Name, device.Name, other.Name, 0, null);
                }

                pairs.Add((own.Run.Ledger.Instructions / seconds / 1e6, seconds / own.Seconds));
            }
        }
        finally
        {
            File.Delete(elf);
        }

        return new Comparison(program.Name, device.Name, other.Name, Median(pairs.Select(pair => pair.Mips)), Median(pairs.Select(pair => pair.Ratio)));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Pairs / 2);
}
