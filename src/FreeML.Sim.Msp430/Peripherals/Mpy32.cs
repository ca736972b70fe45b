using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>
/// MPY32, the hardware multiplier: 8, 16, 24 and 32 bits, signed and unsigned, accumulating, fractional, saturating.
/// </summary>
/// <remarks>
/// <para>Source: SLAU367 chapter MPY32. A result word is ready some cycles after the second operand was written; until then it reads as
/// before ("not ready" is all the guide says). Only code that reads with register-indirect addressing right after the write can see that.
/// With MPYDLYWRTEN set, writes to operands and results wait until the result is ready: its lower half with MPYDLY32, else all of it.</para>
/// <para>Inferred: 16-bit unsigned operations leave RES2 and RES3 as they were; saturation applies to the signed modes; an accumulation
/// with saturation continues from the saturated value, halved in fractional mode; SUMEXT is ready with RES1. An operand that is written,
/// undelayed, while the multiplier still works spoils a result on silicon and not here.</para>
/// <para>The registers have classes of their own, because compiled code uses them in its innermost loops.</para>
/// </remarks>
public sealed class Mpy32 : Peripheral
{
    private const int LastWord = 3;

    // Cycles from writing OP2 or OP2L, and from writing OP2H, until RES0 to RES3 are ready; with saturation all are ready with the last.
    private static readonly (byte FromLow, byte FromHigh)[][] Latencies =
    [
        [(3, 0), (3, 0), (3, 0), (3, 0)], // 16 x 16
        [(3, 0), (5, 0), (6, 0), (7, 0)], // 32 x 16
        [(3, 3), (5, 3), (6, 4), (7, 4)], // 16 x 32
        [(3, 3), (8, 3), (10, 5), (11, 6)], // 32 x 32
    ];

    private readonly IDeviceControl _device;
    private readonly ModuleLedger _activities;

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
    private ushort _sumExtensionBefore;
    private bool _saturates;
    private bool _isFractional;
    private Field _delaysWrites;
    private Field _delaysForLowerHalf;

    // Of the last operation: what the result registers showed before it, how long it takes, the cycles in which the parts of its second
    // operand were written, and the cycle from which on all of its result is ready.
    private ulong _shownBefore;
    private (byte FromLow, byte FromHigh)[] _latency = Latencies[0];
    private long _lowWritten;
    private long _highWritten;
    private long _ready;

    // When OP2L was written, of an operation that waits for OP2H.
    private long _nextLowWritten;

    /// <summary>MPY32.</summary>
    /// <param name="baseAddress">0x04C0 on the FRAM devices; 0x0130 is where older families have it.</param>
    /// <param name="device">For the cycle count, and to make writes wait.</param>
    /// <param name="activities">For the cycles it works.</param>
    public Mpy32(uint baseAddress, IDeviceControl device, ModuleLedger activities)
        : base("MPY32", baseAddress)
    {
        _device = device;
        _activities = activities;
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
        _ready = 0;
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
        map.Word(0x0E, "SUMEXT").Field(0, 16, "SUMEXT", Access.ReadOnly, onRead: ReadSumExtension);
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
            .Field(8, 1, "MPYDLYWRTEN", out _delaysWrites)
            .Field(9, 1, "MPYDLY32", out _delaysForLowerHalf)
            .Reserved(10, 6);
    }

    private static int Bit(bool value) => value ? 1 : 0;

    private static ushort Merge(ushort old, ushort value, ushort lanes) => (ushort)((old & ~lanes) | (value & lanes));

    // The second operand is complete.
    private void Multiply(long now)
    {
        _highWritten = now;
        _latency = Latencies[Bit(_operand1Is32) | (Bit(_operand2Is32) << 1)];
        _ready = ReadyAt(LastWord);
        _shownBefore = Shown();
        _sumExtensionBefore = _sumExtension;
        _activities.Add(ModuleActivity.Multiplier, _latency[LastWord].FromLow);
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

    private ulong Read(int word) => _device.Cycles >= _ready || IsReady(word) ? Shown() : _shownBefore;

    private int ReadSumExtension() => IsReady(1) ? _sumExtension : _sumExtensionBefore;

    private bool IsReady(int word) => _device.Cycles >= Math.Min(_ready, ReadyAt(_saturates ? LastWord : word));

    private long ReadyAt(int word) => Math.Max(_lowWritten + _latency[word].FromLow, _highWritten + _latency[word].FromHigh);

    // Before a register is written: with delayed writes the CPU waits until the multiplier is idle. Gives the time of the write.
    private long AwaitResult()
    {
        long now = _device.Cycles;
        if (now < _ready && _delaysWrites.IsSet)
        {
            long wait = (_delaysForLowerHalf.IsSet ? Math.Min(_ready, ReadyAt(1)) : _ready) - now;
            if (wait > 0)
            {
                _device.Stall(wait);
                return now + wait;
            }
        }

        return now;
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
    private ulong Shown() => _saturates || _isFractional ? Adjusted() : _result;

    private ulong Adjusted()
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
            Owner.AwaitResult();
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
            Owner.AwaitResult();
            Owner._operand1 = (ushort)Owner._operand1 | ((uint)Owner.Extend((ushort)(Owner._operand1 >> 16), value, lanes) << 16);
            Owner._operand1Is32 = true;
        }
    }

    private sealed class Operand2(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._operand2;

        public override void Write(ushort value, ushort lanes)
        {
            long now = Owner.AwaitResult();
            Owner._operand2 = Owner.Extend((ushort)Owner._operand2, value, lanes);
            Owner._operand2Is32 = false;
            Owner._expectsHighWord = false;
            Owner._lowWritten = now;
            Owner.Multiply(now);
        }
    }

    private sealed class Operand2Low(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._operand2;

        public override void Write(ushort value, ushort lanes)
        {
            Owner._nextLowWritten = Owner.AwaitResult();
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
            long now = Owner.AwaitResult();
            if (Owner._expectsHighWord)
            {
                Owner._expectsHighWord = false;
                Owner._lowWritten = Owner._nextLowWritten;
                Owner._operand2 = (ushort)Owner._operand2 | ((uint)Owner.Extend((ushort)(Owner._operand2 >> 16), value, lanes) << 16);
                Owner.Multiply(now);
            }
        }
    }

    private sealed class ResultWord(Mpy32 owner, string name, uint address, int word) : OperandRegister(owner, name, address)
    {
        private readonly int _shift = 16 * word;

        public override ushort Read(ushort lanes) => (ushort)(Owner.Read(word) >> _shift);

        public override void Write(ushort value, ushort lanes)
        {
            Owner.AwaitResult();
            Owner._ready = 0;
            ushort merged = Merge((ushort)(Owner._result >> _shift), value, lanes);
            Owner._result = (Owner._result & ~(0xFFFFUL << _shift)) | ((ulong)merged << _shift);
        }
    }
}
