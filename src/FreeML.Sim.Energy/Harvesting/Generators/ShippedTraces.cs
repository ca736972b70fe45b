namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>A trace that comes with the simulator, and the model it comes from.</summary>
/// <param name="Name">Its name: the file's without its ending.</param>
/// <param name="Description">What it is, in one line.</param>
/// <param name="Seed">The seed of the file.</param>
/// <param name="Generate">Makes it from a seed.</param>
public sealed record ShippedTrace(string Name, string Description, ulong Seed, Func<ulong, Trace> Generate)
{
    /// <summary>Name of the file in the folder <c>traces</c>.</summary>
    public string FileName => Name + ".csv";

    /// <summary>The very text of the file.</summary>
    public string ToText() => TraceWriter.ToText(Generate(Seed));
}

/// <summary>The traces in the folder <c>traces</c>, each made by its model from its seed, to the byte.</summary>
public static class ShippedTraces
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ShippedTrace> All { get; } =
    [
        new("solar-outdoor-day", "power of a 1 cm2 cell of 15 % outdoors, an April day at 47 degrees north with passing clouds, 10 s steps", 1, OutdoorCell),
        new("solar-outdoor-irradiance", "irradiance of the same day, 60 s means, for a cell model of one's own", 1,
            seed => Minutes(new OutdoorSolar { Seed = seed }.Generate("solar-outdoor-irradiance"))),
        new("solar-indoor-office", "power of a 10 cm2 cell on an office desk, lamps with a motion sensor and a window, one day, 30 s steps", 2,
            seed => new IndoorLight { Seed = seed }.Generate("solar-indoor-office")),
        new("rf-moving-reader", "power of a rectifier near a 4 W EIRP reader at 915 MHz carried 0.8 to 6 m away, 300 s, 20 ms steps", 3,
            seed => new RfMovingReader { Seed = seed }.Generate("rf-moving-reader")),
        new("kinetic-walk", "power of a resonant harvester on someone who walks and rests, 180 s, 10 ms steps", 4,
            seed => new KineticWalk { Seed = seed }.Generate("kinetic-walk")),
    ];

    /// <summary>The trace of that name (with or without .csv), or null.</summary>
    public static ShippedTrace? Find(string name) => All.FirstOrDefault(trace => name == trace.Name || name == trace.FileName);

    private static Trace OutdoorCell(ulong seed)
    {
        Trace cell = new OutdoorSolar { Seed = seed }.Generate("solar-outdoor-day").CellPower(1e-4, 0.15);
        return Rounded(cell, 1e8);
    }

    private static Trace Minutes(Trace irradiance) => Rounded(irradiance.Resample(60), 100);

    private static Trace Rounded(Trace trace, double perUnit) =>
        new(trace.Name, trace.Quantity, [.. trace.Times], trace.DurationSeconds, [.. trace.Values.Select(value => Math.Round(value * perUnit) / perUnit)]);
}
