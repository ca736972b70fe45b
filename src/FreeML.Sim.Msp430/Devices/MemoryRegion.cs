namespace FreeML.Sim.Msp430.Devices;

/// <summary>What lies at an address.</summary>
public enum MemoryKind
{
    /// <summary>Nothing.</summary>
    Vacant,

    /// <summary>SRAM.</summary>
    Ram,

    /// <summary>FRAM.</summary>
    Fram,

    /// <summary>Read-only.</summary>
    Rom,

    /// <summary>Registers.</summary>
    Peripheral,
}

/// <summary>A stretch of the memory map.</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">What lies there.</param>
/// <param name="Name">Name in the data sheet's memory map.</param>
public sealed record MemoryRegion(uint Start, uint Length, MemoryKind Kind, string Name);
