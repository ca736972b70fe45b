using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Energy.Traces;

public class GeneratorTests
{
    public static TheoryData<string> Names => [.. ShippedTraces.All.Select(trace => trace.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_file_is_what_its_model_makes_to_the_byte(string name)
    {
        ShippedTrace shipped = ShippedTraces.Find(name)!;
        string path = Path.Combine(RepositoryRoot.Path, "traces", shipped.FileName);

        Assert.Equal(shipped.ToText(), File.ReadAllText(path));
        Assert.True(new FileInfo(path).Length < 400_000);
    }

    [Fact]
    public void Every_file_in_the_folder_is_a_shipped_trace_and_has_a_row_in_the_README()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "traces");
        string readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(
            ShippedTraces.All.Select(trace => trace.FileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(folder, "*.csv").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(ShippedTraces.All, trace => Assert.Contains($"| `{trace.Name}` |", readme, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_file_reads_without_a_finding(string name)
    {
        ShippedTrace shipped = ShippedTraces.Find(name)!;
        TraceReadResult read = TraceReader.ReadFile(Path.Combine(RepositoryRoot.Path, "traces", shipped.FileName));

        Assert.Empty(read.Report.Findings);
        Assert.Empty(read.Report.Assumptions);
        Assert.Equal(name, read.Trace.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_seed_makes_another_trace_and_the_same_seed_the_same(string name)
    {
        ShippedTrace shipped = ShippedTraces.Find(name)!;
        string text = TraceWriter.ToText(shipped.Generate(99));

        Assert.Equal(text, TraceWriter.ToText(shipped.Generate(99)));
        Assert.NotEqual(text, shipped.ToText());
    }

    [Fact]
    public void The_random_numbers_are_those_of_the_published_algorithm()
    {
        // First outputs for seed 1234567, as the algorithm's public reference implementations print them.
        SplitMix64 random = new(1234567);

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], Enumerable.Range(0, 5).Select(_ => random.NextUInt64()).ToArray());
    }

    [Fact]
    public void Normal_and_exponential_numbers_have_their_moments()
    {
        SplitMix64 random = new(5);
        double[] normal = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextNormal())];
        double[] exponential = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextExponential(3))];

        Assert.Equal(0, normal.Average(), 0.01);
        Assert.Equal(1, normal.Average(x => x * x), 0.02);
        Assert.Equal(3, normal.Average(x => x * x * x * x), 0.1);
        Assert.Equal(3, exponential.Average(), 0.03);
        Assert.Equal(18, exponential.Average(x => x * x), 0.6);
        Assert.All(exponential, x => Assert.True(x >= 0));
    }

    [Theory]
    [InlineData(0, 81, 0, 0)] // equator, equinox: the sun rises at 6
    [InlineData(90, 172, 0, 376.7)] // pole, midsummer: cos z = sin 23.45°, all day
    [InlineData(-80, 172, 12, 0)] // polar night
    public void The_clear_sky_is_that_of_its_formula(double latitude, int day, double hour, double expected)
    {
        Assert.Equal(expected, OutdoorSolar.ClearSky(latitude, day, hour * 3600), 1.0);
    }

    [Fact]
    public void At_the_zenith_the_clear_sky_is_1098_exp_minus_0_059()
    {
        // Day 81 has no declination: sin(360° x 365 / 365) = 0.
        Assert.Equal(1098 * Math.Exp(-0.059), OutdoorSolar.ClearSky(0, 81, 12 * 3600), 1e-9);
    }

    [Fact]
    public void Clouds_take_light_and_their_absence_leaves_the_clear_sky()
    {
        OutdoorSolar model = new() { StepSeconds = 60 };
        Trace clear = (model with { MeanCloudySeconds = 0 }).Generate("clear");
        Trace cloudy = model.Generate("cloudy");

        for (int n = 0; n < clear.Times.Count; n++)
        {
            Assert.Equal(OutdoorSolar.ClearSky(47, 105, (n + 0.5) * 60), clear.Values[n], 0.0051);
        }

        Assert.True(TraceStatistics.Of(cloudy).Mean < 0.9 * TraceStatistics.Of(clear).Mean);
        Assert.All(cloudy.Values.Zip(clear.Values), pair => Assert.True(pair.First <= (1.05 * pair.Second) + 0.01));
    }

    [Fact]
    public void A_second_day_has_its_own_declination()
    {
        Trace days = new OutdoorSolar { MeanCloudySeconds = 0, StepSeconds = 3600, DurationSeconds = 2 * 86400 }.Generate("two days");

        Assert.Equal(OutdoorSolar.ClearSky(47, 106, 12.5 * 3600), days.Values[36], 0.0051);
        Assert.NotEqual(days.Values[12], days.Values[36]);
    }

    [Fact]
    public void The_office_is_dark_at_night_and_lit_when_someone_is_there()
    {
        Trace office = new IndoorLight { DaylightFactor = 0 }.Generate("office");
        double[] night = [.. office.Values.Take(8 * 120)];
        double lamps = new IndoorLight().CellWatts(400.0 / 300);

        Assert.All(night, watts => Assert.Equal(0, watts));
        Assert.Contains(office.Values, watts => watts > 0.8 * lamps);
        Assert.All(office.Values.Skip((int)(18.7 * 120)), watts => Assert.Equal(0, watts));
    }

    [Fact]
    public void A_cell_has_its_nominal_efficiency_at_200_lux()
    {
        Assert.Equal(200.0 / 300 * 10e-4 * 0.1, new IndoorLight().CellWatts(200.0 / 300), 1e-15);
        Assert.Equal(0, new IndoorLight().CellWatts(1e-12));
    }

    [Fact]
    public void Fading_leaves_the_mean_power_of_free_space()
    {
        // A rectifier would bend the mean, so compare received power: a reader that stands at 1 m with little direct path.
        RfMovingReader still = new() { NearestMetres = 2, FarthestMetres = 2, Duty = 1, RicianK = 1000, DurationSeconds = 10 };
        double loss = 299_792_458 / 915e6 / (4 * Math.PI * 2);
        double friis = RfMovingReader.RectifiedWatts(4 * 1.6 * loss * loss);

        Assert.Equal(friis, TraceStatistics.Of(still.Generate("still")).Mean, 0.1 * friis);
    }

    [Fact]
    public void Less_of_a_direct_path_fades_deeper()
    {
        RfMovingReader model = new() { NearestMetres = 2, FarthestMetres = 2.5, Duty = 1, DurationSeconds = 60 };

        Assert.True(TraceStatistics.Of((model with { RicianK = 0 }).Generate("Rayleigh")).CoefficientOfVariation > 1.5 * TraceStatistics.Of((model with { RicianK = 10 }).Generate("Rician")).CoefficientOfVariation);
    }

    [Fact]
    public void The_reader_transmits_for_its_share_of_the_time()
    {
        RfMovingReader model = new() { NearestMetres = 1, FarthestMetres = 1.1, RicianK = 1000, Duty = 0.3, DurationSeconds = 50 };

        Assert.Equal(0.3, TraceStatistics.Of(model.Generate("duty")).Duty, 1e-9);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50e-6, 0)]
    [InlineData(1e-3, 0.5e-3)]
    [InlineData(1, 0.015)]
    public void The_rectifier_follows_its_table(double input, double output) =>
        Assert.Equal(output, RfMovingReader.RectifiedWatts(input), 1e-12);

