using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>A register of the multiplier that generated code writes itself.</summary>
internal enum MultiplierWrite
{
    /// <summary>None.</summary>
    None,

    /// <summary>First operand of an unsigned multiplication, or its lower half.</summary>
    Mpy,

    /// <summary>The same of a signed one.</summary>
    Mpys,

    /// <summary>The same of an unsigned one that is added to the result.</summary>
    Mac,

    /// <summary>The same of a signed one that is added to the result.</summary>
    Macs,

    /// <summary>Upper half of the first operand, whatever the operation.</summary>
    Operand1High,

    /// <summary>Second operand, 16 bits.</summary>
    Op2,

    /// <summary>Lower half of a second operand of 32 bits.</summary>
    Op2Low,

    /// <summary>Its upper half.</summary>
    Op2High,

    /// <summary>Bits 15:0 of the result.</summary>
    Result0,

    /// <summary>Bits 31:16.</summary>
    Result1,

    /// <summary>Bits 47:32.</summary>
    Result2,

    /// <summary>Bits 63:48.</summary>
    Result3,
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
/// The multiplier while generated code runs. Of 16 times 16 bits, the lower half of the result is a sum, of what it was before the last operation
/// and of the last product, both kept in vector registers; carry, extension and the upper half follow from them and are worked out only when
/// asked for. Wider operations, and the unsigned one that is added to the result, leave nothing to be worked out: all that follows from them is
/// in <see cref="MultiplierState"/> but for the lower halves of operands and result.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InlineMultiplier
{
    /// <summary>MCLK cycles from the writing of the second operand to its effect: 16 times 16 bits.</summary>
    public const int Latency = 3;

    /// <summary>In <see cref="WrittenLeft"/>: the result is ready.</summary>
    public const int LongAgo = int.MaxValue;

    /// <summary>As the number of a result's word: SUMEXT, which is ready with RES1.</summary>
    public const int SumExtensionWord = Peripherals.Mpy32.LastWord + 1;

    /// <summary>Cycles that were left when the second operand was written; of a wider operation, <see cref="Latency"/> before all of it is ready.</summary>
    public long WrittenLeft;

    /// <summary>The last operation.</summary>
    public PendingOperation Pending;

    /// <summary>Multiplier cycles counted when <see cref="Pending"/> was last none.</summary>
    public int CountBefore;

    /// <summary>XMM13: what the last product is added to.</summary>
    public uint Start;

    /// <summary>XMM12: the last product.</summary>
    public uint Product;

    /// <summary>XMM11: first operand, its lower half.</summary>
    public uint Operand1;

    /// <summary>XMM10: second operand, its lower half.</summary>
    public uint Operand2;

    /// <summary>XMM9: the result before the last operation, if that was no accumulation.</summary>
    public uint Before;

    /// <summary>Cycles that were left when the lower half of the last second operand was written, if <see cref="Pending"/> is none.</summary>
    public long LowLeft;

    /// <summary>The same of its upper half.</summary>
    public long HighLeft;

    /// <summary>Cycles that were left when the lower half was written of a second operand whose upper half is to come.</summary>
    public long NextLowLeft;

    /// <summary>Takes over what the multiplier holds.</summary>
    public void Load(ref readonly MultiplierState state, long now, long stretch)
    {
        long end = now + stretch;
        WrittenLeft = now >= state.Ready ? LongAgo : end - state.Ready + Latency;
        LowLeft = end - state.LowWritten;
        HighLeft = end - state.HighWritten;
        NextLowLeft = end - state.NextLowWritten;
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
        state.Operand2 = (Pending is PendingOperation.None ? state.Operand2 & 0xFFFF_0000 : 0) | (ushort)Operand2;
        state.NextLowWritten = end - NextLowLeft;
        state.Ready = WrittenLeft == LongAgo ? 0 : end - WrittenLeft + Latency;
        ulong upper = state.Result & 0xFFFF_FFFF_0000_0000;
        if (Pending is PendingOperation.None)
        {
            state.Result = upper | (Start + Product);
            state.LowWritten = end - LowLeft;
            state.HighWritten = end - HighLeft;
            return;
        }

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
        state.LowWritten = state.HighWritten = end - WrittenLeft;
    }

    /// <summary>The word of the result that a register is; -1 if it is none.</summary>
    public static int ResultWord(MultiplierWrite register) => register >= MultiplierWrite.Result0 ? register - MultiplierWrite.Result0 : -1;

    /// <summary>Cycles that an operation takes, by <see cref="MultiplierState.LatencyRow"/>.</summary>
    public static int CyclesOf(int row) => Peripherals.Mpy32.Latencies[row][Peripherals.Mpy32.LastWord].FromLow;

    /// <summary>Cycles from the writing of each half of the second operand until a word of the result is ready.</summary>
    public static (int FromLow, int FromHigh) LatencyOf(int row, int word)
    {
        (byte low, byte high) = Peripherals.Mpy32.Latencies[row][word == SumExtensionWord ? 1 : word];
        return (low, high);
    }
}
