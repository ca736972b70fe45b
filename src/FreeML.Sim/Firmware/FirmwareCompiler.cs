using System.Collections.Immutable;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Power;

namespace FreeML.Sim.Firmware;

/// <summary>Firmware that is ready to be flashed, and what it takes.</summary>
/// <param name="Firmware">The firmware.</param>
/// <param name="Costs">What it takes with continuous power.</param>
/// <param name="Buffer">What it was made for.</param>
public sealed record CompiledFirmware(BoundFirmware Firmware, InferenceCosts Costs, EnergyBuffer Buffer)
{
    /// <summary>The operation that takes most energy of those that a power failure throws away as a whole, or in the smallest pieces that survive it.</summary>
    public (int Step, double Joules) LargestBlock { get; init; }

    /// <summary>The smallest capacitor with which this firmware gets on, in farads: <see cref="LargestBlock"/> can be done in one go after a start, without harvest meanwhile.</summary>
    public double SmallestFarads { get; init; }
}

/// <summary>
/// Makes firmware of a network: binds it, measures what each operation takes by running it on the simulated device, and binds the tables that
/// follow from that: costs of exits, sizes of tiles, levels of the comparator.
/// </summary>
public static class FirmwareCompiler
{
    /// <summary>The capacitor that firmware is made for unless another is named.</summary>
    public static EnergyBuffer UsualBuffer { get; } = new(1e-3, 3.0, 1.9);

    // A tile that begins late in a power cycle is lost and done again; at a quarter of the buffer that is an eighth of the energy on average.
    private const double TileShare = 0.25;

    // Saving begins a little later than the level, and may take a little longer than it was measured to take.
    private const double SaveMargin = 1.5;

    // Where the save is measured.
    private const double SaveLevelVolts = 2.1;
    private const double SaveVolts = 2.0;

    // ADC: 12 bits of a reference of 2.0 V, of half of the buffer's voltage.
    private const double VoltsPerCount = 2 * 2.0 / 4096;

    /// <summary>Makes firmware of a compressed network.</summary>
    /// <inheritdoc cref="Compile(IntegerNetwork, FirmwareOptions, EnergyBuffer, PowerModel)"/>
    public static CompiledFirmware Compile(FmlModel model, FirmwareOptions options, EnergyBuffer? buffer = null, PowerModel? prices = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Compile(model.Integer, options, buffer, prices);
    }

    /// <summary>Makes firmware of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Strategy, clock, policy; tables in it are replaced.</param>
    /// <param name="buffer">The capacitor; <see cref="UsualBuffer"/> if null.</param>
    /// <param name="prices">Prices; those of the device if null.</param>
    /// <exception cref="InputException">The network does not fit, or the policy needs exits and there are none.</exception>
    public static CompiledFirmware Compile(IntegerNetwork network, FirmwareOptions options, EnergyBuffer? buffer = null, PowerModel? prices = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        buffer ??= UsualBuffer;
        prices ??= PowerModel.For(Msp430.Devices.DeviceCatalogue.Default.Name);
        if (network.Exits.IsEmpty && options.Policy.Kind is not ExitPolicyKind.Never)
        {
            throw new InputException(network.Name, null, $"exit policy {options.Policy.Kind.ToString().ToLowerInvariant()} for a network without exits", "a network compressed with exits, or the policy never");
        }

        ArenaPlan plan = ArenaPlanner.Plan(network);
        ImmutableArray<ushort> wholeOperations = options.Strategy is Strategy.Tiled ? [.. network.AllOperations.Select(_ => ushort.MaxValue)] : [];
        FirmwareOptions plain = options with { ExitCosts = [], Tiles = wholeOperations };

        // At the highest voltage the same charge costs most: what is promised is never too little.
        InferenceCosts costs = InferenceCosts.Measure(network, plan, plain, prices, buffer.TurnOnVolts);
        double boot = (prices.BootCoulombs * prices.VoltageFactor(buffer.TurnOnVolts) * buffer.TurnOnVolts) + costs.Start.TotalJoules;
        double save = options.Strategy is Strategy.Checkpoint ? SaveMargin * MeasureSave(network, plan, plain, prices, buffer.TurnOnVolts).TotalJoules : 0;
        double warning = ComparatorLevel.Volts(ComparatorLevel.AtLeast(Math.Sqrt((buffer.TurnOffVolts * buffer.TurnOffVolts) + (2 * save / buffer.Farads))));
        FirmwareOptions tuned = plain with
        {
            WarningLevel = save > 0 ? ComparatorLevel.AtLeast(warning) : (ushort)0,
            ResumeLevel = save > 0 ? ComparatorLevel.AtLeast((warning + buffer.TurnOnVolts) / 2) : (ushort)0,
            ExitCosts = [.. network.Exits.Select((exit, index) => CostOf(network, costs, buffer, options.Policy, exit, index))],
            Tiles = options.Strategy is Strategy.Tiled ? TilesOf(network, costs, TileShare * (buffer.UsableJoules - boot)) : [],
        };
        (int Step, double Joules) block = LargestBlock(network, costs, tuned, save);
        return new CompiledFirmware(FirmwareBuilder.Build(network, plan, tuned), costs, buffer)
        {
            LargestBlock = block,
            SmallestFarads = buffer.FaradsFor(boot + block.Joules),
        };
    }

