namespace FreeML.Sim.Energy.Harvesting;

/// <summary>What follows a trace's last sample.</summary>
public enum TraceEnd
{
    /// <summary>Nothing more is harvested.</summary>
    Dark,

    /// <summary>The trace begins anew.</summary>
    Loop,

    /// <summary>The last sample holds.</summary>
    Hold,
}

/// <summary>A source of energy: a trace, and the electrical model that turns each of its samples into a <see cref="SourceCurve"/>.</summary>
/// <remarks>Immutable. Between samples nothing changes, so a supply needs the curve once a segment.</remarks>
public abstract class Harvester
{
    private protected Harvester(Trace trace, TraceEnd end, params ReadOnlySpan<TraceQuantity> expected)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (!expected.Contains(trace.Quantity))
        {
            throw new ArgumentException($"trace '{trace.Name}' is of {trace.Quantity}, expected {string.Join(" or ", expected.ToArray())}");
        }

        Trace = trace;
        End = end;
    }

    /// <summary>The samples.</summary>
    public Trace Trace { get; }

    /// <summary>What follows the last sample.</summary>
    public TraceEnd End { get; }

    /// <summary>Writes what the harvester offers during a sample.</summary>
    public abstract void Describe(int sample, SourceCurve curve);
}

/// <summary>A source of the trace's power at any voltage: what a maximum power point tracker would get.</summary>
public sealed class PowerHarvester : Harvester
{
    /// <summary>A source of the trace's power times <paramref name="scale"/>.</summary>
    public PowerHarvester(Trace trace, TraceEnd end = TraceEnd.Dark, double scale = 1)
        : base(trace, end, TraceQuantity.Power) => Scale = Check.NotNegative(scale);

    /// <summary>Factor on the trace's power.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override void Describe(int sample, SourceCurve curve) => curve.SetPower(Scale * Trace.Values[sample]);
}

/// <summary>An open-circuit voltage behind a resistance, as an RF rectifier looks to its storage capacitor.</summary>
public sealed class ResistiveHarvester : Harvester
{
    /// <summary>The trace's voltage, times <paramref name="scale"/>, behind <paramref name="resistanceOhms"/>.</summary>
    public ResistiveHarvester(Trace trace, double resistanceOhms, TraceEnd end = TraceEnd.Dark, double scale = 1)
        : base(trace, end, TraceQuantity.Voltage)
    {
        ResistanceOhms = Check.Positive(resistanceOhms);
        Scale = Check.NotNegative(scale);
    }

    /// <summary>The source resistance.</summary>
    public double ResistanceOhms { get; }

    /// <summary>Factor on the trace's voltage.</summary>
    public double Scale { get; }

    /// <summary>
    /// A source from voltages that were measured across a load resistor, as the Mementos traces are across 30 kohm: the open-circuit
    /// voltage is then higher by the divider. The source resistance is not in such a trace; it is an assumption.
    /// </summary>
    public static ResistiveHarvester MeasuredAcross(Trace trace, double loadOhms, double sourceOhms, TraceEnd end = TraceEnd.Dark) =>
        new(trace, sourceOhms, end, (Check.Positive(loadOhms) + Check.Positive(sourceOhms)) / loadOhms);

    /// <inheritdoc/>
    public override void Describe(int sample, SourceCurve curve)
    {
        double openVolts = Scale * Trace.Values[sample];
        curve.Clear();
        curve.Add(0, Math.Max(0, openVolts / ResistanceOhms));
        curve.Add(openVolts, 0);
    }
}

/// <summary>The trace's current up to a compliance voltage.</summary>
public sealed class CurrentHarvester : Harvester
{
    /// <summary>The trace's current, times <paramref name="scale"/>, up to <paramref name="complianceVolts"/>.</summary>
    public CurrentHarvester(Trace trace, double complianceVolts, TraceEnd end = TraceEnd.Dark, double scale = 1)
        : base(trace, end, TraceQuantity.Current)
    {
        ComplianceVolts = Check.Positive(complianceVolts);
        Scale = Check.NotNegative(scale);
    }

    /// <summary>Voltage above which it gives nothing; the current falls to zero over the last hundredth of it.</summary>
    public double ComplianceVolts { get; }

    /// <summary>Factor on the trace's current.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override void Describe(int sample, SourceCurve curve)
    {
        double amperes = Math.Max(0, Scale * Trace.Values[sample]);
        curve.Clear();
        curve.Add(0, amperes);
        curve.Add(0.99 * ComplianceVolts, amperes);
        curve.Add(ComplianceVolts, 0);
    }
}

/// <summary>A current-voltage curve for each sample, as Ekho and SIREN record them; straight lines between the points.</summary>
public sealed class IvSurfaceHarvester : Harvester
{
    /// <summary>The trace's curves, their currents times <paramref name="scale"/>.</summary>
    public IvSurfaceHarvester(Trace trace, TraceEnd end = TraceEnd.Dark, double scale = 1)
        : base(trace, end, TraceQuantity.IvSurface) => Scale = Check.NotNegative(scale);

    /// <summary>Factor on the trace's currents.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override void Describe(int sample, SourceCurve curve)
    {
        int first = sample * Trace.Columns;
        curve.Clear();
        if (Trace.Axis[0] > 0)
        {
            // Measured curves often begin above 0 V; near short circuit a cell's current hardly changes.
            curve.Add(0, Scale * Trace.Values[first]);
        }

        for (int n = 0; n < Trace.Columns; n++)
        {
            if (Trace.Axis[n] >= 0)
            {
                curve.Add(Trace.Axis[n], Scale * Trace.Values[first + n]);
            }
        }

        // Past the last point the source gives nothing; the fall to zero takes a hundredth of the span.
        curve.Add(curve.OpenCircuitVolts * 1.01, 0);
    }
}

/// <summary>A photovoltaic cell: from the trace's irradiance and the cell's parameters, or from the parameters over time.</summary>
public sealed class PhotovoltaicHarvester : Harvester
{
    /// <summary>A cell under the trace's irradiance, times <paramref name="scale"/> (shading, angle, or several cells' worth of light).</summary>
    public PhotovoltaicHarvester(Trace irradiance, PhotovoltaicCell cell, TraceEnd end = TraceEnd.Dark, double scale = 1)
        : base(irradiance, end, TraceQuantity.Irradiance)
    {
        Cell = cell;
        Scale = Check.NotNegative(scale);
    }

    /// <summary>A cell whose five parameters the trace records.</summary>
    public PhotovoltaicHarvester(Trace parameters, TraceEnd end = TraceEnd.Dark)
        : base(parameters, end, TraceQuantity.SingleDiode) => Scale = 1;

    /// <summary>The cell, where the trace is of irradiance.</summary>
    public PhotovoltaicCell? Cell { get; }

    /// <summary>Factor on the irradiance.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override void Describe(int sample, SourceCurve curve)
    {
        if (Cell is not null)
        {
            Cell.Under(Scale * Trace.Values[sample]).Trace(curve);
            return;
        }

        int first = sample * Trace.Columns;
        new SingleDiode(Trace.Values[first], Trace.Values[first + 1], Trace.Values[first + 2], Trace.Values[first + 3], Trace.Values[first + 4]).Trace(curve);
    }
}
