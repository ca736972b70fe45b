using System.Numerics;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>What is known beforehand of a line of the FRAM cache.</summary>
internal enum Lookup
{
    /// <summary>It is the newest of its set: nothing happens.</summary>
    Newest,

    /// <summary>It is there.</summary>
    Present,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>Only the run will tell.</summary>
    Unknown,
}

/// <summary>
/// Names of lines of the FRAM cache when code is translated. A line at a known address is its number. One that is read through a register of
/// which only the last four bits are known, its phase, is that register and how many lines it lies from the sixteen bytes that the register points into:
/// so its set is known, and what it has in common with others that are read through the same register.
/// </summary>
internal static class LineName
{
    /// <summary>No line.</summary>
    public const uint None = uint.MaxValue;

    private const uint ByRegister = 0x8000_0000;
    private const int RegisterShift = 20;
    private const uint DistanceMask = (1 << RegisterShift) - 1;

    /// <summary>The line some bytes behind the sixteen that a register points into.</summary>
    public static uint Of(int register, int bytes) => ByRegister | ((uint)register << RegisterShift) | ((uint)(bytes >> 3) & DistanceMask);

    /// <summary>The register through which a line is read; -1 if its address is known.</summary>
    public static int RegisterOf(uint name) => name is >= ByRegister and not None ? (int)(name >> RegisterShift) & 0xF : -1;

    /// <summary>Bytes from the sixteen that its register points into to a line.</summary>
    public static int BytesOf(uint name) => (int)(name << (32 - RegisterShift)) >> (32 - RegisterShift - 3);

    /// <summary>The same line once its register points into the next sixteen bytes.</summary>
    public static uint Passed(uint name, int register) => RegisterOf(name) == register ? Of(register, BytesOf(name) - 16) : name;

    /// <summary>Whether two names are surely those of two lines.</summary>
    public static bool Differ(uint a, uint b, HashSet<uint> shared)
    {
        (int first, int second) = (RegisterOf(a), RegisterOf(b));
        return a != b && (first == second || (first < 0 && !shared.Contains(a)) || (second < 0 && !shared.Contains(b)));
    }
}

/// <summary>The last four bits of registers through which FRAM is read, where they are known when code is translated.</summary>
internal readonly record struct Phases(ulong Bits, ushort Known)
{
    /// <summary>That of a register.</summary>
    public int? this[int register] => ((Known >> register) & 1) != 0 ? (int)(Bits >> (4 * register)) & 0xF : null;

    /// <summary>With that of a register.</summary>
    public Phases With(int register, int? phase)
    {
        ulong others = Bits & ~(0xFul << (4 * register));
        var rest = (ushort)(Known & ~(1 << register));
        return phase is { } known ? new Phases(others | ((ulong)(known & 0xF) << (4 * register)), (ushort)(rest | (1 << register))) : new Phases(others, rest);
    }

    /// <summary>Those of some registers only, a bit for each.</summary>
    public Phases Of(int registers)
    {
        Phases kept = this;
        for (int others = Known & ~registers; others != 0; others &= others - 1)
        {
            kept = kept.With(BitOperations.TrailingZeroCount(others), null);
        }

        return kept;
    }
}

