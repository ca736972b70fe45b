namespace FreeML.Sim.Msp430.Bus;

/// <summary>How deep a reset goes; each implies the shallower ones before it (family user's guide, chapter SYS).</summary>
public enum ResetKind
{
    /// <summary>Power-up clear: CPU and most registers. RAM is kept.</summary>
    Puc,

    /// <summary>Power-on reset: a PUC and the bits that survive one.</summary>
    Por,

    /// <summary>Brown-out reset: everything, and the boot code runs.</summary>
    Bor,
}
