namespace FreeML.Sim.Energy.Harvesting;

/// <summary>What a trace's numbers are.</summary>
public enum TraceQuantity
{
    /// <summary>Power at the harvester's output, in watts.</summary>
    Power,

    /// <summary>Open-circuit voltage of the harvester, in volts.</summary>
    Voltage,

    /// <summary>Short-circuit current of the harvester, in amperes.</summary>
    Current,

    /// <summary>Irradiance on the cell, in watts per square metre.</summary>
    Irradiance,

    /// <summary>Current as a function of voltage, one curve each sample: amperes at the volts of <see cref="Trace.Axis"/>.</summary>
    IvSurface,

    /// <summary>The five parameters of a single-diode cell each sample, in the order of <see cref="Trace.SingleDiodeColumns"/>.</summary>
    SingleDiode,
}

/// <summary>A recorded or generated harvest: samples that each hold until the next one begins.</summary>
public sealed class Trace
{
    /// <summary>Columns of a <see cref="TraceQuantity.SingleDiode"/> trace: light current (A), saturation current (A), series and shunt resistance (ohm; a shunt of 0 means none), diode voltage n Ns k T / q (V).</summary>
    public const int SingleDiodeColumns = 5;

    /// <summary>A trace. The arrays are taken over, not copied.</summary>
    /// <param name="name">What to call it in reports.</param>
    /// <param name="quantity">What the numbers are.</param>
    /// <param name="timesSeconds">When each sample begins; strictly increasing from 0.</param>
    /// <param name="durationSeconds">When the last sample ends.</param>
    /// <param name="values">Sample by sample: one number, or a curve, or a set of parameters each.</param>
    /// <param name="axis">Volts of an I-V surface's columns, strictly increasing; empty for other quantities.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, or a number is not finite.</exception>
    public Trace(string name, TraceQuantity quantity, double[] timesSeconds, double durationSeconds, double[] values, double[]? axis = null)
    {
        Name = name;
        Quantity = quantity;
        Times = timesSeconds;
        DurationSeconds = durationSeconds;
        Values = values;
        Axis = axis ?? [];
        Validate();
    }

    /// <summary>What to call it in reports.</summary>
    public string Name { get; }

    /// <summary>What the numbers are.</summary>
    public TraceQuantity Quantity { get; }

    /// <summary>When each sample begins, in seconds; strictly increasing from 0.</summary>
    public IReadOnlyList<double> Times { get; }

    /// <summary>When the last sample ends, in seconds.</summary>
    public double DurationSeconds { get; }

    /// <summary>Numbers each sample has.</summary>
    public int Columns => Quantity switch
    {
        TraceQuantity.IvSurface => Axis.Count,
        TraceQuantity.SingleDiode => SingleDiodeColumns,
        _ => 1,
    };

    /// <summary>The numbers, sample by sample.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Volts of an I-V surface's columns; empty for other quantities.</summary>
    public IReadOnlyList<double> Axis { get; }

    private void Validate()
    {
        if (Times.Count == 0 || Times[0] != 0 || Values.Count != Times.Count * Columns || Columns == 0)
        {
            throw new ArgumentException($"{Times.Count} times and {Values.Count} values, expected {Columns} values for each of one or more times from 0");
        }

        for (int n = 1; n < Times.Count; n++)
        {
            Require(Times[n] > Times[n - 1], "times must increase");
        }

        for (int n = 1; n < Axis.Count; n++)
        {
            Require(Axis[n] > Axis[n - 1], "volts of the axis must increase");
        }

        Require(DurationSeconds > Times[^1] && double.IsFinite(DurationSeconds), "the last sample must have an end");
        Require(Values.All(double.IsFinite), "values must be finite");

        static void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException(what);
            }
        }
    }
}
