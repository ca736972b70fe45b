using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;

namespace FreeML.Sim.Tests.Energy.Traces;

public class TraceOperationTests
{
    private static Trace Power(double[] times, double duration, params double[] values) => new("t", TraceQuantity.Power, times, duration, values);

    private static Trace Steps => Power([0, 1, 3], 4, 1, 2, 5);

    [Fact]
    public void Statistics_weigh_values_by_their_time()
    {
        TraceStatistics figures = TraceStatistics.Of(Steps, dutyThreshold: 1.5);

        Assert.Equal(TraceQuantity.Power, figures.Quantity);
        Assert.Equal((4.0, 3), (figures.DurationSeconds, figures.Samples));
        Assert.Equal((1.0, 2.5, 5.0), (figures.Minimum, figures.Mean, figures.Maximum));
        Assert.Equal(Math.Sqrt((2.25 + 0.25 + 0.25 + 6.25) / 4) / 2.5, figures.CoefficientOfVariation, 1e-15);
        Assert.Equal(10, figures.EnergyJoules);
        Assert.Equal(0.75, figures.Duty);
    }

    [Fact]
    public void Only_power_has_an_energy_and_nothing_has_no_variation()
    {
        TraceStatistics figures = TraceStatistics.Of(new Trace("t", TraceQuantity.Voltage, [0], 1, [0]));

        Assert.Null(figures.EnergyJoules);
        Assert.Equal(0, figures.CoefficientOfVariation);
        Assert.Equal(0, figures.Duty);
    }

    [Fact]
    public void Figures_of_a_surface_are_those_of_its_maximum_power()
    {
        TraceStatistics figures = TraceStatistics.Of(new Trace("t", TraceQuantity.IvSurface, [0, 1], 2, [3, 2, 0, 1, 1, 1], [0, 1, 4]));

        Assert.Equal(TraceQuantity.Power, figures.Quantity);
        Assert.Equal((2.0, 3.0, 4.0), (figures.Minimum, figures.Mean, figures.Maximum));
    }

    [Fact]
    public void Maximum_power_of_a_cell_with_series_resistance_and_shunt_is_found()
    {
        double[] cell = [0.01, 1e-9, 5, 2000, 0.1];
        double best = 0;
        for (double u = 0; u < 2; u += 1e-5)
        {
            double i = 0.01 - (1e-9 * (Math.Exp(u / 0.1) - 1)) - (u / 2000);
            best = Math.Max(best, i * (u - (5 * i)));
        }

        Assert.Equal(best, new Trace("t", TraceQuantity.SingleDiode, [0], 1, cell).MaximumPower().Values[0], 1e-9 * best);
        Assert.Equal(0, new Trace("t", TraceQuantity.SingleDiode, [0], 1, [0, 1e-9, 5, 2000, 0.1]).MaximumPower().Values[0]);
        Assert.Throws<ArgumentException>(() => Steps.MaximumPower());
    }

