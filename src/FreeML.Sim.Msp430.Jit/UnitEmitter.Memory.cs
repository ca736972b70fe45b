using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// Guest memory: addresses, the paths they are reached by, and the FRAM cache.
internal sealed partial class UnitEmitter
{
    // Forms an address and makes sure that it is reached as expected; nothing has happened yet if it is not.
    private Place Locate(int into, int register, OperandPath path, uint value, int step, Reach reach, bool writes)
    {
        int bits = Current.Bits;
        uint align = bits == 8 ? AddressMask : AddressMask & ~1u;
        if (path is OperandPath.Absolute)
        {
            uint address = value & align;
            Place fixedPlace = Place.Fixed(address, reach.Path, bits);
            if (writes)
            {
                Check(fixedPlace, writes: true);
            }

            return fixedPlace;
        }

        Register target = HostLayout.Sized(into, 32);
        int offset = reach.Offset + step;
        Value basis = Register(register, into);
        if (step != 0 && path is OperandPath.Indexed)
        {
            // Whether it wraps goes by what the register is after its step.
            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, target, new MemoryOperand(HostLayout.Sized(basis.Register, 64), step, 1)));
            Emit(HostOperation.And, 32, into, Value.Of(AddressMask));
            basis = Value.In(into);
            offset = reach.Offset;
        }

        if (reach.Wraps)
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

        if (reach.Wraps || (writes && path is OperandPath.IndexedFar))
        {
            Emit(HostOperation.And, 32, into, Value.Of(align));
        }
        else if (bits != 8)
        {
            Emit(HostOperation.And, 32, into, Value.Of(~1u));
        }

        Place place = Place.At(into, reach.Path, bits);
        if (writes || reach.Wraps)
        {
            Check(place, writes, isBelow64K: path is OperandPath.Indexed && !reach.Wraps && offset != 0 ? reach : null);
        }
        else
        {
            CheckRange(place, reach);
        }

        return place;
    }

    // A source reached by a register in which nothing but steps has changed since it was checked for all that the block reads through it.
    private Place? LocateByFact()
    {
        GuestInstruction i = Current;
        int register = i.Decoded.Source.Register;
        if (!HostLayout.TryGetHost(register, out int host) || ReachOf(i, register) is not { } reach)
        {
            return null;
        }

        if (_facts[register] is not { } known)
        {
            if (LookAhead(register) is not { } extent)
            {
                return null;
            }

            Label mismatch = Mismatch();
            if (extent.IsEven && !(_cache.Phases[register] % 2 == 0))
            {
                _a.AddInstruction(HostInstruction.Create(Code.Test_rm8_imm8, HostLayout.Sized(host, 8), 1));
                _a.jne(mismatch);
            }

            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(host, 64), extent.Low - (int)extent.Start, 1)));
            _a.cmp(eax, (int)(extent.End - extent.Start) - (extent.High - extent.Low));
            _a.ja(mismatch);
            _facts[register] = known = extent;
        }

        bool fits = reach.Path == known.Path && reach.Offset >= known.Low && reach.Offset + (2 * i.Words) <= known.High && (i.Bits == 8 || known.IsEven);
        return fits ? Place.At(host, reach.Path, i.Bits, reach.Offset) : null;
    }

    // What the block reads through a register from here on, as long as nothing else happens to it and no jump may be taken.
    private Extent? LookAhead(int register)
    {
        Extent? extent = null;
        int steps = 0;
        int reads = 0;
        for (int n = _index; n < CountOf(_block); n++)
        {
            GuestInstruction i = _block.Instructions[n];
            if (i.IsConditional)
            {
                break;
            }

            if (i.UsesSourceMemory && i.Decoded.Source.Register == register)
            {
                if (ReachOf(i, register, n) is not { } reach || (extent is { } other && other.Path != reach.Path))
                {
                    break;
                }

                int low = steps + reach.Offset;
                int high = low + (2 * i.Words);
                extent = extent is { } before
                    ? new Extent(reach.Path, Math.Max(before.Start, reach.Start), Math.Min(before.End, reach.End), Math.Min(before.Low, low), Math.Max(before.High, high), before.IsEven || i.Bits != 8)
                    : new Extent(reach.Path, reach.Start, reach.End, low, high, i.Bits != 8);
                steps += i.SourcePath is OperandPath.Autoincrement ? Step(register, i.Bits) : 0;
                reads++;
            }

            if (i.WritesRegister(register))
            {
                break;
            }
        }

        return reads > 1 && extent is { } found && (int)(found.End - found.Start) > found.High - found.Low ? extent : null;
    }

    private Reach? ReachOf(GuestInstruction i, int register) => ReachOf(i, register, _index);

    private Reach? ReachOf(GuestInstruction i, int register, int index)
    {
        Reach reach = _plans[index].Memories.Source;
        bool staysEven = i.Bits == 8 || reach.Offset % 2 == 0;
        return i.Decoded.Source.Register == register && i.SourcePath is not OperandPath.Absolute && !reach.Wraps && staysEven && reach.End - reach.Start >= 64 ? reach : null;
    }

    // After the current instruction: what is known of the registers that it has changed.
    private void UpdateFacts()
    {
        GuestInstruction i = Current;
        for (int register = 0; register < _facts.Length; register++)
        {
            if (_facts[register] is not { } known)
            {
                continue;
            }

            if (i.UsesSourceMemory && i.SourcePath is OperandPath.Autoincrement && i.Decoded.Source.Register == register)
            {
                int step = Step(register, i.Bits);
                known = known with { Low = known.Low - step, High = known.High - step, IsEven = known.IsEven && step % 2 == 0 };
            }

            _facts[register] = i.WritesRegister(register) ? null : known;
        }

        _cache = _pointers.After(_cache, i);
        if (i.UsesSourceMemory && i.SourcePath is OperandPath.Autoincrement)
        {
            _deferred = _deferred.Stepped(i.Decoded.Source.Register, Step(i.Decoded.Source.Register, i.Bits));
        }
    }

    // Bytes around a register's value that lie in a memory.
    private readonly record struct Extent(AccessPath Path, uint Start, uint End, int Low, int High, bool IsEven);

    // A place on the stack, its address in EDX; SP is not moved yet.
    private Place LocateStack(int offset, int bits, bool writes, bool mayBeBesideCode = true)
    {
        _a.lea(edx, __[rbx + offset]);
        _a.and(edx, unchecked((int)(AddressMask & ~1u)));
        Place place = Place.At(Edx, Memories.Destination.Path, bits);
        Check(place, writes, mayBeBesideCode: mayBeBesideCode);
        return place;
    }

    // Leaves for the interpreter unless a place that is read lies where it is expected. EAX is free.
    private void CheckRange(Place place, Reach reach)
    {
        if (reach.End - reach.Start < 4)
        {
            _a.jmp(Mismatch());
            return;
        }

        uint end = reach.End - (place.Bits == 20 ? 2u : 0);
        Register register = HostLayout.Sized(place.Register!.Value, 64);
        if (reach.Start != 0)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(register, -(int)reach.Start, 1)));
            _a.cmp(eax, (int)(end - reach.Start));
        }
        else
        {
            Emit(HostOperation.Cmp, 32, place.Register.Value, Value.Of(end));
        }

        _a.jae(Mismatch());
    }

    // Leaves for the interpreter unless the place is reached as expected. EAX is free.
    private void Check(Place place, bool writes, Reach? isBelow64K = null, bool mayBeBesideCode = true)
    {
        Label mismatch = Mismatch();
        if (isBelow64K is { } reach)
        {
            // A near index: the sum has not wrapped.
            if (reach.End <= 0x1_0000)
            {
                Emit(HostOperation.Cmp, 32, place.Register!.Value, Value.Of(0x1_0000));
                _a.jae(mismatch);
            }
            else
            {
                _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(place.Register!.Value, 64), -0x1_8000, 1)));
                _a.cmp(eax, (int)AddressSpace.Size - 0x1_8000);
                _a.jae(mismatch);
            }
        }

        CheckWord(0);
        if (place.Bits == 20)
        {
            CheckWord(2);
        }

        void CheckWord(int offset)
        {
            int paths = writes ? _at.WritePaths : _at.ReadPaths;
            HostOperand path;
            if (place.Register is { } register)
            {
                _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
                if (offset != 0)
                {
                    _a.cmp(eax, (int)AddressSpace.Size);
                    _a.jae(mismatch);
                }

                _a.shr(eax, AddressSpace.GranuleBits);
                path = __[r15 + rax + paths];
            }
            else
            {
                path = __[r15 + (paths + (int)((place.Address + (uint)offset) >> AddressSpace.GranuleBits))];
            }

            _a.cmp(__byte_ptr[path], (int)place.Memory);
            if (!writes || !mayBeBesideCode)
            {
                _a.jne(mismatch);
                return;
            }

            Label other = _a.CreateLabel();
            Label good = _a.CreateLabel();
            GuestInstruction i = Current;
            Place? source = _source;
            _a.jne(other);
            _a.Label(good);
            _a.nop();
            _cold.Add(() =>
            {
                _a.Label(other);
                Label isCode = CanBeCompared(i) && place.Memory is AccessPath.Sram ? _a.CreateLabel() : mismatch;
                CheckCode(place, offset, path, mismatch, isCode);
                _a.jmp(good);
                if (isCode != mismatch)
                {
                    _a.Label(isCode);
                    Compare(i, source, place);
                    _a.jne(mismatch);
                    _a.jmp(good);
                }
            });
        }
    }

    // A write where there is code in the same 64 bytes: it must not be code itself, and in FRAM no code may lie in its line of the cache.
    private void CheckCode(Place place, int offset, HostOperand path, Label mismatch, Label isCode)
    {
        bool isFram = place.Memory is AccessPath.Fram;
        _a.cmp(__byte_ptr[path], (int)(isFram ? AccessPath.FramBesideCode : AccessPath.SramBesideCode));
        _a.jne(mismatch);
        if (place.Register is { } register)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
        }
        else
        {
            _a.mov(eax, (int)(place.Address + (uint)offset));
        }

        if (isFram)
        {
            // A line is four words: half a byte of the bits. A byte with any of its bits set is bad enough.
            _a.shr(eax, 4);
            _a.cmp(__byte_ptr[r15 + rax + _at.CodeWords], 0);
            _a.jne(mismatch);
        }
        else
        {
            _a.shr(eax, 1);
            _a.bt(__dword_ptr[r15 + _at.CodeWords], eax);
            _a.jb(isCode);
        }
    }

    // Whether what an instruction writes is known before it has done anything.
    private static bool CanBeCompared(GuestInstruction i) =>
        i is { Shape: Shape.DoubleOperand, Name: "MOV", Bits: not 20, ResultWord: < 0, ReadsPeripheral: false, ReadsStatus: false };

    // Programs copy code to where it is already: what is written against what is there. EAX is free.
    private void Compare(GuestInstruction i, Place? source, Place place)
    {
        MemoryOperand there = OperandAt(place);
        bool isByte = i.Bits == 8;
        if (source is null && i.SourcePath is OperandPath.Constant)
        {
            _a.AddInstruction(HostInstruction.Create(isByte ? Code.Cmp_rm8_imm8 : Code.Cmp_rm16_imm16, there, Signed(i.SourceValue, i.Bits)));
            return;
        }

        if (source is { } from)
        {
            LoadOperand(from, extends: false);
        }
        else
        {
            LoadRegister(i.Decoded.Source.Register, Eax);
        }

        _a.AddInstruction(HostInstruction.Create(isByte ? Code.Cmp_rm8_r8 : Code.Cmp_rm16_r16, there, HostLayout.Sized(Eax, i.Bits)));
    }

    // The way back before the current instruction has done anything: what was taken for it and the rest is returned.
    private Label Mismatch(Leave reason = Leave.Mismatch)
    {
        int index = _index;
        GuestBlock block = _block;
        BlockPlan plans = _plans;
        CacheKnowledge cache = _cache;
        Deferred deferred = _deferred;
        Label mismatch = _a.CreateLabel();
        _cold.Add(() =>
        {
            _a.Label(mismatch);
            (_cache, _deferred) = (cache, deferred);
            WriteDown();
            _a.add(r14, plans.CyclesFrom(index));
            Count(plans.CountsFrom(index), add: false);
            GoBack(reason, block.Instructions[index].Address);
        });
        return mismatch;
    }

    // Reads into EAX. Whether the other of ECX and EDX holds something.
    private Value Load(Place place, bool isOtherInUse)
    {
        TouchWords(place, isOtherInUse);
        MemoryOperand from = OperandAt(place);
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

    private static HostOperand HostOperandAt(Place place) => place.Register is { } register ? __[r15 + HostRegister(register) + place.Offset] : __[r15 + (int)place.Address];

    private static MemoryOperand OperandAt(Place place) =>
        place.Register is { } register ? Address(register, place.Offset) : new MemoryOperand(Iced.Intel.Register.R15, place.Address, 1);

    // A read of all words of a place, as the FRAM cache sees it.
    private void TouchWords(Place place, bool isOtherInUse)
    {
        if (place.Memory is AccessPath.Fram)
        {
            Touch(place, 0, isOtherInUse);
            if (place.Bits == 20)
            {
                Touch(place, 2, isOtherInUse);
            }
        }
    }

    private void Store(Place place, Value value)
    {
        MemoryOperand to = OperandAt(place);
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

    // All words of the current instruction.
    private void Fetch(GuestInstruction i)
    {
        if (_index > _fetchedUntil)
        {
            FetchWords(i);
        }
    }

    private void FetchWords(GuestInstruction i)
    {
        if (i.InFram)
        {
            TouchLine(i.Lines.First);
            if (i.Lines.Second is { } second)
            {
                TouchLine(second);
            }
        }
    }

    // What lies between the current instruction and one that uses the host's flags is fetched before they come about.
    private void FetchAhead()
    {
        int consumer = ConsumerOf(_index);
        while (consumer >= 0 && ConsumerOf(consumer) > consumer)
        {
            consumer = ConsumerOf(consumer);
        }

        _isEaxTaken = true;
        for (int n = Math.Max(_index, _fetchedUntil) + 1; n <= consumer; n++)
        {
            GuestInstruction next = _block.Instructions[n];
            ForgetNames(Pointers.WrittenBy(next));
            FetchWords(next);
            if (next.IsPlainJump)
            {
                TouchLine(next.Decoded.NextAddress >> 3, next.InFram);
            }

            _fetchedUntil = n;
        }

        _isEaxTaken = false;
    }

    // Whether a line is one of the unit's code.
    private bool IsCode(uint line) => _codeLines.Contains(line) || _sharedLines.Contains(line);

    // Whether something can be known of a line: it is code, or its register's phase is known.
    private bool IsNamed(uint line) => IsCode(line) || LineName.RegisterOf(line) >= 0;

    private void FetchInVain(GuestInstruction i)
    {
        if (!i.IsPlainJump || _index > _fetchedUntil)
        {
            TouchLine(i.Decoded.NextAddress >> 3, i.InFram);
        }
    }

    // A line that has a name when the code is written. EAX is free. Misses that are known are counted with the block.
    private void TouchLine(uint line, bool isInFram = true, bool isCounted = true)
    {
        if (!isInFram)
        {
            return;
        }

        SetKnowledge before = _cache.SetOf(line);
        Lookup lookup = Lookup.Unknown;
        if (IsNamed(line))
        {
            (lookup, CacheKnowledge next) = _cache.Touch(line, _dataMayBeCode, _sharedLines);
            if (lookup is Lookup.Unknown)
            {
                // It may be there under another name.
                TellCache();
                next = next.WithTold(_cache, line);
            }

            _cache = next;
        }
        else
        {
            TellCache();
            _cache = _cache.With(line, before.WithData(_dataMayBeCode));
        }

        int newest = _at.CacheLines + (8 * (int)(line & 1));
        if (lookup is Lookup.Absent && !isCounted)
        {
            Miss();
        }

        bool isSilent = lookup is Lookup.Newest || (lookup is not Lookup.Unknown && before.IsExact);
        if (!isSilent)
        {
            ForgetLines();
        }

        switch (lookup)
        {
            case not Lookup.Unknown when isSilent:
                break;
            case Lookup.Absent:
                MoveIn((int)line, newest);
                break;
            default:
                LookUpLine(line, newest, isPresent: lookup is Lookup.Present);
                break;
        }
    }

    private void LookUpLine(uint line, int newest, bool isPresent)
    {
        Label other = _a.CreateLabel();
        Label back = _a.CreateLabel();
        HostOperand number = (int)line;
        if (LineName.RegisterOf(line) >= 0)
        {
            LoadLine(line);
            _a.shr(eax, 3);
            number = eax;
        }

        _a.cmp(__dword_ptr[r15 + newest], number);
        _a.jne(other);
        _a.Label(back);
        _a.nop();
        _cold.Add(() =>
        {
            Label here = other;
            _a.Label(here);
            if (!isPresent)
            {
                Label there = _a.CreateLabel();
                _a.cmp(__dword_ptr[r15 + (newest + 4)], number);
                _a.je(there);
                Miss();
                _a.Label(there);
            }

            MoveIn(number, newest);
            _a.jmp(back);
        });
    }

    // A line becomes the newest of its set, the newest the older. Only words of 32 bits, so that the host need not wait for its own stores.
    private void MoveIn(HostOperand line, int newest)
    {
        _a.vmovd(xmm0, __dword_ptr[r15 + newest]);
        _a.vmovd(__dword_ptr[r15 + (newest + 4)], xmm0);
        _a.mov(__dword_ptr[r15 + newest], line);
    }

    // An address in a line that is read through a register, into EAX. The host's flags stay.
    private void LoadLine(uint line)
    {
        int register = LineName.RegisterOf(line);
        int distance = LineName.BytesOf(line) - _cache.Phases[register]!.Value;
        Value pointer = Register(register, Eax);
        _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, Iced.Intel.Register.EAX, new MemoryOperand(HostLayout.Sized(pointer.Register, 64), distance, 1)));
    }

    // Brings the device's cache up to date. EAX is free unless something else is said; the host's flags stay.
    private void TellCache()
    {
        _cache = _cache with { Even = Tell(_cache.Even, 0), Odd = Tell(_cache.Odd, 1) };

        SetKnowledge Tell(SetKnowledge set, int number)
        {
            if (set.IsStale)
            {
                TellLine(set.Newest, _at.CacheLines + (8 * number));
                TellLine(set.Older, _at.CacheLines + (8 * number) + 4);
            }

            return set with { IsStale = false };
        }

        void TellLine(uint line, int place)
        {
            if (LineName.RegisterOf(line) < 0)
            {
                _a.mov(__dword_ptr[r15 + place], (int)line);
                return;
            }

            if (_isEaxTaken)
            {
                _a.mov(__dword_ptr[r15 + _at.Spare], eax);
            }

            LoadLine(line);
            _a.vmovd(xmm0, eax);
            _a.vpsrld(xmm0, xmm0, 3);
            _a.vmovd(__dword_ptr[r15 + place], xmm0);
            if (_isEaxTaken)
            {
                _a.mov(eax, __dword_ptr[r15 + _at.Spare]);
            }
        }
    }

    // A write to FRAM drops the line that holds the address.
    private void Drop(Place place)
    {
        if (place.Memory is not AccessPath.Fram)
        {
            return;
        }

        ForgetLines();
        if (_cache.HasData)
        {
            _a.push(rax);
            TellCache();
            _a.pop(rax);
            _cache = _cache.WithoutData;
        }

        // Lines of code stay: their granules are written by the interpreter.
        if (_cache is { Even.IsExact: true, Odd.IsExact: true })
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
}
