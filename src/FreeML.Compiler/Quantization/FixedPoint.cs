namespace FreeML.Compiler.Quantization;

/// <summary>Numbers of the form q * 2^-exponent.</summary>
public static class FixedPoint
{
    /// <summary>Largest magnitude of an element. -32768 is not used, so that a magnitude always fits.</summary>
    public const int Limit = 32767;

    /// <summary>Exponents are kept within +- this.</summary>
    public const int LargestExponent = 24;

    /// <summary>Largest factor of an operation, as a power of two: 2^14 fits int16.</summary>
    public const int LargestFactorExponent = 14;

    /// <summary>Shifts right, to the nearest; a half goes up.</summary>
    public static int Round(int value, int shift) => shift == 0 ? value : (value + (1 << (shift - 1))) >> shift;

    /// <summary>Nearest integer of a real number at an exponent; a half goes up. Huge numbers come out at the ends of the range.</summary>
    public static int Quantize(double value, int exponent) =>
        (int)Math.Clamp(Math.Floor(Math.ScaleB(value, exponent) + 0.5), int.MinValue / 2, int.MaxValue / 2);

    /// <summary>Greatest exponent at which a magnitude still fits a limit.</summary>
    public static int ExponentFor(double magnitude, int limit)
    {
        if (!(magnitude > 0) || !double.IsFinite(magnitude))
        {
            return magnitude > 0 ? -LargestExponent : LargestExponent;
        }

        int exponent = Math.ILogB(limit / magnitude);
        return Math.Clamp(exponent, -LargestExponent, LargestExponent);
    }
}
