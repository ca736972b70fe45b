using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>ADC12_B, base 0x0800.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapter ADC12_B. A conversion is a trigger, a wait for the reference if that has to settle, a sampling time, and 14, 12
/// or 10 clocks for 12, 10 or 8 bits and one more. Times are counted from the trigger: MODOSC starts with it, and the synchronisation with
/// another clock, up to one of its cycles, is left out. The voltage is taken at the end of the sampling time, without noise, errors of
/// gain and offset, or a source's resistance.</para>
/// <para>Left out: the internal channels 0 to 3 (ADC12ICHxMAP), which no device of the family has; the lower resolution of ADC12PWRMD.</para>
/// </remarks>
public sealed class Adc12 : Peripheral
{
    private const int Memories = 32;
    private const int TemperatureChannel = 30;
    private const int BatteryChannel = 31;
    private const int ExtraClocks = 1;

    // Sampling time in clocks, by ADC12SHTx.
    private static readonly int[] SampleClocks = [4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 512, 512, 512, 512, 512];

    private static readonly int[] PreDividers = [1, 4, 32, 64];

    // Conversion clocks and bits, by ADC12RES; the last code is reserved and taken as 12 bits.
    private static readonly (int Clocks, int Bits)[] Resolutions = [(10, 8), (12, 10), (14, 12), (14, 12)];

    // Positive and negative reference, by ADC12VRSEL.
    private static readonly (Rail High, Rail Low)[] Ranges =
    [
        (Rail.Supply, Rail.Ground), (Rail.Internal, Rail.Ground), (Rail.NegativePin, Rail.Ground), (Rail.PositivePin, Rail.Ground),
        (Rail.PositivePin, Rail.Ground), (Rail.Supply, Rail.PositivePin), (Rail.Supply, Rail.PositivePin), (Rail.Internal, Rail.PositivePin),
        (Rail.Supply, Rail.Ground), (Rail.Supply, Rail.Internal), (Rail.Supply, Rail.Ground), (Rail.PositivePin, Rail.Internal),
        (Rail.Supply, Rail.NegativePin), (Rail.Internal, Rail.NegativePin), (Rail.PositivePin, Rail.NegativePin), (Rail.PositivePin, Rail.NegativePin),
    ];

    private readonly IDeviceControl _device;
    private readonly AnalogInputs _inputs;
    private readonly ReferenceGenerator _reference;
    private readonly ClockLine[] _clocks;
    private readonly Signal?[] _triggers;
    private readonly InterruptGroup _interrupts;
    private readonly ScheduledEvent _step;
    private readonly ActivityMeter _meter;
    private readonly ActivityMeter _lowPowerMeter;
    private readonly double _sensorVolts;
    private readonly Field[] _memoryFlags = new Field[Memories];
    private readonly Control[] _control = new Control[Memories];
    private readonly Action<bool, SimTime> _triggerChanged;

    private Field _startConversion;
    private Field _enable;
    private Field _on;
    private Field _multiple;
    private Field _sampleTimeLow;
    private Field _sampleTimeHigh;
    private Field _busy;
    private Field _sequenceMode;
    private Field _clockSelect;
    private Field _divider;
    private Field _invertTrigger;
    private Field _pulseMode;
    private Field _triggerSelect;
    private Field _preDivider;
    private Field _lowPower;
    private Field _signed;
    private Field _resolution;
    private Field _startAddress;
    private Field _mapBattery;
    private Field _mapTemperature;
    private Field _lowThreshold;
    private Field _highThreshold;
    private Field _inside;
    private Field _below;
    private Field _above;
    private Field _overflow;
    private Field _timeOverflow;
    private Field _ready;

    private Phase _phase;
    private int _address;
    private bool _startLevel;
    private bool _isSpent;
    private bool _usesReference;
    private double _sample;
    private Signal? _trigger;
    private ClockLine? _clock;
    private long _clockTarget;

