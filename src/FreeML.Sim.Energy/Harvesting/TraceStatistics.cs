namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// Figures of a trace, weighted by how long each sample holds. Those of an I-V surface or a single-diode trace are of its maximum
/// power, as <see cref="TraceOperations.MaximumPower"/> has it.
/// </summary>
/// <param name="Quantity">What <paramref name="Minimum"/>, <paramref name="Mean"/> and <paramref name="Maximum"/> are, in SI units.</param>
/// <param name="DurationSeconds">How long the trace is.</param>
/// <param name="Samples">Samples it has.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Mean">Mean over time.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="CoefficientOfVariation">Standard deviation over time divided by the mean; 0 where the mean is 0.</param>
/// <param name="EnergyJoules">Energy of a power trace; null for other quantities.</param>
/// <param name="Duty">Share of the time in which the value exceeds the threshold, 0 to 1.</param>
public sealed record TraceStatistics(
    TraceQuantity Quantity,
    double DurationSeconds,
    int Samples,
    double Minimum,
    double Mean,
    double Maximum,
    double CoefficientOfVariation,
    double? EnergyJoules,
    double Duty)
{
    /// <summary>The figures of a trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="dutyThreshold">A value above this counts for <see cref="Duty"/>, in the trace's unit.</param>
    public static TraceStatistics Of(Trace trace, double dutyThreshold = 0)
    {
        if (trace.Quantity is TraceQuantity.IvSurface or TraceQuantity.SingleDiode)
        {
            trace = TraceOperations.MaximumPower(trace);
        }

        (double minimum, double maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        (double integral, double above) = (0, 0);
        for (int n = 0; n < trace.Times.Count; n++)
        {
            double value = trace.Values[n];
            double seconds = trace.EndOf(n) - trace.Times[n];
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            integral += value * seconds;
            above += value > dutyThreshold ? seconds : 0;
        }

        double mean = integral / trace.DurationSeconds;
        double squares = 0;
        for (int n = 0; n < trace.Times.Count; n++)
        {
            double deviation = trace.Values[n] - mean;
            squares += deviation * deviation * (trace.EndOf(n) - trace.Times[n]);
        }

        return new TraceStatistics(
            trace.Quantity,
            trace.DurationSeconds,
            trace.Times.Count,
            minimum,
            mean,
            maximum,
            mean == 0 ? 0 : Math.Sqrt(squares / trace.DurationSeconds) / Math.Abs(mean),
            trace.Quantity == TraceQuantity.Power ? integral : null,
            above / trace.DurationSeconds);
    }
}
