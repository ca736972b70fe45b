using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>eUSCI_A as a UART, sending and receiving.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapter eUSCI UART mode. A frame takes exactly the cycles of BRCLK that prescaler and modulation make of it; it costs
/// an event to send, two to receive, and one more a bit only while somebody looks at the transmit wire. While it sends or receives, the
/// module keeps its clock running in any low-power mode ("automatic clock activation"); when idle it does not.</para>
/// <para>A character arrives in the middle of its last stop bit. It comes from the host, from the module's own transmitter (UCLISTEN), or as
/// levels of the receive wire (UCAxRXD), which are sampled in the middle of each bit.</para>
/// <para>Left out, and reported when switched on: SPI (UCSYNC), multiprocessor modes, automatic baud rate, IrDA, deglitching, UCLK. Inferred:
/// with UCRXEIE clear an erroneous character is dropped and its error bits are set all the same; a break (UCTXBRK) is one frame of low
/// level.</para>
/// </remarks>
public sealed class EusciA : Peripheral
{
    // How often a host that had nothing to say is asked again.
    private static readonly SimTime PollInterval = SimTime.FromMilliseconds(1);

    private readonly IDeviceControl _device;
    private readonly Scheduler _scheduler;
    private readonly ClockLine[] _sources;
    private readonly InterruptGroup _interrupts;
    private readonly ActivityMeter _meter;
    private readonly ScheduledEvent _transmitterDue;
    private readonly ScheduledEvent _transmitterBitDue;
    private readonly ScheduledEvent _receiverDue;
    private readonly ScheduledEvent _inputDue;
    private readonly List<(long Count, bool Level)> _edges = [];

    private Field _reset;
    private Field _break;
    private Field _breakEnable;
    private Field _errorEnable;
    private Field _source;
    private Field _synchronous;
    private Field _twoStops;
    private Field _sevenBits;
    private Field _highestFirst;
    private Field _evenParity;
    private Field _parityEnable;
    private Field _prescaler;
    private Field _oversampling;
    private Field _firstStage;
    private Field _secondStage;
    private Field _receiveError;
    private Field _breakDetected;
    private Field _parityError;
    private Field _overrun;
    private Field _framingError;
    private Field _listen;
    private Field _transmitBuffer;
    private Field _receiveEnable;
    private Field _transmitEnable;
    private Field _startEnable;
    private Field _completeEnable;
    private Field _receiveFlag;
    private Field _transmitFlag;
    private Field _startFlag;
    private Field _completeFlag;

    private ClockLine _clock;
    private bool _isRequesting;
    private bool _isFull;
    private Transmission _transmission;
    private Reception _reception;
    private byte _received;
    private bool _isUnread;
    private bool _receiveRequested;
    private bool _transmitRequested;
    private IUartInput? _input;

    /// <summary>An eUSCI_A.</summary>
    /// <param name="index">0 for UCA0.</param>
    /// <param name="device">The device.</param>
    /// <param name="clocks">Its clocks.</param>
    /// <param name="scheduler">For its frames.</param>
    /// <param name="interrupts">For its interrupt.</param>
    /// <param name="vector">Its vector.</param>
    /// <param name="signals">For its wires.</param>
    /// <param name="activities">For the cycles it works.</param>
    public EusciA(
        int index,
        IDeviceControl device,
        ClockSystem clocks,
        Scheduler scheduler,
        InterruptController interrupts,
        uint vector,
        SignalTable signals,
        ModuleLedger activities)
        : base($"eUSCI_A{index}", 0x05C0 + (0x20 * (uint)index), $"UCA{index}")
    {
        Index = index;
        _device = device;
        _scheduler = scheduler;
        _sources = [new ClockLine("UCLK"), clocks.Aclk, clocks.Smclk, clocks.Smclk];
        _clock = _sources[0];
        _interrupts = new InterruptGroup(interrupts.Connect(vector, Name));
        _meter = activities.Meter(ModuleActivity.Uart);
        _transmitterDue = scheduler.Register(Name + " transmitter", TransmitterDue);
        _transmitterBitDue = scheduler.Register(Name + " TXD", TransmitterBitDue);
        _receiverDue = scheduler.Register(Name + " receiver", ReceiverDue);
        _inputDue = scheduler.Register(Name + " input", InputDue);
        TransmitWire = signals[RegisterPrefix + "TXD"].DrivenBy();
        signals[RegisterPrefix + "RXD"].Changed += ReceiveEdge;
        ReceiveTrigger = new TriggerLine(RegisterPrefix + "RX", () => Serve(_receiveFlag));
        TransmitTrigger = new TriggerLine(RegisterPrefix + "TX", () => Serve(_transmitFlag));
        foreach (ClockLine source in _sources.Distinct())
        {
            source.Changed += () => ClockChanged(source);
        }
    }

