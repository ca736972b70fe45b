using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Storage;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class BankTests
{
    [Fact]
    public void Two_capacitors_that_are_joined_keep_their_charge_and_lose_energy()
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(300e-6), Banks = new BankArray([new Bank(1, 100e-6)], Isolated: false), InitialVolts = 3 });

        supply.SetBank(0, BankMode.Parallel);

        Within(1e-12, 3 * 0.75, supply.BufferVolts);
        Within(1e-12, 0.5 * 75e-6 * 9, supply.Book.SwitchingLossJoules);
        Balanced(supply);
    }

    [Fact]
    public void From_parallel_to_series_a_bank_boosts_its_voltage_and_gives_its_charge_back()
    {
        // The closed form of REACT: N capacitors at V_low become one of C/N at N V_low and meet the last level at V_low.
        const double farads = 220e-6;
        Supply supply = new(new SupplyOptions
        {
            Buffer = Ideal(770e-6),
            Banks = new BankArray([new Bank(3, farads)], Isolated: false),
            InitialVolts = 2 * (770e-6 + (3 * farads)) / 770e-6,
        });
        supply.SetBank(0, BankMode.Parallel);
        Within(1e-12, 2, supply.BufferVolts);
        double before = supply.Book.SwitchingLossJoules;

        supply.SetBank(0, BankMode.Series);

        double expected = ((3 * 2 * (farads / 3)) + (2 * 770e-6)) / ((farads / 3) + 770e-6);
        Within(1e-6, expected, supply.BufferVolts);
        double together = (farads / 3) * 770e-6 / ((farads / 3) + 770e-6);
        Within(1e-6, 0.5 * together * 16, supply.Book.SwitchingLossJoules - before);
        Balanced(supply);
    }

    [Fact]
    public void An_isolated_bank_fills_from_the_harvest_while_the_last_level_feeds_the_load_and_then_they_are_one()
    {
        SupplyOptions options = new()
        {
            Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 1e-3)),
            Buffer = Ideal(770e-6),
            Banks = new BankArray([new Bank(3, 220e-6)], Isolated: true),
            InitialVolts = 3,
        };
        Supply supply = new(options);
        supply.SetBank(0, BankMode.Series);

        // Alone, the last level falls by I t / C, and the bank of 73 uF rises as sqrt(2 P t / C).
        supply.Advance(0.1, 1e-4);
        Within(1e-9, 3 - (1e-4 / 770e-6), supply.BufferVolts);
        Within(1e-9, 1e-4, supply.Book.HarvestedJoules);
        Assert.Equal(770e-6, supply.Farads);
        Balanced(supply);

        double stored = supply.Book.StoredJoules;
        supply.Advance(0.5, 0);
        Within(1e-9, 770e-6 + (220e-6 / 3), supply.Farads);
        Within(1e-6, Math.Sqrt(2 * (stored + 0.5e-3) / (770e-6 + (220e-6 / 3))), supply.BufferVolts);
        Assert.True(supply.Book.SwitchingLossJoules < 1e-9, $"{supply.Book.SwitchingLossJoules} J");
        Balanced(supply);
    }

    [Fact]
    public void The_controller_climbs_smallest_first_and_descends_largest_first_with_its_cool_down()
    {
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(new Trace("pulse", TraceQuantity.Power, [0, 60], 120, [5e-3, 0])),
            Buffer = Ideal(770e-6) with { LimitVolts = 3.6 },
            Banks = React,
        });

        List<(double Time, string Modes)> history = [];
        while (supply.TimeSeconds < 119)
        {
            supply.Advance(0.01, supply.BufferVolts > 1.85 ? 0.01 * 1e-3 : 0);
            string modes = string.Concat(Enumerable.Range(0, React.Banks.Count).Select(n => supply.BankModeOf(n).ToString()[0]));
            if (history.Count == 0 || history[^1].Modes != modes)
            {
                history.Add((supply.TimeSeconds, modes));
            }
        }

        Assert.Equal(["DDDDD", "SDDDD", "PDDDD", "PSDDD", "PPDDD", "PPSDD", "PPPDD"], history.Take(7).Select(entry => entry.Modes));
        string highest = history.MaxBy(entry => entry.Modes.Count(mode => mode == 'P')).Modes;
        int top = history.FindIndex(entry => entry.Modes == highest);
        Assert.Equal("DDDDD", history[^1].Modes);
        for (int n = 1; n < history.Count; n++)
        {
            Assert.True(history[n].Time - history[n - 1].Time > 0.28, $"cool-down: {history[n - 1]} to {history[n]}");
            Assert.True(n <= top || string.CompareOrdinal(Rank(history[n].Modes), Rank(history[n - 1].Modes)) <= 0, "descends");
        }

        Balanced(supply);
        Assert.True(supply.Book.SwitchingLossJoules > 0);

        static string Rank(string modes) => modes.Replace('P', '2').Replace('S', '1').Replace('D', '0');
    }

    [Fact]
    public void With_banks_more_of_a_long_surplus_is_kept_than_by_the_last_level_alone()
    {
        SupplyOptions alone = new()
        {
            Harvester = new PowerHarvester(new Trace("pulse", TraceQuantity.Power, [0, 60], 240, [5e-3, 0])),
            Buffer = Ideal(770e-6) with { LimitVolts = 3.6 },
        };

        Assert.True(Consumed(alone with { Banks = React }) > 1.2 * Consumed(alone));

        static double Consumed(SupplyOptions options)
        {
            Supply supply = new(options);
            bool on = false;
            while (supply.TimeSeconds < 240)
            {
                on = supply.BufferVolts >= (on ? 1.8 : 3.3);
                supply.Advance(0.01, on ? 0.01 * 1e-3 : 0);
            }

            Balanced(supply);
            return supply.Book.ConsumedJoules;
        }
    }

    [Fact]
    public void A_disconnected_bank_keeps_its_charge_but_for_its_leakage()
    {
        Supply supply = new(new SupplyOptions { Buffer = Ideal(100e-6), Banks = new BankArray([new Bank(2, 100e-6, 1e6)], Isolated: false), InitialVolts = 4.5 });
        supply.SetBank(0, BankMode.Parallel);
        supply.SetBank(0, BankMode.Disconnected);
        double leaked = supply.Book.LeakedJoules;
        supply.Advance(100, 0);

        Within(1e-9, 0.5 * 200e-6 * 2.25 * (1 - Math.Exp(-2)), supply.Book.LeakedJoules - leaked);
        Balanced(supply);
    }
}
