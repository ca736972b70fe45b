namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Known faults of mspdebug 0.22's "sim".</summary>
internal static class MspdebugMasks
{
    public static readonly IReadOnlyList<Mask> All = [];
}
