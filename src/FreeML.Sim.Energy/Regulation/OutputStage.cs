namespace FreeML.Sim.Energy.Regulation;

/// <summary>What the output stage does in a band of node voltage with a given load.</summary>
/// <param name="LowerVolts">Where the band begins.</param>
/// <param name="UpperVolts">Where it ends.</param>
/// <param name="Drawn">Power taken from the node.</param>
/// <param name="Consumed">Power that reaches the load; the rest is lost.</param>
public readonly record struct LoadBand(double LowerVolts, double UpperVolts, Law Drawn, Law Consumed);

/// <summary>What stands between buffer and chip. Immutable; pure functions of voltage and load.</summary>
public abstract class OutputStage
{
    /// <summary>The band at a node voltage while the load draws <paramref name="loadAmps"/>; at an edge the upper or the lower one.</summary>
    public abstract LoadBand At(double volts, double loadAmps, bool upper);

    /// <summary>Volts at the chip, with the node at <paramref name="volts"/>.</summary>
    public abstract double OutputVolts(double volts);

    /// <summary>Lowest node voltage at which the chip still sees <paramref name="outputVolts"/>; infinite if it never does.</summary>
    public abstract double NodeVoltsFor(double outputVolts);

    /// <summary>Most current it can take from the node between two voltages, with a load of at most <paramref name="loadAmps"/>.</summary>
    public abstract double MostAmps(double lowestVolts, double highestVolts, double loadAmps);

    /// <summary>Whether it takes the load's charge from the node, and besides nothing but a current of its own.</summary>
    public virtual bool PassesCharge => false;
}

/// <summary>No output stage: the chip sits on the buffer.</summary>
public sealed class DirectOutput : OutputStage
{
    /// <inheritdoc/>
    public override LoadBand At(double volts, double loadAmps, bool upper)
    {
        Law law = new(0, loadAmps, 0);
        return new LoadBand(0, double.PositiveInfinity, law, law);
    }

    /// <inheritdoc/>
    public override double OutputVolts(double volts) => volts;

    /// <inheritdoc/>
    public override double NodeVoltsFor(double outputVolts) => outputVolts;

    /// <inheritdoc/>
    public override double MostAmps(double lowestVolts, double highestVolts, double loadAmps) => loadAmps;

    /// <inheritdoc/>
    public override bool PassesCharge => true;
}

/// <summary>A linear regulator: the load's current comes from the node, the difference of voltages is lost. Below dropout the output follows the node.</summary>
public sealed class LinearOutput : OutputStage
{
    /// <summary>A regulator to <paramref name="outputVolts"/>.</summary>
    public LinearOutput(double outputVolts, double dropoutVolts, double quiescentAmps)
    {
        RegulatedVolts = Check.Positive(outputVolts);
        DropoutVolts = Check.NotNegative(dropoutVolts);
        QuiescentAmps = Check.NotNegative(quiescentAmps);
    }

    /// <summary>Output voltage in regulation.</summary>
    public double RegulatedVolts { get; }

    /// <summary>Least difference of node and output.</summary>
    public double DropoutVolts { get; }

    /// <summary>Current it draws itself.</summary>
    public double QuiescentAmps { get; }

    /// <inheritdoc/>
    public override LoadBand At(double volts, double loadAmps, bool upper)
    {
        double edge = RegulatedVolts + DropoutVolts;
        if (volts > edge || (upper && volts == edge))
        {
            return new LoadBand(edge, double.PositiveInfinity, new Law(0, loadAmps + QuiescentAmps, 0), new Law(RegulatedVolts * loadAmps, 0, 0));
        }

        return volts > DropoutVolts || (upper && volts == DropoutVolts)
            ? new LoadBand(DropoutVolts, edge, new Law(0, loadAmps + QuiescentAmps, 0), new Law(-DropoutVolts * loadAmps, loadAmps, 0))
            : new LoadBand(0, DropoutVolts, new Law(0, QuiescentAmps, 0), default);
    }

    /// <inheritdoc/>
    public override double OutputVolts(double volts) => Math.Clamp(volts - DropoutVolts, 0, RegulatedVolts);

    /// <inheritdoc/>
    public override double NodeVoltsFor(double outputVolts) => outputVolts > RegulatedVolts ? double.PositiveInfinity : outputVolts + DropoutVolts;

    /// <inheritdoc/>
    public override double MostAmps(double lowestVolts, double highestVolts, double loadAmps) => loadAmps + QuiescentAmps;

    /// <inheritdoc/>
    public override bool PassesCharge => true;
}

/// <summary>Parameters of a switching output stage.</summary>
public sealed record SwitchingOutputOptions
{
    /// <summary>What to call it.</summary>
    public string Name { get; init; } = "switching output";

    /// <summary>Output voltage in regulation.</summary>
    public double OutputVolts { get; init; }

    /// <summary>
    /// Efficiency over load current (A) and node voltage (V). Between the points the power drawn, not the efficiency, is interpolated by
    /// straight lines in current and in voltage; below the first current the power drawn falls in proportion to the load.
    /// </summary>
    public required EfficiencyTable Efficiency { get; init; }

    /// <summary>Current it draws itself while its input suffices.</summary>
    public double QuiescentAmps { get; init; }

