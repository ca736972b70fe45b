namespace FreeML.Sim.Msp430.Bus;

/// <summary>What software can do to a field.</summary>
public enum Access
{
    /// <summary>Reads what was written ("rw").</summary>
    ReadWrite,

    /// <summary>Only hardware sets it ("r"); writes change nothing.</summary>
    ReadOnly,

    /// <summary>A command: the write is passed on and not stored, a read gives 0 ("w", "h0").</summary>
    WriteOnlyReadsZero,

    /// <summary>Set by hardware; a 0 written clears, a 1 leaves it alone.</summary>
    WriteZeroToClear,

    /// <summary>Set by hardware; a 1 written clears, a 0 leaves it alone.</summary>
    WriteOneToClear,

    /// <summary>A 1 written sets, a 0 leaves it alone; hardware clears.</summary>
    WriteOneToSet,
}
