namespace FreeML.Sim.Msp430;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>The program asked for its end (semihosting).</summary>
    Exited,

    /// <summary>Asleep, or in a jump to itself, with nothing left that could ever wake the device.</summary>
    Parked,

    /// <summary>The limit in MCLK cycles was reached.</summary>
    MaxCycles,

    /// <summary>The limit in simulated time was reached.</summary>
    Until,

    /// <summary>The words at the program counter are no instruction of the silicon's.</summary>
    Illegal,

    /// <summary>The program ran to where no program is.</summary>
    Fault,

    /// <summary>Whoever watched the run ended it.</summary>
    Asked,
}
