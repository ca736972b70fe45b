namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Conditions that masks of several oracles share.</summary>
internal static class Faults
{
    private const int Rrc = 0x1000;
    private const int Push = 0x1200;
    private const int Call = 0x1280;

    /// <summary>PC differs in bit 0 only.</summary>
    public static bool PcBit0(ConformanceCase test, Shape shape, Difference difference) => difference.Where == 0 && difference.Bits == 1;

    /// <summary>A word or address word at an odd address is read or written.</summary>
    public static bool OddAddress(ConformanceCase test, Shape shape, Difference difference)
    {
        if (shape.IsByte || !(shape.IsFormatOne || shape.IsFormatTwo))
        {
            return false;
        }

        int next = shape.IsExtended ? 2 : 1;
        bool isPointer = shape.SourceMode >= 2 && shape.SourceRegister is not (0 or 2 or 3);
        bool isIndexed = shape.SourceMode == 1 && shape.SourceRegister != 3;
        bool isImmediate = shape is { SourceMode: 3, SourceRegister: 0 };
        bool odd = (isPointer && test.RegisterBefore(shape.SourceRegister) % 2 != 0)
            || (isIndexed && (Base(test, shape.SourceRegister) + Word(test, next)) % 2 != 0);
        next += isIndexed || isImmediate ? 1 : 0;
        return odd || (shape.DestinationInMemory && (Base(test, shape.DestinationRegister) + Word(test, next)) % 2 != 0);
    }

    /// <summary>A symbolic operand without extension word whose index is negative, or leads across a multiple of 64 KB.</summary>
    public static bool PlainSymbolicWraps(ConformanceCase test, Shape shape)
    {
        if (shape is not { IsFormatOne: true, IsExtended: false })
        {
            return false;
        }

        bool sourceHasWord = (shape.SourceMode == 1 && shape.SourceRegister != 3) || shape is { SourceMode: 3, SourceRegister: 0 };
        bool source = shape is { SourceMode: 1, SourceRegister: 0 } && Wraps(test, 1);
        bool destination = shape is { DestinationInMemory: true, DestinationRegister: 0 } && Wraps(test, sourceHasWord ? 2 : 1);
        return source || destination;
    }

    /// <summary>A byte popped with @SP+ moves SP by 1.</summary>
    public static bool BytePop(ConformanceCase test, Shape shape, Difference difference) =>
        difference.Where == 1 && difference.Found == difference.Expected - 1 && shape is { IsByte: true, SourceMode: 3, SourceRegister: 1 };

    /// <summary>PUSH whose operand is SP or lies at an index from SP.</summary>
    public static bool IsPushOfStackPointer(Shape shape) =>
        shape is { SingleOperation: Push, SourceRegister: 1, SourceMode: 0 or 1 };

    public static bool IsPush(Shape shape) => shape.SingleOperation == Push;

    public static bool IsRotateThroughCarry(Shape shape) => shape.SingleOperation == Rrc;

    public static bool IsShift(Shape shape) => shape.IsFormatTwo && shape.SingleOperation is not (Push or Call);

    private static bool Wraps(ConformanceCase test, int word) =>
        Word(test, word) >= 0x8000 || ((test.Pc + (2 * word)) & 0xFFFF) + Word(test, word) > 0xFFFF;

    private static int Word(ConformanceCase test, int index) => index < test.Code.Count ? test.Code[index] : 0;

    private static int Base(ConformanceCase test, int register) => register is 0 or 2 or 3 ? 0 : test.RegisterBefore(register);
}
