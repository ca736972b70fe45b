using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FsCheck.Fluent;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class FrontEndTests
{
    private static BoostFrontEnd Charger(double efficiency) => new(new BoostChargerOptions
    {
        Efficiency = EfficiencyTable.Constant(efficiency),
        ColdStartEfficiency = 0.05,
        ColdStartVolts = 0.6,
        ColdStartWatts = 15e-6,
        MainConverterVolts = 1.8,
        MinimumInputVolts = 0.13,
        NominalInputVolts = 1,
    });

    [Fact]
    public void A_boost_charger_crawls_up_by_its_cold_start_and_then_runs()
    {
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)), FrontEnd = Charger(0.8), Buffer = Ideal(100e-6) });

        CrossingResult cold = supply.AdvanceUntil(0, 1.8, null, 100);
        CrossingResult warm = supply.AdvanceUntil(0, 3, null, 100);

        Within(1e-6, 0.5 * 100e-6 * 3.24 / 0.05e-3, cold.Seconds);
        Within(1e-6, 0.5 * 100e-6 * (9 - 3.24) / 0.8e-3, warm.Seconds);
        Balanced(supply);
    }

    [Fact]
    public void Below_its_cold_start_conditions_an_empty_charger_takes_nothing_but_a_running_one_goes_on()
    {
        SupplyOptions options = new() { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 10e-6)), FrontEnd = Charger(0.5), Buffer = Ideal(100e-6) };
        Supply empty = new(options);
        Supply running = new(options with { InitialVolts = 2 });
        empty.Advance(100, 0);
        running.Advance(10, 0);

        Assert.Equal(0, empty.BufferVolts);
        Assert.Equal(0, empty.Book.HarvestedJoules);
        Within(1e-6, Math.Sqrt(4 + (2 * 50e-6 / 100e-6)), running.BufferVolts);
    }

    [Fact]
    public void A_boost_charger_holds_a_resistive_source_at_its_fraction_of_the_open_circuit()
    {
        Supply supply = new(new SupplyOptions
        {
            Harvester = new ResistiveHarvester(Constant(TraceQuantity.Voltage, 2), 1000),
            FrontEnd = Charger(1),
            Buffer = Ideal(1e-3),
            InitialVolts = 2,
        });

        supply.Advance(1, 0);

        Within(1e-9, 1.6 * 0.4e-3, supply.Book.HarvestedJoules);
    }

    [Fact]
    public void A_source_of_power_behind_a_diode_gives_the_voltages_share()
    {
        // dE/dt = P v / (v + d): t = C/P (v²/2 + d v) from 0.
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)), FrontEnd = new DirectFrontEnd(0.3), Buffer = Ideal(100e-6) });
        CrossingResult result = supply.AdvanceUntil(0, 3, null, 10);
        Within(2e-3, 100e-6 / 1e-3 * (4.5 + 0.9), result.Seconds);
    }

    [Fact]
    public void Voltages_measured_across_a_load_become_the_source_that_shows_them_there()
    {
        ResistiveHarvester harvester = ResistiveHarvester.MeasuredAcross(Constant(TraceQuantity.Voltage, 2.4), 30_000, 5000);
        SourceCurve curve = new();
        harvester.Describe(0, curve);
        Within(1e-12, 2.4 / 30_000, curve.AmperesAt(2.4));
    }

    [Fact]
    public void The_photovoltaic_polyline_follows_the_single_diode_equation()
    {
        SingleDiode cell = new(1e-3, 1e-9, 100, 50_000, 0.15);
        SourceCurve curve = new();
        cell.Trace(curve);

        double best = 0;
        for (double junction = 0.1; junction < cell.OpenCircuitVolts(); junction += 0.001)
        {
            double amperes = cell.AmpsAtJunction(junction);
            double volts = junction - (amperes * 100);
            Assert.True(Math.Abs(curve.AmperesAt(volts) - amperes) < 2e-6, $"{volts} V");
            best = Math.Max(best, volts * amperes);
        }

        double at = curve.MaximumPowerVolts();
        Within(3e-3, best, at * curve.AmperesAt(at));
        Assert.True(Math.Abs(cell.AmpsAtJunction(cell.OpenCircuitVolts())) < 1e-12);
    }

    [Fact]
    public void A_cell_in_the_dark_gives_nothing_even_where_the_instrument_says_less_than_nothing()
    {
        SourceCurve curve = new();
        Presets.Cell("AM1417").Under(-3.2).Trace(curve);
        Assert.Equal(0, curve.OpenCircuitVolts);
        Assert.Equal(0, curve.Watts);
    }

    [Fact]
    public void Efficiency_is_interpolated_over_the_logarithm_and_held_at_the_edges()
    {
        EfficiencyTable table = new([1e-5, 1e-3], [1, 3], [0.2, 0.4, 0.6, 0.8]);
        Within(1e-12, 0.2, table.At(1e-9, 0));
        Within(1e-12, 0.8, table.At(1, 5));
        Within(1e-9, 0.5, table.At(1e-4, 2));
        Assert.Throws<ArgumentException>(() => new EfficiencyTable([1, 1], [1], [0.1, 0.2]));
        Assert.Throws<ArgumentException>(() => new EfficiencyTable([1], [1], [1.2]));
    }

    [Fact]
    public void A_switching_output_never_takes_more_than_it_says_at_most() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            OutputStage output = Output(random.Next(OutputKinds));
            double low = 1.2 + random.NextDouble();
            double high = low + (2 * random.NextDouble());
            double most = Math.Pow(10, -6 + (4 * random.NextDouble()));
            double volts = low + ((high - low) * random.NextDouble());
            Law drawn = output.At(volts, most * random.NextDouble(), upper: true).Drawn;
            Assert.True(drawn.At(volts) / volts <= output.MostAmps(low, high, most) * (1 + 1e-12));
        }));

    [Fact]
    public void A_supervisor_has_hysteresis_and_a_warning_level()
    {
        Supervisor supervisor = new(3.3, 1.8, 2.2);
        bool on = false;
        List<bool> seen = [];
        foreach (double volts in new[] { 3.0, 3.3, 2.0, 1.8, 1.79, 3.2, 3.4 })
        {
            seen.Add(on = supervisor.Next(on, volts));
        }

        Assert.Equal([false, true, true, true, false, false, true], seen);
        Assert.True(supervisor.Warns(2.1));
        Assert.False(supervisor.Warns(2.2));

        SupervisorChain chain = new([supervisor, new Supervisor(1.88, 1.80)]);
        Assert.False(chain.See(2.5));
        Assert.True(chain.See(3.3));
        Assert.True(chain.See(1.85));
        Assert.False(chain.See(1.79));
        Assert.Equal(3.3, chain.TurnOnVolts);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Supervisor(2, 3));
    }
}
