namespace FreeML.Sim.Msp430.Bus;

/// <summary>What a peripheral may ask of the device it is part of.</summary>
public interface IDeviceControl
{
    /// <summary>The present simulated time, exact even in the middle of an instruction.</summary>
    SimTime Now { get; }

    /// <summary>MCLK cycles since power-up. In an instruction: those up to its end.</summary>
    long Cycles { get; }

    /// <summary>Whether the program stands still, asleep or in a jump to itself: nothing but an event can make it go on.</summary>
    bool IsIdle { get; }

    /// <summary>Whether maskable interrupts are accepted (GIE).</summary>
    bool AcceptsInterrupts { get; }

    /// <summary>The low-power mode the chip is in, 0 to 4; null while the CPU is on.</summary>
    int? SleepMode { get; }

    /// <summary>A read by a bus master that is not the CPU: it costs and does what the CPU's would.</summary>
    /// <param name="address">20 bits; a word's loses bit 0.</param>
    /// <param name="isByte">A byte instead of a word.</param>
    ushort ReadMemory(uint address, bool isByte);

    /// <summary>A write by a bus master that is not the CPU.</summary>
    /// <inheritdoc cref="ReadMemory"/>
    void WriteMemory(uint address, ushort value, bool isByte);

    /// <summary>Makes the CPU wait: the bus answers this many MCLK cycles later.</summary>
    void Stall(long cycles);

    /// <summary>Asks for a reset. It takes effect after the current instruction; the deepest of several wins, all causes are reported.</summary>
    void RequestReset(ResetKind kind, ResetCause cause);

    /// <summary>The CPU's clock has changed; takes effect after the current instruction.</summary>
    /// <param name="rate">The new rate.</param>
    /// <param name="hold">How long the clock stands still before it goes on.</param>
    void SetMclk(ClockRate rate, SimTime hold);

    /// <summary>A part of RAM lost its contents: it was without power.</summary>
    /// <param name="start">First address.</param>
    /// <param name="length">Bytes.</param>
    void LoseRam(uint start, uint length);

    /// <summary>The FRAM controller's settings have changed.</summary>
    /// <param name="waitStates">Cycles added to an access to the array, 0 to 15.</param>
    /// <param name="writesBlocked">Whether writes to FRAM are dropped. The device then tells the controller of each one, through
    /// <see cref="Peripherals.FramController.ReportBlockedWrite"/>.</param>
    void SetFram(int waitStates, bool writesBlocked);

    /// <summary>Something changed that a running engine must look at before its next instruction: an interrupt, a nearer event.</summary>
    void Attention();

    /// <summary>The voltages of the chip's supply and of the energy buffer that feeds it, at this moment.</summary>
    (double Supply, double Buffer) Volts { get; }

    /// <summary>What a comparator waits for has changed, or a module works for the first time: whoever moves the supply has to know.</summary>
    void PricesChanged();
}
