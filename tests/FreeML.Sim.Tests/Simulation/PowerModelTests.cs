using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;

namespace FreeML.Sim.Tests.Simulation;

public sealed class PowerModelTests
{
    private static readonly PowerModel Model = PowerModel.For("msp430fr5994");

    [Theory]
    [InlineData("msp430fr5994")]
    [InlineData("msp430fr5969")]
    [InlineData("msp430fr6989")]
    public void Every_device_has_all_prices_each_with_a_source(string name)
    {
        PowerModel model = PowerModel.For(name);

        Assert.All(model.Coefficients, coefficient =>
        {
            Assert.NotEmpty(coefficient.Source);
            Assert.Contains(coefficient.Confidence, (string[])["stated", "recalled", "inferred"]);
            Assert.Contains(coefficient.Unit, (string[])["C", "A", "s", "V", "1"]);
        });
    }

    [Theory]
    [InlineData("msp430fr5994")]
    [InlineData("msp430fr5969")]
    [InlineData("msp430fr6989")]
    public void Every_activity_of_a_module_has_a_price(string name)
    {
        PowerModel model = PowerModel.For(name);
        foreach (ModuleActivity activity in Enum.GetValues<ModuleActivity>())
        {
            var done = default(PerModule);
            done[(int)activity] = 1;
            Coefficient price = Assert.Single(model.Coefficients, coefficient => coefficient.Name == PowerModel.ModulePrice(activity));
            Assert.Equal(price.Value, model.PriceModules(default, done, volts: 2.0), 1e-18);
        }

        Assert.Equal(PerModule.Count, Enum.GetValues<ModuleActivity>().Length);
    }

