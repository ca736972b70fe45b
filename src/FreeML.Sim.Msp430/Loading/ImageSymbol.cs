namespace FreeML.Sim.Msp430.Loading;

/// <summary>What a symbol names.</summary>
public enum ImageSymbolKind
{
    /// <summary>An assembler label, a linker's constant, or a kind unknown here.</summary>
    Other,

    /// <summary>A variable or constant.</summary>
    Object,

    /// <summary>Code.</summary>
    Function,
}

/// <summary>A name the linker gave to an address.</summary>
/// <param name="Name">Name as in the file; never empty, may contain anything.</param>
/// <param name="Value">Usually an address. Linkers' constants may exceed 20 bits.</param>
/// <param name="Size">Size in bytes; 0 if the producer did not say.</param>
/// <param name="Kind">What it names.</param>
/// <param name="SectionIndex">Index into <see cref="FirmwareImage.Sections"/>, or null for an absolute value.</param>
/// <param name="IsLocal">True if the name is private to one source file, so that it need not be unique.</param>
public sealed record ImageSymbol(
    string Name, uint Value, uint Size, ImageSymbolKind Kind, int? SectionIndex, bool IsLocal);
