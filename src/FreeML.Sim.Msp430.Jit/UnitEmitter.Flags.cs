using FreeML.Sim.Msp430.Cpu;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// The guest's flags. They are put away only where something may see them; a jump, or an addition with carry, that follows uses the host's own.
internal sealed partial class UnitEmitter
{
    // What the host's flags are worth: which guest operation they come from.
    private enum HostFlags
    {
        None,

        /// <summary>All four as the guest has them.</summary>
        Addition,

        /// <summary>The carry is inverted.</summary>
        Subtraction,

        /// <summary>The carry is "not zero", there is no overflow.</summary>
        Logic,

        /// <summary>There is no overflow, whatever the host's flag says.</summary>
        Shift,

        /// <summary>As <see cref="Shift"/>, but the carry is in CL.</summary>
        Rotation,

        /// <summary>The condition itself, or whether it does not hold, is in the zero flag.</summary>
        Tested,
    }

    // What is known of the flags put away.
    private enum StoredFlags
    {
        Unknown,
        Plain,
        CarryIsNotZero,
    }

    // Whether anybody can see the flags that an instruction of the block leaves, other than by the host's flags.
    private bool FlagsAreSeen(int index)
    {
        if (_block.Instructions[index].CallsPeripheral)
        {
            return true;
        }

        bool carryIsKnown = _carry is not null && Current.Shape is Shape.SetFlags;
        int consumer = ConsumerOf(index);
        for (int n = index + 1; n < _block.Instructions.Count; n++)
        {
            GuestInstruction later = _block.Instructions[n];
            bool readsCarryOnly = later.ReadsCarry && !later.ReadsStatus;
            if ((later.ReadsFlags && n > consumer && !(readsCarryOnly && carryIsKnown)) || later.EndsHere || _plans[n].CanLeave)
            {
                return true;
            }

            if (later.WritesFlags)
            {
                return false;
            }

            carryIsKnown |= later.Shape is Shape.SetFlags && (later.SourceValue & StatusRegister.C) != 0;
        }

        return true;
    }

    // The last instruction that takes the flags of another from the host; -1 if there is none.
    private int ConsumerOf(int index)
    {
        GuestInstruction setter = _block.Instructions[index];
        bool isRegister = setter.WritesDestination && !setter.Decoded.Destination.IsMemory;
        bool isSpoilt = (setter.WritesDestination && setter.Bits == 20) || (isRegister && setter.Decoded.Destination.Register == 1) || setter.Name is "SXT" || setter.CallsPeripheral;
        bool mayOverflow = setter.Name == "XOR" && (setter.SourcePath is not OperandPath.Constant || ((setter.SourceValue >> (setter.Bits - 1)) & 1) != 0);
        if (!setter.WritesFlags || isSpoilt || mayOverflow)
        {
            return -1;
        }

        bool rotates = setter.Name is "RRC" or "RRCM";
        for (int n = index + 1; n < _block.Instructions.Count; n++)
        {
            GuestInstruction later = _block.Instructions[n];
            if (later.EndsHere)
            {
                return -1;
            }

            if (later.IsConditional)
            {
                return rotates && (n > index + 1 || later.Name is "JC" or "JNC") ? -1 : n;
            }

            if (later.ReadsCarry)
            {
                return later.IsInRegisters && !later.ReadsStatus && later.Bits < 20 && later.CountRegister < 0 && setter.Name is "ADD" or "ADDC" or "SUB" or "SUBC" or "CMP" or "RRA" ? n : -1;
            }

            if (!later.KeepsHostFlags)
            {
                return -1;
            }
        }

        return -1;
    }

    // Called when the host has the flags of the current instruction. They stay for what follows. EAX is free.
    private void Remember(HostFlags flags, Value source)
    {
        if (flags is HostFlags.None)
        {
            return;
        }

        _carry = null;
        _host = flags;
        _isStored = FlagsAreSeen(_index);
        if (_isStored)
        {
            if (Current.Name == "XOR")
            {
                StoreFlagsOfExclusiveOr(source);
            }
            else if (Current is { Bits: 20, Name: "ADDC" or "SUBC", IsRepeated: false })
            {
                StoreFlagsOfWideCarry();
            }
            else
            {
                StoreFlags();
            }
        }

        _hostUntil = ConsumerOf(_index);
    }

