namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>The times of a generated trace: equal steps from 0.</summary>
internal sealed class SampleGrid
{
    private readonly double _stepSeconds;

    /// <summary>A grid of as many steps as fit into a duration.</summary>
    public SampleGrid(double durationSeconds, double stepSeconds)
    {
        double count = Math.Round(durationSeconds / stepSeconds);
        if (!(stepSeconds > 0 && count is >= 1 and <= TraceOperations.MaxSamples))
        {
            throw new ArgumentException($"a step of {stepSeconds} s over {durationSeconds} s, expected 1 to {TraceOperations.MaxSamples} steps");
        }

        _stepSeconds = stepSeconds;
        Count = (int)count;
    }

    /// <summary>Number of steps.</summary>
    public int Count { get; }

    /// <summary>Middle of a step, in seconds.</summary>
    public double Middle(int n) => (n + 0.5) * _stepSeconds;

    /// <summary>A trace on this grid, its values rounded to a decimal place, so that its file is short and its digits mean something.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="quantity">What the values are.</param>
    /// <param name="values">One for each step.</param>
    /// <param name="perUnit">A power of ten: values are rounded to one in so many.</param>
    public Trace ToTrace(string name, TraceQuantity quantity, double[] values, double perUnit) =>
        new(name, quantity, [.. Enumerable.Range(0, Count).Select(Time)], Time(Count), [.. values.Select(value => Math.Round(value * perUnit) / perUnit)]);

    // Dividing by the steps of a second gives the double nearest to the decimal number: 0.06, not 0.060000000000000005.
    private double Time(int n) => Math.Round(1 / _stepSeconds) is var rate and >= 1 && rate * _stepSeconds == 1 ? n / rate : n * _stepSeconds;
}
