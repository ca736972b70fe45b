using FreeML.Sim.Msp430.Bus;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>
/// Everything an engine touches while it runs, in one block of native memory: registers, counters, the FRAM cache and the way to memory.
/// Accesses that need more than plain memory go through <see cref="AddressSpace"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CpuState
{
    /// <summary>R0 to R15. R0 is current only while no engine runs; R3 stays 0.</summary>
    public fixed uint Registers[16];

    /// <summary>MCLK cycles since power-up.</summary>
    public long Cycles;

    /// <summary>The engine leaves its loop at the first instruction boundary at or after this cycle.</summary>
    public long Limit;

    /// <summary>MCLK cycles that an FRAM cache miss or write adds (NWAITS).</summary>
    public long WaitStates;

    /// <summary>What was done so far.</summary>
    public ActivityLedger Ledger;

    /// <summary>FRAM cache, two sets of two lines by address bit 3: newest and older line (address / 8) of each set.</summary>
    public fixed uint CacheLines[4];

    /// <summary>The 1 MiB address space.</summary>
    public byte* Memory;

    /// <summary>How each granule is read, an <see cref="AccessPath"/> each.</summary>
    public AccessPath* ReadPaths;

    /// <summary>How each granule is written.</summary>
    public AccessPath* WritePaths;

    /// <summary>Prepared instructions, one for each word of the address space.</summary>
    public PreparedInstruction* Prepared;

    /// <summary>Why the engine must leave its loop, or nothing.</summary>
    public Attention Attention;

    /// <summary>Whether calls to 0180 to 01BF and 0160 are services of the simulator.</summary>
    public bool TakesHostCalls;

    /// <summary>Target of the last call that was a service.</summary>
    public uint HostCall;

    /// <summary>Requested interrupts, a bit each: a copy of <see cref="InterruptController.Requested"/>.</summary>
    public ulong RequestedInterrupts;

    /// <summary>For a fast engine's own use while it runs.</summary>
    public fixed long Engine[24];

    /// <summary>The multiplier at the address where the devices of the family have it.</summary>
    public MultiplierState Multiplier;

    /// <summary>The <see cref="AddressSpace"/> behind this state.</summary>
    public GCHandle<AddressSpace> Owner;

    /// <summary>The status register.</summary>
    public uint Status
    {
        readonly get => Registers[2];
        set => Registers[2] = value;
    }

    /// <summary>Makes the engine leave its loop after the current instruction.</summary>
    public void Attend(Attention attention)
    {
        Attention |= attention;
        Limit = long.MinValue;
    }

    /// <summary>Address of a prepared instruction.</summary>
    public readonly uint AddressOf(PreparedInstruction* instruction) => (uint)(instruction - Prepared) << 1;

    /// <summary>The prepared instruction at an address, which loses bit 0.</summary>
    public readonly PreparedInstruction* At(uint address) => Prepared + ((address & 0xF_FFFF) >> 1);

    /// <summary>Writes the status register as an instruction's destination.</summary>
    public void WriteStatus(uint value)
    {
        uint old = Status;
        Status = value & StatusRegister.Mask;
        uint changed = Status ^ old;
        if ((changed & Status & StatusRegister.Gie) != 0)
        {
            // The instruction directly after one that sets GIE always executes before an interrupt is taken.
            Attend(Attention.InterruptShadow);
        }
        else if ((changed & StatusRegister.Lpm4) != 0)
        {
            Attend(Attention.Status);
        }
    }

    /// <summary>Reads an operand; words and address-words ignore bit 0 of the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, uint address)
        where TWidth : struct, IWidth => TWidth.Bits switch
        {
            8 => ReadByte(cpu, address),
            16 => ReadWord(cpu, address & ~1u),
            _ => ReadAddressWord(cpu, address & ~1u),
        };

    /// <summary>Writes an operand; words and address-words ignore bit 0 of the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TWidth>(CpuState* cpu, uint address, uint value)
        where TWidth : struct, IWidth
    {
        switch (TWidth.Bits)
        {
            case 8:
                WriteByte(cpu, address, (byte)value);
                break;
            case 16:
                WriteWord(cpu, address & ~1u, (ushort)value);
                break;
            default:
                WriteAddressWord(cpu, address & ~1u, value);
                break;
        }
    }

    /// <summary>Reads a word at an even 20-bit address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReadWord(CpuState* cpu, uint address)
    {
        switch (cpu->ReadPaths[address >> AddressSpace.GranuleBits])
        {
            case AccessPath.Sram:
                cpu->Ledger.SramReads++;
                return *(ushort*)(cpu->Memory + address);
            case AccessPath.Fram:
                ReadLine(cpu, address >> 3);
                return *(ushort*)(cpu->Memory + address);
            default:
                return cpu->Owner.Target.ReadWordSlowly(address);
        }
    }

    /// <summary>Writes a word at an even 20-bit address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteWord(CpuState* cpu, uint address, ushort value)
    {
        switch (cpu->WritePaths[address >> AddressSpace.GranuleBits])
        {
            case AccessPath.Sram:
                cpu->Ledger.SramWrites++;
                *(ushort*)(cpu->Memory + address) = value;
                break;
            case AccessPath.Fram:
                WriteLine(cpu, address >> 3);
                *(ushort*)(cpu->Memory + address) = value;
                break;
            default:
                cpu->Owner.Target.WriteWordSlowly(address, value);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadByte(CpuState* cpu, uint address)
    {
        switch (cpu->ReadPaths[address >> AddressSpace.GranuleBits])
        {
            case AccessPath.Sram:
                cpu->Ledger.SramReads++;
                return cpu->Memory[address];
            case AccessPath.Fram:
                ReadLine(cpu, address >> 3);
                return cpu->Memory[address];
            default:
                return cpu->Owner.Target.ReadByteSlowly(address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteByte(CpuState* cpu, uint address, byte value)
    {
        switch (cpu->WritePaths[address >> AddressSpace.GranuleBits])
        {
            case AccessPath.Sram:
                cpu->Ledger.SramWrites++;
                cpu->Memory[address] = value;
                break;
            case AccessPath.Fram:
                WriteLine(cpu, address >> 3);
                cpu->Memory[address] = value;
                break;
            default:
                cpu->Owner.Target.WriteByteSlowly(address, value);
                break;
        }
    }

    // An address-word is two words in memory: bits 15:0, then bits 19:16 with zeros above them.
    private static uint ReadAddressWord(CpuState* cpu, uint address)
    {
        uint low = ReadWord(cpu, address);
        return low | ((ReadWord(cpu, (address + 2) & AddressSpace.AddressMask) & 0xF) << 16);
    }

    private static void WriteAddressWord(CpuState* cpu, uint address, uint value)
    {
        WriteWord(cpu, address, (ushort)value);
        WriteWord(cpu, (address + 2) & AddressSpace.AddressMask, (ushort)((value >> 16) & 0xF));
    }

    /// <summary>Counts a read from FRAM and looks its line up in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadLine(CpuState* cpu, uint line)
    {
        cpu->Ledger.FramReads++;
        TouchLine(cpu, line);
    }

    /// <summary>Makes a line the newest of its set; fills it from the array if it is not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TouchLine(CpuState* cpu, uint line)
    {
        if (cpu->CacheLines[(line & 1) << 1] != line)
        {
            PromoteLine(cpu, line);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PromoteLine(CpuState* cpu, uint line)
    {
        uint* set = &cpu->CacheLines[(line & 1) << 1];
        if (set[1] != line)
        {
            cpu->Ledger.CacheMisses++;
            cpu->Ledger.WaitCycles += cpu->WaitStates;
            cpu->Cycles += cpu->WaitStates;
        }

        set[1] = set[0];
        set[0] = line;
    }

    /// <summary>Counts a write to FRAM: always to the array; a cached line that holds the address is dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteLine(CpuState* cpu, uint line)
    {
        cpu->Ledger.FramWrites++;
        cpu->Ledger.WaitCycles += cpu->WaitStates;
        cpu->Cycles += cpu->WaitStates;
        uint* set = &cpu->CacheLines[(line & 1) << 1];
        if (set[1] == line)
        {
            set[1] = PreparedInstruction.NoLine;
        }
        else if (set[0] == line)
        {
            set[0] = set[1];
            set[1] = PreparedInstruction.NoLine;
        }
    }

    /// <summary>Empties the FRAM cache.</summary>
    public void EmptyCache()
    {
        for (int line = 0; line < 4; line++)
        {
            CacheLines[line] = PreparedInstruction.NoLine;
        }
    }
}