    /// <summary>ADC12_B.</summary>
    /// <param name="device">The device.</param>
    /// <param name="inputs">What it measures.</param>
    /// <param name="reference">REF_A.</param>
    /// <param name="clocks">MODCLK, ACLK, MCLK, SMCLK: by ADC12SSEL.</param>
    /// <param name="triggers">By ADC12SHS; the first, ADC12SC, is null.</param>
    /// <param name="scheduler">For the steps of a conversion.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="activities">For what it draws.</param>
    /// <param name="constants">Numbers.</param>
    /// <param name="celsius">Temperature of the chip.</param>
    public Adc12(
        IDeviceControl device,
        AnalogInputs inputs,
        ReferenceGenerator reference,
        IReadOnlyList<ClockLine> clocks,
        IReadOnlyList<Signal?> triggers,
        Scheduler scheduler,
        InterruptLine interrupt,
        ModuleLedger activities,
        AnalogConstants constants,
        double celsius)
        : base("ADC12", 0x0800, "ADC12")
    {
        _device = device;
        _inputs = inputs;
        _reference = reference;
        _clocks = [.. clocks];
        _triggers = [.. triggers];
        _interrupts = new InterruptGroup(interrupt);
        _step = scheduler.Register("ADC12", Step);
        _meter = activities.Meter(ModuleActivity.AdcConversion);
        _lowPowerMeter = activities.Meter(ModuleActivity.AdcConversionLowPower);
        _sensorVolts = constants.SensorAtZero.Value + (constants.SensorSlope.Value * celsius);
        _triggerChanged = TriggerChanged;
        reference.BecameReady += ReferenceReady;
        foreach (ClockLine clock in _clocks)
        {
            clock.Changed += () =>
            {
                if (_clock == clock)
                {
                    _step.At(clock.TimeOf(_clockTarget));
                }
            };
        }
    }

    private enum Rail
    {
        Ground,
        Supply,
        Internal,
        PositivePin,
        NegativePin,
    }

    private enum Phase
    {
        Idle,
        AwaitsReference,
        Samples,
        SamplesWhileTriggered,
        Converts,
    }

    /// <summary>Requested at the end of a conversion, of a sequence at the end of its last one; taking it leaves the flag to the access of the result.</summary>
    public TriggerLine ConversionEnded { get; } = new("ADC12IFG");

    private bool IsSequence => (_sequenceMode.Value & 1) != 0;

