using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Report;

/// <summary>
/// A directory that <c>run</c> wrote, read back. Its files may have been changed by others: they are checked, what is wrong is one line,
/// what was added is let be, and memory stays bounded whatever they say.
/// </summary>
internal sealed class RunDirectory
{
    /// <summary>Results of the run.</summary>
    public const string SummaryName = "summary.json";

    /// <summary>The scenario as it was given.</summary>
    public const string ScenarioName = "scenario.yaml";

    /// <summary>Steps of the compression, if there was one.</summary>
    public const string CompressionName = "compression.csv";

    private const int MostVariants = 64;
    private const int MostExits = 64;
    private const int MostLayers = 1024;
    private const int MostSettings = 400;
    private const int MostScenarioBytes = 256 << 10;
    private const int MostInferences = 1_000_000;
    private const int MostSteps = 10_000;

    private RunDirectory(string path, RunSummary summary)
    {
        Path = path;
        Summary = summary;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Results.</summary>
    public RunSummary Summary { get; }

    /// <summary>Opens a run directory.</summary>
    /// <exception cref="InputException">It is none, or its results cannot be used.</exception>
    public static RunDirectory Open(string path)
    {
        JsonFields summary = JsonFields.Read(System.IO.Path.Combine(path, SummaryName), "the results of a run in a directory that 'run' wrote");
        IReadOnlyList<JsonFields> variants = summary.Objects("variants", MostVariants);
        return variants.Count == 0
            ? throw summary.Wrong("variants", "none", "at least one")
            : new RunDirectory(path, new RunSummary(summary.Text("name"), summary.Text("version"), SeedOf(summary), summary.Texts("scenario", MostSettings), [.. variants.Select(ReadVariant)]));
    }

    /// <summary>The scenario as it was given; null if it is not there, or too long to show.</summary>
    public string? ReadScenario()
    {
        string path = FileOf(ScenarioName);
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= MostScenarioBytes ? File.ReadAllText(path) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, "a scenario");
        }
    }

    /// <summary>Answers of a variant, in order.</summary>
    /// <exception cref="InputException">The file is not there, or damaged.</exception>
    public IReadOnlyList<Inference> ReadInferences(Variant variant) => [.. Bounded(
        FileOf(variant, "inferences.csv"), ["index", "exit", "right", "started_s", "finished_s", "latency_s"], MostInferences,
        row => new Inference(row.Number(0), row.Text(1), row.Flag(2), row.Number(3), row.Number(4), row.Number(5)))];

    /// <summary>How far a variant was at which time, as the file is gone through.</summary>
    /// <exception cref="InputException">The file is not there, or damaged.</exception>
    public IEnumerable<Progress> ReadProgress(Variant variant)
    {
        double last = 0;
        foreach (CsvRow row in CsvRow.Read(FileOf(variant, "progress.csv"), ["time_s", "inference", "progress"], hasOthers: true))
        {
            double progress = row.Number(2);
            yield return progress is >= 0 and <= 1 ? new Progress(row.Time(0, ref last), row.Number(1), progress) : throw row.Wrong(2, "0 to 1");
        }
    }

    /// <summary>States of a variant's supply, as the file is gone through.</summary>
    /// <exception cref="InputException">The file is not there, or damaged.</exception>
    public IEnumerable<SupplySample> ReadVoltage(Variant variant) => RecordedRun.ReadSamples(FileOf(variant, RunFiles.Voltage));

    /// <summary>When a variant had power, as the file is gone through.</summary>
    /// <exception cref="InputException">The file is not there, or damaged.</exception>
    public IEnumerable<PowerCycle> ReadPowerCycles(Variant variant) => RecordedRun.ReadPowerCycles(FileOf(variant, RunFiles.PowerCycles));

    /// <summary>Whether a variant ran on a supply that was recorded.</summary>
    public bool HasSupply(Variant variant) => variant.CapacitorFarads is not null && File.Exists(FileOf(variant, RunFiles.Voltage)) && File.Exists(FileOf(variant, RunFiles.PowerCycles));

    /// <summary>Size and accuracy after each step of the compression; none if there was none.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public IReadOnlyList<(double Bytes, double Accuracy)> ReadCompression() => !File.Exists(FileOf(CompressionName)) ? [] :
    [
        .. Bounded(FileOf(CompressionName), ["bytes", "accuracy"], MostSteps, row => (row.Number(0), row.IsEmpty(1) ? double.NaN : row.Number(1)))
            .Where(step => !double.IsNaN(step.Item2)),
    ];

    private static IEnumerable<T> Bounded<T>(string path, IReadOnlyList<string> columns, int most, Func<CsvRow, T> read)
    {
        int count = 0;
        foreach (CsvRow row in CsvRow.Read(path, columns, hasOthers: true))
        {
            yield return ++count <= most ? read(row) : throw new InputException(path, null, $"more than {most} rows", "fewer");
        }
    }

    private static string? SeedOf(JsonFields summary) => summary.Texts("seed", 1) is [(_, string seed)] ? seed : null;

    private static string KeyOf(JsonFields exit) => exit.Texts("exit", 1) is [(_, string key)] ? key : throw exit.Wrong("exit", "nothing", "the number of the exit");

    private static Variant ReadVariant(JsonFields json)
    {
        string name = json.Text("name");

        // It is a folder's name too, and must not lead out of the directory.
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
        {
            throw json.Wrong("name", InputException.Quote(name), "a name that a folder can have");
        }

        JsonFields energy = json.Object("energy_J");
        return new Variant
        {
            Name = name,
            Strategy = json.Text("strategy"),
            ExitPolicy = json.Text("exitPolicy"),
            Network = json.Text("network"),
            Device = json.Text("device"),
            ClockHertz = json.Amount("clock_Hz"),
            CapacitorFarads = json.NumberOrNull("capacitor_F"),
            TurnOnVolts = json.NumberOrNull("turnOn_V"),
            TurnOffVolts = json.NumberOrNull("turnOff_V"),
            Trace = json.TextOrNull("trace"),
            Stop = json.Text("stop"),
            Inferences = json.Amount("inferences"),
            Correct = json.Amount("correct"),
            Accuracy = json.NumberOrNull("accuracy"),
            FloatAccuracy = json.NumberOrNull("floatAccuracy"),
            ContinuousMatches = json.NumberOrNull("continuousMatches"),
            Latency = ReadSpread(json, "latency_s"),
            OnTime = ReadSpread(json, "onTime_s"),
            JoulesPerInference = json.NumberOrNull("energyPerInference_J"),
            Joules = EnergyPart.All.ToDictionary(part => part.Key, part => part.IsOptional ? energy.NumberOrNull(part.Key) ?? 0 : energy.Number(part.Key), StringComparer.Ordinal),
            PowerFailures = json.Amount("powerFailures"),
            PowerCyclesPerInference = json.NumberOrNull("powerCyclesPerInference"),
            ThrownAwayCycles = json.Amount("thrownAway_cycles"),
            Cycles = json.Amount("cycles"),
            Throughput = json.NumberOrNull("throughput_per_s"),
            DeadlineMisses = json.Amount("deadlineMisses"),
            Dropped = json.Amount("dropped"),
            Exits = [.. json.Objects("exits", MostExits).Select(ReadExit)],
            Memory = ReadMemory(json.Object("memory_B")),
            Layers = [.. json.Objects("layers", MostLayers).Select(ReadLayer)],
            Stuck = json.ObjectOrNull("stuck") is { } stuck ? new StuckAt(stuck.Text("operation"), stuck.NumberOrNull("energy_J"), stuck.NumberOrNull("smallestCapacitor_F")) : null,
        };
    }

    private static Spread? ReadSpread(JsonFields json, string name) => json.ObjectOrNull(name) is { } spread && spread.NumberOrNull("mean") is { } mean
        ? new Spread(mean, spread.Number("p50"), spread.Number("p90"), spread.Number("p99"), spread.Number("max"))
        : null;

    private static ExitUse ReadExit(JsonFields json) => new(KeyOf(json), json.Text("name"), json.Amount("taken"), json.Amount("correct"), json.NumberOrNull("meanEnergy_J"), json.NumberOrNull("meanLatency_s"),
        json.NumberOrNull("accuracyIfAlways"), json.NumberOrNull("cycles"), json.NumberOrNull("energy_J"));

    private static MemoryUse ReadMemory(JsonFields json) => new(json.Amount("runtime"), json.Amount("weights"), json.Amount("tables"), json.Amount("exits"), json.Amount("maps"), json.Amount("commit"),
        json.NumberOrNull("separateExits"));

    private static LayerCost ReadLayer(JsonFields json) => new(json.Text("name"), json.Text("kind"), json.Amount("macs"), json.Amount("cycles"), json.NumberOrNull("cyclesPerMac"), json.NumberOrNull("energy_J"),
        json.NumberOrNull("overhead"));

    private string FileOf(string name) => System.IO.Path.Combine(Path, name);

    private string FileOf(Variant variant, string name) => System.IO.Path.Combine(Path, "variants", variant.Name, name);
}

/// <summary>An answer.</summary>
/// <param name="Number">Which inference.</param>
/// <param name="Exit">Which exit gave it: its <see cref="ExitUse.Key"/>.</param>
/// <param name="IsRight">Whether it was right.</param>
/// <param name="StartedSeconds">When work began.</param>
/// <param name="FinishedSeconds">When it was there.</param>
/// <param name="LatencySeconds">Since the sample.</param>
internal readonly record struct Inference(double Number, string Exit, bool IsRight, double StartedSeconds, double FinishedSeconds, double LatencySeconds);

/// <summary>How far a variant was.</summary>
/// <param name="TimeSeconds">When.</param>
/// <param name="Number">With which inference.</param>
/// <param name="Share">0 to 1.</param>
internal readonly record struct Progress(double TimeSeconds, double Number, double Share);
