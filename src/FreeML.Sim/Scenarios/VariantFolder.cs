using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Scenarios;

/// <summary>
/// Runs variants into folders of a run directory. A folder is whole or not there: its <c>summary.json</c> comes last, and says of what it is
/// the result, so that a run that is started again takes what is done and does the rest.
/// </summary>
/// <param name="version">Version of the program: another one's results count as none.</param>
public sealed class VariantFolder(string version)
{
    /// <summary>Name of the member that says of what a summary is the result.</summary>
    public const string FingerprintKey = "fingerprint";

    /// <summary>One row for each answer.</summary>
    public const string InferencesName = "inferences.csv";

    /// <summary>How far inference was, over time.</summary>
    public const string ProgressName = "progress.csv";

    /// <summary>The firmware.</summary>
    public const string FirmwareName = "firmware";

    /// <summary>Columns of <see cref="InferencesName"/>.</summary>
    public static IReadOnlyList<string> InferencesHeader { get; } =
    [
        "index", "sample", "label", "answer", "right", "exit", "arrived_s", "started_s", "finished_s", "latency_s", "onTime_s", "cycles", "energy_J", "power_cycles", "thrown_away_cycles", "deadline_missed",
    ];

    /// <summary>Columns of <see cref="ProgressName"/>.</summary>
    public static IReadOnlyList<string> ProgressHeader { get; } = ["time_s", "inference", "progress"];

    // Measuring what operations take depends on these alone, and variants share them.
    private readonly ConcurrentDictionary<(FmlModel Network, int Megahertz), Lazy<InferenceCosts>> _plainCosts = new();

    /// <summary>Runs a variant, unless its folder has the result.</summary>
    /// <param name="variant">What to run.</param>
    /// <param name="settings">All that was said about it, in words.</param>
    /// <param name="directory">Its folder.</param>
    /// <param name="answered">Hears the number of answers, after each; null for nobody.</param>
    /// <param name="cancellation">Ends the run; the folder stays as it was.</param>
    /// <returns>The member of <c>variants</c>.</returns>
    /// <exception cref="InputException">The network does not fit, the runtime stopped, or the disk refused.</exception>
    public JsonObject Run(Variant variant, IReadOnlyList<(string Name, string Value)> settings, string directory, Action<int>? answered = null, CancellationToken cancellation = default)
    {
        CompiledFirmware firmware = variant.Compile();
        string fingerprint = Fingerprint(variant, settings, firmware.Firmware.Image);
        if (TryRead(Path.Combine(directory, RunFiles.Summary), fingerprint) is { } earlier)
        {
            return earlier;
        }

        using RunRecorder recorder = new(directory);
        using StagedFiles files = new(directory);
        using CsvWriter progress = RunFiles.Csv(files.Open(ProgressName), ProgressHeader);
        VariantOutcome outcome;
        using (VariantRun run = new(variant, firmware, recorder, (seconds, inference, share) => progress.WriteRecord(RunFiles.Number(seconds), RunFiles.Number(inference), RunFiles.Number(share))) { Answered = answered })
        {
            outcome = run.Run(cancellation);
        }

        progress.Dispose();
        Reference[] references = References.Of(variant, firmware, outcome.Inferences, cancellation);
        VariantReport report = new(variant, firmware, outcome, references);
        WriteInferences(files.Open(InferencesName), report, outcome);
        TextWriter text = files.Open(FirmwareName + ".txt");
        TiTxtWriter.Write(firmware.Firmware.Image, text);
        WriteBytes(Path.Combine(directory, FirmwareName + ".elf"), ElfWriter.Write(firmware.Firmware.Image));
        CapacitorNeed? need = outcome.Stop is VariantStop.NoProgress
            ? SmallestCapacitor.Find(variant, outcome.Unfinished?.Sample ?? 0, variant.Buffer.Farads, cancellation)
            : null;
        JsonObject summary = report.ToJson(PlainCosts(variant), need);
        summary["settings"] = new JsonObject(settings.Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)setting.Value)));
        summary[FingerprintKey] = fingerprint;
        files.Commit();
        recorder.Complete(summary);
        return Without(summary);
    }

    private static JsonObject? TryRead(string path, string fingerprint)
    {
        try
        {
            return File.Exists(path) && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject summary && summary[FingerprintKey] is JsonValue value && value.TryGetValue(out string? found) && found == fingerprint
                ? Without(summary)
                : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Of another program, or damaged: the variant is run again, and the disk will say what is wrong with it.
            return null;
        }
    }

    private static JsonObject Without(JsonObject summary)
    {
        summary.Remove(FingerprintKey);
        return summary;
    }

    private InferenceCosts PlainCosts(Variant variant) => _plainCosts.GetOrAdd((variant.Network, variant.Firmware.Megahertz), key => new Lazy<InferenceCosts>(() =>
        InferenceCosts.Measure(key.Network.Integer, ArenaPlanner.Plan(key.Network.Integer), new FirmwareOptions { Strategy = Strategy.Restart, Megahertz = key.Megahertz }))).Value;

    private static void WriteInferences(TextWriter writer, VariantReport report, VariantOutcome outcome)
    {
        using CsvWriter csv = RunFiles.Csv(writer, InferencesHeader);
        for (int n = 0; n < outcome.Inferences.Count; n++)
        {
            InferenceRecord inference = outcome.Inferences[n];
            csv.WriteRecord(
                RunFiles.Number(inference.Number), RunFiles.Number(inference.Sample), RunFiles.Number(report.LabelOf(inference)), RunFiles.Number(inference.Answer), Flag(report.IsRight(inference)),
                RunFiles.Number(inference.Exit), RunFiles.Number(inference.ArrivedSeconds), RunFiles.Number(inference.StartedSeconds), RunFiles.Number(inference.FinishedSeconds),
                RunFiles.Number(inference.LatencySeconds), RunFiles.Number(inference.All.Seconds), RunFiles.Number(inference.All.Cycles), RunFiles.Number(inference.All.Joules.Total),
                RunFiles.Number(inference.PowerFailures), RunFiles.Number(report.ThrownAwayCycles(n)), Flag(report.IsLate(inference)));
        }
    }

    private static string Flag(bool value) => value ? "1" : "0";

    private static void WriteBytes(string path, byte[] bytes) => StagedFiles.Attempt(path, () =>
    {
        File.WriteAllBytes(path + StagedFiles.PartialSuffix, bytes);
        File.Move(path + StagedFiles.PartialSuffix, path, overwrite: true);
    });

    /// <summary>All that decides the result, in a word.</summary>
    private string Fingerprint(Variant variant, IReadOnlyList<(string Name, string Value)> settings, FirmwareImage image)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(version);
        foreach ((string name, string value) in settings)
        {
            Add(name);
            Add(value);
        }

        foreach (ImageSegment segment in image.Segments)
        {
            hash.AppendData(segment.Bytes.Span);
        }

        hash.AppendData(MemoryMarshal.AsBytes(variant.Samples.Samples));
        hash.AppendData(MemoryMarshal.AsBytes(variant.Samples.Labels));
        hash.AppendData(MemoryMarshal.AsBytes(variant.Arrivals.Times.AsSpan()));
        if (variant.Power.Supply?.Harvester?.Trace is { } trace)
        {
            hash.AppendData(MemoryMarshal.AsBytes<double>(trace.Times.ToArray()));
            hash.AppendData(MemoryMarshal.AsBytes<double>(trace.Values.ToArray()));
        }

        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + '\0'));
    }
}
