using System.Runtime.CompilerServices;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;

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
public sealed unsafe class Mpy32 : Peripheral
{
    /// <summary>Cycles it works at most for one written operand: 32 x 32 bits.</summary>
    public const int LongestLatency = 11;

    /// <summary>Number of RES3.</summary>
    internal const int LastWord = 3;

    /// <summary>
    /// Cycles from writing OP2 or OP2L, and from writing OP2H, until RES0 to RES3 are ready, by <see cref="MultiplierState.LatencyRow"/>; with
    /// saturation all are ready with the last.
    /// </summary>
    internal static readonly (byte FromLow, byte FromHigh)[][] Latencies =
    [
        [(3, 0), (3, 0), (3, 0), (3, 0)], // 16 x 16
        [(3, 0), (5, 0), (6, 0), (7, 0)], // 32 x 16
        [(3, 3), (5, 3), (6, 4), (7, 4)], // 16 x 32
        [(3, 3), (8, 3), (10, 5), (LongestLatency, 6)], // 32 x 32
    ];

    private readonly IDeviceControl _device;
    private readonly ModuleLedger _activities;

    // One element, pinned: it is reached by its address, and may be moved to where an engine reaches it.
    private readonly MultiplierState[] _own = GC.AllocateArray<MultiplierState>(1, pinned: true);
    private MultiplierState* _state;

    /// <summary>MPY32.</summary>
    /// <param name="baseAddress">0x04C0 on the FRAM devices; 0x0130 is where older families have it.</param>
    /// <param name="device">For the cycle count, and to make writes wait.</param>
    /// <param name="activities">For the cycles it works.</param>
    public Mpy32(uint baseAddress, IDeviceControl device, ModuleLedger activities)
        : base("MPY32", baseAddress)
    {
        _device = device;
        _activities = activities;
        _state = (MultiplierState*)Unsafe.AsPointer(ref _own[0]);
    }

    // MPYM in MPY32CTL0: bit 0 is signed, bit 1 accumulates.
    [Flags]
    private enum Mode
    {
        Multiply = 0,
        Signed = 1,
        Accumulate = 2,
    }

    private bool IsSigned => ((Mode)_state->Mode & Mode.Signed) != 0;

    private (byte FromLow, byte FromHigh)[] Latency => Latencies[_state->LatencyRow];

    private bool IsWideOperation => _state->Operand1Is32 || _state->Operand2Is32;

