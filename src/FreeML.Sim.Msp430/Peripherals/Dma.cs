using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>The DMA controller: three or six channels that move bytes and words without the CPU.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapter DMA. A transfer begins at an instruction's end: a cycle of MCLK to synchronise (two while the CPU sleeps; in
/// LPM2 to LPM4 after 5 us, in which the DCO starts), two for each item, and one after. The CPU stands still for all of that. Its accesses
/// are those of the bus: wait states, cache, ledger and side effects of registers are the CPU's. A burst gives the CPU two cycles after every
/// four items; if an instruction takes more, it gets less the next time.</para>
/// <para>Each item is whole or not done: a supply that fails finds a block cut between two of them.</para>
/// <para>Inferred: DMARMWDIS makes no difference, because no transfer ever splits an instruction; after an abort by NMI the channel begins
/// anew when DMAABORT is cleared; cycles in which the CPU stands still are priced like others.</para>
/// </remarks>
public sealed class Dma : Peripheral, IBusMaster
{
    private const int SynchronisationCycles = 1;
    private const int SynchronisationCyclesAsleep = 2;
    private const int ItemCycles = 2;
    private const int ReleaseCycles = 1;
    private const int ItemsPerBurst = 4;
    private const int CpuCyclesPerBurst = 2;
    private const int DeepestModeWithClock = 1;
    private const int SoftwareTrigger = 0;
    private const int PreviousChannel = 30;
    private const int ExternalTrigger = 31;
    private static readonly SimTime ClockStartUp = SimTime.FromMicroseconds(5);

    private readonly Channel[] _channels;
    private readonly IDeviceControl _device;
    private readonly InterruptController _interrupts;
    private readonly InterruptGroup _group;
    private readonly ScheduledEvent _clockStarts;
    private readonly Signal _external;
    private Field _isRoundRobin;
    private Field _stopsForNmi;
    private Channel? _active;
    private int _lastServed;

    /// <summary>A DMA controller.</summary>
    /// <param name="triggers">For each channel, the names of its 32 triggers; null for one that is reserved.</param>
    /// <param name="requests">Where the triggers are found.</param>
    /// <param name="external">The pin DMAE0.</param>
    /// <param name="device">The device.</param>
    /// <param name="scheduler">For the start of MCLK.</param>
    /// <param name="interrupts">For its interrupt, and for NMIs that stop it.</param>
    /// <param name="vector">Its vector.</param>
    /// <param name="unmodelled">Told of a trigger that is selected and whose module is not modelled.</param>
    public Dma(
        IReadOnlyList<IReadOnlyList<string?>> triggers,
        TriggerTable requests,
        Signal external,
        IDeviceControl device,
        Scheduler scheduler,
        InterruptController interrupts,
        uint vector,
        Action<UnmodelledAccess> unmodelled)
        : base("DMA", 0x0500, "DMA")
    {
        _device = device;
        _interrupts = interrupts;
        _external = external;
        _group = new InterruptGroup(interrupts.Connect(vector, Name));
        _clockStarts = scheduler.Register("DMA clock", _ => Ask());
        _channels = [.. triggers.Select((names, number) => new Channel(this, number, names, requests, unmodelled))];
    }

    /// <inheritdoc/>
    public long BusCycle { get; private set; } = long.MaxValue;

