using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Peripherals;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// The multiplier's registers, as InlineMultiplier describes them. All of it is without saturation, fraction and delayed writes.
internal sealed partial class UnitEmitter
{
    // What is known in the block being written: mode, width of the first operand, whether the upper half of the second is to come, the last
    // operation, when it was begun, and the cycles of the block that were still to come when OP2L was written.
    private MultiplierWrite _mode;
    private bool? _operand1Is32;
    private bool? _expectsHighWord;
    private PendingOperation? _pending;
    private Begun? _begun;
    private int? _lowBefore;

    private static int Offset(string field) => (int)Marshal.OffsetOf<InlineMultiplier>(field);

    private HostOperand Inline(string field) => __[r15 + (_at.InlineMultiplier + Offset(field))];

    private void ForgetMultiplier()
    {
        _mode = MultiplierWrite.None;
        _operand1Is32 = null;
        _expectsHighWord = null;
        _pending = null;
        _begun = null;
        _lowBefore = null;
    }

    // Cycles that the block takes behind the current instruction.
    private int Behind() => _plans.CyclesFrom(_index + 1);

    // The width of the first operand behind an instruction: written, or found to be what was planned for.
    private static bool? WidthAfter(GuestInstruction i, Plan plan, bool? before) => i.Writes switch
    {
        MultiplierWrite.Mpy or MultiplierWrite.Mpys or MultiplierWrite.Mac or MultiplierWrite.Macs => false,
        MultiplierWrite.Operand1High => true,
        MultiplierWrite.Op2 or MultiplierWrite.Op2High => (plan.MultiplierRow & 1) != 0,
        _ => before,
    };

    // What must hold for the current instruction's registers; before it has done anything.
    private void CheckMultiplier()
    {
        GuestInstruction i = Current;
        if (i.ResultWord >= 0 && !IsReady(i.ResultWord))
        {
            WriteDownMultiplier();
            _a.mov(rax, __qword_ptr[Inline(nameof(InlineMultiplier.WrittenLeft))]);
            _a.sub(rax, r14);
            _a.cmp(rax, Behind() + InlineMultiplier.Latency);
            _a.jl(Mismatch());
        }

        bool isFirst = i.Writes is MultiplierWrite.Operand1High;
        if (i.Writes is MultiplierWrite.Op2High)
        {
            CheckHighWord();
        }

        if (i.Writes is MultiplierWrite.Op2 && _plans[_index].MultiplierRow == 0)
        {
            if (_mode is MultiplierWrite.None || _operand1Is32 is null)
            {
                _mode = _mode is MultiplierWrite.None ? _usualMode : _mode;
                _a.cmp(__word_ptr[r15 + _at.MultiplierMode], ModeBits(_mode));
                _a.jne(Mismatch());
            }
        }
        else if (i.Bits == 8 && _mode is MultiplierWrite.None && (isFirst || i.Writes is MultiplierWrite.Op2 or MultiplierWrite.Op2Low or MultiplierWrite.Op2High))
        {
            // Whether a byte is extended by its sign.
            _mode = _usualMode;
            _a.cmp(__byte_ptr[r15 + _at.MultiplierMode], ModeBits(_mode));
            _a.jne(Mismatch());
        }
    }

    // OP2H begins a multiplication only behind OP2L.
    private void CheckHighWord()
    {
        if (_operand1Is32 is null)
        {
            _a.cmp(__byte_ptr[r15 + (_at.MultiplierMode + 1)], 1);
            _a.jne(Mismatch());
        }

        if (_expectsHighWord is false)
        {
            _a.jmp(Mismatch());
        }
        else if (_expectsHighWord is null)
        {
            if (_pending is not PendingOperation.None)
            {
                _a.cmp(__byte_ptr[Inline(nameof(InlineMultiplier.Pending))], 0);
                _a.jne(Mismatch());
            }

            _a.cmp(__word_ptr[r15 + _at.MultiplierSecondOperand], ExpectsHighWord);
            _a.jne(Mismatch());
        }
    }

    // Whether a word of the result is certainly ready when the current instruction reads it.
    private bool IsReady(int word)
    {
        if (_begun is not { } begun)
        {
            return false;
        }

        (int fromLow, int fromHigh) = InlineMultiplier.LatencyOf(begun.Row, word);
        return begun.Low - Behind() >= fromLow && begun.High - Behind() >= fromHigh;
    }

