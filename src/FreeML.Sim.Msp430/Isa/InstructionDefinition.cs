using FreeML.Sim.Msp430.Cpu;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>The shapes an instruction can have: how its operands lie in the first word.</summary>
public enum Format : byte
{
    /// <summary>Format I: source and destination.</summary>
    DoubleOperand,

    /// <summary>Format II: one operand.</summary>
    SingleOperand,

    /// <summary>Format II without an operand: RETI.</summary>
    NoOperand,

    /// <summary>Ten-bit offset.</summary>
    Jump,

    /// <summary>CALLA: one operand, each addressing mode with a pattern of its own.</summary>
    CallAddress,

    /// <summary>MOVA, CMPA, ADDA, SUBA: 20 bits, each pair of addressing modes with a pattern of its own.</summary>
    Address,

    /// <summary>RRCM, RRAM, RLAM, RRUM: a register shifted by one to four places.</summary>
    MultiShift,

    /// <summary>PUSHM, POPM: one to sixteen registers.</summary>
    MultiPush,
}

/// <summary>Widths that an instruction has.</summary>
[Flags]
public enum Sizes : byte
{
    /// <summary>No width.</summary>
    Unsized = 0,

    /// <summary>.B</summary>
    B = 1,

    /// <summary>.W</summary>
    W = 2,

    /// <summary>.A</summary>
    A = 4,

    /// <summary>.B and .W, and .A behind an extension word.</summary>
    BWA = B | W | A,

    /// <summary>.W, and .A behind an extension word.</summary>
    WA = W | A,
}

/// <summary>A row of <see cref="InstructionSet"/>: everything there is to say about one instruction.</summary>
/// <param name="Name">Mnemonic, upper case, without suffix.</param>
/// <param name="Pattern">
/// First word, high bit first, as the user's guide draws it: 0 and 1 fixed; s source register; d destination register; D destination
/// mode; A source mode; B byte; o offset; h address bits 19:16; n count less one; W word instead of address-word.
/// </param>
/// <param name="Format">Shape.</param>
/// <param name="Sizes">Widths.</param>
/// <param name="Flags">What becomes of V, N, Z, C in this order: * by the result, 0 cleared, - untouched, ? undefined by the guide.</param>
/// <param name="Cycles">Its entry in the guide's cycle tables.</param>
/// <param name="Operation">What it does.</param>
public sealed record InstructionDefinition(
    string Name,
    string Pattern,
    Format Format,
    Sizes Sizes,
    string Flags,
    Func<Instruction, int> Cycles,
    Operation Operation)
{
    /// <summary>Source mode, where the pattern fixes it (CALLA and the address instructions).</summary>
    public AddressingMode SourceMode { get; init; }

    /// <summary>Destination mode, where the pattern fixes it.</summary>
    public AddressingMode DestinationMode { get; init; }

    /// <summary>Whether an extension word may precede it.</summary>
    public bool IsExtensible => Format is Format.DoubleOperand || (Format is Format.SingleOperand && Sizes.HasFlag(Sizes.A));

    /// <summary>Whether it has two opcodes, for .B and .W (the letter B in its pattern).</summary>
    public bool HasByteBit => Pattern.Contains('B');

    /// <summary>MCLK cycles that each repetition under RPT after the first adds: the registers' own time without the extension word.</summary>
    public int RepeatCycles(OperandSize size) => Name is "PUSH" ? (size is OperandSize.Address ? 4 : 3) : 1;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Pattern}";
}
