namespace FreeML.Sim.Recording;

/// <summary>What happened at an instant of a run.</summary>
public enum RunEvent
{
    /// <summary>The supervisor switched the supply on; the chip boots.</summary>
    TurnOn,

    /// <summary>Boot is over; the first instruction follows.</summary>
    BootDone,

    /// <summary>The supply failed while the chip booted.</summary>
    BootAborted,

    /// <summary>The buffer fell below the supervisor's warning level under a running or sleeping program.</summary>
    Warning,

    /// <summary>The supply failed while the chip ran or slept.</summary>
    PowerFailure,

    /// <summary>The program ended, or the run reached its limit.</summary>
    Stop,
}

/// <summary>State of the supply at the end of a slice.</summary>
/// <param name="TimeSeconds">Time since the start of the run.</param>
/// <param name="BufferVolts">Voltage of the energy buffer.</param>
/// <param name="OutputVolts">Voltage that the chip sees; 0 while it is off.</param>
/// <param name="HarvestedWatts">Mean power that came from the harvester during the slice.</param>
/// <param name="LoadWatts">Mean power that the chip took during the slice.</param>
/// <param name="IsOn">Whether the chip had power during the slice.</param>
public readonly record struct SupplySample(double TimeSeconds, double BufferVolts, double OutputVolts, double HarvestedWatts, double LoadWatts, bool IsOn);

/// <summary>Listens to a run, at the ends of its slices. A run without one pays nothing.</summary>
public interface IRunRecorder
{
    /// <summary>A slice ended.</summary>
    void Sample(in SupplySample sample);

    /// <summary>Something happened. Times never decrease over all calls.</summary>
    /// <param name="timeSeconds">When.</param>
    /// <param name="what">What.</param>
    /// <param name="bufferVolts">Voltage of the energy buffer then.</param>
    /// <param name="programCounter">Where the program was; 0 where there is none.</param>
    void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter);
}
