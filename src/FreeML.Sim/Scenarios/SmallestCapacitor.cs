using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Scenarios;

/// <summary>What a firmware that gets no further lacks.</summary>
/// <param name="Operation">The piece of work that takes most in one go.</param>
/// <param name="Joules">Energy that the smallest capacitor gives between turn-on and turn-off: boot, this piece and what is lost meanwhile.</param>
/// <param name="Farads">The smallest capacitor that would do.</param>
public sealed record CapacitorNeed(string Operation, double Joules, double Farads);

/// <summary>
/// Finds the smallest capacitor with which firmware gets to an answer, by trying: each power cycle begins at the turn-on voltage, and nothing is
/// harvested while the device runs. So leakage, resistances, converters, boot and the firmware's own start count as they do in a run, which can
/// only have more energy.
/// </summary>
public static class SmallestCapacitor
{
    /// <summary>What stands for the start of the device in place of an operation's step.</summary>
    public const int Start = -1;

    private const double LargestFarads = 10;

    // The answer is between 0 and 2 % too large.
    private const double Precision = 1.02;

    private static readonly SimTime LongestCycle = SimTime.FromSeconds(3600L);

    /// <summary>Finds it.</summary>
    /// <param name="variant">A variant on a supply.</param>
    /// <param name="sample">The sample to answer.</param>
    /// <param name="from">A capacitance that is too small.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>Null if none up to 10 F would do, or if that one does.</returns>
    public static CapacitorNeed? Find(Variant variant, int sample, double from, CancellationToken cancellation = default)
    {
        Variant once = variant with
        {
            Samples = variant.Samples.Slice(sample, 1),
            Arrivals = new Arrivals(),
            Inferences = 1,
            Power = variant.Power with { Supply = variant.Power.Supply! with { Harvester = null, InitialVolts = variant.Power.Supply.Supervisor!.TurnOnVolts } },
        };

        // Tiles, the comparator's levels and what going on needs follow from the buffer.
        bool isMadeForBuffer = variant.Firmware.Strategy is Strategy.Tiled or Strategy.Checkpoint || variant.Firmware.Policy.Kind is ExitPolicyKind.Energy;
        CompiledFirmware? same = isMadeForBuffer ? null : variant.Compile();
        (double tooSmall, double enough, int stuckAt) = (from, from, Start);
        while (StuckAt(enough) is { } step)
        {
            (tooSmall, enough, stuckAt) = (enough, 2 * enough, step);
            if (tooSmall > LargestFarads)
            {
                return null;
            }
        }

        while (enough > Precision * tooSmall)
        {
            double middle = Math.Sqrt(tooSmall * enough);
            (tooSmall, enough, stuckAt) = StuckAt(middle) is { } step ? (middle, enough, step) : (tooSmall, middle, stuckAt);
        }

        return enough == from ? null : new CapacitorNeed(NameOf(variant, stuckAt), (variant.Buffer with { Farads = enough }).UsableJoules, enough);

        int? StuckAt(double farads) => SmallestCapacitor.StuckAt(once.On(farads), same ?? once.On(farads).Compile(), cancellation);
    }

    /// <summary>What to call a place where firmware is stuck.</summary>
    public static string NameOf(Variant variant, int step)
    {
        IntegerOperation[] operations = [.. variant.Network.Integer.AllOperations];
        return step < 0 ? "the start of the device"
            : variant.Firmware.Strategy is Strategy.Restart ? "a whole inference"
            : step < operations.Length ? $"{operations[step].Name} (operation {step + 1} of {operations.Length})"
            : "taking a sample or telling a result";
    }

    // The step at which it gets no further; null if it gets to the answer.
    private static int? StuckAt(Variant variant, CompiledFirmware firmware, CancellationToken cancellation)
    {
        using Device device = new(DeviceCatalogue.Default, new DeviceOptions { Engine = variant.Engine }, variant.Seed);
        device.Load(firmware.Firmware.Image);
        using SampleHost host = new(variant, device, firmware.Firmware);
        ForwardProgress forward = new(variant.Firmware.Strategy, device, host);
        SimulatorOptions options = new() { Until = LongestCycle, Sram = variant.Power.Sram, SliceCapSeconds = variant.Power.SliceCapSeconds };
        for (int fruitless = 0; ;)
        {
            CycleEnd end = new(host);
            Simulator simulator = new(device, variant.Power.Create(), variant.Power.Prices, options, end, host.Phases);
            end.Reached = simulator.Stop;
            simulator.Run(cancellation);
            if (host.IsFinished)
            {
                return null;
            }

            if (!end.HasBooted)
            {
                return Start;
            }

            // The first start also begins the sample.
            fruitless = forward.HasAdvanced() ? 0 : fruitless + 1;
            if (fruitless == 2)
            {
                return forward.Position.Step;
            }
        }
    }

    /// <summary>Ends a run with its power cycle, or with the answer.</summary>
    private sealed class CycleEnd(SampleHost host) : IRunRecorder
    {
        public Action? Reached { get; set; }

        public bool HasBooted { get; private set; }

        public void Sample(in SupplySample sample)
        {
            if (host.IsFinished)
            {
                Reached!();
            }
        }

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
            HasBooted |= what is RunEvent.BootDone;
            if (what is RunEvent.PowerFailure)
            {
                host.OnPowerFailure(timeSeconds);
            }

            if (what is RunEvent.PowerFailure or RunEvent.BootAborted)
            {
                Reached!();
            }
        }
    }
}
