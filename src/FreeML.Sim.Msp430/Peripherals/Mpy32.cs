using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>
/// MPY32, the hardware multiplier: 8, 16, 24 and 32 bits, signed and unsigned, accumulating, fractional, saturating.
/// </summary>
/// <remarks>
/// <para>Source: SLAU367 chapter MPY32. The result is there at once: the silicon needs 3 to 11 cycles, which code can only see that reads
/// results with register-indirect addressing right after writing the operand. MPYDLY32 and MPYDLYWRTEN, which delay writes to make
/// up for that, are therefore kept and do nothing.</para>
/// <para>Inferred: 16-bit unsigned operations leave RES2 and RES3 as they were; saturation applies to the signed modes; an accumulation
/// with saturation continues from the saturated value, halved in fractional mode.</para>
/// <para>The registers have classes of their own, because compiled code uses them in its innermost loops.</para>
/// </remarks>
public sealed class Mpy32 : Peripheral
{
    private Mode _mode;
    private uint _operand1;
    private uint _operand2;
    private bool _operand1Is32;
    private bool _operand2Is32;
    private bool _expectsHighWord;
    private ulong _result;

    // Whether the last result has 64 bits; its 33rd or 65th bit; the extension that SUMEXT shows.
    private bool _isWide;
    private bool _carry;
    private ushort _sumExtension;
    private bool _saturates;
    private bool _isFractional;

    /// <summary>MPY32.</summary>
    /// <param name="baseAddress">0x04C0 on the FRAM devices; 0x0130 is where older families have it.</param>
    public Mpy32(uint baseAddress)
        : base("MPY32", baseAddress)
    {
    }

    // MPYM in MPY32CTL0: bit 0 is signed, bit 1 accumulates.
    [Flags]
    private enum Mode
    {
        Multiply = 0,
        Signed = 1,
        Accumulate = 2,
    }

    private bool IsSigned => (_mode & Mode.Signed) != 0;

    private bool IsWideOperation => _operand1Is32 || _operand2Is32;

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _mode = Mode.Multiply;
        _operand1Is32 = false;
        _operand2Is32 = false;
        _expectsHighWord = false;
        _carry = false;
        _saturates = false;
        _isFractional = false;
        if (kind == ResetKind.Bor)
        {
            _operand1 = 0;
            _operand2 = 0;
            _result = 0;
            _isWide = false;
            _sumExtension = 0;
        }
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        string[] operand1 = ["MPY", "MPYS", "MAC", "MACS"];
        for (uint mode = 0; mode < 4; mode++)
        {
            map.Add(new Operand1Low(this, operand1[mode], BaseAddress + (2 * mode), (Mode)mode));
            map.Add(new Operand1Low(this, operand1[mode] + "32L", BaseAddress + 0x10 + (4 * mode), (Mode)mode));
            map.Add(new Operand1High(this, operand1[mode] + "32H", BaseAddress + 0x12 + (4 * mode)));
        }

        map.Add(new Operand2(this, "OP2", BaseAddress + 0x08));
        map.Add(new Operand2Low(this, "OP2L", BaseAddress + 0x20));
        map.Add(new Operand2High(this, "OP2H", BaseAddress + 0x22));
        map.Add(new ResultWord(this, "RESLO", BaseAddress + 0x0A, 0));
        map.Add(new ResultWord(this, "RESHI", BaseAddress + 0x0C, 1));
        map.Word(0x0E, "SUMEXT").Field(0, 16, "SUMEXT", Access.ReadOnly, onRead: () => _sumExtension);
        for (int word = 0; word < 4; word++)
        {
            map.Add(new ResultWord(this, $"RES{word}", BaseAddress + 0x24 + (2 * (uint)word), word));
        }

