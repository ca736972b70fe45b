namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>Global horizontal irradiance of days with passing clouds.</summary>
/// <remarks>
/// <para>Sun: declination d = 23.45° sin(360° (284 + n) / 365) on day n (Cooper 1969), hour angle w = 15° (t - 12 h) in solar time, and
/// cos z = sin L sin d + cos L cos d cos w at latitude L.</para>
/// <para>Clear sky: G = 1098 cos z exp(-0.059 / cos z) W/m2 (Haurwitz 1945, 1948), 0 below the horizon.</para>
/// <para>Clouds: clear and cloudy spells by turns, exponentially long. A cloud lets a share through, uniform between two bounds; the
/// share k follows its target (1 in clear spells) with a time constant, which is the cloud's edge passing, and inside clouds an AR(1)
/// process is added. The irradiance is k G, k between 0.03 and 1.05 (edges of clouds reflect light too).</para>
/// <para>Not modelled: equation of time, refraction, turbidity, seasons of cloudiness, tilt of the cell.</para>
/// </remarks>
public sealed record OutdoorSolar
{
    private const double SecondsPerDay = 86400;
    private const double Radians = 0.017453292519943295;

    /// <summary>Latitude, -90 to 90 degrees.</summary>
    public double LatitudeDegrees { get; init; } = 47;

    /// <summary>Day of the year at the start, 1 to 365.</summary>
    public int DayOfYear { get; init; } = 105;

    /// <summary>Solar time at the start, in seconds after midnight.</summary>
    public double StartSeconds { get; init; }

    /// <summary>Length in seconds.</summary>
    public double DurationSeconds { get; init; } = SecondsPerDay;

    /// <summary>Step in seconds.</summary>
    public double StepSeconds { get; init; } = 10;

    /// <summary>Mean length of a clear spell, in seconds.</summary>
    public double MeanClearSeconds { get; init; } = 900;

    /// <summary>Mean length of a cloudy spell, in seconds; 0 for a day without clouds.</summary>
    public double MeanCloudySeconds { get; init; } = 500;

    /// <summary>Least share of the light a cloud lets through.</summary>
    public double LeastTransmission { get; init; } = 0.12;

    /// <summary>Largest share of the light a cloud lets through.</summary>
    public double LargestTransmission { get; init; } = 0.6;

    /// <summary>Time constant of a cloud's edge, in seconds.</summary>
    public double EdgeSeconds { get; init; } = 20;

    /// <summary>Standard deviation of the share inside clouds.</summary>
    public double Unevenness { get; init; } = 0.06;

    /// <summary>Correlation time of the unevenness, in seconds.</summary>
    public double UnevennessSeconds { get; init; } = 60;

    /// <summary>Seed of the clouds.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Clear-sky irradiance in W/m2.</summary>
    /// <param name="latitudeDegrees">-90 to 90.</param>
    /// <param name="dayOfYear">1 to 365.</param>
    /// <param name="solarSeconds">Solar time after midnight.</param>
    public static double ClearSky(double latitudeDegrees, int dayOfYear, double solarSeconds)
    {
        double declination = 23.45 * Radians * DeterministicMath.Sin(360 * Radians * (284 + dayOfYear) / 365);
        double latitude = latitudeDegrees * Radians;
        double hourAngle = 15 * Radians * ((solarSeconds / 3600) - 12);
        double cosine = (DeterministicMath.Sin(latitude) * DeterministicMath.Sin(declination))
            + (DeterministicMath.Cos(latitude) * DeterministicMath.Cos(declination) * DeterministicMath.Cos(hourAngle));
        return cosine > 0 ? 1098 * cosine * DeterministicMath.Exp(-0.059 / cosine) : 0;
    }

    /// <summary>Makes the trace, in W/m2.</summary>
    /// <exception cref="ArgumentException">A parameter makes no sense.</exception>
    public Trace Generate(string name)
    {
        Parameters.Require(LatitudeDegrees is >= -90 and <= 90, "a latitude from -90 to 90 degrees");
        Parameters.Require(DayOfYear is >= 1 and <= 365, "a day of the year from 1 to 365");
        Parameters.Require(StartSeconds is >= 0 and < SecondsPerDay, "a start within the day");
        Parameters.Require(EdgeSeconds > 0 && UnevennessSeconds > 0, "time constants above 0 s");
        Parameters.Require(MeanClearSeconds >= StepSeconds / 100 && (MeanCloudySeconds == 0 || MeanCloudySeconds >= StepSeconds / 100), "mean spells of a hundredth of a step or more");
        Parameters.Require(LeastTransmission >= 0 && LeastTransmission <= LargestTransmission && LargestTransmission < 1 && Unevenness >= 0, "transmissions 0 <= least <= largest < 1");

        SampleGrid grid = new(DurationSeconds, StepSeconds);
        SplitMix64 random = new(Seed);
        double follow = 1 - DeterministicMath.Exp(-StepSeconds / EdgeSeconds);
        double memory = DeterministicMath.Exp(-StepSeconds / UnevennessSeconds);
        double shock = Unevenness * Math.Sqrt(1 - (memory * memory));
        (double target, double share, double uneven) = (1, 1, 0);
        double spellEnds = MeanCloudySeconds > 0 ? random.NextExponential(MeanClearSeconds) : double.PositiveInfinity;
        double[] values = new double[grid.Count];
        for (int n = 0; n < values.Length; n++)
        {
            double time = grid.Middle(n);
            while (time >= spellEnds)
            {
                bool wasClear = target >= 1;
                target = wasClear ? random.NextUniform(LeastTransmission, LargestTransmission) : 1;
                spellEnds += random.NextExponential(wasClear ? MeanCloudySeconds : MeanClearSeconds);
            }

            share += follow * (target - share);
            uneven = (memory * uneven) + (shock * random.NextNormal());
            double through = Math.Clamp(share + (target < 1 ? uneven : 0), 0.03, 1.05);
            double solar = StartSeconds + time;
            double days = Math.Floor(solar / SecondsPerDay);
            int day = ((DayOfYear - 1 + (int)days) % 365) + 1;
            values[n] = through * ClearSky(LatitudeDegrees, day, solar - (days * SecondsPerDay));
        }

        return grid.ToTrace(name, TraceQuantity.Irradiance, values, 100);
    }
}
