namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// Simulated time as a sorted list of one-shot callbacks: nobody is polled, a sleeping device costs nothing.
/// </summary>
/// <remarks>
/// Events due at the same time run in the order in which they were registered, so a run does not depend on who
/// re-scheduled last. Scheduling allocates nothing. A device has a few dozen events at most, so the list is a plain
/// linked one.
/// </remarks>
public sealed class Scheduler
{
    private const int MostEventsAtOneTime = 10_000;

    private ScheduledEvent? _first;
    private int _registered;

    /// <summary>Called when the next event has come nearer than it was, so that a running engine can shorten its budget.</summary>
    public Action? Nearer { get; set; }

    /// <summary>When the next event is due; <see cref="SimTime.MaxValue"/> if there is none.</summary>
    public SimTime NextTime => _first?.Time ?? SimTime.MaxValue;

    /// <summary>Registers an event, unscheduled. To be done once, while the device is put together.</summary>
    /// <param name="name">For diagnostics.</param>
    /// <param name="callback">Receives the time for which the event was scheduled, which may lie a little before the present.</param>
    public ScheduledEvent Register(string name, Action<SimTime> callback) => new(this, name, callback, _registered++);

    /// <summary>
    /// Runs everything due at or before <paramref name="now"/>, in order of time, including what the callbacks themselves schedule
    /// within it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Events schedule one another for ever without time going on: a fault of the simulator.</exception>
    public void RunDue(SimTime now)
    {
        SimTime last = SimTime.MinValue;
        int atThisTime = 0;
        while (_first is { } due && due.Time <= now)
        {
            SimTime time = due.Time;
            atThisTime = time > last ? 0 : atThisTime + 1;
            last = SimTime.Max(time, last);
            if (atThisTime > MostEventsAtOneTime)
            {
                throw new InvalidOperationException($"{due.Name} and others schedule themselves again and again for {time}.");
            }

            Remove(due);
            due.Callback(time);
        }
    }

    internal void Insert(ScheduledEvent item)
    {
        ScheduledEvent? before = null;
        ScheduledEvent? after = _first;
        while (after is not null && after.Precedes(item))
        {
            before = after;
            after = after.Next;
        }

        item.Previous = before;
        item.Next = after;
        item.IsScheduled = true;
        after?.Previous = item;
        if (before is not null)
        {
            before.Next = item;
            return;
        }

        _first = item;
        if (after is null || item.Time < after.Time)
        {
            Nearer?.Invoke();
        }
    }

    internal void Remove(ScheduledEvent item)
    {
        item.Next?.Previous = item.Previous;
        if (item.Previous is not null)
        {
            item.Previous.Next = item.Next;
        }
        else
        {
            _first = item.Next;
        }

        item.Previous = null;
        item.Next = null;
        item.IsScheduled = false;
    }
}