    // Puts the host's flags away. Those that matter stay.
    private void StoreFlags()
    {
        _stored = StoredFlags.Plain;
        switch (_host)
        {
            case HostFlags.Subtraction:
                _a.cmc();
                _host = HostFlags.Addition;
                goto case HostFlags.Addition;
            case HostFlags.Addition:
                _a.lahf();
                _a.seto(al);
                break;
            case HostFlags.Logic:
                _a.mov(eax, HostLayout.CarryIsNotZero);
                _a.lahf();
                _stored = StoredFlags.CarryIsNotZero;
                break;
            case HostFlags.Rotation:
                _a.lahf();
                _a.or(ah, cl);
                _a.mov(al, 0);
                _host = HostFlags.None;
                break;
            default:
                _a.mov(eax, 0);
                _a.lahf();
                break;
        }

        _a.mov(__word_ptr[r15 + _at.Flags], ax);
    }

    // Overflow: both operands were negative, that is, the source was and the result is not.
    private void StoreFlagsOfExclusiveOr(Value source)
    {
        _stored = StoredFlags.CarryIsNotZero;
        int bits = Current.Bits;
        if (source.IsConstant && ((source.Constant >> (bits - 1)) & 1) == 0)
        {
            StoreFlags();
            return;
        }

        _a.lahf();
        _a.setns(al);
        if (source.IsConstant)
        {
            _a.lea(eax, __[rax + HostLayout.CarryIsNotZero]);
            _a.mov(__word_ptr[r15 + _at.Flags], ax);
            return;
        }

        _a.mov(__word_ptr[r15 + _at.Flags], ax);
        (int register, int top) = bits == 20 ? (Ecx, 31) : (source.Register, bits - 1);
        _a.AddInstruction(HostInstruction.Create(Code.Bt_rm32_imm8, HostLayout.Sized(register, 32), top));
        _a.setb(ah);
        _a.and(al, ah);
        _a.or(al, HostLayout.CarryIsNotZero);
        _a.mov(__byte_ptr[r15 + _at.Flags], al);
        _host = HostFlags.None;
    }

    // The result waits aside. A carry has gone through the bits below its 20, so whether it is zero is asked of it alone.
    private void StoreFlagsOfWideCarry()
    {
        _stored = StoredFlags.Plain;
        if (_host is HostFlags.Subtraction)
        {
            _a.cmc();
        }

        _a.lahf();
        _a.seto(al);
        _a.and(ah, 0xBF);
        _a.test(_waiting, ~WideFill);
        _a.sete(cl);
        _a.shl(cl, 6);
        _a.or(ah, cl);
        _a.mov(__word_ptr[r15 + _at.Flags], ax);
        _host = HostFlags.None;
    }

    // Brings the guest's carry, or its inverse, into the host's. Registers stay.
    private void LoadCarry(bool inverted, HostFlags host)
    {
        bool isInverted = false;
        if (_carry is { } known)
        {
            if (known != inverted)
            {
                _a.stc();
            }
            else
            {
                _a.clc();
            }

            return;
        }

        switch (host)
        {
            case HostFlags.Addition or HostFlags.Shift:
                break;
            case HostFlags.Subtraction:
                isInverted = true;
                break;
            default:
                switch (_stored)
                {
                    case StoredFlags.Plain:
                        _a.bt(__word_ptr[r15 + _at.Flags], (byte)8);
                        break;
                    case StoredFlags.CarryIsNotZero:
                        _a.bt(__word_ptr[r15 + _at.Flags], (byte)14);
                        isInverted = true;
                        break;
                    default:
                        _a.call(_loadCarry);
                        break;
                }

                break;
        }

        if (isInverted != inverted)
        {
            _a.cmc();
        }
    }

