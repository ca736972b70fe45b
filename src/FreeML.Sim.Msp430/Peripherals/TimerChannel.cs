using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>A capture/compare block of a timer: its fields, its latch, its output.</summary>
internal sealed class TimerChannel
{
    private const int Rising = 1;
    private const int Falling = 2;

    // By OUTMOD: what happens to the output at CCRn, and at CCR0 (SLAU367, table "Output Modes").
    private static readonly OutputAction[] AtCompare =
    [
        OutputAction.Keep, OutputAction.Set, OutputAction.Toggle, OutputAction.Set,
        OutputAction.Toggle, OutputAction.Reset, OutputAction.Toggle, OutputAction.Reset,
    ];

    private static readonly OutputAction[] AtPeriod =
    [
        OutputAction.Keep, OutputAction.Keep, OutputAction.Reset, OutputAction.Reset,
        OutputAction.Keep, OutputAction.Keep, OutputAction.Set, OutputAction.Set,
    ];

    private readonly TimerModule _timer;
    private readonly Signal?[] _inputs;
    private readonly Action<bool, SimTime> _inputChanged;

    // The input that is listened to, and the level that the selected one had when it was last heard of.
    private Signal? _heard;
    private bool _inputLevel;
    private bool _wasCapture;
    private bool _hasUnreadCapture;
    private bool _out;

    /// <summary>A block.</summary>
    /// <param name="timer">Its timer.</param>
    /// <param name="index">0 to 6.</param>
    /// <param name="inputs">CCInA and CCInB; null where ground is.</param>
    /// <param name="output">TAx.n, driven by this block.</param>
    public TimerChannel(TimerModule timer, int index, Signal?[] inputs, Signal output)
    {
        _timer = timer;
        _inputs = inputs;
        _inputChanged = InputChanged;
        Index = index;
        Output = output.DrivenBy(timer.Refresh, timer.NeedsChanged);
        Request = new TriggerLine($"{timer.Name}CCR{index}", Taken, timer.NeedsChanged);
    }

    private enum OutputAction
    {
        Keep,
        Set,
        Reset,
        Toggle,
    }

    public int Index { get; }

    /// <summary>TAx.n.</summary>
    public Signal Output { get; }

    /// <summary>CCIFG as a request to the DMA controller; it comes only while the flag does not interrupt.</summary>
    public TriggerLine Request { get; }

    public Field CaptureMode { get; set; }

    public Field InputSelect { get; set; }

    public Field Synchronize { get; set; }

    /// <summary>SCCI; Timer_A only.</summary>
    public Field? LatchedInput { get; set; }

    /// <summary>CLLD; Timer_B only.</summary>
    public Field? LoadEvent { get; set; }

    public Field IsCapture { get; set; }

    public Field OutputMode { get; set; }

    public Field Enable { get; set; }

    public Field OutputBit { get; set; }

    public Field Overflow { get; set; }

    public Field Flag { get; set; }

    /// <summary>CCRn as software sees it.</summary>
    public Field Register { get; set; }

    /// <summary>What the counter is compared with: CCRn itself, or in a Timer_B the latch behind it.</summary>
    public int Compare { get; private set; }

    /// <summary>Whether CCRn was written and waits for its latch's load event.</summary>
    public bool LoadIsDue { get; set; }

    /// <summary>Whether an edge waits for the next timer clock to be captured.</summary>
    public bool CaptureIsDue { get; private set; }

    public bool Compares => !IsCapture.IsSet;

    /// <summary>Whether the counter's arrival at CCRn would make something happen.</summary>
    public bool CompareMatters => Compares
        && ((!Flag.IsSet && (Enable.IsSet || Request.HasListener)) || (Output.IsObserved && Changes(AtCompare[OutputMode.Value])));

    /// <summary>Whether the end of the period may be seen at the output.</summary>
    public bool PeriodMatters => Output.IsObserved && Compares && Index != 0 && AtPeriod[OutputMode.Value] is not OutputAction.Keep;

    /// <summary>CCI.</summary>
    public bool Input => InputSelect.Value switch
    {
        0 or 1 => _inputs[InputSelect.Value]?.Level ?? false,
        2 => false,
        _ => true,
    };

    public void Reset()
    {
        Flag.Clear();
        Overflow.Clear();
        LatchedInput?.Clear();
        (Compare, LoadIsDue, CaptureIsDue, _hasUnreadCapture, _wasCapture) = (0, false, false, false, false);
        SetOutput(false, _timer.Now);
        FollowInput();
        _inputLevel = Input;
    }

