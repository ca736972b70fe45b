namespace FreeML.Sim.Msp430.Devices;

/// <summary>What lies behind a range of addresses.</summary>
public enum MemoryKind
{
    /// <summary>Nothing: reads 0x3FFF, a fetch executes it as a jump to itself.</summary>
    Vacant,

    /// <summary>SRAM: lost with power.</summary>
    Ram,

    /// <summary>FRAM: kept without power, behind the FRAM controller.</summary>
    Fram,

    /// <summary>Readable, not writable by the CPU, kept.</summary>
    Rom,

    /// <summary>Registers, answered by <see cref="Bus.PeripheralBus"/>.</summary>
    Peripheral,
}

/// <summary>A range of addresses of one kind.</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">What is there.</param>
/// <param name="Name">As in the data sheet.</param>
public readonly record struct MemoryRegion(uint Start, uint Length, MemoryKind Kind, string Name)
{
    /// <summary>The address after the last one.</summary>
    public uint End => Start + Length;

    /// <summary>Whether an address lies in the region.</summary>
    public bool Contains(uint address) => address - Start < Length;
}
