using FreeML.Sim.Msp430;

namespace FreeML.Sim;

/// <summary>How a run on a supply is made.</summary>
public sealed record SimulatorOptions
{
    /// <summary>End of the run, since its start.</summary>
    public required SimTime Until { get; init; }

    /// <summary>Limit in active MCLK cycles.</summary>
    public long MaxCycles { get; init; } = long.MaxValue;

    /// <summary>What RAM holds after a power failure.</summary>
    public SramAfterFailure Sram { get; init; } = SramAfterFailure.Noise;

    /// <summary>The longest slice for which the supply voltage counts as constant in prices, in seconds.</summary>
    public double SliceCapSeconds { get; init; } = 1e-3;

    /// <summary>
    /// Looks at the voltage after every instruction, also where the safe horizon says that nothing can happen. Slow, and the same result:
    /// the reference that the fast loop is tested against.
    /// </summary>
    public bool ChecksEveryInstruction { get; init; }
}
