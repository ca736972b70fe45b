using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>Every reader on the real recordings; the numbers are those their READMEs state.</summary>
public class RecordedTraceTests
{
    private static readonly TraceReadOptions AsRecorded = new() { Negatives = TraceNegativePolicy.Keep };

    private static TraceReadResult Read(string folder, string file, TraceReadOptions? options = null) =>
        TraceReader.ReadFile(Path.Combine(SharedData.Data!, folder, file), options);

    private static int Count(TraceReadResult read, TraceFindingKind kind) => read.Report[kind]?.Count ?? 0;

    [DataTheory("rf-wisp-mementos")]
    [InlineData("1.txt", 25274, 0, 0.029, 1.317, 5.283, 22.7, 153.3, 930.2)]
    [InlineData("2.txt", 39232, 1, 0.156, 2.146, 5.283, 56.3, 189.3, 930.2)]
    [InlineData("3.txt", 39460, 2, 0.179, 1.432, 3.238, 37.7, 92.8, 349.6)]
    [InlineData("4.txt", 26240, 0, 0.022, 1.061, 4.353, 21.3, 77.4, 631.5)]
    [InlineData("5.txt", 31118, 0, 0.036, 1.304, 4.789, 24.7, 93.0, 764.3)]
    [InlineData("6.txt", 51680, 1, 0.075, 1.523, 5.283, 32.3, 131.1, 930.2)]
    [InlineData("7.txt", 34980, 0, 0.015, 1.433, 4.980, 29.6, 110.5, 826.8)]
    [InlineData("8.txt", 46278, 0, 0.069, 1.162, 4.061, 20.1, 77.2, 549.7)]
    public void Mementos_recordings_have_the_stated_figures(string file, int samples, int badStamps, double minimum, double mean, double maximum, double above2V, double meanMicrowatts, double maxMicrowatts)
    {
        TraceReadResult read = Read("rf-wisp-mementos", file);
        TraceStatistics volts = TraceStatistics.Of(read.Trace, dutyThreshold: 2);
        TraceStatistics power = TraceStatistics.Of(Read("rf-wisp-mementos", file, new TraceReadOptions { Column = "power" }).Trace);

        Assert.Equal("Mementos recording", read.Report.Form);
        Assert.Equal(TraceQuantity.Voltage, read.Trace.Quantity);
        Assert.Equal(samples, volts.Samples);
        Assert.Equal(badStamps, Count(read, TraceFindingKind.BackwardStamp));
        Assert.Null(read.Report[TraceFindingKind.Gap]);
        Assert.Equal(samples / 1000.0, volts.DurationSeconds, 1e-9);
        Assert.All(read.Trace.Times.Select((time, n) => time - (n / 1000.0)), error => Assert.Equal(0, error, 1e-9));
        Assert.Equal(minimum, volts.Minimum, 5.1e-4);
        Assert.Equal(mean, volts.Mean, 5.1e-4);
        Assert.Equal(maximum, volts.Maximum, 5.1e-4);
        Assert.Equal(above2V, 100 * volts.Duty, 0.051);
        Assert.Equal(meanMicrowatts, 1e6 * power.Mean, 0.051);
        Assert.Equal(maxMicrowatts, 1e6 * power.Maximum, 0.2);
    }

    [DataFact("rf-wisp-mementos")]
    public void The_bad_stamps_are_named_with_their_lines()
    {
        Assert.Equal(13735, Read("rf-wisp-mementos", "2.txt").Report[TraceFindingKind.BackwardStamp]!.FirstLine);
        Assert.Equal(10145, Read("rf-wisp-mementos", "3.txt").Report[TraceFindingKind.BackwardStamp]!.FirstLine);
        Assert.Equal(6345, Read("rf-wisp-mementos", "6.txt").Report[TraceFindingKind.BackwardStamp]!.FirstLine);
    }

