using System.Collections.Immutable;

namespace FreeML.Sim.Firmware;

/// <summary>What the runtime's ADC measures to know the buffer's voltage. The numbers are channels of ADC12_B.</summary>
public enum SenseInput
{
    /// <summary>P1.2, behind a divider by two on the board.</summary>
    HalfOnP12 = 2,

    /// <summary>Half of the chip's own supply, inside the chip.</summary>
    HalfSupply = 31,
}

/// <summary>What going on from an exit to the next answer takes, as the runtime's table has it.</summary>
/// <param name="Need">Least square of the ADC count of the buffer at which to go on.</param>
/// <param name="Ticks">On-time to the next answer, in ticks of the runtime's timer.</param>
/// <param name="Margin">Distance of the two largest logits at which this exit's answer counts as certain, in the logits' integers.</param>
public readonly record struct ExitCost(uint Need, uint Ticks, short Margin)
{
    /// <summary>Bytes in the table.</summary>
    public const int Bytes = 12;
}

/// <summary>What is bound to a runtime besides the network. The tables that depend on measurements are made by <see cref="FirmwareCompiler"/>.</summary>
public sealed record FirmwareOptions
{
    /// <summary>How power failures are got through.</summary>
    public Strategy Strategy { get; init; } = Strategy.FreeMl;

    /// <summary>MCLK: 1, 8 or 16 MHz.</summary>
    public int Megahertz { get; init; } = 8;

    /// <summary>When inference ends early.</summary>
    public ExitPolicy Policy { get; init; } = ExitPolicy.Never;

    /// <summary>Where the buffer's voltage is measured.</summary>
    public SenseInput Sense { get; init; } = SenseInput.HalfSupply;

    /// <summary>Whether each result is told on UCA0.</summary>
    public bool Uart { get; init; }

    /// <summary>Of each exit what going on takes; none if the policy needs none.</summary>
    public ImmutableArray<ExitCost> ExitCosts { get; init; } = [];

    /// <summary>Elements a commit, for each operation and then those of exits; none unless the strategy is <see cref="Strategy.Tiled"/>.</summary>
    public ImmutableArray<ushort> Tiles { get; init; } = [];

    /// <summary>Reference level at which <see cref="Strategy.Checkpoint"/> saves, in the form of CECTL2's ladder fields.</summary>
    public ushort WarningLevel { get; init; }

    /// <summary>Reference level above which it goes on.</summary>
    public ushort ResumeLevel { get; init; }
}
