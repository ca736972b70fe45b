namespace FreeML.Sim.Energy.Regulation;

/// <summary>
/// What reaches the buffer during one segment of the harvest: bands of buffer voltage, in each a law for the power delivered and one
/// for the power lost on the way. Reused from segment to segment, to allocate nothing.
/// </summary>
public sealed class HarvestProfile
{
    private double[] _lower = new double[8];
    private Law[] _delivered = new Law[8];
    private Law[] _lost = new Law[8];

    /// <summary>Number of bands.</summary>
    public int Count { get; private set; }

    /// <summary>Begins anew; bands follow upwards, the first from 0 V.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds the band from <paramref name="lowerVolts"/> up to the next one's, or without end.</summary>
    public void Add(double lowerVolts, Law delivered, Law lost)
    {
        if (Count == _lower.Length)
        {
            Array.Resize(ref _lower, 2 * Count);
            Array.Resize(ref _delivered, 2 * Count);
            Array.Resize(ref _lost, 2 * Count);
        }

        _lower[Count] = lowerVolts;
        _delivered[Count] = delivered;
        _lost[Count++] = lost;
    }

    /// <summary>The band at a voltage; at an edge the upper or the lower one.</summary>
    internal HarvestBand At(double volts, bool upper)
    {
        int n = Bands.Find(_lower.AsSpan(0, Count), volts, upper);
        return new HarvestBand(_lower[n], n + 1 < Count ? _lower[n + 1] : double.PositiveInfinity, _delivered[n], _lost[n]);
    }
}

/// <summary>One band of a <see cref="HarvestProfile"/>.</summary>
internal readonly record struct HarvestBand(double LowerVolts, double UpperVolts, Law Delivered, Law Lost);

/// <summary>Search in a list of bands given by their lower edges.</summary>
internal static class Bands
{
    /// <summary>Index of the band that holds <paramref name="volts"/>: of the two that meet at an edge, the upper or the lower.</summary>
    public static int Find(ReadOnlySpan<double> lowerEdges, double volts, bool upper)
    {
        int low = 0;
        int high = lowerEdges.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (upper ? lowerEdges[middle] <= volts : lowerEdges[middle] < volts)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
