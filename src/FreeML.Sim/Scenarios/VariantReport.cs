using System.Text.Json.Nodes;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Training;
using FreeML.Sim.Energy;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;

namespace FreeML.Sim.Scenarios;

/// <summary>What a run of a variant came to, as the member of <c>variants</c> in a run directory's summary. The README has its keys.</summary>
internal sealed class VariantReport
{
    private const int SamplesForHeads = 10;

    private readonly Variant _variant;
    private readonly CompiledFirmware _firmware;
    private readonly VariantOutcome _outcome;
    private readonly Reference[] _references;
    private readonly IReadOnlyList<InferenceRecord> _inferences;

    /// <summary>A report.</summary>
    /// <param name="variant">What was run.</param>
    /// <param name="firmware">Its firmware.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="references">The same answers on continuous power.</param>
    public VariantReport(Variant variant, CompiledFirmware firmware, VariantOutcome outcome, Reference[] references)
    {
        (_variant, _firmware, _outcome, _references) = (variant, firmware, outcome, references);
        _inferences = outcome.Inferences;
    }

    private IntegerNetwork Network => _variant.Network.Integer;

    /// <summary>Whether an answer is right.</summary>
    public bool IsRight(InferenceRecord inference) => inference.Answer == LabelOf(inference);

    /// <summary>The right class.</summary>
    public int LabelOf(InferenceRecord inference) => _variant.Samples.Labels[inference.Sample];

    /// <summary>Whether it came too late.</summary>
    public bool IsLate(InferenceRecord inference) => inference.LatencySeconds > _variant.Arrivals.DeadlineSeconds;

    /// <summary>Cycles of computing that were done again.</summary>
    public long ThrownAwayCycles(int inference) => _inferences[inference].PowerFailures == 0 ? 0 : Math.Max(0, _inferences[inference].Computing.Cycles - _references[inference].Own.Cycles);

    /// <summary>The object.</summary>
    /// <param name="restart">What operations take without support for power failures.</param>
    /// <param name="stuck">What it lacked; null if it did not get stuck, or nothing would help.</param>
    public JsonObject ToJson(InferenceCosts restart, CapacitorNeed? stuck)
    {
        bool isSteady = _variant.Power.Supply is null;
        int right = _inferences.Count(IsRight);
        LabelledData seen = _variant.Samples.Take(_variant.Inferences ?? int.MaxValue);
        RunReport run = _outcome.Run;
        return new JsonObject
        {
            ["name"] = _variant.Name,
            ["strategy"] = RuntimeImages.NameOf(_variant.Firmware.Strategy),
            ["exitPolicy"] = PolicyText,
            ["network"] = _variant.NetworkName,
            ["device"] = DeviceCatalogue.Default.Name,
            ["clock_Hz"] = _variant.Firmware.Megahertz * 1e6,
            ["capacitor_F"] = isSteady ? null : _variant.Buffer.Farads,
            ["turnOn_V"] = isSteady ? null : _variant.Buffer.TurnOnVolts,
            ["turnOff_V"] = isSteady ? null : _variant.Buffer.TurnOffVolts,
            ["trace"] = _variant.TraceName,
            ["stop"] = _outcome.Stop switch { VariantStop.NoProgress => "no-progress", VariantStop.TraceEnd => "trace-end", var other => other.ToString().ToLowerInvariant() },
            ["seconds"] = run.Seconds,
            ["inferences"] = _inferences.Count,
            ["correct"] = right,
            ["accuracy"] = PerInference(right),
            ["floatAccuracy"] = Evaluator.Accuracy(_variant.Network.Network, seen),
            ["continuousMatches"] = _inferences.Zip(_references).Count(pair => pair.First.Answer == pair.Second.Answer),
            ["latency_s"] = Spread(_inferences.Select(inference => inference.LatencySeconds)),
            ["onTime_s"] = Spread(_inferences.Select(inference => inference.All.Seconds)),
            ["energyPerInference_J"] = PerInference(_inferences.Sum(inference => inference.All.Joules.Total)),
            ["energy_J"] = EnergyJson(isSteady),
            ["powerFailures"] = run.PowerFailures,
            ["abortedBoots"] = run.AbortedBoots,
            ["powerCyclesPerInference"] = PerInference(run.Boots + run.AbortedBoots),
            ["thrownAway_cycles"] = Enumerable.Range(0, _inferences.Count).Sum(ThrownAwayCycles) + (IsUnfinishedLost ? _outcome.Unfinished!.Computing.Cycles : 0),
            ["cycles"] = _outcome.Cycles,
            ["on_s"] = run.OnSeconds,
            ["throughput_per_s"] = run.Seconds > 0 ? _inferences.Count / run.Seconds : null,
            ["deadlineMisses"] = _inferences.Count(IsLate),
            ["dropped"] = _outcome.Dropped,
            ["exits"] = ExitsJson(seen),
            ["memory_B"] = MemoryJson(),
            ["layers"] = LayersJson(restart),
            ["stuck"] = StuckJson(stuck),
        };
    }

    // What was begun and failed, and there is no answer to compare it with.
    private bool IsUnfinishedLost => _outcome.Unfinished is { PowerFailures: > 0 } && _inferences.Count == 0;

    private string PolicyText => _variant.Firmware.Policy switch
    {
        { Kind: ExitPolicyKind.Fixed, Exit: var exit } => FormattableString.Invariant($"fixed:{exit}"),
        { Kind: ExitPolicyKind.Deadline, DeadlineSeconds: var seconds } => FormattableString.Invariant($"deadline:{1000 * seconds:0.###}ms"),
        { Kind: ExitPolicyKind.Confidence, Margin: var margin } => FormattableString.Invariant($"confidence:{margin}"),
        { Kind: var kind } => kind.ToString().ToLowerInvariant(),
    };

