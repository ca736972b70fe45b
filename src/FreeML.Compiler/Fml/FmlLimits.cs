namespace FreeML.Compiler.Fml;

/// <summary>What no network for a microcontroller comes near, and a file that claims more is not believed.</summary>
internal static class FmlLimits
{
    /// <summary>Bytes of a file.</summary>
    public const long FileBytes = 256L << 20;

    /// <summary>Bytes of all entries, unpacked.</summary>
    public const long UnpackedBytes = 512L << 20;

    /// <summary>Layers, operations or values.</summary>
    public const int MostLayers = 10_000;

    /// <summary>Elements of a value.</summary>
    public const int MostElements = 1 << 24;

    /// <summary>Multiplications of the float network.</summary>
    public const long MostMacs = 100_000_000_000;
}