    [Fact]
    public void A_price_in_the_wrong_unit_is_named()
    {
        Coefficient[] wrong = [.. Model.Coefficients.Select(coefficient => coefficient.Name == "module.timer_a" ? coefficient with { Unit = "A" } : coefficient)];

        string message = Assert.Throws<InputException>(() => new PowerModel("test", wrong)).Message;

        Assert.Contains("module.timer_a", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deep_modes_cost_what_the_data_sheet_says_with_supervisor_and_crystal_on_top()
    {
        var modules = new ModuleLedger();
        modules.Meter(ModuleActivity.Lfxt).SetActive(true, SimTime.Zero);
        Assert.Equal(0.7e-6, Model.SleepAmps(3, 0, 2.0) + Model.ModuleAmps(modules, 2.0), 1e-9);
        modules = new ModuleLedger();
        modules.Meter(ModuleActivity.SupplySupervisor).SetActive(true, SimTime.Zero);
        Assert.Equal(0.5e-6, Model.SleepAmps(4, 0, 2.0) + Model.ModuleAmps(modules, 2.0), 1e-9);
        Assert.Equal(1.0e-6, Model.SleepAmps(2, 0, 2.0) + Model.ModuleAmps(modules, 2.0), 1e-9);
    }

    [Fact]
    public void A_wake_up_and_a_restart_contain_what_the_chip_draws_meanwhile()
    {
        var after = new ActivityLedger { WakePicoseconds = 7_000_000, BootPicoseconds = 300_000_000 };
        after.WakeUps[3] = 1;

        PerActivity charge = Model.Price(default, after, 0, awakeSeconds: 307e-6, volts: 2.0);

        Assert.Equal(0, charge[(int)Activity.Static], 1e-15);
        Assert.Equal(25e-9, charge[(int)Activity.WakeUp], 1e-15);
        Assert.Equal(102e-9, charge[(int)Activity.Boot], 1e-15);
    }

    [Fact]
    public void A_missing_price_stops_with_its_name()
    {
        foreach (Coefficient missing in Model.Coefficients.Where(coefficient => !coefficient.Name.StartsWith("voltage_factor.", StringComparison.Ordinal)))
        {
            var error = Assert.Throws<InputException>(() => new PowerModel("test", Model.Coefficients.Where(coefficient => coefficient != missing)));
            Assert.Contains(missing.Name, error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("voltage_factor", Assert.Throws<InputException>(() =>
            new PowerModel("test", Model.Coefficients.Where(coefficient => !coefficient.Name.StartsWith("voltage_factor.", StringComparison.Ordinal)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_can_be_replaced_and_an_unknown_one_is_named()
    {
        PowerModel cheaper = Model.With(new Dictionary<string, double> { ["lpm3"] = 1e-7 });

        Assert.Equal(1e-7, cheaper.SleepAmps(3, 0, 2.0), 1e-12);
        Assert.Contains("lpm9", Assert.Throws<InputException>(() => Model.With(new Dictionary<string, double> { ["lpm9"] = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<InputException>(() => Model.With(new Dictionary<string, double> { ["lpm3"] = -1 })).Message, StringComparison.Ordinal);
    }

    // The data sheet's active currents at 3 V in microamperes: hit ratio of fetches in percent, MHz, wait states. The fit is stated as good to 8 %.
    [Theory]
    [InlineData(0, 1, 0, 420)]
    [InlineData(0, 8, 0, 2850)]
    [InlineData(50, 8, 0, 1650)]
    [InlineData(66, 4, 0, 650)]
    [InlineData(75, 1, 0, 192)]
    [InlineData(75, 8, 0, 1015)]
    [InlineData(75, 16, 1, 1620)]
    [InlineData(100, 8, 0, 450)]
    [InlineData(100, 16, 0, 790)]
    public void Active_currents_are_those_of_the_data_sheet(int hitPercent, int megahertz, int waitStates, double microamperes)
    {
        // One second of single-word instructions, each a fetch.
        double miss = 1 - (hitPercent / 100.0);
        long fetches = (long)(megahertz * 1e6 / (1 + (waitStates * miss)));
        long misses = (long)(fetches * miss);
        var after = new ActivityLedger { Instructions = fetches, FramReads = fetches, CacheMisses = misses, WaitCycles = misses * waitStates };

        PerActivity charge = Model.Price(default, after, fetches + after.WaitCycles, awakeSeconds: 1, volts: 2.0);

        Assert.InRange(charge.Total * 1e6, microamperes * 0.91, microamperes * 1.09);
    }

    [Fact]
    public void Nothing_done_costs_the_static_current_only()
    {
        PerActivity charge = Model.Price(default, default, 0, awakeSeconds: 2, volts: 2.0);

        Assert.Equal(charge[(int)Activity.Static], charge.Total);
        Assert.Equal(150e-6, charge.Total, 1e-9);
    }

    // Of each instruction, plain and extended, with operands everywhere. Two kinds make more accesses than they take cycles: those of one cycle that change the
    // PC, which no compiler writes, and CALLA of a cell, seven in five.
    [Fact]
    public void No_instruction_draws_more_than_the_worst()
    {
        using Device device = new(DeviceCatalogue.Find("msp430fr5994"));
        double hertz = device.Mclk.Hertz;
        double worst = WorstAmps(device);
        Random random = new(1);
        int dear = 0;
        for (int opcode = 0; opcode < 0x1_0000; opcode++)
        {
            foreach (bool isExtended in (bool[])[false, true])
            {
                Prepare(device, random, (ushort)opcode, isExtended);
                (ActivityLedger ledger, PerModule modules, long cycles) = (device.Ledger, PerModule.Of(device), device.Cycles);
                device.Step();
                double seconds = (device.Cycles - cycles) / hertz;
                PerActivity charge = Model.Price(ledger, device.Ledger, device.Cycles - cycles, seconds, volts: 3.0);
                double amps = (charge.Total + Model.PriceModules(modules, PerModule.Of(device), volts: 3.0)) / seconds;
                if (device.Cycles - cycles > 1)
                {
                    double most = opcode >> 8 == 0x13 ? worst * 7 / 5 : worst;
                    Assert.True(amps <= most, $"0x{opcode:X4}: {amps} A of {most}");
                    dear += amps > worst / 2 ? 1 : 0;
                }
            }
        }

        Assert.True(dear > 1000, $"{dear} instructions draw more than half of the worst");
    }

    [Fact]
    public void A_module_counts_in_the_worst_from_its_first_work_on()
    {
        using Device device = new(DeviceCatalogue.Find("msp430fr5994"));
        double before = WorstAmps(device);
        device.Registers.WriteWord(0x0340, 0x0220); // TA0CTL: SMCLK, continuous

        Assert.InRange(WorstAmps(device) - before, 1e-4, 1e-3);
    }

    private static double WorstAmps(Device device)
    {
        ActivityWeights prices = Model.HighestPrices(device.Mclk.Hertz, volts: 3.0, device.Activities);
        return Model.WorstAmps(prices, device.Mclk.Hertz, volts: 3.0, device.Activities);
    }

    // Operands in SRAM, FRAM and the multiplier, anywhere in a line.
    private static void Prepare(Device device, Random random, ushort opcode, bool isExtended)
    {
        uint[] places = [0x1C00, 0x2400, 0x5000, 0x8000, 0xC000, 0x4C0, 0x1_0000];
        device.Reset(ResetKind.Puc);
        device.Registers.WriteWord(0x015C, 0x5A80);
        uint at = 0x6000u + (2 * (uint)random.Next(4));
        device.ProgramCounter = at;
        ushort[] words = [opcode, (ushort)random.Next(0x1_0000), (ushort)random.Next(0x1_0000), (ushort)random.Next(0x1_0000)];
        foreach (ushort word in isExtended ? [(ushort)(0x1800 | random.Next(0x800)), .. words] : words)
        {
            device.PokeWord(at, word);
            at += 2;
        }

        for (int register = 4; register < 16; register++)
        {
            device.SetRegister(register, places[random.Next(places.Length)] + (2 * (uint)random.Next(64)));
        }

        device.SetRegister(1, places[random.Next(places.Length)] + 64);
        device.SetRegister(2, 0);
    }
}
