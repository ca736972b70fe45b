namespace FreeML.Sim.Msp430.Isa;

/// <summary>
/// MCLK cycles of every instruction on CPUX, from memory without wait states: the tables as the family user's guide (SLAU367, chapter
/// CPUX, "instruction cycles and lengths") prints them. Rows are source modes, columns destinations. Wait states come on top, from the
/// FRAM controller.
/// </summary>
public static class Cycles
{
    /// <summary>Interrupt request accepted to first instruction of the handler.</summary>
    public const int InterruptEntry = 6;

    /// <summary>Reset to the first instruction, logic only; boot code comes on top.</summary>
    public const int Reset = 4;

    /// <summary>No instruction, interrupt entry or reset takes longer: a PUSHX.A repeated 16 times, and its words read and written.</summary>
    public static int Longest(long waitStates) => (int)(70 + (36 * waitStates));

    /// <summary>
    /// ADDA, CMPA and SUBA #imm20,Rm. The guide prints 3; a measurement on an FR5739 (published with the mspdebug simulator) gave 2,
    /// which is also what the fetch of two words takes.
    /// </summary>
    public const int AddressImmediateToRegister = 2;

    //                                                  Rm PC mem
    private static readonly int[,] DoubleOperandTable =
    {
        /* Rn, constant   */                          { 1, 3, 4 },
        /* @Rn, @Rn+      */                          { 2, 4, 5 },
        /* #N             */                          { 2, 3, 5 },
        /* x(Rn) EDE &EDE */                          { 3, 5, 6 },
    };

    //                                                  Rm PC mem  Rm PC mem
    private static readonly int[,] ExtendedDoubleOperandTable =
    {
        //                                              .B and .W  .A
        /* Rn, constant   */                          { 2, 4, 5,   2, 4, 7 },
        /* @Rn, @Rn+      */                          { 3, 5, 6,   4, 6, 9 },
        /* #N             */                          { 3, 4, 6,   3, 4, 8 },
        /* x(Rn) EDE &EDE */                          { 4, 6, 7,   5, 7, 10 },
    };

    //                                                  Rn @Rn @Rn+ #N x(Rn) EDE &EDE
    private static readonly int[] ShiftTable =        { 1, 3,  3,   0, 4,    4,  4 };
    private static readonly int[] PushTable =         { 3, 3,  3,   3, 4,    4,  4 };
    private static readonly int[] CallTable =         { 4, 4,  4,   4, 5,    5,  6 };
    private static readonly int[] CallAddressTable =  { 5, 6,  6,   5, 5,    7,  7 };
    private static readonly int[] ExtendedShift =     { 2, 4,  4,   0, 5,    5,  5 };
    private static readonly int[] ExtendedShiftA =    { 2, 6,  6,   0, 7,    7,  7 };
    private static readonly int[] ExtendedPush =      { 4, 4,  4,   4, 5,    5,  5 };
    private static readonly int[] ExtendedPushA =     { 5, 6,  6,   5, 7,    7,  7 };

    /// <summary>Format I, with and without extension word.</summary>
    public static int DoubleOperand(Instruction i) => DoubleOperand(i, 0, 0);

    /// <summary>Format I, MOV: not read before it is written.</summary>
    public static int Move(Instruction i) => DoubleOperand(i, 1, 1);

    /// <summary>Format I, CMP and BIT: read and not written.</summary>
    public static int Compare(Instruction i) => DoubleOperand(i, 1, 0);

    /// <summary>Format I, ADD and SUB: as any other, but one less to the PC from #N and x(Rn) behind an extension word.</summary>
    public static int Add(Instruction i) => DoubleOperand(i, 0, 1);

    /// <summary>RRA, RRC, SWPB, SXT and their extended forms.</summary>
    public static int Shift(Instruction i) => (i.IsExtended, i.Size) switch
    {
        (false, _) => ShiftTable[SingleColumn(i.Destination)],
        (true, OperandSize.Address) => ExtendedShiftA[SingleColumn(i.Destination)],
        (true, _) => ExtendedShift[SingleColumn(i.Destination)],
    } + Repeats(i);

