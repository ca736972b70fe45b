using System.Buffers.Binary;
using System.Text;
using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>Each form on a few lines written here.</summary>
public class TraceFormTests
{
    [Fact]
    public void A_wall_clock_steps_over_minutes_hours_and_midnight()
    {
        TraceReadResult read = TraceText.Read("235959997\t1\n235959998\t2\n235959999\t3\n0\t4\n1\t5\n");

        Assert.Equal("Mementos recording", read.Report.Form);
        Assert.Equal([0, 0.001, 0.002, 0.003, 0.004], read.Trace.Times);
        Assert.Equal(TraceQuantity.Voltage, read.Trace.Quantity);
        Assert.Contains(read.Report.Assumptions, line => line.Contains("midnight at line 4", StringComparison.Ordinal));
        Assert.Contains(read.Report.Assumptions, line => line.Contains("30000 ohm", StringComparison.Ordinal));
        Assert.Equal([0, 0.001, 0.002], TraceText.Read("95959999 1\n100000000 2\n100000001 2\n").Trace.Times);
    }

    [Theory]
    [InlineData("0 1.5\n1 1.6\n2 1.7\n", "milliseconds")]
    [InlineData("0.000,1.5\n0.001,1.6\n0.002,1.7\n", "seconds")]
    [InlineData("1060000 1.5\n1060001 1.6\n1060002 1.7\n", "milliseconds")] // no clock has 60 seconds
    public void Stamps_that_are_no_clock_count(string text, string unit)
    {
        TraceReadResult read = TraceText.Read(text);

        Assert.Equal([0, 0.001, 0.002], read.Trace.Times);
        Assert.Contains("stamps count " + unit, read.Report.Assumptions);
    }

    [Fact]
    public void The_power_of_a_stamped_voltage_is_that_in_its_load()
    {
        TraceReadResult read = TraceText.Read("0 3\n1 6\n", new TraceReadOptions { Column = "power", LoadOhms = 1000 });

        Assert.Equal(TraceQuantity.Power, read.Trace.Quantity);
        Assert.Equal([0.009, 0.036], read.Trace.Values);
    }

    [Theory]
    [InlineData("\uFEFF1.5\n1.6\n1.7\n")]
    [InlineData("\uFEFF1.5\r\n1.6\r\n1.7")]
    public void Bare_voltages_are_a_millisecond_apart_and_may_have_a_byte_order_mark(string text)
    {
        TraceReadResult read = TraceText.Read(text);

        Assert.Equal("bare voltages", read.Report.Form);
        Assert.Equal([0, 0.001, 0.002], read.Trace.Times);
        Assert.Equal([1.5, 1.6, 1.7], read.Trace.Values);
        Assert.Equal(0.003, read.Trace.DurationSeconds, 1e-12);
        Assert.Contains(read.Report.Assumptions, line => line.Contains("byte-order mark", StringComparison.Ordinal));
        Assert.Contains(read.Report.Assumptions, line => line.Contains("0.001 s apart", StringComparison.Ordinal));
        Assert.Equal([0, 0.5, 1], TraceText.Read(text, new TraceReadOptions { StepSeconds = 0.5 }).Trace.Times);
    }

