namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Known faults of mspdebug 0.22's "sim".</summary>
internal static class MspdebugMasks
{
    public static readonly IReadOnlyList<Mask> All =
    [
        new("mspdebug-push-sp", "PUSH SP and PUSH x(SP) take their operand before SP is decremented (the word pushed)",
            (_, shape, difference) => difference.IsMemory && Faults.IsPushOfStackPointer(shape)),
        new("mspdebug-push-b", "PUSH.B clears the high byte on the stack (bits 15:8 of the word pushed)",
            (_, shape, difference) => difference.IsMemory && shape.IsByte && Faults.IsPush(shape)
                && (difference.Bits & 0xFF) == 0 && (difference.Found & 0xFF00) == 0),
        new("mspdebug-pop-byte", "a byte read with @SP+ moves SP by 1 (SP one too low)", Faults.BytePop),
        new("mspdebug-pc-bit0", "PC can become odd (bit 0 of PC)", Faults.PcBit0),
        new("mspdebug-odd-address", "words at odd addresses are not rounded down (everything such an instruction computes)", Faults.OddAddress),
    ];
}