    private static Work MeasureSave(IntegerNetwork network, ArenaPlan plan, FirmwareOptions options, PowerModel prices, double volts)
    {
        FirmwareOptions watching = options with { WarningLevel = ComparatorLevel.AtLeast(SaveLevelVolts), ResumeLevel = ComparatorLevel.AtLeast(volts), Policy = ExitPolicy.Never };
        using InferenceRunner runner = new(FirmwareBuilder.Build(network, plan, watching), prices, volts);
        return runner.MeasureSave(InferenceCosts.SomeSample(network.Values[0]), SaveVolts);
    }

    private static ExitCost CostOf(IntegerNetwork network, InferenceCosts costs, EnergyBuffer buffer, ExitPolicy policy, IntegerExit exit, int index)
    {
        Work way = costs.ToNextAnswer(network, index);
        double off = buffer.TurnOffVolts / VoltsPerCount;
        double need = (off * off) + (2 * way.TotalJoules / (buffer.Farads * VoltsPerCount * VoltsPerCount));
        return new ExitCost((uint)Math.Min(Math.Ceiling(need), uint.MaxValue), RuntimeConfiguration.Ticks(way.Seconds), RuntimeConfiguration.Margin(policy.Margin, network.Values[exit.Logits]));
    }

    private static ImmutableArray<ushort> TilesOf(IntegerNetwork network, InferenceCosts costs, double joules) =>
        [.. network.AllOperations.Select((operation, step) => (ushort)Math.Clamp(joules / costs.Operations[step].TotalJoules * network.Values[operation.Output].Length, 1, ushort.MaxValue))];

    // What has to be done in one go for the firmware to get on at all.
    private static (int Step, double Joules) LargestBlock(IntegerNetwork network, InferenceCosts costs, FirmwareOptions options, double save)
    {
        if (options.Strategy is Strategy.Restart)
        {
            return (-1, options.Policy.Kind switch
            {
                ExitPolicyKind.Never => costs.Answers[^1].TotalJoules,
                ExitPolicyKind.Fixed => costs.Answers[options.Policy.Exit].TotalJoules,
                _ => costs.Answers.Min(work => work.TotalJoules),
            });
        }

        IntegerOperation[] operations = [.. network.AllOperations];
        return Enumerable.Range(0, operations.Length).Select(step => (step, Block(step))).MaxBy(block => block.Item2);

        double Block(int step)
        {
            double all = costs.Operations[step].TotalJoules;
            int elements = network.Values[operations[step].Output].Length;
            return options.Strategy switch
            {
                Strategy.Tiled => all * Math.Min(1.0, (double)options.Tiles[step] / elements),

                // What was saved is put back, something is done, and it is saved again.
                Strategy.Checkpoint => (all / elements) + (2 * save),
                _ => all / elements,
            };
        }
    }
}
