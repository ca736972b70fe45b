using System.Diagnostics;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using Xunit.Abstractions;
using Trace = FreeML.Sim.Energy.Harvesting.Trace;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class SupplyCostTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(SupplyPropertyTests.Combinations), MemberType = typeof(SupplyPropertyTests))]
    public void A_dark_night_costs_a_few_pieces_a_segment(int harvester, int frontEnd, int output, int buffer)
    {
        const int minutes = 600;
        TraceQuantity quantity = harvester switch { 0 => TraceQuantity.Power, 1 => TraceQuantity.Voltage, 2 => TraceQuantity.Current, _ => TraceQuantity.Irradiance };
        Trace night = new("night", quantity, [.. Enumerable.Range(0, minutes).Select(n => 60.0 * n)], 60.0 * minutes, new double[minutes]);
        Harvester source = harvester switch
        {
            0 => new PowerHarvester(night),
            1 => new ResistiveHarvester(night, 1000),
            2 => new CurrentHarvester(night, 4),
            _ => new PhotovoltaicHarvester(night, Cell),
        };
        Supply supply = new(Buffer(buffer) with { Harvester = source, FrontEnd = FrontEnd(frontEnd), Output = Output(output), InitialVolts = 3.3 });

        CrossingResult result = supply.AdvanceUntil(1e-7, null, null, 60.0 * minutes);

        // With a slow branch a minute of leakage is taken in steps of a thousandth of the stored energy.
        int most = buffer == 3 ? 40 : 2;
        Assert.Equal(Crossing.Elapsed, result.Reason);
        Assert.True(supply.Pieces <= (most * minutes) + 5000, $"{supply.Pieces} pieces for {minutes} segments");
        Balanced(supply);
    }

    [Theory]
    [InlineData(0.038, 0.5e-3)]
    [InlineData(0.1, 1e-5)]
    [InlineData(5.7e-3, 2.6e-3)]
    public void A_load_that_a_source_of_power_cannot_feed_is_at_rest_at_a_low_voltage_without_much_work(double loadAmps, double watts)
    {
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, watts)), Buffer = Ideal(1e-6), InitialVolts = 3 });

        supply.Advance(100, 100 * loadAmps);

        Within(1e-5, watts / loadAmps, supply.BufferVolts);
        Assert.True(supply.Pieces < 20_000, $"{supply.Pieces} pieces");
        Balanced(supply);
    }

    [Fact]
    public void A_month_of_minutes_is_a_matter_of_its_segments()
    {
        const int minutes = 31 * 24 * 60;
        double[] watts = [.. Enumerable.Range(0, minutes).Select(n => Math.Max(0, 2e-3 * Math.Sin(2 * Math.PI * n / 1440)))];
        Trace month = new("month", TraceQuantity.Power, [.. Enumerable.Range(0, minutes).Select(n => 60.0 * n)], 60.0 * minutes, watts);
        Supply supply = new(Buffer(1) with { Harvester = new PowerHarvester(month), FrontEnd = FrontEnd(2) });

        Stopwatch watch = Stopwatch.StartNew();
        supply.Advance(60.0 * minutes, 0);
        output.WriteLine($"{supply.Pieces} pieces for {minutes} segments in {watch.Elapsed.TotalMilliseconds:F0} ms");

        Assert.InRange(supply.Pieces, minutes, (2 * minutes) + (31 * 6000));
        Balanced(supply);
    }

    /// <summary>Looked at, not asserted: what one slice costs.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(0, 2, 2, 1)]
    [InlineData(3, 0, 1, 0)]
    [InlineData(0, 2, 1, 4)]
    public void What_a_slice_costs_is_printed(int harvester, int frontEnd, int output1, int buffer)
    {
        Trace trace = Constant(harvester switch { 0 => TraceQuantity.Power, 1 => TraceQuantity.Voltage, _ => TraceQuantity.Irradiance }, harvester switch { 0 => 1e-3, 1 => 4, _ => 300 });
        Harvester source = harvester switch { 0 => new PowerHarvester(trace), 1 => new ResistiveHarvester(trace, 3000), _ => new PhotovoltaicHarvester(trace, Cell) };
        Supply supply = new(Buffer(buffer) with { Harvester = source, FrontEnd = FrontEnd(frontEnd), Output = Output(output1), InitialVolts = 3 });
        double best = double.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            for (int n = 0; n < 20_000; n++)
            {
                supply.Advance(1e-5, 3e-4 * 1e-5);
            }

            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / 20_000);
        }

        output.WriteLine($"{best:F0} ns for Advance, {source.GetType().Name}, {supply.Options.FrontEnd.GetType().Name}, {supply.Options.Output.GetType().Name}, buffer {buffer}");
        Assert.True(supply.BufferVolts > 0);
    }
}
