using FreeML.Compiler.Models;

namespace FreeML.Compiler.Lowering;

/// <summary>
/// What the device's runtime can do with sparse weights of a convolution: it makes a list of a filter's entries in RAM, with 16-bit distances
/// (<c>firmware/runtime/convolution.c</c>). Dense weights have no limits.
/// </summary>
public static class SparseFilters
{
    /// <summary>Most entries of a filter.</summary>
    public const int MostEntries = 624;

    /// <summary>Most taps of a window.</summary>
    public const int MostTaps = 128;

    /// <summary>Most bytes of the maps that a filter reads.</summary>
    public const int MostBytes = 65536;

    /// <summary>Whether the runtime can do it.</summary>
    /// <param name="weights">A row for each filter.</param>
    /// <param name="window">The window.</param>
    /// <param name="map">The map read.</param>
    /// <param name="groups">Groups of channels.</param>
    public static bool CanRun(EncodedWeights weights, Window window, MapSize map, int groups)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Form is WeightForm.Dense
            || (window.Height * window.Width <= MostTaps && 2 * (map.Count / groups) <= MostBytes && weights.MostEntriesOfRow() <= MostEntries);
    }

    /// <summary>The same weights in a form that the runtime can do.</summary>
    /// <inheritdoc cref="CanRun"/>
    public static EncodedWeights Runnable(EncodedWeights weights, Window window, MapSize map, int groups) =>
        CanRun(weights, window, map, groups) ? weights : EncodedWeights.Encode(weights.Decode(), weights.Rows, weights.Bits, WeightForm.Dense);
}
