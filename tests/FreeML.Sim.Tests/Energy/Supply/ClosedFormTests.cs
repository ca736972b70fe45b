using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class ClosedFormTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_capacitor_charges_through_a_resistance_as_the_exponential_says(int slices)
    {
        const double ohms = 30_000;
        Supply supply = new(new SupplyOptions
        {
            Harvester = new ResistiveHarvester(Constant(TraceQuantity.Voltage, 4), ohms),
            Buffer = Ideal(47e-6),
        });

        Advance(supply, 2.5, slices);

        Within(1e-6, 4 * (1 - Math.Exp(-2.5 / (ohms * 47e-6))), supply.BufferVolts);
        Balanced(supply);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_constant_power_charges_as_the_square_root_of_time(int slices)
    {
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)), Buffer = Ideal(100e-6) });

        Advance(supply, 0.4, slices);

        Within(1e-6, Math.Sqrt(2 * 0.4e-3 / 100e-6), supply.BufferVolts);
        Within(1e-12, 0.4e-3, supply.Book.HarvestedJoules);
        Balanced(supply);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void A_constant_current_discharges_in_a_straight_line(int slices)
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(100e-6), InitialVolts = 3.3 });

        Advance(supply, 0.1, slices, loadAmps: 1e-3);

        Within(1e-9, 2.3, supply.BufferVolts);
        Within(1e-9, 0.5 * 100e-6 * ((3.3 * 3.3) - (2.3 * 2.3)), supply.Book.ConsumedJoules);
        Balanced(supply);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void Leakage_through_a_resistance_is_an_exponential(int slices)
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(100e-6) with { LeakageOhms = 1e6 }, InitialVolts = 3 });

        Advance(supply, 300, slices);

        Within(1e-6, 3 * Math.Exp(-3), supply.BufferVolts);
        Within(1e-6, 0.5 * 100e-6 * 9 * (1 - Math.Exp(-6)), supply.Book.LeakedJoules);
    }

    [Fact]
    public void A_source_behind_a_diode_stops_a_drop_below_its_voltage_and_the_drop_is_lost()
    {
        Supply supply = new(new SupplyOptions
        {
            Harvester = new ResistiveHarvester(Constant(TraceQuantity.Voltage, 3), 1000),
            FrontEnd = new DirectFrontEnd(0.3),
            Buffer = Ideal(10e-6),
        });

        supply.Advance(0.01, 0);
        double expected = 2.7 * (1 - Math.Exp(-1));
        Within(1e-6, expected, supply.BufferVolts);
        Within(1e-6, 0.3 * 10e-6 * expected, supply.Book.ConverterLossJoules);

        supply.Advance(1, 0);
        Within(1e-6, 2.7, supply.BufferVolts);
        Balanced(supply);

        // Above it the diode lets nothing back.
        Supply full = new(supply.Options with { InitialVolts = 4 });
        full.Advance(10, 0);
        Assert.Equal(4, full.BufferVolts);
        Assert.Equal(0, full.Book.HarvestedJoules);
    }

    [Fact]
    public void Power_against_a_leaking_capacitor_agrees_with_the_exponential_of_the_energy()
    {
        // dE/dt = P - 2 E / (R C).
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-4)), Buffer = Ideal(100e-6) with { LeakageOhms = 50_000 } });

        supply.Advance(4, 0);

        double joules = 1e-4 * 2.5 * (1 - Math.Exp(-4 / 2.5));
        Within(1e-6, Math.Sqrt(2 * joules / 100e-6), supply.BufferVolts);
        Balanced(supply);
    }

    [Fact]
    public void Power_against_a_constant_current_meets_the_time_that_its_integral_gives()
    {
        // t = C ∫ v dv / (P - I v) = C/I² (-I (v1 - v0) - P ln((P - I v1) / (P - I v0)))
        const double watts = 2e-3;
        const double amps = 3e-4;
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, watts)), Buffer = Ideal(220e-6), InitialVolts = 1.8 });

        CrossingResult result = supply.AdvanceUntil(amps, 3.3, null, 100);

        Assert.Equal(Crossing.Rising, result.Reason);
        Assert.Equal(3.3, supply.BufferVolts);
        Within(1e-6, 220e-6 / (amps * amps) * ((-amps * 1.5) - (watts * Math.Log((watts - (amps * 3.3)) / (watts - (amps * 1.8))))), result.Seconds);
        Balanced(supply);
    }

    [Fact]
    public void A_series_resistance_heats_by_current_squared()
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(1e-3) with { EsrOhms = 20 }, InitialVolts = 3 });

        supply.Advance(0.1, 1e-3);

        Within(1e-9, 2, supply.BufferVolts);
        Within(1e-9, 20 * 1e-4 * 0.1, supply.Book.EsrLossJoules);
        Within(1e-9, 1.8, supply.OutputVolts);
        Balanced(supply);
    }

    [Fact]
    public void A_charge_through_two_resistances_has_the_time_constant_of_both()
    {
        Supply supply = new(new SupplyOptions
        {
            Harvester = new ResistiveHarvester(Constant(TraceQuantity.Voltage, 3), 1000),
            Buffer = Ideal(100e-6) with { EsrOhms = 500 },
        });

        supply.Advance(0.2, 0);

        double share = Math.Exp(-0.2 / 0.15);
        Within(1e-6, 3 * (1 - share), supply.BufferVolts);
        Within(1e-6, 500 * 4e-6 * (0.15 / 2) * (1 - (share * share)), supply.Book.EsrLossJoules);
        Balanced(supply);
    }

    [Fact]
    public void A_derated_capacitor_stores_the_integral_of_its_capacitance()
    {
        // C(v) = C0 (1 - v / 10), E = C0 (v²/2 - v³/30)
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)),
            Buffer = Ideal(100e-6) with { Derating = [(0, 1), (5, 0.5)] },
        });

        CrossingResult result = supply.AdvanceUntil(0, 3, null, 10);

        Within(1e-4, 100e-6 * (4.5 - (27.0 / 30)) / 1e-3, result.Seconds);
        Balanced(supply);
    }

    [Fact]
    public void A_slow_branch_shares_charge_with_the_terminals_in_the_end()
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(10e-3) with { SlowFarads = 2e-3, SlowOhms = 1000 }, InitialVolts = 3 });
        supply.AdvanceUntil(10e-3, null, 2, 100);
        supply.Advance(2, 0);
        double during = supply.BufferVolts;
        supply.Advance(1000, 0);

        Assert.True(during > 2 && supply.BufferVolts > during, "charge comes back from the slow branch");
        Assert.True(supply.BufferVolts < (2 * 10.0 / 12) + (3 * 2.0 / 12) + 1e-6);
        Balanced(supply);
    }

    [Fact]
    public void A_linear_regulator_draws_the_loads_current_and_a_buck_its_power()
    {
        Supply linear = new(new SupplyOptions { Buffer = Ideal(100e-6), Output = new LinearOutput(2, 0.1, 1e-6), InitialVolts = 3.3 });
        linear.Advance(0.1, 0.1 * 499e-6);
        Within(1e-9, 3.3 - 0.5, linear.BufferVolts);
        Within(1e-9, 2 * 499e-7, linear.Book.ConsumedJoules);
        Assert.Equal(2, linear.OutputVolts);
        Balanced(linear);

        Supply buck = new(new SupplyOptions
        {
            Buffer = Ideal(100e-6),
            Output = new SwitchingOutput(new SwitchingOutputOptions { OutputVolts = 2, DropoutVolts = 0.1, Efficiency = EfficiencyTable.Constant(0.8) }),
            InitialVolts = 3.3,
        });
        buck.Advance(0.1, 0.1 * 800e-6);
        Within(1e-6, Math.Sqrt((3.3 * 3.3) - (2 * 0.1 * 800e-6 * 2 / 0.8 / 100e-6)), buck.BufferVolts);
        Within(1e-9, 2 * 800e-7, buck.Book.ConsumedJoules);
        Balanced(buck);
    }

    [Fact]
    public void Harvest_above_the_limit_is_thrown_away()
    {
        Supply supply = new(new SupplyOptions { Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)), Buffer = Ideal(100e-6) with { LimitVolts = 3 } });

        supply.Advance(10, 0);

        Assert.Equal(3, supply.BufferVolts);
        Within(1e-9, 10e-3 - 450e-6, supply.Book.ClippedJoules);
        Balanced(supply);
    }

    private static void Advance(Supply supply, double seconds, int slices, double loadAmps = 0)
    {
        for (int n = 0; n < slices; n++)
        {
            supply.Advance(seconds / slices, loadAmps * seconds / slices);
        }
    }
}