    /// <summary>Called with each byte that was sent, when its last stop bit ends.</summary>
    public event Action<byte, SimTime>? Sent;

    /// <summary>0 for UCA0.</summary>
    public int Index { get; }

    /// <summary>Whether it is in operation as a UART: not held in reset.</summary>
    public bool IsEnabled => !_reset.IsSet && !_synchronous.IsSet;

    /// <summary>UCAxTXD. It has edges only while somebody listens to them.</summary>
    public Signal TransmitWire { get; }

    /// <summary>UCRXIFG, to the DMA controller.</summary>
    public TriggerLine ReceiveTrigger { get; }

    /// <summary>UCTXIFG, to the DMA controller.</summary>
    public TriggerLine TransmitTrigger { get; }

    /// <summary>Who is at the other end of the receive wire; nobody when null. Held back while the module is in reset.</summary>
    public IUartInput? Input
    {
        get => _input;
        set
        {
            _input = value;
            ListenToHost(_device.Now);
        }
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        Stop(_device.Now);
        SelectClock();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "CTLW0")
            .Field(0, 1, "UCSWRST", out _reset, reset: 1, onChange: ResetChanged)
            .Field(1, 1, "UCTXBRK", out _break)
            .NotModelled(2, 1, "UCTXADDR")
            .NotModelled(3, 1, "UCDORM")
            .Field(4, 1, "UCBRKIE", out _breakEnable)
            .Field(5, 1, "UCRXEIE", out _errorEnable)
            .Field(6, 2, "UCSSEL", out _source, onChange: SelectClock)
            .NotModelled(8, 1, "UCSYNC", out _synchronous)
            .NotModelled(9, 2, "UCMODE")
            .Field(11, 1, "UCSPB", out _twoStops)
            .Field(12, 1, "UC7BIT", out _sevenBits)
            .Field(13, 1, "UCMSB", out _highestFirst)
            .Field(14, 1, "UCPAR", out _evenParity)
            .Field(15, 1, "UCPEN", out _parityEnable);
        map.Word(0x02, "CTLW1").NotModelled(0, 2, "UCGLIT", reset: 3).Reserved(2, 14);
        map.Word(0x06, "BRW").Field(0, 16, "UCBR", out _prescaler);
        map.Word(0x08, "MCTLW")
            .Field(0, 1, "UCOS16", out _oversampling)
            .Reserved(1, 3)
            .Field(4, 4, "UCBRF", out _firstStage)
            .Field(8, 8, "UCBRS", out _secondStage);
        map.Word(0x0A, "STATW")
            .Field(0, 1, "UCBUSY", Access.ReadOnly, onRead: () => IsBusy ? 1 : 0)
            .Field(1, 1, "UCIDLE", Access.ReadOnly)
            .Field(2, 1, "UCRXERR", out _receiveError)
            .Field(3, 1, "UCBRK", out _breakDetected)
            .Field(4, 1, "UCPE", out _parityError)
            .Field(5, 1, "UCOE", out _overrun)
            .Field(6, 1, "UCFE", out _framingError)
            .Field(7, 1, "UCLISTEN", out _listen)
            .Reserved(8, 8);
        map.Word(0x0C, "RXBUF").Field(0, 8, "UCRXBUF", Access.ReadOnly, onRead: ReadReceived).Reserved(8, 8);
        map.Word(0x0E, "TXBUF").Field(0, 8, "UCTXBUF", out _transmitBuffer, onWrite: _ => Transmit()).Reserved(8, 8);
        map.Word(0x10, "ABCTL")
            .NotModelled(0, 1, "UCABDEN")
            .Reserved(1, 1)
            .NotModelled(2, 1, "UCBTOE")
            .NotModelled(3, 1, "UCSTOE")
            .NotModelled(4, 2, "UCDELIM")
            .Reserved(6, 10);
        map.Word(0x12, "IRCTL")
            .NotModelled(0, 1, "UCIREN")
            .NotModelled(1, 1, "UCIRTXCLK")
            .NotModelled(2, 6, "UCIRTXPL")
            .NotModelled(8, 1, "UCIRRXFE")
            .NotModelled(9, 1, "UCIRRXPL")
            .NotModelled(10, 6, "UCIRRXFL");
        map.Word(0x1A, "IE")
            .Field(0, 1, "UCRXIE", out _receiveEnable, onChange: FlagsWritten)
            .Field(1, 1, "UCTXIE", out _transmitEnable, onChange: FlagsWritten)
            .Field(2, 1, "UCSTTIE", out _startEnable, onChange: FlagsWritten)
            .Field(3, 1, "UCTXCPTIE", out _completeEnable, onChange: FlagsWritten)
            .Reserved(4, 12);
        map.Word(0x1C, "IFG")
            .Field(0, 1, "UCRXIFG", out _receiveFlag, onChange: FlagsWritten)
            .Field(1, 1, "UCTXIFG", out _transmitFlag, reset: 1, onChange: FlagsWritten)
            .Field(2, 1, "UCSTTIFG", out _startFlag, onChange: FlagsWritten)
            .Field(3, 1, "UCTXCPTIFG", out _completeFlag, onChange: FlagsWritten)
            .Reserved(4, 12);
        map.Word(0x1E, "IV").Field(0, 16, "UCIV", Access.ReadOnly, onRead: TakeInterrupt, onWrite: _ => ClearInterrupts());
        _interrupts.Add(2, _receiveFlag, _receiveEnable);
        _interrupts.Add(4, _transmitFlag, _transmitEnable);
        _interrupts.Add(6, _startFlag, _startEnable);
        _interrupts.Add(8, _completeFlag, _completeEnable);
    }

    private bool IsBusy => _transmission.Phase is not Phase.Idle || _reception.Phase is not Phase.Idle;

    private UartFormat Format =>
        new(_sevenBits.IsSet ? 7 : 8, _parityEnable.IsSet, _evenParity.IsSet, _twoStops.IsSet ? 2 : 1, _highestFirst.IsSet);

    private UartBaud Baud => new(_prescaler.Value, _oversampling.IsSet, _firstStage.Value, _secondStage.Value);

    // Whether a byte from the host could change anything, once nothing else does.
    private bool CanHear =>
        !_device.IsIdle || ReceiveTrigger.HasListener || (_device.AcceptsInterrupts && (_receiveEnable.IsSet || _startEnable.IsSet));

    private void ResetChanged()
    {
        SimTime now = _device.Now;
        Stop(now);
        if (_reset.IsSet)
        {
            _receiveEnable.Clear();
            _transmitEnable.Clear();
            _startEnable.Clear();
            _completeEnable.Clear();
            _receiveFlag.Clear();
            _transmitFlag.Set();
            _startFlag.Clear();
            _completeFlag.Clear();
            ClearErrors();
            FlagsChanged(now);
        }
        else
        {
            ListenToHost(now);
        }
    }

    // Forgets what is being sent and received.
    private void Stop(SimTime now)
    {
        _transmission = default;
        _reception = default;
        _isFull = false;
        _isUnread = false;
        _edges.Clear();
        _transmitterDue.Cancel();
        _transmitterBitDue.Cancel();
        _receiverDue.Cancel();
        _inputDue.Cancel();
        _receiveRequested = _receiveFlag.IsSet && !_receiveEnable.IsSet;
        _transmitRequested = _transmitFlag.IsSet && !_transmitEnable.IsSet;
        TransmitWire.Set(true, now);
        FollowBusy(now);
    }

    private void SelectClock()
    {
        SimTime now = _device.Now;
        ReleaseClock();
        _clock = _sources[_source.Value];
        FollowBusy(now);
    }

    private void ClockChanged(ClockLine source)
    {
        if (source != _clock)
        {
            return;
        }

        SimTime now = _device.Now;
        _meter.SetRate(_isRequesting ? _clock.Rate.Hertz : 0, now);
        if (_transmission.Phase is not Phase.Idle)
        {
            _transmitterDue.At(TimeOf(_transmission.Due, now));
            if (_transmitterBitDue.IsScheduled)
            {
                _transmitterBitDue.At(TimeOf(_transmission.Frame.StartOf(_transmission.Bit), now));
            }
        }

        if (_reception.Phase is not Phase.Idle)
        {
            _receiverDue.At(TimeOf(_reception.Due, now));
        }
    }

    // A count of the clock that may have gone by already.
    private SimTime TimeOf(long count, SimTime now) => count <= _clock.CountAt(now) ? now : _clock.TimeOf(count);

    private void FollowBusy(SimTime now)
    {
        if (IsBusy != _isRequesting)
        {
            if (_isRequesting)
            {
                ReleaseClock();
            }
            else
            {
                _isRequesting = true;
                _clock.Request();
            }
        }

        _meter.SetRate(_isRequesting ? _clock.Rate.Hertz : 0, now);
    }

    private void ReleaseClock()
    {
        if (_isRequesting)
        {
            _isRequesting = false;
            _clock.Release();
        }
    }

    private void Transmit()
    {
        if (!IsEnabled)
        {
            return;
        }

        SimTime now = _device.Now;
        _isFull = true;
        _transmitFlag.Clear();
        FlagsChanged(now);
        if (_transmission.Phase is Phase.Idle)
        {
            // The character moves into the shifter at the next edge of the clock.
            _transmission = new Transmission(Phase.Starting, _clock.CountAt(now) + 1);
            FollowBusy(now);
            _transmitterDue.At(TimeOf(_transmission.Due, now));
        }
    }

    private void TransmitterDue(SimTime now)
    {
        if (_transmission.Phase is Phase.Working)
        {
            Sent?.Invoke(_transmission.Data, now);
        }

        if (_isFull)
        {
            Shift(_transmission.Due, now);
            return;
        }

        _transmission = default;
        _completeFlag.Set();
        FollowBusy(now);
        FlagsChanged(now);
    }

    // The character moves from the buffer into the shifter.
    private void Shift(long start, SimTime now)
    {
        UartFormat format = Format;
        byte data = (byte)(_transmitBuffer.Value & (_sevenBits.IsSet ? 0x7F : 0xFF));
        var frame = new UartFrame(start, Baud, format.Bits, _break.IsSet ? 0 : format.Encode(data));
        _break.Clear();
        _isFull = false;
        _transmission = new Transmission(Phase.Working, frame.End, frame, data);
        _transmitterDue.At(TimeOf(frame.End, now));
        if (TransmitWire.IsObserved)
        {
            TransmitterBitDue(now);
        }

        if (_listen.IsSet)
        {
            Receive(frame, Phase.Working, now);
        }

        _transmitFlag.Set();
        FlagsChanged(now);
    }

    private void TransmitterBitDue(SimTime now)
    {
        ref Transmission sending = ref _transmission;
        bool level = sending.Bit >= sending.Frame.Bits || ((sending.Frame.Levels >> sending.Bit) & 1) != 0;
        if (sending.Bit < sending.Frame.Bits)
        {
            sending.Bit++;
            _transmitterBitDue.At(TimeOf(sending.Frame.StartOf(sending.Bit), now));
        }

        TransmitWire.Set(level, now);
    }

    // A start bit: of a frame that is known, or of one that is to be sampled.
    private void Receive(UartFrame frame, Phase phase, SimTime now)
    {
        if (_reception.Phase is not Phase.Idle)
        {
            return;
        }

        _reception = new Reception(phase, frame.Baud.CyclesToMiddle(frame.Bits - 1) + frame.Start, frame);
        FollowBusy(now);
        _receiverDue.At(TimeOf(_reception.Due, now));
        _startFlag.Set();
        FlagsChanged(now);
    }

    private void ReceiverDue(SimTime now)
    {
        UartFrame frame = _reception.Frame;
        uint levels = _reception.Phase is Phase.Sampling ? Sample(frame) : frame.Levels;
        bool isFalseStart = (levels & 1) != 0;
        SimTime end = TimeOf(frame.End, now);
        _reception = default;
        _edges.Clear();
        FollowBusy(now);
        if (!isFalseStart)
        {
            Accept(levels, now);
        }

        if (_input is not null && !_inputDue.IsScheduled)
        {
            _inputDue.At(end);
        }
    }

    private uint Sample(UartFrame frame)
    {
        uint levels = 0;
        int edge = 0;
        bool level = false;
        for (int bit = 0; bit < frame.Bits; bit++)
        {
            long middle = frame.Start + frame.Baud.CyclesToMiddle(bit);
            while (edge < _edges.Count && _edges[edge].Count <= middle)
            {
                level = _edges[edge++].Level;
            }

            levels |= level ? 1u << bit : 0;
        }

        return levels;
    }

    private void Accept(uint levels, SimTime now)
    {
        UartFormat format = Format;
        bool isBreak = levels == 0;
        bool isFramed = format.StopHolds(levels);
        bool isEven = format.ParityHolds(levels);
        _breakDetected.Assign(_breakDetected.IsSet || isBreak);
        _framingError.Assign(_framingError.IsSet || !isFramed);
        _parityError.Assign(_parityError.IsSet || !isEven);
        bool isTaken = isBreak ? _breakEnable.IsSet : (isFramed && isEven) || _errorEnable.IsSet;
        if (isTaken)
        {
            _overrun.Assign(_overrun.IsSet || _isUnread);
            _received = format.Decode(levels);
            _isUnread = true;
            _receiveFlag.Set();
        }

        _receiveError.Assign(_breakDetected.IsSet || _framingError.IsSet || _parityError.IsSet || _overrun.IsSet);

        // Each character is a request of its own, whether or not the one before was served.
        _receiveRequested &= !isTaken;
        FlagsChanged(now);
    }

    private void ReceiveEdge(bool level, SimTime time)
    {
        if (!IsEnabled || _listen.IsSet)
        {
            return;
        }

        if (_reception.Phase is Phase.Idle && !level)
        {
            // The clock starts now if it has to.
            Receive(new UartFrame(_clock.CountAt(time), Baud, Format.Bits, 0), Phase.Sampling, time);
        }

        if (_reception.Phase is Phase.Sampling)
        {
            _edges.Add((_clock.CountAt(time), level));
        }
    }

    private void ListenToHost(SimTime now)
    {
        if (_input is not null && IsEnabled && !_inputDue.IsScheduled)
        {
            _inputDue.At(now + PollInterval);
        }
    }

    private void InputDue(SimTime now)
    {
        bool mayWait = _device.IsIdle && _scheduler.NextTime == SimTime.MaxValue;
        if (_input is null || _listen.IsSet || (mayWait && !CanHear))
        {
            return;
        }

        UartInput input = _input.Next(mayWait);
        if (input.Kind is UartInputKind.NotYet)
        {
            _inputDue.At(now + PollInterval);
        }
        else if (input.Kind is UartInputKind.Byte)
        {
            UartFormat format = Format;
            Receive(new UartFrame(_clock.CountAt(now), Baud, format.Bits, format.Encode(input.Value)), Phase.Working, now);
        }
    }

    private int ReadReceived()
    {
        _isUnread = false;
        _receiveFlag.Clear();
        ClearErrors();
        FlagsChanged(_device.Now);
        return _received;
    }

    private void ClearErrors()
    {
        _receiveError.Clear();
        _breakDetected.Clear();
        _parityError.Clear();
        _overrun.Clear();
        _framingError.Clear();
    }

    private void Serve(Field flag)
    {
        flag.Clear();
        FlagsChanged(_device.Now);
    }

    private int TakeInterrupt()
    {
        int number = _interrupts.Take();
        FlagsChanged(_device.Now);
        return number;
    }

    private void ClearInterrupts()
    {
        _interrupts.ClearAll();
        FlagsChanged(_device.Now);
    }

    private void FlagsWritten() => FlagsChanged(_device.Now);

    // A flag whose interrupt is enabled is not for the DMA controller.
    private void FlagsChanged(SimTime now)
    {
        _interrupts.Update();
        Follow(ref _receiveRequested, _receiveFlag.IsSet && !_receiveEnable.IsSet, ReceiveTrigger, now);
        Follow(ref _transmitRequested, _transmitFlag.IsSet && !_transmitEnable.IsSet, TransmitTrigger, now);
    }

    private static void Follow(ref bool before, bool requested, TriggerLine trigger, SimTime now)
    {
        bool rises = requested && !before;
        before = requested;
        if (rises)
        {
            trigger.Fire(now);
        }
    }

    private enum Phase
    {
        Idle,
        Starting,
        Working,
        Sampling,
    }

    /// <summary>A frame on its way, in counts of the clock.</summary>
    private readonly record struct UartFrame(long Start, UartBaud Baud, int Bits, uint Levels)
    {
        public long End => StartOf(Bits);

        public long StartOf(int bit) => Start + Baud.CyclesBefore(bit);
    }

    private struct Transmission(Phase phase, long due, UartFrame frame = default, byte data = 0)
    {
        public readonly Phase Phase = phase;
        public readonly long Due = due;
        public readonly UartFrame Frame = frame;
        public readonly byte Data = data;
        public int Bit;
    }

    private readonly record struct Reception(Phase Phase, long Due, UartFrame Frame);
}
