using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Energy;

/// <summary>What a supply is made of.</summary>
public sealed record SupplyOptions
{
    /// <summary>Where the energy comes from; null for nowhere.</summary>
    public Harvester? Harvester { get; init; }

    /// <summary>What stands between harvester and buffer.</summary>
    public FrontEnd FrontEnd { get; init; } = new DirectFrontEnd();

    /// <summary>The capacitor that is always connected.</summary>
    public required Capacitor Buffer { get; init; }

    /// <summary>Switched banks beside it.</summary>
    public BankArray? Banks { get; init; }

    /// <summary>What stands between buffer and chip.</summary>
    public OutputStage Output { get; init; } = new DirectOutput();

    /// <summary>Thresholds, for those who run a device on the supply; the supply itself switches nothing.</summary>
    public Supervisor? Supervisor { get; init; }

    /// <summary>Voltage of the buffer at the start; 0 to its limit.</summary>
    public double InitialVolts { get; init; }
}
