namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A digital wire: a timer's output, a pin, a comparator's output. It carries the time of its edges, because an event may be
/// worked on a little after it was due, in the middle of an instruction.
/// </summary>
public sealed class Signal
{
    /// <summary>A wire at low level.</summary>
    /// <param name="name">For diagnostics and waveforms: "TA0.1", "P1.0".</param>
    public Signal(string name) => Name = name;

    /// <summary>Called after each edge, with the new level and the time of the edge.</summary>
    public event Action<bool, SimTime>? Changed;

    /// <summary>Name for diagnostics and waveforms.</summary>
    public string Name { get; }

    /// <summary>Whether the wire is high.</summary>
    public bool Level { get; private set; }

    /// <summary>Drives the wire; nothing happens if it has this level.</summary>
    public void Set(bool level, SimTime time)
    {
        if (level != Level)
        {
            Level = level;
            Changed?.Invoke(level, time);
        }
    }
}
