namespace FreeML.Sim.Scenarios;

/// <summary>Samples that come while a device works: some wait, some find no place.</summary>
/// <param name="arrivals">When they come.</param>
internal sealed class SampleQueue(Arrivals arrivals)
{
    private readonly Queue<(long Number, double Seconds)> _waiting = new();
    private long _arrived;

    /// <summary>Samples that found no place.</summary>
    public long Dropped { get; private set; }

    /// <summary>When the next one comes, in seconds; infinite if none does.</summary>
    public double NextSeconds => TimeOf(_arrived);

    /// <summary>Whether there will never be one again.</summary>
    public bool IsExhausted => _waiting.Count == 0 && double.IsPositiveInfinity(NextSeconds);

    /// <summary>Takes the one that came first.</summary>
    /// <param name="now">Time; it does not go back.</param>
    /// <returns>Its number among all that came, from 0, and when it came; null if there is none.</returns>
    public (long Number, double Seconds)? Take(double now)
    {
        if (arrivals.Mode is ArrivalMode.BackToBack)
        {
            return (_arrived++, now);
        }

        Follow(now);
        return _waiting.TryDequeue(out (long, double) first) ? first : null;
    }

    /// <summary>Lets those come that are due.</summary>
    public void Follow(double now)
    {
        if (arrivals.Mode is ArrivalMode.BackToBack)
        {
            return;
        }

        for (; NextSeconds <= now; _arrived++)
        {
            if (_waiting.Count < arrivals.Queue)
            {
                _waiting.Enqueue((_arrived, NextSeconds));
            }
            else
            {
                Dropped++;
            }
        }
    }

    private double TimeOf(long number) => arrivals.Mode switch
    {
        ArrivalMode.Periodic => number * arrivals.PeriodSeconds,
        ArrivalMode.OnEvent when number < arrivals.Times.Length => arrivals.Times[(int)number],
        ArrivalMode.OnEvent => double.PositiveInfinity,
        _ => 0,
    };
}
