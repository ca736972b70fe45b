namespace FreeML.Sim.Firmware;

/// <summary>What the runtime is doing, as it shows on P3.0 to P3.2.</summary>
public enum Phase
{
    /// <summary>Starting, or coming back after a power failure.</summary>
    Start = 0,

    /// <summary>Waiting for a sample, mostly asleep.</summary>
    Wait = 1,

    /// <summary>Computing the network.</summary>
    Network = 2,

    /// <summary>Computing an exit.</summary>
    Exit = 3,

    /// <summary>Saving its state.</summary>
    Save = 4,

    /// <summary>Measuring the buffer's voltage.</summary>
    Measure = 5,

    /// <summary>Reporting a result.</summary>
    Report = 6,
}
