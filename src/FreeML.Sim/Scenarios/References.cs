using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Scenarios;

/// <summary>What an answer takes on continuous power.</summary>
/// <param name="Answer">The class.</param>
/// <param name="Own">The books of computing with the variant's own strategy.</param>
/// <param name="Plain">The same without any support for power failures.</param>
internal sealed record Reference(int Answer, PhaseTotals Own, PhaseTotals Plain);

/// <summary>
/// Answers on continuous power to compare a run's with: the same samples to the same exits, with the image of the run's strategy and with the
/// one that begins again after a failure, which does nothing but compute.
/// </summary>
internal static class References
{
    /// <summary>Those of all answers of a run, in their order.</summary>
    /// <param name="variant">What was run.</param>
    /// <param name="firmware">Its firmware.</param>
    /// <param name="inferences">The answers.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Reference[] Of(Variant variant, CompiledFirmware firmware, IReadOnlyList<InferenceRecord> inferences, CancellationToken cancellation)
    {
        // An exit that is chosen by certainty is chosen by the sample alone, and what was computed for the exits before it belongs to it.
        bool isFree = variant.Firmware.Policy.Kind is ExitPolicyKind.Confidence;
        var references = new Dictionary<(int Exit, int Sample), Reference>();
        foreach (IGrouping<int, InferenceRecord> group in inferences.GroupBy(inference => inference.Exit).OrderBy(group => group.Key))
        {
            int[] samples = [.. group.Select(inference => inference.Sample).Distinct().Order()];
            ExitPolicy policy = isFree ? variant.Firmware.Policy : ExitPolicy.Fixed(group.Key);
            IReadOnlyList<InferenceRecord> own = Run(variant, firmware, samples, variant.Firmware.Strategy, policy, cancellation);
            IReadOnlyList<InferenceRecord> plain = variant.Firmware.Strategy is Strategy.Restart ? own : Run(variant, firmware, samples, Strategy.Restart, policy, cancellation);
            for (int n = 0; n < samples.Length; n++)
            {
                references[(group.Key, samples[n])] = new Reference(own[n].Answer, own[n].Computing, plain[n].Computing);
            }
        }

        return [.. inferences.Select(inference => references[(inference.Exit, inference.Sample)])];
    }

    private static IReadOnlyList<InferenceRecord> Run(Variant variant, CompiledFirmware firmware, int[] samples, Strategy strategy, ExitPolicy policy, CancellationToken cancellation)
    {
        FirmwareOptions options = firmware.Firmware.Options with { Strategy = strategy, Policy = policy, Tiles = strategy is Strategy.Tiled ? firmware.Firmware.Options.Tiles : [] };
        Variant steady = variant with
        {
            Samples = variant.Samples.Select(samples),
            Firmware = options,

            // Firmware that waits for the buffer to be full does not wait.
            Power = new PowerSource { Prices = variant.Power.Prices, SteadyVolts = variant.Buffer.TurnOnVolts },
            Arrivals = new Arrivals(),
            Inferences = samples.Length,
            Until = SimTime.MaxValue,
        };
        BoundFirmware bound = FirmwareBuilder.Build(variant.Network.Integer, firmware.Firmware.Plan, options);
        using VariantRun run = new(steady, firmware with { Firmware = bound });
        IReadOnlyList<InferenceRecord> answers = run.Run(cancellation).Inferences;
        return answers.Count == samples.Length ? answers : throw new InputException(variant.Name, null, $"{answers.Count} answers on continuous power", $"{samples.Length}");
    }
}

/// <summary>Where the energy of computing went, in joules.</summary>
internal readonly record struct ComputingEnergy(double Compute, double Fram, double Commit, double Reexecution)
{
    /// <summary>
    /// Splits what an answer took. Charge at the same voltage factor compares work whatever the voltage was: what a plain run takes is
    /// computing and FRAM, what the strategy takes beside it on continuous power is commit, and the rest was done again.
    /// </summary>
    public static ComputingEnergy Split(InferenceRecord inference, Reference reference)
    {
        double joules = inference.Computing.Joules.Total;
        double coulombs = inference.Computing.NominalCoulombs.Total;
        if (coulombs <= 0)
        {
            return default;
        }

        // What a run without failures takes more or less than the reference is the state of the cache at its start.
        double own = inference.PowerFailures == 0 ? coulombs : Math.Min(coulombs, reference.Own.NominalCoulombs.Total);
        double plain = Math.Min(own, reference.Plain.NominalCoulombs.Total);
        double fram = plain * FramShare(reference.Plain);
        double each = joules / coulombs;
        return new ComputingEnergy(each * (plain - fram), each * fram, each * (own - plain), each * (coulombs - own));
    }

    /// <summary>Sum.</summary>
    public static ComputingEnergy operator +(ComputingEnergy left, ComputingEnergy right) =>
        new(left.Compute + right.Compute, left.Fram + right.Fram, left.Commit + right.Commit, left.Reexecution + right.Reexecution);

    private static double FramShare(PhaseTotals plain) =>
        (plain.NominalCoulombs[(int)Power.Activity.Wait] + plain.NominalCoulombs[(int)Power.Activity.FramRead] + plain.NominalCoulombs[(int)Power.Activity.FramWrite]) / plain.NominalCoulombs.Total;
}