    [DataTheory("iv-surface-siren-synthetic")]
    [InlineData("am1417.csv", 51, 10.2, 3.5, 0.0270, 0.0885, 0.0190, 0.0213, 0.0284, 1e-4)]
    [InlineData("kxob22_12x1l.csv", 51, 10.2, 0.63, 0.0156, 0.0512, 0.00667, 0.00881, 0.01282, 1e-5)]
    [InlineData("kxob22_0x1x8f.csv", 51, 10.2, 4.7, 0.00166, 0.00543, 0.00159, 0.00179, 0.00239, 1e-5)]
    [InlineData("surface.csv", 600, 120, 0.88, 0.449, 17.44, 0.238, 4.75, 9.24, 1e-2)]
    public void Ekho_surfaces_have_the_stated_figures(string file, int curves, double duration, double volts, double lowestIsc, double highestIsc, double minimum, double mean, double maximum, double tolerance)
    {
        TraceReadResult read = Read("iv-surface-siren-synthetic", file);
        TraceStatistics power = TraceStatistics.Of(read.Trace);
        double[] isc = [.. Enumerable.Range(0, curves).Select(n => read.Trace.Values[n * read.Trace.Columns])];

        Assert.Equal("Ekho/SIREN I-V surface", read.Report.Form);
        Assert.Equal(65, read.Trace.Axis.Count);
        Assert.Equal(volts, read.Trace.Axis[^1]);
        Assert.Equal(curves, power.Samples);
        Assert.Equal(duration, power.DurationSeconds, 1e-6);
        Assert.Equal(lowestIsc, isc.Min(), Math.Max(tolerance, 5e-5));
        Assert.Equal(highestIsc, isc.Max(), Math.Max(tolerance, 5e-5));
        Assert.Equal(minimum, power.Minimum, tolerance);
        Assert.Equal(mean, power.Mean, tolerance);
        Assert.Equal(maximum, power.Maximum, tolerance);
    }

    [DataTheory("solar-jogging-ivonne")]
    [InlineData("jogging_10m.iv", "single-diode data frame")]
    [InlineData("jogging_10m.csv.gz", "table of cell points")]
    public void Jogging_has_the_stated_figures_from_either_file(string file, string form)
    {
        TraceReadResult read = Read("solar-jogging-ivonne", file);
        TraceStatistics power = TraceStatistics.Of(read.Trace);

        Assert.Equal(form, read.Report.Form);
        Assert.Equal(TraceQuantity.SingleDiode, read.Trace.Quantity);
        Assert.Equal(30834, power.Samples);
        Assert.Equal(616.68, power.DurationSeconds, 1e-6);
        Assert.Empty(read.Report.Findings);
        Assert.Equal(220e-6, power.Minimum, 0.5e-6);
        Assert.Equal(563e-6, power.Mean, 0.5e-6);
        Assert.Equal(819e-6, power.Maximum, 0.5e-6);
    }

    [DataFact("solar-jogging-ivonne")]
    public void The_curves_through_four_points_are_those_of_the_data_frame()
    {
        Trace frame = Read("solar-jogging-ivonne", "jogging_10m.iv").Trace;
        Trace points = Read("solar-jogging-ivonne", "jogging_10m.csv.gz").Trace;
        for (int n = 0; n < frame.Times.Count; n += 100)
        {
            int at = n * Trace.SingleDiodeColumns;
            Assert.Equal(frame.Values[at], points.Values[at], 1e-6 * frame.Values[at]);
            Assert.Equal(frame.Values[at + 4], points.Values[at + 4], 2e-2 * frame.Values[at + 4]);
        }
    }

    [DataTheory("solar-jogging-ivonne")]
    [InlineData("isc_A", TraceQuantity.Current, 0.277e-3, 0.602e-3, 0.817e-3, 0.51e-6)]
    [InlineData("voc_V", TraceQuantity.Voltage, 1.356, 1.542, 1.618, 5.1e-4)]
    [InlineData("pmpp_W", TraceQuantity.Power, 220e-6, 563e-6, 819e-6, 0.51e-6)]
    public void A_column_of_the_jogging_table_can_be_chosen(string column, TraceQuantity quantity, double minimum, double mean, double maximum, double tolerance)
    {
        Trace trace = Read("solar-jogging-ivonne", "jogging_10m.csv.gz", new TraceReadOptions { Column = column }).Trace;
        TraceStatistics figures = TraceStatistics.Of(trace);

        Assert.Equal(quantity, trace.Quantity);
        Assert.Equal(minimum, figures.Minimum, tolerance);
        Assert.Equal(mean, figures.Mean, tolerance);
        Assert.Equal(maximum, figures.Maximum, tolerance);
    }

