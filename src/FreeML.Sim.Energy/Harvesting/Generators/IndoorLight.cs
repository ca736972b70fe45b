namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>Power of a small cell on a desk in an office with a window.</summary>
/// <remarks>
/// <para>Occupancy: within office hours someone is there and away by turns, exponentially long; the lamps follow a motion sensor that
/// switches them off a while after the last person left. Whoever is there shades the cell: while occupied the light is multiplied by
/// 1 + an AR(1) process.</para>
/// <para>Light: E = Elamp / 300 lm/W + D G, in W/m2: lamps are white LEDs of about 300 lumens per radiated watt; D is the share of
/// the outdoor irradiance G (an <see cref="OutdoorSolar"/> day of the same seed) that reaches the desk.</para>
/// <para>Cell: P = E A h (1 + 0.06 ln(E / E200)), not below 0, where E200 is 200 lx of lamp light and h the efficiency there: the
/// open-circuit voltage of a cell falls with the logarithm of the light, and so does its efficiency.</para>
/// </remarks>
public sealed record IndoorLight
{
    private const double LumensPerWatt = 300;
    private const double EfficiencySlope = 0.06;

    /// <summary>Light of the lamps on the desk, in lux.</summary>
    public double LampLux { get; init; } = 400;

    /// <summary>Share of the outdoor irradiance that reaches the desk.</summary>
    public double DaylightFactor { get; init; } = 0.0015;

    /// <summary>Outdoors. Its duration, step and seed give way to those of this record.</summary>
    public OutdoorSolar Outdoors { get; init; } = new();

    /// <summary>Start of office hours, in seconds after midnight.</summary>
    public double OpensSeconds { get; init; } = 8 * 3600;

    /// <summary>End of office hours, in seconds after midnight.</summary>
    public double ClosesSeconds { get; init; } = 18.5 * 3600;

    /// <summary>Mean length of presence, in seconds.</summary>
    public double MeanPresentSeconds { get; init; } = 3000;

    /// <summary>Mean length of absence, in seconds.</summary>
    public double MeanAwaySeconds { get; init; } = 1500;

    /// <summary>How long the lamps stay on without anyone, in seconds.</summary>
    public double LampHoldSeconds { get; init; } = 600;

    /// <summary>Standard deviation of shading while someone is there.</summary>
    public double Shading { get; init; } = 0.12;

    /// <summary>Correlation time of shading, in seconds.</summary>
    public double ShadingSeconds { get; init; } = 90;

    /// <summary>Area of the cell, in m2.</summary>
    public double AreaSquareMetres { get; init; } = 10e-4;

    /// <summary>Efficiency of the cell at 200 lx of lamp light.</summary>
    public double Efficiency { get; init; } = 0.1;

    /// <summary>Length in seconds.</summary>
    public double DurationSeconds { get; init; } = 86400;

    /// <summary>Step in seconds.</summary>
    public double StepSeconds { get; init; } = 30;

    /// <summary>Seed of people and clouds.</summary>
    public ulong Seed { get; init; } = 2;

    /// <summary>Power of the cell, in watts, at an irradiance in W/m2.</summary>
    public double CellWatts(double irradiance)
    {
        if (irradiance <= 0)
        {
            return 0;
        }

        double relative = 1 + (EfficiencySlope * DeterministicMath.Log(irradiance * LumensPerWatt / 200));
        return irradiance * AreaSquareMetres * Efficiency * Math.Max(0, relative);
    }

    /// <summary>Makes the trace, in watts.</summary>
    /// <exception cref="ArgumentException">A parameter makes no sense.</exception>
    public Trace Generate(string name)
    {
        Parameters.Require(LampLux >= 0 && DaylightFactor is >= 0 and <= 1 && AreaSquareMetres > 0 && Efficiency is > 0 and < 1, "light, area and efficiency that are not negative");
        Parameters.Require(OpensSeconds >= 0 && OpensSeconds <= ClosesSeconds && ClosesSeconds <= 86400, "office hours within a day");
        Parameters.Require(MeanPresentSeconds >= StepSeconds / 100 && MeanAwaySeconds >= StepSeconds / 100, "mean times of a hundredth of a step or more");
        Parameters.Require(LampHoldSeconds >= 0 && Shading >= 0 && ShadingSeconds > 0, "a hold, a shading and its correlation time that are not negative");

        SampleGrid grid = new(DurationSeconds, StepSeconds);
        Trace outdoors = (Outdoors with { DurationSeconds = DurationSeconds, StepSeconds = StepSeconds, Seed = Seed }).Generate(name);
        SplitMix64 random = new(~Seed);
        double memory = DeterministicMath.Exp(-StepSeconds / ShadingSeconds);
        double shock = Shading * Math.Sqrt(1 - (memory * memory));
        bool present = false;
        double shade = 0;
        double spellEnds = 0;
        double lampsEnd = double.NegativeInfinity;
        double[] values = new double[grid.Count];
        for (int n = 0; n < values.Length; n++)
        {
            double time = grid.Middle(n);
            double clock = (Outdoors.StartSeconds + time) % 86400;
            bool open = clock >= OpensSeconds && clock < ClosesSeconds;
            while (time >= spellEnds)
            {
                present = !present;
                spellEnds += random.NextExponential(present ? MeanPresentSeconds : MeanAwaySeconds);
            }

            shade = (memory * shade) + (shock * random.NextNormal());
            bool someone = open && present;
            lampsEnd = someone ? time + LampHoldSeconds : lampsEnd;
            double lamps = time <= lampsEnd ? LampLux / LumensPerWatt : 0;
            double light = lamps + (DaylightFactor * outdoors.Values[n]);
            values[n] = CellWatts(light * (someone ? Math.Max(0, 1 + shade) : 1));
        }

        return grid.ToTrace(name, TraceQuantity.Power, values, 1e9);
    }
}