    [Fact]
    public void Scale_and_offset_change_values_alone()
    {
        Assert.Equal([2.0, 4, 10], Steps.Scale(2).Values);
        Assert.Equal(Steps.Times, Steps.Scale(2).Times);
        Assert.Equal([0, 0.5, 3.5], Steps.Offset(-1.5).Values);
        Assert.Equal([-0.5], new Trace("t", TraceQuantity.Voltage, [0], 1, [1]).Offset(-1.5).Values);
        Assert.Equal([0.02, 2e-9, 2.5, 1000, 0.1], new Trace("t", TraceQuantity.SingleDiode, [0], 1, [0.01, 1e-9, 5, 2000, 0.1]).Scale(2).Values);
        Assert.Equal([0.02, 1e-9, 5, 2000, 0.1], new Trace("t", TraceQuantity.SingleDiode, [0], 1, [0.01, 1e-9, 5, 2000, 0.1]).Offset(0.01).Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Scale(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Scale(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Offset(double.PositiveInfinity));
    }

    [Fact]
    public void Loop_repeats_and_stops_where_it_is_told()
    {
        Trace twice = Steps.Loop(2);

        Assert.Equal([0, 1, 3, 4, 5, 7], twice.Times);
        Assert.Equal([1.0, 2, 5, 1, 2, 5], twice.Values);
        Assert.Equal(8, twice.DurationSeconds);
        Assert.Equal([0, 1, 3, 4], Steps.LoopUntil(4.5).Times);
        Assert.Equal(4.5, Steps.LoopUntil(4.5).DurationSeconds);
        Assert.Equal([0, 1], Steps.LoopUntil(2).Times);
        Assert.Equal(8, Steps.LoopUntil(8).DurationSeconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Loop(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Loop(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.LoopUntil(1e300));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.LoopUntil(double.NaN));
    }

    [Fact]
    public void Cut_keeps_what_lies_between()
    {
        Trace cut = Steps.Cut(0.5, 3.5);

        Assert.Equal([0, 0.5, 2.5], cut.Times);
        Assert.Equal([1.0, 2, 5], cut.Values);
        Assert.Equal(3, cut.DurationSeconds);
        Assert.Equal([2.0], Steps.Cut(1, 3).Values);
        Assert.Equal(Steps.Values, Steps.Cut(0, 4).Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Cut(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Cut(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Cut(-1, 2));
    }

    [Fact]
    public void Resampling_takes_means()
    {
        Assert.Equal([1.5, 3.5], Steps.Resample(2).Values);
        Assert.Equal([0, 2], Steps.Resample(2).Times);
        Assert.Equal([1.0, 1, 2, 2, 2, 2, 5, 5], Steps.Resample(0.5).Values);
        Assert.Equal([2.5], Steps.Resample(100).Values);
        Assert.Equal(4, Steps.Resample(100).DurationSeconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Resample(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Steps.Resample(1e-12));
    }

    [Fact]
    public void Resampling_keeps_the_energy_of_any_trace_at_any_step()
    {
        SplitMix64 random = new(3);
        for (int round = 0; round < 200; round++)
        {
            int count = 1 + (int)(random.NextUInt64() % 30);
            double[] times = new double[count];
            for (int n = 1; n < count; n++)
            {
                times[n] = times[n - 1] + random.NextExponential(1);
            }

            Trace trace = Power(times, times[^1] + random.NextExponential(1), [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())]);
            double energy = TraceStatistics.Of(trace).EnergyJoules!.Value;
            Trace resampled = trace.Resample(random.NextUniform(0.01, 3));

            Assert.Equal(energy, TraceStatistics.Of(resampled).EnergyJoules!.Value, 1e-12 * energy);
            Assert.Equal(trace.DurationSeconds, resampled.DurationSeconds);
        }
    }

    [Fact]
    public void Resampling_a_cell_takes_the_curve_at_the_start()
    {
        Trace cell = new("t", TraceQuantity.SingleDiode, [0, 1], 2, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);

        Assert.Equal([1.0, 1, 1, 1, 1], cell.Resample(2).Values);
    }

    [Fact]
    public void The_sample_at_a_time_is_the_one_that_began_last()
    {
        Assert.Equal([0, 0, 1, 1, 2, 2], ((double[])[0, 0.9, 1, 2.9, 3, 100]).Select(Steps.IndexAt));
        Assert.Equal([1.0, 3, 4], Enumerable.Range(0, 3).Select(Steps.EndOf));
    }

    [Fact]
    public void Irradiance_and_recorded_voltage_become_power()
    {
        Assert.Equal([0.075], new Trace("t", TraceQuantity.Irradiance, [0], 1, [1000]).CellPower(5e-4, 0.15).Values.Select(value => Math.Round(value, 12)));
        Assert.Equal([0.0003], new Trace("t", TraceQuantity.Voltage, [0], 1, [3]).LoadPower(30e3).Values);
        Assert.Throws<ArgumentException>(() => Steps.CellPower(1, 0.1));
        Assert.Throws<ArgumentException>(() => Steps.LoadPower(1));
    }
}
