using System.Buffers.Binary;
using Iced.Intel;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>A place in code that is written: where jumps go.</summary>
internal readonly record struct Label(int Number);

/// <summary>
/// Writes the x86-64 instructions that generated code is made of, byte by byte. A general assembler takes longer for a translation than the
/// interpreter takes for a short program, and most of that for what is never needed here. Tests hold each form against Iced's decoder.
/// </summary>
internal sealed class HostAssembler
{
    private const int Unbound = -1;

    private byte[] _code = new byte[4096];
    private int _length;
    private readonly List<int> _labels = [];
    private readonly List<(int Place, int Label)> _jumps = [];
    private readonly List<(int Place, ulong Target)> _farJumps = [];
    private readonly Dictionary<int, ulong> _elsewhere = [];

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>A label that is not yet anywhere.</summary>
    public Label CreateLabel()
    {
        _labels.Add(Unbound);
        return new Label(_labels.Count - 1);
    }

    /// <summary>A label for code elsewhere, within 2 GiB.</summary>
    public Label CreateLabel(ulong target)
    {
        Label label = CreateLabel();
        _elsewhere.Add(label.Number, target);
        return label;
    }

    /// <summary>Puts a label here.</summary>
    public void Label(Label label) => _labels[label.Number] = _length;

    /// <summary>The code, to be executed at an address.</summary>
    public byte[] Finish(ulong origin)
    {
        foreach ((int place, int label) in _jumps)
        {
            if (_elsewhere.TryGetValue(label, out ulong far))
            {
                _farJumps.Add((place, far));
                continue;
            }

            int target = _labels[label];
            if (target == Unbound)
            {
                throw new InvalidOperationException($"label {label} is nowhere");
            }

            BinaryPrimitives.WriteInt32LittleEndian(_code.AsSpan(place), target - (place + 4));
        }

        foreach ((int place, ulong target) in _farJumps)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_code.AsSpan(place), checked((int)((long)target - (long)(origin + (ulong)place + 4))));
        }

        return _code.AsSpan(0, _length).ToArray();
    }

    /// <summary>Bytes before a label.</summary>
    public int OffsetOf(Label label) => _labels[label.Number];

    // Mnemonics are written as in an assembler.
