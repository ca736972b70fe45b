namespace FreeML.Sim.Firmware;

/// <summary>How firmware gets through power failures. Each has a prebuilt runtime of its own.</summary>
public enum Strategy
{
    /// <summary>Every output element is committed when it is in FRAM; long sums in pieces. At most one inner block is lost.</summary>
    FreeMl,

    /// <summary>Commits after a tile of elements that was sized to the energy buffer.</summary>
    Tiled,

    /// <summary>Saves registers and RAM when a comparator warns that the buffer runs low, as Hibernus does.</summary>
    Checkpoint,

    /// <summary>Begins the sample again after each failure: the baseline.</summary>
    Restart,
}