        map.Word(0x2C, "MPY32CTL0")
            .Field(0, 1, "MPYC", onRead: () => Bit(_carry), onWrite: bit => _carry = bit != 0)
            .Reserved(1, 1)
            .Field(2, 1, "MPYFRAC", onRead: () => Bit(_isFractional), onWrite: bit => _isFractional = bit != 0)
            .Field(3, 1, "MPYSAT", onRead: () => Bit(_saturates), onWrite: bit => _saturates = bit != 0)
            .Field(4, 2, "MPYM", onRead: () => (int)_mode, onWrite: bits => _mode = (Mode)bits)
            .Field(6, 1, "OP1_32", onRead: () => Bit(_operand1Is32), onWrite: bit => _operand1Is32 = bit != 0)
            .Field(7, 1, "OP2_32", onRead: () => Bit(_operand2Is32), onWrite: bit => _operand2Is32 = bit != 0)
            .Field(8, 1, "MPYDLYWRTEN")
            .Field(9, 1, "MPYDLY32")
            .Reserved(10, 6);
    }

    private static int Bit(bool value) => value ? 1 : 0;

    private static ushort Merge(ushort old, ushort value, ushort lanes) => (ushort)((old & ~lanes) | (value & lanes));

    private void Multiply()
    {
        _isWide = IsWideOperation;
        if (_isWide)
        {
            Multiply32();
        }
        else
        {
            Multiply16();
        }
    }

    private void Multiply16()
    {
        uint start = (uint)(_saturates ? Saturated() : _result);
        uint unsigned = (uint)(ushort)_operand1 * (ushort)_operand2;
        int signed = (short)_operand1 * (short)_operand2;
        switch (_mode)
        {
            case Mode.Multiply:
                SetLow(unsigned, carry: false, extension: false);
                break;
            case Mode.Accumulate:
                ulong sum = (ulong)start + unsigned;
                SetLow((uint)sum, carry: sum >> 32 != 0, extension: false);
                _sumExtension = (ushort)(sum >> 32);
                break;
            case Mode.Signed:
                _result = (ulong)signed;
                SetSigns(signed < 0, signed < 0);
                break;
            default:
                long signedSum = (long)(int)start + signed;
                _result = (ulong)(int)signedSum;
                SetSigns(signedSum < 0, (int)signedSum < 0);
                break;
        }
    }

    private void Multiply32()
    {
        ulong start = _saturates ? Saturated() : _result;
        switch (_mode)
        {
            case Mode.Multiply:
                _result = Unsigned(_operand1, _operand1Is32) * Unsigned(_operand2, _operand2Is32);
                SetSigns(false, false);
                break;
            case Mode.Accumulate:
                _result = start + (Unsigned(_operand1, _operand1Is32) * Unsigned(_operand2, _operand2Is32));
                _carry = _result < start;
                _sumExtension = (ushort)Bit(_carry);
                break;
            case Mode.Signed:
                _result = (ulong)SignedProduct();
                SetSigns((long)_result < 0, (long)_result < 0);
                break;
            default:
                long product = SignedProduct();
                long sum = unchecked((long)start + product);

                // The 65th bit is the true sign, which an overflow of the 64 bits inverts.
                bool overflowed = (((long)start ^ sum) & (product ^ sum)) < 0;
                _result = (ulong)sum;
                SetSigns(sum < 0 != overflowed, sum < 0);
                break;
        }

        static ulong Unsigned(uint value, bool is32) => is32 ? value : (ushort)value;
    }

    private long SignedProduct()
    {
        return Signed(_operand1, _operand1Is32) * Signed(_operand2, _operand2Is32);

        static long Signed(uint value, bool is32) => is32 ? (int)value : (short)value;
    }

    private void SetLow(uint value, bool carry, bool extension)
    {
        _result = (_result & 0xFFFF_FFFF_0000_0000) | value;
        SetSigns(carry, extension);
    }

    private void SetSigns(bool carry, bool extension)
    {
        _carry = carry;
        _sumExtension = (ushort)(extension ? 0xFFFF : 0);
    }

    // What the result registers show: MPYSAT and MPYFRAC change what is read, not what is stored.
    private ulong Shown()
    {
        if (_saturates && OutOfRange() is { } isNegative)
        {
            return Limit(isNegative);
        }

        return _isFractional ? _result << 1 : _result;
    }

    // What an accumulation with saturation starts from.
    private ulong Saturated()
    {
        if (OutOfRange() is not { } isNegative)
        {
            return _result;
        }

        ulong limit = Limit(isNegative);
        return _isFractional ? (ulong)((long)limit >> 1) : limit;
    }

    private ulong Limit(bool isNegative) => (_isWide, isNegative) switch
    {
        (true, false) => long.MaxValue,
        (true, true) => unchecked((ulong)long.MinValue),
        (false, false) => int.MaxValue,
        (false, true) => unchecked((ulong)int.MinValue),
    };

    // The sign of a result that does not fit, or null. MPYC is one more bit above the top bit: they differ on overflow. Fractional
    // mode shifts one bit out, so there the two top bits must be equal too.
    private bool? OutOfRange()
    {
        if (!IsSigned)
        {
            return null;
        }

        int top = _isWide ? 63 : 31;
        bool sign = ((_result >> top) & 1) != 0;
        bool next = ((_result >> (top - 1)) & 1) != 0;
        return _carry != sign || (_isFractional && sign != next) ? _carry : null;
    }

    // An operand written as a byte is extended to a word: by its sign in the signed modes.
    private ushort Extend(ushort old, ushort value, ushort lanes) => lanes switch
    {
        Lanes.Word => value,
        Lanes.Low => IsSigned ? (ushort)(sbyte)value : (byte)value,
        _ => Merge(old, value, lanes),
    };

    /// <summary>A register without fields of its own.</summary>
    private abstract class OperandRegister(Mpy32 owner, string name, uint address) : Register(name, address)
    {
        protected Mpy32 Owner => owner;

        public override void Reset(ResetKind kind)
        {
        }
    }

    private sealed class Operand1Low(Mpy32 owner, string name, uint address, Mode mode) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._operand1;

        public override void Write(ushort value, ushort lanes)
        {
            Owner._mode = mode;
            Owner._operand1 = (Owner._operand1 & 0xFFFF_0000) | Owner.Extend((ushort)Owner._operand1, value, lanes);
            Owner._operand1Is32 = false;
        }
    }

    private sealed class Operand1High(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)(Owner._operand1 >> 16);

        public override void Write(ushort value, ushort lanes)
        {
            Owner._operand1 = (ushort)Owner._operand1 | ((uint)Owner.Extend((ushort)(Owner._operand1 >> 16), value, lanes) << 16);
            Owner._operand1Is32 = true;
        }
    }

    private sealed class Operand2(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._operand2;

        public override void Write(ushort value, ushort lanes)
        {
            Owner._operand2 = Owner.Extend((ushort)Owner._operand2, value, lanes);
            Owner._operand2Is32 = false;
            Owner._expectsHighWord = false;
            Owner.Multiply();
        }
    }

    private sealed class Operand2Low(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._operand2;

        public override void Write(ushort value, ushort lanes)
        {
            Owner._operand2 = (Owner._operand2 & 0xFFFF_0000) | Owner.Extend((ushort)Owner._operand2, value, lanes);
            Owner._operand2Is32 = true;
            Owner._expectsHighWord = true;
        }
    }

    private sealed class Operand2High(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)(Owner._operand2 >> 16);

        public override void Write(ushort value, ushort lanes)
        {
            if (Owner._expectsHighWord)
            {
                Owner._expectsHighWord = false;
                Owner._operand2 = (ushort)Owner._operand2 | ((uint)Owner.Extend((ushort)(Owner._operand2 >> 16), value, lanes) << 16);
                Owner.Multiply();
            }
        }
    }

    private sealed class ResultWord(Mpy32 owner, string name, uint address, int word) : OperandRegister(owner, name, address)
    {
        private readonly int _shift = 16 * word;

        public override ushort Read(ushort lanes)
        {
            ulong shown = Owner._saturates || Owner._isFractional ? Owner.Shown() : Owner._result;
            return (ushort)(shown >> _shift);
        }

        public override void Write(ushort value, ushort lanes)
        {
            ushort merged = Merge((ushort)(Owner._result >> _shift), value, lanes);
            Owner._result = (Owner._result & ~(0xFFFFUL << _shift)) | ((ulong)merged << _shift);
        }
    }
}