    private double? PerInference(double sum) => _inferences.Count == 0 ? null : sum / _inferences.Count;

    private JsonObject EnergyJson(bool isSteady)
    {
        ComputingEnergy computing = default;
        for (int n = 0; n < _inferences.Count; n++)
        {
            computing += ComputingEnergy.Split(_inferences[n], _references[n]);
        }

        // Work that has no answer yet is shared out as the finished work was; if none was finished, all of it was for nothing once power failed.
        double known = computing.Compute + computing.Fram + computing.Commit + computing.Reexecution;
        double rest = JoulesOf(Phase.Network) + JoulesOf(Phase.Exit) - known;
        computing = known > 0
            ? computing with { Compute = Grown(computing.Compute), Fram = Grown(computing.Fram), Commit = Grown(computing.Commit), Reexecution = Grown(computing.Reexecution) }
            : IsUnfinishedLost ? computing with { Reexecution = rest } : computing with { Compute = rest };
        double slept = _outcome.Phases.Where((_, phase) => phase != (int)Phase.Wait).Sum(phase => phase.Joules[(int)Activity.Sleep]);
        EnergyBook book = _outcome.Run.Book;
        return new JsonObject
        {
            ["compute"] = computing.Compute,
            ["fram"] = computing.Fram,
            ["commit"] = computing.Commit + AwakeJoulesOf(Phase.Save),
            ["reexecution"] = computing.Reexecution,
            ["boot"] = AwakeJoulesOf(Phase.Start),
            ["idle"] = JoulesOf(Phase.Wait) + slept,
            ["measure"] = AwakeJoulesOf(Phase.Measure),
            ["report"] = AwakeJoulesOf(Phase.Report),
            ["leakage"] = book.LeakedJoules,
            ["converter"] = book.ConverterLossJoules + book.EsrLossJoules + book.SwitchingLossJoules,
            ["clipped"] = book.ClippedJoules,
            ["harvested"] = isSteady ? book.ConsumedJoules : book.HarvestedJoules,
            ["stored"] = isSteady ? 0 : book.StoredJoules,
            ["initial"] = isSteady ? 0 : book.InitialJoules,
        };

        double Grown(double part) => part * (1 + (rest / known));
    }

    private double JoulesOf(Phase phase) => _outcome.Phases[(int)phase].Joules.Total;

    private double AwakeJoulesOf(Phase phase) => JoulesOf(phase) - _outcome.Phases[(int)phase].Joules[(int)Activity.Sleep];

    private JsonArray ExitsJson(LabelledData seen)
    {
        IntegerEvaluation evaluation = IntegerEvaluation.Of(Network, seen);
        int count = Network.Exits.Length;
        return
        [
            .. Enumerable.Range(0, count + 1).Select(exit =>
            {
                InferenceRecord[] taken = [.. _inferences.Where(inference => inference.Exit == exit)];
                Work cost = _firmware.Costs.Answers[exit];
                return new JsonObject
                {
                    ["exit"] = exit,
                    ["name"] = exit < count ? Network.Exits[exit].Name : "whole network",
                    ["taken"] = taken.Length,
                    ["correct"] = taken.Count(IsRight),
                    ["meanEnergy_J"] = taken.Length == 0 ? null : taken.Average(inference => inference.All.Joules.Total),
                    ["meanLatency_s"] = taken.Length == 0 ? null : taken.Average(inference => inference.LatencySeconds),
                    ["accuracyIfAlways"] = exit < count ? (double)evaluation.RightAtExits[exit] / seen.Count : evaluation.Accuracy,
                    ["cycles"] = cost.Cycles,
                    ["energy_J"] = cost.TotalJoules,
                };
            }),
        ];
    }

    private JsonObject MemoryJson()
    {
        MemoryUse memory = _firmware.Firmware.Memory;
        return new JsonObject
        {
            ["runtime"] = memory.Runtime - memory.Commit,
            ["weights"] = memory.Weights,
            ["tables"] = memory.Tables + memory.Policy,
            ["exits"] = memory.Exits,
            ["maps"] = memory.Maps,
            ["commit"] = memory.Commit,
            ["separateExits"] = Network.Exits.IsEmpty ? null : ExitHeads.Bytes(ExitKind.Separate, _variant.Network.Network, _variant.Samples.Take(SamplesForHeads)),
        };
    }

    private JsonArray LayersJson(InferenceCosts restart) =>
    [
        .. Network.AllOperations.Select((operation, step) =>
        {
            Work own = _firmware.Costs.Operations[step];
            Work plain = restart.Operations[step];
            return new JsonObject
            {
                ["name"] = operation.Name,
                ["kind"] = operation.Kind.ToString(),
                ["macs"] = operation.Macs,
                ["cycles"] = own.Cycles,
                ["cyclesPerMac"] = operation.Macs == 0 ? null : (double)own.Cycles / operation.Macs,
                ["energy_J"] = own.TotalJoules,
                ["overhead"] = plain.Cycles == 0 ? null : ((double)own.Cycles / plain.Cycles) - 1,
            };
        }),
    ];

    private JsonObject? StuckJson(CapacitorNeed? need) => _outcome.StuckAt is not { } step ? null : new JsonObject
    {
        ["operation"] = need?.Operation ?? SmallestCapacitor.NameOf(_variant, step),
        ["energy_J"] = need?.Joules,
        ["smallestCapacitor_F"] = need?.Farads,
    };

    private static JsonObject? Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : new JsonObject
        {
            ["mean"] = sorted.Average(),
            ["p50"] = Quantile(0.5),
            ["p90"] = Quantile(0.9),
            ["p99"] = Quantile(0.99),
            ["max"] = sorted[^1],
        };

        // The least value that a share of all does not exceed.
        double Quantile(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
