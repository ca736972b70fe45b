using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>Why generated code came back.</summary>
internal enum Leave
{
    /// <summary>The next block may not fit into the cycles left.</summary>
    Budget,

    /// <summary>The next instruction is for the interpreter.</summary>
    Interpret,

    /// <summary>The next instruction reaches memory in a way it was not translated for.</summary>
    Mismatch,

    /// <summary>There is no code for where the program goes.</summary>
    Lookup,
}

/// <summary>
/// Writes the host code of a unit. Each block begins by asking whether it fits into the cycles left, takes its cycles and counts as a whole,
/// and then does what the interpreter would. An instruction that turns out to need the interpreter is left before it has done anything, and
/// what was taken for it and those behind it is given back.
/// </summary>
internal sealed class UnitEmitter
{
    private const int Eax = 0;
    private const int Ecx = 1;
    private const int Edx = 2;
    private const uint NoLine = uint.MaxValue;
    private const uint AddressMask = AddressSpace.AddressMask;

    private readonly Assembler _a = new(64);
    private readonly HostLayout _at;
    private readonly ulong _leave;
    private readonly int _wait;
    private readonly Dictionary<uint, Label> _entries = [];
    private readonly Dictionary<(int, int, int, int), Label> _constants = [];
    private readonly List<Action> _cold = [];

    // Line known to be the newest of each set of the FRAM cache, in the block being written.
    private readonly uint[] _newest = [NoLine, NoLine];
    private Label _touch;
    private Label _drop;
    private GuestBlock _block = null!;
    private Plan[] _plans = [];
    private int _index;

    // A jump whose words are to be fetched before the operation in front of it, so that the host's flags live until the jump.
    private GuestInstruction? _fetchFirst;
    private HostFlags _host;

    /// <summary>A writer.</summary>
    /// <param name="at">Where things are.</param>
    /// <param name="leave">Address of the code that goes back; reason in EAX.</param>
    /// <param name="waitStates">Wait states that the code is for.</param>
    public UnitEmitter(HostLayout at, ulong leave, int waitStates)
    {
        _at = at;
        _leave = leave;
        _wait = waitStates;
        _touch = _a.CreateLabel();
        _drop = _a.CreateLabel();
    }

    // What the host's flags are worth: which guest operation they come from.
    private enum HostFlags
    {
        None,
        Addition,
        Subtraction,
        Logic,
        Shift,

        /// <summary>The condition itself, or whether it does not hold, is in the zero flag.</summary>
        Tested,
    }

    private GuestInstruction Current => _block.Instructions[_index];

    private OperandMemories Memories => _plans[_index].Memories;

    /// <summary>Writes the code of a unit.</summary>
    /// <param name="blocks">Its blocks, by address.</param>
    /// <param name="memories">How instructions are expected to reach memory.</param>
    /// <param name="origin">Where the code will be executed.</param>
    /// <param name="entries">Where each block's code is.</param>
    public byte[] Emit(IReadOnlyList<GuestBlock> blocks, Func<GuestInstruction, OperandMemories> memories, ulong origin, out Dictionary<uint, ulong> entries)
    {
        foreach (GuestBlock block in blocks)
        {
            _entries[block.Address] = _a.CreateLabel();
        }

        for (int n = 0; n < blocks.Count; n++)
        {
            _block = blocks[n];
            _plans = [.. _block.Instructions.Select(instruction => Plan.Of(instruction, memories(instruction), _wait))];
            EmitBlock(n + 1 < blocks.Count ? blocks[n + 1].Address : null);
        }

        // What is cold may have something colder yet.
        for (int n = 0; n < _cold.Count; n++)
        {
            _cold[n]();
        }

        EmitCacheRoutines();
        EmitConstants();
        using var stream = new MemoryStream();
        AssemblerResult result = _a.Assemble(new StreamCodeWriter(stream), origin, BlockEncoderOptions.ReturnNewInstructionOffsets);
        entries = _entries.ToDictionary(entry => entry.Key, entry => result.GetLabelRIP(entry.Value));
        return stream.ToArray();
    }