    private bool Repeats => (_sequenceMode.Value & 2) != 0;

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        // The reference has forgotten its requests in the same reset.
        _usesReference = false;
        Rest(_device.Now);
        _isSpent = false;
        _startLevel = false;
        Listen();
        _interrupts.Update();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "CTL0")
            .Field(0, 1, "ADC12SC", out _startConversion)
            .Field(1, 1, "ADC12ENC", out _enable, onChange: EnableChanged)
            .Reserved(2, 2)
            .Field(4, 1, "ADC12ON", out _on, onChange: OnChanged)
            .Reserved(5, 2)
            .Field(7, 1, "ADC12MSC", out _multiple)
            .Field(8, 4, "ADC12SHT0", out _sampleTimeLow)
            .Field(12, 4, "ADC12SHT1", out _sampleTimeHigh)
            .Locked(0xFF80, () => _enable.IsSet)
            .OnWritten(FollowStart);

        map.Word(0x02, "CTL1")
            .Field(0, 1, "ADC12BUSY", out _busy, Access.ReadOnly)
            .Field(1, 2, "ADC12CONSEQ", out _sequenceMode)
            .Field(3, 2, "ADC12SSEL", out _clockSelect)
            .Field(5, 3, "ADC12DIV", out _divider)
            .Field(8, 1, "ADC12ISSH", out _invertTrigger)
            .Field(9, 1, "ADC12SHP", out _pulseMode)
            .Field(10, 3, "ADC12SHS", out _triggerSelect)
            .Field(13, 2, "ADC12PDIV", out _preDivider)
            .Reserved(15, 1)
            .Locked(0xFFF8, () => _enable.IsSet);

        map.Word(0x04, "CTL2")
            .Field(0, 1, "ADC12PWRMD", out _lowPower)
            .Reserved(1, 2)
            .Field(3, 1, "ADC12DF", out _signed)
            .Field(4, 2, "ADC12RES", out _resolution, reset: 2)
            .Reserved(6, 10)
            .Locked(0xFFFF, () => _enable.IsSet);

        map.Word(0x06, "CTL3")
            .Field(0, 5, "ADC12CSTARTADD", out _startAddress)
            .Reserved(5, 1)
            .Field(6, 1, "ADC12BATMAP", out _mapBattery)
            .Field(7, 1, "ADC12TCMAP", out _mapTemperature)
            .NotModelled(8, 1, "ADC12ICH0MAP")
            .NotModelled(9, 1, "ADC12ICH1MAP")
            .NotModelled(10, 1, "ADC12ICH2MAP")
            .NotModelled(11, 1, "ADC12ICH3MAP")
            .Reserved(12, 4)
            .Locked(0xFFFF, () => _enable.IsSet);

        map.Word(0x08, "LO").Field(0, 16, "threshold", out _lowThreshold);
        map.Word(0x0A, "HI").Field(0, 16, "threshold", out _highThreshold, reset: 0x0FFF);
        DefineFlags(map);
        for (int n = 0; n < Memories; n++)
        {
            int memory = n;
            map.Word(0x20 + (2 * (uint)n), $"MCTL{n}")
                .Field(0, 5, "ADC12INCH", out Field channel)
                .Reserved(5, 2)
                .Field(7, 1, "ADC12EOS", out Field last)
                .Field(8, 4, "ADC12VRSEL", out Field range)
                .Reserved(12, 1)
                .Field(13, 1, "ADC12DIF", out Field differential)
                .Field(14, 1, "ADC12WINC", out Field window)
                .Reserved(15, 1)
                .Locked(0xFFFF, () => _enable.IsSet);
            map.Word(0x60 + (2 * (uint)n), $"MEM{n}")
                .Field(0, 16, "result", out Field result, onRead: () => Read(memory), onWrite: _ => ClearFlag(memory));
            _control[n] = new Control(channel, last, range, differential, window, result);
        }
    }

    private void DefineFlags(RegisterMap map)
    {
        FieldRegister low = map.Word(0x0C, "IFGR0");
        FieldRegister high = map.Word(0x0E, "IFGR1");
        FieldRegister other = map.Word(0x10, "IFGR2").Reserved(0, 1);
        FieldRegister lowEnables = map.Word(0x12, "IER0");
        FieldRegister highEnables = map.Word(0x14, "IER1");
        FieldRegister otherEnables = map.Word(0x16, "IER2").Reserved(0, 1);

        // Priority is that of the vector's numbers; the flags of results wait for the results to be read.
        Pair(4, "OV", 0x02, out _overflow);
        Pair(5, "TOV", 0x04, out _timeOverflow);
        Pair(3, "HI", 0x06, out _above);
        Pair(2, "LO", 0x08, out _below);
        Pair(1, "IN", 0x0A, out _inside);
        for (int n = 0; n < Memories; n++)
        {
            (n < 16 ? low : high).Field(n % 16, 1, $"ADC12IFG{n}", out _memoryFlags[n], onChange: _interrupts.Update);
            (n < 16 ? lowEnables : highEnables).Field(n % 16, 1, $"ADC12IE{n}", out Field enable, onChange: _interrupts.Update);
            _interrupts.Add(0x0C + (2 * n), _memoryFlags[n], enable, isClearedByVector: false);
        }

        Pair(6, "RDY", 0x4C, out _ready);
        other.Reserved(7, 9);
        otherEnables.Reserved(7, 9);
        map.Word(0x18, "IV").Field(0, 16, "vector", onRead: _interrupts.Take, onWrite: _ => _interrupts.ClearAll());

        void Pair(int bit, string name, int number, out Field flag)
        {
            other.Field(bit, 1, $"ADC12{name}IFG", out flag, onChange: _interrupts.Update);
            otherEnables.Field(bit, 1, $"ADC12{name}IE", out Field enable, onChange: _interrupts.Update);
            _interrupts.Add(number, flag, enable);
        }
    }

    private int Read(int memory)
    {
        ClearFlag(memory);
        return _control[memory].Result.Value;
    }

    private void ClearFlag(int memory)
    {
        if (_memoryFlags[memory].IsSet)
        {
            _memoryFlags[memory].Clear();
            _interrupts.Update();
        }
    }

    // ADC12SC takes effect after ADC12ENC of the same write.
    private void FollowStart()
    {
        bool level = _startConversion.IsSet;
        if (level != _startLevel)
        {
            _startLevel = level;
            if (_triggerSelect.Value == 0)
            {
                Trigger(level, _device.Now);
            }
        }

        ClearStartOfPulse();
    }

    private void ClearStartOfPulse()
    {
        if (_pulseMode.IsSet)
        {
            _startConversion.Clear();
            _startLevel = false;
        }
    }

    private void EnableChanged()
    {
        Listen();
        if (_enable.IsSet)
        {
            _isSpent = false;
            if (_phase is Phase.Idle)
            {
                _address = _startAddress.Value;
            }
        }
        else if (_sequenceMode.Value == 0)
        {
            // A single conversion is stopped at once; what repeats or is a sequence comes to its end first.
            Rest(_device.Now);
        }
        else if (_phase is Phase.Idle)
        {
            Rest(_device.Now);
        }
    }

    private void OnChanged()
    {
        if (!_on.IsSet)
        {
            Rest(_device.Now);
        }
    }

    // Hears of the chosen timer's edges only while they can start something.
    private void Listen()
    {
        Signal? wanted = _enable.IsSet ? _triggers[_triggerSelect.Value] : null;
        if (wanted == _trigger)
        {
            return;
        }

        if (_trigger is not null)
        {
            _trigger.Changed -= _triggerChanged;
        }

        _trigger = wanted;
        if (_trigger is not null)
        {
            _trigger.Changed += _triggerChanged;
        }
    }

    private void TriggerChanged(bool level, SimTime time) => Trigger(level, time);

    // SHI after ADC12ISSH: its rising edge starts, and in extended mode its falling edge ends the sampling.
    private void Trigger(bool level, SimTime time)
    {
        level ^= _invertTrigger.IsSet;
        if (!level)
        {
            if (_phase is Phase.SamplesWhileTriggered)
            {
                TakeSample(time);
            }

            return;
        }

        if (!_enable.IsSet || !_on.IsSet || _isSpent)
        {
            return;
        }

        if (_phase is not Phase.Idle)
        {
            _timeOverflow.Set();
            _interrupts.Update();
            return;
        }

        Begin(time);
    }

    private void Begin(SimTime now)
    {
        _busy.Set();
        Measure(active: true, now);
        UseReference(UsesInternal(Ranges[_control[_address].Range.Value]), now);
        if (_usesReference && !_reference.IsReady)
        {
            _phase = Phase.AwaitsReference;
            return;
        }

        Sample(now);
    }

    private void ReferenceReady(SimTime time)
    {
        if (_usesReference)
        {
            _ready.Set();
            _interrupts.Update();
        }

        if (_phase is Phase.AwaitsReference)
        {
            Sample(time);
        }
    }

    private void Sample(SimTime now)
    {
        if (!_pulseMode.IsSet)
        {
            _phase = Phase.SamplesWhileTriggered;
            return;
        }

        _phase = Phase.Samples;
        Wait(SampleClocks[_address is >= 8 and < 24 ? _sampleTimeHigh.Value : _sampleTimeLow.Value], now);
    }

    private void TakeSample(SimTime now)
    {
        _sample = Level(_control[_address], now);
        _phase = Phase.Converts;
        Wait(Resolutions[_resolution.Value].Clocks + ExtraClocks, now);
    }

    private void Wait(int clocks, SimTime now)
    {
        long cycles = (long)clocks * PreDividers[_preDivider.Value] * (_divider.Value + 1);
        ClockLine line = _clocks[_clockSelect.Value];
        if (_clock != line)
        {
            StopClock();
            line.Request();
            _clock = line;
        }

        // Counted from now on, not from the clock's last edge.
        _clockTarget = line.CountAt(now) + cycles;
        _step.At(line.Rate.IsStopped ? SimTime.MaxValue : now + line.Rate.CyclesToTime(cycles));
    }

    private void Step(SimTime time)
    {
        if (_phase is Phase.Samples)
        {
            TakeSample(time);
        }
        else if (_phase is Phase.Converts)
        {
            Finish(time);
        }
    }

    private void Finish(SimTime time)
    {
        int memory = _address;
        Control control = _control[memory];
        Store(memory, control);
        bool isLast = !IsSequence || control.Last.IsSet;
        _address = isLast ? _startAddress.Value : (memory + 1) % Memories;

        // Cleared ENC ends a repetition here, and a sequence after its last conversion.
        bool goesOn = !isLast || (Repeats && _enable.IsSet);
        _phase = Phase.Idle;
        if (goesOn && _multiple.IsSet && _pulseMode.IsSet)
        {
            Begin(time);
        }
        else
        {
            // The next one waits for its trigger. Without repetition only ADC12SC starts again while ENC stays.
            _isSpent = !goesOn && _triggerSelect.Value != 0;
            Pause(keepsBusy: goesOn && IsSequence && !isLast, time);
        }

        if (isLast)
        {
            ConversionEnded.Fire(time);
        }
    }

    private void Store(int memory, Control control)
    {
        int bits = Resolutions[_resolution.Value].Bits;
        int code = Code(control, bits);
        int value = _signed.IsSet ? (ushort)((code - (1 << (bits - 1))) << (16 - bits)) : code;
        if (_memoryFlags[memory].IsSet)
        {
            _overflow.Set();
        }

        Field result = control.Result;
        result.Value = value;
        _memoryFlags[memory].Set();
        if (control.Window.IsSet)
        {
            Compare(value).Set();
        }

        _interrupts.Update();
    }

    private Field Compare(int value)
    {
        int low = _lowThreshold.Value;
        int high = _highThreshold.Value;
        if (_signed.IsSet)
        {
            (value, low, high) = ((short)value, (short)low, (short)high);
        }

        return value > high ? _above : value < low ? _below : _inside;
    }

    private int Code(Control control, int bits)
    {
        (double Supply, double Buffer) volts = _device.Volts;
        (Rail High, Rail Low) range = Ranges[control.Range.Value];
        double low = VoltsOf(range.Low, volts);
        double span = VoltsOf(range.High, volts) - low;
        int codes = 1 << bits;
        if (span <= 0)
        {
            return _sample > low ? codes - 1 : 0;
        }

        double share = control.Differential.IsSet ? ((_sample / span) + 1) / 2 : (_sample - low) / span;
        return (int)Math.Clamp(Math.Floor((share * codes) + 0.5), 0, codes - 1);
    }

    // What is between the inputs at the end of the sampling time.
    private double Level(Control control, SimTime time)
    {
        (double Supply, double Buffer) volts = _device.Volts;
        int channel = control.Channel.Value;
        return control.Differential.IsSet
            ? Channel(channel & ~1).At(volts) - Channel(channel | 1).At(volts)
            : Channel(channel).At(volts);

        VoltageMix Channel(int number) => number switch
        {
            BatteryChannel when _mapBattery.IsSet => VoltageMix.Supply * 0.5,
            TemperatureChannel when _mapTemperature.IsSet => VoltageMix.Of(_sensorVolts),
            _ => _inputs.Channel($"A{number}").At(time),
        };
    }

    private double VoltsOf(Rail rail, (double Supply, double Buffer) volts) => rail switch
    {
        Rail.Supply => volts.Supply,
        Rail.Internal => _reference.VoltsAt(volts.Supply),
        Rail.PositivePin => _inputs.Channel("A1").At(_device.Now).At(volts),
        Rail.NegativePin => _inputs.Channel("A0").At(_device.Now).At(volts),
        _ => 0,
    };

    private static bool UsesInternal((Rail High, Rail Low) range) => range.High is Rail.Internal || range.Low is Rail.Internal;

    private void UseReference(bool uses, SimTime now)
    {
        if (uses == _usesReference)
        {
            return;
        }

        _usesReference = uses;
        _reference.SetConverting(uses, now);
        if (uses)
        {
            _reference.Request(now);
        }
        else
        {
            _reference.Release(now);
        }
    }

    private void Measure(bool active, SimTime now)
    {
        _meter.SetActive(active && !_lowPower.IsSet, now);
        _lowPowerMeter.SetActive(active && _lowPower.IsSet, now);
    }

    private void StopClock()
    {
        _clock?.Release();
        _clock = null;
    }

    // Between two conversions.
    private void Pause(bool keepsBusy, SimTime now)
    {
        _phase = Phase.Idle;
        _step.Cancel();
        StopClock();
        Measure(active: false, now);
        UseReference(uses: false, now);
        _busy.Assign(keepsBusy);
    }

    private void Rest(SimTime now)
    {
        Pause(keepsBusy: false, now);
        _address = _startAddress.Value;
    }

    // The fields of ADC12MCTLx and ADC12MEMx.
    private readonly record struct Control(Field Channel, Field Last, Field Range, Field Differential, Field Window, Field Result);
}
