using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Power;

namespace FreeML.Sim;

/// <summary>What was done while a program was in one phase.</summary>
public struct PhaseTotals
{
    /// <summary>MCLK cycles in which the CPU was active.</summary>
    public long Cycles;

    /// <summary>Time with power, asleep or awake, boot included.</summary>
    public double Seconds;

    /// <summary>What the chip consumed.</summary>
    public PerActivity Joules;

    /// <summary>The charge that this would have taken at a voltage factor of 1: the same work has the same, whatever the voltage was.</summary>
    public PerActivity NominalCoulombs;

    /// <summary>What is in these books and was not in earlier ones.</summary>
    public readonly PhaseTotals Since(PhaseTotals earlier)
    {
        PhaseTotals since = this;
        since.Add(earlier, -1);
        return since;
    }

    /// <summary>Adds other books, or takes them off.</summary>
    /// <param name="other">The other books.</param>
    /// <param name="sign">1 or -1.</param>
    public void Add(PhaseTotals other, int sign = 1)
    {
        Cycles += sign * other.Cycles;
        Seconds += sign * other.Seconds;
        Joules.Add(other.Joules, sign);
        NominalCoulombs.Add(other.NominalCoulombs, sign);
    }
}

/// <summary>A program went from one phase to another.</summary>
/// <param name="From">The phase before.</param>
/// <param name="To">The phase now.</param>
/// <param name="TimeSeconds">When, since the start of the run.</param>
public readonly record struct PhaseChange(int From, int To, double TimeSeconds);

/// <summary>
/// Watches pins on which a program shows, as a binary number, what it is doing, and keeps a book for each number. The numbers change at
/// the end of the instruction that drives the pins; a pin that nobody drives high counts as 0, and so does a device without power.
/// </summary>
/// <remarks>
/// While a meter watches, a slice of the run also ends where a pin changes; a run without one does not know of it. Between the pins' change
/// and <see cref="Changed"/> no instruction runs, so whoever hears of it finds memory as it was at that moment and may write to it, as a
/// debugger does.
/// </remarks>
public sealed class PhaseMeter : IDisposable
{
    private readonly Device _device;
    private readonly Pin[] _pins;
    private readonly PhaseTotals[] _totals;
    private readonly Action<PinLevel, SimTime> _pinChanged;

    /// <summary>Begins to watch.</summary>
    /// <param name="device">Whose pins.</param>
    /// <param name="pins">Their names, the lowest bit first; 1 to 8.</param>
    /// <exception cref="InputException">The device has no such pin.</exception>
    public PhaseMeter(Device device, params IReadOnlyList<string> pins)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pins.Count is >= 1 and <= 8, true);
        _device = device;
        _pins = [.. pins.Select(name => device.FindPin(name) ?? throw new InputException(device.Description.Name, null, $"no pin {name}", "a device with it"))];
        _totals = new PhaseTotals[1 << _pins.Length];
        _pinChanged = (_, _) => _device.ComeBack();
        foreach (Pin pin in _pins)
        {
            pin.Changed += _pinChanged;
        }
    }

    /// <summary>Called after each change, when all up to it is in the books.</summary>
    public Action<PhaseChange>? Changed { get; set; }

    /// <summary>The phase at the end of the last slice.</summary>
    public int Phase { get; private set; }

    /// <summary>The books, by phase.</summary>
    public ReadOnlySpan<PhaseTotals> Totals => _totals;

    /// <summary>The books of several phases in one.</summary>
    public PhaseTotals Sum(params ReadOnlySpan<int> phases)
    {
        PhaseTotals sum = default;
        foreach (int phase in phases)
        {
            sum.Add(_totals[phase]);
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Pin pin in _pins)
        {
            pin.Changed -= _pinChanged;
        }
    }

    // The factor turns charge into that at a voltage factor of 1.
    internal void Book(long cycles, double seconds, PerActivity charge, double joules, double nominal)
    {
        ref PhaseTotals totals = ref _totals[Phase];
        totals.Cycles += cycles;
        totals.Seconds += seconds;
        totals.NominalCoulombs.Add(charge, nominal);
        if (charge.Total is > 0 and var coulombs)
        {
            totals.Joules.Add(charge, joules / coulombs);
        }
    }

    internal void BookBoot(double seconds, double joules, double nominalCoulombs)
    {
        ref PhaseTotals totals = ref _totals[0];
        totals.Seconds += seconds;
        totals.Joules[(int)Activity.Boot] += joules;
        totals.NominalCoulombs[(int)Activity.Boot] += nominalCoulombs;
    }

    internal void Follow(double timeSeconds)
    {
        int phase = 0;
        for (int n = 0; n < _pins.Length; n++)
        {
            phase |= _pins[n].Level is PinLevel.High ? 1 << n : 0;
        }

        if (phase != Phase)
        {
            PhaseChange change = new(Phase, phase, timeSeconds);
            Phase = phase;
            Changed?.Invoke(change);
        }
    }
}
