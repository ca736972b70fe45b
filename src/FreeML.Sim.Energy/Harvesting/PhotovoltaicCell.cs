namespace FreeML.Sim.Energy.Harvesting;

/// <summary>The single-diode model of a cell under some light: I = LightAmps - SaturationAmps (exp(Vj / DiodeVolts) - 1) - Vj / ShuntOhms, with the junction's Vj = V + I SeriesOhms.</summary>
/// <param name="LightAmps">Current that the light drives.</param>
/// <param name="SaturationAmps">Reverse saturation current of the diode.</param>
/// <param name="SeriesOhms">Series resistance.</param>
/// <param name="ShuntOhms">Shunt resistance; 0 or infinite for none.</param>
/// <param name="DiodeVolts">n Ns k T / q: ideality times cells in series times the thermal voltage.</param>
public readonly record struct SingleDiode(double LightAmps, double SaturationAmps, double SeriesOhms, double ShuntOhms, double DiodeVolts)
{
    /// <summary>Pieces of the polyline that stands for the curve: its power is within 0.3 % of the exact curve's near the maximum.</summary>
    public const int Pieces = 40;

    private double ShuntSiemens => ShuntOhms > 0 ? 1 / ShuntOhms : 0;

    /// <summary>Current at a junction voltage; explicit, which is why the curve is drawn over it.</summary>
    public double AmpsAtJunction(double junctionVolts) =>
        LightAmps - (SaturationAmps * (DeterministicMath.Exp(junctionVolts / DiodeVolts) - 1)) - (junctionVolts * ShuntSiemens);

    /// <summary>Voltage at which no current flows.</summary>
    public double OpenCircuitVolts()
    {
        if (!(LightAmps > 0 && SaturationAmps > 0 && DiodeVolts > 0))
        {
            return 0;
        }

        // Without shunt the voltage is closed; with it, Newton falls monotonically from there, because the curve is concave.
        double volts = DiodeVolts * DeterministicMath.Log(1 + (LightAmps / SaturationAmps));
        for (int n = 0; n < 60; n++)
        {
            double slope = (SaturationAmps / DiodeVolts * DeterministicMath.Exp(volts / DiodeVolts)) + ShuntSiemens;
            double next = volts + (AmpsAtJunction(volts) / slope);
            if (!(next < volts))
            {
                break;
            }

            volts = next;
        }

        return Math.Max(0, volts);
    }

    /// <summary>Draws the curve as a polyline, densest at the knee.</summary>
    public void Trace(SourceCurve curve)
    {
        curve.Clear();
        double open = OpenCircuitVolts();
        if (open <= 0)
        {
            curve.SetPower(0);
            return;
        }

        // At short circuit the junction is at I Rs; two rounds of substitution settle it, because Rs is small.
        double amperes = LightAmps;
        for (int n = 0; n < 30; n++)
        {
            amperes = Math.Max(0, 0.5 * (amperes + AmpsAtJunction(amperes * SeriesOhms)));
        }

        curve.Add(0, amperes);
        double shortVolts = Math.Min(amperes * SeriesOhms, open);
        for (int n = 1; n < Pieces; n++)
        {
            // Squeezed towards the open-circuit end, where the curve bends.
            double left = 1 - ((double)n / Pieces);
            double junction = shortVolts + ((open - shortVolts) * (1 - (left * left)));
            double current = AmpsAtJunction(junction);
            curve.Add(junction - (current * SeriesOhms), current);
        }

        curve.Add(open, 0);
    }
}

/// <summary>A small photovoltaic cell: how its single-diode parameters follow the light.</summary>
/// <remarks>
/// Light current is proportional to irradiance. The shunt is photo-dependent, as in amorphous cells: its conductance is
/// <see cref="ShuntSiemens"/> in the dark plus <see cref="PhotoShuntPerVolt"/> of the light current. Temperature is not modelled.
/// </remarks>
/// <param name="Name">What to call it.</param>
/// <param name="AmpsPerIrradiance">Light current for each W/m².</param>
/// <param name="SaturationAmps">Reverse saturation current.</param>
/// <param name="DiodeVolts">Ideality times cells in series times the thermal voltage.</param>
/// <param name="SeriesOhms">Series resistance.</param>
/// <param name="ShuntSiemens">Shunt conductance in the dark.</param>
/// <param name="PhotoShuntPerVolt">Shunt conductance that each ampere of light current adds.</param>
/// <param name="LuxPerIrradiance">Lux for each W/m² of the light it was fitted under; 0 where irradiance itself was given.</param>
public sealed record PhotovoltaicCell(
    string Name, double AmpsPerIrradiance, double SaturationAmps, double DiodeVolts, double SeriesOhms, double ShuntSiemens, double PhotoShuntPerVolt, double LuxPerIrradiance)
{
    /// <summary>The cell under light of some W/m²; a negative irradiance, as instruments record at night, is dark.</summary>
    public SingleDiode Under(double irradiance)
    {
        double light = AmpsPerIrradiance * Math.Max(0, irradiance);
        double shunt = ShuntSiemens + (PhotoShuntPerVolt * light);
        return new SingleDiode(light, SaturationAmps, SeriesOhms, shunt > 0 ? 1 / shunt : 0, DiodeVolts);
    }
}
