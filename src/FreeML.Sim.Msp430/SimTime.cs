using System.Globalization;

namespace FreeML.Sim.Msp430;

/// <summary>
/// A point in simulated time, or the distance between two: a whole number of picoseconds.
/// </summary>
/// <remarks>
/// <para>Range: plus or minus 2^63 - 1 ps, about 106.75 days. <see cref="MaxValue"/> is kept for "never".
/// One cycle at 16 MHz is exactly 62 500 ps; clocks with no whole period are handled by <see cref="ClockRate"/>,
/// which never accumulates rounding.</para>
/// <para>Addition and subtraction saturate at <see cref="MaxValue"/> and <see cref="MinValue"/>, so that "never plus a
/// while" is still never.</para>
/// </remarks>
public readonly record struct SimTime : IComparable<SimTime>
{
    /// <summary>10^3.</summary>
    public const long PicosecondsPerNanosecond = 1_000;

    /// <summary>10^6.</summary>
    public const long PicosecondsPerMicrosecond = 1_000_000;

    /// <summary>10^9.</summary>
    public const long PicosecondsPerMillisecond = 1_000_000_000;

    /// <summary>10^12.</summary>
    public const long PicosecondsPerSecond = 1_000_000_000_000;

    private SimTime(long picoseconds) => Picoseconds = picoseconds;

    /// <summary>The start of the simulation, or no time at all.</summary>
    public static SimTime Zero => default;

    /// <summary>Later than any event: "never".</summary>
    public static SimTime MaxValue => new(long.MaxValue);

    /// <summary>Earlier than any event.</summary>
    public static SimTime MinValue => new(-long.MaxValue);

    /// <summary>Picoseconds, the unit in which time is kept.</summary>
    public long Picoseconds { get; }

    /// <summary>Seconds, rounded to the nearest double.</summary>
    public double TotalSeconds => Picoseconds / (double)PicosecondsPerSecond;

    /// <summary>A time of <paramref name="picoseconds"/>.</summary>
    public static SimTime FromPicoseconds(long picoseconds) => new(Math.Max(picoseconds, -long.MaxValue));

    /// <summary>A time of <paramref name="nanoseconds"/>; saturates.</summary>
    public static SimTime FromNanoseconds(long nanoseconds) => Scaled(nanoseconds, PicosecondsPerNanosecond);

    /// <summary>A time of <paramref name="microseconds"/>; saturates.</summary>
    public static SimTime FromMicroseconds(long microseconds) => Scaled(microseconds, PicosecondsPerMicrosecond);

    /// <summary>A time of <paramref name="milliseconds"/>; saturates.</summary>
    public static SimTime FromMilliseconds(long milliseconds) => Scaled(milliseconds, PicosecondsPerMillisecond);

    /// <summary>A time of <paramref name="seconds"/>; saturates.</summary>
    public static SimTime FromSeconds(long seconds) => Scaled(seconds, PicosecondsPerSecond);

    /// <summary>A time of <paramref name="seconds"/>, rounded to the nearest picosecond; saturates.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is not a number.</exception>
    public static SimTime FromSeconds(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "A time must be a number.");
        }

        // The conversion from double saturates.
        return FromPicoseconds((long)Math.Round(seconds * PicosecondsPerSecond));
    }

    /// <summary>The time that <paramref name="cycles"/> of a clock take; see <see cref="ClockRate.CyclesToTime"/>.</summary>
    public static SimTime FromCycles(long cycles, ClockRate rate) => rate.CyclesToTime(cycles);

    /// <summary>The earlier of two times.</summary>
    public static SimTime Min(SimTime left, SimTime right) => left <= right ? left : right;

    /// <summary>The later of two times.</summary>
    public static SimTime Max(SimTime left, SimTime right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(SimTime other) => Picoseconds.CompareTo(other.Picoseconds);

    /// <summary>Sum; saturates.</summary>
    public static SimTime operator +(SimTime left, SimTime right)
    {
        long sum = unchecked(left.Picoseconds + right.Picoseconds);
        bool overflowed = ((left.Picoseconds ^ sum) & (right.Picoseconds ^ sum)) < 0;
        return overflowed ? (left.Picoseconds < 0 ? MinValue : MaxValue) : FromPicoseconds(sum);
    }

    /// <summary>Difference; saturates.</summary>
    public static SimTime operator -(SimTime left, SimTime right) => left + new SimTime(-right.Picoseconds);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(SimTime left, SimTime right) => left.Picoseconds < right.Picoseconds;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(SimTime left, SimTime right) => left.Picoseconds > right.Picoseconds;

    /// <summary>Whether <paramref name="left"/> is not later.</summary>
    public static bool operator <=(SimTime left, SimTime right) => left.Picoseconds <= right.Picoseconds;

    /// <summary>Whether <paramref name="left"/> is not earlier.</summary>
    public static bool operator >=(SimTime left, SimTime right) => left.Picoseconds >= right.Picoseconds;

    /// <summary>Seconds with all twelve decimals, for diagnostics.</summary>
    public override string ToString() =>
        this == MaxValue ? "never" : ((decimal)Picoseconds / PicosecondsPerSecond).ToString("0.############", CultureInfo.InvariantCulture) + " s";

    private static SimTime Scaled(long amount, long unit)
    {
        long high = Math.BigMul(amount, unit, out long low);
        bool fits = high == low >> 63;
        return fits ? FromPicoseconds(low) : (amount < 0 ? MinValue : MaxValue);
    }
}