    private void EmitBlock(uint? nextBlock)
    {
        Label entry = _entries[_block.Address];
        _a.Label(ref entry);
        _entries[_block.Address] = entry;
        _newest[0] = _newest[1] = NoLine;
        _host = HostFlags.None;
        bool isInterpreted = _block.Last.Shape is Shape.Interpreted;
        int count = _block.Instructions.Count - (isInterpreted ? 1 : 0);
        if (count > 0)
        {
            EmitHead(count);
        }

        for (_index = 0; _index < count; _index++)
        {
            bool beforeJump = _index + 2 == count && _block.Instructions[_index + 1] is { Shape: Shape.Jump };
            _fetchFirst = beforeJump ? _block.Instructions[_index + 1] : null;
            HostFlags host = _host;
            _host = HostFlags.None;
            EmitInstruction(host);
        }

        if (isInterpreted)
        {
            GoBack(Leave.Interpret, _block.Last.Address);
        }
        else if (!_block.Last.EndsBlock || (_block.Last.Shape is Shape.Jump && _block.Last.Name != "JMP"))
        {
            Go(_block.End, nextBlock);
        }
    }

    private void EmitHead(int count)
    {
        int cycles = _plans.Take(count).Sum(plan => plan.Cycles);
        int beforeLast = _plans.Take(count - 1).Sum(plan => plan.Cycles + (plan.Touches * _wait));
        uint address = _block.Address;
        Label tooLong = _a.CreateLabel();
        _a.cmp(r14, beforeLast);
        _a.jle(tooLong);
        _a.sub(r14, cycles);
        Count(Sum(_plans, 0, count), add: true);
        _cold.Add(() =>
        {
            _a.Label(ref tooLong);
            GoBack(Leave.Budget, address);
        });
    }

    private void EmitInstruction(HostFlags host)
    {
        switch (Current.Shape)
        {
            case Shape.DoubleOperand:
                EmitDoubleOperand();
                break;
            case Shape.SingleOperand or Shape.MultiShift:
                EmitShift();
                break;
            case Shape.Push:
                EmitPush();
                break;
            case Shape.PushMultiple or Shape.PopMultiple:
                EmitMultiple();
                break;
            case Shape.Jump:
                EmitJump(host);
                break;
            case Shape.Branch:
                EmitBranch();
                break;
            case Shape.Call:
                EmitCall();
                break;
            default:
                Fetch(Current);
                break;
        }
    }

    // ---- Two operands.

    private void EmitDoubleOperand()
    {
        GuestInstruction i = Current;
        bool fromMemory = i.Decoded.Source.IsMemory && i.SourcePath is not OperandPath.Constant;
        bool toMemory = i.Decoded.Destination.IsMemory;
        Place? source = fromMemory ? Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, Memories.Source, writes: false) : null;
        Place? destination = toMemory ? LocateDestination() : null;
        Fetch(i);

        Value value = source is { } place ? Load(place, isOtherInUse: toMemory) : i.SourcePath is OperandPath.Constant ? Value.Of(Masked(i.SourceValue, i.Bits)) : Register(i.Decoded.Source.Register, Ecx);
        if (i.SourcePath is OperandPath.Autoincrement)
        {
            Increment(i.Decoded.Source.Register, i.Bits);
        }

