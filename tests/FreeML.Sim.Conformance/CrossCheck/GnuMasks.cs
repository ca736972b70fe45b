namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Known faults of GNU's simulator (gdb 13.1).</summary>
internal static class GnuMasks
{
    private const int C = 0x001;
    private const int V = 0x100;
    private const int Dadd = 10;
    private const int Mov = 4;
    private const int Sub = 8;
    private const int Swpb = 0x1080;
    private const int Sxt = 0x1180;
    private const int HighBits = 0xF0000;

    public static readonly IReadOnlyList<Mask> All =
    [
        new("gnu-v-bit7", "V is bit 7 of SR; translated going in and coming out, and what remains is SR with V used as a number",
            (test, shape, _) => UsesStatusAsNumber(test, shape)),
        new("gnu-sr-destination", "flags are written over the result in SR (SR)",
            (_, shape, difference) => difference.IsStatus && shape is { IsFormatOne: true, DestinationInMemory: false, DestinationRegister: 2 }),
        new("gnu-sub-v", "SUB, SUBX, SUBA never set V (V 0 instead of 1)",
            (_, shape, difference) => Only(difference, V, found: 0) && (shape.Operation == Sub || IsAddressOperation(shape, 0xB, 0xF))),
        new("gnu-rrc-v", "RRC and RRCX set V when the sign changes (V 1 instead of 0)",
            (_, shape, difference) => Only(difference, V, found: V) && Faults.IsRotateThroughCarry(shape)),
        new("gnu-sxt-c", "SXT and SXTX do not set C (C 0 instead of 1)",
            (_, shape, difference) => Only(difference, C, found: 0) && shape.SingleOperation == Sxt),
        new("gnu-sxt-20bit", "SXT and SXTX.W of a register write 16 bits (bits 19:16 of the register)",
            (_, shape, difference) => IsResult(shape, difference) && difference.Bits == HighBits && shape is { IsAddressWord: false, SingleOperation: Sxt }),
        new("gnu-swpbx-a", "SWPBX.A clears bits 19:16",
            (_, shape, difference) => shape is { IsAddressWord: true, SingleOperation: Swpb }
                && (difference.IsMemory ? difference.Found == 0 : IsResult(shape, difference) && difference.Found < 0x10000)),
        new("gnu-reti-v", "RETI loses bit 8 of SR (V 0 instead of 1)",
            (test, _, difference) => Only(difference, V, found: 0) && test.Code.Contains((ushort)0x1300)),
        new("gnu-dadd-4digits", "DADDX.A adds four digits (digit five of the result, C, N and Z; everything if repeated)",
            (_, shape, difference) => shape is { IsAddressWord: true, Operation: Dadd }
                && (difference.IsStatus || shape.IsRepeated
                    || (difference.IsMemory && difference.Found == 0)
                    || (IsResult(shape, difference) && difference.Found == (difference.Expected & 0xFFFF)))),
        new("gnu-zero-carry", "ZC is ignored but for RRCX (result and flags)",
            (_, shape, difference) => shape.ZeroCarry && shape.IsFormatOne && (difference.IsStatus || IsResult(shape, difference))),
        new("gnu-destination-first", "the destination is read before @Rn+ increments the register they share (result and flags)",
            (_, shape, _) => shape is { IsFormatOne: true, SourceMode: 3 } && shape.Operation != Mov && shape.SourceRegister == shape.DestinationRegister),
        new("gnu-autoincrement-twice", "RRC RRA SWPB SXT @Rn+ increment twice and write to the second address (register and memory)",
            (test, shape, difference) => shape.SourceMode == 3 && Faults.IsShift(shape)
                && (difference.IsMemory || (difference.Where == shape.SourceRegister && difference.Found - difference.Expected == Step(shape)))),
        new("gnu-symbolic-wrap", "a symbolic operand of Format I without extension word is one byte off when its index is negative or leads across 64 KB (result, memory and flags)",
            (test, shape, difference) => Faults.PlainSymbolicWraps(test, shape) && (difference.IsMemory || difference.IsStatus || IsResult(shape, difference))),
        new("gnu-symbolic-address", "CALLA EDE and MOVA with z16(PC) are measured 2 bytes too high (target, register or memory)",
            (_, shape, _) => shape.Opcode is (>= 0x1390 and <= 0x139F) or (>= 0x0030 and <= 0x003F) || (shape.Opcode & 0xF0FF) == 0x0070),
        new("gnu-calla-index", "CALLA z16(Rn) takes the index as unsigned (PC)",
            (test, shape, difference) => difference.Where == 0 && shape.Opcode is >= 0x1350 and <= 0x135F && test.Code[1] >= 0x8000),
        new("gnu-format2-high-bits", "bits 19:16 of a Format II address, index or immediate are looked for in bits 10:7 of the extension word (operand, result and flags)",
            (_, shape, difference) => shape is { IsExtended: true, IsFormatTwo: true, SourceMode: 1 or 3 } && (shape.Extension & 0xF) != 0 && (difference.IsMemory || difference.IsStatus)),
        new("gnu-pop-byte", "a byte read with @SP+ moves SP by 1 (SP one too low)", Faults.BytePop),
        new("gnu-pc-bit0", "PC can become odd (bit 0 of PC)", Faults.PcBit0),
        new("gnu-odd-address", "words at odd addresses are not rounded down (everything such an instruction computes)", Faults.OddAddress),
        new("gnu-pc-source", "PC as register source is the next instruction also when operand words follow (memory, 2 too high)",
            (_, shape, difference) => difference.IsMemory && difference.Found == difference.Expected + 2
                && (shape is { IsFormatOne: true, SourceMode: 0, SourceRegister: 0 } || (shape.Opcode & 0xFF60) == 0x0060)),
        new("gnu-repeated-push", "a repeated PUSHX pushes one register after the other (memory)",
            (_, shape, difference) => difference.IsMemory && shape.IsRepeated && Faults.IsPush(shape)),
        new("gnu-register-wrap", "PUSHM and POPM do not wrap from R0 to R15 (PC, registers and memory)",
            (test, shape, _) => shape.Opcode is >= 0x1400 and < 0x1800 && Wraps(shape)),
        new("gnu-address-constants", "ADDA, SUBA, CMPA read R2 and R3 as registers (result and flags)",
            (test, _, _) => test.Code.All(word => word is >= 0x0200 and < 0x0400 && (word & 0xF0) >= 0xD0)),
    ];

