using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

// Lines of the FRAM cache that hold data: found by address when the code runs, but for those that a block has just read.
internal sealed partial class UnitEmitter
{
    private readonly Label _touch;
    private readonly Label _settleLine;

    // A read of a line that is known by its address only. The two lines read last are there, whatever their sets; so a read through a register
    // that only steps asks no more than whether it has left its line. What such a read does to the order of a set is worked out when somebody
    // may see it. EAX is free.
    private void Touch(Place place, int offset, bool isOtherInUse)
    {
        if (place.Register is not { } register)
        {
            TouchLine((place.Address + (uint)offset) >> 3);
            return;
        }

        GuestInstruction i = Current;
        if (place.IsSource && Pointers.NameOf(i, Memories.Source, _cache.Phases, offset / 2) is { } name)
        {
            TouchLine(name);
            return;
        }

        offset += place.Offset;

        // The host's flags are needed soon, or the address will be gone: then nothing is put off.
        int guest = HostLayout.GuestOf(register);
        bool mayDefer = guest >= 0 && ConsumerOf(_index) < 0 && !i.WritesRegister(guest);
        Deferred before = _deferred;
        if (mayDefer && before.Distance(guest, offset) is { } distance and (0 or 1 or 2 or 4))
        {
            bool isLast = before.Last?.Register == guest;
            if (distance != 0)
            {
                Label crosses = _a.CreateLabel();
                Label back = _a.CreateLabel();
                TestBits(register, offset, 8 - distance);
                _a.je(crosses);
                _a.Label(back);
                _a.nop();
                _cold.Add(() =>
                {
                    _a.Label(crosses);
                    SettleLine(before);
                    LoadAddress(Eax, register, offset);
                    _a.call(_touch);
                    _a.jmp(back);
                });
            }

            _cache = _cache.WithData(_dataMayBeCode);
            _deferred = before with
            {
                Last = new ReadLine(guest, offset),
                Other = isLast ? (distance == 0 ? before.Other : null) : before.Last,
                IsInOrder = isLast && before.IsInOrder,
            };
            return;
        }

        SettleLines();
        TellCache();
        _cache = _cache.WithData(_dataMayBeCode);
        LookUp(register, offset, isOtherInUse);
        _deferred = _deferred with { Last = mayDefer ? new ReadLine(guest, offset) : null, Other = before.Last, IsInOrder = true };
    }

    private void LookUp(int register, int offset, bool isOtherInUse)
    {
        int other = register == Ecx ? Edx : Ecx;
        if (isOtherInUse && HostLayout.GuestOf(register) < 0)
        {
            _a.push(HostRegister(other));
        }

        // EAX: the line; the other register: 8 times its set.
        LoadAddress(Eax, register, offset);
        Emit(Code.Mov_r32_rm32, 32, other, offset == 0 ? register : Eax);
        _a.shr(eax, 3);
        Emit(HostOperation.And, 32, other, Value.Of(8));
        Label found = _a.CreateLabel();
        Label missing = _a.CreateLabel();
        Label known = _a.CreateLabel();
        HostOperand newest = __[r15 + HostOperand.General(other, 64) + _at.CacheLines];
        HostOperand older = newest + 4;
        _a.cmp(__dword_ptr[newest], eax);
        _a.je(found);
        _a.cmp(__dword_ptr[older], eax);
        _a.jne(missing);
        _a.Label(known);
        _a.vmovd(xmm0, __dword_ptr[newest]);
        _a.vmovd(__dword_ptr[older], xmm0);
        _a.mov(__dword_ptr[newest], eax);
        _a.Label(found);
        if (isOtherInUse && HostLayout.GuestOf(register) < 0)
        {
            _a.pop(HostRegister(other));
        }
        else
        {
            _a.nop();
        }

        _cold.Add(() =>
        {
            _a.Label(missing);
            Miss();
            _a.jmp(known);
        });
    }

    // Whether any of some low bits of an address is set, in the host's zero flag.
    private void TestBits(int register, int offset, int bits)
    {
        if (offset != 0)
        {
            LoadAddress(Eax, register, offset);
            register = Eax;
        }

        _a.AddInstruction(HostInstruction.Create(Code.Test_rm8_imm8, HostLayout.Sized(register, 8), bits));
    }

    private void LoadAddress(int into, int register, int offset)
    {
        if (offset != 0)
        {
            _a.AddInstruction(HostInstruction.Create(Code.Lea_r32_m, HostLayout.Sized(into, 32), new MemoryOperand(HostLayout.Sized(register, 64), offset, 1)));
        }
        else
        {
            Emit(Code.Mov_r32_rm32, 32, into, register);
        }
    }

    // Makes the line read last the newest of its set. Registers but EAX stay, the host's flags do not.
    private void SettleLine(Deferred deferred)
    {
        if (deferred is { IsInOrder: false, Last: { } last })
        {
            HostLayout.TryGetHost(last.Register, out int host);
            LoadAddress(Eax, host, last.Offset);
            _a.call(_settleLine);
        }
    }

    private void SettleLines()
    {
        SettleLine(_deferred);
        _deferred = _deferred with { IsInOrder = true };
    }

