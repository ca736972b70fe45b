using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Memory;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430;

/// <summary>
/// A whole microcontroller on a steady supply: CPU, memories, registers and time. It runs from event to event; between events the engine
/// has the CPU to itself.
/// </summary>
/// <remarks>Not for several threads at once. Separate devices share nothing and may run side by side.</remarks>
public sealed unsafe class Device : IDeviceControl, IBusTarget, IDisposable
{
    private const int MaximumNotes = 100;
    private const ushort BlankVector = 0xFFFF;

    // Half of the cells have lost their bit after this time without power (inferred: tens to hundreds of milliseconds are reported for
    // SRAM of this kind at room temperature).
    private const double SramDecaySeconds = 0.1;

    private readonly AddressSpace _memory;
    private readonly CpuState* _cpu;
    private readonly DeviceModules _modules;
    private readonly ExecutionEngine _engine;
    private readonly List<string> _notes = [];
    private readonly List<ResetCause> _resetCauses = [];
    private ClockRate _mclk;
    private SimTime _epoch;
    private long _epochCycles;
    private uint _lowPowerBits;
    private Attention _attention;
    private bool _pricesChanged;
    private Allowance? _allowance;
    private uint _stoppedAt;
    private Noise _noise;
    private ResetKind? _resetRequest;

    // Until when the CPU stands still, with power: its clock is being switched, or it is waking or booting.
    private SimTime _standsUntil;
    private bool _isWaking;
    private bool _isBooting;
    private (double Supply, double Buffer) _volts = (3.0, 3.0);
    private Func<Device, uint, HostCallOutcome>? _hostCalls;

    /// <summary>A device just powered up for the first time: FRAM erased, RAM and registers as the silicon leaves them (noise from the seed; zeros on <c>generic</c>).</summary>
    /// <param name="description">Which device.</param>
    /// <param name="options">What it is put together with.</param>
    /// <param name="seed">Seed of the noise.</param>
    public Device(DeviceDescription description, DeviceOptions? options = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(description);
        Description = description;
        _memory = new AddressSpace(description.Memory, this);
        _cpu = _memory.State;
        _modules = description.CreateModules(this, options);
        if (_modules.Bus.Peripherals.OfType<Mpy32>().LastOrDefault() is { } multiplier)
        {
            multiplier.MoveTo(&_cpu->Multiplier);
        }

        _modules.Interrupts.CopyTo(&_cpu->RequestedInterrupts);
        _engine = options?.Engine?.Invoke() ?? new InterpreterEngine();
        _engine.Attach(_memory);
        if (description.FactoryContent is { } content)
        {
            _memory.Poke(content.Address, content.Bytes.Span);
        }

        _noise = new Noise(seed);
        if (!IsFlat)
        {
            FillWithNoise();
        }

        _modules.Reset(ResetKind.Bor, ResetCause.BrownOut);
        Start();
    }

    /// <summary>Which device this is.</summary>
    public DeviceDescription Description { get; }

    /// <summary>Who executes the instructions.</summary>
    public ExecutionEngine Engine => _engine;

    /// <summary>Interrupt requests.</summary>
    public InterruptController Interrupts => _modules.Interrupts;

    /// <summary>Events to come.</summary>
    public Scheduler Scheduler => _modules.Scheduler;

    /// <summary>The peripherals' registers.</summary>
    public PeripheralBus Registers => _modules.Bus;

    /// <summary>Its UARTs, by number.</summary>
    public IReadOnlyList<EusciA> Uarts => _modules.Uarts;

    /// <summary>Wires between modules and pins.</summary>
    internal SignalTable Signals => _modules.Signals;

    /// <summary>The port pins; none on <c>generic</c>.</summary>
    public IReadOnlyList<Pin> Pins => _modules.Pins;

    /// <summary>The pin of a name, "P1.0", in any case; null if there is none.</summary>
    public Pin? FindPin(string name) => _modules.FindPin(name);

