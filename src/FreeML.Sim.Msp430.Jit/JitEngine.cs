using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;
using Decoder = FreeML.Sim.Msp430.Isa.Decoder;
using Instruction = FreeML.Sim.Msp430.Isa.Instruction;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// Translates what runs often into x86-64 and leaves the rest to the interpreter, which it equals to the bit.
/// </summary>
public sealed unsafe class JitEngine : ExecutionEngine
{
    // Translating costs about as much as interpreting this many cycles; nothing is translated before. The first time in a process costs more:
    // the translator itself is compiled then.
    private const long WarmUpCycles = 400_000;
    private const long FirstWarmUpCycles = 8_000_000;
    private static volatile bool s_isTranslatorWarm;

    // Calls of generated code looked at together. If they did less than this on the average, interpreting is as fast; then it goes on for a while.
    private const int CallsLookedAt = 256;
    private const long WorthwhileCycles = 48;
    private const long PauseCycles = 200_000;

    // Coming back for a peripheral's register takes as long as interpreting this many instructions.
    private const long WorthwhileInstructions = 3;

    // Instructions interpreted in search of translated code, before the program is left to run for a sample.
    private const int Steps = 96;

    private const long SampleCycles = 2_000;
    private const int HotSamples = 2;
    private readonly long _sampleCycles;

    // Runs from a place on that end before there is any translated code, because the device wants to know something: a program that sets GIE again and
    // again comes no further. After so many it is looked at like any other place.
    private const int MostCutShort = 8;
    private readonly Dictionary<uint, byte> _cutShort = [];

    // Visits from translated code before what it comes to is translated too.
    private const int HotVisits = 4;

    // Before anything is translated the program is watched, until it has come to nothing new for so many instructions, or for so many in all.
    private const int WatchedInVain = 1000;
    private const int MostWatched = 16_384;

    // While it is watched it mostly goes where it has just been: so many of these places are known by their address.
    private const int PassedBeforeLookedAt = 1024;

    // Instructions that something is known of at most; a program that changes itself has always new ones.
    private const int MostSeen = 1 << 18;

    // A call of generated code returns after this many cycles, so that its 32-bit sums cannot overflow.
    private const long LongestStretch = 1 << 28;

    // Translating an instruction takes as long as interpreting this many. But for the first few, no more time is spent on it than the program has
    // run for, so that one that goes everywhere and stays nowhere loses little. The first few are a program's kernel: all of it at once, for
    // blocks of one unit know more of each other. A program that has run for longer than most is expected to go on; by then the translator itself
    // has been compiled by the host, too.
    private const long InstructionCost = 3_000;
    private const long LaterInstructionCost = 750;
    private const int FirstFew = 700;
    private const int NextFew = 300;
    private readonly bool _isThrifty;

    // After so many accesses other than expected an instruction is translated anew, with all others that were seen to go elsewhere; the next time
    // it takes as many times more. Where they are further apart than so many instructions of the program, they cost less than they are worth looking at:
    // such as the first element of an array that begins in the last line of code. After so many attempts it stays what it is, for what comes back too
    // often is judged as a whole.
    private const int ToleratedMismatches = 8;
    private const long RareInstructions = 10_000;
    private const int MoreTolerated = 2;
    private const int Attempts = 4;

    // Bytes that a block reads through a register are mostly fewer than in so many lines.
    private const int SharedLinesLookedAt = 8;

    // What was seen of an instruction is kept under its address and words, for another one may come to lie there.
    private readonly Dictionary<uint, byte> _heat = [];
    private readonly Dictionary<Place, OperandMemories> _memories = [];
    private readonly Dictionary<Place, Mismatches> _mismatches = [];
    private readonly HashSet<Place> _interpreted = [];
    private readonly HashSet<Place> _readsCode = [];

