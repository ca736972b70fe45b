namespace FreeML.Sim.Conformance.Model;

/// <summary>Operand size; the value is the width in bits.</summary>
internal enum Size
{
    Byte = 8,
    Word = 16,
    Address = 20,
}

internal static class SizeExtensions
{
    /// <summary>The suffix of a mnemonic: b, w or a.</summary>
    public static char Letter(this Size size) => size switch
    {
        Size.Byte => 'b',
        Size.Word => 'w',
        _ => 'a',
    };

    /// <summary>All ones in the width of <paramref name="size"/>.</summary>
    public static int Mask(this Size size) => (1 << (int)size) - 1;
}
