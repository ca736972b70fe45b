namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A request from one module to another, as a flag raises it: a timer's CCIFG, a UART's TXIFG, the ADC's end of conversion starting a DMA
/// transfer. Whoever serves it takes it, and its owner then clears the flag.
/// </summary>
public sealed class TriggerLine
{
    private readonly Action? _taken;
    private readonly Action? _listenersChanged;
    private Action<SimTime>? _fired;

    /// <summary>A line.</summary>
    /// <param name="name">For diagnostics: "TA0CCR0".</param>
    /// <param name="taken">Called when the request is served; the owner clears its flag here.</param>
    /// <param name="listenersChanged">Called when <see cref="HasListener"/> has changed, for an owner that follows its time only when asked.</param>
    public TriggerLine(string name, Action? taken = null, Action? listenersChanged = null)
    {
        Name = name;
        _taken = taken;
        _listenersChanged = listenersChanged;
    }

    /// <summary>Called at each rising edge of the request, with its time.</summary>
    public event Action<SimTime>? Fired
    {
        add => Listen(_fired + value);
        remove => Listen(_fired - value);
    }

    /// <summary>Name for diagnostics.</summary>
    public string Name { get; }

    /// <summary>Whether anybody waits for the request.</summary>
    public bool HasListener => _fired is not null;

    /// <summary>The request arises.</summary>
    public void Fire(SimTime time) => _fired?.Invoke(time);

    /// <summary>The request is being served.</summary>
    public void Take() => _taken?.Invoke();

    private void Listen(Action<SimTime>? listeners)
    {
        bool hadListener = HasListener;
        _fired = listeners;
        if (hadListener != HasListener)
        {
            _listenersChanged?.Invoke();
        }
    }
}
