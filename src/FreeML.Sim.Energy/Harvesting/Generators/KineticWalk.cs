namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>Power of a resonant harvester (piezo beam or magnet in a coil) worn by someone who walks and rests.</summary>
/// <remarks>
/// <para>Gait: bouts of walking and rests by turns, exponentially long; steps follow one another after a period with a normal jitter.</para>
/// <para>Burst: every step strikes the resonator, which rings down. Its rectified output is p(t) = P a^2 exp(-2 t / T) sin^2(2 pi f t),
/// the square of a damped oscillation of frequency f and ring-down time T; a is the strength of the step, normal around 1 and not
/// below 0.2. Bursts that overlap add their powers, as they do on average when their phases are random. A sample is the mean over its
/// step, from eight points. The energy of a burst of strength 1 is close to P T / 4.</para>
/// </remarks>
public sealed record KineticWalk
{
    private const int PointsPerSample = 8;
    private const double TwoPi = 6.283185307179586;

    /// <summary>A burst is over after so many ring-down times: e^-16 of its power is left.</summary>
    private const double BurstLength = 8;

    /// <summary>Power P at the peak of the envelope, in watts.</summary>
    public double PeakWatts { get; init; } = 3e-3;

    /// <summary>Resonance f in hertz.</summary>
    public double ResonanceHertz { get; init; } = 14;

    /// <summary>Ring-down time T of the amplitude, in seconds.</summary>
    public double RingDownSeconds { get; init; } = 0.12;

    /// <summary>Mean time between steps, in seconds.</summary>
    public double StepPeriodSeconds { get; init; } = 0.55;

    /// <summary>Standard deviation of the time between steps, as a share of it.</summary>
    public double Jitter { get; init; } = 0.05;

    /// <summary>Standard deviation of a step's strength.</summary>
    public double StrengthSpread { get; init; } = 0.2;

    /// <summary>Mean length of a bout of walking, in seconds.</summary>
    public double MeanWalkSeconds { get; init; } = 35;

    /// <summary>Mean length of a rest, in seconds.</summary>
    public double MeanRestSeconds { get; init; } = 12;

    /// <summary>Length in seconds.</summary>
    public double DurationSeconds { get; init; } = 180;

    /// <summary>Step of the trace in seconds.</summary>
    public double StepSeconds { get; init; } = 0.01;

    /// <summary>Seed of gait and strengths.</summary>
    public ulong Seed { get; init; } = 4;

    /// <summary>Makes the trace, in watts.</summary>
    /// <exception cref="ArgumentException">A parameter makes no sense.</exception>
    public Trace Generate(string name)
    {
        Parameters.Require(PeakWatts > 0 && ResonanceHertz > 0 && RingDownSeconds > 0, "power, resonance and ring-down time above 0");
        Parameters.Require(ResonanceHertz * RingDownSeconds * BurstLength < 1e5, "a resonator that rings for less than 10,000 periods");
        Parameters.Require(StepPeriodSeconds >= 0.01 && Jitter is >= 0 and < 0.3 && StrengthSpread is >= 0 and < 1, "steps of 10 ms or more, jitter below 0.3 and spread below 1");
        Parameters.Require(MeanWalkSeconds > 0 && MeanRestSeconds > 0, "mean times above 0 s");

        SampleGrid grid = new(DurationSeconds, StepSeconds);
        SplitMix64 random = new(Seed);
        double[] values = new double[grid.Count];
        double time = 0;
        while (time < DurationSeconds)
        {
            double boutEnds = time + random.NextExponential(MeanWalkSeconds);
            while (time < boutEnds && time < DurationSeconds)
            {
                AddBurst(values, time, Math.Max(0.2, 1 + (StrengthSpread * random.NextNormal())));
                time += StepPeriodSeconds * Math.Max(0.1, 1 + (Jitter * random.NextNormal()));
            }

            time += random.NextExponential(MeanRestSeconds);
        }

        return grid.ToTrace(name, TraceQuantity.Power, values, 1e8);
    }

    private void AddBurst(double[] values, double start, double strength)
    {
        double end = start + (BurstLength * RingDownSeconds);
        for (int n = (int)(start / StepSeconds); n < values.Length && n * StepSeconds < end; n++)
        {
            double sum = 0;
            for (int point = 0; point < PointsPerSample; point++)
            {
                double age = ((n + ((point + 0.5) / PointsPerSample)) * StepSeconds) - start;
                if (age > 0)
                {
                    double sine = DeterministicMath.Sin(TwoPi * ResonanceHertz * age);
                    sum += DeterministicMath.Exp(-2 * age / RingDownSeconds) * sine * sine;
                }
            }

            values[n] += PeakWatts * strength * strength * sum / PointsPerSample;
        }
    }
}
