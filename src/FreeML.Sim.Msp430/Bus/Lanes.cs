namespace FreeML.Sim.Msp430.Bus;

/// <summary>Which bits of a word register an access touches: the whole word, or one of its byte halves (_L and _H).</summary>
public static class Lanes
{
    /// <summary>A word access.</summary>
    public const ushort Word = 0xFFFF;

    /// <summary>A byte access at the even address.</summary>
    public const ushort Low = 0x00FF;

    /// <summary>A byte access at the odd address.</summary>
    public const ushort High = 0xFF00;
}
