namespace FreeML.Sim.Msp430.Loading;

/// <summary>What an ELF section is for.</summary>
[Flags]
public enum ImageSectionFlags
{
    /// <summary>Notes, names, debugging information.</summary>
    None = 0,

    /// <summary>Takes room in the device's memory.</summary>
    Allocated = 1,

    /// <summary>The program may write to it.</summary>
    Writable = 2,

    /// <summary>Holds instructions.</summary>
    Executable = 4,

    /// <summary>Has bytes in the file; <c>.bss</c> and <c>.noinit</c> do not.</summary>
    HasContents = 8,
}

/// <summary>A named part of an ELF image.</summary>
/// <param name="Name">Name as in the file; may be empty, may contain anything.</param>
/// <param name="Address">Address at run time (VMA). 0 to FFFFF if allocated.</param>
/// <param name="LoadAddress">Address the programmer writes to (LMA); equals <paramref name="Address"/> if no program
/// header places the section.</param>
/// <param name="Size">Size in bytes in the device's memory, or in the file if not allocated.</param>
/// <param name="Flags">What the section is for.</param>
/// <param name="Bytes">Its contents; empty if the file has none.</param>
public sealed record ImageSection(
    string Name, uint Address, uint LoadAddress, uint Size, ImageSectionFlags Flags, ReadOnlyMemory<byte> Bytes);
