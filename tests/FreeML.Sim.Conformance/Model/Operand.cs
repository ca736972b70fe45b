namespace FreeML.Sim.Conformance.Model;

/// <summary>Addressing modes as the guide's tables name them.</summary>
internal enum Mode
{
    Register,
    Constant,
    Indirect,
    AutoIncrement,
    Immediate,
    Indexed,
    Symbolic,
    Absolute,
}

/// <summary>
/// An operand. <paramref name="Value"/> is the constant, the immediate, the index (16 or 20 bits), or, for symbolic and
/// absolute mode, the address of the operand.
/// </summary>
internal sealed record Operand(Mode Mode, int Register, int Value)
{
    // Table "Values of Constant Generators": constant, register, As.
    private static readonly (int Value, int Register, int As)[] ConstantGenerators =
    [
        (0, 3, 0), (1, 3, 1), (2, 3, 2), (-1, 3, 3), (4, 2, 2), (8, 2, 3),
    ];

    public static IEnumerable<int> Constants => ConstantGenerators.Select(generator => generator.Value);

    public bool HasWord => Mode is Mode.Immediate or Mode.Indexed or Mode.Symbolic or Mode.Absolute;

    public bool InMemory => Mode is Mode.Indirect or Mode.AutoIncrement or Mode.Indexed or Mode.Symbolic or Mode.Absolute;

    /// <summary>The row of the cycle tables: constants count as registers, symbolic and absolute as indexed.</summary>
    public CycleRow Row => Mode switch
    {
        Mode.Register or Mode.Constant => CycleRow.Register,
        Mode.Indirect => CycleRow.Indirect,
        Mode.AutoIncrement => CycleRow.AutoIncrement,
        Mode.Immediate => CycleRow.Immediate,
        _ => CycleRow.Indexed,
    };

    public static Operand R(int register) => new(Mode.Register, register, 0);

    public static Operand Constant(int value) => new(Mode.Constant, ConstantGenerators.Single(c => c.Value == value).Register, value);

    public static Operand At(int register) => new(Mode.Indirect, register, 0);

    public static Operand AtPlus(int register) => new(Mode.AutoIncrement, register, 0);

    public static Operand Immediate(int value) => new(Mode.Immediate, 0, value);

    public static Operand Indexed(int index, int register) => new(Mode.Indexed, register, index);

    public static Operand Symbolic(int address) => new(Mode.Symbolic, 0, address);

    public static Operand Absolute(int address) => new(Mode.Absolute, 2, address);

    /// <summary>The register and As (or Ad) fields.</summary>
    public (int Register, int As) Fields => Mode switch
    {
        Mode.Register => (Register, 0),
        Mode.Constant => ConstantGenerators.Where(c => c.Value == Value).Select(c => (c.Register, c.As)).Single(),
        Mode.Indirect => (Register, 2),
        Mode.AutoIncrement or Mode.Immediate => (Register, 3),
        _ => (Register, 1),
    };

    /// <summary>The 16 or 20 bits that go into the operand word (and the extension word) when that word sits at <paramref name="wordAddress"/>.</summary>
    public int Encoded(int wordAddress, bool extended)
    {
        int bits = Mode == Mode.Symbolic ? Value - wordAddress : Value;
        return bits & (extended ? 0xFFFFF : 0xFFFF);
    }

    public override string ToString() => Mode switch
    {
        Mode.Register => Name(Register),
        Mode.Constant => $"#{Value}",
        Mode.Indirect => $"@{Name(Register)}",
        Mode.AutoIncrement => $"@{Name(Register)}+",
        Mode.Immediate => $"#0x{Value:x}",
        Mode.Indexed => $"{Hex(Value)}({Name(Register)})",
        Mode.Symbolic => $"0x{Value:x}",
        _ => $"&0x{Value:x}",
    };

    /// <summary>Names as in the format: pc, sp, sr, r3 to r15.</summary>
    public static string Name(int register) => register switch
    {
        0 => "pc",
        1 => "sp",
        2 => "sr",
        _ => $"r{register}",
    };

    private static string Hex(int value) => value < 0 ? $"-0x{-value:x}" : $"0x{value:x}";
}
