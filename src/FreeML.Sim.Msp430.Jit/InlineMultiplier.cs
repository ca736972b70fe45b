using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>A register of the multiplier that generated code writes itself.</summary>
internal enum MultiplierWrite
{
    /// <summary>None.</summary>
    None,

    /// <summary>First operand of an unsigned multiplication.</summary>
    Mpy,

    /// <summary>First operand of a signed one.</summary>
    Mpys,

    /// <summary>First operand of a signed one that is added to the result.</summary>
    Macs,

    /// <summary>Second operand, 16 bits.</summary>
    Op2,

    /// <summary>Bits 15:0 of the result.</summary>
    ResultLow,

    /// <summary>Bits 31:16.</summary>
    ResultHigh,
}

/// <summary>Which operation generated code did last, since what follows from it was last written down.</summary>
internal enum PendingOperation : byte
{
    None,
    Macs,
    Mpys,
    Mpy,
}

/// <summary>
/// The multiplier while generated code runs. The lower half of the result is a sum, of what it was before the last operation and of the last
/// product, both kept in vector registers; carry, extension and the upper half follow from them and are worked out only when asked for.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InlineMultiplier
{
    /// <summary>MCLK cycles from the writing of the second operand to its effect: 16 times 16 bits.</summary>
    public const int Latency = 3;

    /// <summary>In <see cref="WrittenLeft"/>: the result is ready.</summary>
    public const int LongAgo = int.MaxValue;

    /// <summary>Cycles that were left when the second operand was written.</summary>
    public long WrittenLeft;

    /// <summary>The last operation.</summary>
    public PendingOperation Pending;

    /// <summary>Multiplier cycles counted when <see cref="Pending"/> was last none.</summary>
    public int CountBefore;

    /// <summary>XMM13: what the last product is added to.</summary>
    public uint Start;

    /// <summary>XMM12: the last product.</summary>
    public uint Product;

    /// <summary>XMM11: first operand.</summary>
    public uint Operand1;

    /// <summary>XMM10: second operand.</summary>
    public uint Operand2;

    /// <summary>XMM9: the result before the last operation, if that was no accumulation.</summary>
    public uint Before;

    private long _writtenLeftBefore;

    /// <summary>Takes over what the multiplier holds.</summary>
    public void Load(ref readonly MultiplierState state, long now, long stretch)
    {
        WrittenLeft = now >= state.Ready ? LongAgo : stretch - (state.Ready - Latency - now);
        _writtenLeftBefore = WrittenLeft;
        Pending = PendingOperation.None;
        CountBefore = 0;
        Start = (uint)state.Result;
        Product = 0;
        Operand1 = (ushort)state.Operand1;
        Operand2 = (ushort)state.Operand2;
    }

    /// <summary>Gives it back.</summary>
    /// <param name="state">What the multiplier holds.</param>
    /// <param name="end">The cycle in which none would be left.</param>
    /// <param name="cycles">Multiplier cycles counted: some for each operation.</param>
    public readonly void Store(ref MultiplierState state, long end, int cycles)
    {
        state.Operand1 = (state.Operand1 & 0xFFFF_0000) | (ushort)Operand1;
        if (cycles != 0)
        {
            state.Operand2 = (ushort)Operand2;
        }

        ulong upper = state.Result & 0xFFFF_FFFF_0000_0000;
        if (Pending is PendingOperation.None)
        {
            state.Result = upper | (Start + Product);
        }
        else
        {
            // What the operation before left, if there was one since the rest was written down.
            bool isSigned = Pending is not PendingOperation.Mpy;
            bool isFirst = cycles - CountBefore <= Latency;
            uint before = Pending is PendingOperation.Macs ? Start : Before;
            ulong extended = (ulong)(int)before;
            state.ShownBefore = isFirst || !isSigned ? upper | before : extended;
            state.SumExtensionBefore = isFirst ? state.SumExtension : isSigned ? (ushort)(extended >> 32) : (ushort)0;
            long sum = isSigned ? (long)(int)Start + (int)Product : Product;
            state.Result = isSigned ? (ulong)(int)sum : upper | Product;
            state.Carry = isSigned && sum < 0;
            state.SumExtension = (ushort)(isSigned && (int)sum < 0 ? 0xFFFF : 0);
            state.Operand2Is32 = false;
            state.ExpectsHighWord = false;
            state.IsWide = false;
            state.LatencyRow = 0;
        }

        if (WrittenLeft == LongAgo)
        {
            state.Ready = 0;
        }
        else if (WrittenLeft != _writtenLeftBefore)
        {
            state.LowWritten = state.HighWritten = end - WrittenLeft;
            state.Ready = state.LowWritten + Latency;
        }
    }
}
