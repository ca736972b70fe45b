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
/// What is known of one set of the FRAM cache when code is translated. Lines of code are known; where data come in between, it is not known
/// into which set, but they are never lines of the unit's code.
/// </summary>
/// <param name="IsExact">Whether the set holds just these two lines. If not, they are the lines of code touched last.</param>
/// <param name="Newest">The line of code touched last.</param>
/// <param name="Older">The one before it.</param>
/// <param name="IsComplete">Whether no other line of the unit's code can be there.</param>
/// <param name="DataSince">How often data may have come in since <paramref name="Newest"/> was touched, counted up to 2.</param>
/// <param name="IsStale">Whether the cache of the device has yet to be told.</param>
internal readonly record struct SetKnowledge(bool IsExact, uint Newest, uint Older, bool IsComplete, int DataSince, bool IsStale)
{
    private const uint NoLine = uint.MaxValue;

    /// <summary>Nothing.</summary>
    public static SetKnowledge Nothing { get; } = new(false, NoLine, NoLine, false, 0, false);

    /// <summary>A line of code of this set is touched.</summary>
    /// <param name="line">Which.</param>
    /// <param name="dataMayBeCode">Whether data may be read from the unit's lines of code.</param>
    /// <param name="isShared">Whether data may be read from this one.</param>
    public (Lookup Lookup, SetKnowledge Next) Touch(uint line, bool dataMayBeCode, bool isShared)
    {
        if (line == Newest && DataSince == 0)
        {
            return (Lookup.Newest, this);
        }

        if (IsExact)
        {
            return (line == Older ? Lookup.Present : Lookup.Absent, this with { Newest = line, Older = Newest, IsStale = true });
        }

        Lookup lookup = line == Newest ? (DataSince == 1 ? Lookup.Present : Lookup.Unknown)
            : line != Older && IsComplete && !isShared ? Lookup.Absent : Lookup.Unknown;
        if (DataSince == 0 && Newest != NoLine)
        {
            return (lookup, new SetKnowledge(true, line, Newest, true, 0, false));
        }

        uint other = line == Newest ? Older : Newest;
        bool isComplete = !dataMayBeCode && (IsComplete || (line != Newest && Newest != NoLine));
        return (lookup, new SetKnowledge(false, line, other, isComplete, 0, false));
    }

    /// <summary>Data come in, perhaps into this set.</summary>
    /// <param name="dataMayBeCode">Whether they may come from the unit's lines of code.</param>
    public SetKnowledge WithData(bool dataMayBeCode) => new(false, Newest, Older, !dataMayBeCode && (IsExact || IsComplete), Math.Min(DataSince + 1, 2), false);
}

/// <summary>What is known of the FRAM cache.</summary>
internal readonly record struct CacheKnowledge(SetKnowledge Even, SetKnowledge Odd)
{
    /// <summary>Nothing.</summary>
    public static CacheKnowledge Nothing { get; } = new(SetKnowledge.Nothing, SetKnowledge.Nothing);

    /// <summary>Where code begins that is made for this knowledge, the device's cache may have yet to be told.</summary>
    public CacheKnowledge AtEntry => new(Even with { IsStale = Even.IsExact }, Odd with { IsStale = Odd.IsExact });

    /// <summary>The set of a line.</summary>
    public SetKnowledge SetOf(uint line) => (line & 1) == 0 ? Even : Odd;

    /// <summary>The same with another set.</summary>
    public CacheKnowledge With(uint line, SetKnowledge set) => (line & 1) == 0 ? this with { Even = set } : this with { Odd = set };

    /// <summary>A line of code is touched.</summary>
    public (Lookup Lookup, CacheKnowledge Next) Touch(uint line, bool dataMayBeCode, bool isShared)
    {
        (Lookup lookup, SetKnowledge set) = SetOf(line).Touch(line, dataMayBeCode, isShared);
        return (lookup, With(line, set));
    }

    /// <summary>Data come in, into either set.</summary>
    public CacheKnowledge WithData(bool dataMayBeCode) => new(Even.WithData(dataMayBeCode), Odd.WithData(dataMayBeCode));
}
