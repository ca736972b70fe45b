using System.Collections.Immutable;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Firmware;

/// <summary>The prebuilt runtimes of firmware/prebuilt, which are part of the program.</summary>
public static class RuntimeImages
{
    private static readonly ImmutableArray<(Strategy Strategy, string Name)> Known =
    [
        (Strategy.FreeMl, "freeml"),
        (Strategy.Tiled, "tiled"),
        (Strategy.Checkpoint, "checkpoint"),
        (Strategy.Restart, "restart"),
    ];

    /// <summary>All strategies with their names, as people write them.</summary>
    public static IReadOnlyList<(Strategy Strategy, string Name)> All => Known;

    /// <summary>The name of a strategy, as people write it.</summary>
    public static string NameOf(Strategy strategy) => Known.Single(known => known.Strategy == strategy).Name;

    /// <summary>The names of all strategies, as people write them.</summary>
    public static string[] Names => [.. Known.Select(known => known.Name)];

    /// <summary>The strategy of a name, which is one of <see cref="Names"/>.</summary>
    public static Strategy StrategyOf(string name) => Known.Single(known => known.Name == name).Strategy;

    /// <summary>Reads the runtime of a strategy.</summary>
    /// <exception cref="InputException">This build of the program has none.</exception>
    public static FirmwareImage Read(Strategy strategy)
    {
        string name = $"runtime_{NameOf(strategy)}.elf";
        using Stream stream = typeof(RuntimeImages).Assembly.GetManifestResourceStream("FreeML.Sim.Firmware." + name)
            ?? throw new InputException(name, null, "no such runtime in this build of the program", "firmware/prebuilt to have it when the program is built");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ImageReader.Read(name, bytes);
    }
}
