namespace FreeML.Sim.Conformance.Model;

/// <summary>Registers and memory of the model: flat 20-bit memory, little endian, all zero until written.</summary>
internal sealed class Machine
{
    public const int Pc = 0;
    public const int Sp = 1;
    public const int Sr = 2;
    public const int ConstantGenerator = 3;
    public const int AddressMask = 0xFFFFF;

    private const int CarryBit = 0x001;
    private const int ZeroBit = 0x002;
    private const int NegativeBit = 0x004;
    private const int OverflowBit = 0x100;
    private const int ImplementedStatusBits = 0x1FF;

    private readonly int[] _registers = new int[16];
    private readonly SortedDictionary<int, byte> _memory = [];

    public Machine()
    {
        for (int register = Sp; register < 16; register++)
        {
            _registers[register] = ConformanceDefaults.Register(register);
        }
    }

    private Machine(Machine other)
    {
        other._registers.CopyTo(_registers, 0);
        _memory = new SortedDictionary<int, byte>(other._memory);
        OverflowIsUndefined = other.OverflowIsUndefined;
    }

    /// <summary>Set once an instruction has left V undefined.</summary>
    public bool OverflowIsUndefined { get; private set; }

    /// <summary>Addresses of all bytes written so far.</summary>
    public IEnumerable<int> TouchedBytes => _memory.Keys;

    public bool Carry => (_registers[Sr] & CarryBit) != 0;

    public bool Zero => (_registers[Sr] & ZeroBit) != 0;

    public bool Negative => (_registers[Sr] & NegativeBit) != 0;

    public bool Overflow => (_registers[Sr] & OverflowBit) != 0;

    public Machine Copy() => new(this);

    /// <summary>The whole register; R3 as a register is the constant 0.</summary>
    public int this[int register]
    {
        get => register == ConstantGenerator ? 0 : _registers[register];
        set
        {
            switch (register)
            {
                case Pc:
                case Sp:
                    _registers[register] = value & AddressMask & ~1;
                    break;
                case Sr:
                    if ((value & ~ImplementedStatusBits) != 0)
                    {
                        throw new InvalidOperationException($"the suite does not say what becomes of reserved status bits: {value:x}");
                    }

                    _registers[Sr] = value;
                    break;
                case ConstantGenerator:
                    break;
                default:
                    _registers[register] = value & AddressMask;
                    break;
            }
        }
    }

    /// <summary>The low 8, 16 or 20 bits of a register.</summary>
    public int Read(int register, Size size) => this[register] & size.Mask();

    /// <summary>Register write: .B clears bits 19:8, .W clears bits 19:16.</summary>
    public void Write(int register, Size size, long value) => this[register] = (int)value & size.Mask();

    public byte ReadByte(int address) => _memory.GetValueOrDefault(address & AddressMask);

    public void WriteByte(int address, long value) => _memory[address & AddressMask] = (byte)(value & 0xFF);

    /// <summary>Little endian; bit 0 of the address is ignored.</summary>
    public int ReadWord(int address) => ReadByte(address & ~1) + (ReadByte((address & ~1) + 1) * 0x100);

    public void WriteWord(int address, long value)
    {
        WriteByte(address & ~1, value % 0x100);
        WriteByte((address & ~1) + 1, value / 0x100);
    }

    /// <summary>A byte, a word, or an address word: low word first, bits 19:16 in the low nibble of the next word.</summary>
    public int ReadMemory(int address, Size size) => size switch
    {
        Size.Byte => ReadByte(address),
        Size.Word => ReadWord(address),
        _ => ReadWord(address) + (ReadWord(address + 2) % 0x10 * 0x10000),
    };

    /// <summary>The counterpart of <see cref="ReadMemory"/>; an address word writes 0 to the other 12 bits.</summary>
    public void WriteMemory(int address, Size size, long value)
    {
        switch (size)
        {
            case Size.Byte:
                WriteByte(address, value);
                break;
            case Size.Word:
                WriteWord(address, value % 0x10000);
                break;
            default:
                WriteWord(address, value % 0x10000);
                WriteWord(address + 2, value / 0x10000 % 0x10);
                break;
        }
    }

    /// <summary>Sets V, N, Z, C; null leaves them alone. The other status bits never change.</summary>
    public void Apply(Outcome outcome)
    {
        OverflowIsUndefined |= outcome.OverflowIsUndefined;
        if (outcome.Flags is not { } flags)
        {
            return;
        }

        int others = _registers[Sr] & ~(CarryBit | ZeroBit | NegativeBit | OverflowBit);
        _registers[Sr] = others
            + (flags.C ? CarryBit : 0)
            + (flags.Z ? ZeroBit : 0)
            + (flags.N ? NegativeBit : 0)
            + (flags.V ? OverflowBit : 0);
    }
}
