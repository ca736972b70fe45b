using System.Runtime.InteropServices;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>What the hardware multiplier holds. It lies where a fast engine can reach it; what it means is the business of <see cref="Peripherals.Mpy32"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiplierState
{
    /// <summary>Address of its first register; 0 if nothing is kept here.</summary>
    public uint BaseAddress;

    /// <summary>First operand; its upper half counts after a write of 32 bits.</summary>
    public uint Operand1;

    /// <summary>Second operand.</summary>
    public uint Operand2;

    /// <summary>MPYM in MPY32CTL0: bit 0 is signed, bit 1 accumulates.</summary>
    public byte Mode;

    /// <summary>Whether the first operand has 32 bits.</summary>
    public bool Operand1Is32;

    /// <summary>Whether the second operand has 32 bits.</summary>
    public bool Operand2Is32;

    /// <summary>Whether OP2L was written and OP2H was not yet.</summary>
    public bool ExpectsHighWord;

    /// <summary>RES3 to RES0 as stored.</summary>
    public ulong Result;

    /// <summary>What the result registers showed before the last operation.</summary>
    public ulong ShownBefore;

    /// <summary>The extension that SUMEXT shows.</summary>
    public ushort SumExtension;

    /// <summary>What SUMEXT showed before the last operation.</summary>
    public ushort SumExtensionBefore;

    /// <summary>Whether the last result has 64 bits.</summary>
    public bool IsWide;

    /// <summary>Its 33rd or 65th bit.</summary>
    public bool Carry;

    /// <summary>MPYSAT.</summary>
    public bool Saturates;

    /// <summary>MPYFRAC.</summary>
    public bool IsFractional;

    /// <summary>MPYDLYWRTEN.</summary>
    public bool DelaysWrites;

    /// <summary>MPYDLY32.</summary>
    public bool DelaysForLowerHalf;

    /// <summary>Widths of the last operation's operands: bit 0 for the first, bit 1 for the second.</summary>
    public byte LatencyRow;

    /// <summary>Cycle in which the lower part of the last operation's second operand was written.</summary>
    public long LowWritten;

    /// <summary>Cycle in which its upper part was written.</summary>
    public long HighWritten;

    /// <summary>Cycle from which on all of the result is ready.</summary>
    public long Ready;

    /// <summary>When OP2L was written, of an operation that waits for OP2H.</summary>
    public long NextLowWritten;

    /// <summary>Whether reads show what is stored and writes never wait.</summary>
    public readonly bool IsPlain => !(Saturates || IsFractional || DelaysWrites);
}
