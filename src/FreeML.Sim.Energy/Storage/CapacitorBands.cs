using FreeML.Sim.Energy.Regulation;

namespace FreeML.Sim.Energy.Storage;

/// <summary>
/// A capacitor cut into bands of voltage with a constant differential capacitance in each, so that charge and energy stay exact sums of
/// linear and square terms. A derating curve is sampled in bands of 20 mV.
/// </summary>
internal sealed class CapacitorBands
{
    private const double BandVolts = 0.02;
    private readonly double[] _edges;
    private readonly double[] _farads;
    private readonly double[] _joules;
    private readonly double[] _coulombs;

    /// <summary>The bands of a capacitor, with further edges where something else changes.</summary>
    public CapacitorBands(Capacitor capacitor, params IEnumerable<double> furtherEdges)
    {
        SortedSet<double> edges = [0, .. furtherEdges.Where(volts => volts > 0 && volts < capacitor.LimitVolts)];
        if (capacitor.Derating.Count > 0)
        {
            for (int n = 1; n * BandVolts < capacitor.LimitVolts; n++)
            {
                edges.Add(n * BandVolts);
            }
        }

        _edges = [.. edges];
        _farads = new double[_edges.Length];
        _joules = new double[_edges.Length];
        _coulombs = new double[_edges.Length];
        for (int n = 0; n < _edges.Length; n++)
        {
            double upper = n + 1 < _edges.Length ? _edges[n + 1] : capacitor.LimitVolts;
            _farads[n] = capacitor.Farads * capacitor.DeratingAt(0.5 * (_edges[n] + upper));
            _coulombs[n] = n == 0 ? 0 : _coulombs[n - 1] + (_farads[n - 1] * (_edges[n] - _edges[n - 1]));
            _joules[n] = n == 0 ? 0 : _joules[n - 1] + (0.5 * _farads[n - 1] * ((_edges[n] * _edges[n]) - (_edges[n - 1] * _edges[n - 1])));
        }
    }

    /// <summary>The band at a voltage; at an edge the upper or the lower one.</summary>
    public void At(double volts, bool upper, out double lowerVolts, out double upperVolts, out double farads)
    {
        int n = Bands.Find(_edges, volts, upper);
        lowerVolts = _edges[n];
        upperVolts = n + 1 < _edges.Length ? _edges[n + 1] : double.PositiveInfinity;
        farads = _farads[n];
    }

    /// <summary>Energy stored at a voltage.</summary>
    public double Joules(double volts)
    {
        int n = Bands.Find(_edges, volts, upper: false);
        return _joules[n] + (0.5 * _farads[n] * ((volts * volts) - (_edges[n] * _edges[n])));
    }

    /// <summary>Charge given up between two voltages.</summary>
    public double Coulombs(double lowerVolts, double upperVolts) => Coulombs(upperVolts) - Coulombs(lowerVolts);

    private double Coulombs(double volts)
    {
        int n = Bands.Find(_edges, volts, upper: false);
        return _coulombs[n] + (_farads[n] * (volts - _edges[n]));
    }
}
