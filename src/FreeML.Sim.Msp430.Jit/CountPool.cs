using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// The counts that generated code adds, each once. Each device that runs the code has a copy where they can be added from: aligned, and near its
/// memory.
/// </summary>
/// <param name="origin">Where the copies lie, from a device's memory on.</param>
internal sealed unsafe class CountPool(int origin)
{
    private const int Bytes = 8 * sizeof(int);
    private const int Most = AddressSpace.EngineBytes / Bytes;

    private readonly Dictionary<Counts, int> _places = [];
    private readonly Counts[] _all = new Counts[Most];

    /// <summary>How many there are.</summary>
    public int Number => _places.Count;

    /// <summary>Where counts lie, from the guest's memory on; null if there is no room any more.</summary>
    public int? PlaceOf(Counts counts)
    {
        counts = counts with { MultiplierCycles = 0 };
        if (_places.TryGetValue(counts, out int place))
        {
            return place;
        }

        if (Number == Most)
        {
            return null;
        }

        _all[Number] = counts;
        return _places[counts] = origin + (Number * Bytes);
    }

    /// <summary>Brings a device's copy up to date.</summary>
    /// <param name="room">Where it lies.</param>
    /// <param name="from">The first one that is missing there.</param>
    /// <param name="to">The one behind the last that is to be there.</param>
    public void Copy(byte* room, int from, int to)
    {
        for (int n = from; n < to; n++)
        {
            ReadOnlySpan<int> lanes = MemoryMarshal.Cast<Counts, int>(new ReadOnlySpan<Counts>(in _all[n]));
            lanes[..(Bytes / sizeof(int))].CopyTo(new Span<int>(room + (n * Bytes), Bytes / sizeof(int)));
        }
    }
}