    /// <summary>Moves what the multiplier holds to where an engine can reach it.</summary>
    internal void MoveTo(MultiplierState* place)
    {
        *place = *_state;
        place->BaseAddress = BaseAddress;
        _state = place;
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _state->Mode = 0;
        _state->Operand1Is32 = false;
        _state->Operand2Is32 = false;
        _state->ExpectsHighWord = false;
        _state->Carry = false;
        _state->Saturates = false;
        _state->IsFractional = false;
        _state->DelaysWrites = false;
        _state->DelaysForLowerHalf = false;
        _state->Ready = 0;
        if (kind == ResetKind.Bor)
        {
            _state->Operand1 = 0;
            _state->Operand2 = 0;
            _state->Result = 0;
            _state->IsWide = false;
            _state->SumExtension = 0;
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
            .Field(0, 1, "MPYC", onRead: () => Bit(_state->Carry), onWrite: bit => _state->Carry = bit != 0)
            .Reserved(1, 1)
            .Field(2, 1, "MPYFRAC", onRead: () => Bit(_state->IsFractional), onWrite: bit => _state->IsFractional = bit != 0)
            .Field(3, 1, "MPYSAT", onRead: () => Bit(_state->Saturates), onWrite: bit => _state->Saturates = bit != 0)
            .Field(4, 2, "MPYM", onRead: () => _state->Mode, onWrite: bits => _state->Mode = (byte)bits)
            .Field(6, 1, "OP1_32", onRead: () => Bit(_state->Operand1Is32), onWrite: bit => _state->Operand1Is32 = bit != 0)
            .Field(7, 1, "OP2_32", onRead: () => Bit(_state->Operand2Is32), onWrite: bit => _state->Operand2Is32 = bit != 0)
            .Field(8, 1, "MPYDLYWRTEN", onWrite: bit => _state->DelaysWrites = bit != 0)
            .Field(9, 1, "MPYDLY32", onWrite: bit => _state->DelaysForLowerHalf = bit != 0)
            .Reserved(10, 6);
    }

    private static int Bit(bool value) => value ? 1 : 0;

    private static ushort Merge(ushort old, ushort value, ushort lanes) => (ushort)((old & ~lanes) | (value & lanes));

    // The second operand is complete.
    private void Multiply(long now)
    {
        _state->HighWritten = now;
        _state->LatencyRow = (byte)(Bit(_state->Operand1Is32) | (Bit(_state->Operand2Is32) << 1));
        _state->Ready = ReadyAt(LastWord);
        _state->ShownBefore = Shown();
        _state->SumExtensionBefore = _state->SumExtension;
        _activities.Add(ModuleActivity.Multiplier, Latency[LastWord].FromLow);
        _state->IsWide = IsWideOperation;
        if (_state->IsWide)
        {
            Multiply32();
        }
        else
        {
            Multiply16();
        }
    }

    private ulong Read(int word) => _device.Cycles >= _state->Ready || IsReady(word) ? Shown() : _state->ShownBefore;

    private int ReadSumExtension() => IsReady(1) ? _state->SumExtension : _state->SumExtensionBefore;

    private bool IsReady(int word) => _device.Cycles >= Math.Min(_state->Ready, ReadyAt(_state->Saturates ? LastWord : word));

    private long ReadyAt(int word) => Math.Max(_state->LowWritten + Latency[word].FromLow, _state->HighWritten + Latency[word].FromHigh);

    // Before a register is written: with delayed writes the CPU waits until the multiplier is idle. Gives the time of the write.
    private long AwaitResult()
    {
        long now = _device.Cycles;
        if (now < _state->Ready && _state->DelaysWrites)
        {
            long wait = (_state->DelaysForLowerHalf ? Math.Min(_state->Ready, ReadyAt(1)) : _state->Ready) - now;
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
        uint start = (uint)(_state->Saturates ? Saturated() : _state->Result);
        uint unsigned = (uint)(ushort)_state->Operand1 * (ushort)_state->Operand2;
        int signed = (short)_state->Operand1 * (short)_state->Operand2;
        switch ((Mode)_state->Mode)
        {
            case Mode.Multiply:
                SetLow(unsigned, carry: false, extension: false);
                break;
            case Mode.Accumulate:
                ulong sum = (ulong)start + unsigned;
                SetLow((uint)sum, carry: sum >> 32 != 0, extension: false);
                _state->SumExtension = (ushort)(sum >> 32);
                break;
            case Mode.Signed:
                _state->Result = (ulong)signed;
                SetSigns(signed < 0, signed < 0);
                break;
            default:
                long signedSum = (long)(int)start + signed;
                _state->Result = (ulong)(int)signedSum;
                SetSigns(signedSum < 0, (int)signedSum < 0);
                break;
        }
    }

    private void Multiply32()
    {
        ulong start = _state->Saturates ? Saturated() : _state->Result;
        switch ((Mode)_state->Mode)
        {
            case Mode.Multiply:
                _state->Result = Unsigned(_state->Operand1, _state->Operand1Is32) * Unsigned(_state->Operand2, _state->Operand2Is32);
                SetSigns(false, false);
                break;
            case Mode.Accumulate:
                _state->Result = start + (Unsigned(_state->Operand1, _state->Operand1Is32) * Unsigned(_state->Operand2, _state->Operand2Is32));
                _state->Carry = _state->Result < start;
                _state->SumExtension = (ushort)Bit(_state->Carry);
                break;
            case Mode.Signed:
                _state->Result = (ulong)SignedProduct();
                SetSigns((long)_state->Result < 0, (long)_state->Result < 0);
                break;
            default:
                long product = SignedProduct();
                long sum = unchecked((long)start + product);

                // The 65th bit is the true sign, which an overflow of the 64 bits inverts.
                bool overflowed = (((long)start ^ sum) & (product ^ sum)) < 0;
                _state->Result = (ulong)sum;
                SetSigns(sum < 0 != overflowed, sum < 0);
                break;
        }

        static ulong Unsigned(uint value, bool is32) => is32 ? value : (ushort)value;
    }

    private long SignedProduct()
    {
        return Signed(_state->Operand1, _state->Operand1Is32) * Signed(_state->Operand2, _state->Operand2Is32);

        static long Signed(uint value, bool is32) => is32 ? (int)value : (short)value;
    }

    private void SetLow(uint value, bool carry, bool extension)
    {
        _state->Result = (_state->Result & 0xFFFF_FFFF_0000_0000) | value;
        SetSigns(carry, extension);
    }

    private void SetSigns(bool carry, bool extension)
    {
        _state->Carry = carry;
        _state->SumExtension = (ushort)(extension ? 0xFFFF : 0);
    }

    // What the result registers show: MPYSAT and MPYFRAC change what is read, not what is stored.
    private ulong Shown() => _state->Saturates || _state->IsFractional ? Adjusted() : _state->Result;

    private ulong Adjusted()
    {
        if (_state->Saturates && OutOfRange() is { } isNegative)
        {
            return Limit(isNegative);
        }

        return _state->IsFractional ? _state->Result << 1 : _state->Result;
    }

    // What an accumulation with saturation starts from.
    private ulong Saturated()
    {
        if (OutOfRange() is not { } isNegative)
        {
            return _state->Result;
        }

        ulong limit = Limit(isNegative);
        return _state->IsFractional ? (ulong)((long)limit >> 1) : limit;
    }

    private ulong Limit(bool isNegative) => (_state->IsWide, isNegative) switch
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

        int top = _state->IsWide ? 63 : 31;
        bool sign = ((_state->Result >> top) & 1) != 0;
        bool next = ((_state->Result >> (top - 1)) & 1) != 0;
        return _state->Carry != sign || (_state->IsFractional && sign != next) ? _state->Carry : null;
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
        public override ushort Read(ushort lanes) => (ushort)Owner._state->Operand1;

        public override void Write(ushort value, ushort lanes)
        {
            Owner.AwaitResult();
            Owner._state->Mode = (byte)mode;
            Owner._state->Operand1 = (Owner._state->Operand1 & 0xFFFF_0000) | Owner.Extend((ushort)Owner._state->Operand1, value, lanes);
            Owner._state->Operand1Is32 = false;
        }
    }

    private sealed class Operand1High(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)(Owner._state->Operand1 >> 16);

        public override void Write(ushort value, ushort lanes)
        {
            Owner.AwaitResult();
            Owner._state->Operand1 = (ushort)Owner._state->Operand1 | ((uint)Owner.Extend((ushort)(Owner._state->Operand1 >> 16), value, lanes) << 16);
            Owner._state->Operand1Is32 = true;
        }
    }