    // CLRC, SETZ and their like.
    private void EmitSetFlags()
    {
        GuestInstruction i = Current;
        uint flags = i.SourceValue & StatusRegister.Flags;
        bool set = i.Name == "BIS";
        if (i.MaySetInterrupts)
        {
            Label isSet = _a.CreateLabel();
            _a.test(__byte_ptr[r15 + _at.State(2)], (int)StatusRegister.Gie);
            _a.jne(isSet);
            LeaveForInterrupts(Mismatch(Leave.Interpret));
            _a.Label(isSet);
        }

        Fetch(i);
        if ((i.SourceValue & StatusRegister.Gie) != 0)
        {
            if (set)
            {
                _a.or(__dword_ptr[r15 + _at.State(2)], (int)StatusRegister.Gie);
            }
            else
            {
                // Nothing waits for interrupts to be shut out.
                _a.and(__dword_ptr[r15 + _at.State(2)], ~(int)StatusRegister.Gie);
            }
        }

        if (flags == 0)
        {
            return;
        }

        if ((flags & StatusRegister.C) != 0)
        {
            _carry = set;
        }

        if (!FlagsAreSeen(_index))
        {
            return;
        }

        if (_stored is not StoredFlags.Plain && (flags & (StatusRegister.C | StatusRegister.Z)) != 0)
        {
            _a.call(_loadCarry);
            _a.setb(al);
            _a.and(__byte_ptr[r15 + _at.Flags], ~HostLayout.CarryIsNotZero);
            _a.or(__byte_ptr[r15 + (_at.Flags + 1)], al);
            _stored = StoredFlags.Plain;
        }

        int mask = (int)(((flags & StatusRegister.V) >> 8) | ((flags & (StatusRegister.N | StatusRegister.Z)) << 13) | ((flags & StatusRegister.C) << 8));
        _a.movzx(eax, __word_ptr[r15 + _at.Flags]);
        if (set)
        {
            _a.or(eax, mask);
        }
        else
        {
            _a.and(eax, ~mask);
        }

        _a.mov(__word_ptr[r15 + _at.Flags], ax);
    }

    // Where GIE is about to be set: the instruction behind runs before any interrupt, and if one is requested, the device wants to know.
    private void LeaveForInterrupts(Label interpreted)
    {
        if (_index + 1 == CountOf(_block))
        {
            _a.jmp(interpreted);
            return;
        }

        _a.cmp(__qword_ptr[r15 + _at.RequestedInterrupts], 0);
        _a.jne(interpreted);
    }

