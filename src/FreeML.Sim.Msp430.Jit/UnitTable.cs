using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>Code that was translated together.</summary>
/// <param name="Entries">Guest addresses where it may be entered, and where the host code for them lies.</param>
/// <param name="Words">The words it was made from, in order of their addresses.</param>
/// <param name="Size">Instructions of the guest.</param>
/// <param name="Counts">Counts of the <see cref="CountPool"/> that a device must have to run it.</param>
internal sealed record Unit(IReadOnlyList<(uint Guest, nint Host)> Entries, (uint Address, ushort Word)[] Words, int Size, int Counts)
{
    /// <summary>Cycles of its longest instruction, waiting included: so far, at most, it goes past the cycle it is to end at.</summary>
    public required int LongestCycles { get; init; }

    /// <summary>Whether it was made from a word, given by its even address.</summary>
    public bool Holds(uint address)
    {
        int low = 0;
        int high = Words.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Words[middle].Address == address)
            {
                return true;
            }

            (low, high) = Words[middle].Address < address ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>Whether memory holds the words that it was made from.</summary>
    public bool Fits(AddressSpace memory) => Array.TrueForAll(Words, word => memory.PeekCode(word.Address) == word.Word && !memory.HasTrapAt(word.Address));
}

/// <summary>
/// The units that a device may run now: those whose words its memory holds. One whose words change is retired, and is found again when the program
/// comes to where it begins and the words are back: programs copy their inner loops to RAM again and again, and lose what is in RAM with each power failure.
/// </summary>
/// <param name="memory">The guest's memory.</param>
/// <param name="entries">Where the host code of each word of the guest begins; 0 where there is none.</param>
internal sealed unsafe class UnitTable(AddressSpace memory, nint* entries)
{
    private readonly HashSet<Unit> _all = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<uint, List<Unit>> _ofGranule = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _all.Count == 0;

    /// <summary>Instructions of the largest unit that holds a word.</summary>
    public int SizeAt(uint address) => At(address).Select(unit => unit.Size).DefaultIfEmpty().Max();

    /// <summary>Whether a line of FRAM, eight bytes, holds a word of a unit.</summary>
    public bool HoldsLine(uint line) => Enumerable.Range(0, 4).Any(word => IsHeld((line << 3) + (2 * (uint)word)));

    /// <summary>Adds a unit; it may run from now on.</summary>
    public void Add(Unit unit)
    {
        foreach ((uint guest, nint host) in unit.Entries)
        {
            entries[guest >> 1] = host;
        }

        if (!_all.Add(unit))
        {
            return;
        }

        uint granule = uint.MaxValue;
        foreach ((uint address, _) in unit.Words)
        {
            memory.MarkCode(address, 1);
            if (address >> AddressSpace.GranuleBits != granule)
            {
                granule = address >> AddressSpace.GranuleBits;
                ref List<Unit>? units = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofGranule, granule, out _);
                (units ??= []).Add(unit);
            }
        }
    }

    /// <summary>A word has changed: what was made from it is retired.</summary>
    public void Change(uint address)
    {
        foreach (Unit unit in At(address))
        {
            Retire(unit);

            // Whoever copies other code there writes more than this word; it need not be told of each.
            foreach ((uint word, _) in unit.Words)
            {
                if (!IsHeld(word))
                {
                    memory.UnmarkCode(word);
                }
            }
        }
    }

    /// <summary>The units that hold a word.</summary>
    public Unit[] At(uint address) => _ofGranule.TryGetValue(address >> AddressSpace.GranuleBits, out List<Unit>? units) ? [.. units.Where(unit => unit.Holds(address))] : [];

    /// <summary>Takes a unit away.</summary>
    public void Retire(Unit unit)
    {
        _all.Remove(unit);
        foreach ((uint guest, nint host) in unit.Entries)
        {
            if (entries[guest >> 1] == host)
            {
                entries[guest >> 1] = 0;
            }
        }

        uint granule = uint.MaxValue;
        foreach ((uint address, _) in unit.Words)
        {
            if (address >> AddressSpace.GranuleBits != granule)
            {
                granule = address >> AddressSpace.GranuleBits;
                _ofGranule[granule].Remove(unit);
            }
        }
    }

    /// <summary>Takes all away.</summary>
    public void Clear()
    {
        foreach (Unit unit in _all.ToArray())
        {
            Retire(unit);
        }
    }

    private bool IsHeld(uint address) => _ofGranule.TryGetValue(address >> AddressSpace.GranuleBits, out List<Unit>? units) && units.Count > 0 && units.Exists(unit => unit.Holds(address));
}
