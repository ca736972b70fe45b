namespace FreeML.Sim.Conformance.Model;

/// <summary>Two-operand instructions; the value is the opcode in bits 15:12.</summary>
internal enum Operation
{
    Mov = 4,
    Add = 5,
    Addc = 6,
    Subc = 7,
    Sub = 8,
    Cmp = 9,
    Dadd = 10,
    Bit = 11,
    Bic = 12,
    Bis = 13,
    Xor = 14,
    And = 15,
}

/// <summary>One-operand instructions; the value is the opcode word without size, mode and register.</summary>
internal enum SingleOperation
{
    Rrc = 0x1000,
    Swpb = 0x1080,
    Rra = 0x1100,
    Sxt = 0x1180,
    Push = 0x1200,
    Call = 0x1280,
}

/// <summary>Jump conditions; the value is the field in bits 12:10.</summary>
internal enum Condition
{
    Jne = 0,
    Jeq = 1,
    Jnc = 2,
    Jc = 3,
    Jn = 4,
    Jge = 5,
    Jl = 6,
    Jmp = 7,
}

/// <summary>20-bit register arithmetic; the value is the identifier in bits 7:4 of the register form (immediate form: minus 4).</summary>
internal enum AddressOperation
{
    Mova = 0xC,
    Cmpa = 0xD,
    Adda = 0xE,
    Suba = 0xF,
}

/// <summary>Multiple-bit shifts; the value is the field in bits 9:8.</summary>
internal enum MultiShift
{
    Rrcm = 0,
    Rram = 1,
    Rlam = 2,
    Rrum = 3,
}

internal static class OperationExtensions
{
    /// <summary>True for the instructions that leave their destination alone.</summary>
    public static bool OnlyTests(this Operation operation) => operation is Operation.Cmp or Operation.Bit;

    /// <summary>True for the instructions whose result depends on C.</summary>
    public static bool UsesCarry(this Operation operation) => operation is Operation.Addc or Operation.Subc or Operation.Dadd;
}