    [DataTheory("iv-curves-pv-simba")]
    [InlineData("AM1417_lux300.json", 24, 2.39, 29.0)]
    [InlineData("AM1417_lux10000.json", 28, 2.765938, 608.5)]
    [InlineData("EXL2-1V50_lux20000.json", 13, 1.294434, 5143.2)]
    [InlineData("Gameboy_lux20000.json", 61, 3.094689, 8089.8)]
    [InlineData("KXOB25-02-X8F_lux20000.json", 73, 3.681489, 842.1)]
    public void Measured_curves_have_the_stated_figures(string file, int points, double voc, double microwatts)
    {
        TraceReadResult read = Read("iv-curves-pv-simba", file);

        Assert.Equal("measured I-V curves", read.Report.Form);
        Assert.Equal(points + 1, read.Trace.Axis.Count);
        Assert.Equal(0, read.Trace.Axis[0]);
        Assert.Equal(voc, read.Trace.Axis[^1]);
        Assert.True(read.Trace.Values[0] >= read.Trace.Values[1]);
        Assert.Equal(1, Count(read, TraceFindingKind.Extrapolated));
        Assert.Contains(read.Report.Assumptions, line => line.Contains("negative", StringComparison.Ordinal));
        Assert.Equal(microwatts, 1e6 * TraceStatistics.Of(read.Trace).Mean, 0.06);
    }

    [DataFact("iv-curves-pv-simba")]
    public void Every_measured_curve_is_read()
    {
        string[] files = Directory.GetFiles(Path.Combine(SharedData.Data!, "iv-curves-pv-simba"), "*.json");
        Assert.Equal(26, files.Length);
        Assert.All(files, file => Assert.Equal(TraceQuantity.IvSurface, TraceReader.ReadFile(file).Trace.Quantity));
    }

    [DataTheory("solar-nrel-bms-1min")]
    [InlineData("2023jan.txt", 44640, -8.66, 98.82, 950.1, 15375)]
    [InlineData("2023jun.txt", 43200, -5.22, 248.81, 1429.5, 7238)]
    public void Two_months_of_irradiance_have_the_stated_figures(string file, int samples, double minimum, double mean, double maximum, int atOrBelowZero)
    {
        TraceReadResult raw = Read("solar-nrel-bms-1min", file, AsRecorded);
        TraceReadResult read = Read("solar-nrel-bms-1min", file);
        TraceStatistics figures = TraceStatistics.Of(raw.Trace);

        Assert.Equal("NREL MIDC/BMS table", read.Report.Form);
        Assert.Equal("Global CM3 (cor) [W/m^2]", read.Report.Column);
        Assert.Equal(samples, figures.Samples);
        Assert.Equal(samples * 60.0, figures.DurationSeconds);
        Assert.Equal(minimum, figures.Minimum, 0.0051);
        Assert.Equal(mean, figures.Mean, 0.0051);
        Assert.Equal(maximum, figures.Maximum, 0.051);
        Assert.Equal(atOrBelowZero, raw.Trace.Values.Count(value => value <= 0));
        Assert.Equal(raw.Trace.Values.Count(value => value < 0), Count(read, TraceFindingKind.NegativeValue));
        Assert.Equal(minimum, read.Report[TraceFindingKind.NegativeValue]!.Extreme, 0.0051);
        Assert.Equal(0, TraceStatistics.Of(read.Trace).Minimum);
        Assert.Null(read.Report[TraceFindingKind.Gap]);
    }

    [DataFact("solar-nrel-bms-1min")]
    public void The_thinned_month_holds_through_its_zeros_and_says_so()
    {
        TraceReadResult read = Read("solar-nrel-bms-1min", "2023jun.json");
        TraceStatistics figures = TraceStatistics.Of(read.Trace);

        Assert.Equal(36816, figures.Samples);
        Assert.Equal(2_591_880, figures.DurationSeconds);
        Assert.Equal(1429.5, figures.Maximum, 0.051);
        Assert.Equal((43198 - 36816) * 60.0, read.Report[TraceFindingKind.Gap]!.Total, 1e-6);
        Assert.Equal(TraceStatistics.Of(Read("solar-nrel-bms-1min", "2023jun.txt").Trace).Mean, figures.Mean, 0.1);
    }

