namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Known faults of GNU's simulator (gdb 13.1).</summary>
internal static class GnuMasks
{
    public static readonly IReadOnlyList<Mask> All = [];
}
