namespace FreeML.Sim.Msp430.Memory;

/// <summary>How a granule of the address space is reached.</summary>
internal enum AccessPath : byte
{
    /// <summary>Through <see cref="AddressSpace"/>: peripherals, vacant memory, memory that holds prepared code (writes).</summary>
    Slow,

    /// <summary>Plain memory, counted as SRAM.</summary>
    Sram,

    /// <summary>FRAM: counted, cached, with wait states.</summary>
    Fram,

    /// <summary>A write to SRAM where some words have been made into instructions: through <see cref="AddressSpace"/>, unless the word is none of them.</summary>
    SramBesideCode,

    /// <summary>The same of FRAM.</summary>
    FramBesideCode,
}