    private static bool Only(Difference difference, int bits, int found) =>
        difference.IsStatus && difference.Bits == bits && (difference.Found & bits) == found;

    private static bool IsResult(Shape shape, Difference difference) =>
        difference.Where == shape.DestinationRegister && (shape.IsFormatOne || shape.IsFormatTwo) && !shape.DestinationInMemory;

    private static int Step(Shape shape) => shape.IsAddressWord ? 4 : shape.IsByte ? 1 : 2;

    private static bool IsAddressOperation(Shape shape, params int[] identifiers) =>
        shape.Opcode < 0x1000 && identifiers.Contains((shape.Opcode >> 4) & 0xF);

    private static bool Wraps(Shape shape)
    {
        int count = ((shape.Opcode >> 4) & 0xF) + 1;
        bool push = shape.Opcode < 0x1600;
        return push ? shape.DestinationRegister - count + 1 < 0 : shape.DestinationRegister + count > 16;
    }

    private static bool UsesStatusAsNumber(ConformanceCase test, Shape shape)
    {
        bool source = shape is { IsFormatOne: true, SourceMode: 0, SourceRegister: 2 } || (Faults.IsPush(shape) && shape is { SourceMode: 0, SourceRegister: 2 });
        bool destination = shape is { IsFormatOne: true, DestinationInMemory: false, DestinationRegister: 2 };
        bool many = shape.Opcode is >= 0x1400 and < 0x1600;
        return (source || destination || many) && ((test.RegisterBefore(2) | test.RegisterAfter(2)) & V) != 0;
    }
}