#pragma warning disable IDE1006
    public void add(HostOperand to, HostOperand from) => Arithmetic(0, to, from);

    public void or(HostOperand to, HostOperand from) => Arithmetic(1, to, from);

    public void adc(HostOperand to, HostOperand from) => Arithmetic(2, to, from);

    public void sbb(HostOperand to, HostOperand from) => Arithmetic(3, to, from);

    public void and(HostOperand to, HostOperand from) => Arithmetic(4, to, from);

    public void sub(HostOperand to, HostOperand from) => Arithmetic(5, to, from);

    public void xor(HostOperand to, HostOperand from) => Arithmetic(6, to, from);

    public void cmp(HostOperand to, HostOperand from) => Arithmetic(7, to, from);

    public void test(HostOperand to, HostOperand from)
    {
        int bits = Width(to, from);
        if (from.IsConstant)
        {
            int size = Math.Min(bits, 32) / 8;
            Encode(bits, bits == 8 ? 0xF6 : 0xF7, 0, false, to);
            Constant(from.Value, size);
        }
        else
        {
            (HostOperand register, HostOperand place) = from.IsRegister ? (from, to) : (to, from);
            Encode(bits, bits == 8 ? 0x84 : 0x85, register.Number, register.NeedsRex, place);
        }
    }

    public void mov(HostOperand to, HostOperand from)
    {
        int bits = Width(to, from);
        if (!from.IsConstant)
        {
            bool loads = !from.IsRegister;
            (HostOperand register, HostOperand place) = loads ? (to, from) : (from, to);
            Encode(bits, (loads ? 0x8A : 0x88) | (bits == 8 ? 0 : 1), register.Number, register.NeedsRex, place);
        }
        else if (to.IsRegister && (bits == 32 || (bits == 64 && from.Value != (int)from.Value)))
        {
            Rex(isWide: bits == 64, 0, 0, to.Number, needed: false);
            Byte(0xB8 | (to.Number & 7));
            Constant(from.Value, bits / 8);
        }
        else
        {
            int size = Math.Min(bits, 32) / 8;
            Encode(bits, bits == 8 ? 0xC6 : 0xC7, 0, false, to);
            Constant(from.Value, size);
        }
    }

    public void movzx(HostOperand to, HostOperand from) => Encode(to.Bits, from.Bits == 8 ? 0x0FB6 : 0x0FB7, to.Number, to.NeedsRex, from);

    public void movsx(HostOperand to, HostOperand from) => Encode(to.Bits, from.Bits == 8 ? 0x0FBE : 0x0FBF, to.Number, to.NeedsRex, from);

    public void movsxd(HostOperand to, HostOperand from) => Encode(64, 0x63, to.Number, false, from);

    public void lea(HostOperand to, HostOperand from) => Encode(to.Bits, 0x8D, to.Number, false, from);

    public void lea(HostOperand to, Label target)
    {
        Rex(isWide: true, to.Number, 0, 0, needed: false);
        Byte(0x8D);
        Byte(((to.Number & 7) << 3) | 5);
        Reach(target);
    }

    public void cmovb(HostOperand to, HostOperand from) => Encode(to.Bits, 0x0F42, to.Number, false, from);

    public void xchg(HostOperand to, HostOperand from) => Encode(Width(to, from), Width(to, from) == 8 ? 0x86 : 0x87, from.Number, from.NeedsRex, to);

    public void imul(HostOperand to, HostOperand from) => Encode(to.Bits, 0x0FAF, to.Number, false, from);

    public void inc(HostOperand to) => Encode(to.Bits, to.Bits == 8 ? 0xFE : 0xFF, 0, false, to);

    public void dec(HostOperand to) => Encode(to.Bits, to.Bits == 8 ? 0xFE : 0xFF, 1, false, to);

    public void not(HostOperand to) => Encode(to.Bits, to.Bits == 8 ? 0xF6 : 0xF7, 2, false, to);

    public void neg(HostOperand to) => Encode(to.Bits, to.Bits == 8 ? 0xF6 : 0xF7, 3, false, to);

    public void mul(HostOperand by) => Encode(by.Bits, by.Bits == 8 ? 0xF6 : 0xF7, 4, false, by);

    public void rol(HostOperand to, HostOperand count) => Shift(0, to, count);

    public void ror(HostOperand to, HostOperand count) => Shift(1, to, count);

    public void rcl(HostOperand to, HostOperand count) => Shift(2, to, count);

    public void rcr(HostOperand to, HostOperand count) => Shift(3, to, count);

    public void shl(HostOperand to, HostOperand count) => Shift(4, to, count);

    public void shr(HostOperand to, HostOperand count) => Shift(5, to, count);

    public void sar(HostOperand to, HostOperand count) => Shift(7, to, count);

    public void bt(HostOperand to, HostOperand bit) => BitTest(4, 0x0FA3, to, bit);

    public void bts(HostOperand to, HostOperand bit) => BitTest(5, 0x0FAB, to, bit);

    public void btr(HostOperand to, HostOperand bit) => BitTest(6, 0x0FB3, to, bit);

    public void seto(HostOperand to) => Set(0x0, to);

    public void setb(HostOperand to) => Set(0x2, to);

    public void setae(HostOperand to) => Set(0x3, to);

    public void sete(HostOperand to) => Set(0x4, to);

    public void setne(HostOperand to) => Set(0x5, to);

    public void seta(HostOperand to) => Set(0x7, to);

    public void sets(HostOperand to) => Set(0x8, to);

    public void setns(HostOperand to) => Set(0x9, to);

    public void push(HostOperand from)
    {
        Rex(isWide: false, 0, 0, from.Number, needed: false);
        Byte(0x50 | (from.Number & 7));
    }

    public void pop(HostOperand to)
    {
        Rex(isWide: false, 0, 0, to.Number, needed: false);
        Byte(0x58 | (to.Number & 7));
    }

    public void ret() => Byte(0xC3);

    public void cmc() => Byte(0xF5);

    public void clc() => Byte(0xF8);

    public void stc() => Byte(0xF9);

    public void lahf() => Byte(0x9F);

    public void sahf() => Byte(0x9E);

    public void nop() => Byte(0x90);

    public void jmp(Label target)
    {
        Byte(0xE9);
        Reach(target);
    }

    public void call(Label target)
    {
        Byte(0xE8);
        Reach(target);
    }

    /// <summary>Counts RCX down and, unless it is 0 then, goes back to a label at most 126 bytes before; the flags stay.</summary>
    public void loop(Label target)
    {
        int place = _labels[target.Number];
        int distance = place - (_length + 2);
        if (place == Unbound || distance < sbyte.MinValue)
        {
            throw new InvalidOperationException($"label {target.Number} is not shortly before");
        }

        Byte(0xE2);
        Byte(distance);
    }

    /// <summary>A jump to code elsewhere, within 2 GiB.</summary>
    public void jmp(ulong target)
    {
        Byte(0xE9);
        _farJumps.Add((_length, target));
        Constant(0, 4);
    }

    public void jmp(HostOperand target) => Encode(32, 0xFF, 4, false, target);

    public void call(HostOperand target) => Encode(32, 0xFF, 2, false, target);

    public void jo(Label target) => Jump(0x0, target);

    public void jno(Label target) => Jump(0x1, target);

    public void jb(Label target) => Jump(0x2, target);

    public void jae(Label target) => Jump(0x3, target);

    public void je(Label target) => Jump(0x4, target);

    public void jne(Label target) => Jump(0x5, target);

    public void jbe(Label target) => Jump(0x6, target);

    public void ja(Label target) => Jump(0x7, target);

    public void js(Label target) => Jump(0x8, target);

    public void jns(Label target) => Jump(0x9, target);

    public void jl(Label target) => Jump(0xC, target);

    public void jge(Label target) => Jump(0xD, target);

    public void jle(Label target) => Jump(0xE, target);

    public void jg(Label target) => Jump(0xF, target);

    public void vmovd(HostOperand to, HostOperand from)
    {
        bool loads = to.Bits == 128;
        (HostOperand vector, HostOperand other) = loads ? (to, from) : (from, to);
        Vector(1, 1, loads ? 0x6E : 0x7E, isWide: false, isLong: false, vector.Number, 0, other);
    }

    public void vmovq(HostOperand to, HostOperand from)
    {
        bool loads = to.Bits == 128;
        (HostOperand vector, HostOperand other) = loads ? (to, from) : (from, to);
        Vector(1, 1, loads ? 0x6E : 0x7E, isWide: true, isLong: false, vector.Number, 0, other);
    }

    public void vmovdqu(HostOperand to, HostOperand from)
    {
        bool loads = to.IsRegister;
        (HostOperand vector, HostOperand other) = loads ? (to, from) : (from, to);
        Vector(1, 2, loads ? 0x6F : 0x7F, isWide: false, vector.Bits == 256, vector.Number, 0, other);
    }

    public void vpaddd(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xFE, to, a, b);

    public void vpaddq(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xD4, to, a, b);

    public void vpsubd(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xFA, to, a, b);

    public void vpsrld(HostOperand to, HostOperand from, int count)
    {
        Vector(1, 1, 0x72, isWide: false, isLong: false, 2, to.Number, from);
        Byte(count);
    }

    public void vpxor(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xEF, to, a, b);

    public void vpmaddwd(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xF5, to, a, b);

    public void vpmuludq(HostOperand to, HostOperand a, HostOperand b) => Vector(1, 1, 0xF4, to, a, b);

    public void vpmovsxbw(HostOperand to, HostOperand from) => Vector(2, 1, 0x20, isWide: false, isLong: false, to.Number, 0, from);

    public void vpmovzxwd(HostOperand to, HostOperand from) => Vector(2, 1, 0x33, isWide: false, isLong: false, to.Number, 0, from);

    public void vpinsrb(HostOperand to, HostOperand a, HostOperand b, int lane) => Insert(3, 0x20, to, a, b, lane);

    public void vpinsrw(HostOperand to, HostOperand a, HostOperand b, int lane) => Insert(1, 0xC4, to, a, b, lane);

    public void vpinsrd(HostOperand to, HostOperand a, HostOperand b, int lane) => Insert(3, 0x22, to, a, b, lane);

    public void vzeroupper()
    {
        Byte(0xC5);
        Byte(0xF8);
        Byte(0x77);
    }