    /// <summary>PUSH and PUSHX.</summary>
    public static int Push(Instruction i) => (i.IsExtended, i.Size) switch
    {
        (false, _) => PushTable[SingleColumn(i.Source)],
        (true, OperandSize.Address) => ExtendedPushA[SingleColumn(i.Source)] + IndexedStackPointer(i.Source),
        (true, _) => ExtendedPush[SingleColumn(i.Source)] + IndexedStackPointer(i.Source),
    } + Repeats(i);

    /// <summary>CALL.</summary>
    public static int Call(Instruction i) => CallTable[SingleColumn(i.Source)];

    /// <summary>CALLA.</summary>
    public static int CallAddress(Instruction i) => CallAddressTable[SingleColumn(i.Source)] + IndexedStackPointer(i.Source);

    /// <summary>RETI.</summary>
    public static int ReturnFromInterrupt(Instruction i) => 5;

    /// <summary>Any jump, taken or not.</summary>
    public static int Jump(Instruction i) => 2;

    /// <summary>RRCM, RRAM, RLAM, RRUM.</summary>
    public static int MultiShift(Instruction i) => i.Count;

    /// <summary>PUSHM and POPM.</summary>
    public static int MultiPush(Instruction i) => 2 + (i.Size is OperandSize.Address ? 2 * i.Count : i.Count);

    /// <summary>MOVA; BRA is MOVA to the PC.</summary>
    public static int MoveAddress(Instruction i)
    {
        if (i.Destination.IsMemory)
        {
            return 4;
        }

        int toPc = i.Destination.Register == 0 ? 1 : 0;
        return i.Source.Mode switch
        {
            AddressingMode.Register => 1 + (2 * toPc),
            AddressingMode.Immediate => 2 + toPc,
            AddressingMode.Indirect or AddressingMode.IndirectAutoincrement => 3 + (2 * toPc),
            _ => 4 + (2 * toPc),
        };
    }

    /// <summary>ADDA, CMPA, SUBA.</summary>
    public static int ArithmeticAddress(Instruction i) => (i.Source.Mode, i.Destination.Register) switch
    {
        (_, 0) => 3,
        (AddressingMode.Immediate, _) => AddressImmediateToRegister,
        _ => 1,
    };

    // lessMemory: MOV, BIT and CMP save one access to a destination in memory (two words of an address-word).
    // lessPc: the tables' footnote, "MOV, ADD and SUB one cycle less", for the PC behind an extension word.
    private static int DoubleOperand(Instruction i, int lessMemory, int lessPc)
    {
        int row = i.Source.Mode switch
        {
            AddressingMode.Register or AddressingMode.Constant => 0,
            AddressingMode.Indirect or AddressingMode.IndirectAutoincrement => 1,
            AddressingMode.Immediate => 2,
            _ => 3,
        };
        int column = i.Destination switch
        {
            { Mode: AddressingMode.Register, Register: 0 } => 1,
            { Mode: AddressingMode.Register } => 0,
            _ => 2,
        };
        if (!i.IsExtended)
        {
            return DoubleOperandTable[row, column] - (column == 2 ? lessMemory : 0);
        }

        bool address = i.Size is OperandSize.Address;
        int saved = column switch
        {
            1 when row >= 2 => lessPc,
            2 => address ? 2 * lessMemory : lessMemory,
            _ => 0,
        };
        return ExtendedDoubleOperandTable[row, address ? column + 3 : column] - saved + Repeats(i);
    }

    private static int SingleColumn(Operand operand) => operand.Mode switch
    {
        AddressingMode.Register or AddressingMode.Constant => 0,
        AddressingMode.Indirect => 1,
        AddressingMode.IndirectAutoincrement => 2,
        AddressingMode.Immediate => 3,
        AddressingMode.Indexed => 4,
        AddressingMode.Symbolic => 5,
        _ => 6,
    };

    // The tables' note: one cycle more for x(SP).
    private static int IndexedStackPointer(Operand operand) => operand is { Mode: AddressingMode.Indexed, Register: 1 } ? 1 : 0;

    private static int Repeats(Instruction i) => (i.Count - 1) * i.Definition!.RepeatCycles(i.Size);
}