    // Without a call where the line mostly is the newest. EAX and ECX are free.
    private void SettleLinesHere()
    {
        if (_deferred is not { IsInOrder: false, Last: { } last })
        {
            return;
        }

        HostLayout.TryGetHost(last.Register, out int host);
        Label other = _a.CreateLabel();
        Label back = _a.CreateLabel();
        LoadAddress(Eax, host, last.Offset);
        _a.mov(ecx, eax);
        _a.and(ecx, 8);
        _a.shr(eax, 3);
        _a.cmp(__dword_ptr[r15 + rcx + _at.CacheLines], eax);
        _a.jne(other);
        _a.Label(back);
        _a.nop();
        _cold.Add(() =>
        {
            _a.Label(other);
            MakeNewest(rcx);
            _a.jmp(back);
        });
        _deferred = _deferred with { IsInOrder = true };
    }

    // EAX: a line that is not the newest; the other register: 8 times its set.
    private void MakeNewest(HostOperand set)
    {
        HostOperand newest = __[r15 + set + _at.CacheLines];
        HostOperand older = newest + 4;
        _a.vmovd(xmm0, __dword_ptr[newest]);
        _a.vmovd(__dword_ptr[older], xmm0);
        _a.mov(__dword_ptr[newest], eax);
    }

    // Something else comes to the cache. All registers stay.
    private void ForgetLines()
    {
        if (!_deferred.IsInOrder)
        {
            _a.push(rax);
            SettleLines();
            _a.pop(rax);
        }

        _deferred = _deferred with { Last = null, Other = null };
    }

    // An instruction changes registers: the lines read through them lose their names. EAX is free.
    private void ForgetNames(int registers)
    {
        if (_cache.HasData && _cache.Without(registers) != _cache)
        {
            TellCache();
            _cache = _cache.Without(registers);
        }
    }

    // The current instruction changes a register: what was read through it can be found no longer. EAX and the host's flags are free if anything was put off.
    private void ForgetLinesOfWritten()
    {
        GuestInstruction i = Current;
        ForgetNames(Pointers.WrittenBy(i));
        if (_deferred.Other is { } other && i.WritesRegister(other.Register))
        {
            _deferred = _deferred with { Other = null };
        }

        if (_deferred.Last is { } last && i.WritesRegister(last.Register))
        {
            SettleLinesHere();
            _deferred = _deferred with { Last = null };
        }
        else if (ConsumerOf(_index) >= 0)
        {
            // The host's flags are needed from here on.
            SettleLinesHere();
        }
    }

    // What was put off is done, for others may look. EAX is free.
    private void WriteDown()
    {
        ForgetLines();
        WriteDownMultiplier();
    }

    private void EmitCacheRoutines()
    {
        EmitDrop();

        // In: an address in EAX. Its line is read.
        Label found = _a.CreateLabel();
        Label known = _a.CreateLabel();
        _a.Label(_touch);
        Find();
        _a.je(found);
        _a.cmp(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], eax);
        _a.je(known);
        Miss();
        _a.Label(known);
        MakeNewest(rdx);
        _a.Label(found);
        _a.pop(rdx);
        _a.ret();

        // The same of a line that is there.
        Label isNewest = _a.CreateLabel();
        _a.Label(_settleLine);
        Find();
        _a.je(isNewest);
        MakeNewest(rdx);
        _a.Label(isNewest);
        _a.pop(rdx);
        _a.ret();

        void Find()
        {
            _a.push(rdx);
            _a.mov(edx, eax);
            _a.and(edx, 8);
            _a.shr(eax, 3);
            _a.cmp(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        }
    }

    // In: an address in EAX.
    private void EmitDrop()
    {
        Label notOlder = _a.CreateLabel();
        Label done = _a.CreateLabel();
        _a.Label(_drop);
        _a.push(rdx);
        _a.mov(edx, eax);
        _a.and(edx, 8);
        _a.shr(eax, 3);
        _a.cmp(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], eax);
        _a.jne(notOlder);
        _a.mov(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], -1);
        _a.jmp(done);
        _a.Label(notOlder);
        _a.cmp(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        _a.jne(done);
        _a.mov(eax, __dword_ptr[r15 + rdx + (_at.CacheLines + 4)]);
        _a.mov(__dword_ptr[r15 + rdx + _at.CacheLines], eax);
        _a.mov(__dword_ptr[r15 + rdx + (_at.CacheLines + 4)], -1);
        _a.Label(done);
        _a.pop(rdx);
        _a.ret();
    }

    // A line of data that was read: where the guest's register is from the address read.
    private readonly record struct ReadLine(int Register, int Offset);

    // What has happened and is not written down yet.
    //   Last, Other   the line read last and the one before it, if their registers still tell where they are: both are in the cache
    //   IsInOrder     whether the cache knows that Last is the newest of its set
    //   Written       cycles that the block had to go when OP2 was written; null if that is known
    private readonly record struct Deferred(ReadLine? Last, ReadLine? Other, bool IsInOrder, int? Written)
    {
        public static Deferred Nothing { get; } = new(null, null, true, null);

        // Bytes from what was read through a register to what is read now; null if that line is not among the two.
        public int? Distance(int register, int offset) =>
            Last is { } last && last.Register == register ? offset - last.Offset
            : Other is { } other && other.Register == register ? offset - other.Offset
            : null;

        public Deferred Stepped(int register, int step) => this with { Last = Stepped(Last, register, step), Other = Stepped(Other, register, step) };

        private static ReadLine? Stepped(ReadLine? line, int register, int step) =>
            line is { } known && known.Register == register ? known with { Offset = known.Offset - step } : line;
    }
}
