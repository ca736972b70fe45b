using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// The multiplier's registers, as InlineMultiplier describes them. All of it is for 16 times 16 bits without saturation, fraction and delayed writes.
internal sealed partial class UnitEmitter
{
    // What is known in the block being written: mode, last operation, and the cycles of the block that were still to come when OP2 was written.
    private MultiplierWrite _mode;
    private PendingOperation? _pending;
    private int? _writtenBefore;

    private static int Offset(string field) => (int)Marshal.OffsetOf<InlineMultiplier>(field);

    private void ForgetMultiplier()
    {
        _mode = MultiplierWrite.None;
        _pending = null;
        _writtenBefore = null;
    }

    // Cycles that the block takes behind the current instruction.
    private int Behind() => _plans.CyclesFrom(_index + 1);

    // What must hold for the current instruction's registers; before it has done anything.
    private void CheckMultiplier()
    {
        GuestInstruction i = Current;
        if (i.ResultWord >= 0 && !(_writtenBefore is { } before && before - Behind() >= InlineMultiplier.Latency))
        {
            WriteDownMultiplier();
            _a.mov(rax, __qword_ptr[r15 + (_at.InlineMultiplier + Offset(nameof(InlineMultiplier.WrittenLeft)))]);
            _a.sub(rax, r14);
            _a.cmp(rax, Behind() + InlineMultiplier.Latency);
            _a.jl(Mismatch());
        }

        if (i.Writes is MultiplierWrite.Op2 && _mode is MultiplierWrite.None)
        {
            if (_usualMode is MultiplierWrite.None)
            {
                _a.jmp(Mismatch());
                return;
            }

            _mode = _usualMode;
            _a.cmp(__word_ptr[r15 + _at.MultiplierMode], ModeBits(_mode));
            _a.jne(Mismatch());
        }
    }

    private static int ModeBits(MultiplierWrite mode) => mode switch
    {
        MultiplierWrite.Mpys => 1,
        MultiplierWrite.Macs => 3,
        _ => 0,
    };

    // RES0 or RES1 into EAX.
    private Value LoadResult(int word)
    {
        _a.vpaddd(xmm0, xmm13, xmm12);
        _a.vmovd(eax, xmm0);
        if (word == 0)
        {
            _a.movzx(eax, ax);
        }
        else
        {
            _a.shr(eax, 16);
        }

        if (Current.Bits == 8)
        {
            _a.movzx(eax, al);
        }

        return Value.In(Eax);
    }

    // A register written from a place in memory, or from elsewhere. A byte is extended: by its sign where the operation has one.
    private void WriteMultiplier(Place? source)
    {
        GuestInstruction i = Current;
        MultiplierWrite register = i.Writes;
        bool isSigned = (register is MultiplierWrite.Op2 ? _mode : register) is MultiplierWrite.Mpys or MultiplierWrite.Macs;
        bool extends = i.Bits == 8 && isSigned && register is not (MultiplierWrite.ResultLow or MultiplierWrite.ResultHigh);
        Value value = default;
        bool isLoaded = false;
        if (source is { } place && i.ResultWord < 0)
        {
            TouchWords(place, isOtherInUse: false);
            isLoaded = i.Bits == 16 && register is not (MultiplierWrite.ResultLow or MultiplierWrite.ResultHigh);
            if (isLoaded)
            {
                // What comes into the other lanes does not matter.
                _a.vpmovzxwd(register is MultiplierWrite.Op2 ? xmm10 : xmm11, HostOperandAt(place));
            }
            else
            {
                LoadOperand(place, extends);
                value = Value.In(Eax);
            }

            if (i.SourcePath is OperandPath.Autoincrement)
            {
                IncrementSource();
            }
        }
        else
        {
            value = TakeSource(source, isOtherInUse: false);
            if (value.IsConstant)
            {
                _a.mov(eax, extends ? (sbyte)value.Constant : (int)value.Constant);
                value = Value.In(Eax);
            }
            else if (i.Bits == 8)
            {
                _a.AddInstruction(HostInstruction.Create(extends ? Code.Movsx_r32_rm8 : Code.Movzx_r32_rm8, Iced.Intel.Register.EAX, HostLayout.Sized(value.Register, 8)));
                value = Value.In(Eax);
            }
        }

        switch (register)
        {
            case MultiplierWrite.Op2:
                // Its upper half is clean: then that of a first operand with a sign does not matter.
                if (!isLoaded)
                {
                    if (extends || value.Register != Eax)
                    {
                        _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, HostLayout.Sized(value.Register, 16)));
                    }

                    _a.vmovd(xmm10, eax);
                }

                Multiply();
                _writtenBefore = Behind();
                _deferred = _deferred with { Written = Behind() };
                if (_wait > 0)
                {
                    // Misses will take cycles of their own.
                    _a.vmovq(xmm5, r14);
                }

