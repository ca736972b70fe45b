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

    // Of the inner loop of a dense multiplication (12 cycles): its code stays in the cache, its two streams of words fill a line for every
    // four words each, and it writes two operands into the multiplier.
    private const double FillsPerCycle = 0.5 / 12;
    private const double PeripheralWritesPerCycle = 2.0 / 12;
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
