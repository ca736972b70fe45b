using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>A Timer_A or a Timer_B: a counter with capture/compare blocks.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapters Timer_A and Timer_B. The counter is never ticked: its value, its flags and its outputs are worked out when
/// somebody looks, and an event is scheduled only for what somebody waits for: an enabled interrupt, a DMA channel, an edge of an output
/// that is listened to.</para>
/// <para>An output changes when the counter comes to CCRn, and in up mode when it rolls from CCR0 to 0 (guide, "Output Example, Timer in Up
/// Mode"; elsewhere when it comes to CCR0). Where both fall together CCRn decides. The registers survive a PUC.</para>
/// <para>Simplified: reading the counter while it runs from a clock other than MCLK is exact, where the guide warns; a synchronised capture
/// takes the value that the counter has after the next timer clock; SCCI of an input that is itself a clock or another timer's output is
/// latched when somebody looks; TBxOUTH does nothing.</para>
/// </remarks>
public sealed class TimerModule : Peripheral
{
    private const int Aclk = 1;
    private const int Smclk = 2;
    private const int OverflowNumber = 0x0E;

    // By CNTL.
    private static readonly int[] Lengths = [16, 12, 10, 8];

    // By TBCLGRP: the block whose CLLD and whose load count for each block.
    private static readonly int[][] GroupLeaders =
    [
        [0, 1, 2, 3, 4, 5, 6],
        [0, 1, 1, 3, 3, 5, 5],
        [0, 1, 1, 1, 4, 4, 4],
        [1, 1, 1, 1, 1, 1, 1],
    ];

    private readonly IDeviceControl _device;
    private readonly bool _isTimerB;
    private readonly ClockLine?[] _lines;
    private readonly Signal?[] _wires;
    private readonly TimerChannel[] _channels;
    private readonly ScheduledEvent _next;
    private readonly InterruptLine _firstLine;
    private readonly InterruptGroup _otherInterrupts;
    private readonly ActivityMeter _meter;

    private Field _flag;
    private Field _enable;
    private Field _mode;
    private Field _inputDivider;
    private Field _source;
    private Field _length;
    private Field _grouping;
    private Field _extraDivider;
    private Field _value;
    private bool _clears;

    // The counter had its value when its clock's count was _origin; the next one comes with the count _origin + _divider.
    private TimerCounter _counter = new();
    private long _origin;
    private int _divider = 1;

    // What is counted: a clock line, or the rising edges of a wire; neither while the timer stands.
    private ClockLine? _line;
    private Signal? _wire;
    private long _edges;
    private SimTime _edgeTime;

    // Part of the divider's count that was made when the timer was stopped.
    private long _phase;

    // Counts before this one were made at another rate.
    private (long Count, SimTime Time) _rateSince;
    private bool _isCounting;
    private bool _needsChanged;

    /// <summary>A timer.</summary>
    /// <param name="description">Which one.</param>
    /// <param name="device">The device.</param>
    /// <param name="clocks">ACLK and SMCLK.</param>
    /// <param name="signals">For its inputs and outputs.</param>
    /// <param name="scheduler">For its events.</param>
    /// <param name="firstLine">Makes the interrupt of CCR0, given what its service does.</param>
    /// <param name="otherLine">The interrupt of the other blocks and of the overflow.</param>
    /// <param name="activities">Where its clock's cycles are counted.</param>
    public TimerModule(
        TimerDescription description,
        IDeviceControl device,
        ClockSystem clocks,
        SignalTable signals,
        Scheduler scheduler,
        Func<Action, InterruptLine> firstLine,
        InterruptLine otherLine,
        ModuleLedger activities)
        : base(description.Name, description.BaseAddress, description.Name)
    {
        _device = device;
        _isTimerB = description.IsTimerB;
        _lines = [null, clocks.Aclk, clocks.Smclk, null];
        _wires = [Wire(description.Clock), null, null, Wire(description.SecondClock)];
        _next = scheduler.Register(Name, Wake);
        _firstLine = firstLine(ServeFirst);
        _otherInterrupts = new InterruptGroup(otherLine);
        _meter = activities.Meter(_isTimerB ? ModuleActivity.TimerB : ModuleActivity.TimerA);
        _channels =
        [
            .. description.Inputs.Select((input, n) => new TimerChannel(this, n, [Wire(input.A), Wire(input.B)], signals[$"{Name}.{n}"])),
        ];
        clocks.Aclk.Changed += () => ClockChanged(clocks.Aclk);
        clocks.Smclk.Changed += () => ClockChanged(clocks.Smclk);

        Signal? Wire(string? name) => name is null ? null : signals[name];
    }

    /// <summary>Requests of the blocks' flags, for the DMA controller: by block.</summary>
    public IReadOnlyList<TriggerLine> Requests => [.. _channels.Select(channel => channel.Request)];

