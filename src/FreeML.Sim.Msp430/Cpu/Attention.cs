namespace FreeML.Sim.Msp430.Cpu;

/// <summary>Reasons for an engine to leave its loop before its limit.</summary>
[Flags]
internal enum Attention
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The status register stopped or started the CPU or a clock.</summary>
    Status = 1,

    /// <summary>GIE was set: one more instruction before the next interrupt.</summary>
    InterruptShadow = 2,

    /// <summary>Something happened outside the CPU: a request, a reset, an event that came nearer.</summary>
    Device = 4,

    /// <summary>The words at the program counter are no instruction.</summary>
    Illegal = 8,

    /// <summary>A jump to itself: only an interrupt or a reset ends it.</summary>
    Spin = 16,

    /// <summary>A call of one of the simulator's own services.</summary>
    HostCall = 32,

    /// <summary>The program counter points where no code can be: at registers, or at the null page of a flat device.</summary>
    FetchTrap = 64,

    /// <summary>A RETI: the next non-maskable interrupt may come.</summary>
    ReturnFromInterrupt = 128,
}
