using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Bench;

/// <summary>An engine of this simulator and another simulator on the same program.</summary>
/// <param name="Program">The program.</param>
/// <param name="Device">The device it ran on here.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Simulator">The other simulator.</param>
/// <param name="OtherMips">Its million instructions a second, program start included: the median.</param>
/// <param name="Ratio">How many times faster this one is: the median of the rounds. Null if the other does not run the program.</param>
internal sealed record Comparison(string Program, string Device, string Engine, string Simulator, double OtherMips, double? Ratio)
{
    /// <summary>Compares what was measured in rounds.</summary>
    /// <param name="program">The program.</param>
    /// <param name="device">The device here.</param>
    /// <param name="engine">The engine here.</param>
    /// <param name="other">The other simulator.</param>
    /// <param name="own">Speeds here, one a round.</param>
    /// <param name="seconds">What the other took, one a round; null where it did not get to the end.</param>
    public static Comparison Of(BenchProgram program, DeviceDescription device, BenchEngine engine, OtherSimulator other, IReadOnlyList<Speed> own, IReadOnlyList<double?> seconds)
    {
        (double Mips, double Ratio)[] pairs =
        [
            .. own.Zip(seconds).Where(pair => pair.Second is > 0).Select(pair => (pair.First.Run.Ledger.Instructions / pair.Second!.Value / 1e6, pair.Second.Value / pair.First.Seconds)),
        ];
        return pairs.Length < own.Count
            ? new Comparison(program.Name, device.Name, engine.Name, other.Name, 0, null)
            : new Comparison(program.Name, device.Name, engine.Name, other.Name, Median(pairs.Select(pair => pair.Mips)), Median(pairs.Select(pair => pair.Ratio)));
    }

    /// <summary>The median, of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>An engine against another simulator on all programs of a suite that both run.</summary>
/// <param name="Suite">Which programs: all of them, or the probes.</param>
/// <param name="Device">The device here.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Simulator">The other simulator.</param>
/// <param name="Programs">How many programs.</param>
/// <param name="Ratio">How many times faster: the median of the programs' ratios.</param>
internal sealed record SuiteRatio(string Suite, string Device, string Engine, string Simulator, int Programs, double Ratio)
{
    /// <summary>The suite of all programs.</summary>
    public const string All = "all";

    /// <summary>The suite of <see cref="BenchProgram.IsProbe"/>.</summary>
    public const string Probes = "probes";

    /// <summary>Sums up all that was measured, and the probes alone if there are others.</summary>
    public static IReadOnlyList<SuiteRatio> Of(IReadOnlyList<Measurement> measurements)
    {
        Measurement[] probes = [.. measurements.Where(measurement => measurement.Program.IsProbe)];
        IEnumerable<SuiteRatio> all = Of(All, measurements.SelectMany(measurement => measurement.Comparisons));
        return [.. all, .. probes.Length == measurements.Count ? [] : Of(Probes, probes.SelectMany(measurement => measurement.Comparisons))];
    }

    /// <summary>Sums up comparisons.</summary>
    public static IReadOnlyList<SuiteRatio> Of(string suite, IEnumerable<Comparison> comparisons) =>
    [
        .. comparisons
            .Where(comparison => comparison.Ratio is not null)
            .GroupBy(comparison => (comparison.Device, comparison.Engine, comparison.Simulator))
            .Select(group => new SuiteRatio(suite, group.Key.Device, group.Key.Engine, group.Key.Simulator, group.Count(), Comparison.Median(group.Select(comparison => comparison.Ratio!.Value)))),
    ];
}