/// <summary>
/// What is known of one set of the FRAM cache when code is translated. Lines of code are known; where data come in between, it is mostly not known
/// into which set, but they are never lines of the unit's code. Data that are read through a register whose phase is known have a name.
/// </summary>
/// <param name="IsExact">Whether the set holds just these two lines. If not, they are the lines with a name touched last.</param>
/// <param name="Newest">The line touched last.</param>
/// <param name="Older">The one before it.</param>
/// <param name="IsComplete">Whether no other line of the unit's code can be there.</param>
/// <param name="DataSince">How often data without a name may have come in since <paramref name="Newest"/> was touched, counted up to 2.</param>
/// <param name="IsStale">Whether the cache of the device has yet to be told.</param>
internal readonly record struct SetKnowledge(bool IsExact, uint Newest, uint Older, bool IsComplete, int DataSince, bool IsStale)
{
    /// <summary>Nothing.</summary>
    public static SetKnowledge Nothing { get; } = new(false, LineName.None, LineName.None, false, 0, false);

    /// <summary>Whether a line that is read through a register is among those known.</summary>
    public bool HasData => LineName.RegisterOf(Newest) >= 0 || LineName.RegisterOf(Older) >= 0;

    /// <summary>A line of this set is touched.</summary>
    /// <param name="line">Which.</param>
    /// <param name="dataMayBeCode">Whether data may be read from the unit's lines of code.</param>
    /// <param name="shared">The lines of code that data may be read from.</param>
    public (Lookup Lookup, SetKnowledge Next) Touch(uint line, bool dataMayBeCode, HashSet<uint> shared)
    {
        if (line == Newest && DataSince == 0)
        {
            return (Lookup.Newest, this);
        }

        bool isNewest = line == Newest;
        bool isOther = Newest != LineName.None && LineName.Differ(line, Newest, shared);
        if (IsExact)
        {
            if (line == Older || (isOther && LineName.Differ(line, Older, shared)))
            {
                return (line == Older ? Lookup.Present : Lookup.Absent, this with { Newest = line, Older = Newest, IsStale = true });
            }

            // It may be one of the two under another name; the one that stays may be either.
            bool isData = LineName.RegisterOf(Newest) >= 0;
            return (Lookup.Unknown, isOther ? new SetKnowledge(true, line, Newest, true, 0, false) : new SetKnowledge(false, line, isData ? Older : Newest, isData, 0, false));
        }

        bool isCode = LineName.RegisterOf(line) < 0;
        Lookup lookup = isNewest ? (DataSince == 1 ? Lookup.Present : Lookup.Unknown)
            : isCode && line != Older && IsComplete && !shared.Contains(line) ? Lookup.Absent : Lookup.Unknown;
        if (DataSince == 0 && isOther)
        {
            return (lookup, new SetKnowledge(true, line, Newest, true, 0, false));
        }

        uint other = isNewest || (!isOther && Newest != LineName.None) ? Older : Newest;
        bool isComplete = !dataMayBeCode && (IsComplete || isOther);
        return (lookup, new SetKnowledge(false, line, other, isComplete, 0, false));
    }

    /// <summary>Lines that are read through some registers, a bit for each, have no name any more. The device's cache has been told.</summary>
    public SetKnowledge Without(int registers)
    {
        (bool newestGoes, bool olderGoes) = (Goes(Newest), Goes(Older));
        uint kept = olderGoes ? LineName.None : Older;
        return !newestGoes ? (olderGoes ? this with { IsExact = false, Older = kept, IsComplete = IsExact || IsComplete, IsStale = false } : this)
            : new SetKnowledge(false, kept, LineName.None, IsExact || IsComplete, IsExact && kept != LineName.None ? 1 : kept != LineName.None ? 2 : 0, false);

        bool Goes(uint line) => LineName.RegisterOf(line) is var register and >= 0 && ((registers >> register) & 1) != 0;
    }

    /// <summary>A register has come to the next sixteen bytes.</summary>
    public SetKnowledge Passed(int register) => this with { Newest = LineName.Passed(Newest, register), Older = LineName.Passed(Older, register) };

    /// <summary>Data come in, perhaps into this set.</summary>
    /// <param name="dataMayBeCode">Whether they may come from the unit's lines of code.</param>
    public SetKnowledge WithData(bool dataMayBeCode) => new(false, Newest, Older, !dataMayBeCode && (IsExact || IsComplete), Math.Min(DataSince + 1, 2), false);
}

/// <summary>What is known of the FRAM cache, and of the registers through which it is reached.</summary>
internal readonly record struct CacheKnowledge(SetKnowledge Even, SetKnowledge Odd, Phases Phases)
{
    private const int AllRegisters = 0xFFFF;

    /// <summary>Nothing.</summary>
    public static CacheKnowledge Nothing { get; } = new(SetKnowledge.Nothing, SetKnowledge.Nothing, default);

    /// <summary>Where code begins that is made for this knowledge, the device's cache may have yet to be told.</summary>
    public CacheKnowledge AtEntry => this with { Even = Even with { IsStale = Even.IsExact }, Odd = Odd with { IsStale = Odd.IsExact } };

    /// <summary>Whether a line that is read through a register is among those known.</summary>
    public bool HasData => Even.HasData || Odd.HasData;

    /// <summary>The same of lines of code only. The device's cache has been told.</summary>
    public CacheKnowledge WithoutData => Without(AllRegisters);

    /// <summary>The set of a line.</summary>
    public SetKnowledge SetOf(uint line) => (line & 1) == 0 ? Even : Odd;

    /// <summary>The same with another set.</summary>
    public CacheKnowledge With(uint line, SetKnowledge set) => (line & 1) == 0 ? this with { Even = set } : this with { Odd = set };

    /// <summary>A line is touched.</summary>
    public (Lookup Lookup, CacheKnowledge Next) Touch(uint line, bool dataMayBeCode, HashSet<uint> shared)
    {
        (Lookup lookup, SetKnowledge set) = SetOf(line).Touch(line, dataMayBeCode, shared);
        return (lookup, With(line, set));
    }

    /// <summary>The same when the device's cache has been told of what was known before a line was touched.</summary>
    public CacheKnowledge WithTold(CacheKnowledge before, uint line) => (line & 1) == 0 ? this with { Odd = before.Odd } : this with { Even = before.Even };

    /// <summary>Data come in, into either set.</summary>
    public CacheKnowledge WithData(bool dataMayBeCode) => this with { Even = Even.WithData(dataMayBeCode), Odd = Odd.WithData(dataMayBeCode) };

    /// <summary>Lines that are read through some registers have no name any more.</summary>
    public CacheKnowledge Without(int registers) => this with { Even = Even.Without(registers), Odd = Odd.Without(registers) };

    /// <summary>A register has come some bytes further, to be found in the same lines as before.</summary>
    public CacheKnowledge Stepped(int register, int step)
    {
        if (Phases[register] is not { } phase)
        {
            return this;
        }

        CacheKnowledge stepped = this with { Phases = Phases.With(register, phase + step) };
        return phase + step < 16 ? stepped : stepped with { Even = Even.Passed(register), Odd = Odd.Passed(register) };
    }
}
