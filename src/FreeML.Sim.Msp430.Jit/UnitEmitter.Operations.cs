using FreeML.Sim.Msp430.Cpu;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
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

    // How the carry goes into an operation.
    private enum Carry
    {
        None,
        Plain,
        Inverted,
    }

    private void EmitDoubleOperand(HostFlags host)
    {
        GuestInstruction i = Current;
        bool toMemory = i.UsesDestinationMemory;
        CheckMultiplier();
        Place? source = LocateSource();
        Place? destination = toMemory ? LocateDestination() : null;
        Fetch(i);

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
        else
        {
            ToRegister(i.Decoded.Destination.Register, value, host);
        }
    }

    // Where the source is in memory; null where it is not.
    private Place? LocateSource()
    {
        GuestInstruction i = Current;
        return !i.UsesSourceMemory ? null
            : i.SourcePath is not OperandPath.Absolute && LocateByFact() is { } known ? known
            : Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, 0, Memories.Source, writes: false);
    }

    // The source's value, with the increment that comes of taking it.
    private Value TakeSource(Place? place, bool isOtherInUse)
    {
        GuestInstruction i = Current;
        if (i.ResultWord >= 0)
        {
            return LoadResult(i.ResultWord);
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

            HostFlags flags = Operate(i.Name, i.Bits, Eax, source, host);
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

        if (i.Bits == 20 && i.Name is "ADDA" or "SUBA" && hasHost && register != 1 && !FlagsAreSeen(_index) && ConsumerOf(_index) < 0)
        {
            Emit(i.Name is "ADDA" ? HostOperation.Add : HostOperation.Sub, 32, own, source);
            Emit(HostOperation.And, 32, own, Value.Of(AddressMask));
            Remember(Operations[i.Name].Flags, source);
            _hostUntil = -1;
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
            HostFlags wide = Operate(i.Name, 20, Eax, source, host);
            if (i.WritesDestination)
            {
                // Putting the flags away needs EAX.
                _a.mov(edx, eax);
                Remember(wide, source);
                _a.shr(edx, 12);
                if (register == 1)
                {
                    _a.and(edx, -2);
                }

                StoreRegister(register, Edx);
                _hostUntil = -1;
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

        HostFlags flags = Operate(i.Name, i.Bits, target, source, host);
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

    // The operation on two values of a width; 20 bits are aligned to the top of 32 where flags come of it.
    private HostFlags Operate(string name, int bits, int destination, Value source, HostFlags host)
    {
        (HostOperation operation, HostFlags flags, Carry carry) = Operations[name];
        bool isWide = bits == 20;
        if (flags is not HostFlags.None)
        {
            FetchAhead();
        }

        if (isWide && flags is not HostFlags.None)
        {
            source = source.IsConstant ? Value.Of(source.Constant << 12) : InEcx(source);
            if (!source.IsConstant)
            {
                _a.shl(ecx, 12);
            }

            _a.shl(eax, 12);
        }
        else if (name is "BIC")
        {
            source = source.IsConstant ? Value.Of(Masked(~source.Constant, bits)) : InEcx(source);
            if (!source.IsConstant)
            {
                _a.not(ecx);
            }
        }

        if (carry is not Carry.None)
        {
            LoadCarry(carry is Carry.Inverted, host);
        }

        Emit(operation, isWide ? 32 : bits, destination, source);
        return flags;
    }

    // A copy that may be changed.
    private Value InEcx(Value source)
    {
        if (source.Register != Ecx)
        {
            Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
        }

        return Value.In(Ecx);
    }

    private void EmitShift(HostFlags host)
    {
        GuestInstruction i = Current;
        int register = i.Decoded.Destination.Register;
        Fetch(i);
        bool hasHost = HostLayout.TryGetHost(register, out int own);
        int target = hasHost ? own : Edx;
        if (!hasHost)
        {
            LoadRegister(register, Edx);
        }

        if (i.Name is not "SWPB")
        {
            FetchAhead();
        }

        int count = i.Shape is Shape.MultiShift ? i.Decoded.Count : 1;
        Register part = HostLayout.Sized(target, i.Bits);
        bool isByte = i.Bits == 8;
        HostFlags flags = HostFlags.Shift;
        switch (i.Name)
        {
            case "SWPB":
                _a.AddInstruction(HostInstruction.Create(Code.Rol_rm16_imm8, part, 8));
                flags = HostFlags.None;
                break;
            case "SXT":
                _a.AddInstruction(HostInstruction.Create(Code.Movsx_r32_rm8, HostLayout.Sized(target, 32), HostLayout.Sized(target, 8)));
                Emit(HostOperation.Test, 32, target, Value.In(target));
                flags = HostFlags.Logic;
                break;
            case "RRA" or "RRAM":
                _a.AddInstruction(HostInstruction.Create(isByte ? Code.Sar_rm8_imm8 : Code.Sar_rm16_imm8, part, count));
                break;
            case "RRUM":
                _a.AddInstruction(HostInstruction.Create(Code.Shr_rm16_imm8, part, count));
                break;
            case "RLAM":
                for (int n = 0; n < count; n++)
                {
                    Emit(HostOperation.Add, 16, target, Value.In(target));
                }

                flags = HostFlags.Addition;
                break;
            case "RRC" or "RRCM" when _carry is false && count == 1:
                _a.AddInstruction(HostInstruction.Create(isByte ? Code.Shr_rm8_imm8 : Code.Shr_rm16_imm8, part, 1));
                break;
            default:
                LoadCarry(inverted: false, host);
                for (int n = 0; n < count; n++)
                {
                    _a.AddInstruction(HostInstruction.Create(isByte ? Code.Rcr_rm8_1 : Code.Rcr_rm16_1, part, 1));
                }

                // A rotation leaves the sign and zero flags of the host alone.
                _a.setb(cl);
                Emit(HostOperation.Test, i.Bits, target, Value.In(target));
                flags = HostFlags.Rotation;
                break;
        }

        if (i.Name is "SXT")
        {
            Remember(flags, default);
            Emit(HostOperation.And, 32, target, Value.Of(AddressMask));
            _hostUntil = -1;
        }
        else
        {
            Clear(target, i.Bits);
        }

        if (!hasHost)
        {
            StoreRegister(register, Edx);
        }

        if (i.Name is not "SXT")
        {
            Remember(flags, default);
        }
    }

    private void EmitPush()
    {
        GuestInstruction i = Current;
        Place? source = LocateSource();
        Place stack = LocateStack(i.Bits == 20 ? -4 : -2, i.Bits, writes: true);
        Fetch(i);
        Value value = TakeSource(source, isOtherInUse: true);

        MoveStack(i.Bits == 20 ? -4 : -2);
        Drop(stack);
        Store(stack, value);
    }

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
