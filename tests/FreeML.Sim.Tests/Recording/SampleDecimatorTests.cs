using FreeML.Sim.Recording;
using FsCheck;
using FsCheck.Fluent;

namespace FreeML.Sim.Tests.Recording;

public class SampleDecimatorTests
{
    private static SupplySample At(double seconds, double volts, double harvestedWatts = 0, double loadWatts = 0) => new(seconds, volts, volts / 2, harvestedWatts, loadWatts, volts > 2);

    private static SampleDecimator Filled(int rowLimit, IEnumerable<SupplySample> samples)
    {
        SampleDecimator decimator = new(rowLimit);
        foreach (SupplySample sample in samples)
        {
            decimator.Add(sample);
            Assert.InRange(decimator.RowCount, 1, rowLimit);
        }

        return decimator;
    }

    /// <summary>Slices of very different lengths, some of none at all, and voltages without any order.</summary>
    private static SupplySample[] RandomSamples(int seed, int count)
    {
        Random random = new(seed);
        double seconds = 0;
        return [.. Enumerable.Range(0, count).Select(_ => At(
            seconds += random.Next(10) == 0 ? 0 : Math.Pow(10, (random.NextDouble() * 8) - 6), random.NextDouble() * 3.6, random.NextDouble() * 1e-3, random.NextDouble() * 1e-2))];
    }

    [Fact]
    public void A_run_with_fewer_samples_than_rows_is_kept_bit_for_bit()
    {
        SupplySample[] samples = [.. Enumerable.Range(0, 1000).Select(n => At(n * 0.1, Math.Sin(n), 1e-3 / (n + 1), 2e-3 / (n + 1)))];
        Assert.Equal(samples, Filled(1000, samples).Rows);
    }

    [Fact]
    public void Rows_are_samples_in_order_and_never_more_than_allowed() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(4, 300).ToArbitrary(), (seed, limit) =>
        {
            SupplySample[] samples = RandomSamples(seed, 5000);
            SupplySample[] rows = [.. Filled(limit, samples).Rows];
            HashSet<(double, double, double)> given = [.. samples.Select(s => (s.TimeSeconds, s.BufferVolts, s.OutputVolts))];
            Assert.All(rows, row => Assert.Contains((row.TimeSeconds, row.BufferVolts, row.OutputVolts), given));
            Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(pair.Second.TimeSeconds >= pair.First.TimeSeconds));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_the_last_the_lowest_and_the_highest_sample_survive() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(4, 300).ToArbitrary(), (seed, limit) =>
        {
            SupplySample[] samples = RandomSamples(seed, 5000);
            SupplySample[] rows = [.. Filled(limit, samples).Rows];
            Assert.Equal(samples[0].BufferVolts, rows[0].BufferVolts);
            Assert.Equal((samples[^1].TimeSeconds, samples[^1].BufferVolts), (rows[^1].TimeSeconds, rows[^1].BufferVolts));
            Assert.Equal(samples.Min(s => s.BufferVolts), rows.Min(s => s.BufferVolts));
            Assert.Equal(samples.Max(s => s.BufferVolts), rows.Max(s => s.BufferVolts));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_energy_of_the_rows_is_the_energy_of_the_run() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(4, 300).ToArbitrary(), (seed, limit) =>
        {
            SupplySample[] samples = RandomSamples(seed, 5000);
            SampleDecimator decimator = Filled(limit, samples);
            AssertClose(Energy(samples, s => s.HarvestedWatts), Energy(decimator.Rows, s => s.HarvestedWatts));
            AssertClose(Energy(samples, s => s.LoadWatts), Energy(decimator.Rows, s => s.LoadWatts));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_short_dip_is_seen_at_the_resolution_that_is_left()
    {
        // A supply at 3 V that drops to a different voltage for one microsecond each second.
        const int Dips = 50;
        IEnumerable<SupplySample> samples = Enumerable.Range(0, Dips).SelectMany(dip =>
            Enumerable.Range(0, 1000).Select(n => At(dip + (n * 1e-3), 3)).Append(At(dip + 0.9995, 2 - (dip * 0.01))));
        HashSet<double> volts = [.. Filled(400, samples).Rows.Select(row => row.BufferVolts)];
        Assert.All(Enumerable.Range(0, Dips), dip => Assert.Contains(2 - (dip * 0.01), volts));
    }

    [Fact]
    public void A_million_samples_of_the_same_instant_are_four_rows()
    {
        SampleDecimator decimator = new(100);
        for (int n = 0; n < 1_000_000; n++)
        {
            decimator.Add(At(5, n % 1000));
        }

        Assert.InRange(decimator.RowCount, 1, 4);
        Assert.Equal(1_000_000, decimator.SampleCount);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(-1, 1)]
    [InlineData(0.5, 1)]
    [InlineData(2, double.NaN)]
    [InlineData(2, double.NegativeInfinity)]
    public void Numbers_that_make_no_sense_are_refused(double seconds, double volts)
    {
        SampleDecimator decimator = Filled(10, [At(1, 1)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => decimator.Add(At(seconds, volts)));
    }

    private static double Energy(IEnumerable<SupplySample> samples, Func<SupplySample, double> watts)
    {
        double joules = 0;
        double before = 0;
        foreach (SupplySample sample in samples)
        {
            joules += watts(sample) * (sample.TimeSeconds - before);
            before = sample.TimeSeconds;
        }

        return joules;
    }

    private static void AssertClose(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-9, 1 + 1e-9);
}
