using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>The counts that generated code adds, each once, where they can be added from: aligned, and near the guest's memory.</summary>
internal sealed unsafe class CountPool(AddressSpace memory)
{
    private const int Lanes = 8;

    private readonly Dictionary<Counts, int> _places = [];
    private readonly int _origin = checked((int)(memory.EngineRoom - memory.State->Memory));

    /// <summary>Whether there is room for the counts of one more unit.</summary>
    public bool HasRoom => _places.Count < (AddressSpace.EngineBytes / (Lanes * sizeof(int))) / 2;

    /// <summary>Where counts lie, from the guest's memory on; null if there is no room any more.</summary>
    public int? PlaceOf(Counts counts)
    {
        counts = counts with { MultiplierCycles = 0 };
        if (_places.TryGetValue(counts, out int place))
        {
            return place;
        }

        int offset = _places.Count * Lanes * sizeof(int);
        if (offset >= AddressSpace.EngineBytes)
        {
            return null;
        }

        ReadOnlySpan<int> all = MemoryMarshal.Cast<Counts, int>(new ReadOnlySpan<Counts>(in counts));
        all[..Lanes].CopyTo(new Span<int>(memory.EngineRoom + offset, Lanes));
        return _places[counts] = _origin + offset;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _places.Clear();
}