    [DataTheory("solar-pvlib-samples")]
    [InlineData("midc_20181014.txt", null, "Global PSP [W/m^2]", 1440, -9.23, 125.19, 885.4)]
    [InlineData("midc_raw_20181018.txt", null, "Global Horiz (platform) [W/m^2]", 1440, -3.09, 228.76, 811.9)]
    [InlineData("surfrad-slv16001.dat", null, "GHI", 1440, -4.4, 140.37, 580.3)]
    [InlineData("SRML-day-EUPO1801.txt", null, "1000", 1440, 0, 30.78, 179)]
    [InlineData("test_psm4_2023_5min.csv", null, "GHI", 288, 0, 43.82, 273)]
    [InlineData("test_psm4_2023_5min.csv", "GHI", "GHI", 288, 0, 43.82, 273)]
    [InlineData("surfrad-slv16001.dat", "GHI", "GHI", 1440, -4.4, 140.37, 580.3)]
    public void A_day_in_each_public_form_has_the_stated_figures(string file, string? column, string chosen, int samples, double minimum, double mean, double maximum)
    {
        TraceReadResult raw = Read("solar-pvlib-samples", file, AsRecorded with { Column = column });
        TraceStatistics figures = TraceStatistics.Of(raw.Trace);

        Assert.Equal(TraceQuantity.Irradiance, raw.Trace.Quantity);
        Assert.Equal(chosen, raw.Report.Column);
        Assert.Equal(samples, figures.Samples);
        Assert.Equal(86400, figures.DurationSeconds);
        Assert.Equal(minimum, figures.Minimum, 0.0051);
        Assert.Equal(mean, figures.Mean, 0.0051);
        Assert.Equal(maximum, figures.Maximum, 0.051);
        Assert.Null(raw.Report[TraceFindingKind.Gap]);
    }

    [DataTheory("solar-pvlib-samples")]
    [InlineData("midc_raw_20181018.txt", "DNI", "Direct Normal [W/m^2]")]
    [InlineData("surfrad-slv16001.dat", "DNI", "DNI")]
    [InlineData("SRML-day-EUPO1801.txt", "DNI", "2010")]
    [InlineData("test_psm4_2023_5min.csv", "dni", "DNI")]
    public void The_direct_beam_can_be_chosen_in_every_form_that_has_it(string file, string column, string chosen)
    {
        TraceReadResult read = Read("solar-pvlib-samples", file, new TraceReadOptions { Column = column });

        Assert.Equal(chosen, read.Report.Column);
        Assert.NotEqual(TraceStatistics.Of(Read("solar-pvlib-samples", file).Trace).Mean, TraceStatistics.Of(read.Trace).Mean);
    }

    [DataFact("solar-senseh-bangkok")]
    public void Bangkok_has_the_stated_figures()
    {
        TraceReadResult read = Read("solar-senseh-bangkok", "1.txt");
        TraceStatistics figures = TraceStatistics.Of(read.Trace);

        Assert.Equal("dated rows", read.Report.Form);
        Assert.Equal(4405, figures.Samples);
        Assert.Equal(0, figures.Minimum);
        Assert.Equal(201.0, figures.Mean, 0.051);
        Assert.Equal(847, figures.Maximum);
        Assert.Empty(read.Report.Findings);
        Assert.Contains(read.Report.Assumptions, line => line.Contains("W/m2", StringComparison.Ordinal));
    }

    [DataTheory("solar-senseh-bangkok")]
    [InlineData("Panasonic-AM1816.lut")]
    [InlineData("Multiharvester.lut")]
    [InlineData("LICENSE.upstream.txt")]
    [InlineData("README.md")]
    public void What_is_no_trace_ends_in_one_line(string file)
    {
        TraceFormatException error = Assert.Throws<TraceFormatException>(() => Read("solar-senseh-bangkok", file));
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [DataTheory("capvoltage-bfree")]
    [InlineData("3klux-1500uF-1-cp-fixed.csv", 4013, 2.817, 3.341, 3.946)]
    [InlineData("3klux-1500uF-1-cp-normal-100_100.csv", 4006, 2.827, 3.353, 3.957)]
    [InlineData("3klux-1500uF-1-cp-trigger-0_200.csv", 4000, 2.827, 3.366, 3.957)]
    public void A_running_board_has_the_stated_capacitor_voltage(string file, int rows, double minimum, double mean, double maximum)
    {
        TraceReadResult read = Read("capvoltage-bfree", file);
        TraceStatistics figures = TraceStatistics.Of(read.Trace);

        Assert.Equal("logic analyser table", read.Report.Form);
        Assert.Equal("VCap-Analog", read.Report.Column);
        Assert.Equal(rows, figures.Samples);
        Assert.Equal(rows / 1000.0, figures.DurationSeconds, 1e-6);
        Assert.Equal(minimum, figures.Minimum, 5.1e-4);
        Assert.Equal(mean, figures.Mean, 5.1e-4);
        Assert.Equal(maximum, figures.Maximum, 5.1e-4);
    }
}
