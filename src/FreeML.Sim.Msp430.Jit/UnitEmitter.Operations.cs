using FreeML.Sim.Msp430.Cpu;
using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// What instructions do: operands in, the host's own arithmetic, result out.
internal sealed partial class UnitEmitter
{
    // What each guest operation is on the host, what the host's flags are then worth, and how the carry goes in.
    private static readonly Dictionary<string, (HostOperation Operation, HostFlags Flags, Carry Carry)> Operations = new(StringComparer.Ordinal)
    {
        ["ADD"]  = (HostOperation.Add,  HostFlags.Addition,    Carry.None),
        ["ADDA"] = (HostOperation.Add,  HostFlags.Addition,    Carry.None),
        ["ADDC"] = (HostOperation.Adc,  HostFlags.Addition,    Carry.Plain),
        ["SUB"]  = (HostOperation.Sub,  HostFlags.Subtraction, Carry.None),
        ["SUBA"] = (HostOperation.Sub,  HostFlags.Subtraction, Carry.None),
        ["SUBC"] = (HostOperation.Sbb,  HostFlags.Subtraction, Carry.Inverted),
        ["CMP"]  = (HostOperation.Cmp,  HostFlags.Subtraction, Carry.None),
        ["CMPA"] = (HostOperation.Cmp,  HostFlags.Subtraction, Carry.None),
        ["BIT"]  = (HostOperation.Test, HostFlags.Logic,       Carry.None),
        ["AND"]  = (HostOperation.And,  HostFlags.Logic,       Carry.None),
        ["XOR"]  = (HostOperation.Xor,  HostFlags.Logic,       Carry.None),
        ["BIS"]  = (HostOperation.Or,   HostFlags.None,        Carry.None),
        ["BIC"]  = (HostOperation.And,  HostFlags.None,        Carry.None), // with the source inverted
    };

    // 20 bits at the top of 32, and the bits below.
    private const int WideShift = 12;
    private const int WideFill = (1 << WideShift) - 1;

    // How the carry goes into an operation.
    private enum Carry
    {
        None,
        Plain,
        Inverted,
    }

    // Where the source of the current instruction is in memory, if it is one of two operands.
    private Place? _source;

    private void EmitDoubleOperand(HostFlags host)
    {
        GuestInstruction i = Current;
        bool toMemory = i.UsesDestinationMemory;
        CheckMultiplier();
        Place? source = LocateSource();
        _source = source;
        Place? destination = toMemory ? LocateDestination() : null;
        Fetch(i);
        if (i.IsRepeated && i.IsCumulative)
        {
            Repeat(i, host);
            return;
        }

        if (i.CountRegister >= 0)
        {
            CountRepetitions(i);
        }

        if (i.Writes is not MultiplierWrite.None)
        {
            WriteMultiplier(source);
            return;
        }

        Value value = TakeSource(source, isOtherInUse: toMemory);
        if (destination is { } there)
        {
            ToMemory(there, value, host);
        }
        else if (i.ReachesPeripheral)
        {
            ToPeripheral(value, host);
        }
        else
        {
            ToRegister(i.Decoded.Destination.Register, value, host);
        }

        if (i.CallsPeripheral)
        {
            LeaveIfAsked();
        }
    }

