namespace FreeML.Sim.Energy.Regulation;

/// <summary>
/// Efficiency of a converter over its power (or current) and its voltage, from measured points: straight lines over the logarithm of the
/// power and over the voltage, held constant beyond the edges.
/// </summary>
public sealed class EfficiencyTable
{
    private readonly double[] _logarithms;

    /// <summary>A table.</summary>
    /// <param name="loads">Watts or amperes of the rows, above 0, strictly increasing.</param>
    /// <param name="volts">Volts of the columns, strictly increasing.</param>
    /// <param name="values">Efficiencies, row by row, 0 to 1.</param>
    /// <exception cref="ArgumentException">The lists do not fit together or a value is out of range.</exception>
    public EfficiencyTable(IReadOnlyList<double> loads, IReadOnlyList<double> volts, IReadOnlyList<double> values)
    {
        Check.That(loads.Count > 0 && volts.Count > 0 && values.Count == loads.Count * volts.Count, $"found {values.Count} efficiencies, expected {loads.Count} rows of {volts.Count}");
        Check.That(Increases(loads) && loads[0] > 0, "rows must be above 0 and increase");
        Check.That(Increases(volts), "columns must increase");
        Check.That(values.All(value => value is >= 0 and <= 1), "efficiencies must be 0 to 1");
        Loads = loads;
        Volts = volts;
        Values = values;
        _logarithms = [.. loads.Select(DeterministicMath.Log)];

        static bool Increases(IReadOnlyList<double> list) => list.All(double.IsFinite) && Enumerable.Range(1, list.Count - 1).All(n => list[n] > list[n - 1]);
    }

    /// <summary>The rows' watts or amperes.</summary>
    public IReadOnlyList<double> Loads { get; }

    /// <summary>The columns' volts.</summary>
    public IReadOnlyList<double> Volts { get; }

    /// <summary>The efficiencies, row by row.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>A table of one efficiency everywhere.</summary>
    public static EfficiencyTable Constant(double efficiency) => new([1], [1], [efficiency]);

    /// <summary>Efficiency at a load and a voltage.</summary>
    public double At(double load, double volts)
    {
        if (load <= 0)
        {
            return Value(0, 0);
        }

        (int row, double rowShare) = Place(_logarithms, DeterministicMath.Log(load));
        return Value(row, 0) + (rowShare * (Value(row, 1) - Value(row, 0)));

        double Value(int row, int below)
        {
            int first = Math.Min(row + below, Loads.Count - 1) * Volts.Count;
            (int column, double columnShare) = Place(Volts, volts);
            double left = Values[first + column];
            return left + (columnShare * (Values[first + Math.Min(column + 1, Volts.Count - 1)] - left));
        }
    }

    private static (int Index, double Share) Place(IReadOnlyList<double> grid, double at)
    {
        if (at <= grid[0] || grid.Count == 1)
        {
            return (0, 0);
        }

        for (int n = 1; n < grid.Count; n++)
        {
            if (at < grid[n])
            {
                return (n - 1, (at - grid[n - 1]) / (grid[n] - grid[n - 1]));
            }
        }

        return (grid.Count - 1, 0);
    }
}
