using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

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
    private const uint NoLine = uint.MaxValue;
    private const uint AddressMask = AddressSpace.AddressMask;

    private readonly Assembler _a = new(64);
    private readonly HostLayout _at;
    private readonly ulong _leave;
    private readonly int _wait;
    private readonly MultiplierWrite _usualMode;
    private readonly Dictionary<uint, Label> _entries = [];
    private readonly Dictionary<Counts, Label> _constants = [];
    private readonly List<Action> _cold = [];

    // Line known to be the newest of each set of the FRAM cache, in the block being written.
    private readonly uint[] _newest = [NoLine, NoLine];
    private readonly bool[] _newestIsCode = [true, true];
    private Label _touch;
    private Label _drop;
    private Label _loadCarry;
    private Label _loadStatus;
    private Label _settle;
    private GuestBlock _block = null!;
    private Plan[] _plans = [];
    private int _index;

    // Words of instructions up to this one have been fetched, ahead of time: so the host's flags live on.
    private int _fetchedUntil;

    // What the host's flags are worth now, whether they are put away as well, and what is known of those put away and of the carry.
    private HostFlags _host;
    private int _hostUntil;
    private bool _isStored;
    private StoredFlags _stored;
    private bool? _carry;

    /// <summary>A writer.</summary>
    /// <param name="at">Where things are.</param>
    /// <param name="leave">Address of the code that goes back; reason in EAX.</param>
    /// <param name="waitStates">Wait states that the code is for.</param>
    /// <param name="usualMode">Mode of the multiplier where the code does not tell.</param>
    public UnitEmitter(HostLayout at, ulong leave, int waitStates, MultiplierWrite usualMode)
    {
        _usualMode = usualMode;
        _at = at;
        _leave = leave;
        _wait = waitStates;
        _touch = _a.CreateLabel();
        _drop = _a.CreateLabel();
        _loadCarry = _a.CreateLabel();
        _loadStatus = _a.CreateLabel();
        _settle = _a.CreateLabel();
    }

    private GuestInstruction Current => _block.Instructions[_index];

    private OperandMemories Memories => _plans[_index].Memories;

    /// <summary>Writes the code of a unit.</summary>
    /// <param name="blocks">Its blocks, by address.</param>
    /// <param name="memories">How instructions are expected to reach memory.</param>
    /// <param name="origin">Where the code will be executed.</param>
    /// <param name="entries">Where each block's code is.</param>
    public byte[] Emit(IReadOnlyList<GuestBlock> blocks, Func<GuestInstruction, OperandMemories> memories, ulong origin, out Dictionary<uint, ulong> entries)
    {
        foreach (GuestBlock block in blocks)
        {
            _entries[block.Address] = _a.CreateLabel();
        }

        for (int n = 0; n < blocks.Count; n++)
        {
            _block = blocks[n];
            _plans = [.. _block.Instructions.Select(instruction => Plan.Of(instruction, memories(instruction), _wait))];
            EmitBlock(n + 1 < blocks.Count ? blocks[n + 1].Address : null);
        }

        Mark(null);

        // What is cold may have something colder yet.
        for (int n = 0; n < _cold.Count; n++)
        {
            _cold[n]();
        }

        EmitCacheRoutines();
        EmitFlagRoutines();
        EmitSettle();
        int end = _a.Instructions.Count;
        EmitConstants();
        using var stream = new MemoryStream();
        AssemblerResult result = _a.Assemble(new StreamCodeWriter(stream), origin, BlockEncoderOptions.ReturnNewInstructionOffsets);
        entries = _entries.ToDictionary(entry => entry.Key, entry => result.GetLabelRIP(entry.Value));
        byte[] code = stream.ToArray();
        Tell(blocks, code, end, origin, result);
        return code;
    }

    private void EmitBlock(uint? nextBlock)
    {
        Label entry = _entries[_block.Address];
        _a.Label(ref entry);
        _entries[_block.Address] = entry;
        Mark(_block.Address);
        _newest[0] = _newest[1] = NoLine;
        _host = HostFlags.None;
        _hostUntil = -1;
        _isStored = true;
        _stored = StoredFlags.Unknown;
        _carry = null;
        _fetchedUntil = -1;
        ForgetMultiplier();
        bool isInterpreted = _block.Last.Shape is Shape.Interpreted;
        int count = _block.Instructions.Count - (isInterpreted ? 1 : 0);
        if (count > 0)
        {
            EmitHead(count);
        }

        for (_index = 0; _index < count; _index++)
        {
            Mark(Current.Address);
            EmitInstruction(_index <= _hostUntil ? _host : HostFlags.None);
        }

        if (isInterpreted)
        {
            Mark(_block.Last.Address);
            GoBack(Leave.Interpret, _block.Last.Address);
        }
        else if (_block.Last.Shape is not (Shape.Branch or Shape.Call))
        {
            Go(_block.Last.FollowingAddress, nextBlock);
        }
    }

    private void EmitHead(int count)
    {
        int cycles = _plans.Take(count).Sum(plan => plan.Cycles);
        int beforeLast = _plans.Take(count - 1).Sum(plan => plan.Cycles + (plan.Touches * _wait));
        uint address = _block.Address;
        Label tooLong = _a.CreateLabel();
        _a.cmp(r14, beforeLast);
        _a.jle(tooLong);
        _a.sub(r14, cycles);
        Count(Sum(_plans, 0, count), add: true);
        CountRun(cycles);
        _cold.Add(() =>
        {
            _a.Label(ref tooLong);
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
