using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Firmware;

/// <summary>What a part of a run took.</summary>
/// <param name="Cycles">Active MCLK cycles.</param>
/// <param name="Seconds">Time, asleep or awake.</param>
/// <param name="Joules">Energy by activity, at the voltage that it was priced at.</param>
public sealed record Work(long Cycles, double Seconds, PerActivity Joules)
{
    /// <summary>Nothing at all.</summary>
    public static Work None { get; } = new(0, 0, default);

    /// <summary>All energy.</summary>
    public double TotalJoules => Joules.Total;

    /// <summary>Energy of the FRAM array: lines read and words written, and the cycles that the CPU waits for them.</summary>
    public double FramJoules => Joules[(int)Activity.Wait] + Joules[(int)Activity.FramRead] + Joules[(int)Activity.FramWrite];

    /// <summary>Both, one after the other.</summary>
    public Work Plus(Work other)
    {
        PerActivity joules = Joules;
        joules.Add(other.Joules, 1);
        return new Work(Cycles + other.Cycles, Seconds + other.Seconds, joules);
    }

    /// <summary>All of them, one after the other.</summary>
    public static Work Sum(IEnumerable<Work> parts) => parts.Aggregate(None, (sum, part) => sum.Plus(part));
}

/// <summary>The state of a device's counters, to be compared with a later one.</summary>
internal readonly struct WorkMeter
{
    private readonly ActivityLedger _ledger;
    private readonly PerModule _modules;
    private readonly long _cycles;
    private readonly SimTime _now;

    public WorkMeter(Device device)
    {
        _ledger = device.Ledger;
        _modules = PerModule.Of(device);
        _cycles = device.Cycles;
        _now = device.Now;
    }

    /// <summary>What was done from this state to a later one.</summary>
    /// <param name="later">The later one.</param>
    /// <param name="prices">Prices.</param>
    /// <param name="volts">Supply voltage, in volts.</param>
    /// <param name="smclkHertz">SMCLK, for light sleep.</param>
    public Work Until(in WorkMeter later, PowerModel prices, double volts, double smclkHertz)
    {
        double seconds = (later._now - _now).TotalSeconds;
        double slept = 0;
        double sleepCoulombs = 0;
        for (int mode = 0; mode < PerLowPowerMode.Count; mode++)
        {
            double inMode = SimTime.FromPicoseconds(later._ledger.SleepPicoseconds[mode] - _ledger.SleepPicoseconds[mode]).TotalSeconds;
            slept += inMode;
            sleepCoulombs += inMode * prices.SleepAmps(mode, smclkHertz, volts);
        }

        long cycles = later._cycles - _cycles;
        PerActivity coulombs = prices.Price(_ledger, later._ledger, cycles, seconds - slept, volts);
        coulombs[(int)Activity.Sleep] += sleepCoulombs;
        coulombs[(int)Activity.Module] += prices.PriceModules(_modules, later._modules, volts);
        PerActivity joules = default;
        joules.Add(coulombs, volts);
        return new Work(cycles, seconds, joules);
    }
}
