namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A peripheral's registers, declared one by one and bit by bit as the user's guide draws them.
/// </summary>
/// <example>
/// <code>
/// map.Word(0x00, "CTL")
///    .Field(0, 1, "TAIFG", out _flag, onChange: UpdateInterrupt)
///    .Field(2, 1, "TACLR", Access.WriteOnlyReadsZero, onWrite: ClearCounter)
///    .Reserved(3, 1)
///    .NotModelled(8, 1, "CAP");
/// </code>
/// </example>
public sealed class RegisterMap
{
    private readonly string _prefix;
    private readonly uint _baseAddress;
    private readonly List<Register> _registers = [];

    /// <summary>An empty map.</summary>
    /// <param name="baseAddress">Even address that offsets count from.</param>
    /// <param name="prefix">Put before every register's name: "TA0" for a module with several instances.</param>
    public RegisterMap(uint baseAddress, string prefix = "")
    {
        _baseAddress = baseAddress;
        _prefix = prefix;
    }

    /// <summary>The registers in order of declaration.</summary>
    public IReadOnlyList<Register> Registers => _registers;

    /// <summary>Declares a word register, whose bytes are its _L and _H halves.</summary>
    /// <param name="offset">From the base address, even.</param>
    /// <param name="name">As in the user's guide, without the instance's prefix.</param>
    /// <exception cref="InvalidOperationException">There is a register at the offset.</exception>
    public FieldRegister Word(uint offset, string name)
    {
        FieldRegister register = new(_prefix + name, _baseAddress + offset);
        Add(register);
        return register;
    }

    /// <summary>Adds a register with a class of its own, for what fields cannot say or must be fast.</summary>
    /// <param name="register">Its address includes the base address.</param>
    public void Add(Register register)
    {
        foreach (Register other in _registers)
        {
            if (other.Address == register.Address)
            {
                throw new InvalidOperationException($"{register.Name} lies at 0x{register.Address:X4} like {other.Name}.");
            }
        }

        _registers.Add(register);
    }
}
