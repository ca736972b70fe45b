namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A pin of the chip: driven from inside by its port or by a module's output, from outside by the board, or by neither and then pulled up,
/// pulled down or floating.
/// </summary>
/// <remarks>
/// Where both sides drive against each other the chip wins; on a board something gets warm. A floating pin's input reads as it did last;
/// on silicon it reads anything. A module's output is followed edge by edge only while somebody listens to the pin; otherwise its level is
/// asked for when the pin is read.
/// </remarks>
public sealed class Pin
{
    private readonly Func<SimTime> _now;
    private readonly Action<bool, SimTime> _follow;
    private Action<PinLevel, SimTime>? _changed;
    private PinLevel _port;
    private PinLevel _pull;
    private Signal? _source;
    private bool _isFollowing;
    private bool _watchedByPort;
    private PinLevel _level;

    /// <summary>A floating pin.</summary>
    /// <param name="name">"P1.0".</param>
    /// <param name="now">The present.</param>
    public Pin(string name, Func<SimTime> now)
    {
        Name = name;
        _now = now;
        _follow = (_, time) => Update(time);
    }

    /// <summary>Called after each change of the level, with its time.</summary>
    public event Action<PinLevel, SimTime>? Changed
    {
        add
        {
            _changed += value;
            FollowIfWatched();
        }

        remove
        {
            _changed -= value;
            FollowIfWatched();
        }
    }

    /// <summary>Name as in the data sheet.</summary>
    public string Name { get; }

    /// <summary>What the board drives.</summary>
    public PinLevel Outside { get; private set; }

    /// <summary>The present level.</summary>
    public PinLevel Level
    {
        get
        {
            Refresh();
            return _level;
        }
    }

    /// <summary>What an input buffer makes of the level.</summary>
    public bool Input { get; private set; }

    /// <summary>Whether <see cref="Input"/> follows a module's output only when asked.</summary>
    internal bool IsComputed => _source is not null && !_isFollowing;

    /// <summary>Called when somebody begins to drive the pin high or low, for the port. It does not make the pin watched.</summary>
    internal Action<bool, SimTime>? InputDriven { get; set; }

    /// <summary>Whether the port must hear of every edge, because an interrupt depends on it.</summary>
    internal bool WatchedByPort
    {
        set
        {
            _watchedByPort = value;
            FollowIfWatched();
        }
    }

    /// <summary>The board drives the pin, or lets go of it.</summary>
    public void DriveOutside(PinLevel level, SimTime time)
    {
        Outside = level;
        Update(time);
    }

    /// <summary>The port drives the pin, or leaves it to the outside and a resistor.</summary>
    /// <param name="level">What it drives.</param>
    /// <param name="pull">Where the resistor goes; nowhere if there is none.</param>
    /// <param name="time">When.</param>
    internal void Drive(PinLevel level, PinLevel pull, SimTime time) => Configure(null, level, pull, time);

    /// <summary>A module's output drives the pin.</summary>
    internal void DriveFrom(Signal source, SimTime time) => Configure(source, PinLevel.HighImpedance, PinLevel.HighImpedance, time);

    /// <summary>Brings level and input up to date with a module's output that nobody listens to.</summary>
    internal void Refresh()
    {
        if (IsComputed)
        {
            Update(_now());
        }
    }

    private void Configure(Signal? source, PinLevel level, PinLevel pull, SimTime time)
    {
        (_port, _pull) = (level, pull);
        if (source != _source)
        {
            Unfollow();
            _source = source;
            FollowIfWatched();
        }

        Update(time);
    }

    private void FollowIfWatched()
    {
        bool wanted = _source is not null && (_changed is not null || _watchedByPort);
        if (wanted == _isFollowing)
        {
            return;
        }

        if (wanted)
        {
            _isFollowing = true;
            _source!.Changed += _follow;
            Update(_now());
        }
        else
        {
            Unfollow();
        }
    }

    private void Unfollow()
    {
        if (_isFollowing)
        {
            _isFollowing = false;
            _source!.Changed -= _follow;
        }
    }

    private void Update(SimTime time)
    {
        PinLevel inside = _source is null ? _port : _source.Level ? PinLevel.High : PinLevel.Low;
        PinLevel level = inside is not PinLevel.HighImpedance ? inside : Outside is not PinLevel.HighImpedance ? Outside : _pull;
        if (level == _level)
        {
            return;
        }

        _level = level;
        if (level is not PinLevel.HighImpedance)
        {
            Input = level is PinLevel.High;
            InputDriven?.Invoke(Input, time);
        }

        _changed?.Invoke(level, time);
    }
}
