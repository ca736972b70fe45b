using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>How an operand in memory is expected to be reached.</summary>
/// <param name="Path">What kind of memory it is.</param>
/// <param name="Start">First address of that memory; for reads.</param>
/// <param name="End">Address behind it; for reads.</param>
/// <param name="Offset">What is added to the base register. The sum is the address where it lies in the memory.</param>
/// <param name="Wraps">Whether the sum must be taken modulo 64 KiB if the base register lies below.</param>
internal readonly record struct Reach(AccessPath Path, uint Start, uint End, int Offset, bool Wraps);

/// <summary>How an instruction's operands in memory are expected to be reached.</summary>
internal readonly record struct OperandMemories(Reach Source, Reach Destination);

/// <summary>What an instruction costs, known before it is written.</summary>
/// <param name="Memories">How its operands are reached.</param>
/// <param name="Counts">What it adds to the ledger; cache misses come on top.</param>
/// <param name="Cycles">MCLK cycles; cache misses come on top.</param>
/// <param name="Touches">How often it looks into the FRAM cache at most.</param>
/// <param name="CanLeave">Whether it can turn out to be one for the interpreter.</param>
internal readonly record struct Plan(OperandMemories Memories, Counts Counts, int Cycles, int Touches, bool CanLeave)
{
    /// <summary>Plans an instruction.</summary>
    public static Plan Of(GuestInstruction i, OperandMemories memories, int waitStates)
    {
        int words = i.Bits == 20 ? 2 : 1;
        int reads = 0;
        int writes = 0;
        Counts counts = Counts.Fetch(i.Decoded.Words, i.InFram);
        int touches = i.InFram ? 2 : 0;

        switch (i.Shape)
        {
            case Shape.DoubleOperand or Shape.Branch or Shape.Push or Shape.Call when i.UsesSourceMemory:
                Read(memories.Source.Path, words);
                break;
        }

        switch (i.Shape)
        {
            case Shape.DoubleOperand when i.UsesDestinationMemory:
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

        // A branch fetches the word behind it in vain; a jump only if it is taken.
        if (i.Shape is Shape.Branch or Shape.Call || i.IsPlainJump)
        {
            Read(i.InFram ? AccessPath.Fram : AccessPath.Sram, 1);
        }

        counts.PeripheralReads = i.ResultWord >= 0 ? 1 : 0;
        counts.PeripheralWrites = i.Writes is not MultiplierWrite.None ? 1 : 0;
        counts.MultiplierCycles = i.Writes is MultiplierWrite.Op2 ? InlineMultiplier.Latency : 0;
        bool canLeave = i.ResultWord >= 0 || i.Writes is MultiplierWrite.Op2 || reads + writes > 0 || (i.Decoded.Source.IsMemory && i.SourcePath is not OperandPath.Absolute);
        return new Plan(memories, counts, i.Decoded.Cycles + waits, touches, canLeave);

        void Read(AccessPath path, int number)
        {
            if (path is AccessPath.Fram)
            {
                counts.FramReads += number;
                touches += number;
            }
            else
            {
                counts.SramReads += number;
            }
        }
    }
}
