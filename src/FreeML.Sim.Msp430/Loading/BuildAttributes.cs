namespace FreeML.Sim.Msp430.Loading;

/// <summary>The instruction set an image was built for.</summary>
public enum ImageInstructionSet
{
    /// <summary>The image does not say.</summary>
    Unknown,

    /// <summary>The original 16-bit CPU.</summary>
    Msp430,

    /// <summary>The 20-bit CPUX.</summary>
    Msp430X,
}

/// <summary>The width of pointers an image was built with.</summary>
public enum ImageMemoryModel
{
    /// <summary>The image does not say.</summary>
    Unknown,

    /// <summary>16-bit pointers.</summary>
    Small,

    /// <summary>20-bit pointers.</summary>
    Large,

    /// <summary>20-bit pointers, but no object larger than 64 KiB.</summary>
    Restricted,
}

/// <summary>How an ELF image says it was built, in its header's flags and its <c>.MSP430.attributes</c> section.</summary>
/// <param name="CpuVariant">CPU variant of <c>e_flags</c> by its usual name (<c>MSP430X</c>), or null if unknown.</param>
/// <param name="InstructionSet">Instruction set.</param>
/// <param name="CodeModel">Width of code pointers.</param>
/// <param name="DataModel">Width of data pointers.</param>
public sealed record BuildAttributes(
    string? CpuVariant, ImageInstructionSet InstructionSet, ImageMemoryModel CodeModel, ImageMemoryModel DataModel)
{
    /// <summary>What an image that says nothing says.</summary>
    public static BuildAttributes None { get; } =
        new(null, ImageInstructionSet.Unknown, ImageMemoryModel.Unknown, ImageMemoryModel.Unknown);
}
