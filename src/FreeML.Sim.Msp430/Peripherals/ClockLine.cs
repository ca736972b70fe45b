namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>
/// A clock as its users see it. It never ticks: how many cycles it has made, and when it will have made more, is computed from its
/// rate.
/// </summary>
/// <remarks>A change of rate takes the begun part of the present cycle along: half a cycle before is half a cycle after.</remarks>
public sealed class ClockLine
{
    // The begun part of a cycle in units of 2^-56 cycles: with it, all products below fit in 128 bits.
    private const int PhaseBits = 56;

    // Cycle number _count began at _since; while the clock stands, _phase is the part of it that had passed.
    private SimTime _since;
    private long _count;
    private ulong _phase;

    /// <summary>A stopped clock.</summary>
    public ClockLine(string name) => Name = name;

    /// <summary>Raised after the rate changed, or after the clock was held.</summary>
    public event Action? Changed;

    /// <summary>Raised after the first user asked for the clock or the last one let go.</summary>
    internal event Action? RequestsChanged;

    /// <summary>Name as in the user's guide.</summary>
    public string Name { get; }

    /// <summary>The present rate; stopped while a low-power mode gates it.</summary>
    public ClockRate Rate { get; private set; }

    /// <summary>How many peripherals need the clock to run. Their requests keep it alive in low-power modes.</summary>
    public int Requests { get; private set; }

    /// <summary>Whole cycles made since the beginning.</summary>
    public long CountAt(SimTime now) => _count + Rate.TimeToCycles(now - _since);

    /// <summary>When <see cref="CountAt"/> will be <paramref name="count"/>; never, if the clock is stopped.</summary>
    /// <param name="count">Not below the present count.</param>
    public SimTime TimeOf(long count) => _since + Rate.CyclesToTime(count - _count);

    /// <summary>Keeps the clock running.</summary>
    public void Request()
    {
        if (++Requests == 1)
        {
            RequestsChanged?.Invoke();
        }
    }

    /// <summary>Ends a <see cref="Request"/>.</summary>
    public void Release()
    {
        if (--Requests == 0)
        {
            RequestsChanged?.Invoke();
        }
    }

    /// <summary>Gives the clock a new rate.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="now">When.</param>
    /// <param name="hold">How long the clock stands still before it goes on.</param>
    public void SetRate(ClockRate rate, SimTime now, SimTime hold = default)
    {
        if (rate == Rate && hold == SimTime.Zero)
        {
            return;
        }

        if (!Rate.IsStopped && now >= _since)
        {
            long count = CountAt(now);
            SimTime begun = now - TimeOf(count);
            (_count, _phase) = (count, PhaseOf(begun));
        }

        Rate = rate;
        _since = rate.IsStopped ? now : now + hold - TimeOfPhase();
        Changed?.Invoke();
    }

    private ulong PhaseOf(SimTime begun) =>
        (ulong)(((UInt128)(ulong)begun.Picoseconds * (ulong)Rate.Numerator << PhaseBits) / PicosecondsTimesDenominator);

    private SimTime TimeOfPhase() =>
        SimTime.FromPicoseconds((long)((_phase * PicosecondsTimesDenominator / (ulong)Rate.Numerator) >> PhaseBits));

    private UInt128 PicosecondsTimesDenominator => (UInt128)SimTime.PicosecondsPerSecond * (ulong)Rate.Denominator;
}
