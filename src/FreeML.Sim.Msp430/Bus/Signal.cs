namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A digital wire: a timer's output, a pin's way to a module, a comparator's output. It carries the time of its edges, because an event may
/// be worked on a little after it was due, in the middle of an instruction.
/// </summary>
/// <remarks>
/// Who drives a wire may do so only when somebody looks: with <see cref="DrivenBy"/> it is asked to bring the wire up to date before its
/// level is read, and told when the first listener came or the last one left. A wire that nobody drives stays low.
/// </remarks>
public sealed class Signal
{
    private Action<bool, SimTime>? _changed;
    private Action? _refresh;
    private Action? _observationChanged;
    private bool _level;

    /// <summary>A wire.</summary>
    /// <param name="name">For diagnostics and waveforms: "TA0.1", "P1.0".</param>
    /// <param name="level">Its level until somebody drives it.</param>
    public Signal(string name, bool level = false)
    {
        Name = name;
        _level = level;
    }

    /// <summary>Called after each edge, with the new level and the time of the edge.</summary>
    public event Action<bool, SimTime>? Changed
    {
        add
        {
            // What happened before is not news.
            _refresh?.Invoke();
            bool wasObserved = IsObserved;
            _changed += value;
            ReportObservation(wasObserved);
        }

        remove
        {
            bool wasObserved = IsObserved;
            _changed -= value;
            ReportObservation(wasObserved);
        }
    }

    /// <summary>Name for diagnostics and waveforms.</summary>
    public string Name { get; }

    /// <summary>Whether somebody hears of the edges.</summary>
    public bool IsObserved => _changed is not null;

    /// <summary>Whether a module drives the wire.</summary>
    public bool IsDriven { get; private set; }

    /// <summary>Whether the level is worked out when it is read; hearing of the edges then costs an event for each.</summary>
    public bool IsComputed => _refresh is not null;

    /// <summary>Whether the wire is high.</summary>
    public bool Level
    {
        get
        {
            _refresh?.Invoke();
            return _level;
        }
    }

    /// <summary>A module says that it drives the wire.</summary>
    /// <param name="refresh">Called before the level is read, for a module that follows its time only when asked.</param>
    /// <param name="observationChanged">Called when <see cref="IsObserved"/> has changed.</param>
    /// <exception cref="InvalidOperationException">Another one does.</exception>
    public Signal DrivenBy(Action? refresh = null, Action? observationChanged = null)
    {
        if (IsDriven)
        {
            throw new InvalidOperationException($"Two modules drive {Name}.");
        }

        IsDriven = true;
        (_refresh, _observationChanged) = (refresh, observationChanged);
        return this;
    }

    /// <summary>Drives the wire; nothing happens if it has this level.</summary>
    public void Set(bool level, SimTime time)
    {
        if (level != _level)
        {
            _level = level;
            _changed?.Invoke(level, time);
        }
    }

    private void ReportObservation(bool wasObserved)
    {
        if (wasObserved != IsObserved)
        {
            _observationChanged?.Invoke();
        }
    }
}
