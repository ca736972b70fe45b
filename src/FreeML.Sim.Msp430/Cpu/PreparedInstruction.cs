global using unsafe Handler = delegate*<FreeML.Sim.Msp430.Cpu.CpuState*, FreeML.Sim.Msp430.Cpu.PreparedInstruction*, FreeML.Sim.Msp430.Cpu.PreparedInstruction*>;
using System.Runtime.InteropServices;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>
/// An instruction made ready to run: decoded once, every constant worked out. One lies in native memory for each word of the address space,
/// at a fixed place, so that a program counter and a pointer are the same thing; 64 bytes, a cache line of the host.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct PreparedInstruction
{
    /// <summary>Runs the instruction and returns the one to run next; null while not prepared.</summary>
    public Handler Handler;

    /// <summary>Where the program goes on if nothing jumps.</summary>
    public PreparedInstruction* Next;

    /// <summary>Where a jump goes.</summary>
    public PreparedInstruction* Target;

    /// <summary>What RPT repeats.</summary>
    public Handler Body;

    /// <summary>What a trap stands before.</summary>
    public Handler Trapped;

    /// <summary>Source: number, index or address, by <see cref="Handler"/>.</summary>
    public uint Source;

    /// <summary>Destination: index or address; registers to push or pop; places to shift; repetitions.</summary>
    public uint Destination;

    /// <summary>First FRAM cache line (address / 8) of its words, or <see cref="NoLine"/> when they are not in FRAM.</summary>
    public uint Line;

    /// <summary>Line of the word behind it, which a taken branch fetches in vain, or <see cref="NoLine"/>.</summary>
    public uint NextLine;

    /// <summary>MCLK cycles from the tables; repetitions and wait states come on top.</summary>
    public byte Cycles;

    /// <summary>Source register.</summary>
    public byte SourceRegister;

    /// <summary>Destination register.</summary>
    public byte DestinationRegister;

    /// <summary>Length in words.</summary>
    public byte Words;

    /// <summary>Words beyond the first cache line.</summary>
    public byte WordsInSecondLine;

    /// <summary>Register with the number of repetitions less one, or <see cref="NoRegister"/>.</summary>
    public byte CountRegister;

    /// <summary>Whether each repetition takes the carry as 0.</summary>
    public bool ZeroCarry;

    /// <summary>Cycles of each repetition after the first.</summary>
    public byte RepeatCycles;

    /// <summary>No cache line.</summary>
    public const uint NoLine = uint.MaxValue;

    /// <summary>No register.</summary>
    public const byte NoRegister = byte.MaxValue;
}