    // Bits that stop the CPU or its clocks are the interpreter's; flags and GIE mostly come back from where they were put.
    private void EmitMoveToStatus()
    {
        const uint Others = StatusRegister.Mask & ~StatusRegister.Flags;
        GuestInstruction i = Current;
        Place? source = LocateSource();
        Label interpreted = Mismatch(Leave.Interpret);
        Label good = _a.CreateLabel();
        if (source is { } place)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, OperandAt(place)));
        }
        else if (i.SourcePath is OperandPath.Constant)
        {
            _a.mov(eax, (int)Masked(i.SourceValue, 16));
        }
        else
        {
            LoadRegister(i.Decoded.Source.Register, Eax);
        }

        _a.mov(edx, __dword_ptr[r15 + _at.State(2)]);
        _a.xor(edx, eax);
        _a.and(edx, (int)Others);
        _a.je(good);
        _a.cmp(edx, (int)StatusRegister.Gie);
        _a.jne(interpreted);
        _a.test(al, (int)StatusRegister.Gie);
        _a.je(good);
        LeaveForInterrupts(interpreted);
        _a.Label(good);

        Fetch(i);
        Value value = TakeSource(source, isOtherInUse: false);
        if (value.IsConstant)
        {
            _a.mov(eax, (int)value.Constant);
        }
        else if (value.Register != Eax)
        {
            Emit(Code.Mov_r32_rm32, 32, Eax, value.Register);
        }

        _a.mov(edx, eax);
        _a.and(edx, (int)Others);
        _a.mov(__dword_ptr[r15 + _at.State(2)], edx);
        _a.mov(edx, eax);
        _a.and(edx, (int)(StatusRegister.N | StatusRegister.Z));
        _a.shl(edx, 13);
        _a.mov(ecx, eax);
        _a.and(ecx, (int)StatusRegister.C);
        _a.shl(ecx, 8);
        _a.or(edx, ecx);
        _a.shr(eax, 8);
        _a.and(eax, 1);
        _a.or(eax, edx);
        _a.mov(__word_ptr[r15 + _at.Flags], ax);
        _stored = StoredFlags.Plain;
        _host = HostFlags.None;
        _hostUntil = -1;
        _isStored = true;
        _carry = null;
    }

    private static string? Opposite(string jump) => jump switch
    {
        "JEQ" => "JNE",
        "JNE" => "JEQ",
        "JC" => "JNC",
        "JNC" => "JC",
        "JGE" => "JL",
        "JL" => "JGE",
        _ => null,
    };

    // Without the host's flags: brings those put away into a form that JumpIf knows.
    private HostFlags TestFlags(string name)
    {
        switch (name)
        {
            case "JEQ" or "JNE":
                _a.test(__byte_ptr[r15 + (_at.Flags + 1)], 0x40);
                break;
            case "JN":
                _a.test(__byte_ptr[r15 + (_at.Flags + 1)], unchecked((sbyte)0x80));
                break;
            case "JC" or "JNC":
                LoadCarry(inverted: false, HostFlags.None);
                _a.sbb(eax, eax);
                break;
            default:
                _a.movzx(eax, __word_ptr[r15 + _at.Flags]);
                _a.mov(ecx, eax);
                _a.shr(ecx, 15);
                _a.xor(eax, ecx);
                _a.test(al, 1);
                break;
        }

        return HostFlags.Tested;
    }

    private void JumpIf(string name, HostFlags host, Label taken)
    {
        if (host is HostFlags.Tested)
        {
            if (name is "JNE" or "JNC" or "JGE")
            {
                _a.je(taken);
            }
            else
            {
                _a.jne(taken);
            }

            return;
        }

        bool noOverflow = host is HostFlags.Shift or HostFlags.Logic or HostFlags.Rotation;
        switch (name)
        {
            case "JEQ":
                _a.je(taken);
                break;
            case "JNE":
                _a.jne(taken);
                break;
            case "JN":
            case "JL" when noOverflow:
                _a.js(taken);
                break;
            case "JGE" when noOverflow:
                _a.jns(taken);
                break;
            case "JGE":
                _a.jge(taken);
                break;
            case "JL":
                _a.jl(taken);
                break;
            case "JC" or "JNC":
                JumpIfCarry(name == "JC", host, taken);
                break;
        }
    }

    // Guest and host disagree about what a carry of a subtraction is; a logical operation's is "not zero".
    private void JumpIfCarry(bool set, HostFlags host, Label taken)
    {
        if (host is HostFlags.Logic)
        {
            if (set)
            {
                _a.jne(taken);
            }
            else
            {
                _a.je(taken);
            }
        }
        else if (set == host is not HostFlags.Subtraction)
        {
            _a.jb(taken);
        }
        else
        {
            _a.jae(taken);
        }
    }

    private void EmitFlagRoutines()
    {
        // Out: the guest's carry in the host's, registers as they were.
        _a.Label(_loadCarry);
        _a.push(rax);
        _a.push(rcx);
        _a.movzx(eax, __word_ptr[r15 + _at.Flags]);
        FormCarry();
        _a.bt(ecx, (byte)0);
        _a.pop(rcx);
        _a.pop(rax);
        _a.ret();

        // Out: SR in ECX. EAX is lost.
        _a.Label(_loadStatus);
        _a.movzx(eax, __word_ptr[r15 + _at.Flags]);
        FormCarry();
        _a.push(rdx);
        _a.mov(edx, eax);
        _a.shr(edx, 13);
        _a.and(edx, (int)(StatusRegister.N | StatusRegister.Z));
        _a.or(ecx, edx);
        _a.and(eax, 1);
        _a.shl(eax, 8);
        _a.or(ecx, eax);
        _a.mov(eax, __dword_ptr[r15 + _at.State(2)]);
        _a.and(eax, unchecked((int)~StatusRegister.Flags));
        _a.or(ecx, eax);
        _a.pop(rdx);
        _a.ret();

        // In: the flags put away in EAX. Out: the carry in ECX.
        void FormCarry()
        {
            Label plain = _a.CreateLabel();
            _a.mov(ecx, eax);
            _a.shr(ecx, 8);
            _a.test(al, HostLayout.CarryIsNotZero);
            _a.je(plain);
            _a.shr(ecx, 6);
            _a.not(ecx);
            _a.Label(plain);
            _a.and(ecx, 1);
        }
    }
}
