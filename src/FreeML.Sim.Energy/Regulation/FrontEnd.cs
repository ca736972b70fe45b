using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Energy.Regulation;

/// <summary>What stands between harvester and buffer. Immutable; a pure function from a source's curve to what the buffer gets.</summary>
public abstract class FrontEnd
{
    /// <summary>Writes what reaches the buffer while the harvester offers <paramref name="source"/>.</summary>
    public abstract void Describe(SourceCurve source, HarvestProfile profile);
}

/// <summary>A diode, or a wire (a drop of 0 V): the buffer's voltage sets the harvester's.</summary>
public sealed class DirectFrontEnd : FrontEnd
{
    // A power source behind a diode gives P v / (v + drop); between these voltages that is a straight line in v, within 0.1 % above 0.5 V.
    private const double GridVolts = 0.05;
    private const int GridSteps = 120;

    /// <summary>A diode that drops <paramref name="dropVolts"/> while it conducts, and lets nothing back.</summary>
    public DirectFrontEnd(double dropVolts = 0) => DropVolts = Check.Within(dropVolts, 0, 5);

    /// <summary>Forward drop.</summary>
    public double DropVolts { get; }

    /// <inheritdoc/>
    public override void Describe(SourceCurve source, HarvestProfile profile)
    {
        profile.Clear();
        if (source.Count == 0)
        {
            DescribePower(source.Watts, profile);
            return;
        }

        // Buffer at v, source at v + drop: shift the polyline, and book the drop times the current.
        ReadOnlySpan<double> volts = source.Volts;
        ReadOnlySpan<double> amperes = source.Amperes;
        for (int n = 1; n < source.Count; n++)
        {
            if (volts[n] - DropVolts <= 0)
            {
                continue;
            }

            double siemens = (amperes[n - 1] - amperes[n]) / (volts[n] - volts[n - 1]);
            double atZero = amperes[n - 1] + (siemens * (volts[n - 1] - DropVolts));
            profile.Add(
                Math.Max(0, volts[n - 1] - DropVolts),
                new Law(0, atZero, siemens),
                new Law(DropVolts * atZero, -DropVolts * siemens, 0));
        }

        profile.Add(Math.Max(0, source.OpenCircuitVolts - DropVolts), default, default);
    }

    private void DescribePower(double watts, HarvestProfile profile)
    {
        if (DropVolts == 0 || watts == 0)
        {
            profile.Add(0, new Law(watts, 0, 0), default);
            return;
        }

        for (int n = 0; n < GridSteps; n++)
        {
            double at = n * GridVolts;
            double share = at / (at + DropVolts);
            double slope = (((at + GridVolts) / (at + GridVolts + DropVolts)) - share) / GridVolts;
            Law delivered = new(watts * (share - (slope * at)), watts * slope, 0);
            profile.Add(at, delivered, new Law(watts, 0, 0) - delivered);
        }
    }
}

/// <summary>Parameters of a boost charger.</summary>
public sealed record BoostChargerOptions
{
    /// <summary>What to call it.</summary>
    public string Name { get; init; } = "boost charger";

    /// <summary>Efficiency of the main converter, over input power and voltage.</summary>
    public required EfficiencyTable Efficiency { get; init; }

    /// <summary>Efficiency of the cold-start circuit; 0 to 1.</summary>
    public double ColdStartEfficiency { get; init; }

    /// <summary>Input voltage the cold-start circuit needs.</summary>
    public double ColdStartVolts { get; init; }

    /// <summary>Input power the cold-start circuit needs.</summary>
    public double ColdStartWatts { get; init; }

    /// <summary>Buffer voltage at which the main converter takes over; 0 for none to start.</summary>
    public double MainConverterVolts { get; init; }

    /// <summary>Least input voltage of the main converter.</summary>
    public double MinimumInputVolts { get; init; }

    /// <summary>Least input power of the main converter.</summary>
    public double MinimumInputWatts { get; init; }

    /// <summary>Operating point as a fraction of the open-circuit voltage; 0 for the true maximum of power.</summary>
    public double MpptFraction { get; init; } = 0.8;

    /// <summary>Current the charger itself draws from the buffer, at any voltage above 0.</summary>
    public double QuiescentAmps { get; init; }

    /// <summary>Input voltage assumed for a trace of power, which does not say.</summary>
    public double NominalInputVolts { get; init; } = 1;
}

/// <summary>
/// A boost charger: holds the harvester at its operating point and passes the power on, at an efficiency that depends on input power and
/// voltage, not on the buffer. Below its start-up voltage a much poorer cold-start circuit works, if the input suffices for it.
/// </summary>
public sealed class BoostFrontEnd : FrontEnd
{
    /// <summary>A charger.</summary>
    public BoostFrontEnd(BoostChargerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check.Within(options.ColdStartEfficiency, 0, 1);
        Check.Within(options.MpptFraction, 0, 1);
        Check.NotNegative(options.ColdStartVolts);
        Check.NotNegative(options.ColdStartWatts);
        Check.NotNegative(options.MainConverterVolts);
        Check.NotNegative(options.MinimumInputVolts);
        Check.NotNegative(options.MinimumInputWatts);
        Check.NotNegative(options.QuiescentAmps);
        Check.Positive(options.NominalInputVolts);
        Options = options;
    }

    /// <summary>The parameters.</summary>
    public BoostChargerOptions Options { get; }

    /// <inheritdoc/>
    public override void Describe(SourceCurve source, HarvestProfile profile)
    {
        double volts = source.Count == 0 ? Options.NominalInputVolts
            : Options.MpptFraction > 0 ? Options.MpptFraction * source.OpenCircuitVolts
            : source.MaximumPowerVolts();
        double watts = source.Count == 0 ? source.Watts : volts * source.AmperesAt(volts);

        bool coldStarts = volts >= Options.ColdStartVolts && watts >= Options.ColdStartWatts;
        bool converts = volts >= Options.MinimumInputVolts && watts >= Options.MinimumInputWatts;
        profile.Clear();
        if (Options.MainConverterVolts > 0)
        {
            Add(0, coldStarts ? watts : 0, Options.ColdStartEfficiency);
        }

        Add(Options.MainConverterVolts, converts ? watts : 0, converts ? Options.Efficiency.At(watts, volts) : 0);

        void Add(double fromVolts, double inputWatts, double efficiency)
        {
            Law delivered = new(efficiency * inputWatts, -Options.QuiescentAmps, 0);
            profile.Add(fromVolts, delivered, new Law(inputWatts, 0, 0) - delivered);
        }
    }
}
