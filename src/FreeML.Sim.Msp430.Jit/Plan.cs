using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>How an operand in memory is expected to be reached.</summary>
/// <param name="Path">What kind of memory it is.</param>
/// <param name="Start">First address of that memory; for reads.</param>
/// <param name="End">Address behind it; for reads.</param>
/// <param name="Offset">What is added to the base register. The sum is the address where it lies in the memory.</param>
/// <param name="Seen">The address where it was seen.</param>
/// <param name="Wraps">Whether the sum must be taken modulo 64 KiB if the base register lies below.</param>
internal readonly record struct Reach(AccessPath Path, uint Start, uint End, uint Seen, int Offset, bool Wraps);

/// <summary>How an instruction's operands in memory are expected to be reached.</summary>
internal readonly record struct OperandMemories(Reach Source, Reach Destination);

/// <summary>What the instructions of a block cost, one by one and from each to the block's end.</summary>
internal sealed class BlockPlan
{
    private readonly Plan[] _plans;
    private readonly (int Cycles, Counts Counts)[] _from;

    /// <summary>Adds up plans.</summary>
    /// <param name="plans">One for each instruction.</param>
    /// <param name="count">How many of them are translated: all, or all but the last.</param>
    public BlockPlan(Plan[] plans, int count)
    {
        _plans = plans;
        _from = new (int, Counts)[plans.Length + 1];
        for (int n = count - 1; n >= 0; n--)
        {
            _from[n] = (_from[n + 1].Cycles + plans[n].Cycles, _from[n + 1].Counts + plans[n].Counts);
        }
    }

    public Plan this[int index] => _plans[index];

    /// <summary>Cycles of an instruction and all behind it.</summary>
    public int CyclesFrom(int index) => _from[index].Cycles;

    /// <summary>What an instruction and all behind it add to the ledger.</summary>
    public Counts CountsFrom(int index) => _from[index].Counts;
}

/// <summary>Something that is done to the FRAM cache.</summary>
/// <param name="Line">The line that is read; null where nothing is known of it.</param>
/// <param name="IsWrite">Whether any line of data may be dropped instead.</param>
internal readonly record struct CacheAccess(uint? Line, bool IsWrite)
{
    /// <summary>A write.</summary>
    public static CacheAccess Write { get; } = new(null, true);

    /// <summary>A read.</summary>
    public static CacheAccess Read(uint? line) => new(line, false);
}

