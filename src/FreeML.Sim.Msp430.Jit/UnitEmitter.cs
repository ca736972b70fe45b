using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;
using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>Why generated code came back.</summary>
internal enum Leave
{
    /// <summary>The next block may not fit into the cycles left.</summary>
    Budget,

    /// <summary>The next instruction is for the interpreter.</summary>
    Interpret,

    /// <summary>The next instruction reaches memory in a way it was not translated for.</summary>
    Mismatch,

    /// <summary>There is no code for where the program goes.</summary>
    Lookup,

    /// <summary>A peripheral's register is reached; then generated code goes on where it was.</summary>
    Peripheral,

    /// <summary>What a peripheral did is for others to see first.</summary>
    Asked,
}

/// <summary>
/// Writes the host code of a unit. Each block begins by asking whether it fits into the cycles left, takes its cycles and counts as a whole,
/// and then does what the interpreter would. An instruction that turns out to need the interpreter is left before it has done anything, and
/// what was taken for it and those behind it is given back.
/// </summary>
internal sealed partial class UnitEmitter
{
    private const int Eax = 0;
    private const int Ecx = 1;
    private const int Edx = 2;
    private const uint AddressMask = AddressSpace.AddressMask;

    private readonly HostAssembler _a = new();
    private readonly HostLayout _at;
    private readonly ulong _leave;
    private readonly int _wait;
    private readonly MultiplierWrite _usualMode;
    // Code of a block for what is known of the cache when it begins. Not more than a few for each block, and as many for what is known of pointers, too;
    // then one for nothing known.
    private const int MaximumVersions = 6;
    private readonly Dictionary<(uint Address, CacheKnowledge Knowledge), Label> _versions = [];
    private readonly Dictionary<(uint Address, bool HasPhases), int> _versionsOf = [];
    private readonly Queue<(uint Address, CacheKnowledge Knowledge)> _open = [];
    private readonly HashSet<(uint, CacheKnowledge)> _written = [];
    private Dictionary<uint, GuestBlock> _blocks = [];
    private (uint Address, CacheKnowledge Knowledge)? _following;
    private CacheKnowledge _cache = CacheKnowledge.Nothing;
    private Pointers _pointers = Pointers.None;
    private Deferred _deferred = Deferred.Nothing;
    private HashSet<uint> _codeLines = [];
    private HashSet<uint> _sharedLines = [];
    private bool _dataMayBeCode;
    private Func<GuestInstruction, OperandMemories> _memories = null!;

    private readonly CountPool _counts;
    private bool _isTooLarge;
    private readonly List<Action> _cold = [];

    private const int NumberOfRoutines = 7;
    private readonly Label _drop;
    private readonly Label _loadCarry;
    private readonly Label _loadStatus;
    private readonly Label _settle;
    private readonly Label _multiplyWide;
    private GuestBlock _block = null!;
    private BlockPlan _plans = null!;
    private int _index;

    // Words of instructions up to this one have been fetched, ahead of time: so the host's flags live on. Meanwhile EAX may hold an operand.
    private int _fetchedUntil;
    private bool _isEaxTaken;

    // What the host's flags are worth now, whether they are put away as well, and what is known of those put away and of the carry.
    private HostFlags _host;
    private int _hostUntil;
    private bool _isStored;
    private StoredFlags _stored;
    private bool? _carry;

    // Where a result of 20 bits waits while its flags are put away.
    private HostOperand _waiting;

    // Where registers of the guest are known to point to.
    private readonly Extent?[] _facts = new Extent?[16];

    /// <summary>A writer.</summary>
    /// <param name="at">Where things are.</param>
    /// <param name="leave">Address of the code that goes back; reason in EAX.</param>
    /// <param name="waitStates">Wait states that the code is for.</param>
    /// <param name="usualMode">Mode of the multiplier where the code does not tell.</param>
    /// <param name="counts">Where counts lie.</param>
    /// <param name="routines">Addresses of what <see cref="Routines"/> wrote; null to write it.</param>
    public UnitEmitter(HostLayout at, ulong leave, int waitStates, MultiplierWrite usualMode, CountPool counts, IReadOnlyList<ulong>? routines)
    {
        _counts = counts;
        _usualMode = usualMode;
        _at = at;
        _leave = leave;
        _wait = waitStates;
        Label[] labels = [.. Enumerable.Range(0, NumberOfRoutines).Select(n => routines is null ? _a.CreateLabel() : _a.CreateLabel(routines[n]))];
        (_drop, _touch, _settleLine, _loadCarry, _loadStatus, _settle, _multiplyWide) = (labels[0], labels[1], labels[2], labels[3], labels[4], labels[5], labels[6]);
    }

