using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// Guest registers, flags and counts, and the host instructions that move them.
internal sealed partial class UnitEmitter
{
    // A guest register as a value: where it lives, or fetched into a scratch register.
    private Value Register(int register, int scratch)
    {
        if (HostLayout.TryGetHost(register, out int host))
        {
            return Value.In(host);
        }

        LoadRegister(register, scratch);
        return Value.In(scratch);
    }

    private void LoadRegister(int register, int into)
    {
        if (HostLayout.TryGetHost(register, out int host))
        {
            Emit(Code.Mov_r32_rm32, 32, into, host);
        }
        else
        {
            _a.AddInstruction(HostInstruction.Create(Code.Mov_r32_rm32, HostLayout.Sized(into, 32), new MemoryOperand(Iced.Intel.Register.R15, _at.State(register), 1)));
        }
    }

    private void StoreRegister(int register, int from)
    {
        if (HostLayout.TryGetHost(register, out int host))
        {
            Emit(Code.Mov_r32_rm32, 32, host, from);
        }
        else
        {
            _a.AddInstruction(HostInstruction.Create(Code.Mov_rm32_r32, new MemoryOperand(Iced.Intel.Register.R15, _at.State(register), 1), HostLayout.Sized(from, 32)));
        }
    }

    // MOV to a register: bits above the width are cleared. Flags stay.
    private void Move(int register, Value source, int bits)
    {
        uint mask = register == 1 ? ~1u : uint.MaxValue;
        bool hasHost = HostLayout.TryGetHost(register, out int host);
        if (source.IsConstant)
        {
            uint constant = source.Constant & mask;
            if (hasHost)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Mov_r32_imm32, HostLayout.Sized(host, 32), constant));
            }
            else
            {
                _a.mov(__dword_ptr[r15 + _at.State(register)], (int)constant);
            }

            return;
        }

        int target = hasHost ? host : Eax;
        switch (bits)
        {
            case 8:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm8, HostLayout.Sized(target, 32), HostLayout.Sized(source.Register, 8)));
                break;
            case 16:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, HostLayout.Sized(target, 32), HostLayout.Sized(source.Register, 16)));
                break;
            default:
                if (target != source.Register)
                {
                    Emit(Code.Mov_r32_rm32, 32, target, source.Register);
                }

                break;
        }

        if (register == 1)
        {
            _a.and(ebx, -2);
        }

        if (!hasHost)
        {
            StoreRegister(register, Eax);
        }
    }

    // Clears what lies above the width; the host's flags stay.
    private void Clear(int host, int bits)
    {
        switch (bits)
        {
            case 8:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm8, HostLayout.Sized(host, 32), HostLayout.Sized(host, 8)));
                break;
            case 16:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, HostLayout.Sized(host, 32), HostLayout.Sized(host, 16)));
                break;
        }
    }

    private static int Step(int register, int bits) => bits switch
    {
        8 => register == 1 ? 2 : 1,
        16 => 2,
        _ => 4,
    };

    // EAX may hold the value just read.
    private void Increment(int register, int bits)
    {
        int step = Step(register, bits);
        if (HostLayout.TryGetHost(register, out int host))
        {
            Emit(HostOperation.Add, 32, host, Value.Of((uint)step));
            Emit(HostOperation.And, 32, host, Value.Of(AddressMask));
        }
        else
        {
            _a.add(__dword_ptr[r15 + _at.State(register)], step);
            _a.and(__dword_ptr[r15 + _at.State(register)], (int)AddressMask);
        }
    }

    private void MoveStack(int bytes)
    {
        _a.add(ebx, bytes);
        _a.and(ebx, (int)AddressMask);
    }

    // Whether anybody can see the flags of the current instruction before they are set anew.
    private bool FlagsMatter()
    {
        for (int n = _index + 1; n < _block.Instructions.Count; n++)
        {
            GuestInstruction later = _block.Instructions[n];
            if (later.ReadsFlags || later.EndsBlock || _plans[n].CanLeave)
            {
                return true;
            }

            if (later.WritesFlags)
            {
                return false;
            }
        }

        return true;
    }

    // Puts the host's flags away in a form that does not depend on the operation. They stay for a jump that follows. EAX is free.
    private void Remember(HostFlags flags, Value source)
    {
        if (flags is HostFlags.None)
        {
            return;
        }

        bool isExclusiveOr = Current.Name == "XOR";
        if (FlagsMatter())
        {
            switch (flags)
            {
                case HostFlags.Addition or HostFlags.Shift:
                    _a.setb(__byte_ptr[r15 + _at.Carry]);
                    break;
                case HostFlags.Subtraction:
                    _a.setae(__byte_ptr[r15 + _at.Carry]);
                    break;
                default:
                    _a.setne(__byte_ptr[r15 + _at.Carry]);
                    break;
            }

            _a.lahf();
            if (isExclusiveOr)
            {
                RememberOverflowOfExclusiveOr(source);
                _host = HostFlags.None;
                return;
            }

            if (flags is HostFlags.Addition or HostFlags.Subtraction)
            {
                _a.seto(al);
            }
            else
            {
                _a.mov(al, 0);
            }

            _a.mov(__word_ptr[r15 + _at.Flags], ax);
        }

        _host = isExclusiveOr || _fetchFirst is null ? HostFlags.None : flags;
    }

    // Both operands were negative: the source was, and the result is not.
    private void RememberOverflowOfExclusiveOr(Value source)
    {
        int bits = Current.Bits;
        _a.mov(al, 0);
        _a.mov(__word_ptr[r15 + _at.Flags], ax);
        _a.setns(al);
        if (source.IsConstant)
        {
            bool isNegative = ((source.Constant >> (bits - 1)) & 1) != 0;
            _a.and(al, (sbyte)(isNegative ? 1 : 0));
        }
        else
        {
            _a.AddInstruction(HostInstruction.Create(Code.Bt_rm32_imm8, HostLayout.Sized(source.Register, 32), bits == 20 ? 31 : bits - 1));
            _a.setb(dl);
            _a.and(al, dl);
        }

        _a.mov(__byte_ptr[r15 + _at.Flags], al);
    }

    private void LoadCarry(bool inverted)
    {
        if (inverted)
        {
            _a.cmp(__byte_ptr[r15 + _at.Carry], 1);
        }
        else
        {
            _a.cmp(__byte_ptr[r15 + _at.Carry], 1);
            _a.cmc();
        }
    }

    private static Counts Sum(Plan[] plans, int from, int to)
    {
        Counts sum = default;
        for (int n = from; n < to; n++)
        {
            sum += plans[n].Counts;
        }

        return sum;
    }

    // Vector additions leave the host's flags alone.
    private void Count(Counts counts, bool add)
    {
        Lanes(xmm15, counts.First);
        Lanes(xmm14, counts.Second);

        void Lanes(AssemblerRegisterXMM sum, (int, int, int, int) lanes)
        {
            if (lanes == default)
            {
                return;
            }

            if (!_constants.TryGetValue(lanes, out Label label))
            {
                _constants.Add(lanes, label = _a.CreateLabel());
            }

            if (add)
            {
                _a.vpaddd(sum, sum, __xmmword_ptr[label]);
            }
            else
            {
                _a.vpsubd(sum, sum, __xmmword_ptr[label]);
            }
        }
    }

    private void EmitConstants()
    {
        foreach (((int, int, int, int) lanes, Label constant) in _constants)
        {
            Label label = constant;
            _a.Label(ref label);
            _a.dd(lanes.Item1, lanes.Item2, lanes.Item3, lanes.Item4);
        }
    }

    private static uint Masked(uint value, int bits) => value & (bits switch
    {
        8 => 0xFFu,
        16 => 0xFFFF,
        _ => AddressMask,
    });

    private static int Signed(uint value, int width) => width switch
    {
        8 => (sbyte)value,
        16 => (short)value,
        _ => (int)value,
    };

    private static MemoryOperand Address(int register, int offset) => new(Iced.Intel.Register.R15, HostLayout.Sized(register, 64), 1, offset, 1);

    private static AssemblerRegister64 HostRegister(int number) => new(HostLayout.Sized(number, 64));

    private void Emit(Code code, int bits, int destination, int source) =>
        _a.AddInstruction(HostInstruction.Create(code, HostLayout.Sized(destination, bits), HostLayout.Sized(source, bits)));

    private void Emit(HostOperation operation, int width, int destination, Value source)
    {
        (Code register, Code constant) = operation.Codes(width);
        Register target = HostLayout.Sized(destination, width);
        _a.AddInstruction(source.IsConstant
            ? HostInstruction.Create(constant, target, Signed(source.Constant, width))
            : HostInstruction.Create(register, target, HostLayout.Sized(source.Register, width)));
    }

    // A value: a constant, or the host register that holds it.
    private readonly record struct Value(bool IsConstant, uint Constant, int Register)
    {
        public static Value Of(uint constant) => new(true, constant, -1);

        public static Value In(int register) => new(false, 0, register);
    }

    // A place in memory: at an address held in a host register, or known.
    private readonly record struct Place(int? Register, uint Address, AccessPath Memory, int Bits)
    {
        public static Place At(int register, AccessPath memory, int bits) => new(register, 0, memory, bits);

        public static Place Fixed(uint address, AccessPath memory, int bits) => new(null, address, memory, bits);
    }
}
