namespace FreeML.Sim.Firmware;

/// <summary>The capacitor that firmware is made for.</summary>
/// <param name="Farads">Capacitance, in farads.</param>
/// <param name="TurnOnVolts">Voltage at which the device is switched on.</param>
/// <param name="TurnOffVolts">Voltage at which it is switched off.</param>
public sealed record EnergyBuffer(double Farads, double TurnOnVolts, double TurnOffVolts)
{
    /// <summary>What can be taken out of it between the two, in joules, if nothing is harvested meanwhile.</summary>
    public double UsableJoules => 0.5 * Farads * ((TurnOnVolts * TurnOnVolts) - (TurnOffVolts * TurnOffVolts));

    /// <summary>The capacitance that holds so many joules between the same voltages, in farads.</summary>
    public double FaradsFor(double joules) => 2 * joules / ((TurnOnVolts * TurnOnVolts) - (TurnOffVolts * TurnOffVolts));
}
