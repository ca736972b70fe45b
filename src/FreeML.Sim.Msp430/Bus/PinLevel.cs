namespace FreeML.Sim.Msp430.Bus;

/// <summary>What a pin, or one who drives it, is at.</summary>
public enum PinLevel
{
    /// <summary>Nobody drives.</summary>
    HighImpedance,

    /// <summary>Ground.</summary>
    Low,

    /// <summary>The supply.</summary>
    High,
}