/// <summary>What an instruction costs, known before it is written.</summary>
/// <param name="Memories">How its operands are reached.</param>
/// <param name="Counts">What it adds to the ledger; cache misses come on top.</param>
/// <param name="Cycles">MCLK cycles; cache misses come on top.</param>
/// <param name="CanLeave">Whether it can turn out to be one for the interpreter.</param>
internal readonly record struct Plan(OperandMemories Memories, Counts Counts, int Cycles, bool CanLeave)
{
    private const int MostRepeats = 15;

    /// <summary>How often only the run will tell whether a line is in the FRAM cache.</summary>
    public int UnknownTouches { get; init; }

    /// <summary>Widths of the operands of the multiplication that it begins: bit 0 for the first, bit 1 for the second; -1 if it begins none.</summary>
    public int MultiplierRow { get; init; } = -1;

    /// <summary>Cycles that may come on top where a register tells how often it is repeated.</summary>
    public int MostRepetitions { get; init; }

    /// <summary>Cycles that it takes at most.</summary>
    public int MostCycles(int waitStates) => Cycles + (UnknownTouches * waitStates) + MostRepetitions;

    /// <summary>What the instruction does to the FRAM cache, in order, by the names of lines.</summary>
    public IEnumerable<CacheAccess> Touches(GuestInstruction i, Phases phases)
    {
        if (i.InFram)
        {
            yield return CacheAccess.Read(i.Lines.First);
            if (i.Lines.Second is { } second)
            {
                yield return CacheAccess.Read(second);
            }
        }

        if (i.ReadsSource && Memories.Source.Path is AccessPath.Fram)
        {
            for (int word = 0; word < i.Words; word++)
            {
                yield return CacheAccess.Read(LineOf(i.SourcePath, i.SourceValue, word) ?? Pointers.NameOf(i, Memories.Source, phases, word));
            }
        }

        if (i.Shape is Shape.DoubleOperand or Shape.SingleOperand && i.UsesDestinationMemory && i.ReadsDestination && Memories.Destination.Path is AccessPath.Fram)
        {
            for (int word = 0; word < i.Words; word++)
            {
                yield return CacheAccess.Read(LineOf(i.DestinationPath, i.DestinationValue, word));
            }
        }

        if (Counts.FramWrites > 0)
        {
            yield return CacheAccess.Write;
        }

        if (i.InFram && i.FetchesInVain)
        {
            yield return CacheAccess.Read(i.Decoded.NextAddress >> 3);
        }
    }

    /// <summary>The line of a word of an operand, if its address is known.</summary>
    private static uint? LineOf(OperandPath path, uint value, int word) =>
        path is OperandPath.Absolute ? ((value & AddressSpace.AddressMask & ~1u) + (uint)(2 * word)) >> 3 : null;

    /// <summary>Plans an instruction.</summary>
    /// <param name="i">The instruction.</param>
    /// <param name="memories">How its operands are reached.</param>
    /// <param name="waitStates">Wait states of FRAM.</param>
    /// <param name="operand1Is32">Whether the multiplier's first operand has 32 bits then; null if that is not known.</param>
    public static Plan Of(GuestInstruction i, OperandMemories memories, int waitStates, bool? operand1Is32)
    {
        int words = i.Words;
        int reads = 0;
        int writes = 0;
        Counts counts = Counts.Fetch(i.Decoded.Words, i.InFram);

        if (i.ReadsSource)
        {
            Read(memories.Source.Path, words);
        }

        switch (i.Shape)
        {
            case Shape.DoubleOperand or Shape.SingleOperand when i.UsesDestinationMemory:
                reads = i.ReadsDestination ? words : 0;
                writes = i.WritesDestination ? words : 0;
                break;
            case Shape.Push or Shape.Call:
                writes = words;
                break;
            case Shape.PushMultiple:
                writes = words * i.Decoded.Count;
                break;
            case Shape.PopMultiple:
                reads = words * i.Decoded.Count;
                break;
        }

        Read(memories.Destination.Path, reads);
        int waits = 0;
        if (memories.Destination.Path is AccessPath.Fram)
        {
            counts.FramWrites += writes;
            waits = writes * waitStates;
        }
        else
        {
            counts.SramWrites += writes;
        }

        // A branch fetches the word behind it in vain; a jump only if it is taken, as those backwards mostly are.
        if (i.FetchesInVain || i.IsMostlyTaken)
        {
            Read(i.InFram ? AccessPath.Fram : AccessPath.Sram, 1);
        }

        counts.PeripheralReads = i.ResultWord >= 0 ? 1 : 0;
        counts.PeripheralWrites = i.Writes is not MultiplierWrite.None ? 1 : 0;

        // Where nothing is known, operands are taken to be as wide as each other.
        int row = i.Writes switch
        {
            MultiplierWrite.Op2 => operand1Is32 is true ? 1 : 0,
            MultiplierWrite.Op2High => operand1Is32 is false ? 2 : 3,
            _ => -1,
        };
        counts.MultiplierCycles = row < 0 ? 0 : InlineMultiplier.CyclesOf(row);
        bool mayFindAnotherOperand = i.Writes is MultiplierWrite.Op2 or MultiplierWrite.Op2High || (i.Bits == 8 && i.Writes is MultiplierWrite.Operand1High or MultiplierWrite.Op2Low);
        bool canLeave = i.CallsPeripheral || i.ResultWord >= 0 || i.MaySetInterrupts || mayFindAnotherOperand || reads + writes > 0 || (i.Decoded.Source.IsMemory && i.SourcePath is not OperandPath.Absolute);
        return new Plan(memories, counts, i.Decoded.Cycles + waits, canLeave) { MostRepetitions = i.CountRegister >= 0 ? MostRepeats : 0, MultiplierRow = row };

        void Read(AccessPath path, int number)
        {
            if (path is AccessPath.Fram)
            {
                counts.FramReads += number;
            }
            else
            {
                counts.SramReads += number;
            }
        }
    }
}
