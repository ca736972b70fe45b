namespace FreeML.Sim.Energy;

/// <summary>Why <see cref="Supply.AdvanceUntil"/> returned.</summary>
public enum Crossing
{
    /// <summary>The time asked for has passed.</summary>
    Elapsed,

    /// <summary>The buffer's voltage reached the upper threshold.</summary>
    Rising,

    /// <summary>The buffer's voltage fell to the lower threshold.</summary>
    Falling,
}

/// <summary>Why the supply stopped advancing, and after how long.</summary>
/// <param name="Reason">The threshold met, or none.</param>
/// <param name="Seconds">Time passed.</param>
public readonly record struct CrossingResult(Crossing Reason, double Seconds);
