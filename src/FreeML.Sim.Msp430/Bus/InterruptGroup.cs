namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// Several interrupt flags behind one vector and one "IV" register (TAxIV, PxIV, SYSSNIV...): reading it returns the number of the
/// highest flag that is set and enabled and clears that flag; writing it clears them all.
/// </summary>
public sealed class InterruptGroup
{
    private readonly InterruptLine _line;
    private readonly List<Source> _sources = [];

    /// <summary>A group on a line.</summary>
    public InterruptGroup(InterruptLine line) => _line = line;

    /// <summary>Adds a source. The lowest number has the highest priority.</summary>
    /// <param name="number">Value that the IV register reports.</param>
    /// <param name="flag">The interrupt flag.</param>
    /// <param name="enable">Its enable bit.</param>
    /// <param name="cleared">Called when the IV register cleared the flag.</param>
    /// <param name="isClearedByVector">Whether reading the IV register clears the flag; the flags of an ADC's results wait for the results to be read.</param>
    public void Add(int number, Field flag, Field enable, Action? cleared = null, bool isClearedByVector = true)
    {
        int place = _sources.FindIndex(source => source.Number > number);
        _sources.Insert(place < 0 ? _sources.Count : place, new Source(number, flag, enable, cleared, isClearedByVector));
    }

    /// <summary>Brings the line in step with flags and enables; to be called after either changed.</summary>
    public void Update()
    {
        foreach (Source source in _sources)
        {
            if (source.IsRequesting)
            {
                _line.Set();
                return;
            }
        }

        _line.Clear();
    }

    /// <summary>What a read of the IV register does: the number of the highest requesting source, or 0; its flag is cleared.</summary>
    public int Take()
    {
        foreach (Source source in _sources)
        {
            if (source.IsRequesting)
            {
                if (source.IsClearedByVector)
                {
                    source.Clear();
                    Update();
                }

                return source.Number;
            }
        }

        return 0;
    }

    /// <summary>What a write of the IV register does: all flags are cleared, enabled or not.</summary>
    public void ClearAll()
    {
        foreach (Source source in _sources)
        {
            source.Clear();
        }

        Update();
    }

    private readonly record struct Source(int Number, Field Flag, Field Enable, Action? Cleared, bool IsClearedByVector)
    {
        public bool IsRequesting => Flag.IsSet && Enable.IsSet;

        public void Clear()
        {
            if (Flag.IsSet)
            {
                Flag.Clear();
                Cleared?.Invoke();
            }
        }
    }
}
