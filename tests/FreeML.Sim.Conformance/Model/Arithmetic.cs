namespace FreeML.Sim.Conformance.Model;

/// <summary>The four arithmetic flags after an operation.</summary>
internal readonly record struct Flags(bool V, bool N, bool Z, bool C);

/// <summary>Result of an operation: the value in its width, and the flags, or null where they keep their values.</summary>
internal readonly record struct Outcome(long Value, Flags? Flags, bool OverflowIsUndefined = false);

/// <summary>
/// What each instruction computes, written from the tables of the user guide with plain integers: carries are sums that do
/// not fit, overflows are signed results out of range, decimal addition goes through decimal numbers. Slow and obvious on
/// purpose.
/// </summary>
internal static class Arithmetic
{
    /// <summary>A two-operand instruction on values already cut to <paramref name="width"/> bits.</summary>
    public static Outcome TwoOperand(Operation operation, int width, long source, long destination, bool carry) => operation switch
    {
        Operation.Mov => new Outcome(source, null),
        Operation.Bic => new Outcome(destination & (Modulus(width) - 1 - source), null),
        Operation.Bis => new Outcome(destination | source, null),
        Operation.And or Operation.Bit => Logic(width, source & destination, overflow: false),
        Operation.Xor => Logic(width, source ^ destination, overflow: IsNegative(source, width) && IsNegative(destination, width)),
        Operation.Add => Sum(width, source, destination, 0),
        Operation.Addc => Sum(width, source, destination, carry ? 1 : 0),
        Operation.Sub or Operation.Cmp => Difference(width, source, destination, 0),
        Operation.Subc => Difference(width, source, destination, carry ? 0 : 1),
        Operation.Dadd => DecimalSum(width, source, destination, carry ? 1 : 0),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "not a two-operand instruction"),
    };

    /// <summary>Arithmetic shift right: half, rounded down; the odd one goes to C.</summary>
    public static Outcome ShiftRightArithmetic(int width, long value)
    {
        long half = (long)Math.Floor(Signed(value, width) / 2.0);
        return Shifted(width, Unsigned(half, width), carryOut: value % 2 == 1);
    }

    /// <summary>Rotate right through carry: the carry is the digit above the most significant bit.</summary>
    public static Outcome RotateRightThroughCarry(int width, long value, bool carry) =>
        Shifted(width, (value + (carry ? Modulus(width) : 0)) / 2, carryOut: value % 2 == 1);

    /// <summary>Logical shift right: half of the unsigned value.</summary>
    public static Outcome ShiftRightUnsigned(int width, long value) => Shifted(width, value / 2, carryOut: value % 2 == 1);

    /// <summary>Shift left: twice the value; what does not fit goes to C. V is undefined for RLAM.</summary>
    public static Outcome ShiftLeft(int width, long value) =>
        Shifted(width, value * 2 % Modulus(width), carryOut: value * 2 >= Modulus(width)) with { OverflowIsUndefined = true };

    /// <summary>Swap the two low bytes; bits 19:16 stay (the register write rules decide what becomes of them).</summary>
    public static Outcome SwapBytes(long value)
    {
        long low = value % 0x100;
        long high = value / 0x100 % 0x100;
        long rest = value / 0x10000;
        return new Outcome((rest * 0x10000) + (low * 0x100) + high, null);
    }

    /// <summary>Sign-extend the low byte to <paramref name="width"/> bits.</summary>
    public static Outcome SignExtendByte(int width, long value)
    {
        long extended = Unsigned(Signed(value % 0x100, 8), width);
        return Logic(width, extended, overflow: false);
    }

    /// <summary><paramref name="value"/> read as a two's complement number of <paramref name="width"/> bits.</summary>
    public static long Signed(long value, int width) => IsNegative(value, width) ? value - Modulus(width) : value;

    /// <summary>True if every nibble of <paramref name="value"/> is a decimal digit.</summary>
    public static bool IsDecimal(long value)
    {
        for (; value != 0; value /= 16)
        {
            if (value % 16 > 9)
            {
                return false;
            }
        }

        return true;
    }

    private static Outcome Sum(int width, long source, long destination, long carry)
    {
        long sum = source + destination + carry;
        long signed = Signed(source, width) + Signed(destination, width) + carry;
        return WithFlags(width, sum % Modulus(width), overflow: !FitsSigned(signed, width), carryOut: sum >= Modulus(width));
    }

    private static Outcome Difference(int width, long source, long destination, long borrow)
    {
        long difference = destination - source - borrow;
        long signed = Signed(destination, width) - Signed(source, width) - borrow;
        return WithFlags(width, Unsigned(difference, width), overflow: !FitsSigned(signed, width), carryOut: difference >= 0);
    }

    private static Outcome DecimalSum(int width, long source, long destination, long carry)
    {
        long limit = (long)Math.Pow(10, width / 4);
        long sum = FromDecimalDigits(source) + FromDecimalDigits(destination) + carry;
        return WithFlags(width, ToDecimalDigits(sum % limit), overflow: false, carryOut: sum >= limit) with { OverflowIsUndefined = true };
    }

    private static long FromDecimalDigits(long digits)
    {
        if (!IsDecimal(digits))
        {
            throw new ArgumentException($"{digits:x} has a digit above 9; what DADD makes of it is unspecified", nameof(digits));
        }

        return digits == 0 ? 0 : (FromDecimalDigits(digits / 16) * 10) + (digits % 16);
    }

    private static long ToDecimalDigits(long number) => number == 0 ? 0 : (ToDecimalDigits(number / 10) * 16) + (number % 10);

    private static Outcome Logic(int width, long result, bool overflow) => WithFlags(width, result, overflow, carryOut: result != 0);

    private static Outcome Shifted(int width, long result, bool carryOut) => WithFlags(width, result, overflow: false, carryOut);

    private static Outcome WithFlags(int width, long result, bool overflow, bool carryOut) =>
        new(result, new Flags(overflow, IsNegative(result, width), result == 0, carryOut));

    private static long Modulus(int width) => 1L << width;

    private static long Unsigned(long value, int width) => ((value % Modulus(width)) + Modulus(width)) % Modulus(width);

    private static bool IsNegative(long value, int width) => value >= Modulus(width) / 2;

    private static bool FitsSigned(long value, int width) => value >= -Modulus(width) / 2 && value < Modulus(width) / 2;
}