    // Lines of FRAM with code in them that the program was seen to read data from: constants often lie right behind the code.
    private readonly HashSet<uint> _sharedLines = [];
    private readonly List<(AccessPath Path, uint Start, uint End)> _spans = [];
    private readonly byte[] _spanOfGranule = new byte[AddressSpace.Size >> AddressSpace.GranuleBits];
    private UnitTable _units = null!;
    private AddressSpace _memory = null!;
    private StoreShelf _stores = StoreShelf.Shared;
    private StoreShelf? _ownStores;
    private TranslationStore? _store;
    private int _copiedCounts;
    private int _longestCycles;
    private HostLayout _at = null!;
    private nint* _entries;
    private readonly long? _warmUpCycles;
    private readonly bool _mayPause;
    private bool _isRefused;
    private long _translatesAt;
    private int _calls;
    private long _cyclesOfCalls;
    private int _peripheralCalls;
    private long _peripheralsSince;
    private long _pausesUntil;
    private long _waitStates;
    private bool _multiplierIsPlain;
    private int _changes;

    /// <summary>An engine that leaves short runs alone.</summary>
    public JitEngine()
    {
        _sampleCycles = SampleCycles;
        _mayPause = true;
        _isThrifty = true;
        Watches = true;
    }

    /// <summary>An engine that translates sooner or later, and uses what it has translated even where that is not worth while.</summary>
    /// <param name="warmUpCycles">Cycles of a device before anything is translated.</param>
    /// <param name="sampleCycles">Cycles interpreted between two looks at where the program is.</param>
    public JitEngine(long warmUpCycles, long sampleCycles)
    {
        _warmUpCycles = warmUpCycles;
        _sampleCycles = sampleCycles;
        IsAlone = true;
    }

    /// <summary>Whether this host can run it.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture is Architecture.X64 && Avx2.IsSupported;

    /// <inheritdoc/>
    public override string Name => "jit";

    /// <summary>Whether it translates at all: the host can run the code, and has given memory for it. If not, it interprets.</summary>
    public bool IsTranslating => IsSupported && !_isRefused;

    /// <summary>Instructions translated so far, with repeats.</summary>
    public long TranslatedInstructions { get; private set; }

    /// <summary>Instructions that ran as translated code.</summary>
    public long ExecutedInstructions { get; private set; }

    /// <summary>Whether it watches the program before it translates, and translates only what it has seen to run; if not, all that can be reached.</summary>
    internal bool Watches { get; init; }

    /// <summary>Whether translated code is called also where that is not worth while: for tests.</summary>
    internal bool NeverPauses { get; init; }

    /// <summary>How often generated code left for the interpreter, by reason.</summary>
    public IReadOnlyList<long> Leaves => _leaves;

    private readonly long[] _leaves = new long[6];

    /// <summary>Hears what is translated and what is not; null for nobody. Not to be disposed before the engine.</summary>
    public TranslationLog? Log { get; init; }

    /// <summary>Whether it takes no translations from other devices of the process and gives them none; so does one that keeps a log.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Where it keeps translations, if it is told.</summary>
    internal StoreShelf? Stores { get; init; }

    internal override void Attach(AddressSpace memory)
    {
        _memory = memory;
        _ownStores = Stores is null && (IsAlone || Log is not null) ? new StoreShelf(disposes: true) : null;
        _stores = Stores ?? _ownStores ?? StoreShelf.Shared;
        Log?.Memory = memory;
    }

