using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// The registers through which a unit reads FRAM. Where the last four bits of one are known, so is which of its reads share a line of the cache and
/// which set each line belongs to; so they are found out where it pays, and followed as long as only constants are added.
/// </summary>
internal sealed class Pointers
{
    private const int FirstGeneral = 4;
    private const uint PhaseMask = 15;

    private readonly IReadOnlyDictionary<uint, GuestBlock> _blocks;
    private readonly Func<GuestInstruction, OperandMemories> _memories;
    private readonly Dictionary<uint, int> _live = [];
    private readonly int _all;

    /// <summary>Looks at a unit.</summary>
    /// <param name="blocks">Its blocks.</param>
    /// <param name="memories">How its instructions reach memory.</param>
    public Pointers(IReadOnlyDictionary<uint, GuestBlock> blocks, Func<GuestInstruction, OperandMemories> memories)
    {
        (_blocks, _memories) = (blocks, memories);
        if (!blocks.Values.Any(block => block.Instructions.Any(IsStream)))
        {
            return;
        }

        bool isNew = true;
        while (isNew)
        {
            isNew = false;
            foreach (GuestBlock block in blocks.Values)
            {
                int live = LiveAtHead(block);
                isNew |= LiveAt(block.Address) != live;
                _live[block.Address] = live;
                _all |= live;
            }
        }
    }

    private Pointers() => (_blocks, _memories) = (new Dictionary<uint, GuestBlock>(), static _ => default);

    /// <summary>None.</summary>
    public static Pointers None { get; } = new();

    /// <summary>Registers, a bit for each, whose phase may matter from the head of a block on.</summary>
    public int LiveAt(uint address) => _live.GetValueOrDefault(address);

    /// <summary>Registers, a bit for each, that an instruction changes, other than by a step of its source. SP and those below do not matter.</summary>
    public static int WrittenBy(GuestInstruction i)
    {
        int register = i.Decoded.Destination.Register;
        return i.WritesRegister(register) ? ((1 << (i.Shape is Shape.PopMultiple ? i.Decoded.Count : 1)) - 1) << register : 0;
    }

    /// <summary>The name of the line that holds a word of an instruction's source; null where it has none.</summary>
    public static uint? NameOf(GuestInstruction i, Reach reach, Phases phases, int word) =>
        ReadsFram(i, reach) && phases[i.Decoded.Source.Register] is { } phase ? LineName.Of(i.Decoded.Source.Register, phase + reach.Offset + (2 * word)) : null;

    /// <summary>What is known behind an instruction.</summary>
    public CacheKnowledge After(CacheKnowledge before, GuestInstruction i)
    {
        if (_all == 0)
        {
            return before;
        }

        CacheKnowledge after = IsStepped(i) ? before.Stepped(i.Decoded.Source.Register, StepOf(i)) : before;
        int written = WrittenBy(i) & _all;
        if (written == 0)
        {
            return after;
        }

        Phases phases = after.Phases.Of(~written);
        return after with { Phases = Origin(i) is { } origin ? phases.With(i.Decoded.Destination.Register, origin.Register < 0 ? origin.Distance : before.Phases[origin.Register] + origin.Distance) : phases };
    }

    /// <summary>The register whose phase is worth asking for where a block begins, and what it was seen to be.</summary>
    public (int Register, int Phase)? Asked(GuestBlock block, Phases known)
    {
        if (LiveAt(block.Address) == 0)
        {
            return null;
        }

        // Where each register's value comes from: a register at the block's head, and what was added since.
        (int Register, int Distance)?[] origins = [.. Enumerable.Range(0, 16).Select(register => ((int, int)?)(register, 0))];
        foreach (GuestInstruction i in block.Instructions)
        {
            int source = i.Decoded.Source.Register;
            if (IsStream(i) && origins[source] is { Register: >= 0 } origin && known[origin.Register] is null && ((LiveAt(block.Address) >> origin.Register) & 1) != 0)
            {
                Reach reach = _memories(i).Source;
                return (origin.Register, (int)((reach.Seen - (uint)(reach.Offset + origin.Distance)) & PhaseMask));
            }

            if (IsStepped(i))
            {
                origins[source] = origins[source] is { } stepped ? (stepped.Register, stepped.Distance + StepOf(i)) : null;
            }

            int written = WrittenBy(i);
            for (int register = FirstGeneral; written >> register != 0; register++)
            {
                if (((written >> register) & 1) != 0)
                {
                    origins[register] = Origin(i) is not { } from ? null : from.Register < 0 ? (-1, 0)
                        : origins[from.Register] is { } known2 ? (known2.Register, known2.Distance + from.Distance) : null;
                }
            }
        }

        return null;
    }

    private static bool IsStepped(GuestInstruction i) => i.UsesSourceMemory && i.SourcePath is OperandPath.Autoincrement;

    private static int StepOf(GuestInstruction i) => UnitEmitter.Step(i.Decoded.Source.Register, i.Bits);

    // Whether it reads FRAM through a register that stays what it is, or only steps.
    private static bool ReadsFram(GuestInstruction i, Reach reach) =>
        ReadsThroughRegister(i) && reach is { Path: AccessPath.Fram, Wraps: false, End: <= AddressSpace.AddressMask - 8 };

    private static bool ReadsThroughRegister(GuestInstruction i) =>
        i.ReadsSource && i.SourcePath is not OperandPath.Absolute && i.Decoded.Source.Register >= FirstGeneral && !i.WritesRegister(i.Decoded.Source.Register);

    private bool IsStream(GuestInstruction i) => i.SourcePath is OperandPath.Autoincrement && ReadsThroughRegister(i) && ReadsFram(i, _memories(i).Source);

    // A result in a register that is another one's value, or a constant (register -1), with something added; null where it is anything else.
    private static (int Register, int Distance)? Origin(GuestInstruction i)
    {
        if (i.Shape is not Shape.DoubleOperand || i.IsRepeated || i.Bits == 8)
        {
            return null;
        }

        bool isConstant = i.SourcePath is OperandPath.Constant;
        int destination = i.Decoded.Destination.Register;
        return i.Name switch
        {
            "MOV" or "MOVA" => isConstant ? (-1, (int)i.SourceValue) : i.IsInRegisters && i.Decoded.Source.Register >= FirstGeneral ? (i.Decoded.Source.Register, 0) : null,
            "ADD" or "ADDA" when isConstant => (destination, (int)i.SourceValue),
            "SUB" or "SUBA" when isConstant => (destination, -(int)i.SourceValue),
            _ => null,
        };
    }

    private int LiveAtHead(GuestBlock block)
    {
        int live = block.Last.Shape is Shape.Branch or Shape.Call ? LiveAt(block.Last.StaticTarget ?? 0) : LiveAt(block.Last.FollowingAddress);
        foreach (GuestInstruction i in block.Instructions.Reverse())
        {
            if (i.IsConditional)
            {
                live |= LiveAt(i.Decoded.Target);
            }

            int written = WrittenBy(i) & live;
            if (written != 0)
            {
                live = (live & ~written) | (Origin(i) is { Register: >= 0 } origin ? 1 << origin.Register : 0);
            }

            if (ReadsThroughRegister(i) && ReadsFram(i, _memories(i).Source))
            {
                live |= 1 << i.Decoded.Source.Register;
            }
        }

        return live;
    }
}
