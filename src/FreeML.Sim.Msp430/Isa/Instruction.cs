namespace FreeML.Sim.Msp430.Isa;

/// <summary>One decoded instruction, as the programmer wrote it: what the interpreter prepares, the listing prints and the cycle tables price.</summary>
public readonly record struct Instruction
{
    /// <summary>Address of the first word (the extension word where there is one); even, 20 bits.</summary>
    public uint Address { get; init; }

    /// <summary>The row of <see cref="InstructionSet"/>; null when the words are no instruction.</summary>
    public InstructionDefinition? Definition { get; init; }

    /// <summary>Width of the operation.</summary>
    public OperandSize Size { get; init; }

    /// <summary>Source operand; none for jumps, shifts in place and RETI.</summary>
    public Operand Source { get; init; }

    /// <summary>Destination operand, or the only operand of a single-operand instruction that writes it.</summary>
    public Operand Destination { get; init; }

    /// <summary>Length in words, 1 to 4; 1 when the words are no instruction.</summary>
    public int Words { get; init; }

    /// <summary>Length in bytes.</summary>
    public int Bytes => Words * 2;

    /// <summary>Whether an extension word (1800 to 1FFF) precedes the opcode.</summary>
    public bool IsExtended { get; init; }

    /// <summary>Number of repetitions (RPT), shifts (RxxM) or registers (PUSHM, POPM); 1 otherwise.</summary>
    public int Count { get; init; }

    /// <summary>Register that holds the number of repetitions less one, or -1.</summary>
    public int CountRegister { get; init; }

    /// <summary>ZC of the extension word: the carry that goes in is taken as 0.</summary>
    public bool ZeroCarry { get; init; }

    /// <summary>Target of a jump, 20 bits; otherwise 0.</summary>
    public uint Target { get; init; }

    /// <summary>Whether the words are an instruction that the silicon defines.</summary>
    public bool IsLegal => Definition is not null;

    /// <summary>Address of the following instruction, 20 bits.</summary>
    public uint NextAddress => (Address + (uint)Bytes) & 0xF_FFFF;

    /// <summary>
    /// MCLK cycles without wait states, from the user's guide's tables; for a count held in a register the count is taken as 1
    /// and every further repetition adds <see cref="InstructionDefinition.RepeatCycles"/>.
    /// </summary>
    public int Cycles => Definition is null ? 0 : Definition.Cycles(this);
}
