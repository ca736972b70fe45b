using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Tests.Energy;

/// <summary>Traces and supplies for tests.</summary>
internal static class Supplies
{
    public static Trace Constant(TraceQuantity quantity, double value, double seconds = 1e9) => new("constant", quantity, [0], seconds, [value]);

    public static Capacitor Ideal(double farads) => new() { Farads = farads, LimitVolts = 5 };

    public static BankController ReactController { get; } = new(2.0, 3.4, 1.8, 0.1, 3);

    public static BankArray React { get; } =
        new([new(3, 220e-6, 2e6), new(3, 440e-6, 1e6), new(3, 880e-6, 1e6), new(3, 880e-6, 1e6), new(2, 5e-3, 1e6)], Isolated: true, ReactController);

    public static void Within(double relative, double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}, off by {(actual - expected) / expected:E2}");

    public static void Balanced(Supply supply)
    {
        EnergyBook book = supply.Book;
        double scale = book.HarvestedJoules + book.InitialJoules;
        Assert.True(Math.Abs(book.BalanceErrorJoules) <= 1e-9 * scale, $"off by {book.BalanceErrorJoules:E2} J of {scale:E2} J: {book}");
        Assert.True(
            Math.Min(Math.Min(book.HarvestedJoules, book.ConsumedJoules), Math.Min(book.LeakedJoules, book.ClippedJoules)) >= -1e-12 * scale
            && Math.Min(book.ConverterLossJoules, Math.Min(book.EsrLossJoules, book.SwitchingLossJoules)) >= -1e-12 * scale,
            $"an entry is negative: {book}");
    }

    /// <summary>A random piecewise constant trace that is dark now and then.</summary>
    public static Trace RandomTrace(Random random, TraceQuantity quantity, double peak, int samples = 40)
    {
        double[] times = new double[samples];
        for (int n = 1; n < samples; n++)
        {
            times[n] = times[n - 1] + 0.001 + (random.NextDouble() * random.NextDouble());
        }

        double[] values = [.. times.Select(_ => random.Next(4) == 0 ? 0 : peak * random.NextDouble() * random.NextDouble())];
        return new Trace("random", quantity, times, times[^1] + 0.5, values);
    }

    /// <summary>One of each sort of harvester.</summary>
    public static Harvester Harvester(int kind, Random random, TraceEnd end) => kind switch
    {
        0 => new PowerHarvester(RandomTrace(random, TraceQuantity.Power, 5e-3), end),
        1 => ResistiveHarvester.MeasuredAcross(RandomTrace(random, TraceQuantity.Voltage, 5), 30_000, 3000, end),
        2 => new CurrentHarvester(RandomTrace(random, TraceQuantity.Current, 2e-3), 4, end),
        3 => new PhotovoltaicHarvester(RandomTrace(random, TraceQuantity.Irradiance, 1000), Cell, end),
        _ => new IvSurfaceHarvester(Surface(random), end),
    };

    public const int HarvesterKinds = 5;

    public static PhotovoltaicCell Cell { get; } = new("test cell", 2e-6, 1e-8, 0.3, 50, 0, 0.05, 0);

    public static FrontEnd FrontEnd(int kind) => kind switch
    {
        0 => new DirectFrontEnd(),
        1 => new DirectFrontEnd(0.25),
        _ => new BoostFrontEnd(new BoostChargerOptions
        {
            Efficiency = new EfficiencyTable([1e-5, 1e-4, 1e-2], [0.2, 1, 3], [0.3, 0.5, 0.6, 0.5, 0.75, 0.85, 0.6, 0.8, 0.9]),
            ColdStartEfficiency = 0.05,
            ColdStartVolts = 0.6,
            ColdStartWatts = 15e-6,
            MainConverterVolts = 1.8,
            MinimumInputVolts = 0.1,
            QuiescentAmps = 0.5e-6,
        }),
    };

    public const int FrontEndKinds = 3;

    public static OutputStage Output(int kind) => kind switch
    {
        0 => new DirectOutput(),
        1 => new LinearOutput(2.2, 0.1, 1e-6),
        2 => new SwitchingOutput(new SwitchingOutputOptions
        {
            OutputVolts = 2.2,
            DropoutVolts = 0.1,
            MinimumInputVolts = 1.9,
            QuiescentAmps = 0.4e-6,
            Efficiency = new EfficiencyTable([1e-5, 1e-4, 1e-3, 1e-2], [2.5, 3.5], [0.7, 0.65, 0.85, 0.8, 0.92, 0.88, 0.9, 0.86]),
        }),
        _ => new SwitchingOutput(new SwitchingOutputOptions { OutputVolts = 3.3, MinimumInputVolts = 1, Efficiency = EfficiencyTable.Constant(0.85) }),
    };

    public const int OutputKinds = 4;

    public static SupplyOptions Buffer(int kind) => kind switch
    {
        0 => new SupplyOptions { Buffer = Ideal(100e-6) },
        1 => new SupplyOptions { Buffer = Ideal(470e-6) with { EsrOhms = 5, LeakageOhms = 1e6, LeakageAmps = 1e-7, LimitVolts = 3.6 } },
        2 => new SupplyOptions { Buffer = Ideal(47e-6) with { Derating = [(0, 1), (1, 0.95), (5, 0.4)], LeakageAmps = 2e-7 } },
        3 => new SupplyOptions { Buffer = Ideal(5e-3) with { EsrOhms = 20, SlowFarads = 1e-3, SlowOhms = 2000, LeakageOhms = 1e6 } },
        4 => new SupplyOptions { Buffer = Ideal(77e-6) with { LimitVolts = 3.6, LeakageOhms = 1e6 }, Banks = React with { Banks = [.. React.Banks.Select(bank => bank with { Farads = bank.Farads / 10 })] } },
        _ => new SupplyOptions { Buffer = Ideal(100e-6) with { EsrOhms = 1 }, Banks = React with { Isolated = false, Banks = [new(2, 200e-6), new(3, 100e-6, 1e6)] } },
    };

    public const int BufferKinds = 6;

    private static Trace Surface(Random random)
    {
        double[] axis = [.. Enumerable.Range(0, 16).Select(n => n * 0.25)];
        double[] times = [.. Enumerable.Range(0, 20).Select(n => n * 0.3)];
        double[] values = [.. times.SelectMany(_ =>
        {
            double light = 3e-3 * random.NextDouble();
            return axis.Select(volts => Math.Max(0, light * (1 - Math.Pow(volts / 3.5, 6))));
        })];
        return new Trace("surface", TraceQuantity.IvSurface, times, 6, values, axis);
    }
}