    private sealed class Operand2(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._state->Operand2;

        public override void Write(ushort value, ushort lanes)
        {
            long now = Owner.AwaitResult();
            Owner._state->Operand2 = Owner.Extend((ushort)Owner._state->Operand2, value, lanes);
            Owner._state->Operand2Is32 = false;
            Owner._state->ExpectsHighWord = false;
            Owner._state->LowWritten = now;
            Owner.Multiply(now);
        }
    }

    private sealed class Operand2Low(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)Owner._state->Operand2;

        public override void Write(ushort value, ushort lanes)
        {
            Owner._state->NextLowWritten = Owner.AwaitResult();
            Owner._state->Operand2 = (Owner._state->Operand2 & 0xFFFF_0000) | Owner.Extend((ushort)Owner._state->Operand2, value, lanes);
            Owner._state->Operand2Is32 = true;
            Owner._state->ExpectsHighWord = true;
        }
    }

    private sealed class Operand2High(Mpy32 owner, string name, uint address) : OperandRegister(owner, name, address)
    {
        public override ushort Read(ushort lanes) => (ushort)(Owner._state->Operand2 >> 16);

        public override void Write(ushort value, ushort lanes)
        {
            long now = Owner.AwaitResult();
            if (Owner._state->ExpectsHighWord)
            {
                Owner._state->ExpectsHighWord = false;
                Owner._state->LowWritten = Owner._state->NextLowWritten;
                Owner._state->Operand2 = (ushort)Owner._state->Operand2 | ((uint)Owner.Extend((ushort)(Owner._state->Operand2 >> 16), value, lanes) << 16);
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
            Owner._state->Ready = 0;
            ushort merged = Merge((ushort)(Owner._state->Result >> _shift), value, lanes);
            Owner._state->Result = (Owner._state->Result & ~(0xFFFFUL << _shift)) | ((ulong)merged << _shift);
        }
    }
}