    // Where the source is in memory; null where it is not.
    private Place? LocateSource()
    {
        GuestInstruction i = Current;
        if (!i.UsesSourceMemory)
        {
            return null;
        }

        // What is pushed is looked for once SP has moved.
        int moved = i.Shape is Shape.Push && i.Decoded.Source.Register == 1 ? -StackBytes(i) : 0;
        Place place = moved == 0 && i.SourcePath is not OperandPath.Absolute && LocateByFact() is { } known
            ? known
            : Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, moved, Memories.Source, writes: false);
        return place with { IsSource = true };
    }

    // The source's value, with the increment that comes of taking it.
    private Value TakeSource(Place? place, bool isOtherInUse)
    {
        GuestInstruction i = Current;
        if (i.ResultWord >= 0)
        {
            return LoadResult(i.ResultWord);
        }

        if (i.ReadsPeripheral)
        {
            CallPeripheral(i.SourceValue, writes: false);
            return Value.In(Eax);
        }

        if (place is not { } source)
        {
            return i.SourcePath is OperandPath.Constant ? Value.Of(Masked(i.SourceValue, i.Bits)) : Register(i.Decoded.Source.Register, Ecx);
        }

        Value value = Load(source, isOtherInUse);
        if (i.SourcePath is OperandPath.Autoincrement)
        {
            IncrementSource();
        }

        return value;
    }

    // An address that was found in a memory that ends early cannot wrap.
    private void IncrementSource() =>
        Increment(Current.Decoded.Source.Register, Current.Bits, mayWrap: Memories.Source.Wraps || Memories.Source.End > AddressMask - 8);

    // The increment of the source comes before the destination's address is formed.
    private Place LocateDestination()
    {
        GuestInstruction i = Current;
        bool isStepped = i.SourcePath is OperandPath.Autoincrement && i.Decoded.Source.Register == i.Decoded.Destination.Register;
        int step = isStepped ? Step(i.Decoded.Source.Register, i.Bits) : 0;
        return Locate(Edx, i.Decoded.Destination.Register, i.DestinationPath, i.DestinationValue, step, Memories.Destination, i.WritesDestination);
    }

    private void ToMemory(Place there, Value source, HostFlags host)
    {
        GuestInstruction i = Current;
        if (i.ReadsDestination)
        {
            // The source makes room: the destination's old value is worked on in EAX.
            if (source.Register == Eax)
            {
                _a.mov(ecx, eax);
                source = Value.In(Ecx);
            }

            Load(there, isOtherInUse: true);
            if (i.WritesDestination)
            {
                Drop(there);
            }

            HostFlags flags = Operate(i, Eax, source, host);
            if (i.Bits == 20 && i.WritesDestination && i.WritesFlags)
            {
                RememberWide(flags, source);
                Store(there, Value.In(Eax));
                return;
            }

            if (i.WritesDestination)
            {
                Store(there, Value.In(Eax));
            }

            Remember(flags, source);
            return;
        }

        Drop(there);
        Store(there, source);
    }

    private void ToRegister(int register, Value source, HostFlags host)
    {
        GuestInstruction i = Current;
        bool hasHost = HostLayout.TryGetHost(register, out int own);
        if (!i.ReadsDestination)
        {
            Move(register, source, i.Bits);
            return;
        }

        if (i.Name is "ADDA" or "SUBA" && hasHost && register != 1 && !FlagsAreSeen(_index) && ConsumerOf(_index) < 0)
        {
            // An address, and nobody asks for the flags.
            Emit(i.Name is "ADDA" ? HostOperation.Add : HostOperation.Sub, 32, own, source);
            Emit(HostOperation.And, 32, own, Value.Of(AddressMask));
            Remember(i.Name is "ADDA" ? HostFlags.Addition : HostFlags.Subtraction, source);
            return;
        }

        if (i.Bits == 20 && i.WritesFlags)
        {
            // Aligned to the top, so that the host's flags are those of bit 19.
            if (source.Register == Eax)
            {
                _a.mov(ecx, eax);
                source = Value.In(Ecx);
            }

            LoadRegister(register, Eax);
            HostFlags wide = Operate(i, Eax, source, host);
            if (i.WritesDestination)
            {
                RememberWide(wide, source, isOtherFree: i.Name is not ("ADDC" or "SUBC"));
                if (register == 1)
                {
                    _a.and(eax, -2);
                }

                StoreRegister(register, Eax);
            }
            else
            {
                Remember(wide, source);
            }

            return;
        }

        if (i.Name == "XOR" && !source.IsConstant && source.Register != Ecx && FlagsAreSeen(_index))
        {
            // Its overflow is worked out from the source, afterwards.
            Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
            source = Value.In(Ecx);
        }

        int target = hasHost ? own : Eax;
        if (!hasHost)
        {
            if (source.Register == Eax)
            {
                _a.mov(ecx, eax);
                source = Value.In(Ecx);
            }

            LoadRegister(register, Eax);
        }

        HostFlags flags = Operate(i, target, source, host);
        if (i.WritesDestination)
        {
            Clear(target, i.Bits);
            if (!hasHost)
            {
                StoreRegister(register, Eax);
            }
        }

        Remember(flags, source);
        if (i.WritesDestination && register == 1 && (i.ReadsCarry || !source.IsConstant || source.Constant % 2 != 0))
        {
            _a.and(ebx, unchecked((int)(AddressMask & ~1u)));
            _hostUntil = -1;
        }
    }

    // The flags of a result of 20 bits, which is in EAX, aligned to the top; then the result comes down. Where EDX is free, it waits there.
    private void RememberWide(HostFlags flags, Value source, bool isOtherFree = false)
    {
        // Putting the flags away needs EAX.
        bool keep = FlagsAreSeen(_index);
        _waiting = isOtherFree ? edx : __dword_ptr[r15 + _at.Spare];
        if (keep)
        {
            _a.mov(_waiting, eax);
        }

        Remember(flags, source);
        if (keep)
        {
            _a.mov(eax, _waiting);
        }

        _a.shr(eax, WideShift);
        _hostUntil = -1;
    }

    // The operation on two values of a width; 20 bits are aligned to the top of 32 where flags come of it.
    private HostFlags Operate(GuestInstruction i, int destination, Value source, HostFlags host)
    {
        (HostOperation operation, HostFlags flags, Carry carry) = Operations[i.Name];
        bool isWide = i.Bits == 20;
        if (flags is not HostFlags.None)
        {
            FetchAhead();
        }

        if (isWide && flags is not HostFlags.None)
        {
            source = Aligned(source, Ecx);
            _a.shl(eax, WideShift);
            if (carry is Carry.Plain)
            {
                // The carry passes through the bits below.
                source = InEcx(source);
                _a.or(ecx, WideFill);
            }
        }
        else if (i.Name is "BIC")
        {
            source = source.IsConstant ? Value.Of(Masked(~source.Constant, i.Bits)) : InEcx(source);
            if (!source.IsConstant)
            {
                _a.not(ecx);
            }
        }

        TakeCarry(i, carry, host);
        Emit(operation, isWide ? 32 : i.Bits, destination, source);
        return flags;
    }

    // A source of 20 bits at the top of 32.
    private Value Aligned(Value source, int into)
    {
        if (source.IsConstant)
        {
            return Value.Of(source.Constant << WideShift);
        }

        if (source.Register != into)
        {
            Emit(Code.Mov_r32_rm32, 32, into, source.Register);
        }

        _a.AddInstruction(HostInstruction.Create(Code.Shl_rm32_imm8, HostLayout.Sized(into, 32), WideShift));
        return Value.In(into);
    }

    // The carry that goes in.
    private void TakeCarry(GuestInstruction i, Carry carry, HostFlags host)
    {
        if (carry is Carry.None)
        {
            return;
        }

        if (!i.TakesNoCarry)
        {
            LoadCarry(carry is Carry.Inverted, host);
        }
        else if (carry is Carry.Inverted)
        {
            _a.stc();
        }
        else
        {
            _a.clc();
        }
    }

    // RPT before an addition, a subtraction or XOR in registers. ECX counts.
    private void Repeat(GuestInstruction i, HostFlags host)
    {
        (HostOperation operation, HostFlags flags, Carry carry) = Operations[i.Name];
        int register = i.Decoded.Destination.Register;
        bool isWide = i.Bits == 20;
        bool isInPlace = HostLayout.TryGetHost(register, out int own) && !isWide;
        int target = isInPlace ? own : Eax;
        if (!isInPlace)
        {
            LoadRegister(register, Eax);
        }

        bool isSame = i.SourcePath is OperandPath.Register && i.Decoded.Source.Register == register;
        Value source = isSame ? Value.In(target)
            : i.SourcePath is OperandPath.Constant ? Value.Of(Masked(i.SourceValue, i.Bits))
            : Register(i.Decoded.Source.Register, Edx);
        if (isWide)
        {
            _a.shl(eax, WideShift);
            source = isSame ? source : Aligned(source, Edx);
        }

        if (i.CountRegister >= 0)
        {
            CountRepetitions(i);
        }

        FetchAhead();
        bool clearsCarry = carry is not Carry.None && i.TakesNoCarry;
        if (!clearsCarry)
        {
            TakeCarry(i, carry, host);
        }

        Repeat(i.CountRegister >= 0 ? null : i.Repetitions, () =>
        {
            if (clearsCarry)
            {
                TakeCarry(i, carry, host);
            }

            Emit(operation, isWide ? 32 : i.Bits, target, source);
        });
        if (i.Name == "XOR" && !source.IsConstant)
        {
            // Its overflow is worked out from the source, afterwards.
            source = InEcx(source);
        }

        if (isWide)
        {
            RememberWide(flags, source);
            StoreRegister(register, Eax);
            return;
        }

        Clear(target, i.Bits);
        if (!isInPlace)
        {
            StoreRegister(register, Eax);
        }

        Remember(flags, source);
    }

    // A step some times: as often as ECX says if the number is not known. Between steps the host's flags stay.
    private void Repeat(int? number, Action step)
    {
        if (number is { } known)
        {
            for (int n = 0; n < known; n++)
            {
                step();
            }

            return;
        }

        Label again = _a.CreateLabel();
        _a.Label(again);
        step();
        _a.loop(again);
    }

    // How often an instruction is done, by its register, into ECX; each time after the first takes a cycle.
    private void CountRepetitions(GuestInstruction i)
    {
        LoadRegister(i.CountRegister, Ecx);
        _a.and(ecx, 0xF);
        _a.sub(r14, rcx);
        _a.inc(ecx);
    }

    // A copy that may be changed.
    private Value InEcx(Value source)
    {
        if (source.IsConstant)
        {
            _a.mov(ecx, (int)source.Constant);
        }
        else if (source.Register != Ecx)
        {
            Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
        }

        return Value.In(Ecx);
    }

    // Shifts, swaps and extensions, in place: in the register's own, in EDX if it has none or has 20 bits, or in EAX for memory.
    private void EmitShift(HostFlags host)
    {
        GuestInstruction i = Current;
        int register = i.Decoded.Destination.Register;
        Place? place = i.WorksInMemory ? LocateDestination() : null;
        Fetch(i);
        bool isWide = i.Bits == 20;
        bool hasHost = HostLayout.TryGetHost(register, out int own);
        int target = place is not null ? Eax : hasHost && !isWide ? own : Edx;
        if (place is { } from)
        {
            if (i.DestinationPath is OperandPath.Autoincrement)
            {
                Increment(register, i.Bits, mayWrap: true);
            }

            Load(from, isOtherInUse: false);
            Drop(from);
        }
        else if (target == Edx)
        {
            LoadRegister(register, Edx);
        }

        if (i.Name is not "SWPB")
        {
            FetchAhead();
        }

        if (i.CountRegister >= 0)
        {
            CountRepetitions(i);
        }

        (HostFlags flags, bool isAligned, bool isDirty) = Shift(i, target, host);
        if (flags is not HostFlags.None && (isAligned || isDirty))
        {
            // What brings the result into its form spoils the flags. Putting them away needs EAX.
            bool keep = target == Eax && FlagsAreSeen(_index);
            if (keep)
            {
                _a.mov(__dword_ptr[r15 + _at.Spare], eax);
            }

            Remember(flags, default);
            if (keep)
            {
                _a.mov(eax, __dword_ptr[r15 + _at.Spare]);
            }

            _hostUntil = -1;
            flags = HostFlags.None;
        }

        if (isAligned)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Shr_rm32_imm8, HostLayout.Sized(target, 32), WideShift));
        }
        else if (isDirty)
        {
            Emit(HostOperation.And, 32, target, Value.Of(AddressMask));
        }
        else
        {
            Clear(target, i.Bits);
        }

        if (place is { } to)
        {
            Store(to, Value.In(Eax));
        }
        else if (target == Edx)
        {
            StoreRegister(register, Edx);
        }

        Remember(flags, default);
    }

    // The shift itself: what the host's flags are then worth, whether the result is aligned to the top of 32 bits, and whether there is something above its 20.
    private (HostFlags Flags, bool IsAligned, bool IsDirty) Shift(GuestInstruction i, int target, HostFlags host)
    {
        bool isWide = i.Bits == 20;
        bool isByte = i.Bits == 8;
        int? count = i.CountRegister >= 0 ? null : i.Shape is Shape.MultiShift ? i.Decoded.Count : i.Repetitions;
        Register part = HostLayout.Sized(target, isWide ? 32 : i.Bits);
        Register whole = HostLayout.Sized(target, 32);
        switch (i.Name)
        {
            case "SWPB":
                Repeat(count, () => _a.AddInstruction(HostInstruction.Create(Code.Rol_rm16_imm8, HostLayout.Sized(target, 16), 8)));
                return (HostFlags.None, false, false);

            case "SXT":
                _a.AddInstruction(i.TakesNoCarry
                    ? HostInstruction.Create(Code.Movsx_r32_rm16, whole, HostLayout.Sized(target, 16))
                    : HostInstruction.Create(Code.Movsx_r32_rm8, whole, HostLayout.Sized(target, 8)));
                Emit(HostOperation.Test, 32, target, Value.In(target));
                return (HostFlags.Logic, false, !i.WorksInMemory || isWide);

            case "RLAM":
                AlignTop();
                Repeat(count, () => Emit(HostOperation.Add, isWide ? 32 : i.Bits, target, Value.In(target)));
                return (HostFlags.Addition, isWide, false);

            case "RRA" or "RRAM" when !isWide && !i.IsRepeated:
                _a.AddInstruction(HostInstruction.Create(isByte ? Code.Sar_rm8_imm8 : Code.Sar_rm16_imm8, part, count!.Value));
                return (HostFlags.Shift, false, false);

            // Extended to 32 bits, which is enough for whatever is shifted out.
            case "RRA" or "RRAM":
                ExtendSign();
                ShiftRight(Code.Sar_rm32_imm8, Code.Sar_rm32_CL);
                return (HostFlags.Shift, false, isWide);

            case "RRUM":
            case "RRC" or "RRCM" when i.TakesNoCarry || (_carry is false && count == 1):
                if (!isWide)
                {
                    Clear(target, i.Bits);
                }

                ShiftRight(Code.Shr_rm32_imm8, Code.Shr_rm32_CL);
                return (HostFlags.Shift, false, false);

            default:
                AlignTop();
                LoadCarry(inverted: false, host);
                Repeat(count, () =>
                {
                    _a.AddInstruction(HostInstruction.Create(isByte ? Code.Rcr_rm8_1 : isWide ? Code.Rcr_rm32_1 : Code.Rcr_rm16_1, part, 1));
                    if (isWide)
                    {
                        // What goes out of 20 bits aligned to the top is still there.
                        _a.AddInstruction(HostInstruction.Create(Code.Bt_rm32_imm8, whole, WideShift - 1));
                    }
                });

                if (!isWide && !FlagsAreSeen(_index) && ConsumerOf(_index) < 0)
                {
                    return (HostFlags.Rotation, false, false);
                }

                // A rotation leaves the sign and zero flags of the host alone.
                _a.setb(cl);
                if (isWide)
                {
                    Emit(HostOperation.And, 32, target, Value.Of(unchecked((uint)~WideFill)));
                }
                else
                {
                    Emit(HostOperation.Test, i.Bits, target, Value.In(target));
                }

                return (HostFlags.Rotation, isWide, false);
        }

        void AlignTop()
        {
            if (isWide)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Shl_rm32_imm8, whole, WideShift));
            }
        }

        void ExtendSign()
        {
            AlignTop();
            _a.AddInstruction(isWide ? HostInstruction.Create(Code.Sar_rm32_imm8, whole, WideShift)
                : HostInstruction.Create(isByte ? Code.Movsx_r32_rm8 : Code.Movsx_r32_rm16, whole, part));
        }

        void ShiftRight(Code byNumber, Code byRegister) =>
            _a.AddInstruction(count is { } places ? HostInstruction.Create(byNumber, whole, places) : HostInstruction.Create(byRegister, whole, Iced.Intel.Register.CL));
    }

    private void EmitPush()
    {
        GuestInstruction i = Current;
        Place? source = LocateSource();
        Place stack = LocateStack(-StackBytes(i), i.Bits, writes: true);
        Fetch(i);
        Value value = TakeSource(source, isOtherInUse: true);

        // SP itself is pushed as it is then.
        MoveStack(-StackBytes(i));
        Drop(stack);
        Store(stack, value);
    }

    // Bytes that a push takes.
    private static int StackBytes(GuestInstruction i) => i.Bits == 20 ? 4 : 2;

    private void EmitMultiple()
    {
        GuestInstruction i = Current;
        int step = i.Bits == 20 ? 4 : 2;
        bool pushes = i.Shape is Shape.PushMultiple;
        int bytes = i.Decoded.Count * step;

        // The outermost words; not more than 64 bytes lie between them, so no granule is missed.
        Place low = LocateStack(pushes ? -bytes : 0, i.Bits, pushes, mayBeBesideCode: false);
        if (i.Decoded.Count > 1)
        {
            _a.lea(ecx, __[rdx + (bytes - step)]);
            Check(Place.At(Ecx, low.Memory, i.Bits), pushes, mayBeBesideCode: false);
        }

        Fetch(i);
        for (int n = 0; n < i.Decoded.Count; n++)
        {
            int register = i.Decoded.Destination.Register + (pushes ? -n : n);
            int offset = pushes ? bytes - ((n + 1) * step) : n * step;
            if (pushes)
            {
                Value value = Register(register, Ecx);
                if (i.Bits == 20)
                {
                    _a.AddInstruction(HostInstruction.Create(Code.Mov_rm32_r32, Address(Edx, offset), HostLayout.Sized(value.Register, 32)));
                }
                else
                {
                    _a.AddInstruction(HostInstruction.Create(Code.Mov_rm16_r16, Address(Edx, offset), HostLayout.Sized(value.Register, 16)));
                }
            }
            else
            {
                bool hasHost = HostLayout.TryGetHost(register, out int host);
                int target = hasHost ? host : Ecx;
                if (i.Bits == 20)
                {
                    _a.AddInstruction(HostInstruction.Create(Code.Mov_r32_rm32, HostLayout.Sized(target, 32), Address(Edx, offset)));
                    Emit(HostOperation.And, 32, target, Value.Of(AddressMask));
                }
                else
                {
                    _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, HostLayout.Sized(target, 32), Address(Edx, offset)));
                }

                if (!hasHost)
                {
                    StoreRegister(register, Ecx);
                }
            }
        }

        MoveStack(pushes ? -bytes : bytes);
    }
}