    /// <summary>
    /// Answers calls to 0180 to 01BF and 0160, and passages of the addresses given to <see cref="TrapAt"/>: receives the target or address.
    /// Null: calls to there are calls like any other.
    /// </summary>
    public Func<Device, uint, HostCallOutcome>? HostCalls
    {
        get => _hostCalls;
        set
        {
            _hostCalls = value;
            _cpu->TakesHostCalls = value is not null;
        }
    }

    /// <summary>What the program did so far.</summary>
    public ActivityLedger Ledger => _cpu->Ledger;

    /// <summary>MCLK cycles in which the CPU was active, since power-up.</summary>
    public long Cycles => _cpu->Cycles;

    /// <summary>The CPU's clock.</summary>
    public ClockRate Mclk => _mclk;

    /// <summary>Time since power-up.</summary>
    public SimTime Now => _epoch + _mclk.CyclesToTime(_cpu->Cycles - _epochCycles);

    /// <summary>
    /// Voltages that the chip can look at, in volts: its own supply, and the energy buffer that feeds it. Set by whoever runs the device on a
    /// supply, at the ends of slices; on a steady supply they stay at 3 V.
    /// </summary>
    public (double Supply, double Buffer) Volts
    {
        get => _volts;
        set
        {
            _volts = value;
            _modules.Analog.OnVoltsChanged();
        }
    }

    /// <summary>
    /// Works out <see cref="Volts"/> for a moment between the ends of slices, when the ADC takes a sample or a comparator is switched on; null:
    /// they stand still in between.
    /// </summary>
    public Func<(double Supply, double Buffer)>? VoltsNow { get; set; }

    /// <summary>
    /// What a comparator waits for, of the voltages of supply and buffer; null for nothing. Whoever moves these voltages stops where the sign of
    /// the difference changes and sets <see cref="Volts"/>. A change of this ends a <see cref="RunWhileAwake"/>.
    /// </summary>
    public VoltageWatch? VoltageWatch => _modules.Analog.Watch;

    /// <summary>Whether the CPU would accept the interrupt that follows the change which <see cref="VoltageWatch"/> describes.</summary>
    public bool AwaitsVoltage => VoltageWatch is { Interrupts: true } && (_cpu->Status & StatusRegister.Gie) != 0;

    /// <summary>What the board connects to the analog pins.</summary>
    public AnalogInputs Analog => _modules.Analog;

    /// <summary>Whether the board's supervisor warns that the buffer runs low; set like <see cref="Volts"/>.</summary>
    public bool SupplyWarning { get; set; }

    /// <summary>Exit code, once the program has exited.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What a user should know about the run: registers touched that are not modelled, accesses to nowhere. Each thing once, in order.</summary>
    public IReadOnlyList<string> Notes => [.. _modules.Bus.UnmodelledTouched.Select(touched => touched.ToString()), .. _notes];

    /// <summary>The program counter; bit 0 is always 0.</summary>
    public uint ProgramCounter
    {
        get => _cpu->Registers[0];
        set => _cpu->Registers[0] = value & AddressSpace.AddressMask & ~1u;
    }

