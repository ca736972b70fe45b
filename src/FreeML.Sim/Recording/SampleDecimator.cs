using System.Runtime.InteropServices;

namespace FreeML.Sim.Recording;

/// <summary>
/// Keeps a bounded number of samples of a run of any length, and among them every extreme of the buffer voltage to be seen at its resolution.
/// </summary>
/// <remarks>
/// Time is divided into bins of equal width, about a nanosecond at first. A bin keeps its first, lowest, highest and last sample (by buffer voltage;
/// of equals the earliest). When more samples are kept than allowed, the width doubles until they fit. So a run with fewer samples than the limit keeps them all.
/// Exact: times, voltages and states of what is kept, the lowest and highest voltage of the run, its first and last sample. Energies are kept too:
/// the powers of a row are means since the row before it, so that their sum over time is the energy of the run.
/// </remarks>
public sealed class SampleDecimator
{
    /// <summary>Rows kept unless told otherwise.</summary>
    public const int DefaultRowLimit = 20_000;

    /// <summary>What one bin may keep, and so the least that can be allowed.</summary>
    public const int RowsPerBin = 4;

    private readonly List<Entry> _kept = [];

    // Powers of two, so that dividing by the width is exact and a wider bin holds two narrower ones whole.
    private double _binSeconds = 1.0 / (1 << 30);
    private int _openBinStart;
    private double _harvestedJoules;
    private double _loadJoules;

    /// <summary>An empty one.</summary>
    /// <param name="rowLimit">The most samples to keep; at least <see cref="RowsPerBin"/>.</param>
    public SampleDecimator(int rowLimit = DefaultRowLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowLimit, RowsPerBin);
        RowLimit = rowLimit;
    }

    /// <summary>The most samples to keep.</summary>
    public int RowLimit { get; }

    /// <summary>Samples added so far.</summary>
    public long SampleCount { get; private set; }

    /// <summary>Samples kept.</summary>
    public int RowCount => _kept.Count;

    /// <summary>What is kept, in order of time. Powers are means since the row before.</summary>
    public IEnumerable<SupplySample> Rows
    {
        get
        {
            Entry before = default;
            foreach (Entry entry in _kept)
            {
                double seconds = entry.Sample.TimeSeconds - before.Sample.TimeSeconds;

                // Two samples in a row need no mean, and are given back bit for bit.
                yield return entry.Number == before.Number + 1 || seconds <= 0 ? entry.Sample : entry.Sample with
                {
                    HarvestedWatts = (entry.HarvestedJoules - before.HarvestedJoules) / seconds,
                    LoadWatts = (entry.LoadJoules - before.LoadJoules) / seconds,
                };
                before = entry;
            }
        }
    }

    /// <summary>Takes a sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or time went backwards.</exception>
    public void Add(in SupplySample sample)
    {
        double lastSeconds = _kept.Count > 0 ? _kept[^1].Sample.TimeSeconds : 0;
        if (!(sample.TimeSeconds >= lastSeconds) || !AllFinite(sample))
        {
            throw new ArgumentOutOfRangeException(nameof(sample), sample, $"numbers must be finite, and the time at least {lastSeconds} s");
        }

        double seconds = sample.TimeSeconds - lastSeconds;
        _harvestedJoules += sample.HarvestedWatts * seconds;
        _loadJoules += sample.LoadWatts * seconds;
        if (_kept.Count > 0 && Bin(sample.TimeSeconds) != Bin(lastSeconds))
        {
            _openBinStart = _kept.Count;
        }

        _kept.Add(new Entry(sample, ++SampleCount, _harvestedJoules, _loadJoules));
        if (_kept.Count - _openBinStart > RowsPerBin)
        {
            Compress(_openBinStart);
        }

        while (_kept.Count > RowLimit)
        {
            _binSeconds *= 2;
            Compress(0);
        }
    }

    private static bool AllFinite(in SupplySample sample) =>
        double.IsFinite(sample.TimeSeconds) && double.IsFinite(sample.BufferVolts) && double.IsFinite(sample.OutputVolts)
        && double.IsFinite(sample.HarvestedWatts) && double.IsFinite(sample.LoadWatts);

    private double Bin(double seconds) => Math.Floor(seconds / _binSeconds);

    /// <summary>Leaves of each bin, from a row on that begins one, what it may keep.</summary>
    private void Compress(int start)
    {
        Span<Entry> kept = CollectionsMarshal.AsSpan(_kept);
        int write = start;
        for (int read = start; read < kept.Length;)
        {
            double bin = Bin(kept[read].Sample.TimeSeconds);
            int end = read + 1;
            while (end < kept.Length && Bin(kept[end].Sample.TimeSeconds) == bin)
            {
                end++;
            }

            _openBinStart = write;
            write = KeepExtremes(kept, read, end, write);
            read = end;
        }

        _kept.RemoveRange(write, _kept.Count - write);
    }

    private static int KeepExtremes(Span<Entry> kept, int start, int end, int write)
    {
        int lowest = start;
        int highest = start;
        for (int n = start; n < end; n++)
        {
            lowest = kept[n].Sample.BufferVolts < kept[lowest].Sample.BufferVolts ? n : lowest;
            highest = kept[n].Sample.BufferVolts > kept[highest].Sample.BufferVolts ? n : highest;
        }

        bool all = end - start <= RowsPerBin;
        for (int n = start; n < end; n++)
        {
            if (all || n == start || n == lowest || n == highest || n == end - 1)
            {
                kept[write++] = kept[n];
            }
        }

        return write;
    }

    /// <summary>A sample, its number from 1, and the energies from the start of the run up to it.</summary>
    private readonly record struct Entry(SupplySample Sample, long Number, double HarvestedJoules, double LoadJoules);
}