    /// <summary>TACLR resets an output that was set for good.</summary>
    public void Clear(SimTime time)
    {
        if (AtCompare[OutputMode.Value] is OutputAction.Set && AtPeriod[OutputMode.Value] is OutputAction.Keep)
        {
            SetOutput(false, time);
        }
    }

    /// <summary>CCTLn was written.</summary>
    public void ControlWritten(SimTime now)
    {
        FollowInput();
        bool before = _inputLevel;
        _inputLevel = Input;
        if (_inputLevel != before && _wasCapture)
        {
            Edge(now);
        }

        _wasCapture = IsCapture.IsSet;
        CaptureIsDue &= _wasCapture;
        if (OutputMode.Value == 0)
        {
            SetOutput(OutputBit.IsSet, now);
        }
    }

    /// <summary>The latch takes over what CCRn holds.</summary>
    public void Load()
    {
        LoadIsDue = false;
        Compare = Register.Value;
    }

    /// <summary>CCRn was read.</summary>
    public void RegisterRead() => _hasUnreadCapture = false;

    /// <summary>The counter came to CCRn.</summary>
    public void Match(SimTime time)
    {
        // An input that is listened to may be just changing: the level before is the one of this moment.
        LatchedInput?.Assign(_heard is null ? Input : _inputLevel);
        Raise(time);
        Act(AtCompare[OutputMode.Value], time);
    }

    /// <summary>The period ended.</summary>
    public void EndPeriod(SimTime time)
    {
        if (Index != 0 && Compares)
        {
            Act(AtPeriod[OutputMode.Value], time);
        }
    }

    /// <summary>Takes the counter's value.</summary>
    public void Capture(SimTime time)
    {
        CaptureIsDue = false;
        if (_hasUnreadCapture)
        {
            Overflow.Set();
        }

        _hasUnreadCapture = true;
        Field register = Register;
        register.Value = _timer.Position;
        Compare = register.Value;
        Raise(time);
    }

    /// <summary>Whole periods passed unseen; what they leave behind at the output is only which way a toggling one stands.</summary>
    /// <param name="periods">How many; the last one is still to come.</param>
    /// <param name="counter">At any place in the period.</param>
    public void SkipPeriods(long periods, TimerCounter counter)
    {
        bool hasPeriodAction = Index != 0
            && AtPeriod[OutputMode.Value] is not OutputAction.Keep
            && (counter.Mode is TimerMode.Up || counter.VisitsTo(counter.Limit) > 0);
        bool coincides = Compare == (counter.Mode is TimerMode.Up ? 0 : counter.Limit);
        bool togglesOnly = AtCompare[OutputMode.Value] is OutputAction.Toggle && (!hasPeriodAction || coincides);
        if (Compares && togglesOnly && (periods & counter.VisitsTo(Compare) & 1) != 0)
        {
            SetOutput(!_out, _timer.Now);
        }
    }

    private bool Changes(OutputAction action) => action switch
    {
        OutputAction.Set => !_out,
        OutputAction.Reset => _out,
        _ => action is OutputAction.Toggle,
    };

    private void Act(OutputAction action, SimTime time)
    {
        if (Changes(action))
        {
            SetOutput(!_out, time);
        }
    }

    private void SetOutput(bool level, SimTime time)
    {
        _out = level;
        Output.Set(level, time);
    }

    private void Raise(SimTime time)
    {
        if (!Flag.IsSet)
        {
            Flag.Set();
            _timer.UpdateInterrupts();
            if (!Enable.IsSet)
            {
                Request.Fire(time);
            }
        }
    }

    private void Taken()
    {
        Flag.Clear();
        _timer.UpdateInterrupts();
        _timer.NeedsChanged();
    }

    // A wire whose edges cost events is listened to only while it is captured.
    private void FollowInput()
    {
        Signal? input = InputSelect.Value < 2 ? _inputs[InputSelect.Value] : null;
        bool captures = IsCapture.IsSet && CaptureMode.Value != 0;
        Signal? wanted = input is { IsComputed: true } && !captures ? null : input;
        if (wanted != _heard)
        {
            _heard?.Changed -= _inputChanged;
            _heard = wanted;
            wanted?.Changed += _inputChanged;
        }
    }

    private void InputChanged(bool level, SimTime time)
    {
        _timer.CountTo(time);
        _inputLevel = level;
        Edge(time);
    }

    private void Edge(SimTime time)
    {
        int edge = _inputLevel ? Rising : Falling;
        if (!IsCapture.IsSet || (CaptureMode.Value & edge) == 0)
        {
            return;
        }

        if (Synchronize.IsSet && _timer.IsRunning)
        {
            CaptureIsDue = true;
        }
        else
        {
            Capture(time);
        }

        _timer.NeedsChanged();
    }
}
