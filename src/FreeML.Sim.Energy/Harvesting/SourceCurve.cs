namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// What a harvester offers during one segment of its trace: either a power, whatever the voltage, or a current that falls with the
/// voltage, as a polyline from a point at 0 V to the open-circuit voltage. Reused from segment to segment, to allocate nothing.
/// </summary>
public sealed class SourceCurve
{
    private double[] _volts = new double[2];
    private double[] _amperes = new double[2];

    /// <summary>The constant power in watts, where there are no points.</summary>
    public double Watts { get; private set; }

    /// <summary>Points of the curve; 0 for a power source.</summary>
    public int Count { get; private set; }

    /// <summary>Volts of the points, strictly increasing from 0.</summary>
    public ReadOnlySpan<double> Volts => _volts.AsSpan(0, Count);

    /// <summary>Amperes at the points, never negative; 0 at the last.</summary>
    public ReadOnlySpan<double> Amperes => _amperes.AsSpan(0, Count);

    /// <summary>Voltage above which no current flows; 0 for a power source.</summary>
    public double OpenCircuitVolts => Count == 0 ? 0 : _volts[Count - 1];

    /// <summary>Makes it a power source.</summary>
    public void SetPower(double watts)
    {
        Count = 0;
        Watts = Math.Max(0, watts);
    }

    /// <summary>Begins a curve anew; points follow from 0 V upwards.</summary>
    public void Clear()
    {
        Count = 0;
        Watts = 0;
    }

    /// <summary>Adds a point. One at a voltage not above the last is dropped; a curve ends at the first current not above zero.</summary>
    public void Add(double volts, double amperes)
    {
        if (Count > 0 && (volts <= _volts[Count - 1] || _amperes[Count - 1] <= 0))
        {
            return;
        }

        if (Count > 0 && amperes < 0)
        {
            // The open-circuit voltage is where the line crosses zero.
            double rise = _amperes[Count - 1] / (_amperes[Count - 1] - amperes);
            volts = _volts[Count - 1] + (rise * (volts - _volts[Count - 1]));
            if (volts <= _volts[Count - 1])
            {
                return;
            }
        }

        if (Count == _volts.Length)
        {
            Array.Resize(ref _volts, 2 * Count);
            Array.Resize(ref _amperes, 2 * Count);
        }

        _volts[Count] = volts;
        _amperes[Count++] = Math.Max(0, amperes);
    }

    /// <summary>Current at a voltage, between the points by straight lines; 0 above the last.</summary>
    public double AmperesAt(double volts)
    {
        for (int n = 1; n < Count; n++)
        {
            if (volts <= _volts[n])
            {
                return _amperes[n - 1] + ((_amperes[n] - _amperes[n - 1]) * (volts - _volts[n - 1]) / (_volts[n] - _volts[n - 1]));
            }
        }

        return 0;
    }

    /// <summary>Voltage at which the curve gives the most power.</summary>
    public double MaximumPowerVolts()
    {
        double best = 0;
        double bestWatts = 0;
        for (int n = 1; n < Count; n++)
        {
            // On the line I = i0 + s (V - v0), power is largest where s (2 V - v0) + i0 = 0.
            double slope = (_amperes[n] - _amperes[n - 1]) / (_volts[n] - _volts[n - 1]);
            double peak = slope < 0 ? 0.5 * (_volts[n - 1] - (_amperes[n - 1] / slope)) : _volts[n];
            double volts = Math.Clamp(peak, _volts[n - 1], _volts[n]);
            double watts = volts * (_amperes[n - 1] + (slope * (volts - _volts[n - 1])));
            if (watts > bestWatts)
            {
                (best, bestWatts) = (volts, watts);
            }
        }

        return best;
    }
}