    /// <summary>Cycles of the longest instruction written so far, waiting included.</summary>
    public int LongestCycles { get; private set; }

    /// <summary>Writes what units call, and where each routine begins.</summary>
    public static (byte[] Code, ulong[] Addresses) Routines(HostLayout at, int waitStates, CountPool counts, ulong origin)
    {
        var emitter = new UnitEmitter(at, leave: 0, waitStates, MultiplierWrite.None, counts, routines: null);
        emitter.EmitCacheRoutines();
        emitter.EmitFlagRoutines();
        emitter.EmitSettle();
        emitter.EmitMultiplyWide();
        Label[] labels = [emitter._drop, emitter._touch, emitter._settleLine, emitter._loadCarry, emitter._loadStatus, emitter._settle, emitter._multiplyWide];
        return (emitter._a.Finish(origin), [.. labels.Select(label => origin + (ulong)emitter._a.OffsetOf(label))]);
    }

    private GuestInstruction Current => _block.Instructions[_index];

    private OperandMemories Memories => _plans[_index].Memories;

    /// <summary>Writes the code of a unit.</summary>
    /// <param name="unit">Its blocks.</param>
    /// <param name="memories">How instructions are expected to reach memory.</param>
    /// <param name="origin">Where the code will be executed.</param>
    /// <param name="entries">Where code that knows nothing of the cache begins, by address.</param>
    /// <returns>The code, or nothing if it needs more counts than there is room for.</returns>
    public byte[] Emit(GuestUnit unit, Func<GuestInstruction, OperandMemories> memories, ulong origin, out Dictionary<uint, ulong> entries)
    {
        _blocks = unit.Blocks.ToDictionary(block => block.Address);
        (_codeLines, _sharedLines) = (unit.Lines, unit.Shared);
        _dataMayBeCode = unit.DataMayBeCode;
        _memories = memories;
        _pointers = _dataMayBeCode ? Pointers.None : new Pointers(_blocks, memories);
        foreach (GuestBlock block in unit.Blocks.Where(block => unit.Entries.Contains(block.Address)))
        {
            Version(block.Address, CacheKnowledge.Nothing);
        }

        // What is cold may need more versions of blocks, and what is cold may have something colder yet.
        int cold = 0;
        while (_open.Count > 0 || cold < _cold.Count)
        {
            if (_open.TryDequeue(out (uint Address, CacheKnowledge Knowledge) next))
            {
                while (_written.Add(next))
                {
                    _following = null;
                    EmitBlock(next);
                    if (_following is not { } following)
                    {
                        break;
                    }

                    next = following;
                }
            }
            else
            {
                _following = null;
                Mark(null);
                _cold[cold++]();
            }
        }

        if (_isTooLarge)
        {
            entries = [];
            return [];
        }

        entries = _versions.Where(version => version.Key.Knowledge == CacheKnowledge.Nothing).ToDictionary(version => version.Key.Address, version => origin + (ulong)_a.OffsetOf(version.Value));
        byte[] code = _a.Finish(origin);
        Tell(code, origin);
        return code;
    }

    // The code of a block for some knowledge, or, if there are too many, for less or none.
    private (uint Address, CacheKnowledge Knowledge) Version(uint address, CacheKnowledge knowledge)
    {
        knowledge = knowledge.AtEntry;
        if (_versions.ContainsKey((address, knowledge)))
        {
            return (address, knowledge);
        }

        bool hasPhases = knowledge.Phases != default;
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_versionsOf, (address, hasPhases), out _);
        if (knowledge != CacheKnowledge.Nothing && ++count > MaximumVersions)
        {
            return Version(address, hasPhases ? knowledge.WithoutData with { Phases = default } : CacheKnowledge.Nothing);
        }

