namespace FreeML.Sim.Msp430.Isa;

/// <summary>The seven addressing modes of the user's guide, and the constants that registers R2 and R3 generate.</summary>
public enum AddressingMode : byte
{
    /// <summary>The operand does not exist.</summary>
    None,

    /// <summary><c>Rn</c></summary>
    Register,

    /// <summary><c>X(Rn)</c></summary>
    Indexed,

    /// <summary><c>EDE</c>: X(PC), relative to the address of the index word itself.</summary>
    Symbolic,

    /// <summary><c>&amp;EDE</c></summary>
    Absolute,

    /// <summary><c>@Rn</c></summary>
    Indirect,

    /// <summary><c>@Rn+</c></summary>
    IndirectAutoincrement,

    /// <summary><c>#N</c>: the word after the instruction.</summary>
    Immediate,

    /// <summary><c>#0, #1, #2, #4, #8, #-1</c> from R2 or R3: no word in memory, timed as a register.</summary>
    Constant,
}
