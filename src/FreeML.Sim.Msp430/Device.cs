using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Memory;

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

    private readonly AddressSpace _memory;
    private readonly CpuState* _cpu;
    private readonly DeviceModules _modules;
    private readonly List<string> _notes = [];
    private ClockRate _mclk;
    private SimTime _epoch;
    private long _epochCycles;
    private uint _lowPowerBits;
    private (ResetKind Kind, ResetCause Cause)? _resetRequest;
    private Func<Device, uint, HostCallOutcome>? _hostCalls;

    /// <summary>A device just powered up: FRAM erased, RAM and registers as the silicon leaves them (noise from the seed; zeros on <c>generic</c>).</summary>
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
        if (description.FactoryContent is { } content)
        {
            _memory.Poke(content.Address, content.Bytes.Span);
        }

        if (!IsFlat)
        {
            FillWithNoise(seed);
        }

        _modules.Reset(ResetKind.Bor, ResetCause.BrownOut);
        Start();
    }

    /// <summary>Which device this is.</summary>
    public DeviceDescription Description { get; }

    /// <summary>Interrupt requests.</summary>
    public InterruptController Interrupts => _modules.Interrupts;

    /// <summary>Events to come.</summary>
    public Scheduler Scheduler => _modules.Scheduler;

    /// <summary>The peripherals' registers.</summary>
    public PeripheralBus Registers => _modules.Bus;

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
    public void Poke(uint address, ReadOnlySpan<byte> bytes) => _memory.Poke(address, bytes);

    /// <summary>Writes a word of memory as a programmer does.</summary>
    public void PokeWord(uint address, ushort value) => _memory.Poke(address, [(byte)value, (byte)(value >> 8)]);

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
    public StopReason Run(long maxCycles = long.MaxValue, SimTime? until = null)
    {
        SimTime end = until ?? SimTime.MaxValue;
        Attention attention = Cpu.Attention.None;
        while (true)
        {
            if (_resetRequest is { } reset)
            {
                _resetRequest = null;
                attention = Cpu.Attention.None;
                Reset(reset.Kind, reset.Cause);
            }

            FollowLowPowerBits();
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

            bool isAsleep = (_cpu->Status & StatusRegister.CpuOff) != 0;
            bool isShadowed = !isAsleep && attention.HasFlag(Cpu.Attention.InterruptShadow);
            if (!isShadowed && Interrupts.Highest((_cpu->Status & StatusRegister.Gie) != 0) is var vector and not 0)
            {
                attention = Cpu.Attention.None;
                AcceptInterrupt(vector);
                continue;
            }

            // Nothing but an event can end a sleep or a jump to itself now.
            bool isWaiting = isAsleep || (attention.HasFlag(Cpu.Attention.Spin) && !isShadowed);
            if (isWaiting && Scheduler.NextTime == SimTime.MaxValue)
            {
                return _memory.RegionAt(ProgramCounter).Kind is MemoryKind.Vacant ? StopReason.Fault : StopReason.Parked;
            }

            SimTime next = SimTime.Min(Scheduler.NextTime, end);
            if (isAsleep)
            {
                attention = Cpu.Attention.None;
                (_epoch, _epochCycles) = (next, _cpu->Cycles);
                continue;
            }

            long limit = isShadowed ? _cpu->Cycles + 1 : Math.Min(maxCycles, CycleAt(next));
            if (isWaiting)
            {
                SkipSpin(limit);
            }

            attention = Execute(limit);
            if (Answer(attention) is { } stop)
            {
                return stop;
            }
        }
    }

    /// <summary>Runs one instruction, or accepts one interrupt, or sleeps until the next event.</summary>
    public StopReason Step() => Run(_cpu->Cycles + 1);

    /// <summary>Resets the device: CPU and peripherals to their reset state, the program counter to the reset vector. Memory keeps its contents.</summary>
    public void Reset(ResetKind kind, ResetCause cause)
    {
        _modules.Reset(kind, cause);
        _cpu->Cycles += Isa.Cycles.Reset;
        Start();
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <inheritdoc/>
    void IDeviceControl.SetMclk(ClockRate rate)
    {
        (_epoch, _epochCycles) = (Now, _cpu->Cycles);
        _mclk = rate;
        Attention();
    }

    /// <inheritdoc/>
    void IDeviceControl.SetFram(int waitStates, bool writesBlocked)
    {
        _cpu->WaitStates = waitStates;
        _memory.FramWritesBlocked = writesBlocked;
    }

    /// <inheritdoc/>
    public void RequestReset(ResetKind kind, ResetCause cause)
    {
        // Of several requests in one instruction the deepest decides.
        if (_resetRequest is not { } earlier || kind > earlier.Kind)
        {
            _resetRequest = (kind, cause);
        }

        Attention();
    }

    /// <inheritdoc/>
    public void Attention() => _cpu->Attend(Cpu.Attention.Device);

    byte IBusTarget.ReadByte(uint address) => Registers.ReadByte(address);

    ushort IBusTarget.ReadWord(uint address) => Registers.ReadWord(address);

    void IBusTarget.WriteByte(uint address, byte value) => Registers.WriteByte(address, value);

    void IBusTarget.WriteWord(uint address, ushort value) => Registers.WriteWord(address, value);

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

    private bool IsFlat => Description.UnclaimedPeripheralSpaceIsMemory;

    // The first cycle at or after a time.
    private long CycleAt(SimTime time) =>
        time == SimTime.MaxValue ? long.MaxValue : _epochCycles + _mclk.CyclesToReach(time - _epoch);

    private Attention Execute(long limit)
    {
        _cpu->Attention = Cpu.Attention.None;
        Interpreter.Run(_cpu, limit);
        return _cpu->Attention;
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
        _cpu->EmptyCache();
        ushort vector = PeekWord(_modules.VectorAddress(InterruptController.Reset));
        ProgramCounter = vector;

        // A blank part goes to sleep.
        _cpu->Status = vector == BlankVector && !IsFlat ? StatusRegister.Lpm4 : 0;
    }

    private void FillWithNoise(ulong seed)
    {
        var noise = new Noise(seed);
        for (int register = 4; register < 16; register++)
        {
            SetRegister(register, (uint)noise.Next());
        }

        foreach (MemoryRegion region in Description.Memory)
        {
            if (region.Kind is MemoryKind.Ram)
            {
                byte[] bytes = new byte[region.Length];
                noise.Fill(bytes);
                _memory.Poke(region.Start, bytes);
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
