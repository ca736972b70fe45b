using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>COMP_E, base 0x08C0: compares pins, the supply's and the reference's ladder.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapter COMP_E. The output follows the sign of the inputs' difference, a delay later: that of the power mode, and of
/// the filter if it is on. A difference that comes and goes within the delay is not seen. Which supply voltage it waits for is told by
/// <see cref="AnalogInputs.Watch"/>, so that whoever moves the supply stops there; a voltage recorded over time is met at its exact
/// crossing while the supply stands still, and while it moves, at the supply's steps.</para>
/// <para>Simplified: no offset and no noise, so CEEX, which exchanges inputs and output to cancel the offset, changes nothing; shorted inputs
/// leave the output as it is; CEPDx and CEREFACC do nothing.</para>
/// </remarks>
public sealed class ComparatorE : Peripheral
{
    private const double LadderSteps = 32;

    // By CEREFL; the first is off.
    private static readonly double[] Levels = [0, 1.2, 2.0, 2.5];

    private readonly IDeviceControl _device;
    private readonly AnalogInputs _inputs;
    private readonly ReferenceGenerator _reference;
    private readonly InterruptGroup _interrupts;
    private readonly ScheduledEvent _output;
    private readonly ScheduledEvent _started;
    private readonly ScheduledEvent _look;
    private readonly ActivityMeter[] _meters;
    private readonly ActivityMeter _ladderMeter;
    private readonly AnalogConstants _constants;

    private Field _plusChannel;
    private Field _plusEnable;
    private Field _minusChannel;
    private Field _minusEnable;
    private Field _level;
    private Field _inverts;
    private Field _filters;
    private Field _edge;
    private Field _shorts;
    private Field _filterDelay;
    private Field _powerMode;
    private Field _on;
    private Field _manualReference;
    private Field _manualSelect;
    private Field _referenceLow;
    private Field _referenceHigh;
    private Field _referenceOnMinus;
    private Field _source;
    private Field _sourceLevel;
    private Field _flag;
    private Field _inverseFlag;
    private Field _readyFlag;
    private Field _enable;
    private Field _inverseEnable;
    private Field _readyEnable;
    private readonly Action<PinLevel, SimTime> _pinChanged;
    private Pin? _plusPin;
    private Pin? _minusPin;
    private bool _isStarted;
    private bool _sign;
    private bool _usesReference;

    /// <summary>COMP_E.</summary>
    /// <param name="device">The device.</param>
    /// <param name="inputs">What it compares.</param>
    /// <param name="reference">REF_A.</param>
    /// <param name="scheduler">For its delays.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="activities">For what it draws.</param>
    /// <param name="constants">Numbers.</param>
    public ComparatorE(
        IDeviceControl device,
        AnalogInputs inputs,
        ReferenceGenerator reference,
        Scheduler scheduler,
        InterruptLine interrupt,
        ModuleLedger activities,
        AnalogConstants constants)
        : base("COMP_E", 0x08C0, "CE")
    {
        _device = device;
        _inputs = inputs;
        _reference = reference;
        _constants = constants;
        _interrupts = new InterruptGroup(interrupt);
        _output = scheduler.Register("COMP_E output", Settle);
        _started = scheduler.Register("COMP_E start", Started);
        _look = scheduler.Register("COMP_E input", Look);
        ModuleActivity[] modes = [ModuleActivity.ComparatorFast, ModuleActivity.ComparatorNormal, ModuleActivity.ComparatorUltraLow];
        _meters = [.. modes.Select(activities.Meter)];
        _ladderMeter = activities.Meter(ModuleActivity.ComparatorLadder);
        _pinChanged = (_, time) => Look(time);
        inputs.VoltsChanged += () => Look(_device.Now);
        reference.BecameReady += ReferenceReady;
    }

    /// <summary>COUT, for pins and for the timers' capture inputs.</summary>
    public Signal Output { get; } = new("COUT");

    private bool UsesSharedReference => _source.Value >= 2;

