namespace FreeML.Sim.Power;

/// <summary>What charge goes into: the layers of the energy stack.</summary>
public enum Activity
{
    /// <summary>CPU cycles: execution and reads that the FRAM cache answers.</summary>
    Compute,

    /// <summary>Cycles in which the CPU waits for FRAM.</summary>
    Wait,

    /// <summary>Lines read from the FRAM array.</summary>
    FramRead,

    /// <summary>Words written to the FRAM array.</summary>
    FramWrite,

    /// <summary>SRAM accesses.</summary>
    Sram,

    /// <summary>Accesses of peripheral registers.</summary>
    Peripheral,

    /// <summary>What the chip draws while awake, whatever it does.</summary>
    Static,

    /// <summary>LPM0 to LPM4.</summary>
    Sleep,

    /// <summary>Peripheral modules at work: timers, converters, references, crystals.</summary>
    Module,

    /// <summary>Waking from a low-power mode.</summary>
    WakeUp,

    /// <summary>Boot code, from power or a brown-out reset to the first instruction.</summary>
    Boot,
}