    /// <summary>Reads R0 to R15.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such register.</exception>
    public uint GetRegister(int register)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)register, 15u);
        return _cpu->Registers[register];
    }

    /// <summary>Sets R0 to R15; bits that the register does not have are dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such register.</exception>
    public void SetRegister(int register, uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)register, 15u);
        _cpu->Registers[register] = value & register switch
        {
            0 or 1 => AddressSpace.AddressMask & ~1u,
            2 => StatusRegister.Mask,
            3 => 0,
            _ => AddressSpace.AddressMask,
        };
    }

    /// <summary>Reads memory as a debugger does: nothing is counted and no register is touched.</summary>
    public void Peek(uint address, Span<byte> bytes) => _memory.Peek(address, bytes);

    /// <summary>Reads a word of memory as a debugger does.</summary>
    public ushort PeekWord(uint address)
    {
        Span<byte> bytes = stackalloc byte[2];
        _memory.Peek(address, bytes);
        return (ushort)(bytes[0] | (bytes[1] << 8));
    }

    /// <summary>Writes memory as a programmer does: nothing is counted and nothing is protected.</summary>
    public void Poke(uint address, ReadOnlySpan<byte> bytes)
    {
        _memory.Poke(address, bytes);
        _stoppedAt = uint.MaxValue;
    }

    /// <summary>Writes a word of memory as a programmer does.</summary>
    public void PokeWord(uint address, ushort value) => Poke(address, [(byte)value, (byte)(value >> 8)]);

    /// <summary>Reports to <see cref="HostCalls"/> each time the instruction at an address has run.</summary>
    public void TrapAt(uint address) => _memory.AddTrap(address);

    /// <summary>Programs an image and makes ready to start it: at its reset vector, or on <c>generic</c>, where images have none, at its entry point.</summary>
    /// <exception cref="InputException">The image has bytes where this device has no memory.</exception>
    public void Load(FirmwareImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (ImageSegment segment in image.Segments)
        {
            RequireMemory(image, segment);
            _memory.Poke(segment.Address, segment.Bytes.Span);
        }

        Start();
        if (IsFlat && image.EntryPoint is { } entry)
        {
            ProgramCounter = entry;
        }
    }

    /// <summary>Runs until the program ends or a limit is reached. A run that hit a limit can go on.</summary>
    /// <param name="maxCycles">Limit in active MCLK cycles since power-up; the instruction that reaches it completes.</param>
    /// <param name="until">Limit in time since power-up; none when null.</param>
    public StopReason Run(long maxCycles = long.MaxValue, SimTime? until = null) =>
        Run(maxCycles, until ?? SimTime.MaxValue, sleeps: true)!.Value;

    /// <summary>
    /// Runs as <see cref="Run(long, SimTime?)"/> does, but comes back when the CPU falls asleep, or when MCLK or the wait states change: for
    /// whoever keeps the supply's books, time asleep and time at another clock are priced apart.
    /// </summary>
    /// <returns>Why the run ended; null when it came back for the books. While the CPU sleeps only <see cref="SleepUntil"/> moves on.</returns>
    public StopReason? RunWhileAwake(long maxCycles, SimTime until) => Run(maxCycles, until, sleeps: false);

    /// <summary>
    /// Runs instructions as <see cref="RunWhileAwake"/> does, but only as long as what they do certainly comes to no more than a sum of weights; comes back before
    /// anything else, such as an interrupt, a transfer by DMA or a sleep.
    /// </summary>
    /// <returns>Why the run ended: <see cref="StopReason.MaxCycles"/> also where the sum or something else is in the way.</returns>
    public StopReason? RunWithin(long maxCycles, SimTime until, ActivityWeights weights, double most)
    {
        _allowance = new Allowance(weights, weights.Sum(_cpu) + most);
        StopReason? stop = Run(maxCycles, until, sleeps: false);
        _allowance = null;
        return stop;
    }

    /// <summary>Makes the <see cref="RunWhileAwake"/> that is under way come back after this instruction, for whoever keeps books by something else.</summary>
    public void ComeBack()
    {
        _pricesChanged = true;
        Attention();
    }

    /// <summary>Whether the CPU is off.</summary>
    public bool IsAsleep => (_cpu->Status & StatusRegister.CpuOff) != 0;

    /// <summary>The low-power mode that the status register's bits ask for, 0 to 4; meaningful while <see cref="IsAsleep"/>.</summary>
    public int LowPowerMode => StatusRegister.LowPowerMode(_cpu->Status);

    /// <summary>
    /// The low-power mode that the chip is really in: a peripheral that keeps a clock alive keeps the chip in a lighter one than asked for. This
    /// is the mode that counts for the ledger, for wake-up times and for prices.
    /// </summary>
    public int EffectiveLowPowerMode => _modules.Clocks?.PowerMode ?? LowPowerMode;

    /// <summary>Whether the chip's supply supervisor works: always, but in LPM2 to LPM4 with SVSHE clear.</summary>
    public bool IsSupervised => !IsAsleep || _isWaking || EffectiveLowPowerMode < 2 || _modules.Power is not { SupervisorInDeepSleep: false };

    /// <summary>How long modules were active, and how active they are now.</summary>
    public ModuleLedger Activities => _modules.Activities;

    /// <inheritdoc cref="DeviceModules.OutsideInputs"/>
    public IList<Func<bool>> OutsideInputs => _modules.OutsideInputs;

    /// <summary>Whether something outside the chip may still act on it, at a time that nobody knows yet.</summary>
    public bool AwaitsOutside => _modules.OutsideInputs.Exists(mayAct => mayAct());

    /// <summary>The RST/NMI pin, which a board holds high.</summary>
    /// <exception cref="InvalidOperationException">The device has none.</exception>
    public Signal ResetPin => _modules.System?.ResetPin ?? throw new InvalidOperationException($"{Description.Name} has no RST pin");

    /// <summary>SMCLK as peripherals see it now; stopped where the low-power mode stops it, and on a device without a clock system.</summary>
    public ClockRate Smclk => _modules.Clocks?.Smclk.Rate ?? ClockRate.Stopped;

    /// <summary>Whether an interrupt is requested that the CPU would accept now.</summary>
    public bool HasAcceptableInterrupt => Interrupts.IsPending((_cpu->Status & StatusRegister.Gie) != 0);

    /// <summary>Whether a transfer by DMA is under way or about to begin; then time passes in cycles of MCLK even while the CPU sleeps.</summary>
    public bool HasBusTransfer => BusCycle != long.MaxValue;

    /// <summary>When the next event comes; never, if there is none.</summary>
    public SimTime WakeTime => Scheduler.NextTime;

    /// <summary>Lets time pass while the CPU sleeps. Events up to then take place when the run goes on.</summary>
    /// <exception cref="InvalidOperationException">The CPU is awake.</exception>
    public void SleepUntil(SimTime time)
    {
        if (!IsAsleep)
        {
            throw new InvalidOperationException("the CPU is awake");
        }

        Sleep(SimTime.Max(time, Now));
    }

    /// <summary>Wait states of the FRAM controller.</summary>
    public int FramWaitStates => (int)_cpu->WaitStates;

    private StopReason? Run(long maxCycles, SimTime end, bool sleeps)
    {
        _pricesChanged = false;

        // A debugger may have moved the program counter since the last run: then nothing is known of a jump to itself.
        _attention &= Cpu.Attention.InterruptShadow | (ProgramCounter == _stoppedAt ? Cpu.Attention.Spin : Cpu.Attention.None);
        bool sleptBefore = IsAsleep;
        while (true)
        {
            TakeReset();
            FollowLowPowerBits();
            if (_pricesChanged && !sleeps)
            {
                return null;
            }

            SimTime now = Now;
            if (Scheduler.NextTime <= now)
            {
                Scheduler.RunDue(now);
                continue;
            }

            if (_cpu->Cycles >= maxCycles)
            {
                return StopReason.MaxCycles;
            }

            if (now >= end)
            {
                return StopReason.Until;
            }

            if (_allowance is not null && !IsAtInstruction(now))
            {
                return StopReason.MaxCycles;
            }

            // Whoever keeps the books hears of every sleep before it begins, also of one that an interrupt ends at once.
            bool isAsleep = IsAsleep;
            sleptBefore &= isAsleep;
            if (isAsleep && !sleeps && !sleptBefore)
            {
                return null;
            }

            SimTime next = SimTime.Min(Scheduler.NextTime, end);
            if (IsHeldInReset || _standsUntil > now)
            {
                SimTime until = IsHeldInReset ? next : SimTime.Min(next, _standsUntil);
                if (until == SimTime.MaxValue)
                {
                    return StopReason.Parked;
                }

                Stand(until);
                continue;
            }

            // A transfer under way comes before interrupts and the CPU. It may rewrite the jump that the CPU waits in.
            long busCycle = BusCycle;
            if (busCycle <= _cpu->Cycles)
            {
                _attention &= ~Cpu.Attention.Spin;
                _modules.BusMaster!.TakeBus(Math.Min(maxCycles, CycleAt(next)));
                continue;
            }

            bool isShadowed = !isAsleep && _attention.HasFlag(Cpu.Attention.InterruptShadow);
            if (!isShadowed && Interrupts.Highest((_cpu->Status & StatusRegister.Gie) != 0) is var vector and not 0)
            {
                if (isAsleep && !_isWaking)
                {
                    WakeUp();
                }
                else
                {
                    AcceptInterrupt(vector);
                }

                continue;
            }

            // Nothing but an event, or the world outside, can end a sleep or a jump to itself now.
            bool isWaiting = isAsleep || (_attention.HasFlag(Cpu.Attention.Spin) && !isShadowed);
            if (isWaiting && Scheduler.NextTime == SimTime.MaxValue && busCycle == long.MaxValue && (end == SimTime.MaxValue || !(AwaitsOutside || AwaitsVoltage)))
            {
                return _memory.RegionAt(ProgramCounter).Kind is MemoryKind.Vacant ? StopReason.Fault : StopReason.Parked;
            }

            if (isAsleep && busCycle != long.MaxValue)
            {
                _cpu->Cycles = Math.Min(busCycle, Math.Min(maxCycles, CycleAt(next)));
                continue;
            }

            if (isAsleep)
            {
                if (!sleeps)
                {
                    return null;
                }

                Sleep(next);
                continue;
            }

            long limit = isShadowed ? _cpu->Cycles + 1 : Math.Min(Math.Min(maxCycles, CycleAt(next)), busCycle);
            if (_allowance is { } allowance)
            {
                if (!TryExecuteWithin(limit, allowance))
                {
                    return StopReason.MaxCycles;
                }
            }
            else
            {
                if (isWaiting)
                {
                    SkipSpin(limit);
                }

                Execute(limit);
            }

            if (Answer(_attention) is { } stop)
            {
                return stop;
            }
        }
    }

    /// <summary>Runs one instruction, or accepts one interrupt, or sleeps until the next event.</summary>
    public StopReason Step() => Run(_cpu->Cycles + 1);

    /// <summary>The supply is gone: nothing drives a pin until <see cref="PowerCycle"/> and the program's start-up code.</summary>
    public void LosePower() => _modules.LosePower();

    /// <summary>
    /// Loses power and gets it back: registers, RAM and peripherals are lost, FRAM and ROM stay. The device stands before its first
    /// instruction again; boot code's time and charge are the supply's business.
    /// </summary>
    /// <param name="now">Time of the first instruction; not before <see cref="Now"/>.</param>
    /// <param name="cause">What SYSRSTIV says.</param>
    /// <param name="sram">What RAM holds afterwards.</param>
    /// <param name="offSeconds">How long power was away, in seconds, for RAM that decays.</param>
    public void PowerCycle(SimTime now, ResetCause cause, SramAfterFailure sram, double offSeconds)
    {
        (_epoch, _epochCycles) = (SimTime.Max(now, Now), _cpu->Cycles);
        ForgetRequests();
        double lost = sram switch
        {
            SramAfterFailure.Decay => offSeconds / (offSeconds + SramDecaySeconds),
            _ => 1,
        };
        for (int register = 4; register < 16; register++)
        {
            SetRegister(register, sram is SramAfterFailure.Zero ? 0 : (uint)_noise.Next());
        }

        ForEachRam(bytes => Lose(bytes, sram, lost));
        _modules.Reset(ResetKind.Bor, cause);
        Start();
    }

    /// <summary>
    /// Whether the next instructions' writes to memory are remembered, so that <see cref="UndoWritesAfter"/> can take the last ones back.
    /// Switching it on forgets what was remembered before.
    /// </summary>
    public bool JournalsWrites
    {
        set => _memory.JournalsWrites = value;
    }

    /// <summary>Writes remembered since <see cref="JournalsWrites"/> was last switched on.</summary>
    public int JournaledWrites => _memory.JournaledWrites;

    /// <summary>Takes back all remembered writes but the first ones: the supply failed in the middle of an instruction, between two accesses.</summary>
    public void UndoWritesAfter(int count) => _memory.UndoWritesAfter(count);

    /// <summary>
    /// Resets the device: CPU and peripherals to their reset state, the program counter to the reset vector. Memory keeps its contents. A brown-out reset
    /// lets the boot code run, for its time.
    /// </summary>
    public void Reset(ResetKind kind, params ReadOnlySpan<ResetCause> causes)
    {
        ForgetRequests();
        _modules.Reset(kind, causes);
        _cpu->Cycles += Isa.Cycles.Reset;
        if (kind == ResetKind.Bor && Description.Constants is { } constants)
        {
            _standsUntil = Now + SimTime.FromSeconds(constants.BootAfterReset.Value);
            _isBooting = true;
        }

        Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        _memory.Dispose();
    }

    /// <inheritdoc/>
    bool IDeviceControl.IsIdle => IsAsleep || _attention.HasFlag(Cpu.Attention.Spin);

    /// <inheritdoc/>
    bool IDeviceControl.AcceptsInterrupts => (_cpu->Status & StatusRegister.Gie) != 0;

    /// <inheritdoc/>
    int? IDeviceControl.SleepMode => IsAsleep ? EffectiveLowPowerMode : null;

    /// <inheritdoc/>
    ushort IDeviceControl.ReadMemory(uint address, bool isByte) =>
        (ushort)(isByte ? CpuState.Read<ByteWidth>(_cpu, address) : CpuState.Read<WordWidth>(_cpu, address));

    /// <inheritdoc/>
    void IDeviceControl.WriteMemory(uint address, ushort value, bool isByte)
    {
        if (isByte)
        {
            CpuState.Write<ByteWidth>(_cpu, address, value);
        }
        else
        {
            CpuState.Write<WordWidth>(_cpu, address, value);
        }
    }

    /// <inheritdoc/>
    void IDeviceControl.Stall(long cycles) => _cpu->Cycles += cycles;

    /// <inheritdoc/>
    void IDeviceControl.SetMclk(ClockRate rate, SimTime hold)
    {
        (_epoch, _epochCycles) = (Now, _cpu->Cycles);
        _pricesChanged |= rate != _mclk;
        _mclk = rate;
        _standsUntil = SimTime.Max(_standsUntil, _epoch + hold);
        Attention();
    }

    /// <inheritdoc/>
    void IDeviceControl.LoseRam(uint start, uint length)
    {
        byte[] noise = new byte[length];
        _noise.Fill(noise);
        _memory.Poke(start, noise);
    }

    /// <inheritdoc/>
    void IDeviceControl.SetFram(int waitStates, bool writesBlocked)
    {
        _pricesChanged |= waitStates != _cpu->WaitStates;
        _cpu->WaitStates = waitStates;
        _memory.FramWritesBlocked = writesBlocked;
        Attention();
    }

    /// <inheritdoc/>
    public void RequestReset(ResetKind kind, ResetCause cause)
    {
        // Of several requests in one instruction the deepest decides; all are reported.
        _resetRequest = _resetRequest is { } earlier && earlier > kind ? earlier : kind;
        _resetCauses.Add(cause);
        Attention();
    }

    /// <inheritdoc/>
    (double Supply, double Buffer) IDeviceControl.Volts => VoltsNow?.Invoke() ?? _volts;

    /// <inheritdoc/>
    void IDeviceControl.PricesChanged() => ComeBack();

    /// <inheritdoc/>
    public void Attention() => _cpu->Attend(Cpu.Attention.Device);

    byte IBusTarget.ReadByte(uint address) => Registers.ReadByte(address);

    ushort IBusTarget.ReadWord(uint address) => Registers.ReadWord(address);

    void IBusTarget.WriteByte(uint address, byte value) => Registers.WriteByte(address, value);

    void IBusTarget.WriteWord(uint address, ushort value) => Registers.WriteWord(address, value);

    void IBusTarget.CountMultiplier(long cycles) => _modules.Activities.Add(ModuleActivity.Multiplier, cycles);

    void IBusTarget.TouchVacant(uint address)
    {
        Note($"vacant memory accessed at 0x{address:X5}");
        _modules.ReportVacantAccess();
    }

    void IBusTarget.TouchProtectedFram(uint address)
    {
        Note($"FRAM write to 0x{address:X5} ignored: the FRAM controller blocks writes");
        _modules.Fram?.ReportBlockedWrite();
    }

    private long BusCycle => _modules.BusMaster?.BusCycle ?? long.MaxValue;

    private bool IsFlat => Description.UnclaimedPeripheralSpaceIsMemory;

    // The first cycle at or after a time.
    private long CycleAt(SimTime time) =>
        time == SimTime.MaxValue ? long.MaxValue : _epochCycles + _mclk.CyclesToReach(time - _epoch);

    private void Execute(long limit)
    {
        _cpu->Attention = Cpu.Attention.None;
        _engine.Run(_cpu, limit);
        _attention = _cpu->Attention;
        _stoppedAt = ProgramCounter;
    }

    // Whether an instruction comes next, and nothing is special about it.
    private bool IsAtInstruction(SimTime now) =>
        !IsAsleep && !IsHeldInReset && _standsUntil <= now && BusCycle > _cpu->Cycles
        && (_attention & (Cpu.Attention.InterruptShadow | Cpu.Attention.Spin)) == 0
        && Interrupts.Highest((_cpu->Status & StatusRegister.Gie) != 0) == 0;

    private bool TryExecuteWithin(long limit, Allowance allowance)
    {
        long before = _cpu->Ledger.Instructions;
        _cpu->Attention = Cpu.Attention.None;
        _engine.RunWithin(_cpu, limit, allowance);
        _attention = _cpu->Attention;
        _stoppedAt = ProgramCounter;
        return _cpu->Ledger.Instructions != before;
    }

    // The FRAM array is off meanwhile, and its cache with it; only FRCTL keeps both in LPM0.
    private void Sleep(SimTime until)
    {
        bool isLpm0 = (_cpu->Status & StatusRegister.Lpm4) == StatusRegister.CpuOff;
        if (!isLpm0 || Description.FramController is not FramControllerKind.Frctl)
        {
            _cpu->EmptyCache();
        }

        _attention = Cpu.Attention.None;
        _isWaking = false;
        _cpu->Ledger.SleepPicoseconds[EffectiveLowPowerMode] += (until - Now).Picoseconds;
        (_epoch, _epochCycles) = (until, _cpu->Cycles);
    }

    private bool IsHeldInReset => _modules.System is { IsHeldInReset: true };

    // Powered, but without a clock.
    private void Stand(SimTime until)
    {
        long picoseconds = (until - Now).Picoseconds;
        if (_isBooting)
        {
            _cpu->Ledger.BootPicoseconds += picoseconds;
        }
        else if (_isWaking)
        {
            _cpu->Ledger.WakePicoseconds += picoseconds;
        }

        (_epoch, _epochCycles) = (until, _cpu->Cycles);
        _isBooting &= until < _standsUntil;
    }

    // The oscillator starts, and FRAM; the interrupt is taken when that is done.
    private void WakeUp()
    {
        int mode = EffectiveLowPowerMode;
        _cpu->Ledger.WakeUps[mode]++;
        _isWaking = true;
        _standsUntil = Now + _modules.WakeUpTime(mode);
    }

    private void TakeReset()
    {
        if (_resetRequest is { } kind)
        {
            ResetCause[] causes = [.. _resetCauses];
            Reset(kind, causes);
        }
    }

    private void ForgetRequests()
    {
        _resetRequest = null;
        _resetCauses.Clear();
        _standsUntil = SimTime.Zero;
        _isWaking = false;
        _isBooting = false;
    }

    private StopReason? Answer(Attention attention)
    {
        if (attention.HasFlag(Cpu.Attention.Illegal))
        {
            return StopReason.Illegal;
        }

        if (attention.HasFlag(Cpu.Attention.FetchTrap))
        {
            if (IsFlat)
            {
                return StopReason.Fault;
            }

            RequestReset(ResetKind.Puc, ResetCause.PeripheralFetch);
        }

        if (attention.HasFlag(Cpu.Attention.ReturnFromInterrupt))
        {
            Interrupts.Return();
        }

        if (attention.HasFlag(Cpu.Attention.HostCall) && HostCalls?.Invoke(this, _cpu->HostCall).ExitCode is { } code)
        {
            ExitCode = code;
            return StopReason.Exited;
        }

        return null;
    }

    // PC, then SR with PC.19:16 above it; all of SR but SCG0 cleared; the handler is in the lower 64 KiB.
    private void AcceptInterrupt(uint vector)
    {
        _attention = Cpu.Attention.None;
        _isWaking = false;
        uint pc = ProgramCounter;
        uint stack = (_cpu->Registers[1] - 2) & AddressSpace.AddressMask;
        CpuState.WriteWord(_cpu, stack, (ushort)pc);
        stack = (stack - 2) & AddressSpace.AddressMask;
        CpuState.WriteWord(_cpu, stack, (ushort)(((pc >> 4) & 0xF000) | _cpu->Status));
        _cpu->Registers[1] = stack;
        _cpu->Status &= StatusRegister.Scg0;
        ProgramCounter = CpuState.ReadWord(_cpu, _modules.VectorAddress(vector));
        _cpu->Cycles += Isa.Cycles.InterruptEntry;
        _cpu->Ledger.Interrupts++;
        Interrupts.Acknowledge(vector);
    }

    // A jump to itself does the same each time round once its code is in the cache: one more pass shows what, the rest is multiplication.
    private void SkipSpin(long limit)
    {
        ActivityLedger before = _cpu->Ledger;
        long cycles = _cpu->Cycles;
        Execute(cycles + 1);
        long perPass = _cpu->Cycles - cycles;
        long passes = (limit - _cpu->Cycles) / perPass;
        if (limit != long.MaxValue && passes > 0)
        {
            _cpu->Ledger.AddPasses(before, passes);
            _cpu->Cycles += passes * perPass;
        }
    }

    private void FollowLowPowerBits()
    {
        uint bits = _cpu->Status & StatusRegister.Lpm4;
        if (bits != _lowPowerBits)
        {
            _lowPowerBits = bits;
            _modules.StatusRegisterChanged((int)_cpu->Status);
        }
    }

    private void Start()
    {
        _attention = Cpu.Attention.None;
        _cpu->EmptyCache();
        ushort vector = PeekWord(_modules.VectorAddress(InterruptController.Reset));
        ProgramCounter = vector;

        // A blank part goes to sleep.
        _cpu->Status = vector == BlankVector && !IsFlat ? StatusRegister.Lpm4 : 0;
    }

    private void FillWithNoise()
    {
        for (int register = 4; register < 16; register++)
        {
            SetRegister(register, (uint)_noise.Next());
        }

        ForEachRam(bytes => _noise.Fill(bytes));
    }

    private void ForEachRam(Action<byte[]> change)
    {
        foreach (MemoryRegion region in Description.Memory)
        {
            if (region.Kind is MemoryKind.Ram)
            {
                byte[] bytes = new byte[region.Length];
                _memory.Peek(region.Start, bytes);
                change(bytes);
                _memory.Poke(region.Start, bytes);
            }
        }
    }

    private void Lose(byte[] bytes, SramAfterFailure sram, double lost)
    {
        if (sram is SramAfterFailure.Zero)
        {
            Array.Clear(bytes);
            return;
        }

        byte[] noise = new byte[bytes.Length];
        _noise.Fill(noise);
        if (lost >= 1)
        {
            noise.CopyTo(bytes, 0);
            return;
        }

        ulong threshold = (ulong)(lost * uint.MaxValue);
        for (int n = 0; n < bytes.Length; n++)
        {
            if ((_noise.Next() & uint.MaxValue) < threshold)
            {
                bytes[n] = noise[n];
            }
        }
    }

    private void RequireMemory(FirmwareImage image, ImageSegment segment)
    {
        uint address = segment.Address;
        uint end = address + (uint)segment.Bytes.Length;
        while (address < end)
        {
            MemoryRegion region = _memory.RegionAt(address);
            if (region.Kind is MemoryKind.Vacant or MemoryKind.Peripheral && !IsFlat)
            {
                throw new InputException(
                    image.Source,
                    null,
                    $"{segment.Bytes.Length} bytes to program at 0x{segment.Address:X5}, of which 0x{address:X5} is {region.Name}",
                    $"only addresses where {Description.Name} has memory");
            }

            address = region.End;
        }
    }

    private void Note(string text)
    {
        if (_notes.Count < MaximumNotes && !_notes.Contains(text))
        {
            _notes.Add(text);
        }
    }
}