        _versions.Add((address, knowledge), _a.CreateLabel());
        _open.Enqueue((address, knowledge));
        return (address, knowledge);
    }

    private void EmitBlock((uint Address, CacheKnowledge Knowledge) version)
    {
        _block = _blocks[version.Address];
        Label entry = _versions[version];
        _a.Label(entry);
        _versions[version] = entry;
        _cache = version.Knowledge;
        _deferred = Deferred.Nothing;
        _plans = Plans(_block);
        MarkBlock();
        _host = HostFlags.None;
        _hostUntil = -1;
        _isStored = true;
        _stored = StoredFlags.Unknown;
        _carry = null;
        _fetchedUntil = -1;
        ForgetMultiplier();
        Array.Clear(_facts);
        bool isInterpreted = _block.Last.Shape is Shape.Interpreted;
        int count = CountOf(_block);
        AskForPhase();
        if (count > 0)
        {
            EmitHead(count);
        }

        for (_index = 0; _index < count; _index++)
        {
            Mark(Current.Address);
            ForgetLinesOfWritten();
            EmitInstruction(_index <= _hostUntil ? _host : HostFlags.None);
            UpdateFacts();
        }

        if (isInterpreted)
        {
            Mark(_block.Last.Address);
            GoBack(Leave.Interpret, _block.Last.Address);
        }
        else if (_block.Last.Shape is not (Shape.Branch or Shape.Call))
        {
            Go(_block.Last.FollowingAddress, mayFollow: true);
        }
    }

    // The plans of a block's instructions, with the cache misses that are known beforehand.
    private BlockPlan Plans(GuestBlock block)
    {
        var plans = new Plan[block.Instructions.Count];
        CacheKnowledge cache = _cache;
        bool? operand1Is32 = null;
        for (int n = 0; n < plans.Length; n++)
        {
            GuestInstruction i = block.Instructions[n];
            Plan plan = Plan.Of(i, _memories(i), _wait, operand1Is32);
            operand1Is32 = WidthAfter(i, plan, operand1Is32);
            int misses = 0;
            int unknown = 0;
            cache = cache.HasData ? cache.Without(Pointers.WrittenBy(i)) : cache;
            foreach (CacheAccess access in plan.Touches(i, cache.Phases))
            {
                if (access.IsWrite)
                {
                    cache = cache.WithoutData;
                    continue;
                }

                Lookup lookup = Lookup.Unknown;
                if (access.Line is { } line && IsNamed(line))
                {
                    (lookup, cache) = cache.Touch(line, _dataMayBeCode, _sharedLines);
                }
                else
                {
                    cache = access.Line is { } other ? cache.With(other, cache.SetOf(other).WithData(_dataMayBeCode)) : cache.WithData(_dataMayBeCode);
                }

                misses += lookup is Lookup.Absent ? 1 : 0;
                unknown += lookup is Lookup.Unknown ? 1 : 0;
            }

            plans[n] = plan with { Cycles = plan.Cycles + (misses * _wait), Counts = plan.Counts + new Counts { CacheMisses = misses }, UnknownTouches = unknown };
            cache = _pointers.After(cache, i);
        }

        return new BlockPlan(plans, CountOf(block));
    }

    // Where FRAM is read through a register of which nothing is known yet, it mostly has the last four bits that it was seen to have.
    private void AskForPhase()
    {
        if (_pointers.Asked(_block, _cache.Phases) is not { } asked)
        {
            return;
        }

        CacheKnowledge known = _cache with { Phases = _cache.Phases.With(asked.Register, asked.Phase) };
        (uint, CacheKnowledge Knowledge) version = Version(_block.Address, known);
        if (version.Knowledge == known)
        {
            LoadRegister(asked.Register, Eax);
            _a.and(eax, 15);
            _a.cmp(eax, asked.Phase);
            _a.je(_versions[version]);
        }
    }

    private void EmitHead(int count)
    {
        int cycles = _plans.CyclesFrom(0);
        int beforeLast = 0;
        for (int n = 0; n < count - 1; n++)
        {
            beforeLast += _plans[n].MostCycles(_wait);
            LongestCycles = Math.Max(LongestCycles, _plans[n].MostCycles(_wait));
        }

        LongestCycles = Math.Max(LongestCycles, _plans[count - 1].MostCycles(_wait));

        uint address = _block.Address;
        CacheKnowledge cache = _cache;
        Label tooLong = _a.CreateLabel();
        _a.cmp(r14, beforeLast);
        _a.jle(tooLong);
        _a.sub(r14, cycles);
        Count(_plans.CountsFrom(0), add: true);
        CountRun(cycles);
        _cold.Add(() =>
        {
            _a.Label(tooLong);
            _cache = cache;
            _deferred = Deferred.Nothing;
            GoBack(Leave.Budget, address);
        });
    }

    private void EmitInstruction(HostFlags host)
    {
        switch (Current.Shape)
        {
            case Shape.DoubleOperand:
                EmitDoubleOperand(host);
                break;
            case Shape.SingleOperand or Shape.MultiShift:
                EmitShift(host);
                break;
            case Shape.SetFlags:
                EmitSetFlags();
                break;
            case Shape.MoveToStatus:
                EmitMoveToStatus();
                break;
            case Shape.Push:
                EmitPush();
                break;
            case Shape.PushMultiple or Shape.PopMultiple:
                EmitMultiple();
                break;
            case Shape.Jump:
                EmitJump(host);
                break;
            case Shape.Branch:
                EmitBranch();
                break;
            case Shape.Call:
                EmitCall();
                break;
            default:
                Fetch(Current);
                break;
        }
    }
}
