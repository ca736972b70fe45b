using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// A peripheral's register, reached from generated code. While it is, the device is as the interpreter would have it: cycles and counts are
/// those of this instruction. If anything happens that generated code was not made for, it is asked to come back when the instruction is done.
/// </summary>
internal static unsafe class PeripheralCall
{
    /// <summary>Beside an address: a byte is read or written.</summary>
    public const uint Byte = 0x8000_0000;

    /// <summary>Beside an address: it is written.</summary>
    public const uint Write = 0x4000_0000;

    // Exceptions do not pass through generated code.
    [ThreadStatic]
    private static ExceptionDispatchInfo? s_thrown;

    /// <summary>Does it.</summary>
    /// <param name="cpu">The CPU; generated code has put its registers, the cycles left and its counts there.</param>
    /// <param name="access">The address, and what is done there.</param>
    /// <param name="value">What is written.</param>
    /// <returns>What is read.</returns>
    [UnmanagedCallersOnly]
    [SuppressMessage("Design", "CA1031", Justification = "It is thrown where it can be.")]
    public static uint Run(CpuState* cpu, uint access, uint value)
    {
        long stolen = cpu->Engine[HostLayout.StolenSlot];
        long cycles = cpu->Engine[HostLayout.EndSlot] - cpu->Engine[1] + stolen;
        cpu->Cycles = cycles;
        TakeCounts(cpu);

        // Generated code has just written them one by one: the host would wait were they read together.
        (uint newestEven, uint olderEven, uint newestOdd, uint olderOdd) = (cpu->CacheLines[0], cpu->CacheLines[1], cpu->CacheLines[2], cpu->CacheLines[3]);
        uint result = 0;
        bool isAsked = false;
        try
        {
            result = Reach(cpu->Owner.Target, access & AddressSpace.AddressMask, access, value);
        }
        catch (Exception exception)
        {
            s_thrown = ExceptionDispatchInfo.Capture(exception);
            isAsked = true;
        }

        cpu->Engine[HostLayout.StolenSlot] = stolen + cpu->Cycles - cycles;
        isAsked |= cpu->Attention != Attention.None || cpu->Cycles != cycles;
        isAsked |= cpu->CacheLines[0] != newestEven || cpu->CacheLines[1] != olderEven || cpu->CacheLines[2] != newestOdd || cpu->CacheLines[3] != olderOdd;
        if (isAsked)
        {
            cpu->Engine[HostLayout.AskedSlot] = 1;
        }

        return result;
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

    /// <summary>Once generated code is back.</summary>
    public static void ThrowWhatWasThrown()
    {
        if (s_thrown is { } thrown)
        {
            s_thrown = null;
            thrown.Throw();
        }
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
