namespace FreeML.Sim.Conformance.Model;

/// <summary>Rows of the guide's cycle tables.</summary>
internal enum CycleRow
{
    Register,
    Indirect,
    AutoIncrement,
    Immediate,
    Indexed,
}

/// <summary>
/// The CPUX cycle tables of SLAU367 section 4.5, as printed: rows in the order of <see cref="CycleRow"/>, memory without
/// wait states. Footnotes are the small methods beside the tables. A hole in a table is -1.
/// </summary>
internal static class GuideCycles
{
    public const int Jump = 2;
    public const int Reti = 5;

    // Format I without extension word: Rm, PC, memory.
    private static readonly int[,] TwoOperandTable =
    {
        { 1, 3, 4 },
        { 2, 4, 5 },
        { 2, 4, 5 },
        { 2, 3, 5 },
        { 3, 5, 6 },
    };

    // Format I with extension word: Rm .B/.W, Rm .A, PC .B/.W, PC .A, memory .B/.W, memory .A.
    private static readonly int[,] ExtendedTwoOperandTable =
    {
        { 2, 2, 4, 4, 5, 7 },
        { 3, 4, 5, 6, 6, 9 },
        { 3, 4, 5, 6, 6, 9 },
        { 3, 3, 4, 4, 6, 8 },
        { 4, 5, 6, 7, 7, 10 },
    };

    // Format II without extension word: RRA RRC SWPB SXT, PUSH, CALL.
    private static readonly int[,] OneOperandTable =
    {
        { 1, 3, 4 },
        { 3, 3, 4 },
        { 3, 3, 4 },
        { -1, 3, 4 },
        { 4, 4, 5 },
    };

    // Format II with extension word: RRAX RRCX SWPBX SXTX .B/.W, .A, PUSHX .B/.W, .A. Register rows of shifts are for one repetition.
    private static readonly int[,] ExtendedOneOperandTable =
    {
        { 2, 2, 4, 5 },
        { 4, 6, 4, 6 },
        { 4, 6, 4, 6 },
        { -1, -1, 4, 5 },
        { 5, 7, 5, 7 },
    };

    // Address instructions MOVA: Rm, PC. To memory: 4.
    private static readonly int[,] MovaTable =
    {
        { 1, 3 },
        { 3, 5 },
        { 3, 5 },
        { 2, 3 },
        { 4, 6 },
    };

    public static int TwoOperand(Operation operation, Operand source, Operand destination)
    {
        if (destination.Mode == Mode.Register)
        {
            return TwoOperandTable[(int)source.Row, destination.Register == 0 ? 1 : 0];
        }

        int less = operation is Operation.Mov or Operation.Bit or Operation.Cmp ? 1 : 0;
        return TwoOperandTable[(int)source.Row, 2] - less;
    }

    public static int ExtendedTwoOperand(Operation operation, Size size, Operand source, Operand destination, int repetitions)
    {
        int wide = size == Size.Address ? 1 : 0;
        if (destination.Mode == Mode.Register && destination.Register == 0)
        {
            bool oneLess = (source.Row is CycleRow.Immediate or CycleRow.Indexed)
                && (operation is Operation.Mov or Operation.Add or Operation.Sub);
            return ExtendedTwoOperandTable[(int)source.Row, 2 + wide] - (oneLess ? 1 : 0);
        }

        if (destination.Mode == Mode.Register)
        {
            return ExtendedTwoOperandTable[(int)source.Row, wide] + repetitions - 1;
        }

        int lessInMemory = operation is Operation.Mov or Operation.Bit or Operation.Cmp ? 1 + wide : 0;
        return ExtendedTwoOperandTable[(int)source.Row, 4 + wide] - lessInMemory;
    }

    public static int OneOperand(SingleOperation operation, Operand operand)
    {
        int column = operation switch
        {
            SingleOperation.Push => 1,
            SingleOperation.Call => 2,
            _ => 0,
        };
        int absoluteCall = operation == SingleOperation.Call && operand.Mode == Mode.Absolute ? 1 : 0;
        return OneOperandTable[(int)operand.Row, column] + absoluteCall;
    }

    public static int ExtendedOneOperand(SingleOperation operation, Size size, Operand operand, int repetitions)
    {
        int wide = size == Size.Address ? 1 : 0;
        if (operation == SingleOperation.Push)
        {
            int stackIndex = operand.Mode == Mode.Indexed && operand.Register == 1 ? 1 : 0;
            return ExtendedOneOperandTable[(int)operand.Row, 2 + wide] + stackIndex;
        }

        return ExtendedOneOperandTable[(int)operand.Row, wide] + repetitions - 1;
    }

    public static int MovaToRegister(Operand source, int register) => MovaTable[(int)source.Row, register == 0 ? 1 : 0];

    public static int MovaToMemory => 4;

    public static int AddressArithmetic(Operand source, int register)
    {
        if (register == 0)
        {
            return 3;
        }

        return source.Mode == Mode.Register ? 1 : Assumptions.AddressImmediateToRegisterCycles;
    }

    public static int CallAddress(Operand operand) => operand.Mode switch
    {
        Mode.Register or Mode.Immediate => 5,
        Mode.Indirect or Mode.AutoIncrement => 6,
        Mode.Indexed => operand.Register == 1 ? 6 : 5,
        _ => 7,
    };

    public static int MultiShift(int count) => count;

    public static int PushPopMany(Size size, int count) => 2 + (size == Size.Address ? 2 * count : count);
}