    // Operand2Is32 and ExpectsHighWord, both set.
    private const int ExpectsHighWord = 0x0101;

    private static int ModeBits(MultiplierWrite mode) => mode switch
    {
        MultiplierWrite.Mpys => 1,
        MultiplierWrite.Mac => 2,
        MultiplierWrite.Macs => 3,
        _ => 0,
    };

    // A word of the result, or SUMEXT, into EAX. ECX and EDX may be in use.
    private Value LoadResult(int word)
    {
        if (word > 1)
        {
            if (_pending is not PendingOperation.None)
            {
                _a.push(rcx);
                _a.push(rdx);
                Settle();
                _a.pop(rdx);
                _a.pop(rcx);
            }

            _a.movzx(eax, __word_ptr[r15 + (word == InlineMultiplier.SumExtensionWord ? _at.MultiplierExtension : _at.MultiplierResult + (2 * word))]);
            return Value.In(Eax);
        }

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

        return Value.In(Eax);
    }

    // A register written from a place in memory, or from elsewhere. A byte is extended: by its sign where the operation has one.
    private void WriteMultiplier(Place? source)
    {
        GuestInstruction i = Current;
        MultiplierWrite register = i.Writes;
        bool isFirst = register is MultiplierWrite.Mpy or MultiplierWrite.Mpys or MultiplierWrite.Mac or MultiplierWrite.Macs;
        bool isSigned = (isFirst ? register : _mode) is MultiplierWrite.Mpys or MultiplierWrite.Macs;
        bool extends = i.Bits == 8 && isSigned;
        Value value = default;
        bool isLoaded = false;
        if (source is { } place && i.ResultWord < 0)
        {
            TouchWords(place, isOtherInUse: false);
            bool isSecond = register is MultiplierWrite.Op2 or MultiplierWrite.Op2Low;
            isLoaded = i.Bits == 16 && (isFirst || isSecond);
            if (isLoaded)
            {
                // What comes into the other lanes does not matter.
                _a.vpmovzxwd(isSecond ? xmm10 : xmm11, HostOperandAt(place));
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
                TakeSecond(value, isLoaded, isExtended: extends);
                Multiply(_plans[_index].MultiplierRow);
                _expectsHighWord = false;
                break;
            case MultiplierWrite.Op2Low:
                TakeSecond(value, isLoaded, isExtended: extends);
                if (_pending is not PendingOperation.None)
                {
                    Settle();
                }

                _a.mov(__word_ptr[r15 + _at.MultiplierSecondOperand], ExpectsHighWord);
                _a.lea(rax, __[r14 + Behind()]);
                _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.NextLowLeft))], rax);
                _lowBefore = Behind();
                _expectsHighWord = true;
                break;
            case MultiplierWrite.Op2High:
                _a.mov(__word_ptr[r15 + _at.MultiplierUpperOperand2], HostOperand.General(value.Register, 16));
                _a.mov(__byte_ptr[r15 + (_at.MultiplierSecondOperand + 1)], 0);
                MultiplyWide(_plans[_index].MultiplierRow);
                _expectsHighWord = false;
                break;
            case MultiplierWrite.Operand1High:
                _a.mov(__word_ptr[r15 + _at.MultiplierUpperOperand1], HostOperand.General(value.Register, 16));
                if (_operand1Is32 is not true)
                {
                    _a.mov(__byte_ptr[r15 + (_at.MultiplierMode + 1)], 1);
                }

                break;
            case MultiplierWrite.Result0 or MultiplierWrite.Result1 or MultiplierWrite.Result2 or MultiplierWrite.Result3:
                WriteResult(InlineMultiplier.ResultWord(register), value);
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

                if (_mode != register || _operand1Is32 is not false)
                {
                    _a.mov(__word_ptr[r15 + _at.MultiplierMode], ModeBits(register));
                    _mode = register;
                }

                break;
        }

        _operand1Is32 = WidthAfter(i, _plans[_index], _operand1Is32);
    }

    // The second operand or its lower half. Its upper half is clean: then that of a first operand with a sign does not matter.
    private void TakeSecond(Value value, bool isLoaded, bool isExtended)
    {
        if (isLoaded)
        {
            return;
        }

        if (isExtended || value.Register != Eax)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, HostLayout.Sized(value.Register, 16)));
        }

        _a.vmovd(xmm10, eax);
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

        _begun = new Begun(int.MaxValue, int.MaxValue, 0);
        _deferred = _deferred with { Written = null };
        if (word > 1)
        {
            _a.mov(__word_ptr[r15 + (_at.MultiplierResult + (2 * word))], HostOperand.General(value.Register, 16));
        }
        else
        {
            _a.vpaddd(xmm13, xmm13, xmm12);
            _a.vpxor(xmm12, xmm12, xmm12);
            _a.vpinsrw(xmm13, xmm13, HostOperand.General(value.Register, 32), (byte)word);
        }

        _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.WrittenLeft))], InlineMultiplier.LongAgo);
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

        _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.WrittenLeft))], rax);
        _deferred = _deferred with { Written = null };
    }

    private void Multiply(int row)
    {
        if (row != 0 || _mode is MultiplierWrite.Mac)
        {
            _a.mov(__word_ptr[r15 + _at.MultiplierUpperOperand2], 0);
            _a.mov(__word_ptr[r15 + _at.MultiplierSecondOperand], 0);
            MultiplyWide(row);
            return;
        }

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

        _begun = new Begun(Behind(), Behind(), row);
        _deferred = _deferred with { Written = Behind() };
        if (_wait > 0)
        {
            // Misses will take cycles of their own.
            _a.vmovq(xmm5, r14);
        }
    }

    // Whatever is not done in vector registers. EAX, ECX and EDX are free.
    private void MultiplyWide(int row)
    {
        bool isWhole = row < 2;
        if (_pending is not PendingOperation.None)
        {
            Settle();
        }

        (int fromLow, int fromHigh) = InlineMultiplier.LatencyOf(row, Mpy32.LastWord);
        _deferred = _deferred with { Written = null };
        _a.lea(rax, __[r14 + Behind()]);
        if (isWhole)
        {
            _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.NextLowLeft))], rax);
        }

        _a.mov(ecx, fromLow);
        _a.mov(edx, fromHigh);
        _a.mov(__byte_ptr[r15 + _at.MultiplierLatencyRow], row);
        _a.call(_multiplyWide);
        CountUpTo(_index + 1);
        _begun = new Begun(isWhole ? Behind() : _lowBefore ?? _plans.CyclesFrom(0), Behind(), row);
    }

    // Writes down what follows from the last operation. EAX stays.
    private void Settle()
    {
        _a.call(_settle);
        CountUpTo(_index);
        _pending = PendingOperation.None;
    }

    // Nothing is pending before an instruction of the block.
    private void CountUpTo(int index)
    {
        int toCome = _plans.CountsFrom(index).MultiplierCycles;
        HostOperand count = __dword_ptr[Inline(nameof(InlineMultiplier.CountBefore))];
        _a.vmovd(count, xmm14);
        if (toCome != 0)
        {
            _a.sub(count, toCome);
        }
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
        _a.mov(__word_ptr[r15 + _at.MultiplierUpperOperand2], 0);
        _a.mov(__word_ptr[r15 + _at.MultiplierSecondOperand], 0);
        _a.mov(__byte_ptr[r15 + _at.MultiplierIsWide], 0);
        _a.mov(__byte_ptr[r15 + pending], 0);
        _a.Label(none);
        _a.ret();
    }

    // In: cycles left at the writing of the second operand in RAX, cycles from the writing of its halves until all of the result is ready in RCX
    // and RDX, operands and LatencyRow in place. Nothing is pending.
    private void EmitMultiplyWide()
    {
        Label isEarlier = _a.CreateLabel();
        _a.Label(_multiplyWide);
        _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.HighLeft))], rax);
        _a.sub(rax, rdx);
        _a.mov(rdx, __qword_ptr[Inline(nameof(InlineMultiplier.NextLowLeft))]);
        _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.LowLeft))], rdx);
        _a.sub(rdx, rcx);
        _a.cmp(rax, rdx);
        _a.jle(isEarlier);
        _a.mov(rax, rdx);
        _a.Label(isEarlier);
        _a.add(rax, InlineMultiplier.Latency);
        _a.mov(__qword_ptr[Inline(nameof(InlineMultiplier.WrittenLeft))], rax);

        // What the registers showed.
        _a.vpaddd(xmm0, xmm13, xmm12);
        _a.vmovd(ecx, xmm0);
        _a.mov(eax, __dword_ptr[r15 + _at.MultiplierUpperResult]);
        _a.shl(rax, 32);
        _a.or(rax, rcx);
        _a.mov(__qword_ptr[r15 + _at.MultiplierShownBefore], rax);
        _a.movzx(ecx, __word_ptr[r15 + _at.MultiplierExtension]);
        _a.mov(__word_ptr[r15 + _at.MultiplierExtensionBefore], cx);

        TakeFactor(rcx, ecx, cx, xmm11, _at.MultiplierUpperOperand1, _at.MultiplierMode + 1);
        TakeFactor(rdx, edx, dx, xmm10, _at.MultiplierUpperOperand2, _at.MultiplierSecondOperand);
        _a.imul(rcx, rdx);

        // What is not added to anything is added to nothing.
        Label accumulates = _a.CreateLabel();
        Label adds = _a.CreateLabel();
        Label isWide = _a.CreateLabel();
        Label isSigned = _a.CreateLabel();
        Label done = _a.CreateLabel();
        _a.vpxor(xmm12, xmm12, xmm12);
        _a.test(__byte_ptr[r15 + _at.MultiplierMode], ModeBits(MultiplierWrite.Mac));
        _a.jne(accumulates);
        _a.mov(eax, 0);
        _a.jmp(adds);
        _a.Label(accumulates);
        _a.mov(rax, __qword_ptr[r15 + _at.MultiplierShownBefore]);
        _a.Label(adds);
        _a.cmp(__byte_ptr[r15 + _at.MultiplierLatencyRow], 0);
        _a.jne(isWide);

        // 16 times 16 bits comes here without a sign only, and leaves the upper half alone.
        _a.add(eax, ecx);
        _a.setb(dl);
        _a.vmovd(xmm13, eax);
        _a.mov(__byte_ptr[r15 + _at.MultiplierIsWide], 0);
        _a.jmp(done);

        _a.Label(isWide);
        _a.add(rax, rcx);
        _a.mov(__qword_ptr[r15 + _at.MultiplierResult], rax);
        _a.vmovd(xmm13, eax);
        _a.setb(dl);
        _a.sets(cl);
        _a.seto(al);
        _a.mov(__byte_ptr[r15 + _at.MultiplierIsWide], 1);
        _a.test(__byte_ptr[r15 + _at.MultiplierMode], ModeBits(MultiplierWrite.Mpys));
        _a.jne(isSigned);
        _a.Label(done);
        _a.movzx(edx, dl);
        _a.mov(__byte_ptr[r15 + _at.MultiplierCarry], dl);
        _a.mov(__word_ptr[r15 + _at.MultiplierExtension], dx);
        _a.ret();

        // The 65th bit is the true sign, which an overflow inverts.
        _a.Label(isSigned);
        _a.xor(al, cl);
        _a.mov(__byte_ptr[r15 + _at.MultiplierCarry], al);
        _a.movzx(ecx, cl);
        _a.neg(ecx);
        _a.mov(__word_ptr[r15 + _at.MultiplierExtension], cx);
        _a.ret();
    }

    // A factor of 16 or 32 bits, extended to 64 by its sign if the mode has one. EAX is lost.
    private void TakeFactor(HostOperand into, HostOperand low, HostOperand lowest, HostOperand vector, int upper, int is32)
    {
        Label isWhole = _a.CreateLabel();
        Label done = _a.CreateLabel();
        _a.vmovd(low, vector);
        _a.movzx(low, lowest);
        _a.movzx(eax, __byte_ptr[r15 + _at.MultiplierMode]);
        _a.and(eax, ModeBits(MultiplierWrite.Mpys));
        _a.cmp(__byte_ptr[r15 + is32], 0);
        _a.jne(isWhole);
        _a.test(eax, eax);
        _a.je(done);
        _a.movsx(into, lowest);
        _a.jmp(done);
        _a.Label(isWhole);
        _a.shl(low, 16);
        _a.mov(lowest, __word_ptr[r15 + upper]);
        _a.rol(low, 16);
        _a.test(eax, eax);
        _a.je(done);
        _a.movsxd(into, low);
        _a.Label(done);
    }

    // When a multiplication was begun: cycles of the block that were still to come when the halves of its second operand were written, at least;
    // and the widths of its operands.
    private readonly record struct Begun(int Low, int High, int Row);
}
