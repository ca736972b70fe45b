using System.Runtime.CompilerServices;
using static FreeML.Sim.Msp430.Cpu.StatusRegister;

namespace FreeML.Sim.Msp430.Cpu;

// The arithmetic of the instruction set: pure functions from operands and status to result and status. Operands come masked to the width;
// results go back with whatever lies above it, and the store masks them. Flags are set in `status`, whose other bits pass through.

/// <summary>A two-operand operation.</summary>
internal interface IBinaryOperation
{
    /// <summary>Whether the destination's old value takes part (all but MOV).</summary>
    static virtual bool ReadsDestination => true;

    /// <summary>Whether the result is stored (all but CMP and BIT).</summary>
    static virtual bool WritesDestination => true;

    /// <summary>Whether the carry goes in; the ZC bit of an extension word then means "take 0".</summary>
    static virtual bool TakesCarry => false;

    /// <summary>The operation.</summary>
    static abstract uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth;
}

/// <summary>A one-operand operation.</summary>
internal interface IUnaryOperation
{
    /// <summary>Whether the carry goes in.</summary>
    static virtual bool TakesCarry => false;

    /// <summary>Whether a register receives all 20 bits whatever the width (SXT).</summary>
    static virtual bool FillsRegister => false;

    /// <summary>The operation.</summary>
    static abstract uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth;
}

/// <summary>Flags of results.</summary>
internal static class Flag
{
    /// <summary>N and Z of a result that may have bits above the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NegativeZero<TWidth>(uint result)
        where TWidth : struct, IWidth =>
        ((result >> (TWidth.Bits - 3)) & N) | ((result & Width.Mask<TWidth>()) == 0 ? Z : 0);

    /// <summary>N, Z, and C = not Z: the flags of the logical operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Logical<TWidth>(uint result)
        where TWidth : struct, IWidth =>
        ((result >> (TWidth.Bits - 3)) & N) | ((result & Width.Mask<TWidth>()) == 0 ? Z : C);

    /// <summary>source + destination + carry with all four flags. Subtraction is the same with the source inverted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add<TWidth>(uint source, uint destination, uint carry, ref uint status)
        where TWidth : struct, IWidth
    {
        uint sum = source + destination + carry;
        uint overflow = (source ^ sum) & (destination ^ sum) & Width.Sign<TWidth>();
        status = (status & ~Flags)
            | ((sum >> TWidth.Bits) & C)
            | NegativeZero<TWidth>(sum)
            | ((overflow << 1 >> (TWidth.Bits - 8)) & V);
        return sum;
    }

    /// <summary>The operand with all bits of the width inverted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Invert<TWidth>(uint value)
        where TWidth : struct, IWidth => value ^ Width.Mask<TWidth>();
}

internal readonly struct Move : IBinaryOperation
{
    public static bool ReadsDestination => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => source;
}

internal readonly struct Add : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(source, destination, 0, ref status);
}

internal readonly struct AddWithCarry : IBinaryOperation
{
    public static bool TakesCarry => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(source, destination, status & C, ref status);
}

internal readonly struct SubtractWithCarry : IBinaryOperation
{
    public static bool TakesCarry => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(Flag.Invert<TWidth>(source), destination, status & C, ref status);
}

internal readonly struct Subtract : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(Flag.Invert<TWidth>(source), destination, 1, ref status);
}

internal readonly struct Compare : IBinaryOperation
{
    public static bool WritesDestination => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(Flag.Invert<TWidth>(source), destination, 1, ref status);
}

// Digit by digit with a carry between. A digit that is no decimal one is unspecified by the guide; here a digit sum above 9 adds 6,
// as the adder in the silicon is said to. V is undefined in the guide; this is what an FR5939 board was seen to do.
internal readonly struct DecimalAdd : IBinaryOperation
{
    public static bool TakesCarry => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth
    {
        uint carry = status & C;
        uint result = 0;
        for (int shift = 0; shift < TWidth.Bits; shift += 4)
        {
            uint digit = ((source >> shift) & 0xF) + ((destination >> shift) & 0xF) + carry;
            carry = digit > 9 ? 1u : 0;
            result |= ((digit + (6 * carry)) & 0xF) << shift;
        }

        status = (status & ~Flags) | carry | Flag.NegativeZero<TWidth>(result) | Overflow<TWidth>(source, destination, status & C, result);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Overflow<TWidth>(uint source, uint destination, uint carryIn, uint result)
        where TWidth : struct, IWidth
    {
        int top = TWidth.Bits - 4;
        uint binary = source + destination + carryIn;
        bool sameSign = ((source ^ destination) & Width.Sign<TWidth>()) == 0;
        bool inWindow = (binary >= 0x8u << top && binary < 0xAu << top) || (binary >= 0x16u << top && binary < 0x18u << top);
        bool wraps = source + destination >= 0x14u << top && (result & Width.Sign<TWidth>()) == 0;
        return (sameSign && inWindow) || wraps ? V : 0;
    }
}

internal readonly struct BitTest : IBinaryOperation
{
    public static bool WritesDestination => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => And.Apply<TWidth>(source, destination, ref status);
}

internal readonly struct BitClear : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => destination & ~source;
}

internal readonly struct BitSet : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth => destination | source;
}

// V is set when both operands were negative.
internal readonly struct ExclusiveOr : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth
    {
        uint result = source ^ destination;
        uint overflow = (source & destination & Width.Sign<TWidth>()) != 0 ? V : 0;
        status = (status & ~Flags) | Flag.Logical<TWidth>(result) | overflow;
        return result;
    }
}

internal readonly struct And : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint source, uint destination, ref uint status)
        where TWidth : struct, IWidth
    {
        uint result = source & destination;
        status = (status & ~Flags) | Flag.Logical<TWidth>(result);
        return result;
    }
}

internal readonly struct RotateRightThroughCarry : IUnaryOperation
{
    public static bool TakesCarry => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth
    {
        uint result = (value >> 1) | ((status & C) << (TWidth.Bits - 1));
        status = (status & ~Flags) | (value & C) | Flag.NegativeZero<TWidth>(result);
        return result;
    }
}

internal readonly struct RotateRightArithmetically : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth
    {
        uint result = (value >> 1) | (value & Width.Sign<TWidth>());
        status = (status & ~Flags) | (value & C) | Flag.NegativeZero<TWidth>(result);
        return result;
    }
}

internal readonly struct RotateRightUnsigned : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth
    {
        uint result = value >> 1;
        status = (status & ~Flags) | (value & C) | Flag.NegativeZero<TWidth>(result);
        return result;
    }
}

// V is undefined in the guide; an FR5739 board was seen to give the overflow of the last shift.
internal readonly struct RotateLeftArithmetically : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth => Flag.Add<TWidth>(value, value, 0, ref status);
}

internal readonly struct SwapBytes : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth => (value & ~0xFFFFu) | ((value >> 8) & 0xFF) | ((value & 0xFF) << 8);
}

internal readonly struct ExtendSign : IUnaryOperation
{
    public static bool FillsRegister => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth => Extended((uint)(sbyte)value, ref status);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Extended(uint result, ref uint status)
    {
        result &= Width.Mask<AddressWidth>();
        status = (status & ~Flags) | Flag.Logical<AddressWidth>(result);
        return result;
    }
}

// SXTX with ZC = 1 extends from bit 15: undocumented, seen on an FR5739 board.
internal readonly struct ExtendWordSign : IUnaryOperation
{
    public static bool FillsRegister => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply<TWidth>(uint value, ref uint status)
        where TWidth : struct, IWidth => ExtendSign.Extended((uint)(short)value, ref status);
}
