namespace FreeML.Sim.Energy;

/// <summary>Where the energy went since the start, in joules. All but the stored energies only ever grow.</summary>
public readonly record struct EnergyBook
{
    /// <summary>Taken from the harvester (at the front end's input).</summary>
    public double HarvestedJoules { get; init; }

    /// <summary>Received by the load (at the output stage's output).</summary>
    public double ConsumedJoules { get; init; }

    /// <summary>Lost in the buffer itself: leakage.</summary>
    public double LeakedJoules { get; init; }

    /// <summary>Harvested and thrown away because the buffer was at its voltage limit.</summary>
    public double ClippedJoules { get; init; }

    /// <summary>Lost in front end and output stage, their quiescent currents included.</summary>
    public double ConverterLossJoules { get; init; }

    /// <summary>Lost in the buffer's series resistance, and in the one between the branches of a supercapacitor.</summary>
    public double EsrLossJoules { get; init; }

    /// <summary>Lost when switches join capacitors of different voltage.</summary>
    public double SwitchingLossJoules { get; init; }

    /// <summary>Stored in the buffer at the start.</summary>
    public double InitialJoules { get; init; }

    /// <summary>Stored in the buffer now.</summary>
    public double StoredJoules { get; init; }

    /// <summary>What the book cannot account for; rounding only.</summary>
    public double BalanceErrorJoules =>
        InitialJoules + HarvestedJoules - StoredJoules - ConsumedJoules - LeakedJoules - ClippedJoules - ConverterLossJoules - EsrLossJoules - SwitchingLossJoules;
}