    /// <inheritdoc/>
    public void TakeBus(long limit)
    {
        if (_active is null)
        {
            _active = Next();
            if (_active is null)
            {
                BusCycle = long.MaxValue;
                return;
            }

            _lastServed = _active.Number;
            _active.Begin();
            _device.Stall(_device.SleepMode is null ? SynchronisationCycles : SynchronisationCyclesAsleep);
        }

        _active.Resume();
        while (_device.Cycles < limit)
        {
            if (MustStop(_active))
            {
                Release();
                return;
            }

            _active.Transfer();
            if (_active.IsServed)
            {
                _device.Stall(ReleaseCycles);
                Release();
                return;
            }

            if (_active.IsBurst && _active.Items % ItemsPerBurst == 0)
            {
                BusCycle = _active.Pause();
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        if (kind == ResetKind.Puc)
        {
            _group.Update();
            return;
        }

        _active = null;
        _lastServed = _channels.Length - 1;
        _clockStarts.Cancel();
        BusCycle = long.MaxValue;
        foreach (Channel channel in _channels)
        {
            channel.Forget();
        }
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        for (int pair = 0; pair < 3; pair++)
        {
            FieldRegister register = map.Word((uint)(2 * pair), $"CTL{pair}");
            for (int half = 0; half < 2; half++)
            {
                int number = (2 * pair) + half;
                if (number < _channels.Length)
                {
                    _channels[number].DefineTrigger(register, 8 * half);
                }
                else
                {
                    register.Reserved(8 * half, 5);
                }

                register.Reserved((8 * half) + 5, 3);
            }
        }

        map.Word(0x06, "CTL3").Reserved(0, 16);
        map.Word(0x08, "CTL4")
            .Field(0, 1, "ENNMI", out _stopsForNmi, resetBy: ResetKind.Por)
            .Field(1, 1, "ROUNDROBIN", out _isRoundRobin, resetBy: ResetKind.Por)
            .Field(2, 1, "DMARMWDIS", resetBy: ResetKind.Por)
            .Reserved(3, 13);
        map.Word(0x0E, "IV").Field(0, 16, "DMAIV", Access.ReadOnly, onRead: _group.Take, onWrite: _ => _group.ClearAll());
        foreach (Channel channel in _channels)
        {
            channel.Define(map, _group);
        }
    }

    // A channel has something to do.
    private void Ask(SimTime? now = null)
    {
        if (_active is not null || BusCycle != long.MaxValue)
        {
            return;
        }

        if (now is { } time && _device.SleepMode > DeepestModeWithClock)
        {
            if (!_clockStarts.IsScheduled)
            {
                _clockStarts.At(time + ClockStartUp);
            }

            return;
        }

        _clockStarts.Cancel();
        BusCycle = _device.Cycles;
        _device.Attention();
    }

    // The channel in operation goes on, or makes room for the next.
    private void Release()
    {
        _active = null;
        BusCycle = Next() is null ? long.MaxValue : _device.Cycles;
    }

    private Channel? Next()
    {
        int first = _isRoundRobin.IsSet ? _lastServed + 1 : 0;
        for (int n = 0; n < _channels.Length; n++)
        {
            Channel channel = _channels[(first + n) % _channels.Length];
            if (channel.IsPending && channel.IsEnabled)
            {
                return channel;
            }
        }

        return null;
    }

    // An NMI, a channel that was switched off during a burst or by its own transfer, or a level that fell.
    private bool MustStop(Channel channel)
    {
        if (_stopsForNmi.IsSet && _interrupts.IsPending(generalInterruptEnable: false))
        {
            channel.Abort();
            return true;
        }

        if (!channel.IsEnabled)
        {
            return true;
        }

        if (channel.LevelHolds)
        {
            return false;
        }

        channel.Suspend();
        return true;
    }

    private void FlagSet(int number, SimTime now)
    {
        _group.Update();
        _channels[(number + 1) % _channels.Length].PreviousDone(now);
    }

    /// <summary>A channel: its registers, and where its transfer stands.</summary>
    private sealed class Channel
    {
        private readonly Dma _owner;
        private readonly IReadOnlyList<string?> _triggers;
        private readonly TriggerTable _requests;
        private readonly Action<UnmodelledAccess> _unmodelled;
        private readonly HashSet<string> _noted = [];

        private Field _trigger;
        private Field _request;
        private Field _abort;
        private Field _interruptEnable;
        private Field _flag;
        private Field _enable;
        private Field _isLevel;
        private Field _fromByte;
        private Field _toByte;
        private Field _sourceStep;
        private Field _destinationStep;
        private Field _mode;
        private Field _sourceLow;
        private Field _sourceHigh;
        private Field _destinationLow;
        private Field _destinationHigh;
        private Field _size;

        private TriggerLine? _line;
        private SimTime _listensSince;
        private bool _hearsPin;
        private bool _wasEnabled;
        private bool _wasAborted;
        private bool _hadFlag;
        private bool _isSuspended;
        private uint _source;
        private uint _destination;
        private int _wholeSize;
        private long _cpuCredit;
        private long? _pausedAt;

        public Channel(Dma owner, int number, IReadOnlyList<string?> triggers, TriggerTable requests, Action<UnmodelledAccess> unmodelled)
        {
            _owner = owner;
            Number = number;
            _triggers = triggers;
            _requests = requests;
            _unmodelled = unmodelled;
        }

        public int Number { get; }

        /// <summary>Whether a trigger waits to be served.</summary>
        public bool IsPending { get; private set; }

        /// <summary>Whether what the trigger asked for is done.</summary>
        public bool IsServed { get; private set; }

        /// <summary>Items moved since the transfer began.</summary>
        public int Items { get; private set; }

        public bool IsEnabled => _enable.IsSet && !_abort.IsSet;

        public bool IsBurst => (_mode.Value & 2) != 0;

        /// <summary>Whether a level that is waited for is there; true for an edge.</summary>
        public bool LevelHolds => !IsLevelSensitive || _owner._external.Level;

        private bool IsLevelSensitive => _isLevel.IsSet && _trigger.Value == ExternalTrigger;

        private bool IsRepeated => (_mode.Value & 4) != 0;

        private bool IsSingle => (_mode.Value & 3) == 0;

        public void DefineTrigger(FieldRegister register, int bit) =>
            register.Field(bit, 5, $"DMA{Number}TSEL", out _trigger, resetBy: ResetKind.Por, onChange: Connect);

        public void Define(RegisterMap map, InterruptGroup group)
        {
            uint offset = 0x10 + (0x10 * (uint)Number);
            map.Word(offset, $"{Number}CTL")
                .Field(0, 1, "DMAREQ", out _request, resetBy: ResetKind.Por)
                .Field(1, 1, "DMAABORT", out _abort, resetBy: ResetKind.Por)
                .Field(2, 1, "DMAIE", out _interruptEnable, resetBy: ResetKind.Por)
                .Field(3, 1, "DMAIFG", out _flag, resetBy: ResetKind.Por)
                .Field(4, 1, "DMAEN", out _enable, resetBy: ResetKind.Por)
                .Field(5, 1, "DMALEVEL", out _isLevel, resetBy: ResetKind.Por)
                .Field(6, 1, "DMASRCBYTE", out _fromByte, resetBy: ResetKind.Por)
                .Field(7, 1, "DMADSTBYTE", out _toByte, resetBy: ResetKind.Por)
                .Field(8, 2, "DMASRCINCR", out _sourceStep, resetBy: ResetKind.Por)
                .Field(10, 2, "DMADSTINCR", out _destinationStep, resetBy: ResetKind.Por)
                .Field(12, 3, "DMADT", out _mode, resetBy: ResetKind.Por)
                .Reserved(15, 1)
                .OnWritten(ControlWritten);
            Address(map, offset + 2, "SA", out _sourceLow, out _sourceHigh);
            Address(map, offset + 6, "DA", out _destinationLow, out _destinationHigh);
            map.Word(offset + 0x0A, $"{Number}SZ").Field(0, 16, "DMASZ", out _size, resetBy: ResetKind.Bor);
            group.Add(2 + (2 * Number), _flag, _interruptEnable, () => _hadFlag = false);
        }

        /// <summary>As after a reset of all registers.</summary>
        public void Forget()
        {
            IsPending = false;
            _wasEnabled = false;
            _wasAborted = false;
            _hadFlag = false;
            _isSuspended = false;
            Connect();
        }

        /// <summary>The transfer that was asked for begins.</summary>
        public void Begin()
        {
            IsPending = false;
            IsServed = false;
            if (!_isSuspended)
            {
                Items = 0;
            }

            _isSuspended = false;
            _cpuCredit = 0;
            _pausedAt = null;
            _request.Clear();
            _line?.Take();
        }

        /// <summary>Moves an item.</summary>
        public void Transfer()
        {
            IDeviceControl device = _owner._device;
            device.Stall(ItemCycles);
            ushort value = device.ReadMemory(_source, _fromByte.IsSet);
            device.WriteMemory(_destination, _toByte.IsSet ? (byte)value : value, _toByte.IsSet);
            _source = Step(_source, _sourceStep, _fromByte);
            _destination = Step(_destination, _destinationStep, _toByte);
            Items++;
            _size.Value--;
            if (_size.Value == 0)
            {
                Complete();
            }
            else if (IsSingle)
            {
                Serve();
            }
        }

        /// <summary>A burst makes a pause for the CPU; gives the cycle in which it goes on. What the CPU took too long before counts.</summary>
        public long Pause()
        {
            _cpuCredit += CpuCyclesPerBurst;
            _pausedAt = _owner._device.Cycles;
            return _pausedAt.Value + Math.Max(0, _cpuCredit);
        }

        /// <summary>The bus is the channel's again.</summary>
        public void Resume()
        {
            if (_pausedAt is { } since)
            {
                _cpuCredit -= _owner._device.Cycles - since;
                _pausedAt = null;
            }
        }

        /// <summary>An NMI stopped the transfer.</summary>
        public void Abort()
        {
            _abort.Set();
            _wasAborted = true;
            IsPending = false;
        }

        /// <summary>The level fell: goes on when it rises again.</summary>
        public void Suspend() => _isSuspended = true;

        /// <summary>The flag of the channel before was set.</summary>
        public void PreviousDone(SimTime now)
        {
            if (_trigger.Value == PreviousChannel)
            {
                Trigger(now);
            }
        }

        private static uint Step(uint address, Field step, Field isByte)
        {
            uint size = isByte.IsSet ? 1u : 2;
            return (step.Value switch
            {
                2 => address - size,
                3 => address + size,
                _ => address,
            }) & 0xF_FFFF;
        }

        // A 16-bit write clears the upper bits; a 20-bit one writes them after the lower word.
        private void Address(RegisterMap map, uint offset, string name, out Field low, out Field high)
        {
            map.Word(offset + 2, $"{Number}{name}H").Field(0, 4, $"DMA{name}H", out high, resetBy: ResetKind.Bor).Reserved(4, 12);
            Field upper = high;
            map.Word(offset, $"{Number}{name}").Field(0, 16, $"DMA{name}", out low, resetBy: ResetKind.Bor, onWrite: _ => upper.Clear());
        }

        private void Complete()
        {
            IDeviceControl device = _owner._device;
            Load();
            if (!IsRepeated)
            {
                IsPending = false;
                _enable.Clear();
                _wasEnabled = false;
                Connect();
            }

            // A repeated burst goes on by itself until it is switched off.
            if (!(IsRepeated && IsBurst))
            {
                Serve();
            }

            _flag.Set();
            FollowFlag(device.Now);
        }

        private void Serve()
        {
            IsServed = true;
            IsPending |= IsEnabled && IsLevelSensitive && _owner._external.Level;
        }

        private void Load()
        {
            _size.Value = _wholeSize;
            _source = Whole(_sourceLow, _sourceHigh);
            _destination = Whole(_destinationLow, _destinationHigh);
        }

        private static uint Whole(Field low, Field high) => (uint)(low.Value | (high.Value << 16));

        private void ControlWritten()
        {
            SimTime now = _owner._device.Now;
            if (!_enable.IsSet || !_wasEnabled)
            {
                IsPending = false;
                _isSuspended = false;
                _wholeSize = _size.Value;
            }

            if (_enable.IsSet && (!_wasEnabled || (_wasAborted && !_abort.IsSet)))
            {
                Load();
            }

            _wasEnabled = _enable.IsSet;
            _wasAborted = _abort.IsSet;
            Connect();
            if (_request.IsSet && _trigger.Value == SoftwareTrigger)
            {
                Trigger(now);
            }

            FollowFlag(now);
            if (_owner._active == this && !IsEnabled && _owner.BusCycle != long.MaxValue)
            {
                _owner.BusCycle = Math.Min(_owner.BusCycle, _owner._device.Cycles);
            }
        }

        private void FollowFlag(SimTime now)
        {
            bool rises = _flag.IsSet && !_hadFlag;
            _hadFlag = _flag.IsSet;
            if (rises)
            {
                _owner.FlagSet(Number, now);
            }
            else
            {
                _owner._group.Update();
            }
        }

        // Hears of its trigger while it is enabled, and of no other.
        private void Connect()
        {
            string? name = _enable.IsSet && _trigger.Value is not (SoftwareTrigger or PreviousChannel or ExternalTrigger) ? _triggers[_trigger.Value] : null;
            TriggerLine? line = null;
            if (name is not null && !_requests.TryFind(name, out line) && _noted.Add(name))
            {
                _unmodelled(new UnmodelledAccess($"DMA trigger {name}", _owner.BaseAddress, IsWrite: true));
            }

            if (line != _line)
            {
                // A timer that was followed by nobody may come with an edge from before.
                _listensSince = _owner._device.Now;
                _line?.Fired -= Trigger;
                _line = line;
                _line?.Fired += Trigger;
            }

            bool hearsPin = _enable.IsSet && _trigger.Value == ExternalTrigger;
            if (hearsPin != _hearsPin)
            {
                _hearsPin = hearsPin;
                if (hearsPin)
                {
                    _owner._external.Changed += PinChanged;
                    PinChanged(IsLevelSensitive && _owner._external.Level, _owner._device.Now);
                }
                else
                {
                    _owner._external.Changed -= PinChanged;
                }
            }
        }

        private void PinChanged(bool level, SimTime now)
        {
            if (level)
            {
                Trigger(now);
            }
        }

        private void Trigger(SimTime now)
        {
            if (IsEnabled && _size.Value != 0 && now >= _listensSince)
            {
                IsPending = true;
                _owner.Ask(now);
            }
        }
    }
}