                break;
            case MultiplierWrite.ResultLow or MultiplierWrite.ResultHigh:
                WriteResult(register is MultiplierWrite.ResultLow ? 0 : 1, value);
                break;
            default:
                if (!isLoaded && !isSigned && value.Register != Eax)
                {
                    _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, HostLayout.Sized(value.Register, 16)));
                    value = Value.In(Eax);
                }

                if (!isLoaded)
                {
                    _a.vmovd(xmm11, HostOperand.General(value.Register, 32));
                }

                if (_mode != register)
                {
                    _a.mov(__word_ptr[r15 + _at.MultiplierMode], ModeBits(register));
                    _mode = register;
                }

                break;
        }
    }

    private void LoadOperand(Place place, bool extends)
    {
        Code code = place.Bits != 8 ? Code.Movzx_r32_rm16 : extends ? Code.Movsx_r32_rm8 : Code.Movzx_r32_rm8;
        _a.AddInstruction(HostInstruction.Create(code, Iced.Intel.Register.EAX, OperandAt(place)));
    }

    private void WriteResult(int word, Value value)
    {
        if (_pending is not PendingOperation.None)
        {
            if (value.Register != Eax)
            {
                Emit(Code.Mov_r32_rm32, 32, Eax, value.Register);
                value = Value.In(Eax);
            }

            Settle();
        }

        _writtenBefore = int.MaxValue;
        _deferred = _deferred with { Written = null };
        _a.vpaddd(xmm13, xmm13, xmm12);
        _a.vpxor(xmm12, xmm12, xmm12);
        var source = HostOperand.General(value.Register, 32);
        if (Current.Bits == 8)
        {
            _a.vpinsrb(xmm13, xmm13, source, (byte)(2 * word));
        }
        else
        {
            _a.vpinsrw(xmm13, xmm13, source, (byte)word);
        }

        _a.mov(__qword_ptr[r15 + (_at.InlineMultiplier + Offset(nameof(InlineMultiplier.WrittenLeft)))], InlineMultiplier.LongAgo);
    }

    // Cycles that were left when OP2 was written last. EAX is free.
    private void WriteDownMultiplier()
    {
        if (_deferred.Written is not { } behind)
        {
            return;
        }

        if (_wait > 0)
        {
            _a.vmovq(rax, xmm5);
            _a.add(rax, behind);
        }
        else
        {
            _a.lea(rax, __[r14 + behind]);
        }

        _a.mov(__qword_ptr[r15 + (_at.InlineMultiplier + Offset(nameof(InlineMultiplier.WrittenLeft)))], rax);
        _deferred = _deferred with { Written = null };
    }

    private void Multiply()
    {
        (PendingOperation operation, bool isSigned) = _mode switch
        {
            MultiplierWrite.Macs => (PendingOperation.Macs, true),
            MultiplierWrite.Mpys => (PendingOperation.Mpys, true),
            _ => (PendingOperation.Mpy, false),
        };
        int pending = _at.InlineMultiplier + Offset(nameof(InlineMultiplier.Pending));
        bool isKnown = _pending is PendingOperation.None || (_pending is { } last && last is not PendingOperation.Mpy == isSigned);
        if (!isKnown)
        {
            // A signed operation after an unsigned one, or the other way round.
            Label same = _a.CreateLabel();
            _a.cmp(__byte_ptr[r15 + pending], (int)PendingOperation.Mpy);
            if (isSigned)
            {
                _a.jne(same);
            }
            else
            {
                _a.je(same);
            }

            Settle();
            _a.Label(same);
            _a.nop();
        }

        if (_pending != operation)
        {
            _a.mov(__byte_ptr[r15 + pending], (int)operation);
            _pending = operation;
        }

        if (operation is PendingOperation.Macs)
        {
            _a.vpaddd(xmm13, xmm13, xmm12);
        }
        else
        {
            _a.vpaddd(xmm9, xmm13, xmm12);
            _a.vpxor(xmm13, xmm13, xmm13);
        }

        if (isSigned)
        {
            _a.vpmaddwd(xmm12, xmm11, xmm10);
        }
        else
        {
            _a.vpmuludq(xmm12, xmm11, xmm10);
        }
    }

    // Writes down what follows from the last operation. EAX stays.
    private void Settle()
    {
        int count = _at.InlineMultiplier + Offset(nameof(InlineMultiplier.CountBefore));
        int toCome = _plans.CountsFrom(_index).MultiplierCycles;
        _a.call(_settle);
        _a.vmovd(__dword_ptr[r15 + count], xmm14);
        if (toCome != 0)
        {
            _a.sub(__dword_ptr[r15 + count], toCome);
        }

        _pending = PendingOperation.None;
    }

    private void EmitSettle()
    {
        int pending = _at.InlineMultiplier + Offset(nameof(InlineMultiplier.Pending));
        Label none = _a.CreateLabel();
        Label isUnsigned = _a.CreateLabel();
        _a.Label(_settle);
        _a.movzx(ecx, __byte_ptr[r15 + pending]);
        _a.test(ecx, ecx);
        _a.je(none);
        _a.cmp(ecx, (int)PendingOperation.Mpy);
        _a.mov(ecx, 0);
        _a.mov(edx, 0);
        _a.je(isUnsigned);
        _a.vmovd(ecx, xmm13);
        _a.vmovd(edx, xmm12);
        _a.movsxd(rcx, ecx);
        _a.movsxd(rdx, edx);
        _a.add(rcx, rdx);
        _a.mov(edx, ecx);
        _a.sar(edx, 31);
        _a.mov(__dword_ptr[r15 + _at.MultiplierUpperResult], edx);
        _a.shr(rcx, 63);
        _a.Label(isUnsigned);
        _a.mov(__word_ptr[r15 + _at.MultiplierExtension], dx);
        _a.mov(__byte_ptr[r15 + _at.MultiplierCarry], cl);
        _a.mov(__word_ptr[r15 + _at.MultiplierSecondOperand], 0);
        _a.mov(__byte_ptr[r15 + _at.MultiplierIsWide], 0);
        _a.mov(__byte_ptr[r15 + pending], 0);
        _a.Label(none);
        _a.ret();
    }
}