    internal SimTime Now => _device.Now;

    /// <summary>The counter's value when it was last counted.</summary>
    internal int Position => _counter.Position;

    internal bool IsRunning => _counter.Mode is not TimerMode.Stop;

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        if (kind >= ResetKind.Por)
        {
            _counter = new TimerCounter();
            _flag.Clear();
            _phase = 0;
            _clears = false;
            foreach (TimerChannel channel in _channels)
            {
                channel.Reset();
            }
        }

        Configure();
        UpdateInterrupts();
    }

    /// <summary>Brings flags and outputs up to date.</summary>
    internal void Refresh()
    {
        if (!_isCounting)
        {
            CountTo(_device.Now);
        }
    }

    /// <summary>What somebody waits for has changed.</summary>
    internal void NeedsChanged()
    {
        if (_isCounting)
        {
            _needsChanged = true;
        }
        else
        {
            CountTo(_device.Now);
            Schedule();
        }
    }

    /// <summary>Brings the interrupt requests in step with the flags.</summary>
    internal void UpdateInterrupts()
    {
        _firstLine.Assign(_channels[0].Flag.IsSet && _channels[0].Enable.IsSet);
        _otherInterrupts.Update();
    }

    /// <summary>Counts the clocks up to a time and does what they bring.</summary>
    internal void CountTo(SimTime time)
    {
        if (_isCounting || !IsRunning)
        {
            return;
        }

        long ticks = (ClockCount(time) - _origin) / _divider;
        if (ticks <= 0)
        {
            return;
        }

        _isCounting = true;
        Count(ticks);
        _isCounting = false;
        if (_needsChanged)
        {
            _needsChanged = false;
            Schedule();
        }
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        string letter = _isTimerB ? "TB" : "TA";
        FieldRegister control = map.Word(0x00, "CTL")
            .BeforeAccess(Refresh)
            .Field(0, 1, letter + "IFG", out _flag, resetBy: ResetKind.Por)
            .Field(1, 1, letter + "IE", out _enable, resetBy: ResetKind.Por)
            .Field(2, 1, letter + "CLR", Access.WriteOnlyReadsZero, onWrite: clear => _clears = clear != 0)
            .Reserved(3, 1)
            .Field(4, 2, "MC", out _mode, resetBy: ResetKind.Por)
            .Field(6, 2, "ID", out _inputDivider, resetBy: ResetKind.Por)
            .Field(8, 2, letter + "SSEL", out _source, resetBy: ResetKind.Por)
            .Reserved(10, 1)
            .OnWritten(ControlWritten);
        if (_isTimerB)
        {
            control
                .Field(11, 2, "CNTL", out _length, resetBy: ResetKind.Por)
                .Field(13, 2, "TBCLGRP", out _grouping, resetBy: ResetKind.Por)
                .Reserved(15, 1);
        }
        else
        {
            control.Reserved(11, 5);
        }

        foreach (TimerChannel channel in _channels)
        {
            DefineControl(map.Word(0x02 + (2 * (uint)channel.Index), $"CCTL{channel.Index}"), channel);
        }

        map.Word(0x10, "R")
            .BeforeAccess(ShowValue)
            .Field(0, 16, letter + "R", out _value, resetBy: ResetKind.Por)
            .OnWritten(ValueWritten);

        foreach (TimerChannel channel in _channels)
        {
            map.Word(0x12 + (2 * (uint)channel.Index), $"CCR{channel.Index}")
                .BeforeAccess(Refresh)
                .Field(0, 16, $"CCR{channel.Index}", out Field register, resetBy: ResetKind.Por)
                .AfterRead(channel.RegisterRead)
                .OnWritten(() => CompareWritten(channel));
            channel.Register = register;
        }

        map.Word(0x20, "EX0")
            .BeforeAccess(Refresh)
            .Field(0, 3, letter + "IDEX", out _extraDivider, resetBy: ResetKind.Por, onChange: Configure)
            .Reserved(3, 13);

        map.Word(0x2E, "IV")
            .BeforeAccess(Refresh)
            .Field(0, 16, letter + "IV", Access.ReadOnly, onRead: TakeInterrupt, onWrite: _ => TakeInterrupt());
        foreach (TimerChannel channel in _channels.Skip(1))
        {
            _otherInterrupts.Add(2 * channel.Index, channel.Flag, channel.Enable);
        }

        _otherInterrupts.Add(OverflowNumber, _flag, _enable);
    }

    private void DefineControl(FieldRegister register, TimerChannel channel)
    {
        register
            .BeforeAccess(Refresh)
            .Field(0, 1, "CCIFG", out Field flag, resetBy: ResetKind.Por)
            .Field(1, 1, "COV", out Field overflow, resetBy: ResetKind.Por)
            .Field(2, 1, "OUT", out Field output, resetBy: ResetKind.Por)
            .Field(3, 1, "CCI", Access.ReadOnly, onRead: () => channel.Input ? 1 : 0)
            .Field(4, 1, "CCIE", out Field enable, resetBy: ResetKind.Por)
            .Field(5, 3, "OUTMOD", out Field outputMode, resetBy: ResetKind.Por)
            .Field(8, 1, "CAP", out Field capture, resetBy: ResetKind.Por)
            .Field(11, 1, "SCS", out Field synchronize, resetBy: ResetKind.Por)
            .Field(12, 2, "CCIS", out Field input, resetBy: ResetKind.Por)
            .Field(14, 2, "CM", out Field captureMode, resetBy: ResetKind.Por)
            .OnWritten(() => ChannelWritten(channel));
        if (_isTimerB)
        {
            register.Field(9, 2, "CLLD", out Field loadEvent, resetBy: ResetKind.Por);
            channel.LoadEvent = loadEvent;
        }
        else
        {
            register.Reserved(9, 1).Field(10, 1, "SCCI", out Field latched, Access.ReadOnly, resetBy: ResetKind.Por);
            channel.LatchedInput = latched;
        }

        (channel.Flag, channel.Overflow, channel.OutputBit, channel.Enable) = (flag, overflow, output, enable);
        (channel.OutputMode, channel.IsCapture, channel.Synchronize) = (outputMode, capture, synchronize);
        (channel.InputSelect, channel.CaptureMode) = (input, captureMode);
    }

    private void ControlWritten()
    {
        SimTime now = _device.Now;
        if (_clears)
        {
            _clears = false;
            (_counter.Position, _counter.IsDown, _phase) = (0, false, 0);
            _origin = ClockCount(now);
            foreach (TimerChannel channel in _channels)
            {
                channel.Clear(now);
            }
        }

        Configure();
        UpdateInterrupts();
    }

    private void ChannelWritten(TimerChannel channel)
    {
        channel.ControlWritten(_device.Now);
        UpdateInterrupts();
        Schedule();
    }

    private void CompareWritten(TimerChannel channel)
    {
        channel.LoadIsDue = true;
        if (LoadEventOf(channel) == 0)
        {
            channel.Load();
        }

        _counter.Limit = _channels[0].Compare;
        Schedule();
    }

    private void ShowValue()
    {
        Refresh();
        _value.Value = _counter.Position;
    }

    private void ValueWritten()
    {
        _counter.Position = _value.Value & _counter.Maximum;
        Schedule();
    }

    private int TakeInterrupt()
    {
        int number = _otherInterrupts.Take();
        Schedule();
        return number;
    }

    private void ServeFirst()
    {
        Refresh();
        _channels[0].Flag.Clear();
        UpdateInterrupts();
        Schedule();
    }

    private void ClockChanged(ClockLine line)
    {
        if (line == _line)
        {
            SimTime now = _device.Now;
            _rateSince = (line.CountAt(now), now);
            _meter.SetRate(line.Rate.Hertz, now);
            Schedule();
        }
    }

    private void WireChanged(bool level, SimTime time)
    {
        if (level)
        {
            _edges++;
            _edgeTime = time;
            CountTo(time);
        }
    }

    // Follows mode, source and dividers; the counter and the begun part of a divided clock stay.
    private void Configure()
    {
        SimTime now = _device.Now;
        long phase = IsRunning ? ClockCount(now) - _origin : _phase;
        _divider = (1 << _inputDivider.Value) * (_extraDivider.Value + 1);
        _phase = phase % _divider;
        TimerMode mode = (TimerMode)_mode.Value;
        _counter.Mode = mode;
        _counter.IsDown &= mode is TimerMode.UpDown;
        _counter.Maximum = (1 << Lengths[_isTimerB ? _length.Value : 0]) - 1;
        _counter.Position &= _counter.Maximum;
        _counter.Limit = _channels[0].Compare;
        SetClock(IsRunning ? _source.Value : -1, now);
        _origin = ClockCount(now) - _phase;
        Schedule();
    }

    private void SetClock(int source, SimTime now)
    {
        ClockLine? line = source < 0 ? null : _lines[source];
        if (line != _line)
        {
            _line?.Release();
            _line = line;
            line?.Request();
            _rateSince = line is null ? default : (line.CountAt(now), now);
        }

        Signal? wire = source < 0 ? null : _wires[source];
        if (wire != _wire)
        {
            _wire?.Changed -= WireChanged;
            _wire = wire;
            wire?.Changed += WireChanged;
        }

        _meter.SetRate(line?.Rate.Hertz ?? 0, now);
    }

    private long ClockCount(SimTime time) => _line?.CountAt(time) ?? _edges;

    private SimTime TimeOf(long count) =>
        _line is null ? _edgeTime : count < _rateSince.Count ? _rateSince.Time : _line.TimeOf(count);

    private void Count(long ticks)
    {
        ticks -= SkipPeriods(ticks);
        while (ticks > 0 && !_counter.Stands)
        {
            long step = Math.Min(ticks, TicksToNextStop());
            _counter.Move(step);
            _origin += step * _divider;
            ticks -= step;
            Arrive(TimeOf(_origin));
        }

        _origin += ticks * _divider;
    }

    // Of what nobody watches only the last periods are gone through: they set the same flags, and leave the same outputs but for parity.
    private long SkipPeriods(long ticks)
    {
        if (_counter.Stands || _counter.Position > _counter.Top || ticks <= 2 * _counter.Period || Array.Exists(_channels, IsWatched))
        {
            return 0;
        }

        long periods = (ticks / _counter.Period) - 1;
        foreach (TimerChannel channel in _channels)
        {
            channel.SkipPeriods(periods, _counter);
        }

        _origin += periods * _counter.Period * _divider;
        return periods * _counter.Period;

        static bool IsWatched(TimerChannel channel) => channel.Output.IsObserved || channel.LoadIsDue || channel.CaptureIsDue;
    }

    private long TicksToNextStop()
    {
        long ticks = Math.Min(_counter.TicksTo(0), _counter.TicksTo(_counter.Limit));
        foreach (TimerChannel channel in _channels)
        {
            ticks = channel.CaptureIsDue ? 1 : Math.Min(ticks, _counter.TicksTo(channel.Compare));
        }

        return ticks;
    }

    private void Arrive(SimTime time)
    {
        int position = _counter.Position;
        bool endsPeriod = _counter.Mode is TimerMode.Up ? position == 0 : position == _counter.Limit;
        foreach (TimerChannel channel in _channels)
        {
            if (channel.CaptureIsDue)
            {
                channel.Capture(time);
            }
            else if (channel.Compares && channel.Compare == position)
            {
                channel.Match(time);
            }
            else if (endsPeriod)
            {
                channel.EndPeriod(time);
            }
        }

        if (position == 0)
        {
            _flag.Set();
            UpdateInterrupts();
        }

        LoadLatches(position);
    }

    private void LoadLatches(int position)
    {
        if (!_isTimerB || !Array.Exists(_channels, channel => channel.LoadIsDue))
        {
            return;
        }

        int limit = _counter.Limit;
        foreach (int leader in GroupLeaders[_grouping.Value].Distinct())
        {
            // A group is loaded together, and only when all of it was written.
            TimerChannel[] group = [.. _channels.Where(channel => LeaderOf(channel).Index == leader)];
            if (group.Length > 0 && Array.TrueForAll(group, channel => channel.LoadIsDue) && IsLoadEvent(group))
            {
                Array.ForEach(group, channel => channel.Load());
            }
        }

        _counter.Limit = _channels[0].Compare;

        bool IsLoadEvent(TimerChannel[] group) => LoadEventOf(group[0]) switch
        {
            1 => position == 0,
            2 => position == 0 || (_counter.Mode is TimerMode.UpDown && position == limit),
            3 => position == LeaderOf(group[0]).Compare,
            _ => true,
        };
    }

    private TimerChannel LeaderOf(TimerChannel channel) =>
        _channels[_isTimerB ? Math.Min(GroupLeaders[_grouping.Value][channel.Index], _channels.Length - 1) : channel.Index];

    // 0: at once.
    private int LoadEventOf(TimerChannel channel) => _isTimerB ? LeaderOf(channel).LoadEvent!.Value.Value : 0;

    private void Wake(SimTime time)
    {
        CountTo(time);
        Schedule();
    }

    private void Schedule()
    {
        long ticks = _line is null ? long.MaxValue : TicksToNextNeed();
        _next.At(ticks == long.MaxValue ? SimTime.MaxValue : TimeOf(_origin + (ticks * _divider)));
    }

    private long TicksToNextNeed()
    {
        long ticks = _enable.IsSet && !_flag.IsSet ? _counter.TicksTo(0) : long.MaxValue;
        foreach (TimerChannel channel in _channels)
        {
            if (channel.CaptureIsDue)
            {
                return 1;
            }

            if (channel.CompareMatters || channel.LoadIsDue)
            {
                ticks = Math.Min(ticks, _counter.TicksTo(channel.Compare));
            }

            if (channel.PeriodMatters || channel.LoadIsDue)
            {
                ticks = Math.Min(ticks, _counter.TicksTo(_counter.Mode is TimerMode.Up ? 0 : _counter.Limit));
            }

            if (channel.LoadIsDue)
            {
                ticks = Math.Min(ticks, _counter.TicksTo(0));
            }
        }

        return ticks;
    }
}
