using System.Collections.Immutable;
using FreeML.Compiler.Lowering;

namespace FreeML.Compiler.Quantization;

/// <summary>tanh in integers: 129 samples over [0, 8], a straight line between two of them. The device holds the same table.</summary>
public static class TanhTable
{
    /// <summary>Fractional bits of the argument: int16 covers just [0, 8).</summary>
    public const int ArgumentExponent = 12;

    /// <summary>Fractional bits of the result.</summary>
    public const int ResultExponent = 15;

    /// <summary>Largest distance of the line from the curve, the rounding of samples and result included: 1/8 h^2 max|tanh''| + 3 halves of a step.</summary>
    public const double LargestError = (0.7698004 / 16 / 16 / 8) + (1.5 / 32768);

    private const int StepBits = 8;

    /// <summary>tanh(n / 16) * 2^15, rounded to the nearest, at most 32767; n = 0 to 128.</summary>
    public static ImmutableArray<short> Samples { get; } = [.. Enumerable.Range(0, 129).Select(n => (short)Math.Min(short.MaxValue, Math.Floor((Math.Tanh(n / 16.0) * 32768) + 0.5)))];

    /// <summary>tanh of an argument of 12 fractional bits, from -32767 to 32767; 15 fractional bits.</summary>
    public static int Tanh(int argument)
    {
        int magnitude = Math.Abs(argument);
        int step = magnitude >> StepBits;
        int part = magnitude & ((1 << StepBits) - 1);
        int low = Samples[step];
        int result = low + ((((Samples[step + 1] - low) * part) + (1 << (StepBits - 1))) >> StepBits);
        return argument < 0 ? -result : result;
    }

    /// <summary>The argument that an element of an operation's input makes: shifted, and at most 32767 in magnitude.</summary>
    public static int Argument(int element, int shift)
    {
        int magnitude = Math.Abs(element);
        int shifted = shift >= 0 ? (int)Math.Min(short.MaxValue, (long)magnitude << shift) : FixedPoint.Round(magnitude, -shift);
        return element < 0 ? -shifted : shifted;
    }

    /// <summary>What an operation gives for an element, before it is clamped.</summary>
    public static int Apply(SigmoidOperation operation, int element)
    {
        int tanh = Tanh(Argument(element, operation.ArgumentShift));
        return FixedPoint.Round(operation.IsLogistic ? (tanh + 32768) >> 1 : tanh, operation.Shift);
    }
}
