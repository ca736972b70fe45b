using FreeML.Sim.Benchmarks;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Energy;

/// <summary>Our supply against the measured 1500 uF of the BFree board. The bounds are those that docs/capacitor.md states.</summary>
public sealed class MeasuredCapacitorTests
{
    private static readonly Lazy<IReadOnlyList<CapacitorCase>> Cases = new(() => CapacitorCase.All(
        [.. Directory.GetFiles(Path.Combine(SharedData.Data!, "capvoltage-bfree"), "*.csv").Order(StringComparer.Ordinal).Select(CapacitorRecording.Read)]));

    [DataFact("capvoltage-bfree")]
    public void Fitted_to_a_whole_record_it_turns_on_and_off_within_three_hundredths_of_a_period() =>
        Bound(CapacitorCase.Whole, onSeconds: 0.055, warningSeconds: 0.050, offSeconds: 0.120, offShare: 0.024, volts: 0.031);

    [DataFact("capvoltage-bfree")]
    public void Fitted_to_the_first_half_of_a_record_it_foretells_the_second() =>
        Bound(CapacitorCase.FirstHalf, onSeconds: 0.001, warningSeconds: 0.025, offSeconds: 0.250, offShare: 0.049, volts: 0.064);

    [DataFact("capvoltage-bfree")]
    public void Fitted_to_two_records_it_foretells_the_third() =>
        Bound(CapacitorCase.Others, onSeconds: 0.086, warningSeconds: 0.094, offSeconds: 0.200, offShare: 0.041, volts: 0.074);

    [DataFact("capvoltage-bfree")]
    public void Its_books_balance_while_it_stands_in_for_the_board() =>
        Assert.All(Cases.Value, one => Assert.True(Math.Abs(one.Replay.Book.BalanceErrorJoules) <= 1e-9 * (one.Replay.Book.HarvestedJoules + one.Replay.Book.InitialJoules)));

    [DataFact("capvoltage-bfree")]
    public void The_events_found_in_a_record_are_where_its_rail_comes_and_goes()
    {
        foreach (CapacitorRecording record in Cases.Value.Select(one => one.Record).Distinct())
        {
            Assert.True(Rail(record, record.OnSeconds - 0.010) < 0.6 && Rail(record, record.OnSeconds + 0.010) > 1.9, record.Name);
            Assert.True(Rail(record, record.OffSeconds - 0.003) > 1.5 && Rail(record, record.OffSeconds + 0.003) < 1.1, record.Name);
        }
    }

    [Theory]
    [InlineData("", "no samples")]
    [InlineData("0, 3.6, 0.3, 0, 0, 0, 0, 0, 0, 0, 0\n0.001, 3.6, 0.3, , , , , , , , ", "no turn-on")]
    [InlineData("0, 3.6, 0.3, 0, 0, 0, 0, 0, 0, 0, 0\nx, 3.6, 0.3, , , , , , , 0.5, 1", "'x'")]
    public void A_file_that_is_no_such_record_is_refused_by_name(string rows, string says)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "Time [s],VCap-Analog\n" + rows);
            InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => CapacitorRecording.Read(path));
            Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
            Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Rail(CapacitorRecording record, double time) => record.RailVolts[Enumerable.Range(0, record.Seconds.Count).First(n => record.Seconds[n] >= time)];

    private static void Bound(string numbers, double onSeconds, double warningSeconds, double offSeconds, double offShare, double volts)
    {
        CapacitorCase[] cases = [.. Cases.Value.Where(one => one.Numbers == numbers)];
        Assert.Equal(3, cases.Length);
        Assert.All(cases, one =>
        {
            CapacitorError error = one.Error;
            Assert.True(Math.Abs(error.OnSeconds) <= onSeconds, $"{one.Record.Name}: {error}");
            Assert.True(Math.Abs(error.WarningSeconds) <= warningSeconds, $"{one.Record.Name}: {error}");
            Assert.True(Math.Abs(error.OffSeconds) <= offSeconds, $"{one.Record.Name}: {error}");
            Assert.True(Math.Abs(error.OffSeconds) <= offShare * error.PeriodSeconds, $"{one.Record.Name}: {error}");
            Assert.True(Math.Max(error.FirstRmsVolts, error.SecondRmsVolts) <= volts, $"{one.Record.Name}: {error}");
        });
    }
}