    /// <summary>Node voltage below which it is off: nothing is drawn and the output is at 0 V.</summary>
    public double MinimumInputVolts { get; init; }

    /// <summary>A buck keeps this much between input and output; below that the output follows the input, at no loss but this. Negative for a boost, which regulates down to the minimum.</summary>
    public double DropoutVolts { get; init; } = -1;
}

/// <summary>A buck or boost converter: draws the load's power divided by an efficiency.</summary>
public sealed class SwitchingOutput : OutputStage
{
    private readonly double[] _amps;
    private readonly double[] _edges;

    // Watts drawn, by voltage (rows) and current (columns); a first column at no load.
    private readonly double[][] _watts;
    private readonly double _regulates;

    /// <summary>A converter.</summary>
    public SwitchingOutput(SwitchingOutputOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Check.Positive(options.OutputVolts);
        Check.NotNegative(options.QuiescentAmps);
        Check.NotNegative(options.MinimumInputVolts);
        Check.That(options.DropoutVolts >= 0 || options.MinimumInputVolts > 0, "a boost output needs a minimum input voltage above 0");
        Check.That(options.Efficiency.Values.All(value => value > 0), "an output stage's efficiencies must be above 0");
        _regulates = options.DropoutVolts >= 0 ? Math.Max(options.OutputVolts + options.DropoutVolts, options.MinimumInputVolts) : options.MinimumInputVolts;
        _edges = [_regulates, .. options.Efficiency.Volts.Where(volts => volts > _regulates)];
        _amps = [0, .. options.Efficiency.Loads];
        _watts = [.. _edges.Select(volts => _amps.Select(amps => amps == 0 ? 0 : options.OutputVolts * amps / options.Efficiency.At(amps, volts)).ToArray())];
    }

    /// <summary>The parameters.</summary>
    public SwitchingOutputOptions Options { get; }

    /// <inheritdoc/>
    public override LoadBand At(double volts, double loadAmps, bool upper)
    {
        if (volts < _regulates || (!upper && volts == _regulates))
        {
            return BelowRegulation(volts, loadAmps, upper);
        }

        int row = Bands.Find(_edges, volts, upper);
        int column = 1;
        while (column < _amps.Length - 1 && loadAmps > _amps[column])
        {
            column++;
        }

        Law consumed = new(Options.OutputVolts * loadAmps, 0, 0);
        double here = Drawn(row, column, loadAmps);
        if (row == _edges.Length - 1)
        {
            return new LoadBand(_edges[row], double.PositiveInfinity, new Law(here, Options.QuiescentAmps, 0), consumed);
        }

        double slope = (Drawn(row + 1, column, loadAmps) - here) / (_edges[row + 1] - _edges[row]);
        return new LoadBand(_edges[row], _edges[row + 1], new Law(here - (slope * _edges[row]), slope + Options.QuiescentAmps, 0), consumed);
    }

    /// <inheritdoc/>
    public override double OutputVolts(double volts) =>
        volts >= _regulates ? Options.OutputVolts : volts >= Options.MinimumInputVolts ? Math.Max(0, volts - Math.Max(0, Options.DropoutVolts)) : 0;

    /// <inheritdoc/>
    public override double NodeVoltsFor(double outputVolts) =>
        outputVolts > Options.OutputVolts ? double.PositiveInfinity
        : outputVolts <= 0 ? 0
        : Options.DropoutVolts < 0 ? _regulates
        : Math.Min(_regulates, Math.Max(Options.MinimumInputVolts, outputVolts + Options.DropoutVolts));

    /// <inheritdoc/>
    public override double MostAmps(double lowestVolts, double highestVolts, double loadAmps)
    {
        // The power drawn rises with the load and lies between its values at the grid; the current is largest at the lowest voltage.
        double most = loadAmps;
        if (highestVolts >= _regulates)
        {
            double watts = 0;
            int column = 1;
            while (column < _amps.Length - 1 && loadAmps > _amps[column])
            {
                column++;
            }

            // A light load may be so inefficient that a part of the range above it draws less: take the worst of all columns up to it.
            for (int row = 0; row < _edges.Length; row++)
            {
                watts = Math.Max(watts, Drawn(row, column, loadAmps));
                for (int n = 1; n < column; n++)
                {
                    watts = Math.Max(watts, _watts[row][n]);
                }
            }

            most = Math.Max(most, watts / Math.Max(lowestVolts, _regulates));
        }

        return most + Options.QuiescentAmps;
    }

    private LoadBand BelowRegulation(double volts, double loadAmps, bool upper)
    {
        double minimum = Options.MinimumInputVolts;
        if (minimum >= _regulates || volts < minimum || (!upper && volts == minimum))
        {
            return new LoadBand(0, minimum, default, default);
        }

        return new LoadBand(minimum, _regulates, new Law(0, loadAmps + Options.QuiescentAmps, 0), new Law(-Options.DropoutVolts * loadAmps, loadAmps, 0));
    }

    private double Drawn(int row, int column, double loadAmps)
    {
        double[] watts = _watts[row];
        double share = (loadAmps - _amps[column - 1]) / (_amps[column] - _amps[column - 1]);
        return watts[column - 1] + (share * (watts[column] - watts[column - 1]));
    }
}
