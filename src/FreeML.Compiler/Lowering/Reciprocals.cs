using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>1 / n as a factor of at most 15 bits and a shift, for each number n of elements that a pooling window can have under it.</summary>
/// <param name="Multipliers">One, or one for each n from 1.</param>
/// <param name="Shift">Right shift of sum times multiplier.</param>
/// <param name="FinestGain">Most bits that the result's exponent may be above that of the elements.</param>
/// <param name="Error">Bound of n |multiplier 2^-shift - 1 / n| in units of the elements' magnitude.</param>
internal sealed record Reciprocals(ImmutableArray<short> Multipliers, int Shift, int FinestGain, double Error)
{
    private const int LargestShift = 31;

    /// <summary>For a layer whose result has an exponent this much above that of its input.</summary>
    public static Reciprocals Of(Pooling pooling, MapSize from, MapSize to, int gain)
    {
        Window window = pooling.Window;
        int taps = window.Height * window.Width;
        int[] rows = Inside(to.Height, window.StrideHeight, window.Margins.Top, window.Height, window.DilationHeight, from.Height);
        int[] columns = Inside(to.Width, window.StrideWidth, window.Margins.Left, window.Width, window.DilationWidth, from.Width);
        int[] counts = pooling.Kind is PoolingKind.AverageWithMargins ? [taps] : [.. rows.SelectMany(row => columns.Select(column => row * column)).Where(count => count > 0).Distinct().Order()];
        int least = counts.Length == 0 ? 1 : counts[0];

        // The largest factor, 2^(shift + gain) / least, is to fit 15 bits.
        int finestGain = FixedPoint.LargestFactorExponent - 1;
        int used = Math.Min(gain, finestGain);
        int shift = Math.Clamp(Math.ILogB((double)short.MaxValue * least) - used, 1, LargestShift);
        short[] multipliers = counts.Length <= 1 ? [Factor(least)] : [.. Enumerable.Range(1, taps).Select(count => counts.Contains(count) ? Factor(count) : (short)0)];
        double error = counts.Length == 0 ? 0 : counts.Max(count => count * Math.Abs(Math.ScaleB(multipliers[counts.Length <= 1 ? 0 : count - 1], -shift - used) - (1.0 / count)));
        return new Reciprocals([.. multipliers], shift, finestGain, error);

        short Factor(int count) => (short)Math.Clamp(FixedPoint.Quantize(1.0 / count, shift + used), 0, short.MaxValue);
    }

    // How many taps are inside the map, at each position.
    private static int[] Inside(int positions, int stride, int margin, int taps, int dilation, int size) =>
        [.. Enumerable.Range(0, positions).Select(position => Enumerable.Range(0, taps).Count(tap => (position * stride) - margin + (tap * dilation) is var at && at >= 0 && at < size)).Distinct()];
}
