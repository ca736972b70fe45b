namespace FreeML.Sim.Msp430;

/// <summary>What RAM holds when power comes back.</summary>
public enum SramAfterFailure
{
    /// <summary>Noise from the run's seed, the same in every run: what a program must be ready for.</summary>
    Noise,

    /// <summary>Zeros: hides bugs, but is easy to read.</summary>
    Zero,

    /// <summary>What it held, except that the longer power was away, the more bytes are noise.</summary>
    Decay,
}
