using System.Globalization;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>Our own form: what is written reads back as the same trace, bit for bit.</summary>
public class TraceCsvTests
{
    private static void AssertRoundTrips(Trace trace)
    {
        TraceReadResult read = TraceText.Read(TraceWriter.ToText(trace));

        Assert.Equal(trace.Quantity, read.Trace.Quantity);
        Assert.Equal(trace.Times, read.Trace.Times);
        Assert.Equal(trace.Values, read.Trace.Values);
        Assert.Equal(trace.Axis, read.Trace.Axis);
        Assert.Equal(trace.DurationSeconds, read.Trace.DurationSeconds);
    }

    [Theory]
    [InlineData(TraceQuantity.Power, "time_s,power_W")]
    [InlineData(TraceQuantity.Voltage, "time_s,voltage_V")]
    [InlineData(TraceQuantity.Current, "time_s,current_A")]
    [InlineData(TraceQuantity.Irradiance, "time_s,irradiance_W_m2")]
    public void A_trace_of_numbers_is_written_with_its_unit_and_its_end(TraceQuantity quantity, string header)
    {
        Trace trace = new("t", quantity, [0, 0.1, 0.30000000000000004], 1.5, [1e-7, 0.1 + 0.2, 1234567.125]);

        Assert.Equal(header + "\n0,1E-07\n0.1,0.30000000000000004\n0.30000000000000004,1234567.125\n1.5,\n", TraceWriter.ToText(trace));
        AssertRoundTrips(trace);
    }

    [Fact]
    public void A_surface_has_a_column_for_each_voltage()
    {
        Trace trace = new("t", TraceQuantity.IvSurface, [0, 2], 4, [3e-3, 2e-3, 0, 1e-3, 5e-4, -1e-4], [0, 0.05, 0.1]);

        Assert.StartsWith("time_s,current_A@0V,current_A@0.05V,current_A@0.1V\n0,0.003,0.002,0\n", TraceWriter.ToText(trace), StringComparison.Ordinal);
        Assert.EndsWith("\n4,,,\n", TraceWriter.ToText(trace), StringComparison.Ordinal);
        AssertRoundTrips(trace);
    }

    [Fact]
    public void A_single_diode_trace_has_a_column_for_each_parameter()
    {
        Trace trace = new("t", TraceQuantity.SingleDiode, [0, 1], 2, [1e-3, 1e-9, 2, 1e5, 0.1, 2e-3, 1e-9, 2, 0, 0.1]);

        Assert.StartsWith("time_s,light_current_A,saturation_current_A,series_ohm,shunt_ohm,diode_voltage_V\n0,0.001,1E-09,2,100000,0.1\n", TraceWriter.ToText(trace), StringComparison.Ordinal);
        AssertRoundTrips(trace);
    }

    [Fact]
    public void Random_traces_round_trip()
    {
        SplitMix64 random = new(7);
        for (int round = 0; round < 50; round++)
        {
            int count = 1 + (int)(random.NextUInt64() % 40);
            double[] times = new double[count];
            for (int n = 1; n < count; n++)
            {
                times[n] = times[n - 1] + random.NextExponential(Math.Pow(10, random.NextUniform(-6, 6)));
            }

            double[] values = [.. Enumerable.Range(0, count).Select(_ => Math.Pow(10, random.NextUniform(-300, 300)))];
            AssertRoundTrips(new Trace("t", TraceQuantity.Voltage, times, times[^1] + random.NextExponential(1), values));
        }
    }

    [Fact]
    public void The_language_of_the_host_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "~";
            Trace trace = new("t", TraceQuantity.Voltage, [0, 0.5], 1, [-1.5, 2.5]);

            Assert.Equal("time_s,voltage_V\n0,-1.5\n0.5,2.5\n1,\n", TraceWriter.ToText(trace));
            AssertRoundTrips(trace);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_file_written_is_read_by_its_path()
    {
        string path = Path.Combine(Path.GetTempPath(), $"freeml-sim-{Guid.NewGuid():N}.csv");
        try
        {
            TraceWriter.WriteFile(new Trace("t", TraceQuantity.Power, [0], 1, [2]), path);
            Assert.Equal("time_s,power_W\n0,2\n1,\n"u8.ToArray(), File.ReadAllBytes(path));
            Assert.Equal(Path.GetFileNameWithoutExtension(path), TraceReader.ReadFile(path).Trace.Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("time_s,power_mW\n0,2.13\n1,4\n", TraceQuantity.Power, 0.00213)]
    [InlineData("time_ms,power_uW\n0,2.13\n1000,4\n", TraceQuantity.Power, 2.13e-6)]
    [InlineData("Time (s),Voltage (mV)\r\n0,1500\r\n1,4\r\n", TraceQuantity.Voltage, 1.5)]
    [InlineData("t [s];Strom [mA]\n0;1.5\n1;4\n", TraceQuantity.Current, 0.0015)]
    [InlineData("time_s\tirradiance_W_m2\n0\t800\n1\t4\n", TraceQuantity.Irradiance, 800)]
    [InlineData("seconds,milliwatts\n0\t2.13\n1\t4\n", TraceQuantity.Power, 0.00213)]
    [InlineData("Time(s),Power(mW)\n0.0\t2.13\n1.0\t4\n", TraceQuantity.Power, 0.00213)]
    [InlineData("# made by hand\n# seconds,milliwatts\n0\t2.13\n1\t4\n", TraceQuantity.Power, 0.00213)]
    [InlineData("\n\n\n\n\n\ntime_s,power_W\n\n0,5\n\n1,6\n", TraceQuantity.Power, 5)]
    public void Units_are_read_from_the_heading(string text, TraceQuantity quantity, double first)
    {
        Trace trace = TraceText.Read(text).Trace;

        Assert.Equal(quantity, trace.Quantity);
        Assert.Equal([0, 1], trace.Times);
        Assert.Equal(first, trace.Values[0]);
        Assert.Equal(2, trace.DurationSeconds);
    }

    [Fact]
    public void Of_several_columns_power_is_read_unless_another_is_named()
    {
        const string Text = "time_s,voltage_V,power_W,current_A\n0,1,2,3\n1,1,2,3\n";

        Assert.Equal("power_W", TraceText.Read(Text).Report.Column);
        Assert.Equal(["voltage_V", "power_W", "current_A"], TraceText.Read(Text).Report.Columns);
        Assert.Equal(3, TraceText.Read(Text, new TraceReadOptions { Column = "current" }).Trace.Values[0]);
        Assert.Equal(1, TraceText.Read(Text, new TraceReadOptions { Column = "VOLTAGE_V" }).Trace.Values[0]);
        Assert.Contains("voltage_V, power_W, current_A", TraceText.Refused(Text, new TraceReadOptions { Column = "GHI" }).Message, StringComparison.Ordinal);
    }
}
