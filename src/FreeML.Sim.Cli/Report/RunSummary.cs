namespace FreeML.Sim.Cli.Report;

/// <summary>What came of a scenario: <c>summary.json</c> of a run directory. Numbers are in base units.</summary>
/// <param name="Name">Name of the scenario.</param>
/// <param name="Version">Version of the program that ran it.</param>
/// <param name="Seed">Of everything random in it; null if it is not known.</param>
/// <param name="Scenario">As it was understood: names and values.</param>
/// <param name="Variants">At least one.</param>
internal sealed record RunSummary(string Name, string Version, string? Seed, IReadOnlyList<(string Name, string Value)> Scenario, IReadOnlyList<Variant> Variants);

/// <summary>Mean and quantiles of something measured at each answer.</summary>
internal sealed record Spread(double Mean, double Median, double P90, double P99, double Largest);

/// <summary>One way of doing it, with what was measured.</summary>
internal sealed record Variant
{
    /// <summary>Its name, which is also that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>How it lives through power failures.</summary>
    public required string Strategy { get; init; }

    /// <summary>When it answers before the end of the network.</summary>
    public required string ExitPolicy { get; init; }

    /// <summary>Which network.</summary>
    public required string Network { get; init; }

    /// <summary>Which device.</summary>
    public required string Device { get; init; }

    /// <summary>Clock of the CPU.</summary>
    public required double ClockHertz { get; init; }

    /// <summary>Size of the energy buffer; null if it has none of its own.</summary>
    public required double? CapacitorFarads { get; init; }

    /// <summary>Voltage at which the supply turns on.</summary>
    public required double? TurnOnVolts { get; init; }

    /// <summary>Voltage at which it turns off.</summary>
    public required double? TurnOffVolts { get; init; }

    /// <summary>What it harvests from; null on continuous power.</summary>
    public required string? Trace { get; init; }

    /// <summary>Why it ended.</summary>
    public required string Stop { get; init; }

    /// <summary>Answers.</summary>
    public required double Inferences { get; init; }

    /// <summary>Right answers.</summary>
    public required double Correct { get; init; }

    /// <summary>Share of right answers; null without answers.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>That of the network in floating point.</summary>
    public required double? FloatAccuracy { get; init; }

    /// <summary>Answers that are those of continuous power.</summary>
    public required double? ContinuousMatches { get; init; }

    /// <summary>From sample to answer, in seconds; null without answers.</summary>
    public required Spread? Latency { get; init; }

    /// <summary>Time with power that an answer took, in seconds.</summary>
    public required Spread? OnTime { get; init; }

    /// <summary>Energy of an answer; null without answers.</summary>
    public required double? JoulesPerInference { get; init; }

    /// <summary>Joules by the names of <see cref="EnergyPart"/>.</summary>
    public required IReadOnlyDictionary<string, double> Joules { get; init; }

    /// <summary>Power failures.</summary>
    public required double PowerFailures { get; init; }

    /// <summary>Power cycles for an answer.</summary>
    public required double? PowerCyclesPerInference { get; init; }

    /// <summary>Cycles whose work was done again.</summary>
    public required double ThrownAwayCycles { get; init; }

    /// <summary>All cycles.</summary>
    public required double Cycles { get; init; }

    /// <summary>Answers a second.</summary>
    public required double? Throughput { get; init; }

    /// <summary>Answers that came too late.</summary>
    public required double DeadlineMisses { get; init; }

    /// <summary>Samples that found no place.</summary>
    public required double Dropped { get; init; }

    /// <summary>From the first to the whole network.</summary>
    public required IReadOnlyList<ExitUse> Exits { get; init; }

    /// <summary>What lies where in memory.</summary>
    public required MemoryUse Memory { get; init; }

    /// <summary>Its layers, in order; none if they were not measured.</summary>
    public required IReadOnlyList<LayerCost> Layers { get; init; }

    /// <summary>Where it got stuck; null if it did not.</summary>
    public required StuckAt? Stuck { get; init; }

    /// <summary>Whether it never gave an answer, or stopped giving them.</summary>
    public bool IsStuck => Stuck is not null || Stop == "no-progress";

    /// <summary>Joules of a part.</summary>
    public double JoulesOf(EnergyPart part) => Joules[part.Key];
}

