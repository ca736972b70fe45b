using Iced.Intel;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>An operand of a host instruction: a register, a place in memory, or a constant.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Bits">Its width; 0 where another operand or the instruction says.</param>
/// <param name="Number">The register's number in the encoding, the index's base in memory, -1 for none.</param>
/// <param name="Index">Number of the index register; -1 for none.</param>
/// <param name="Scale">What the index is multiplied by: 1, 2, 4 or 8.</param>
/// <param name="Value">The displacement, or the constant.</param>
/// <param name="NeedsRex">Whether it is one of the byte registers SPL, BPL, SIL and DIL, which only a REX prefix tells from AH to BH.</param>
internal readonly record struct HostOperand(HostOperandKind Kind, int Bits, sbyte Number, sbyte Index, byte Scale, long Value, bool NeedsRex)
{
    public bool IsConstant => Kind is HostOperandKind.Constant;

    public bool IsRegister => Kind is HostOperandKind.Register;

    public static implicit operator HostOperand(int constant) => Constant(constant);

    public static implicit operator HostOperand(Register register) => Of(register);

    /// <summary>The address some bytes from a register's or another address.</summary>
    public static HostOperand operator +(HostOperand a, int displacement) =>
        a.IsRegister ? new(HostOperandKind.Memory, 0, a.Number, -1, 1, displacement, false) : a with { Value = a.Value + displacement };

    /// <inheritdoc cref="op_Addition(HostOperand, int)"/>
    public static HostOperand operator -(HostOperand a, int displacement) => a + -displacement;

    /// <summary>The address that two registers add up to; the second one may be multiplied.</summary>
    public static HostOperand operator +(HostOperand a, HostOperand index) =>
        new(HostOperandKind.Memory, 0, a.Number, index.IsRegister ? index.Number : index.Index, index.Scale, (a.IsRegister ? 0 : a.Value) + (index.IsRegister ? 0 : index.Value), false);

    /// <summary>A register multiplied, as part of an address.</summary>
    public static HostOperand operator *(HostOperand register, int scale) => new(HostOperandKind.Memory, 0, -1, register.Number, (byte)scale, 0, false);

    /// <summary>A constant.</summary>
    public static HostOperand Constant(long value) => new(HostOperandKind.Constant, 0, -1, -1, 1, value, false);

    /// <summary>A general register by its number, of a width.</summary>
    public static HostOperand General(int number, int bits) => new(HostOperandKind.Register, bits, (sbyte)number, -1, 1, 0, bits == 8 && number is >= 4 and < 8);

    /// <summary>A register by its name.</summary>
    public static HostOperand Of(Register register) => register switch
    {
        >= Register.AL and <= Register.BL => General(register - Register.AL, 8),
        >= Register.SPL and <= Register.R15L => General(register - Register.SPL + 4, 8),
        >= Register.AX and <= Register.R15W => General(register - Register.AX, 16),
        >= Register.EAX and <= Register.R15D => General(register - Register.EAX, 32),
        >= Register.RAX and <= Register.R15 => General(register - Register.RAX, 64),
        _ => throw new ArgumentOutOfRangeException(nameof(register), register, "expected a general register"),
    };
}

/// <summary>What an operand is.</summary>
internal enum HostOperandKind : byte
{
    Register,
    Memory,
    Constant,
}