    // What the manual selection or the output chooses of the two steps.
    private int LadderStep => (_manualReference.IsSet ? _manualSelect.IsSet : _level.IsSet) ? _referenceHigh.Value : _referenceLow.Value;

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        // The reference has forgotten its requests in the same reset.
        _usesReference = false;
        _output.Cancel();
        _started.Cancel();
        _look.Cancel();
        _sign = false;
        _isStarted = false;
        Configure();
        _interrupts.Update();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "CTL0")
            .Field(0, 4, "CEIPSEL", out _plusChannel, onChange: Configure)
            .Reserved(4, 3)
            .Field(7, 1, "CEIPEN", out _plusEnable, onChange: Configure)
            .Field(8, 4, "CEIMSEL", out _minusChannel, onChange: Configure)
            .Reserved(12, 3)
            .Field(15, 1, "CEIMEN", out _minusEnable, onChange: Configure);

        map.Word(0x02, "CTL1")
            .Field(0, 1, "CEOUT", out _level, Access.ReadOnly)
            .Field(1, 1, "CEOUTPOL", out _inverts, onChange: Configure)
            .Field(2, 1, "CEF", out _filters)
            .Field(3, 1, "CEIES", out _edge)
            .Field(4, 1, "CESHORT", out _shorts, onChange: Configure)
            .Field(5, 1, "CEEX")
            .Field(6, 2, "CEFDLY", out _filterDelay)
            .Field(8, 2, "CEPWRMD", out _powerMode, onChange: Configure)
            .Field(10, 1, "CEON", out _on, onChange: Configure)
            .Field(11, 1, "CEMRVL", out _manualSelect, onChange: Configure)
            .Field(12, 1, "CEMRVS", out _manualReference, onChange: Configure)
            .Reserved(13, 3);

        map.Word(0x04, "CTL2")
            .Field(0, 5, "CEREF0", out _referenceLow, onChange: Configure)
            .Field(5, 1, "CERSEL", out _referenceOnMinus, onChange: Configure)
            .Field(6, 2, "CERS", out _source, onChange: Configure)
            .Field(8, 5, "CEREF1", out _referenceHigh, onChange: Configure)
            .Field(13, 2, "CEREFL", out _sourceLevel, onChange: Configure)
            .Field(15, 1, "CEREFACC");

        map.Word(0x06, "CTL3").Field(0, 16, "CEPD");

        map.Word(0x0C, "INT")
            .Field(0, 1, "CEIFG", out _flag, onChange: FlagsChanged)
            .Field(1, 1, "CEIIFG", out _inverseFlag, onChange: FlagsChanged)
            .Reserved(2, 2)
            .Field(4, 1, "CERDYIFG", out _readyFlag, onChange: FlagsChanged)
            .Reserved(5, 3)
            .Field(8, 1, "CEIE", out _enable, onChange: FlagsChanged)
            .Field(9, 1, "CEIIE", out _inverseEnable, onChange: FlagsChanged)
            .Reserved(10, 2)
            .Field(12, 1, "CERDYIE", out _readyEnable, onChange: FlagsChanged)
            .Reserved(13, 3);

        _interrupts.Add(0x02, _flag, _enable);
        _interrupts.Add(0x04, _inverseFlag, _inverseEnable);
        _interrupts.Add(0x0A, _readyFlag, _readyEnable);
        map.Word(0x0E, "IV").Field(0, 16, "vector", onRead: _interrupts.Take, onWrite: _ => _interrupts.ClearAll());
    }

    private void FlagsChanged()
    {
        _interrupts.Update();
        UpdateWatch(_device.Now);
    }

    private void Configure()
    {
        SimTime now = _device.Now;
        UseReference(_on.IsSet && UsesSharedReference && _sourceLevel.Value != 0, now);
        int mode = Math.Min(_powerMode.Value, _meters.Length - 1);
        for (int n = 0; n < _meters.Length; n++)
        {
            _meters[n].SetActive(_on.IsSet && n == mode, now);
        }

        _ladderMeter.SetActive(_on.IsSet && _source.Value is 1 or 2, now);
        FollowPin(ref _plusPin, _plusEnable, _plusChannel);
        FollowPin(ref _minusPin, _minusEnable, _minusChannel);
        if (!_on.IsSet)
        {
            _started.Cancel();
            _output.Cancel();
            _isStarted = false;
            _sign = false;
            Drive(false, now, raisesFlags: false);
        }
        else if (!_isStarted && !_started.IsScheduled)
        {
            _started.At(now + SimTime.FromSeconds(_constants.ComparatorTurnOn[mode].Value));
        }

        Look(now);
    }

    // A pin without an analog source is at the level that somebody drives it to.
    private void FollowPin(ref Pin? followed, Field enable, Field channel)
    {
        Pin? pin = _on.IsSet && enable.IsSet ? _inputs.DigitalPin($"C{channel.Value}") : null;
        if (pin == followed)
        {
            return;
        }

        if (followed is not null)
        {
            followed.Changed -= _pinChanged;
        }

        followed = pin;
        if (pin is not null)
        {
            pin.Changed += _pinChanged;
        }
    }

    private void Started(SimTime time)
    {
        _isStarted = true;
        if (!_usesReference || _reference.IsReady)
        {
            Ready();
        }

        _sign = SignAt(time);
        Drive(_sign, time, raisesFlags: true);
        Look(time);
    }

    private void ReferenceReady(SimTime time)
    {
        if (_usesReference && _isStarted)
        {
            Ready();
            Look(time);
        }
    }

    private void Ready()
    {
        _readyFlag.Set();
        _interrupts.Update();
    }

    private void UseReference(bool uses, SimTime now)
    {
        if (uses == _usesReference)
        {
            return;
        }

        _usesReference = uses;
        if (uses)
        {
            _reference.Request(now);
        }
        else
        {
            _reference.Release(now);
        }
    }

    // The inputs may have crossed.
    private void Look(SimTime time)
    {
        if (_isStarted && !_shorts.IsSet)
        {
            bool sign = SignAt(time);
            if (sign != _sign)
            {
                _sign = sign;
                _output.At(time + Delay());
            }
            else if (!_output.IsScheduled)
            {
                // The polarity may have changed.
                Drive(sign, time, raisesFlags: true);
            }
        }

        UpdateWatch(time);
    }

    private SimTime Delay()
    {
        double seconds = _constants.ComparatorDelay[Math.Min(_powerMode.Value, _constants.ComparatorDelay.Count - 1)].Value;
        return SimTime.FromSeconds(_filters.IsSet ? seconds + _constants.ComparatorFilter[_filterDelay.Value].Value : seconds);
    }

    private void Settle(SimTime time)
    {
        Drive(_sign, time, raisesFlags: true);

        // The other step of the ladder counts from now on.
        Look(time);
    }

    private void Drive(bool sign, SimTime time, bool raisesFlags)
    {
        bool level = _on.IsSet && sign != _inverts.IsSet;
        if (level == _level.IsSet)
        {
            return;
        }

        _level.Assign(level);
        Output.Set(level, time);
        if (raisesFlags)
        {
            (level != _edge.IsSet ? _flag : _inverseFlag).Set();
            _interrupts.Update();
        }
    }

    private bool SignAt(SimTime time) => Difference(time).At(_inputs.Volts) > 0;

    private VoltageMix Difference(SimTime time) => Plus(time) - Minus(time);

    private VoltageMix Plus(SimTime time) =>
        _plusEnable.IsSet ? _inputs.Channel($"C{_plusChannel.Value}").At(time) : _referenceOnMinus.IsSet ? default : ReferenceVolts();

    private VoltageMix Minus(SimTime time) =>
        _minusEnable.IsSet ? _inputs.Channel($"C{_minusChannel.Value}").At(time) : _referenceOnMinus.IsSet ? ReferenceVolts() : default;

    private VoltageMix ReferenceVolts()
    {
        double share = (LadderStep + 1) / LadderSteps;
        return _source.Value switch
        {
            0 => default,
            1 => VoltageMix.Supply * share,
            2 => VoltageMix.Of(SharedVolts()) * share,
            _ => VoltageMix.Of(SharedVolts()),
        };
    }

    // Zero until the generator has settled.
    private double SharedVolts() =>
        _usesReference && _reference.IsReady ? _reference.Drop(Levels[_sourceLevel.Value], _inputs.Volts.Supply) : 0;

    // What to wait for: the supply, and what is recorded over time.
    private void UpdateWatch(SimTime time)
    {
        if (!_isStarted || _shorts.IsSet)
        {
            _look.Cancel();
            _inputs.Watch = null;
            return;
        }

        VoltageMix difference = Difference(time);
        bool rises = _sign == _inverts.IsSet;
        bool interrupts = rises != _edge.IsSet ? _enable.IsSet : _inverseEnable.IsSet;
        _inputs.Watch = difference.FollowsPower ? new VoltageWatch(difference, _sign, interrupts) : null;
        _look.At(NextLook(difference.At(_inputs.Volts), time));
    }

    // When what is recorded reaches the crossing, or bends.
    private SimTime NextLook(double difference, SimTime time)
    {
        Waveform? plus = _plusEnable.IsSet ? _inputs.Channel($"C{_plusChannel.Value}").Recorded : null;
        Waveform? minus = _minusEnable.IsSet ? _inputs.Channel($"C{_minusChannel.Value}").Recorded : null;
        SimTime next = SimTime.Min(plus?.NextBend(time) ?? SimTime.MaxValue, minus?.NextBend(time) ?? SimTime.MaxValue);
        double slope = (plus?.SlopeAt(time) ?? 0) - (minus?.SlopeAt(time) ?? 0);
        double seconds = -difference / slope;
        if (seconds > 0 && double.IsFinite(seconds))
        {
            // A picosecond beyond, where the sign has changed.
            next = SimTime.Min(next, time + SimTime.FromSeconds(seconds) + SimTime.FromPicoseconds(1));
        }

        return next;
    }
}
