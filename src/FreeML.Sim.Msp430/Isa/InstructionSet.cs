using FreeML.Sim.Msp430.Cpu;
using static FreeML.Sim.Msp430.Isa.AddressingMode;
using static FreeML.Sim.Msp430.Isa.Format;
using static FreeML.Sim.Msp430.Isa.Sizes;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>
/// Every instruction of MSP430 and MSP430X (CPUX), a row each, in the order of the user's guide. Decoder, interpreter, listing, cycle
/// counts and tests all read this table; nothing about an instruction is said anywhere else.
/// </summary>
public static class InstructionSet
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<InstructionDefinition> Rows { get; } =
    [
        //   name     first word             shape          sizes     V N Z C cycles                      what it does
        new("MOV",   "0100 ssss D B AA dddd", DoubleOperand, BWA,     "----", Cycles.Move,                new DoubleOperand<Move>()),
        new("ADD",   "0101 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.Add,                 new DoubleOperand<Add>()),
        new("ADDC",  "0110 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.DoubleOperand,       new DoubleOperand<AddWithCarry>()),
        new("SUBC",  "0111 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.DoubleOperand,       new DoubleOperand<SubtractWithCarry>()),
        new("SUB",   "1000 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.Add,                 new DoubleOperand<Subtract>()),
        new("CMP",   "1001 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.Compare,             new DoubleOperand<Compare>()),
        new("DADD",  "1010 ssss D B AA dddd", DoubleOperand, BWA,     "?***", Cycles.DoubleOperand,       new DoubleOperand<DecimalAdd>()),
        new("BIT",   "1011 ssss D B AA dddd", DoubleOperand, BWA,     "0***", Cycles.Compare,             new DoubleOperand<BitTest>()),
        new("BIC",   "1100 ssss D B AA dddd", DoubleOperand, BWA,     "----", Cycles.DoubleOperand,       new DoubleOperand<BitClear>()),
        new("BIS",   "1101 ssss D B AA dddd", DoubleOperand, BWA,     "----", Cycles.DoubleOperand,       new DoubleOperand<BitSet>()),
        new("XOR",   "1110 ssss D B AA dddd", DoubleOperand, BWA,     "****", Cycles.DoubleOperand,       new DoubleOperand<ExclusiveOr>()),
        new("AND",   "1111 ssss D B AA dddd", DoubleOperand, BWA,     "0***", Cycles.DoubleOperand,       new DoubleOperand<And>()),

        new("RRC",   "0001 0000 0 B AA dddd", SingleOperand, BWA,     "0***", Cycles.Shift,               new SingleOperand<RotateRightThroughCarry>()),
        new("SWPB",  "0001 0000 1 0 AA dddd", SingleOperand, WA,      "----", Cycles.Shift,               new SingleOperand<SwapBytes>()),
        new("RRA",   "0001 0001 0 B AA dddd", SingleOperand, BWA,     "0***", Cycles.Shift,               new SingleOperand<RotateRightArithmetically>()),
        new("SXT",   "0001 0001 1 0 AA dddd", SingleOperand, WA,      "0***", Cycles.Shift,               new SingleOperand<ExtendSign>()),
        new("PUSH",  "0001 0010 0 B AA ssss", SingleOperand, BWA,     "----", Cycles.Push,                new Push()),
        new("CALL",  "0001 0010 1 0 AA ssss", SingleOperand, W,       "----", Cycles.Call,                new Call()),
        new("RETI",  "0001 0011 0000 0000",   NoOperand,     Unsized, "****", Cycles.ReturnFromInterrupt, new ReturnFromInterrupt()),
        new("CALLA", "0001 0011 0100 ssss",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Register },
        new("CALLA", "0001 0011 0101 ssss",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Indexed },
        new("CALLA", "0001 0011 0110 ssss",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Indirect },
        new("CALLA", "0001 0011 0111 ssss",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = IndirectAutoincrement },
        new("CALLA", "0001 0011 1000 hhhh",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Absolute },
        new("CALLA", "0001 0011 1001 hhhh",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Symbolic },
        new("CALLA", "0001 0011 1011 hhhh",   CallAddress,   A,     "----", Cycles.CallAddress,         new CallFar()) { SourceMode = Immediate },

        new("JNE",   "0010 00 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<NotEqual>()),
        new("JEQ",   "0010 01 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<Equal>()),
        new("JNC",   "0010 10 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<NoCarry>()),
        new("JC",    "0010 11 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<Carry>()),
        new("JN",    "0011 00 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<Negative>()),
        new("JGE",   "0011 01 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<GreaterOrEqual>()),
        new("JL",    "0011 10 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<Less>()),
        new("JMP",   "0011 11 oooooooooo",    Jump,          Unsized, "----", Cycles.Jump,                new Jump<Always>()),

        new("MOVA",  "0000 ssss 0000 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Indirect,              DestinationMode = Register },
        new("MOVA",  "0000 ssss 0001 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = IndirectAutoincrement, DestinationMode = Register },
        new("MOVA",  "0000 hhhh 0010 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Absolute,              DestinationMode = Register },
        new("MOVA",  "0000 ssss 0011 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Indexed,               DestinationMode = Register },
        new("MOVA",  "0000 ssss 0110 hhhh",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Register,              DestinationMode = Absolute },
        new("MOVA",  "0000 ssss 0111 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Register,              DestinationMode = Indexed },
        new("MOVA",  "0000 hhhh 1000 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Immediate,             DestinationMode = Register },
        new("CMPA",  "0000 hhhh 1001 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Compare>()) { SourceMode = Immediate,          DestinationMode = Register },
        new("ADDA",  "0000 hhhh 1010 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Add>()) { SourceMode = Immediate,              DestinationMode = Register },
        new("SUBA",  "0000 hhhh 1011 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Subtract>()) { SourceMode = Immediate,         DestinationMode = Register },
        new("MOVA",  "0000 ssss 1100 dddd",   Address,       A,     "----", Cycles.MoveAddress,         new DoubleOperand<Move>()) { SourceMode = Register,              DestinationMode = Register },
        new("CMPA",  "0000 ssss 1101 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Compare>()) { SourceMode = Register,           DestinationMode = Register },
        new("ADDA",  "0000 ssss 1110 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Add>()) { SourceMode = Register,               DestinationMode = Register },
        new("SUBA",  "0000 ssss 1111 dddd",   Address,       A,     "****", Cycles.ArithmeticAddress,   new DoubleOperand<Subtract>()) { SourceMode = Register,          DestinationMode = Register },

        new("RRCM",  "0000 nn00 010W dddd",   MultiShift,    WA,    "0***", Cycles.MultiShift,          new MultiShift<RotateRightThroughCarry>()),
        new("RRAM",  "0000 nn01 010W dddd",   MultiShift,    WA,    "0***", Cycles.MultiShift,          new MultiShift<RotateRightArithmetically>()),
        new("RLAM",  "0000 nn10 010W dddd",   MultiShift,    WA,    "?***", Cycles.MultiShift,          new MultiShift<RotateLeftArithmetically>()),
        new("RRUM",  "0000 nn11 010W dddd",   MultiShift,    WA,    "0***", Cycles.MultiShift,          new MultiShift<RotateRightUnsigned>()),

        new("PUSHM", "0001 010W nnnn dddd",   MultiPush,     WA,    "----", Cycles.MultiPush,           new PushMultiple()),
        new("POPM",  "0001 011W nnnn dddd",   MultiPush,     WA,    "----", Cycles.MultiPush,           new PopMultiple()),
    ];

    /// <summary>The bits of an extension word that are fixed: 0001 1xxx xxxx xxxx.</summary>
    public static bool IsExtensionWord(ushort word) => (word & 0xF800) == 0x1800;

    /// <summary>Row of an opcode word, or null where the silicon defines none (an extension word has none either).</summary>
    public static InstructionDefinition? Find(ushort word) => RowOfWord[word] is var row and not NoRow ? Rows[row] : null;

    /// <summary>
    /// Row whose pattern a word has, whether or not the silicon defines what its operands would mean (a shift of a constant, say):
    /// a listing names such words all the same. Null where no pattern fits. Slow.
    /// </summary>
    internal static InstructionDefinition? FindShape(ushort word)
    {
        foreach (InstructionDefinition row in Rows)
        {
            (ushort mask, ushort bits) = FixedBits(row.Pattern);
            if ((word & mask) == bits)
            {
                return row;
            }
        }

        return null;
    }

    private const byte NoRow = byte.MaxValue;

    // All 65,536 words, expanded from the patterns; two rows that claim a word are an error at start-up.
    private static readonly byte[] RowOfWord = Expand();

    private static byte[] Expand()
    {
        var rows = new byte[0x1_0000];
        Array.Fill(rows, NoRow);
        for (int row = 0; row < Rows.Count; row++)
        {
            (ushort mask, ushort bits) = FixedBits(Rows[row].Pattern);
            for (int word = 0; word < rows.Length; word++)
            {
                if ((word & mask) != bits || !IsDefined(Rows[row], word))
                {
                    continue;
                }

                if (rows[word] != NoRow)
                {
                    throw new InvalidOperationException($"{Rows[row]} and {Rows[rows[word]]} both claim {word:X4}");
                }

                rows[word] = (byte)row;
            }
        }

        return rows;
    }

    // A shift needs a place to write to: the guide defines none for an immediate or a generated constant. And only R1 and R4 to R15 count up.
    private static bool IsDefined(InstructionDefinition row, int word)
    {
        int low = word & 0xF;
        int mode = (word >> 4) & 3;
        return row switch
        {
            { Format: SingleOperand, Name: not ("PUSH" or "CALL") } => low switch
            {
                0 => mode != 3,
                2 => mode < 2,
                3 => mode == 0,
                _ => true,
            },
            { Format: Address, SourceMode: IndirectAutoincrement } => ((word >> 8) & 0xF) is 1 or > 3,
            { Format: CallAddress, SourceMode: IndirectAutoincrement } => low is 1 or > 3,
            _ => true,
        };
    }

    private static (ushort Mask, ushort Bits) FixedBits(string pattern)
    {
        string letters = pattern.Replace(" ", "", StringComparison.Ordinal);
        if (letters.Length != 16)
        {
            throw new InvalidOperationException($"'{pattern}' has {letters.Length} bits, expected 16");
        }

        ushort mask = 0;
        ushort bits = 0;
        for (int bit = 0; bit < 16; bit++)
        {
            char letter = letters[15 - bit];
            mask |= (ushort)(letter is '0' or '1' ? 1 << bit : 0);
            bits |= (ushort)(letter is '1' ? 1 << bit : 0);
        }

        return (mask, bits);
    }
}
