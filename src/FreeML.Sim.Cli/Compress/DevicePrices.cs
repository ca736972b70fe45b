using FreeML.Compiler.Compression;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Compress;

/// <summary>What the compiler has to know of a device's prices, from the simulator's power model.</summary>
internal static class DevicePrices
{
    /// <summary>Clock that predictions are made for: the fastest without wait states.</summary>
    public const double ClockHertz = 8e6;

    /// <summary>Supply voltage that predictions are made for.</summary>
    public const double Volts = 3.0;

    // Of the inner loop of a dense multiplication (8.2 cycles): it writes two operands into the multiplier. Its unrolled code and its streams of words
    // push each other out of the cache; so many lines are filled that a cycle costs what compile --report measures for LeNet-5, 0.47 nJ.
    private const double FillsPerCycle = 2.3 / 8.2;
    private const double PeripheralWritesPerCycle = 2.0 / 8.2;
    private const long Cycles = 1_200_000;

    /// <summary>Prices of code and data in FRAM.</summary>
    public static DeviceCosts Of(PowerModel model)
    {
        double seconds = Cycles / ClockHertz;
        ActivityLedger work = new() { CacheMisses = (long)(FillsPerCycle * Cycles), PeripheralWrites = (long)(PeripheralWritesPerCycle * Cycles) };
        ActivityLedger write = new() { FramWrites = 1 };
        return new DeviceCosts(ClockHertz, Joules(model.Price(default, work, Cycles, seconds, Volts)) / Cycles, Joules(model.Price(default, write, 0, 0, Volts)));
    }

    private static double Joules(PerActivity charge)
    {
        double coulombs = 0;
        foreach (double part in charge)
        {
            coulombs += part;
        }

        return coulombs * Volts;
    }
}