/// <summary>An exit and how it was used.</summary>
/// <param name="Key">What the answers' table calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Taken">Answers it gave.</param>
/// <param name="Correct">Right ones.</param>
/// <param name="MeanJoules">Energy of an answer it gave; null if it gave none.</param>
/// <param name="MeanSeconds">From sample to answer; null if it gave none.</param>
/// <param name="AccuracyIfAlways">Share of right answers, were it always taken.</param>
/// <param name="Cycles">To its answer, on continuous power.</param>
/// <param name="Joules">To its answer, on continuous power.</param>
internal sealed record ExitUse(string Key, string Name, double Taken, double Correct, double? MeanJoules, double? MeanSeconds, double? AccuracyIfAlways, double? Cycles, double? Joules);

/// <summary>Memory, in bytes.</summary>
/// <param name="Runtime">Code and constants.</param>
/// <param name="Weights">Of the network.</param>
/// <param name="Tables">What describes its operations.</param>
/// <param name="Exits">What the exits take.</param>
/// <param name="Maps">Activations.</param>
/// <param name="Commit">State that lives through power failures.</param>
/// <param name="SeparateExits">What a head of its own for each exit would take instead; null if there are no exits.</param>
internal sealed record MemoryUse(double Runtime, double Weights, double Tables, double Exits, double Maps, double Commit, double? SeparateExits)
{
    /// <summary>All of it, as built.</summary>
    public double Total => Runtime + Weights + Tables + Exits + Maps + Commit;
}

/// <summary>What an operation of the network costs on continuous power.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Macs">Products.</param>
/// <param name="Cycles">Cycles.</param>
/// <param name="CyclesPerMac">Cycles of each product; null without products.</param>
/// <param name="Joules">Energy.</param>
/// <param name="Overhead">What the strategy costs more than none, as a share; null if it was not measured.</param>
internal sealed record LayerCost(string Name, string Kind, double Macs, double Cycles, double? CyclesPerMac, double? Joules, double? Overhead);

/// <summary>Where a variant got stuck.</summary>
/// <param name="Operation">The piece of work that never ends in one charge.</param>
/// <param name="Joules">What it takes; null if it is not known.</param>
/// <param name="SmallestFarads">The capacitor that would do; null if it is not known.</param>
internal sealed record StuckAt(string Operation, double? Joules, double? SmallestFarads);

/// <summary>A part of the energy.</summary>
/// <param name="Key">In files.</param>
/// <param name="Name">For people.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="Kind">On which side of the book it stands.</param>
internal sealed record EnergyPart(string Key, string Name, string Meaning, EnergySide Kind)
{
    /// <summary>All parts, as they stand in the book.</summary>
    public static IReadOnlyList<EnergyPart> All { get; } =
    [
        new("compute", "compute", "the network's work, as without any failure or support for it", EnergySide.Consumed),
        new("fram", "FRAM", "that work's reads and writes of FRAM", EnergySide.Consumed),
        new("commit", "commit", "writing down progress, or saving and restoring state", EnergySide.Consumed),
        new("reexecution", "re-execution", "work done again after a power failure", EnergySide.Consumed),
        new("boot", "boot", "starting, and finding the place to go on", EnergySide.Consumed),
        new("idle", "idle", "waiting for samples, or for voltage", EnergySide.Consumed),
        new("measure", "measure", "measuring the voltage of the buffer", EnergySide.Consumed),
        new("report", "report", "telling results", EnergySide.Consumed),
        new("leakage", "leakage", "lost in the capacitor", EnergySide.Lost),
        new("converter", "converter", "lost in the converters", EnergySide.Lost),
        new("clipped", "clipped", "harvest that found the buffer full", EnergySide.Clipped),
        new("stored", "stored", "what is left in the buffer", EnergySide.Stored),
        new("initial", "initial", "what was in the buffer at first", EnergySide.Source) { IsOptional = true },
        new("harvested", "harvested", "what came in", EnergySide.Source),
    ];

    /// <summary>Whether it is nothing where it is not said.</summary>
    public bool IsOptional { get; init; }

    /// <summary>What an answer costs: what is consumed and what is lost on the way.</summary>
    public static IReadOnlyList<EnergyPart> Costs { get; } = [.. All.Where(part => part.Kind is EnergySide.Consumed or EnergySide.Lost)];
}

/// <summary>Where a part of the energy stands.</summary>
internal enum EnergySide
{
    /// <summary>By the chip.</summary>
    Consumed,

    /// <summary>On the way.</summary>
    Lost,

    /// <summary>Thrown away.</summary>
    Clipped,

    /// <summary>Still there.</summary>
    Stored,

    /// <summary>Came in, or was there.</summary>
    Source,
}
