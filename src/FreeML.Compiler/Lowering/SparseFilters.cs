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

    /// <summary>Farthest that an element of a window may be from its first one, in bytes.</summary>
    public const int MostBytes = ushort.MaxValue;

    /// <summary>Whether the runtime can do it.</summary>
    /// <param name="weights">A row for each filter.</param>
    /// <param name="window">The window.</param>
    /// <param name="map">The map read.</param>
    /// <param name="groups">Groups of channels.</param>
    public static bool CanRun(EncodedWeights weights, Window window, MapSize map, int groups)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Form is WeightForm.Dense
            || (window.Height * window.Width <= MostTaps && Reach(window, map, groups) <= MostBytes && weights.MostEntriesOfRow() <= MostEntries);
    }

    /// <summary>How far the last tap of a window is from the first one, in bytes.</summary>
    public static long Reach(Window window, MapSize map, int groups) =>
        2L * ((((map.Channels / groups) - 1L) * map.Plane) + ((window.Height - 1L) * window.DilationHeight * map.Width) + ((window.Width - 1L) * window.DilationWidth));

    /// <summary>The same weights in a form that the runtime can do.</summary>
    /// <inheritdoc cref="CanRun"/>
    public static EncodedWeights Runnable(EncodedWeights weights, Window window, MapSize map, int groups) =>
        CanRun(weights, window, map, groups) ? weights : EncodedWeights.Encode(weights.Decode(), weights.Rows, weights.Bits, WeightForm.Dense);
}
