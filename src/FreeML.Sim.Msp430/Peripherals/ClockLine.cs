namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>
/// A clock as its users see it. It never ticks: how many cycles it has made, and when it will have made more, is computed from its
/// rate.
/// </summary>
/// <remarks>A change of rate restarts the present cycle; the fraction of a cycle before it is dropped.</remarks>
public sealed class ClockLine
{
    private SimTime _since;
    private long _count;

    /// <summary>A stopped clock.</summary>
    public ClockLine(string name) => Name = name;

    /// <summary>Raised after the rate changed.</summary>
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
    public void SetRate(ClockRate rate, SimTime now)
    {
        if (rate == Rate)
        {
            return;
        }

        _count = CountAt(now);
        _since = now;
        Rate = rate;
        Changed?.Invoke();
    }
}
