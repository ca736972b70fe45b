namespace FreeML.Sim.Energy.Regulation;

/// <summary>A voltage supervisor with hysteresis: on at one voltage, off at a lower one, and a warning level between for firmware that saves its state in time.</summary>
public sealed record Supervisor
{
    /// <summary>A supervisor.</summary>
    /// <param name="turnOnVolts">Voltage at or above which it switches on.</param>
    /// <param name="turnOffVolts">Voltage below which it switches off; not above the former.</param>
    /// <param name="warningVolts">Voltage below which it warns; null for none.</param>
    public Supervisor(double turnOnVolts, double turnOffVolts, double? warningVolts = null)
    {
        TurnOnVolts = Check.Positive(turnOnVolts);
        TurnOffVolts = Check.Within(turnOffVolts, 0, turnOnVolts);
        WarningVolts = warningVolts is double volts ? Check.Within(volts, turnOffVolts, double.MaxValue) : null;
    }

    /// <summary>Voltage at or above which it switches on.</summary>
    public double TurnOnVolts { get; }

    /// <summary>Voltage below which it switches off.</summary>
    public double TurnOffVolts { get; }

    /// <summary>Voltage below which it warns.</summary>
    public double? WarningVolts { get; }

    /// <summary>Whether it is on after it has seen <paramref name="volts"/>.</summary>
    public bool Next(bool on, double volts) => on ? volts >= TurnOffVolts : volts >= TurnOnVolts;

    /// <summary>Whether it warns at <paramref name="volts"/>.</summary>
    public bool Warns(double volts) => volts < WarningVolts;
}

/// <summary>Two supervisors in one path, such as a board's and the chip's own SVSH and brown-out reset: on when all are, off when one is.</summary>
public sealed class SupervisorChain(params IReadOnlyList<Supervisor> supervisors)
{
    private readonly bool[] _on = new bool[supervisors.Count];

    /// <summary>Voltage at which the last of them switches on.</summary>
    public double TurnOnVolts => supervisors.Max(supervisor => supervisor.TurnOnVolts);

    /// <summary>Voltage below which the first of them switches off.</summary>
    public double TurnOffVolts => supervisors.Max(supervisor => supervisor.TurnOffVolts);

    /// <summary>Whether all of them are on.</summary>
    public bool IsOn => Array.TrueForAll(_on, on => on);

    /// <summary>Shows all of them a voltage; says whether all are on.</summary>
    public bool See(double volts)
    {
        for (int n = 0; n < _on.Length; n++)
        {
            _on[n] = supervisors[n].Next(_on[n], volts);
        }

        return IsOn;
    }
}
