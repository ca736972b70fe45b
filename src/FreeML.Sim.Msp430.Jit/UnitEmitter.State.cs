using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
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

        if (register == 2)
        {
            _a.call(_loadStatus);
            return Value.In(Ecx);
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

    /// <summary>What is added to a register when it steps.</summary>
    public static int Step(int register, int bits) => bits switch
    {
        8 => register == 1 ? 2 : 1,
        16 => 2,
        _ => 4,
    };

    // EAX may hold the value just read.
    private void Increment(int register, int bits, bool mayWrap)
    {
        int step = Step(register, bits);
        if (HostLayout.TryGetHost(register, out int host))
        {
            Emit(HostOperation.Add, 32, host, Value.Of((uint)step));
            if (mayWrap)
            {
                Emit(HostOperation.And, 32, host, Value.Of(AddressMask));
            }
        }
        else
        {
            _a.add(__dword_ptr[r15 + _at.State(register)], step);
            if (mayWrap)
            {
                _a.and(__dword_ptr[r15 + _at.State(register)], (int)AddressMask);
            }
        }
    }

    private void MoveStack(int bytes)
    {
        _a.add(ebx, bytes);
        _a.and(ebx, (int)AddressMask);
    }

    // Vector additions leave the host's flags alone.
    private void Count(Counts counts, bool add)
    {
        Add(ymm15, counts);
        if (counts.MultiplierCycles != 0)
        {
            // Its lane is the first of the other register; the rest of the eight is not looked at.
            Add(ymm14, new Counts { Instructions = counts.MultiplierCycles });
        }

        void Add(HostOperand sum, Counts lanes)
        {
            if (lanes with { MultiplierCycles = 0 } == default)
            {
                return;
            }

            if (_counts.PlaceOf(lanes) is not { } place)
            {
                _isTooLarge = true;
                return;
            }

            if (add)
            {
                _a.vpaddd(sum, sum, __ymmword_ptr[r15 + place]);
            }
            else
            {
                _a.vpsubd(sum, sum, __ymmword_ptr[r15 + place]);
            }
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

    private static HostOperand HostRegister(int number) => HostOperand.General(number, 64);

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

    // A place in memory: at an address held in a host register, some bytes from it, or known.
    private readonly record struct Place(int? Register, uint Address, AccessPath Memory, int Bits, int Offset)
    {
        /// <summary>Whether it is the current instruction's source.</summary>
        public bool IsSource { get; init; }

        public static Place At(int register, AccessPath memory, int bits, int offset = 0) => new(register, 0, memory, bits, offset);

        public static Place Fixed(uint address, AccessPath memory, int bits) => new(null, address, memory, bits, 0);
    }
}
