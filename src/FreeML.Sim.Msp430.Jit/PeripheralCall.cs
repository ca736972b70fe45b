using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>What generated code and <see cref="PeripheralCall"/> tell each other.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PeripheralState
{
    /// <summary>The cycle in which none would be left.</summary>
    public long End;

    /// <summary>Cycles that peripherals took from the CPU.</summary>
    public long Stolen;

    /// <summary>Where generated code goes on.</summary>
    public long Resume;

    /// <summary>Cycles of its block behind the instruction.</summary>
    public int Behind;

    /// <summary>Address, and what is done there.</summary>
    public uint Access;

    /// <summary>What is written.</summary>
    public uint Value;

    /// <summary>What was read.</summary>
    public uint Result;

    /// <summary>Whether generated code is to come back behind the instruction: not 0.</summary>
    public int IsAsked;
}

/// <summary>
/// A peripheral's register, reached in the midst of generated code, which comes back for it and is entered again where it left. Meanwhile the
/// device is as the interpreter would have it: cycles and counts are those of this instruction. If anything happens that generated code was
/// not made for, it is asked to come back for good when the instruction is done.
/// </summary>
internal static unsafe class PeripheralCall
{
    /// <summary>Beside an address: a byte is read or written.</summary>
    public const uint Byte = 0x8000_0000;

    /// <summary>Beside an address: it is written.</summary>
    public const uint Write = 0x4000_0000;

    /// <summary>Does what generated code came back for.</summary>
    public static void Run(CpuState* cpu)
    {
        PeripheralState* state = (PeripheralState*)&cpu->Engine[HostLayout.PeripheralSlot];
        long waitStates = cpu->WaitStates;
        long cycles = state->End - cpu->Engine[1] - state->Behind + state->Stolen;
        cpu->Cycles = cycles;
        TakeCounts(cpu);

        // Generated code has just written them one by one: the host would wait were they read together.
        (uint newestEven, uint olderEven, uint newestOdd, uint olderOdd) = (cpu->CacheLines[0], cpu->CacheLines[1], cpu->CacheLines[2], cpu->CacheLines[3]);
        state->Result = Reach(cpu->Owner.Target, state->Access & AddressSpace.AddressMask, state->Access, state->Value);
        state->Stolen += cpu->Cycles - cycles;
        bool isCacheAsBefore = cpu->CacheLines[0] == newestEven && cpu->CacheLines[1] == olderEven && cpu->CacheLines[2] == newestOdd && cpu->CacheLines[3] == olderOdd;
        if (cpu->Attention != Attention.None || cpu->Cycles != cycles || cpu->WaitStates != waitStates || !isCacheAsBefore)
        {
            state->IsAsked = 1;
        }
    }

    /// <summary>What generated code has counted goes to the ledger.</summary>
    public static void TakeCounts(CpuState* cpu)
    {
        uint* sums = (uint*)&cpu->Engine[4];
        cpu->Ledger.Instructions += sums[0];
        cpu->Ledger.FramReads += sums[1];
        cpu->Ledger.SramReads += sums[2];
        cpu->Ledger.SramWrites += sums[3];
        cpu->Ledger.FramWrites += sums[4];
        cpu->Ledger.CacheMisses += sums[5];
        cpu->Ledger.PeripheralReads += sums[6];
        cpu->Ledger.PeripheralWrites += sums[7];
        cpu->Ledger.WaitCycles += cpu->WaitStates * (sums[4] + sums[5]);
    }

    private static uint Reach(AddressSpace memory, uint address, uint access, uint value)
    {
        switch (access & (Byte | Write))
        {
            case Byte:
                return memory.ReadByteSlowly(address);
            case 0:
                return memory.ReadWordSlowly(address & ~1u);
            case Byte | Write:
                memory.WriteByteSlowly(address, (byte)value);
                return 0;
            default:
                memory.WriteWordSlowly(address & ~1u, (ushort)value);
                return 0;
        }
    }
}
