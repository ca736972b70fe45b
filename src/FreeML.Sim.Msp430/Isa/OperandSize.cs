namespace FreeML.Sim.Msp430.Isa;

/// <summary>Width of an operand: the suffix <c>.B</c>, <c>.W</c> or <c>.A</c> of the user's guide.</summary>
public enum OperandSize : byte
{
    /// <summary>The instruction has no operand width (jumps, RETI).</summary>
    None,

    /// <summary>8 bits.</summary>
    Byte,

    /// <summary>16 bits.</summary>
    Word,

    /// <summary>20 bits: an address-word, two words in memory.</summary>
    Address,
}
