namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// How long, or for how many cycles, modules were active. Modules report when an activity begins, changes its pace and ends; amounts are
/// computed when asked for. Prices are somebody else's business.
/// </summary>
/// <remarks>
/// Amounts depend on when activities changed and on the time asked for, and on nothing else: it makes no difference how often they are looked
/// at in between.
/// </remarks>
public sealed class ModuleLedger
{
    /// <summary>Number of activities.</summary>
    public static readonly int Count = Enum.GetValues<ModuleActivity>().Length;

    // Paces are whole thousandths of a hertz, so that what is added is taken away again to nothing.
    private const double PaceUnit = 1e-3;

    private readonly double[] _amounts = new double[Count];
    private readonly long[] _paces = new long[Count];
    private readonly SimTime[] _since = new SimTime[Count];
    private readonly bool[] _hasBegun = new bool[Count];

    /// <summary>Hears when an activity begins for the first time.</summary>
    internal Action? Begun { private get; init; }

    /// <summary>Whether a meter's activity has ever had a pace; what is only added by <see cref="Add"/> has none.</summary>
    public bool HasBegun(ModuleActivity activity) => _hasBegun[(int)activity];

    /// <summary>A module's meter for one of its activities.</summary>
    public ActivityMeter Meter(ModuleActivity activity) => new(this, activity);

    /// <summary>Something was done whose amount is known at once: the multiplier's cycles for an operation.</summary>
    public void Add(ModuleActivity activity, double amount) => _amounts[(int)activity] += amount;

    /// <summary>The present pace, of all modules of the kind: hertz, or the number of modules active.</summary>
    public double Pace(ModuleActivity activity) => _paces[(int)activity] * PaceUnit;

    /// <summary>Cycles, or seconds, since power-up.</summary>
    public double AmountAt(ModuleActivity activity, SimTime now)
    {
        int n = (int)activity;
        return _paces[n] == 0 ? _amounts[n] : _amounts[n] + (_paces[n] * PaceUnit * (now - _since[n]).TotalSeconds);
    }

    /// <summary>All amounts at a time, by <see cref="ModuleActivity"/>.</summary>
    public void CopyTo(Span<double> amounts, SimTime now)
    {
        for (int n = 0; n < Count; n++)
        {
            amounts[n] = AmountAt((ModuleActivity)n, now);
        }
    }

    internal static long PaceOf(double hertz) => (long)Math.Round(hertz / PaceUnit);

    internal void Change(ModuleActivity activity, long change, SimTime now)
    {
        int n = (int)activity;
        _amounts[n] = AmountAt(activity, now);
        _since[n] = now;
        _paces[n] += change;
        if (_paces[n] != 0 && !_hasBegun[n])
        {
            _hasBegun[n] = true;
            Begun?.Invoke();
        }
    }
}

/// <summary>What one module reports of one of its activities; made by <see cref="ModuleLedger.Meter"/>.</summary>
public sealed class ActivityMeter
{
    private readonly ModuleLedger _ledger;
    private readonly ModuleActivity _activity;
    private long _pace;

    internal ActivityMeter(ModuleLedger ledger, ModuleActivity activity)
    {
        _ledger = ledger;
        _activity = activity;
    }

    /// <summary>The activity goes on at another pace from now on.</summary>
    /// <param name="hertz">For a count of cycles, the frequency of its clock; 0 while it is not active.</param>
    /// <param name="now">When.</param>
    public void SetRate(double hertz, SimTime now)
    {
        long pace = ModuleLedger.PaceOf(hertz);
        if (pace != _pace)
        {
            _ledger.Change(_activity, pace - _pace, now);
            _pace = pace;
        }
    }

    /// <summary>For a count of time: the activity begins or ends.</summary>
    public void SetActive(bool active, SimTime now) => SetRate(active ? 1 : 0, now);
}