    [Fact]
    public void An_Ekho_surface_gives_its_volts_and_currents()
    {
        TraceReadResult read = TraceText.Read("1\n0,3\n0.2,3,2,0\n0.4,4,3,0\n");

        Assert.Equal([0, 1.5, 3], read.Trace.Axis);
        Assert.Equal([3.0, 2, 0, 4, 3, 0], read.Trace.Values);
        Assert.Equal(0.4, read.Trace.DurationSeconds, 1e-12);
        Assert.Contains(read.Report.Assumptions, line => line.Contains("amperes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_measured_curve_turns_its_sign_and_gains_its_first_point()
    {
        TraceReadResult read = TraceText.Read("""{"0":{"0.1":-0.00003,"0.30000000000000004":-0.00002,"0.4":0}}""");

        Assert.Equal([0, 0.1, 0.30000000000000004, 0.4], read.Trace.Axis);
        Assert.Equal(3.5e-5, read.Trace.Values[0], 1e-12);
        Assert.Equal([3e-5, 2e-5, 0], read.Trace.Values.Skip(1));
        Assert.Equal(1, read.Trace.DurationSeconds);
        Assert.Equal(3.5e-5, read.Report[TraceFindingKind.Extrapolated]!.Total, 1e-12);
    }

    [Fact]
    public void A_dip_at_the_first_point_of_a_curve_is_not_carried_on()
    {
        Assert.Equal(1e-5, TraceText.Read("""{"0":{"0.1":-0.00001,"0.2":-0.00002,"0.4":0}}""").Trace.Values[0]);
    }

    [Fact]
    public void A_curve_measured_from_zero_is_taken_as_it_is_and_several_make_a_surface()
    {
        TraceReadResult read = TraceText.Read("""{"0":{"0":2,"1":1},"10":{"0":4,"1":2}}""");

        Assert.Equal([2.0, 1, 4, 2], read.Trace.Values);
        Assert.Equal(20, read.Trace.DurationSeconds);
        Assert.Empty(read.Report.Findings);
        Assert.Empty(read.Report.Assumptions);
    }

    [Fact]
    public void Thinned_irradiance_is_held_and_its_length_kept()
    {
        TraceReadResult read = TraceText.Read("{\"Type\": \"NREL\", \"TraceLength\": 600}\n{\"irradiance\":{\"0\":1,\"60\":0,\"240\":2,\"300\":-1}}\n");

        Assert.Equal([0, 60, 240, 300], read.Trace.Times);
        Assert.Equal([1.0, 0, 2, 0], read.Trace.Values);
        Assert.Equal(600, read.Trace.DurationSeconds);
        Assert.Equal(120, read.Report[TraceFindingKind.Gap]!.Total);
        Assert.Equal(1, read.Report[TraceFindingKind.NegativeValue]!.Count);
        Assert.Equal(2, read.Report[TraceFindingKind.NegativeValue]!.FirstLine);
    }

    [Theory]
    [InlineData("DATE (MM/DD/YYYY),MST,Global CM3 (cor) [W/m^2]\n12/31/2023,23:59,5\n1/1/2024,00:00,-7999\n", "NREL MIDC/BMS table")]
    [InlineData("Unnamed: 0,Year,DOY,MST,Direct Normal [W/m^2],Global Horiz (tracker) [W/m^2],Global Horiz (platform) [W/m^2]\n0,2023,365,2359,1,2,5\n1,2024,1,0,1,2,-7999.0\n", "NREL MIDC raw table")]
    [InlineData(",Year,Month,Day,Hour,Minute,Clearsky GHI,DHI,DNI,GHI\nx,2023,12,31,23,59,9,1,2,5\nx,2024,1,1,0,0,9,1,2,-9999\n", "NSRDB table")]
    [InlineData("Source,Location ID,City\nNSRDB,1,-\nYear,Month,Day,Hour,Minute,GHI\n2023,12,31,23,59,5\n2024,1,1,0,0,-9999\n", "NSRDB table")]
    public void Tables_of_irradiance_keep_their_calendar_and_their_missing_codes(string text, string form)
    {
        TraceReadResult read = TraceText.Read(text);

        Assert.Equal(form, read.Report.Form);
        Assert.Equal(TraceQuantity.Irradiance, read.Trace.Quantity);
        Assert.Equal([0, 60], read.Trace.Times);
        Assert.Equal([5.0, 5], read.Trace.Values);
        Assert.Equal(1, read.Report[TraceFindingKind.MissingValue]!.Count);
        Assert.Contains("the first stamp, 2023-12-31 23:59:00, becomes time 0", read.Report.Assumptions);
    }

    [Fact]
    public void Surfrad_rows_give_the_downwelling_light_and_their_flags()
    {
        string Row(int minute, string value, int flag) => $" 2016  60  2 29 23 {minute} 0.000  91.65    {value} {flag}" + string.Concat(Enumerable.Range(0, 19).Select(n => $" {n}.5 0")) + "\n";
        TraceReadResult read = TraceText.Read(" Alamosa\n   37.70  105.92 2317 m version 1\n" + Row(57, "-1.8", 0) + Row(58, "12.5", 1) + Row(59, "-9999.9", 1));

        Assert.Equal("SURFRAD table", read.Report.Form);
        Assert.Equal([0, 60, 120], read.Trace.Times);
        Assert.Equal([0, 12.5, 12.5], read.Trace.Values);
        Assert.Equal(3, read.Report[TraceFindingKind.NegativeValue]!.FirstLine);
        Assert.Equal(4, read.Report[TraceFindingKind.FlaggedValue]!.FirstLine);
        Assert.Equal(5, read.Report[TraceFindingKind.MissingValue]!.FirstLine);
    }

    [Fact]
    public void Srml_rows_count_to_2400_and_flag_what_is_missing()
    {
        const string Text = "94255\t2018\t1000\t0\t2010\t0\t9300\t0\n1\t2358\t7\t12\t8\t12\t-20.5\t12\n1\t2359\t0\t99\t8\t12\t0\t12\n1\t2400\t9\t12\t8\t12\t0\t12\n2\t1\t9\t12\t8\t12\t0\t12\n";
        TraceReadResult read = TraceText.Read(Text);

        Assert.Equal("SRML table", read.Report.Form);
        Assert.Equal([0, 60, 120, 180], read.Trace.Times);
        Assert.Equal([7.0, 7, 9, 9], read.Trace.Values);
        Assert.Equal(["1000", "2010"], read.Report.Columns);
        Assert.Equal(8, TraceText.Read(Text, new TraceReadOptions { Column = "2010" }).Trace.Values[0]);
    }

    [Fact]
    public void Dated_rows_need_no_heading()
    {
        TraceReadResult read = TraceText.Read("\"1/31/2014\",\"23:50\",3\n\"2/1/2014\",\"0:00\",4\n");

        Assert.Equal([0, 600], read.Trace.Times);
        Assert.Equal([3.0, 4], read.Trace.Values);
    }

    [Fact]
    public void A_logic_analyser_has_columns_of_different_lengths()
    {
        TraceReadResult read = TraceText.Read(" Time [s],VCap-Analog,3V3A-Analog, Time [s],PFail-Digital\n11.5, 3.5, 0.25, 11.4, 0\n12.5, 3.25, 0.5, 11.6, 1\n, , , 11.7, 0\n");

        Assert.Equal([0, 1], read.Trace.Times);
        Assert.Equal([3.5, 3.25], read.Trace.Values);
        Assert.Equal(4, read.Report[TraceFindingKind.RowBeyondEnd]!.FirstLine);
        Assert.Equal(["VCap-Analog", "3V3A-Analog"], read.Report.Columns);
    }

    [Fact]
    public void A_column_cannot_be_chosen_where_there_is_one()
    {
        Assert.Contains("this form has one (third)", TraceText.Refused("\"1/31/2014\",\"23:50\",3\n\"2/1/2014\",\"0:00\",4\n", new TraceReadOptions { Column = "GHI" }).Message, StringComparison.Ordinal);
        Assert.Contains("this form has one (voltage)", TraceText.Refused("1\n2\n", new TraceReadOptions { Column = "power" }).Message, StringComparison.Ordinal);
        Assert.Equal([1.0, 2], TraceText.Read("1\n2\n", new TraceReadOptions { Column = "voltage" }).Trace.Values);
    }

    [Fact]
    public void The_curve_through_four_points_passes_through_them()
    {
        // i = 1 mA - 1 nA (exp(10 v) - 1): voc = ln(1e6 + 1) / 10.
        double voc = Math.Log(1e6 + 1) / 10;
        double vmpp = 0.001;
        for (double v = vmpp; v < voc; v += 1e-4)
        {
            vmpp = Power(v) > Power(vmpp) ? v : vmpp;
        }

        TraceReadResult read = TraceText.Read(FormattableString.Invariant($"time_s,isc_A,voc_V,vmpp_V,pmpp_W\n0,0.001,{voc},{vmpp},{Power(vmpp)}\n1,0.001,{voc},{vmpp},{Power(vmpp)}\n"));

        Assert.Equal(TraceQuantity.SingleDiode, read.Trace.Quantity);
        Assert.Equal(1e-3, read.Trace.Values[0]);
        Assert.Equal(1e-9, read.Trace.Values[1], 1e-15);
        Assert.Equal(0.1, read.Trace.Values[4], 1e-9);
        Assert.Equal(Power(vmpp), TraceStatistics.Of(read.Trace).Mean, 1e-10);

        static double Power(double v) => v * (1e-3 - (1e-9 * (Math.Exp(10 * v) - 1)));
    }

    [Fact]
    public void A_pickled_frame_gives_its_numbers_and_runs_nothing()
    {
        TraceReadResult read = TraceText.Read(Pickle(["a", "b", "c", "time"], [[1e-3, 2e-3], [1e-9, 1e-9], [10, 10], [0, 0.02]]));

        Assert.Equal("single-diode data frame", read.Report.Form);
        Assert.Equal([1e-3, 1e-9, 0, 0, 0.1, 2e-3, 1e-9, 0, 0, 0.1], read.Trace.Values);
        Assert.Equal(0.04, read.Trace.DurationSeconds);
    }

    [Fact]
    public void Gzip_is_transparent()
    {
        Assert.Equal([5.0, 6], TraceText.Read(TraceText.Gzip("time_s,power_W\n0,5\n1,6\n"u8.ToArray())).Trace.Values);
    }

    /// <summary>The shape of a pandas pickle: an array of names, and an array of doubles by column.</summary>
    internal static byte[] Pickle(string[] names, double[][] columns)
    {
        List<byte> bytes = [0x80, 4, (byte)'('];
        void Text(string text) => bytes.AddRange([0x8C, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
        void Number(int number)
        {
            bytes.Add((byte)'J');
            byte[] four = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(four, number);
            bytes.AddRange(four);
        }

        void Array(string type, int[] shape, Action data)
        {
            Text("numpy.core.multiarray");
            Text("_reconstruct");
            bytes.AddRange([0x93, (byte)')', (byte)'R', (byte)'(']);
            Number(1);
            bytes.Add((byte)'(');
            shape.ToList().ForEach(Number);
            bytes.Add((byte)'t');
            Text("numpy");
            Text("dtype");
            bytes.Add(0x93);
            Text(type);
            bytes.AddRange([0x85, (byte)'R', 0x89]);
            data();
            bytes.AddRange([(byte)'t', (byte)'b']);
        }

        Array("O8", [names.Length], () =>
        {
            bytes.AddRange([(byte)']', (byte)'(']);
            names.ToList().ForEach(Text);
            bytes.Add((byte)'e');
        });
        Array("f8", [columns.Length, columns[0].Length], () =>
        {
            byte[] data = [.. columns.SelectMany(column => column).SelectMany(BitConverter.GetBytes)];
            bytes.Add((byte)'B');
            bytes.AddRange(BitConverter.GetBytes(data.Length));
            bytes.AddRange(data);
        });
        bytes.AddRange([(byte)'t', (byte)'.']);
        return [.. bytes];
    }
}
