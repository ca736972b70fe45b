using System.Globalization;

namespace FreeML.Sim.Msp430;

/// <summary>
/// The frequency of a clock as an exact fraction of hertz, because the DCO's 8/3 MHz is not a whole number and the error of
/// a rounded one would grow with every cycle.
/// </summary>
/// <remarks>
/// The default value is <see cref="Stopped"/>. Conversions use 128-bit arithmetic and are exact up to one final rounding:
/// cycles to time rounds up to the next picosecond, time to cycles rounds down. So
/// <c>TimeToCycles(CyclesToTime(n)) == n</c> for every clock below 1 THz.
/// </remarks>
public readonly record struct ClockRate
{
    // Kept as denominator - 1, so that default(ClockRate) is 0/1.
    private readonly long _denominatorLessOne;

    // Whole picoseconds per cycle, or 0 where the period is not whole: lets the usual clocks skip the 128-bit path.
    private readonly long _wholePeriod;

    private ClockRate(long numerator, long denominator)
    {
        Numerator = numerator;
        _denominatorLessOne = denominator - 1;
        if (numerator > 0)
        {
            Int128 scaled = (Int128)SimTime.PicosecondsPerSecond * denominator;
            _wholePeriod = scaled % numerator == 0 && scaled / numerator <= long.MaxValue ? (long)(scaled / numerator) : 0;
        }
    }

    /// <summary>A clock that does not run.</summary>
    public static ClockRate Stopped => default;

    /// <summary>Numerator of the frequency in hertz, in lowest terms.</summary>
    public long Numerator { get; }

    /// <summary>Denominator of the frequency in hertz, in lowest terms.</summary>
    public long Denominator => _denominatorLessOne + 1;

    /// <summary>Whether the clock does not run.</summary>
    public bool IsStopped => Numerator == 0;

    /// <summary>Frequency in hertz, rounded to the nearest double.</summary>
    public double Hertz => Numerator / (double)Denominator;

    /// <summary>A clock of <paramref name="hertz"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static ClockRate FromHertz(long hertz) => FromRatio(hertz, 1);

    /// <summary>A clock of <paramref name="numerator"/> / <paramref name="denominator"/> Hz.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative numerator, or a denominator below 1.</exception>
    public static ClockRate FromRatio(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        (long a, long b) = (numerator, denominator);
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return new ClockRate(numerator / a, denominator / a);
    }

    /// <summary>This clock through a divider.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="divider"/> is below 1.</exception>
    public ClockRate DividedBy(int divider)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(divider, 1);
        return FromRatio(Numerator, checked(Denominator * divider));
    }

    /// <summary>The time of <paramref name="cycles"/> cycles, rounded up to a picosecond; never for a stopped clock; saturates.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public SimTime CyclesToTime(long cycles)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cycles);
        if (cycles == 0)
        {
            return SimTime.Zero;
        }

        if (IsStopped)
        {
            return SimTime.MaxValue;
        }

        if (_wholePeriod != 0)
        {
            long high = Math.BigMul(cycles, _wholePeriod, out long low);
            return high == 0 && low >= 0 ? SimTime.FromPicoseconds(low) : SimTime.MaxValue;
        }

        UInt128 picoseconds = (((UInt128)(ulong)cycles * PicosecondsTimesDenominator) + (ulong)(Numerator - 1)) / (ulong)Numerator;
        return picoseconds < long.MaxValue ? SimTime.FromPicoseconds((long)picoseconds) : SimTime.MaxValue;
    }

    /// <summary>Whole cycles in <paramref name="duration"/>, rounded down; none for a stopped clock or a negative duration.</summary>
    public long TimeToCycles(SimTime duration)
    {
        if (duration.Picoseconds <= 0 || IsStopped)
        {
            return 0;
        }

        if (_wholePeriod != 0)
        {
            return duration.Picoseconds / _wholePeriod;
        }

        UInt128 cycles = (UInt128)(ulong)duration.Picoseconds * (ulong)Numerator / PicosecondsTimesDenominator;
        return cycles < long.MaxValue ? (long)cycles : long.MaxValue;
    }

    /// <summary>
    /// The smallest number of cycles that takes at least <paramref name="duration"/>; <see cref="long.MaxValue"/> where there is
    /// none. What an engine may run before an event that is <paramref name="duration"/> away.
    /// </summary>
    public long CyclesToReach(SimTime duration)
    {
        if (duration.Picoseconds <= 0)
        {
            return 0;
        }

        if (IsStopped || duration == SimTime.MaxValue)
        {
            return long.MaxValue;
        }

        // ceil(n P) >= d is n P > d - 1.
        long below = TimeToCycles(duration - SimTime.FromPicoseconds(1));
        return below == long.MaxValue ? below : below + 1;
    }

    /// <summary>The frequency in hertz, for diagnostics.</summary>
    public override string ToString() => Denominator == 1
        ? Numerator.ToString(CultureInfo.InvariantCulture) + " Hz"
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator} Hz");

    private UInt128 PicosecondsTimesDenominator => (UInt128)SimTime.PicosecondsPerSecond * (ulong)Denominator;
}