    [Fact]
    public void A_burst_has_a_quarter_of_peak_power_times_ring_down_time()
    {
        KineticWalk oneStep = new() { StepPeriodSeconds = 1000, Jitter = 0, StrengthSpread = 0, MeanWalkSeconds = 1e-3, MeanRestSeconds = 1e6, DurationSeconds = 5, StepSeconds = 1e-3 };

        Assert.Equal(3e-3 * 0.12 / 4, TraceStatistics.Of(oneStep.Generate("one step")).EnergyJoules!.Value, 0.02 * 3e-3 * 0.12 / 4);
    }

    [Fact]
    public void Walkers_rest()
    {
        TraceStatistics walk = TraceStatistics.Of(ShippedTraces.Find("kinetic-walk")!.Generate(4), dutyThreshold: 1e-6);

        Assert.InRange(walk.Duty, 0.3, 0.9);
    }

    [Fact]
    public void Parameters_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new OutdoorSolar { LatitudeDegrees = 91 }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new OutdoorSolar { StepSeconds = 0 }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new OutdoorSolar { StepSeconds = 1e-9 }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new OutdoorSolar { MeanClearSeconds = 0 }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new OutdoorSolar { DurationSeconds = double.NaN }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new IndoorLight { MeanAwaySeconds = double.NaN }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new RfMovingReader { NearestMetres = 0 }.Generate("x"));
        Assert.Throws<ArgumentException>(() => new KineticWalk { Jitter = 0.5 }.Generate("x"));
    }
}