    internal override void Run(CpuState* cpu, long limit)
    {
        if (_memory.JournalsWrites || !IsTranslating)
        {
            Interpreter.Run(cpu, limit);
            return;
        }

        long warmUpEnd = _store is not null ? 0 : _warmUpCycles ?? (s_isTranslatorWarm ? WarmUpCycles : FirstWarmUpCycles);
        if (cpu->Cycles < warmUpEnd)
        {
            Interpreter.Run(cpu, Math.Min(limit, warmUpEnd));
            if (cpu->Cycles >= limit || cpu->Attention != Attention.None)
            {
                return;
            }
        }

        if (_store is null && !TryPrepare())
        {
            Interpreter.Run(cpu, limit);
            return;
        }

        cpu->Limit = limit;
        bool comesFromCode = false;

        // A run mostly ends in the midst of a block, so the next one begins there.
        uint begin = cpu->Registers[0];
        if (Watches && !_units.IsEmpty && cpu->Cycles < limit && cpu->Cycles >= _pausesUntil && _entries[begin >> 1] == 0 && _cutShort.GetValueOrDefault(begin) < MostCutShort)
        {
            FindCode(cpu);
            if (cpu->Attention != Attention.None)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_cutShort, begin, out _)++;
            }
        }

        while (cpu->Cycles < cpu->Limit)
        {
            if (!IsAsBefore(cpu))
            {
                // What may run was made for something else.
                _units.Clear();
                TryFindStore(cpu);
            }

            if (_store is null)
            {
                Interpreter.Run(cpu, limit);
                return;
            }

            if (cpu->Cycles < _pausesUntil)
            {
                Interpret(cpu, _pausesUntil);
                continue;
            }

            nint entry = _entries[cpu->Registers[0] >> 1];
            if (entry == 0)
            {
                InterpretForAWhile(cpu, comesFromCode);
                comesFromCode = false;
                continue;
            }

            long before = cpu->Cycles;
            Leave reason = Enter(cpu, entry);
            _leaves[(int)reason]++;
            comesFromCode = reason is Leave.Lookup;
            switch (reason)
            {
                case Leave.Budget:
                    // What is left is less than a block.
                    Interpret(cpu, Math.Min(cpu->Limit, cpu->Cycles + 200));
                    break;
                case Leave.Mismatch when WritesCode(cpu):
                    FindCode(cpu);
                    break;
                case Leave.Mismatch:
                    Learn(cpu);
                    Judge(cpu, cpu->Cycles - before);
                    FindCode(cpu);
                    break;
                case Leave.Interpret:
                    Judge(cpu, cpu->Cycles - before);
                    FindCode(cpu);
                    break;
                case Leave.Asked:
                    Judge(cpu, cpu->Cycles - before);
                    break;
            }
        }
    }

    // What the dearest program could not use up certainly fits. The real one uses less, so what is left is worth some blocks more, again and again; where
    // no block fits any more, the interpreter counts.
    internal override void RunWithin(CpuState* cpu, long limit, Allowance allowance)
    {
        if (_memory.JournalsWrites || _store is null || !IsAsBefore(cpu) || cpu->Cycles < _pausesUntil)
        {
            base.RunWithin(cpu, limit, allowance);
            return;
        }

        while (cpu->Cycles < limit && cpu->Attention == Attention.None)
        {
            long before = cpu->Cycles;
            nint entry = _entries[cpu->Registers[0] >> 1];
            if (entry != 0)
            {
                cpu->Limit = Math.Min(limit, before + allowance.CertainCycles(cpu) - _longestCycles);
                Leave reason = Enter(cpu, entry);
                _leaves[(int)reason]++;
                if (reason is Leave.Budget && cpu->Cycles != before)
                {
                    continue;
                }
            }

            if (cpu->Attention == Attention.None)
            {
                long instructions = cpu->Ledger.Instructions;
                Interpreter.RunWithin(cpu, limit, allowance, _entries);
                if (cpu->Ledger.Instructions == instructions)
                {
                    return;
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _ownStores?.Dispose();
        _store = null;
        NativeMemory.Free(_entries);
        _entries = null;
        base.Dispose(disposing);
    }

    private bool TryPrepare()
    {
        CpuState* cpu = _memory.State;
        _at = new HostLayout(_memory);
        if (!TryFindStore(cpu))
        {
            return false;
        }

        _entries = (nint*)NativeMemory.AllocZeroed(AddressSpace.Size / 2, (nuint)sizeof(nint));
        cpu->Engine[2] = (long)_entries;
        _units = new UnitTable(_memory, _entries);
        _memory.CodeChanged = Change;
        FindSpans(cpu);
        s_isTranslatorWarm = true;
        return true;
    }

    // What was translated for devices like this one is now. If the host gives no memory for it, it interprets from now on.
    private bool TryFindStore(CpuState* cpu)
    {
        _store = _stores.Find(Circumstances.Of(cpu, _memory), _at);
        _isRefused = _store is null;
        _waitStates = cpu->WaitStates;
        _multiplierIsPlain = cpu->Multiplier.IsPlain;
        _copiedCounts = 0;
        return !_isRefused;
    }

    private bool IsAsBefore(CpuState* cpu) => cpu->WaitStates == _waitStates && cpu->Multiplier.IsPlain == _multiplierIsPlain;

    // Takes what was translated before of the place where the program is.
    private bool TryAdopt(uint address)
    {
        if (_store!.Find(address, _memory) is not { } unit)
        {
            return false;
        }

        Adopt(unit);
        return true;
    }

    private void Adopt(Unit unit)
    {
        if (_copiedCounts < unit.Counts)
        {
            _store!.Counts.Copy(_memory.EngineRoom, _copiedCounts, unit.Counts);
            _copiedCounts = unit.Counts;
        }

        _longestCycles = Math.Max(_longestCycles, unit.LongestCycles);
        _units.Add(unit);
    }

    // Stretches of memory that are read alike; writes, and code in them, change nothing of that.
    private void FindSpans(CpuState* cpu)
    {
        for (uint granule = 0; granule < _spanOfGranule.Length; granule++)
        {
            uint start = granule << AddressSpace.GranuleBits;
            AccessPath path = cpu->ReadPaths[granule];
            if (_spans.Count == 0 || _spans[^1].Path != path)
            {
                _spans.Add((path, start, start));
            }

            _spans[^1] = _spans[^1] with { End = start + (1 << AddressSpace.GranuleBits) };
            _spanOfGranule[granule] = checked((byte)(_spans.Count - 1));
        }
    }

    // A peripheral's work may be under way while generated code waits: that may be the code that changes.
    private void Change(uint address)
    {
        _changes++;
        _units.Change(address);
        ((PeripheralState*)&_memory.State->Engine[HostLayout.PeripheralSlot])->IsAsked = 1;
    }

    // Where generated code comes back too soon too often, calling it is not worth while.
    private void Judge(CpuState* cpu, long cycles)
    {
        _cyclesOfCalls += cycles;
        if (++_calls < CallsLookedAt || NeverPauses)
        {
            return;
        }

        if (_mayPause && _cyclesOfCalls < CallsLookedAt * WorthwhileCycles)
        {
            _pausesUntil = cpu->Cycles + PauseCycles;
        }

        (_calls, _cyclesOfCalls) = (0, 0);
    }

    // The same of coming back for peripherals, which is done in the midst of blocks.
    private void JudgePeripherals(CpuState* cpu, PeripheralState* peripheral)
    {
        if (++_peripheralCalls < CallsLookedAt || NeverPauses)
        {
            return;
        }

        if (_mayPause && cpu->Ledger.Instructions - _peripheralsSince < CallsLookedAt * WorthwhileInstructions)
        {
            _pausesUntil = cpu->Cycles + PauseCycles;
            peripheral->IsAsked = 1;
        }

        (_peripheralCalls, _peripheralsSince) = (0, cpu->Ledger.Instructions);
    }

    // Interprets the next instruction, and some more until there is translated code again.
    private void FindCode(CpuState* cpu)
    {
        if (Log is null)
        {
            long limit = cpu->Limit;
            Interpreter.RunTo(cpu, limit, _entries, Steps);
            GoOn(cpu, limit);
            return;
        }

        for (int n = 0; n < Steps && cpu->Cycles < cpu->Limit; n++)
        {
            Interpret(cpu, cpu->Cycles + 1);
            if (_entries[cpu->Registers[0] >> 1] != 0)
            {
                return;
            }
        }
    }

    private Leave Enter(CpuState* cpu, nint entry)
    {
        uint status = cpu->Status;
        cpu->Engine[0] = ((status & (StatusRegister.N | StatusRegister.Z)) << 13) | ((status & StatusRegister.C) << 8) | ((status & StatusRegister.V) >> 8);
        long stretch = Math.Min(cpu->Limit - cpu->Cycles, LongestStretch);
        cpu->Engine[1] = stretch;
        long end = cpu->Cycles + stretch;
        InlineMultiplier* multiplier = (InlineMultiplier*)&cpu->Engine[HostLayout.InlineMultiplierSlot];
        multiplier->Load(in cpu->Multiplier, cpu->Cycles, stretch);
        PeripheralState* peripheral = (PeripheralState*)&cpu->Engine[HostLayout.PeripheralSlot];
        peripheral->End = end;
        peripheral->Stolen = 0;
        peripheral->IsAsked = 0;
        uint* multiplierCycles = (uint*)&cpu->Engine[8];
        *multiplierCycles = 0;
        long instructions = cpu->Ledger.Instructions;

        var reason = (Leave)_store!.Enter(entry, (nint)cpu->Memory);
        while (reason is Leave.Peripheral)
        {
            PeripheralCall.Run(cpu);
            JudgePeripherals(cpu, peripheral);
            reason = (Leave)_store.Enter((nint)peripheral->Resume, (nint)cpu->Memory);
        }

        cpu->Cycles = end - cpu->Engine[1];
        var flags = (uint)cpu->Engine[0];
        uint carry = (flags & HostLayout.CarryIsNotZero) != 0 ? (~flags >> 14) & 1 : (flags >> 8) & 1;
        cpu->Status = (cpu->Status & ~StatusRegister.Flags) | carry | ((flags >> 13) & (StatusRegister.N | StatusRegister.Z)) | ((flags & 1) << 8);
        multiplier->Store(ref cpu->Multiplier, end, (int)*multiplierCycles);
        PeripheralCall.TakeCounts(cpu);
        ExecutedInstructions += cpu->Ledger.Instructions - instructions;
        if (*multiplierCycles != 0)
        {
            _memory.CountMultiplier(*multiplierCycles);
        }

        return reason;
    }

    private void Interpret(CpuState* cpu, long until)
    {
        long limit = cpu->Limit;
        if (Log is not null)
        {
            Log.Interpret(cpu, Math.Min(until, limit));
        }
        else
        {
            Interpreter.Run(cpu, Math.Min(until, limit));
        }

        GoOn(cpu, limit);
    }

    // The interpreter had a limit of its own, or is asked to stop.
    private static void GoOn(CpuState* cpu, long limit)
    {
        if (cpu->Attention == Attention.None)
        {
            cpu->Limit = limit;
        }
    }

    // Where the program is found again and again is worth translating.
    private void InterpretForAWhile(CpuState* cpu, bool comesFromCode)
    {
        uint address = cpu->Registers[0];
        if (TryAdopt(address))
        {
            return;
        }

        if (!_interpreted.Contains(Key(address)))
        {
            ref byte heat = ref CollectionsMarshal.GetValueRefOrAddDefault(_heat, address, out _);
            if (++heat < (comesFromCode && Watches ? HotVisits : HotSamples))
            {
                if (comesFromCode && Watches)
                {
                    FindCode(cpu);
                }
                else
                {
                    Interpret(cpu, cpu->Cycles + _sampleCycles);
                }

                return;
            }

            heat = HotSamples;
            if (!_isThrifty || cpu->Ledger.Instructions >= _translatesAt)
            {
                Watch(cpu);
                if (!IsAsBefore(cpu))
                {
                    return;
                }

                bool isCode = Translate(cpu, address);
                if (_entries[address >> 1] != 0)
                {
                    _heat[address] = 0;
                    return;
                }

                // Where there was no room, there will be.
                if (!isCode)
                {
                    _interpreted.Add(Key(address));
                }
            }
            else if (_units.IsEmpty)
            {
                Interpret(cpu, cpu->Cycles + _sampleCycles);
                return;
            }
        }

        Judge(cpu, 0);
        FindCode(cpu);
    }

    // What was seen of code that is no more is not kept for ever.
    private void ForgetIfTooMuch()
    {
        if (_memories.Count + _mismatches.Count > MostSeen)
        {
            _memories.Clear();
            _mismatches.Clear();
            _interpreted.Clear();
            _readsCode.Clear();
        }
    }

    // Follows the program and notes how each instruction that it comes to reaches memory: what is translated is what runs, for what it does.
    private void Watch(CpuState* cpu)
    {
        ForgetIfTooMuch();
        var code = new GuestCode(cpu, _memory);
        Span<uint> passed = stackalloc uint[PassedBeforeLookedAt];
        int changes = _changes - 1;
        int inVain = 0;
        for (int n = 0; Watches && n < MostWatched && inVain < WatchedInVain && cpu->Cycles < cpu->Limit; n++)
        {
            uint address = cpu->Registers[0];
            if (changes != _changes)
            {
                passed.Fill(uint.MaxValue);
                changes = _changes;
            }

            inVain++;
            ref uint last = ref passed[(int)(address >> 1) % PassedBeforeLookedAt];
            if (last != address)
            {
                last = address;
                Place key = Key(address);
                if (!_memories.ContainsKey(key) && code.Read(address, static _ => false) is { } instruction)
                {
                    _memories[key] = Observe(cpu, instruction);
                    inVain = 0;
                }
            }

            Interpret(cpu, cpu->Cycles + 1);
        }
    }

    // Whether there is anything to translate at an address.
    private bool Translate(CpuState* cpu, uint address)
    {
        var code = new GuestCode(cpu, _memory);
        List<GuestBlock> blocks = code.Discover(address, at => _entries[at >> 1] != 0, at => _interpreted.Contains(Key(at)), at => !Watches || _memories.ContainsKey(Key(at)));
        if (blocks.Count == 0)
        {
            return false;
        }

        int size = blocks.Sum(block => block.Instructions.Count);
        if (!CanAfford(cpu, size))
        {
            _translatesAt = Price(size);
            return true;
        }

        var memories = new Dictionary<uint, OperandMemories>();
        HashSet<uint> all = GuestUnit.LinesOf(blocks);
        HashSet<uint> lines = [.. all];
        lines.ExceptWith(_sharedLines);

        // If one instruction reads code, it is no use to keep the others off it.
        bool keepsOff = !blocks.Any(block => block.Instructions.Any(i => _readsCode.Contains(Key(i.Address))));
        foreach (GuestInstruction i in blocks.SelectMany(block => block.Instructions))
        {
            if (!memories.ContainsKey(i.Address))
            {
                OperandMemories seen = MemoriesOf(cpu, i);
                memories.Add(i.Address, keepsOff ? new OperandMemories(GuestUnit.KeepOff(seen.Source, lines), GuestUnit.KeepOff(seen.Destination, lines)) : seen);
            }
        }

        all.IntersectWith(_sharedLines);
        GuestUnit guest = GuestUnit.Of(address, blocks, lines, all, i => memories[i.Address]);
        TranslationStore store = _store!;
        lock (store.Gatekeeper)
        {
            var emitter = new UnitEmitter(_at, store.Leave, (int)cpu->WaitStates, UsualMode(cpu), store.Counts, store.Routines) { Log = Log };
            byte[] host = emitter.Emit(guest, i => memories[i.Address], store.NextAddress, out Dictionary<uint, ulong> entries);
            if (host.Length != 0 && store.TryAdd(host))
            {
                TranslatedInstructions += size;
                var unit = new Unit([.. entries.Select(entry => (entry.Key, (nint)entry.Value))], WordsOf(blocks), size, store.Counts.Number) { LongestCycles = emitter.LongestCycles };
                store.Publish(unit);
                Adopt(unit);
                return true;
            }
        }

        // There is no room left.
        _stores.Retire(store);
        _units.Clear();
        _heat.Clear();
        TryFindStore(cpu);
        return true;
    }

    private (uint Address, ushort Word)[] WordsOf(List<GuestBlock> blocks)
    {
        var words = new SortedList<uint, ushort>();
        foreach (GuestInstruction i in blocks.SelectMany(block => block.Instructions))
        {
            for (int n = 0; n < i.Decoded.Words; n++)
            {
                uint address = (i.Address + (uint)(2 * n)) & AddressSpace.AddressMask;
                words[address] = _memory.PeekCode(address);
            }
        }

        return [.. words.Select(word => (word.Key, word.Value))];
    }

    private Place Key(uint address)
    {
        ulong words = 0;
        for (uint n = 0; n < Decoder.MaximumWords; n++)
        {
            words |= (ulong)_memory.PeekCode(address + (2 * n)) << (int)(16 * n);
        }

        return new Place(address, words);
    }

    // Whether so many instructions more can be translated without spending too much on it.
    private bool CanAfford(CpuState* cpu, int size) => !_isThrifty || cpu->Ledger.Instructions >= Price(size);

    // Instructions that the program must have run before so many more are translated.
    private long Price(int size)
    {
        long paid = TranslatedInstructions + size - FirstFew;
        return (Math.Min(paid, NextFew) * InstructionCost) + (Math.Max(0, paid - NextFew) * LaterInstructionCost);
    }

    private static MultiplierWrite UsualMode(CpuState* cpu) => cpu->Multiplier switch
    {
        { Mode: 0 } => MultiplierWrite.Mpy,
        { Mode: 1 } => MultiplierWrite.Mpys,
        { Mode: 2 } => MultiplierWrite.Mac,
        _ => MultiplierWrite.Macs,
    };

    // An instruction reached memory in another way than it was translated for: it is translated anew if it does so often.
    private void Learn(CpuState* cpu)
    {
        ForgetIfTooMuch();
        uint address = cpu->Registers[0];
        Place key = Key(address);
        ref Mismatches seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_mismatches, key, out _);
        long instructions = cpu->Ledger.Instructions;
        bool isFirst = seen is { Count: 0, Attempts: 0 };
        bool isRare = instructions - seen.LastAt >= RareInstructions;
        seen = seen with { Count = isRare ? 1 : seen.Count + 1, LastAt = instructions };
        bool isEnough = seen.Attempts < Attempts && seen.Count >= Tolerated(seen.Attempts) && CanAfford(cpu, _units.SizeAt(address));
        if (!isFirst && !isEnough)
        {
            return;
        }

        if (new GuestCode(cpu, _memory).Read(address, static _ => false) is not { } instruction)
        {
            return;
        }

        OperandMemories memories = Observe(cpu, instruction);
        Share(memories.Source);
        Share(memories.Destination);
        if (!isEnough)
        {
            // For when the unit is translated anew on account of another instruction.
            _memories[key] = memories;
            return;
        }

        seen = seen with { Count = 0, Attempts = seen.Attempts + 1 };
        bool isKnown = _memories.TryGetValue(key, out OperandMemories before) && before.Source.Path == memories.Source.Path && before.Destination.Path == memories.Destination.Path;
        bool isSlow = (instruction.UsesSourceMemory && memories.Source.Path is AccessPath.Slow) || (instruction.UsesDestinationMemory && memories.Destination.Path is AccessPath.Slow);
        bool isLast = seen.Attempts == Attempts;
        if (isKnown && seen.Attempts > 1)
        {
            // The same memory as always, so it must have been code that it reads.
            _readsCode.Add(key);
        }

        foreach (Unit unit in _units.At(address))
        {
            _units.Retire(unit);
            _store!.Withdraw(unit);
        }

        if (isSlow || isLast)
        {
            _interpreted.Add(key);
        }

        _memories[key] = memories;
        _heat[address] = HotSamples;
    }

    // Whether the next instruction writes where there is code: that is nothing to learn from.
    private bool WritesCode(CpuState* cpu)
    {
        uint address = cpu->Registers[0];
        if (new GuestCode(cpu, _memory).Read(address, static _ => false) is not { UsesDestinationMemory: true } i)
        {
            return false;
        }

        uint stack = cpu->Registers[1];
        uint from = i.Shape switch
        {
            Shape.Push or Shape.Call or Shape.PushMultiple => stack - (uint)(2 * i.Words * Math.Max(1, i.Decoded.Count)),
            _ => AddressOf(cpu, i.Decoded.Destination, i.DestinationPath, i.DestinationValue),
        };
        uint words = (uint)(i.Words * (i.Shape is Shape.PushMultiple ? i.Decoded.Count : 1));
        for (uint word = 0; word < words; word++)
        {
            if (_memory.IsMarked((from + (2 * word)) & AddressSpace.AddressMask))
            {
                return true;
            }
        }

        return false;
    }

    private static uint AddressOf(CpuState* cpu, Operand operand, OperandPath path, uint value) => path is OperandPath.Absolute
        ? value
        : Decoder.EffectiveAddress(cpu->Registers[operand.Register], path is OperandPath.Indexed or OperandPath.IndexedFar ? (int)value : 0, path is not OperandPath.Indexed);

    // Notes the line of code that data were read from: the next one where the address itself is not among code, for a block's reads are checked at once.
    private void Share(Reach reach)
    {
        if (reach.Path is not AccessPath.Fram)
        {
            return;
        }

        for (uint line = reach.Seen >> 3; line < (reach.Seen >> 3) + SharedLinesLookedAt; line++)
        {
            if (_units.HoldsLine(line))
            {
                _sharedLines.Add(line);
                return;
            }
        }
    }

    // Accesses other than expected before the next attempt.
    private static int Tolerated(int attempts)
    {
        int tolerated = ToleratedMismatches;
        for (int n = 0; n < attempts; n++)
        {
            tolerated *= MoreTolerated;
        }

        return tolerated;
    }

    private OperandMemories MemoriesOf(CpuState* cpu, GuestInstruction instruction)
    {
        if (!_memories.TryGetValue(Key(instruction.Address), out OperandMemories seen))
        {
            seen = Observe(cpu, instruction);
        }

        return new OperandMemories(OrStack(seen.Source), OrStack(seen.Destination));

        // What has not been seen yet is taken to be where the stack is.
        Reach OrStack(Reach reach) => reach.Path is not AccessPath.Slow ? reach
            : ReachOf(cpu->Registers[1], reach.Offset, isNear: true) is { Path: AccessPath.Sram } stack ? stack
            : new Reach(AccessPath.Sram, 0, 0, 0, reach.Offset, false);
    }

    // How the instruction would reach memory with the present registers. Of an operand that is not in memory it does not matter.
    private OperandMemories Observe(CpuState* cpu, GuestInstruction i)
    {
        Instruction decoded = i.Decoded;
        uint stack = cpu->Registers[1];
        Reach source = i.UsesSourceMemory ? ReachAt(cpu, i, decoded.Source, i.SourcePath, i.SourceValue, writes: false) : default;
        Reach destination = i.Shape switch
        {
            Shape.Push or Shape.Call => WrittenAt(cpu, (stack - 4) & AddressSpace.AddressMask),
            Shape.PushMultiple => Plain(WrittenAt(cpu, (stack - 4) & AddressSpace.AddressMask)),
            Shape.PopMultiple => Plain(ReachOf(stack, 0, isNear: false)),
            _ when i.UsesDestinationMemory => ReachAt(cpu, i, decoded.Destination, i.DestinationPath, i.DestinationValue, i.WritesDestination),
            _ => default,
        };
        return new OperandMemories(source, destination);

        // Several registers at once are moved in SRAM only.
        static Reach Plain(Reach reach) => reach.Path is AccessPath.Sram ? reach : reach with { Path = AccessPath.Slow };
    }

    private static Reach WrittenAt(CpuState* cpu, uint address) => new(PlainPath(cpu->WritePaths[address >> AddressSpace.GranuleBits]), 0, 0, 0, 0, false);

    // Beside code, memory is what it is; whether it is code is asked at each write.
    private static AccessPath PlainPath(AccessPath path) => path switch
    {
        AccessPath.SramBesideCode => AccessPath.Sram,
        AccessPath.FramBesideCode => AccessPath.Fram,
        _ => path,
    };

    private Reach ReachAt(CpuState* cpu, GuestInstruction i, Operand operand, OperandPath path, uint value, bool writes)
    {
        uint register = cpu->Registers[operand.Register];
        bool isNear = path is OperandPath.Indexed;
        int offset = path is OperandPath.Indexed or OperandPath.IndexedFar ? (int)value : 0;
        uint address = path is OperandPath.Absolute ? value : Decoder.EffectiveAddress(register, offset, !isNear);
        AccessPath* paths = writes ? cpu->WritePaths : cpu->ReadPaths;
        AccessPath first = PlainPath(paths[address >> AddressSpace.GranuleBits]);
        AccessPath last = PlainPath(paths[((address + (i.Bits == 20 ? 2u : 0)) & AddressSpace.AddressMask) >> AddressSpace.GranuleBits]);

        // An index of 8000 and more is a negative one; where it is mostly an array's address, the sum stays below 64 KiB without it.
        int plain = isNear && register <= 0xFFFF && register + (uint)(ushort)offset <= 0xFFFF ? (ushort)offset : offset;
        Reach reach = ReachOf(address, plain, isNear);
        return reach with { Path = first == last ? first : AccessPath.Slow };
    }

    // The memory around an address that is read like it.
    private Reach ReachOf(uint address, int offset, bool isNear)
    {
        (AccessPath path, uint first, uint end) = _spans[_spanOfGranule[address >> AddressSpace.GranuleBits]];
        if (!isNear)
        {
            return new Reach(path, first, end, address, offset, false);
        }

        // A register below 64 KiB and an index reach no further than 18000: from there on the sum cannot have wrapped, nor can it below 10000.
        return address < 0x1_0000
            ? new Reach(path, first, Math.Min(end, 0x1_0000), address, offset, false)
            : new Reach(path, Math.Max(first, 0x1_8000), end, address, offset, address < 0x1_8000);
    }

    // An instruction, with all the words that may be its own.
    private readonly record struct Place(uint Address, ulong Words);

    // Accesses of an instruction other than expected, one soon after the other; how often it was translated anew for that; and how many instructions
    // the program had run at the last one.
    private record struct Mismatches(int Count, int Attempts, long LastAt);
}
