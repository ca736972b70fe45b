using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>Code that was translated together.</summary>
/// <param name="Entries">Guest addresses where it may be entered, and where the host code for them lies.</param>
/// <param name="Words">The words it was made from, in order of their addresses.</param>
/// <param name="Size">Instructions of the guest.</param>
internal sealed record Unit(IReadOnlyList<(uint Guest, nint Host)> Entries, (uint Address, ushort Word)[] Words, int Size)
{
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
/// The units of a device. One whose words change goes to sleep; when the program comes to where it began and the words are back, it wakes up:
/// programs copy their inner loops to RAM again and again, and lose what is in RAM with each power failure.
/// </summary>
/// <param name="memory">The guest's memory.</param>
/// <param name="entries">Where the host code of each word of the guest begins; 0 where there is none.</param>
internal sealed unsafe class UnitTable(AddressSpace memory, nint* entries)
{
    // Of units that begin at one address, so many at most sleep; the ones that woke up longest ago are forgotten.
    private const int MaximumAsleep = 8;

    private readonly Dictionary<uint, List<Unit>> _awake = [];
    private readonly Dictionary<uint, List<Unit>> _asleep = [];

    /// <summary>Words put to sleep so far, each time counted.</summary>
    public long WordsPutToSleep { get; private set; }

    /// <summary>Instructions of the largest unit that may run and holds a word.</summary>
    public int SizeAt(uint address) => At(address).Select(unit => unit.Size).DefaultIfEmpty().Max();

    /// <summary>Whether a line of FRAM, eight bytes, holds a word of a unit that may run.</summary>
    public bool HoldsLine(uint line) => Enumerable.Range(0, 4).Any(word => IsHeld((line << 3) + (2 * (uint)word)));

    /// <summary>Adds a unit; it may run from now on.</summary>
    public void Add(Unit unit)
    {
        foreach ((uint guest, nint host) in unit.Entries)
        {
            entries[guest >> 1] = host;
        }

        uint granule = uint.MaxValue;
        foreach ((uint address, _) in unit.Words)
        {
            memory.MarkCode(address, 1);
            if (address >> AddressSpace.GranuleBits != granule)
            {
                granule = address >> AddressSpace.GranuleBits;
                ListOf(_awake, granule).Add(unit);
            }
        }
    }

    /// <summary>Wakes up a unit that may be entered at an address, if there is one whose words are what they were.</summary>
    public bool TryWake(uint address)
    {
        if (!_asleep.TryGetValue(address, out List<Unit>? units) || units.FindLast(unit => unit.Fits(memory)) is not { } found)
        {
            return false;
        }

        foreach ((uint guest, _) in found.Entries)
        {
            if (_asleep.TryGetValue(guest, out List<Unit>? others))
            {
                others.Remove(found);
            }
        }

        Add(found);
        return true;
    }

    /// <summary>A word has changed: what was made from it goes to sleep.</summary>
    public void Change(uint address)
    {
        foreach (Unit unit in At(address))
        {
            Retire(unit);
            foreach ((uint guest, _) in unit.Entries)
            {
                List<Unit> units = ListOf(_asleep, guest);
                if (units.Count == MaximumAsleep)
                {
                    units.RemoveAt(0);
                }

                units.Add(unit);
            }

            // Whoever copies other code there writes more than this word; it need not be told of each.
            foreach ((uint word, _) in unit.Words)
            {
                if (!IsHeld(word))
                {
                    memory.UnmarkCode(word);
                }
            }

            WordsPutToSleep += unit.Words.Length;
        }
    }

    /// <summary>Forgets what was made from a word, for it is to be made anew.</summary>
    public void Drop(uint address)
    {
        foreach (Unit unit in At(address))
        {
            Retire(unit);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _awake.Clear();
        _asleep.Clear();
        new Span<nint>(entries, AddressSpace.Size / 2).Clear();
    }

    // Units that may run and hold a word; a copy, so that they can be retired.
    private Unit[] At(uint address) => _awake.TryGetValue(address >> AddressSpace.GranuleBits, out List<Unit>? units) ? [.. units.Where(unit => unit.Holds(address))] : [];

    private bool IsHeld(uint address) => _awake.TryGetValue(address >> AddressSpace.GranuleBits, out List<Unit>? units) && units.Count > 0 && units.Exists(unit => unit.Holds(address));

    private void Retire(Unit unit)
    {
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
                _awake[granule].Remove(unit);
            }
        }
    }

    private static List<Unit> ListOf(Dictionary<uint, List<Unit>> lists, uint key)
    {
        ref List<Unit>? list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _);
        return list ??= [];
    }
}
