using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>One name for each address that has any: a function's rather than a variable's, a global one rather than a local one.</summary>
internal sealed class SymbolNames
{
    private readonly Dictionary<uint, ImageSymbol> _byAddress = [];

    /// <summary>The names of an image's symbols. Those of no section are numbers rather than places.</summary>
    public SymbolNames(FirmwareImage image)
    {
        foreach (ImageSymbol symbol in image.Symbols)
        {
            if (symbol.SectionIndex is not null && (!_byAddress.TryGetValue(symbol.Value, out ImageSymbol? known) || Rank(symbol) < Rank(known)))
            {
                _byAddress[symbol.Value] = symbol;
            }
        }
    }

    /// <summary>The name of an address, or null.</summary>
    public string? Find(uint address) => _byAddress.TryGetValue(address, out ImageSymbol? symbol) ? Line.Of(symbol.Name) : null;

    /// <summary>Where in a range a listing begins anew: at its start, and at each of its symbols. Ascending.</summary>
    public IReadOnlyList<uint> StartsIn(CodeRange range) =>
    [
        range.Address,
        .. _byAddress
            .Where(pair => pair.Key > range.Address && pair.Key < range.End && pair.Value.SectionIndex == range.SectionIndex)
            .Select(pair => pair.Key)
            .Order(),
    ];

    private static int Rank(ImageSymbol symbol) => (symbol.Kind is ImageSymbolKind.Function ? 0 : 2) + (symbol.IsLocal ? 1 : 0);
}