#pragma warning restore IDE1006

    /// <summary>Writes an instruction given with its operands, one of those above.</summary>
    public void AddInstruction(HostInstruction instruction)
    {
        HostOperand first = OperandOf(instruction, 0);
        HostOperand second = instruction.OpCount > 1 ? OperandOf(instruction, 1) : default;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Add: add(first, second); break;
            case Mnemonic.Or: or(first, second); break;
            case Mnemonic.Adc: adc(first, second); break;
            case Mnemonic.Sbb: sbb(first, second); break;
            case Mnemonic.And: and(first, second); break;
            case Mnemonic.Sub: sub(first, second); break;
            case Mnemonic.Xor: xor(first, second); break;
            case Mnemonic.Cmp: cmp(first, second); break;
            case Mnemonic.Test: test(first, second); break;
            case Mnemonic.Mov: mov(first, second); break;
            case Mnemonic.Movzx: movzx(first, second); break;
            case Mnemonic.Movsx: movsx(first, second); break;
            case Mnemonic.Lea: lea(first, second); break;
            case Mnemonic.Cmovb: cmovb(first, second); break;
            case Mnemonic.Rol: rol(first, second); break;
            case Mnemonic.Rcr: rcr(first, second); break;
            case Mnemonic.Rcl: rcl(first, second); break;
            case Mnemonic.Shl: shl(first, second); break;
            case Mnemonic.Shr: shr(first, second); break;
            case Mnemonic.Sar: sar(first, second); break;
            case Mnemonic.Bt: bt(first, second); break;
            default: throw new NotSupportedException($"found {instruction.Mnemonic}");
        }
    }

    private static HostOperand OperandOf(HostInstruction instruction, int number) => instruction.GetOpKind(number) switch
    {
        OpKind.Register => HostOperand.Of(instruction.GetOpRegister(number)),
        OpKind.Memory => MemoryOf(instruction) with { Bits = 8 * instruction.MemorySize.GetSize() },
        _ => HostOperand.Constant((long)instruction.GetImmediate(number)),
    };

    private static HostOperand MemoryOf(HostInstruction instruction)
    {
        HostOperand place = HostOperand.Of(instruction.MemoryBase) + (int)(long)instruction.MemoryDisplacement64;
        return instruction.MemoryIndex is Register.None ? place : place + (HostOperand.Of(instruction.MemoryIndex) * instruction.MemoryIndexScale);
    }

    private static int Width(HostOperand a, HostOperand b) => a.IsRegister ? a.Bits : b.IsRegister ? b.Bits : a.Bits;

    private void Arithmetic(int operation, HostOperand to, HostOperand from)
    {
        int bits = Width(to, from);
        if (!from.IsConstant)
        {
            bool loads = !from.IsRegister;
            (HostOperand register, HostOperand place) = loads ? (to, from) : (from, to);
            Encode(bits, (operation << 3) | (loads ? 2 : 0) | (bits == 8 ? 0 : 1), register.Number, register.NeedsRex, place);
        }
        else if (bits == 8 || IsShort(from.Value, bits))
        {
            Encode(bits, bits == 8 ? 0x80 : 0x83, operation, false, to);
            Constant(from.Value, 1);
        }
        else
        {
            int size = Math.Min(bits, 32) / 8;
            Encode(bits, 0x81, operation, false, to);
            Constant(from.Value, size);
        }
    }

    // Whether a byte, its sign extended, gives a constant of a width.
    private static bool IsShort(long value, int bits) => bits == 16 ? (short)value == (sbyte)value : (int)value == (sbyte)value;

    private void Shift(int operation, HostOperand to, HostOperand count)
    {
        int narrow = to.Bits == 8 ? 0 : 1;
        if (!count.IsConstant)
        {
            Encode(to.Bits, 0xD2 | narrow, operation, false, to);
        }
        else if (count.Value == 1)
        {
            Encode(to.Bits, 0xD0 | narrow, operation, false, to);
        }
        else
        {
            Encode(to.Bits, 0xC0 | narrow, operation, false, to);
            Constant(count.Value, 1);
        }
    }

    private void BitTest(int operation, int opcode, HostOperand to, HostOperand bit)
    {
        if (bit.IsConstant)
        {
            Encode(to.Bits, 0x0FBA, operation, false, to);
            Constant(bit.Value, 1);
        }
        else
        {
            Encode(bit.Bits, opcode, bit.Number, false, to);
        }
    }

    private void Set(int condition, HostOperand to) => Encode(8, 0x0F90 | condition, 0, false, to);

    private void Jump(int condition, Label target)
    {
        Byte(0x0F);
        Byte(0x80 | condition);
        Reach(target);
    }

    private void Reach(Label target)
    {
        _jumps.Add((_length, target.Number));
        Constant(0, 4);
    }

    private void Insert(int map, int opcode, HostOperand to, HostOperand a, HostOperand b, int lane)
    {
        Vector(map, 1, opcode, isWide: false, isLong: false, to.Number, a.Number, b);
        Byte(lane);
    }

    private void Vector(int map, int prefix, int opcode, HostOperand to, HostOperand a, HostOperand b) =>
        Vector(map, prefix, opcode, isWide: false, to.Bits == 256, to.Number, a.Number, b);

    // VEX: the prefix is 1 for 66, 2 for F3, 3 for F2.
    private void Vector(int map, int prefix, int opcode, bool isWide, bool isLong, int register, int other, HostOperand place)
    {
        int low = ((~other & 0xF) << 3) | (isLong ? 4 : 0) | prefix;
        if (map == 1 && !isWide && place.Index < 8 && place.Number < 8)
        {
            Byte(0xC5);
            Byte((register < 8 ? 0x80 : 0) | low);
        }
        else
        {
            Byte(0xC4);
            Byte((register < 8 ? 0x80 : 0) | (place.Index < 8 ? 0x40 : 0) | (place.Number < 8 ? 0x20 : 0) | map);
            Byte((isWide ? 0x80 : 0) | low);
        }

        Byte(opcode);
        Place(register, place);
    }

    // An instruction with a register or an operation's number beside the place.
    private void Encode(int bits, int opcode, int register, bool registerNeedsRex, HostOperand place)
    {
        if (bits == 16)
        {
            Byte(0x66);
        }

        Rex(bits == 64, register, place.Index, place.Number, registerNeedsRex || place.NeedsRex);
        if (opcode > 0xFF)
        {
            Byte(opcode >> 8);
        }

        Byte(opcode);
        Place(register, place);
    }

    private void Rex(bool isWide, int register, int index, int number, bool needed)
    {
        int rex = (isWide ? 8 : 0) | (register >= 8 ? 4 : 0) | (index >= 8 ? 2 : 0) | (number >= 8 ? 1 : 0);
        if (rex != 0 || needed)
        {
            Byte(0x40 | rex);
        }
    }

    private void Place(int register, HostOperand place)
    {
        int reg = (register & 7) << 3;
        if (place.IsRegister)
        {
            Byte(0xC0 | reg | (place.Number & 7));
            return;
        }

        // RBP and R13 without displacement mean something else; RSP and R12 as base need the longer form.
        int origin = place.Number & 7;
        int length = place.Value == 0 && origin != 5 ? 0 : place.Value == (sbyte)place.Value ? 1 : 4;
        int mode = length == 0 ? 0 : length == 1 ? 0x40 : 0x80;
        if (place.Index >= 0 || origin == 4)
        {
            int scale = place.Scale switch { 8 => 3, 4 => 2, 2 => 1, _ => 0 };
            Byte(mode | reg | 4);
            Byte((scale << 6) | ((place.Index >= 0 ? place.Index & 7 : 4) << 3) | origin);
        }
        else
        {
            Byte(mode | reg | origin);
        }

        if (length != 0)
        {
            Constant(place.Value, length);
        }
    }

    private void Constant(long value, int bytes)
    {
        Reserve(bytes);
        for (int n = 0; n < bytes; n++)
        {
            _code[_length++] = (byte)(value >> (8 * n));
        }
    }

    private void Byte(int value)
    {
        Reserve(1);
        _code[_length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _code.Length)
        {
            Array.Resize(ref _code, 2 * _code.Length);
        }
    }
}
