namespace FreeML.Sim.Energy.Storage;

/// <summary>
/// A capacitor or supercapacitor, as its data sheet describes it. Immutable.
/// </summary>
/// <remarks>
/// Leakage is taken at the terminals. A supercapacitor has a second, slow branch: charge creeps into it through a resistance for minutes, which
/// looks from outside like a leakage that decays, and comes back when the terminals fall below it.
/// </remarks>
public sealed record Capacitor
{
    /// <summary>Capacitance without bias.</summary>
    public required double Farads { get; init; }

    /// <summary>Voltage above which harvested energy is thrown away.</summary>
    public required double LimitVolts { get; init; }

    /// <summary>Series resistance.</summary>
    public double EsrOhms { get; init; }

    /// <summary>Leakage as a resistance; infinite for none.</summary>
    public double LeakageOhms { get; init; } = double.PositiveInfinity;

    /// <summary>Leakage as a constant current.</summary>
    public double LeakageAmps { get; init; }

    /// <summary>What is left of the capacitance at a bias voltage: volts, strictly increasing, and factors above 0, by straight lines; empty for all of it.</summary>
    public IReadOnlyList<(double Volts, double Factor)> Derating { get; init; } = [];

    /// <summary>Capacitance of the slow branch; 0 for none.</summary>
    public double SlowFarads { get; init; }

    /// <summary>Resistance between the terminals and the slow branch.</summary>
    public double SlowOhms { get; init; }

    /// <summary>Factor on the capacitance at a bias voltage.</summary>
    public double DeratingAt(double volts)
    {
        for (int n = 0; n < Derating.Count; n++)
        {
            if (volts <= Derating[n].Volts)
            {
                return n == 0
                    ? Derating[0].Factor
                    : Derating[n - 1].Factor + ((Derating[n].Factor - Derating[n - 1].Factor) * (volts - Derating[n - 1].Volts) / (Derating[n].Volts - Derating[n - 1].Volts));
            }
        }

        return Derating.Count == 0 ? 1 : Derating[^1].Factor;
    }

    /// <summary>Throws unless every number is in range.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message names it.</exception>
    public void Validate()
    {
        Check.Positive(Farads);
        Check.Positive(LimitVolts);
        Check.NotNegative(EsrOhms);
        Check.NotNegative(LeakageAmps);
        Check.NotNegative(SlowFarads);
        Check.That(LeakageOhms > 0, $"found a leakage of {LeakageOhms} ohm, expected one above 0");
        Check.That(SlowFarads == 0 || SlowOhms > 0, "a slow branch needs a resistance");
        Check.That(Derating.All(point => point.Factor > 0 && double.IsFinite(point.Factor)), "derating factors must be above 0");
        Check.That(Enumerable.Range(1, Math.Max(0, Derating.Count - 1)).All(n => Derating[n].Volts > Derating[n - 1].Volts), "volts of the derating must increase");
    }
}