        if (destination is { } there)
        {
            ToMemory(there, value);
        }
        else
        {
            ToRegister(i.Decoded.Destination.Register, value);
        }
    }

    // The increment of the source comes before the destination's address is formed.
    private Place LocateDestination()
    {
        GuestInstruction i = Current;
        uint value = i.DestinationValue;
        if (i.SourcePath is OperandPath.Autoincrement && i.Decoded.Source.Register == i.Decoded.Destination.Register && i.DestinationPath is not OperandPath.Absolute)
        {
            value += (uint)Step(i.Decoded.Source.Register, i.Bits);
        }

        return Locate(Edx, i.Decoded.Destination.Register, i.DestinationPath, value, Memories.Destination, i.WritesDestination);
    }

    private void ToMemory(Place there, Value source)
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

            HostFlags flags = Operate(i.Name, i.Bits, Eax, source);
            if (i.WritesDestination)
            {
                Store(there, Value.In(Eax));
            }

            Remember(flags, source, Eax);
            return;
        }

        Drop(there);
        Store(there, source);
    }

    private void ToRegister(int register, Value source)
    {
        GuestInstruction i = Current;
        bool hasHost = HostLayout.TryGetHost(register, out int host);
        if (!i.ReadsDestination)
        {
            Move(register, source, i.Bits);
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
            HostFlags wide = Operate(i.Name, 20, Eax, source);
            if (i.WritesDestination)
            {
                bool keep = FlagsMatter();
                if (keep)
                {
                    // LAHF needs AH.
                    _a.mov(edx, eax);
                }

                Remember(wide, source, Edx);
                if (keep)
                {
                    _a.mov(eax, edx);
                }

                _a.shr(eax, 12);
                StoreRegister(register, Eax);
                _host = HostFlags.None;
            }
            else
            {
                Remember(wide, source, Edx);
            }

            return;
        }

        if (i.Name == "XOR" && !source.IsConstant && source.Register != Ecx)
        {
            // Its overflow is worked out from the source, afterwards.
            Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
            source = Value.In(Ecx);
        }

        int target = hasHost ? host : Eax;
        if (!hasHost)
        {
            if (source.Register == Eax)
            {
                _a.mov(ecx, eax);
                source = Value.In(Ecx);
            }

            LoadRegister(register, Eax);
        }

        HostFlags flags = Operate(i.Name, i.Bits, target, source);
        if (i.WritesDestination)
        {
            Clear(target, i.Bits, register, source);
            if (!hasHost)
            {
                StoreRegister(register, Eax);
            }
        }

        Remember(flags, source, target);
        if (i.WritesDestination && register == 1 && !(source.IsConstant && source.Constant % 2 == 0))
        {
            _a.and(ebx, unchecked((int)(AddressMask & ~1u)));
            _host = HostFlags.None;
        }
    }

    // The operation on two values of a width; 20 bits are aligned to the top of 32 where flags come of it.
    private HostFlags Operate(string name, int bits, int destination, Value source)
    {
        bool isWide = bits == 20;
        bool setsFlags = name is not ("BIC" or "BIS");
        int width = isWide ? 32 : bits;
        if (isWide && setsFlags)
        {
            FetchJumpFirst();
            if (source.IsConstant)
            {
                source = Value.Of(source.Constant << 12);
            }
            else
            {
                if (source.Register != Ecx)
                {
                    Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
                }

                _a.shl(ecx, 12);
                source = Value.In(Ecx);
            }

            _a.shl(eax, 12);
        }
        else if (setsFlags)
        {
            FetchJumpFirst();
        }

        switch (name)
        {
            case "ADD" or "ADDA":
                Emit(HostOperation.Add, width, destination, source);
                return HostFlags.Addition;
            case "ADDC":
                LoadCarry(inverted: false);
                Emit(HostOperation.Adc, width, destination, source);
                return isWide ? throw new InvalidOperationException() : HostFlags.Addition;
            case "SUB" or "SUBA":
                Emit(HostOperation.Sub, width, destination, source);
                return HostFlags.Subtraction;
            case "SUBC":
                LoadCarry(inverted: true);
                Emit(HostOperation.Sbb, width, destination, source);
                return isWide ? throw new InvalidOperationException() : HostFlags.Subtraction;
            case "CMP" or "CMPA":
                Emit(HostOperation.Cmp, width, destination, source);
                return HostFlags.Subtraction;
            case "BIT":
                Emit(HostOperation.Test, width, destination, source);
                return HostFlags.Logic;
            case "AND":
                Emit(HostOperation.And, width, destination, source);
                return HostFlags.Logic;
            case "XOR":
                Emit(HostOperation.Xor, width, destination, source);
                return HostFlags.Logic;
            case "BIS":
                Emit(HostOperation.Or, width, destination, source);
                return HostFlags.None;
            case "BIC" when source.IsConstant:
                Emit(HostOperation.And, width, destination, Value.Of(Masked(~source.Constant, bits)));
                return HostFlags.None;
            case "BIC":
                if (source.Register != Ecx)
                {
                    Emit(Code.Mov_r32_rm32, 32, Ecx, source.Register);
                }

                _a.not(ecx);
                Emit(HostOperation.And, width, destination, Value.In(Ecx));
                return HostFlags.None;
            default:
                throw new InvalidOperationException(name);
        }
    }

    // ---- Shifts in registers.

    private void EmitShift()
    {
        GuestInstruction i = Current;
        int register = i.Decoded.Destination.Register;
        Fetch(i);
        bool hasHost = HostLayout.TryGetHost(register, out int host);
        int target = hasHost ? host : Edx;
        if (!hasHost)
        {
            LoadRegister(register, Edx);
        }

        if (i.Name is not "SWPB")
        {
            FetchJumpFirst();
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
            default:
                LoadCarry(inverted: false);
                for (int n = 0; n < count; n++)
                {
                    _a.AddInstruction(HostInstruction.Create(isByte ? Code.Rcr_rm8_1 : Code.Rcr_rm16_1, part, 1));
                }

                // A rotation leaves the sign and zero flags of the host alone.
                _a.setb(__byte_ptr[r15 + _at.Carry]);
                Emit(HostOperation.Test, i.Bits, target, Value.In(target));
                if (FlagsMatter())
                {
                    _a.lahf();
                    _a.mov(al, 0);
                    _a.mov(__word_ptr[r15 + _at.Flags], ax);
                }

                flags = HostFlags.None;
                break;
        }

        if (i.Name is "SXT")
        {
            Remember(flags, default, target);
            Emit(HostOperation.And, 32, target, Value.Of(AddressMask));
            _host = HostFlags.None;
        }
        else
        {
            Clear(target, i.Bits, register, default);
        }

        if (!hasHost)
        {
            StoreRegister(register, Edx);
        }

        if (i.Name is not "SXT")
        {
            Remember(flags, default, target);
        }
    }

    // ---- The stack.

    private void EmitPush()
    {
        GuestInstruction i = Current;
        bool fromMemory = i.Decoded.Source.IsMemory && i.SourcePath is not OperandPath.Constant;
        Place? source = fromMemory ? Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, Memories.Source, writes: false) : null;
        Place stack = LocateStack(i.Bits == 20 ? -4 : -2, i.Bits, writes: true);
        Fetch(i);
        Value value = source is { } place ? Load(place, isOtherInUse: true) : i.SourcePath is OperandPath.Constant ? Value.Of(Masked(i.SourceValue, i.Bits)) : Register(i.Decoded.Source.Register, Ecx);
        if (i.SourcePath is OperandPath.Autoincrement)
        {
            Increment(i.Decoded.Source.Register, i.Bits);
        }

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
        Place low = LocateStack(pushes ? -bytes : 0, i.Bits, pushes);
        if (i.Decoded.Count > 1)
        {
            _a.lea(ecx, __[rdx + (bytes - step)]);
            Check(Place.At(Ecx, low.Memory, i.Bits), pushes);
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

    // ---- Going elsewhere.

    private void EmitJump(HostFlags host)
    {
        GuestInstruction i = Current;
        uint target = i.Decoded.Target;
        if (i.Name == "JMP")
        {
            Fetch(i);
            FetchInVain(i);
            Go(target, null);
            return;
        }

        // The host's overflow flag means nothing after most shifts.
        if (host is HostFlags.None || (host is HostFlags.Shift && i.Name is "JGE" or "JL"))
        {
            Fetch(i);
            host = TestFlags(i.Name);
        }

        Label taken = _a.CreateLabel();
        JumpIf(i.Name, host, taken);
        uint[] newest = [.. _newest];
        _cold.Add(() =>
        {
            _a.Label(ref taken);
            newest.CopyTo(_newest, 0);
            Count(new Counts { FramReads = i.InFram ? 1 : 0, SramReads = i.InFram ? 0 : 1 }, add: true);
            FetchInVain(i);
            Go(target, null);
        });
    }

    // Without the host's flags: brings the remembered ones into a form that JumpIf knows.
    private HostFlags TestFlags(string name)
    {
        switch (name)
        {
            case "JEQ" or "JNE":
                _a.test(__byte_ptr[r15 + (_at.Flags + 1)], 0x40);
                return HostFlags.Tested;
            case "JC" or "JNC":
                _a.cmp(__byte_ptr[r15 + _at.Carry], 0);
                return HostFlags.Tested;
            case "JN":
                _a.test(__byte_ptr[r15 + (_at.Flags + 1)], unchecked((sbyte)0x80));
                return HostFlags.Tested;
            default:
                _a.movzx(eax, __word_ptr[r15 + _at.Flags]);
                _a.mov(ecx, eax);
                _a.shr(ecx, 15);
                _a.xor(eax, ecx);
                _a.test(al, 1);
                return HostFlags.Tested;
        }
    }

    private void JumpIf(string name, HostFlags host, Label taken)
    {
        bool isBit = host is HostFlags.Tested;
        switch (name)
        {
            case "JEQ" when isBit:
            case "JC" when isBit:
            case "JN" when isBit:
            case "JL" when isBit:
                _a.jne(taken);
                break;
            case "JNE" when isBit:
            case "JNC" when isBit:
            case "JGE" when isBit:
                _a.je(taken);
                break;
            case "JEQ":
                _a.je(taken);
                break;
            case "JNE":
                _a.jne(taken);
                break;
            case "JN":
                _a.js(taken);
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

    private void EmitBranch()
    {
        GuestInstruction i = Current;
        if (i.StaticTarget is { } target)
        {
            Fetch(i);
            FetchInVain(i);
            Go(target, null);
            return;
        }

        Value value;
        if (i.Decoded.Source.IsMemory)
        {
            Place place = Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, Memories.Source, writes: false);
            Fetch(i);
            value = Load(place, isOtherInUse: false);
            if (i.SourcePath is OperandPath.Autoincrement)
            {
                Increment(i.Decoded.Source.Register, i.Bits);
            }
        }
        else
        {
            Fetch(i);
            value = Register(i.Decoded.Source.Register, Ecx);
        }

        KeepTarget(value, i.Bits);
        FetchInVain(i);
        GoIndirectly();
    }

    private void EmitCall()
    {
        GuestInstruction i = Current;
        int bytes = i.Bits == 20 ? 4 : 2;
        Place? source = null;
        if (i.StaticTarget is null && i.Decoded.Source.IsMemory)
        {
            source = Locate(Ecx, i.Decoded.Source.Register, i.SourcePath, i.SourceValue, Memories.Source, writes: false);
        }

        Place stack = LocateStack(-bytes, i.Bits, writes: true);
        Fetch(i);
        if (i.StaticTarget is null)
        {
            Value value = source is { } place ? Load(place, isOtherInUse: true) : Register(i.Decoded.Source.Register, Ecx);
            if (i.SourcePath is OperandPath.Autoincrement)
            {
                Increment(i.Decoded.Source.Register, i.Bits);
            }

            KeepTarget(value, i.Bits);
        }

        MoveStack(-bytes);
        Drop(stack);
        Store(stack, Value.Of(Masked(i.Decoded.NextAddress, i.Bits)));
        FetchInVain(i);
        if (i.StaticTarget is { } target)
        {
            Go(target, null);
        }
        else
        {
            GoIndirectly();
        }
    }

    // The target waits in the program counter's place while the cache is looked at.
    private void KeepTarget(Value value, int bits)
    {
        if (value.Register != Eax)
        {
            Emit(Code.Mov_r32_rm32, 32, Eax, value.Register);
        }

        _a.and(eax, unchecked((int)((bits == 20 ? AddressMask : 0xFFFF) & ~1u)));
        _a.mov(__dword_ptr[r15 + _at.State(0)], eax);
    }

    private void GoIndirectly()
    {
        Label missing = _a.CreateLabel();
        _a.mov(eax, __dword_ptr[r15 + _at.State(0)]);
        _a.mov(rdx, __qword_ptr[r15 + _at.Entries]);
        _a.mov(rdx, __qword_ptr[rdx + (rax * 4)]);
        _a.test(rdx, rdx);
        _a.je(missing);
        _a.jmp(rdx);
        _cold.Add(() =>
        {
            _a.Label(ref missing);
            _a.mov(eax, (int)Leave.Lookup);
            _a.jmp(_leave);
        });
    }

    private void Go(uint target, uint? next)
    {
        if (target == next)
        {
            return;
        }

        if (_entries.TryGetValue(target, out Label label))
        {
            _a.jmp(label);
            return;
        }

        Label missing = _a.CreateLabel();
        _a.mov(rdx, __qword_ptr[r15 + _at.Entries]);
        _a.mov(rdx, __qword_ptr[rdx + (int)(target * 4)]);
        _a.test(rdx, rdx);
        _a.je(missing);
        _a.jmp(rdx);
        _a.Label(ref missing);
        GoBack(Leave.Lookup, target);
    }

    private void GoBack(Leave reason, uint address)
    {
        _a.mov(__dword_ptr[r15 + _at.State(0)], (int)address);
        _a.mov(eax, (int)reason);
        _a.jmp(_leave);
    }

    // ---- Operands in memory.

    // Forms an address and makes sure that it is reached as expected; nothing has happened yet if it is not.
    private Place Locate(int into, int register, OperandPath path, uint value, AccessPath memory, bool writes)
    {
        int bits = Current.Bits;
        uint align = bits == 8 ? AddressMask : AddressMask & ~1u;
        if (path is OperandPath.Absolute)
        {
            uint address = value & align;
            Place fixedPlace = Place.Fixed(address, memory, bits);
            if (writes)
            {
                Check(fixedPlace, writes: true);
            }

            return fixedPlace;
        }

        Register target = HostLayout.Sized(into, 32);
        bool isNear = path is OperandPath.Indexed;
        int offset = path is OperandPath.Indexed or OperandPath.IndexedFar ? (int)value : 0;
        Value basis = Register(register, into);
        if (isNear)
        {
            // X(Rn) wraps at 64 KiB if Rn lies below.
            Register low = HostLayout.Sized(basis.Register, 32);
            if (basis.Register == into)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Mov_r32_rm32, Iced.Intel.Register.EAX, low));
                _a.cmp(eax, 0x10000);
            }
            else
            {
                Emit(HostOperation.Cmp, 32, basis.Register, Value.Of(0x10000));
            }

            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, target, new MemoryOperand(HostLayout.Sized(basis.Register, 64), offset, 1)));
            _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, HostLayout.Sized(into, 16)));
            _a.AddInstruction(HostInstruction.Create(Code.Cmovb_r32_rm32, target, Iced.Intel.Register.EAX));
        }
        else if (offset != 0)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, target, new MemoryOperand(HostLayout.Sized(basis.Register, 64), offset, 1)));
        }
        else if (basis.Register != into)
        {
            Emit(Code.Mov_r32_rm32, 32, into, basis.Register);
        }

        Emit(HostOperation.And, 32, into, Value.Of(align));
        Place place = Place.At(into, memory, bits);
        Check(place, writes);
        return place;
    }

    // A place on the stack, its address in EDX; SP is not moved yet.
    private Place LocateStack(int offset, int bits, bool writes)
    {
        _a.lea(edx, __[rbx + offset]);
        _a.and(edx, unchecked((int)(AddressMask & ~1u)));
        Place place = Place.At(Edx, Memories.Destination, bits);
        Check(place, writes);
        return place;
    }

    // Leaves for the interpreter unless the place is reached as expected. EAX is free.
    private void Check(Place place, bool writes)
    {
        int index = _index;
        GuestBlock block = _block;
        Plan[] plans = _plans;
        Label mismatch = _a.CreateLabel();
        CheckWord(0);
        if (place.Bits == 20)
        {
            CheckWord(2);
        }

        _cold.Add(() =>
        {
            _a.Label(ref mismatch);
            int count = plans.Length - (block.Last.Shape is Shape.Interpreted ? 1 : 0);
            _a.add(r14, plans.Take(count).Skip(index).Sum(plan => plan.Cycles));
            Count(Sum(plans, index, count), add: false);
            GoBack(Leave.Mismatch, block.Instructions[index].Address);
        });

        void CheckWord(int offset)
        {
            int paths = writes ? _at.WritePaths : _at.ReadPaths;
            if (place.Register is { } register)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
                if (offset != 0)
                {
                    _a.cmp(eax, (int)AddressSpace.Size);
                    _a.jae(mismatch);
                }

                _a.shr(eax, AddressSpace.GranuleBits);
                _a.cmp(__byte_ptr[r15 + rax + paths], (int)place.Memory);
            }
            else
            {
                _a.cmp(__byte_ptr[r15 + (paths + (int)((place.Address + (uint)offset) >> AddressSpace.GranuleBits))], (int)place.Memory);
            }

            _a.jne(mismatch);
        }
    }

    // Reads into EAX. Whether the other of ECX and EDX holds something.
    private Value Load(Place place, bool isOtherInUse)
    {
        if (place.Memory is AccessPath.Fram)
        {
            Touch(place, 0, isOtherInUse);
            if (place.Bits == 20)
            {
                Touch(place, 2, isOtherInUse);
            }
        }

        MemoryOperand from = place.Register is { } register ? Address(register, 0) : new MemoryOperand(Iced.Intel.Register.R15, place.Address, 1);
        switch (place.Bits)
        {
            case 8:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm8, Iced.Intel.Register.EAX, from));
                break;
            case 16:
                _a.AddInstruction(HostInstruction.Create(Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, from));
                break;
            default:
                _a.AddInstruction(HostInstruction.Create(Code.Mov_r32_rm32, Iced.Intel.Register.EAX, from));
                _a.and(eax, (int)AddressMask);
                break;
        }

        return Value.In(Eax);
    }

    private void Store(Place place, Value value)
    {
        MemoryOperand to = place.Register is { } register ? Address(register, 0) : new MemoryOperand(Iced.Intel.Register.R15, place.Address, 1);
        int width = place.Bits == 20 ? 32 : place.Bits;
        if (value.IsConstant)
        {
            Code constant = width == 8 ? Code.Mov_rm8_imm8 : width == 16 ? Code.Mov_rm16_imm16 : Code.Mov_rm32_imm32;
            _a.AddInstruction(HostInstruction.Create(constant, to, Signed(value.Constant, width)));
            return;
        }

        Code code = width == 8 ? Code.Mov_rm8_r8 : width == 16 ? Code.Mov_rm16_r16 : Code.Mov_rm32_r32;
        _a.AddInstruction(HostInstruction.Create(code, to, HostLayout.Sized(value.Register, width)));
    }

    // ---- The FRAM cache.

    private void Fetch(GuestInstruction i)
    {
        if (i.InFram && !(i.Shape is Shape.Jump && _fetched == i.Address))
        {
            TouchLine(i.Lines.First);
            if (i.Lines.Second is { } second)
            {
                TouchLine(second);
            }
        }
    }

    private uint _fetched = uint.MaxValue;

    private void FetchJumpFirst()
    {
        if (_fetchFirst is { } jump)
        {
            if (jump.InFram && _newest[jump.Lines.First & 1] != jump.Lines.First)
            {
                // Comparing lines needs no register, but filling one does.
                _a.mov(__dword_ptr[r15 + (_at.Flags + 4)], eax);
                Fetch(jump);
                _a.mov(eax, __dword_ptr[r15 + (_at.Flags + 4)]);
            }

            _fetched = jump.Address;
        }
    }

    private void FetchInVain(GuestInstruction i)
    {
        if (i.InFram)
        {
            TouchLine(i.Decoded.NextAddress >> 3);
        }
    }

    // A line known when the code is written. EAX is free.
    private void TouchLine(uint line)
    {
        int set = (int)(line & 1);
        if (_newest[set] == line)
        {
            return;
        }

        _newest[set] = line;
        int newest = _at.CacheLines + (8 * set);
        Label other = _a.CreateLabel();
        Label back = _a.CreateLabel();
        _a.cmp(__dword_ptr[r15 + newest], (int)line);
        _a.jne(other);
        _a.Label(ref back);
        _a.nop();
        _cold.Add(() =>
        {
            Label here = other;
            Label swap = _a.CreateLabel();
            _a.Label(ref here);
            _a.cmp(__dword_ptr[r15 + (newest + 4)], (int)line);
            _a.je(swap);
            Miss();
            _a.Label(ref swap);
            _a.mov(eax, __dword_ptr[r15 + newest]);
            _a.mov(__dword_ptr[r15 + (newest + 4)], eax);
            _a.mov(__dword_ptr[r15 + newest], (int)line);
            _a.jmp(back);
        });
    }

    private void Touch(Place place, int offset, bool isOtherInUse)
    {
        if (place.Register is not { } register)
        {
            TouchLine((place.Address + (uint)offset) >> 3);
            return;
        }

        _newest[0] = _newest[1] = NoLine;
        int other = register == Ecx ? Edx : Ecx;
        if (isOtherInUse)
        {
            _a.push(HostRegister(other));
        }

        _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
        Emit(Code.Mov_r32_rm32, 32, other, Eax);
        _a.shr(eax, 3);
        Emit(HostOperation.And, 32, other, Value.Of(8));
        Label found = _a.CreateLabel();
        _a.AddInstruction(HostInstruction.Create(Code.Cmp_rm32_r32, Address(other, _at.CacheLines), Iced.Intel.Register.EAX));
        _a.je(found);
        if (other == Ecx)
        {
            _a.xchg(ecx, edx);
            _a.call(_touch);
            _a.xchg(ecx, edx);
        }
        else
        {
            _a.call(_touch);
        }

        _a.Label(ref found);
        if (isOtherInUse)
        {
            _a.pop(HostRegister(other));
        }
        else
        {
            _a.nop();
        }
    }

    // A write to FRAM drops the line that holds the address.
    private void Drop(Place place)
    {
        if (place.Memory is not AccessPath.Fram)
        {
            return;
        }

        DropLine(0);
        if (place.Bits == 20)
        {
            DropLine(2);
        }

        void DropLine(int offset)
        {
            _a.push(rax);
            if (place.Register is { } register)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
            }
            else
            {
                _a.mov(eax, (int)(place.Address + (uint)offset));
            }

            _a.call(_drop);
            _a.pop(rax);
        }
    }

    private void Miss()
    {
        Count(new Counts { CacheMisses = 1 }, add: true);
        if (_wait > 0)
        {
            _a.sub(r14, _wait);
        }
    }

    // In: the line in EAX, 8 times its set in EDX. The line is not the newest of its set.
    private void EmitCacheRoutines()
    {
        Label swap = _a.CreateLabel();
        _a.Label(ref _touch);
        _a.cmp(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], eax);
        _a.je(swap);
        Miss();
        _a.Label(ref swap);
        _a.push(rcx);
        _a.mov(ecx, __dword_ptr[r15 + rdx + _at.CacheLines]);
        _a.mov(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], ecx);
        _a.mov(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        _a.pop(rcx);
        _a.ret();

        // In: an address in EAX.
        Label notOlder = _a.CreateLabel();
        Label done = _a.CreateLabel();
        _a.Label(ref _drop);
        _a.push(rdx);
        _a.mov(edx, eax);
        _a.and(edx, 8);
        _a.shr(eax, 3);
        _a.cmp(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], eax);
        _a.jne(notOlder);
        _a.mov(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], -1);
        _a.jmp(done);
        _a.Label(ref notOlder);
        _a.cmp(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        _a.jne(done);
        _a.mov(eax, __dword_ptr[r15 + rdx + (_at.CacheLines + 4)]);
        _a.mov(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        _a.mov(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], -1);
        _a.Label(ref done);
        _a.pop(rdx);
        _a.ret();
    }

    // ---- Registers.

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
    private void Clear(int host, int bits, int register, Value source)
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

    // ---- Flags.

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
    private void Remember(HostFlags flags, Value source, int result)
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

    // ---- Counts.

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

    // ---- Host instructions.

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
