namespace FreeML.Sim.Msp430.Isa;

/// <summary>One operand of a decoded instruction.</summary>
/// <param name="Mode">Addressing mode.</param>
/// <param name="Register">Register number 0 to 15; 0 where the mode names none.</param>
/// <param name="Value">
/// Index, signed (<see cref="AddressingMode.Indexed"/>, <see cref="AddressingMode.Symbolic"/>); number as encoded
/// (<see cref="AddressingMode.Immediate"/>, <see cref="AddressingMode.Constant"/>); address
/// (<see cref="AddressingMode.Absolute"/>); otherwise 0.
/// </param>
/// <param name="Address">The 20-bit address where it is known without running: absolute, symbolic and <c>@PC</c>; otherwise 0.</param>
public readonly record struct Operand(AddressingMode Mode, byte Register, int Value, uint Address)
{
    /// <summary>No operand.</summary>
    public static Operand None => default;

    /// <summary>Whether the operand is read or written in memory (an immediate is part of the code).</summary>
    public bool IsMemory => Mode is AddressingMode.Indexed or AddressingMode.Symbolic or AddressingMode.Absolute
        or AddressingMode.Indirect or AddressingMode.IndirectAutoincrement;

    /// <summary>Whether the operand has a word of its own behind the opcode.</summary>
    public bool HasWord => Mode is AddressingMode.Indexed or AddressingMode.Symbolic or AddressingMode.Absolute or AddressingMode.Immediate;

    /// <summary>A register.</summary>
    public static Operand Of(int register) => new(AddressingMode.Register, (byte)register, 0, 0);

    /// <summary>A number that is part of the code.</summary>
    public static Operand Immediate(int value) => new(AddressingMode.Immediate, 0, value, 0);

    /// <summary>A constant out of R2 or R3.</summary>
    public static Operand Constant(int register, int value) => new(AddressingMode.Constant, (byte)register, value, 0);

    /// <summary>A place in memory named by its address.</summary>
    public static Operand Absolute(uint address) => new(AddressingMode.Absolute, 2, (int)address, address);
}
