using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>What is repaired, how, and that it is said with its place.</summary>
public class TraceRepairTests
{
    private static TraceFinding The(TraceReadResult read, TraceFindingKind kind) => Assert.Single(read.Report.Findings, finding => finding.Kind == kind);

    [Fact]
    public void A_stamp_too_high_is_put_between_its_neighbours()
    {
        TraceReadResult read = TraceText.Read("time_s,voltage_V\n0,1\n1,2\n1002,3\n3,4\n4,5\n");
        TraceFinding finding = The(read, TraceFindingKind.BackwardStamp);

        Assert.Equal([0, 1, 2, 3, 4], read.Trace.Times);
        Assert.Equal([1, 2, 3, 4, 5], read.Trace.Values);
        Assert.Equal((1, 4, -1000.0), (finding.Count, finding.FirstLine, finding.Total));
        Assert.Null(read.Report[TraceFindingKind.Gap]);
    }

    [Theory]
    [InlineData("0,1\n1,2\n0.5,3\n3,4\n4,5\n")] // too low in the middle
    [InlineData("7,1\n1,2\n2,3\n3,4\n4,5\n")] // the first too high
    [InlineData("0,1\n1,2\n2,3\n3,4\n1,5\n")] // the last too low
    public void A_single_bad_stamp_anywhere_is_repaired(string rows)
    {
        TraceReadResult read = TraceText.Read("time_s,voltage_V\n" + rows);

        Assert.Equal([0, 1, 2, 3, 4], read.Trace.Times);
        Assert.Equal([1, 2, 3, 4, 5], read.Trace.Values);
        Assert.Equal(1, The(read, TraceFindingKind.BackwardStamp).Count);
    }

    [Fact]
    public void A_clock_set_back_is_beyond_repair()
    {
        TraceFormatException error = TraceText.Refused("time_s,voltage_V\n0,1\n10,1\n20,1\n5,1\n6,1\n7,1\n");

        Assert.Equal(5, error.Line);
        Assert.Contains("backwards", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_bad_stamps_are_beyond_repair()
    {
        string rows = string.Concat(Enumerable.Range(0, 100).Select(n => FormattableString.Invariant($"{(n % 5 == 3 ? n - 2.5 : n)},1\n")));

        Assert.Contains("single bad stamps", TraceText.Refused("time_s,voltage_V\n" + rows).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_equal_stamps_the_later_sample_counts()
    {
        TraceReadResult read = TraceText.Read("time_s,power_W\n0,1\n1,2\n1,3\n2,4\n");

        Assert.Equal([0, 1, 2], read.Trace.Times);
        Assert.Equal([1.0, 3, 4], read.Trace.Values);
        Assert.Equal((1, 4), (The(read, TraceFindingKind.DuplicateStamp).Count, The(read, TraceFindingKind.DuplicateStamp).FirstLine));
    }

    [Fact]
    public void A_gap_is_held_or_dark_as_chosen()
    {
        const string Text = "time_s,power_W\n0,1\n1,2\n2,3\n10,4\n11,5\n";
        TraceReadResult held = TraceText.Read(Text);
        TraceReadResult dark = TraceText.Read(Text, new TraceReadOptions { Gaps = TraceGapPolicy.Zero });

        Assert.Equal([0, 1, 2, 10, 11], held.Trace.Times);
        Assert.Equal((1, 5, 7.0), (The(held, TraceFindingKind.Gap).Count, The(held, TraceFindingKind.Gap).FirstLine, The(held, TraceFindingKind.Gap).Total));
        Assert.Equal([0, 1, 2, 3, 10, 11], dark.Trace.Times);
        Assert.Equal([1.0, 2, 3, 0, 4, 5], dark.Trace.Values);
        Assert.Contains("in gaps nothing is harvested", dark.Report.Assumptions);
        Assert.Equal(15, TraceStatistics.Of(dark.Trace).EnergyJoules);
        Assert.Equal(36, TraceStatistics.Of(held.Trace).EnergyJoules);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_held_from_the_sample_before()
    {
        TraceReadResult read = TraceText.Read("time_s,power_W\n0,NaN\n1,2\n2,inf\n3,-Infinity\n4,1e999\n5,\n6,NA\n7,3\n");

        Assert.Equal([0.0, 2, 2, 2, 2, 2, 2, 3], read.Trace.Values);
        Assert.Equal((4, 2), (The(read, TraceFindingKind.NotANumber).Count, The(read, TraceFindingKind.NotANumber).FirstLine));
        Assert.Equal(2, read.Report.Findings.Where(finding => finding.Kind == TraceFindingKind.MissingValue).Sum(finding => finding.Count));
    }

    [Theory]
    [InlineData("power_W", 0)]
    [InlineData("irradiance_W_m2", 0)]
    [InlineData("current_A", 0)]
    [InlineData("voltage_V", -3)]
    public void Only_what_cannot_be_negative_is_set_to_zero(string column, double expected)
    {
        string text = $"time_s,{column}\n0,1\n1,-3\n2,-1\n3,1\n";
        TraceReadResult read = TraceText.Read(text);

        Assert.Equal(expected, read.Trace.Values[1]);
        Assert.Equal(-3, TraceText.Read(text, new TraceReadOptions { Negatives = TraceNegativePolicy.Keep }).Trace.Values[1]);
        if (expected == 0)
        {
            TraceFinding finding = The(read, TraceFindingKind.NegativeValue);
            Assert.Equal((2, 3, -4.0, -3.0), (finding.Count, finding.FirstLine, finding.Total, finding.Extreme));
        }
    }

    [Fact]
    public void Codes_for_missing_values_are_values_elsewhere()
    {
        Assert.Equal(1, The(TraceText.Read("time_s,irradiance_W_m2\n0,5\n1,-9999.9\n2,5\n"), TraceFindingKind.MissingValue).Count);
        Assert.Empty(TraceText.Read("time_s,voltage_V\n0,5\n1,-9999.9\n2,5\n").Report.Findings);
    }

    [Fact]
    public void The_report_says_everything_in_lines_with_places()
    {
        TraceReadResult read = TraceText.Read("\uFEFFtime_s,power_W,voltage_V\n5,1,0\n6,NaN,0\n7,-2,0\n20,3,0\n");

        Assert.Equal(
            [
                "some/file.csv: CSV with units, column power_W (of power_W, voltage_V)",
                "some/file.csv: the byte-order mark at the start was left out",
                "some/file.csv: the first stamp, 5 s, becomes time 0",
                "some/file.csv: in gaps the last sample holds on",
                "some/file.csv:5: 1 gaps; the first: 13 s instead of 1 s",
                "some/file.csv:3: 1 values that are not finite numbers, the value before holds on; the first: 'NaN'",
                "some/file.csv:4: 1 negative values, set to 0; the first: -2",
            ],
            read.Report.Describe());
    }
}
