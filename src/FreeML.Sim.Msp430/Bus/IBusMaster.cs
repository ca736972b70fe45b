namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A module that takes the memory bus from the CPU. The device asks it between two instructions, and gives it turns; the CPU waits meanwhile,
/// asleep or not.
/// </summary>
public interface IBusMaster
{
    /// <summary>The MCLK cycle from which on it wants the bus; <see cref="long.MaxValue"/> while it does not.</summary>
    long BusCycle { get; }

    /// <summary>
    /// Works until it gives the bus back or until the cycle limit, whichever is first; an access that has begun completes. It passes the cycles
    /// that it takes by <see cref="IDeviceControl.Stall"/>.
    /// </summary>
    /// <param name="limit">An MCLK cycle to come.</param>
    void TakeBus(long limit);
}
