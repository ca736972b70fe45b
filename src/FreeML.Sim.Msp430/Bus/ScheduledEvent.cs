namespace FreeML.Sim.Msp430.Bus;

/// <summary>A callback that can be scheduled, moved and cancelled any number of times; made by <see cref="Scheduler.Register"/>.</summary>
public sealed class ScheduledEvent
{
    private readonly Scheduler _scheduler;
    private readonly int _order;

    internal ScheduledEvent(Scheduler scheduler, string name, Action<SimTime> callback, int order)
    {
        _scheduler = scheduler;
        _order = order;
        Name = name;
        Callback = callback;
    }

    /// <summary>Name for diagnostics.</summary>
    public string Name { get; }

    /// <summary>Whether the event is waiting to run.</summary>
    public bool IsScheduled { get; internal set; }

    /// <summary>When it is due; <see cref="SimTime.MaxValue"/> when it is not scheduled.</summary>
    public SimTime Time => IsScheduled ? DueTime : SimTime.MaxValue;

    internal Action<SimTime> Callback { get; }

    internal ScheduledEvent? Next { get; set; }

    internal ScheduledEvent? Previous { get; set; }

    private SimTime DueTime { get; set; }

    /// <summary>Schedules the event, moving it if it was scheduled; <see cref="SimTime.MaxValue"/> cancels it.</summary>
    public void At(SimTime time)
    {
        Cancel();
        if (time < SimTime.MaxValue)
        {
            DueTime = time;
            _scheduler.Insert(this);
        }
    }

    /// <summary>Takes the event off the list, if it is on it.</summary>
    public void Cancel()
    {
        if (IsScheduled)
        {
            _scheduler.Remove(this);
        }
    }

    internal bool Precedes(ScheduledEvent other) =>
        DueTime < other.DueTime || (DueTime == other.DueTime && _order < other._order);
}
