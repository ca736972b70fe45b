using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>Lists a range of an image, beginning anew at each symbol as objdump does: data before a function does not spoil it.</summary>
internal static class LabelledListing
{
    /// <summary>The lines of a range, each with its label if its address has a name.</summary>
    public static IEnumerable<(string? Label, ListingLine Line)> Of(CodeRange range, SymbolNames names)
    {
        IReadOnlyList<uint> starts = names.StartsIn(range);
        for (int n = 0; n < starts.Count; n++)
        {
            uint start = starts[n];
            uint end = n + 1 < starts.Count ? starts[n + 1] : range.End;
            ReadOnlyMemory<byte> bytes = range.Bytes[(int)(start - range.Address)..(int)(end - range.Address)];
            foreach (ListingLine line in Listing.Lines(bytes, start, nameOf: names.Find))
            {
                yield return (line.Address == start ? names.Find(start) : null, line);
            }
        }
    }
}
