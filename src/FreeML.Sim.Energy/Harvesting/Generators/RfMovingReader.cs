namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>Power a rectifier gives near an RFID reader that is carried around.</summary>
/// <remarks>
/// <para>Movement: random waypoints in the distance d; walk to the next one at a speed of its own, stand for an exponential time.</para>
/// <para>Path loss in free space (Friis 1946): P = EIRP Gtag (l / (4 pi d))^2 with the wavelength l.</para>
/// <para>Fading: Rician, h = sqrt(K / (K + 1)) exp(j 2 pi d / l) + sqrt(1 / (K + 1)) z, where z is a complex normal AR(1) process of
/// variance 1 whose correlation falls to 1/e in Clarke's coherence time 9 / (16 pi f), f = v / l the Doppler shift (Rappaport, Wireless
/// Communications, ch. 5); while the reader stands, people around it move at <see cref="StillSpeed"/>. The power is multiplied by |h|^2,
/// whose mean is 1.</para>
/// <para>Duty: the reader transmits for the first part of each period.</para>
/// <para>Rectifier: efficiency over input power, linear between the points of <see cref="Rectifier"/>.</para>
/// </remarks>
public sealed record RfMovingReader
{
    private const double Pi = 3.141592653589793;
    private const double MetresPerSecondOfLight = 299_792_458;

    /// <summary>Efficiency over input power in watts: nothing below -11.5 dBm, about half at best, less when overdriven (the shape of 915 MHz harvester chips, in round figures).</summary>
    public static IReadOnlyList<(double Watts, double Efficiency)> Rectifier { get; } =
        [(0, 0), (70e-6, 0), (100e-6, 0.12), (200e-6, 0.30), (500e-6, 0.44), (1e-3, 0.50), (3e-3, 0.55), (10e-3, 0.50), (30e-3, 0.35), (100e-3, 0.15)];

    /// <summary>Radiated power times antenna gain of the reader, in watts; 4 W is what FCC 15.247 allows.</summary>
    public double EirpWatts { get; init; } = 4;

    /// <summary>Gain of the device's antenna, a factor.</summary>
    public double AntennaGain { get; init; } = 1.6;

    /// <summary>Carrier frequency in hertz.</summary>
    public double CarrierHertz { get; init; } = 915e6;

    /// <summary>Nearest waypoint, in metres.</summary>
    public double NearestMetres { get; init; } = 0.8;

    /// <summary>Farthest waypoint, in metres.</summary>
    public double FarthestMetres { get; init; } = 6;

    /// <summary>Slowest walk, in metres per second.</summary>
    public double SlowestSpeed { get; init; } = 0.3;

    /// <summary>Fastest walk, in metres per second.</summary>
    public double FastestSpeed { get; init; } = 1.4;

    /// <summary>Speed of the surroundings while the reader stands, in metres per second.</summary>
    public double StillSpeed { get; init; } = 0.05;

    /// <summary>Mean time at a waypoint, in seconds.</summary>
    public double MeanPauseSeconds { get; init; } = 4;

    /// <summary>Rician K: power of the direct path over that of the scattered ones.</summary>
    public double RicianK { get; init; } = 4;

    /// <summary>Period of the reader's transmissions, in seconds.</summary>
    public double PeriodSeconds { get; init; } = 1;

    /// <summary>Share of the period in which it transmits.</summary>
    public double Duty { get; init; } = 0.8;

    /// <summary>Length in seconds.</summary>
    public double DurationSeconds { get; init; } = 300;

    /// <summary>Step in seconds.</summary>
    public double StepSeconds { get; init; } = 0.02;

    /// <summary>Seed of movement and fading.</summary>
    public ulong Seed { get; init; } = 3;

    /// <summary>What the rectifier gives of an input power, in watts.</summary>
    public static double RectifiedWatts(double watts)
    {
        for (int n = 1; n < Rectifier.Count; n++)
        {
            if (watts < Rectifier[n].Watts)
            {
                ((double low, double atLow), (double high, double atHigh)) = (Rectifier[n - 1], Rectifier[n]);
                return watts * (atLow + ((atHigh - atLow) * (watts - low) / (high - low)));
            }
        }

        // Beyond the table a limiter protects the rectifier, and no more power comes out.
        return Rectifier[^1].Watts * Rectifier[^1].Efficiency;
    }

    /// <summary>Makes the trace, in watts.</summary>
    /// <exception cref="ArgumentException">A parameter makes no sense.</exception>
    public Trace Generate(string name)
    {
        Parameters.Require(EirpWatts > 0 && AntennaGain > 0 && CarrierHertz > 0 && RicianK >= 0, "power, gain and carrier above 0");
        Parameters.Require(NearestMetres > 0 && NearestMetres <= FarthestMetres && FarthestMetres < 1e4, "distances 0 < nearest <= farthest < 10 km");
        Parameters.Require(SlowestSpeed > 0 && SlowestSpeed <= FastestSpeed && StillSpeed > 0 && MeanPauseSeconds > 0, "speeds and pause above 0");
        Parameters.Require(PeriodSeconds > 0 && Duty is > 0 and <= 1, "a period above 0 s and a duty above 0, up to 1");

        SampleGrid grid = new(DurationSeconds, StepSeconds);
        SplitMix64 random = new(Seed);
        double wavelength = MetresPerSecondOfLight / CarrierHertz;
        double direct = Math.Sqrt(RicianK / (RicianK + 1));
        double scattered = Math.Sqrt(0.5 / (RicianK + 1));
        (double real, double imaginary) = (random.NextNormal(), random.NextNormal());
        double distance = random.NextUniform(NearestMetres, FarthestMetres);
        (double goal, double speed, double pause) = (distance, 0, random.NextExponential(MeanPauseSeconds));
        double[] values = new double[grid.Count];
        for (int n = 0; n < values.Length; n++)
        {
            if (pause > 0)
            {
                pause -= StepSeconds;
                if (pause <= 0)
                {
                    goal = random.NextUniform(NearestMetres, FarthestMetres);
                    speed = random.NextUniform(SlowestSpeed, FastestSpeed);
                }
            }
            else
            {
                double stride = speed * StepSeconds;
                bool arrives = Math.Abs(goal - distance) <= stride;
                distance = arrives ? goal : distance + (goal > distance ? stride : -stride);
                pause = arrives ? random.NextExponential(MeanPauseSeconds) : 0;
            }

            double doppler = (pause > 0 ? StillSpeed : speed) / wavelength;
            double memory = DeterministicMath.Exp(-StepSeconds * 16 * Pi * doppler / 9);
            double shock = Math.Sqrt(1 - (memory * memory));
            real = (memory * real) + (shock * random.NextNormal());
            imaginary = (memory * imaginary) + (shock * random.NextNormal());

            double turns = distance / wavelength;
            double phase = 2 * Pi * (turns - Math.Floor(turns));
            double inPhase = (direct * DeterministicMath.Cos(phase)) + (scattered * real);
            double quadrature = (direct * DeterministicMath.Sin(phase)) + (scattered * imaginary);
            double loss = wavelength / (4 * Pi * distance);
            double received = EirpWatts * AntennaGain * loss * loss * ((inPhase * inPhase) + (quadrature * quadrature));

            double periods = grid.Middle(n) / PeriodSeconds;
            bool transmits = periods - Math.Floor(periods) < Duty;
            values[n] = transmits ? RectifiedWatts(received) : 0;
        }

        return grid.ToTrace(name, TraceQuantity.Power, values, 1e8);
    }
}
