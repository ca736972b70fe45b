using FreeML.Sim.Msp430.Cpu;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Code = Iced.Intel.Code;

namespace FreeML.Sim.Msp430.Jit;

// Jumps, branches, calls, and the ways out of generated code.
internal sealed partial class UnitEmitter
{
    private void EmitJump(HostFlags host)
    {
        GuestInstruction i = Current;
        Fetch(i);
        if (i.IsPlainJump)
        {
            FetchInVain(i);
            return;
        }

        if (host is HostFlags.None)
        {
            host = TestFlags(i.Name);
        }

        // A jump backwards is mostly taken, so it goes straight on; one forwards waits where the cold code is.
        bool isStored = _isStored || host is HostFlags.Tested;
        StoredFlags stored = _stored;
        CacheKnowledge cache = _cache;
        Deferred deferred = _deferred;
        GuestBlock block = _block;
        BlockPlan plans = _plans;
        int index = _index;
        var vain = new Counts { FramReads = i.InFram ? 1 : 0, SramReads = i.InFram ? 0 : 1 };
        if (i.EndsBlock && Opposite(i.Name) is { } opposite)
        {
            Label skip = _a.CreateLabel();
            JumpIf(opposite, host, skip);
            Take();
            (_cache, _deferred) = (cache, deferred);
            (_host, _stored) = (host, stored);
            _a.Label(skip);
            Count(vain, add: false);
            return;
        }

        Label taken = _a.CreateLabel();
        JumpIf(i.Name, host, taken);
        _cold.Add(() =>
        {
            _a.Label(taken);
            (_cache, _deferred) = (cache, deferred);
            Take();
        });
        if (i.IsMostlyTaken)
        {
            Count(vain, add: false);
        }

        // What was taken for the rest of the block is given back.
        void Take()
        {
            if (!isStored)
            {
                _host = host;
                StoreFlags();
            }

            WriteDown();
            int count = CountOf(block);
            int cycles = plans.CyclesFrom(index + 1);
            if (cycles != 0)
            {
                _a.add(r14, cycles);
            }

            Count(i.IsMostlyTaken ? default : plans.CountsFrom(index + 1) - vain, add: false);
            TouchLine(i.Decoded.NextAddress >> 3, i.InFram, isCounted: false);
            Go(i.Decoded.Target);
        }
    }

    // Instructions of a block that are translated.
    private static int CountOf(GuestBlock block) => block.Instructions.Count - (block.Last.Shape is Shape.Interpreted ? 1 : 0);

    private void EmitBranch()
    {
        GuestInstruction i = Current;
        if (i.StaticTarget is { } target)
        {
            Fetch(i);
            FetchInVain(i);
            Go(target);
            return;
        }

        Place? source = LocateSource();
        Fetch(i);
        Value value = TakeSource(source, isOtherInUse: false);
        KeepTarget(value, i.Bits);
        FetchInVain(i);
        GoIndirectly();
    }

    private void EmitCall()
    {
        GuestInstruction i = Current;
        int bytes = StackBytes(i);
        if (i.MayBeService)
        {
            LeaveForService(i);
        }

        Place? source = i.StaticTarget is null ? LocateSource() : null;
        Place stack = LocateStack(-bytes, i.Bits, writes: true);
        Fetch(i);
        if (i.StaticTarget is null)
        {
            Value value = TakeSource(source, isOtherInUse: true);
            KeepTarget(value, i.Bits);
        }

        MoveStack(-bytes);
        Drop(stack);
        Store(stack, Value.Of(Masked(i.Decoded.NextAddress, i.Bits)));
        FetchInVain(i);
        if (i.StaticTarget is { } target)
        {
            Go(target);
        }
        else
        {
            GoIndirectly();
        }
    }

    // A call that the simulator answers is the interpreter's.
    private void LeaveForService(GuestInstruction i)
    {
        Label service = Mismatch(Leave.Interpret);
        Value target = Register(i.Decoded.Source.Register, Ecx);
        _a.AddInstruction(Iced.Intel.Instruction.Create(
            i.Bits == 20 ? Code.Mov_r32_rm32 : Code.Movzx_r32_rm16, Iced.Intel.Register.EAX, HostLayout.Sized(target.Register, i.Bits == 20 ? 32 : 16)));
        _a.sub(eax, (int)HostCall.First);
        _a.cmp(eax, (int)HostCall.Count);
        _a.jb(service);
        _a.cmp(eax, (int)HostCall.RegisterDump - (int)HostCall.First);
        _a.je(service);
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
        WriteDown();
        TellCache();
        _a.mov(eax, __dword_ptr[r15 + _at.State(0)]);
        _a.mov(rdx, __qword_ptr[r15 + _at.Entries]);
        _a.mov(rdx, __qword_ptr[rdx + (rax * 4)]);
        _a.test(rdx, rdx);
        _a.je(missing);
        _a.jmp(rdx);
        _cold.Add(() =>
        {
            _a.Label(missing);
            _a.mov(eax, (int)Leave.Lookup);
            _a.jmp(_leave);
        });
    }

    // Goes on elsewhere. What has not been written yet may follow without a jump.
    private void Go(uint target, bool mayFollow = false)
    {
        WriteDown();
        if (_blocks.ContainsKey(target))
        {
            int live = _pointers.LiveAt(target);
            ForgetNames(~live);
            _cache = _cache with { Phases = _cache.Phases.Of(live) };
            (uint, CacheKnowledge Knowledge) version = Version(target, _cache);
            if (version.Knowledge != _cache.AtEntry)
            {
                TellCache();
            }

            if (mayFollow && !_written.Contains(version))
            {
                _following = version;
            }
            else
            {
                _a.jmp(_versions[version]);
            }

            return;
        }

        Label missing = _a.CreateLabel();
        TellCache();
        _a.mov(rdx, __qword_ptr[r15 + _at.Entries]);
        _a.mov(rdx, __qword_ptr[rdx + (int)(target * 4)]);
        _a.test(rdx, rdx);
        _a.je(missing);
        _a.jmp(rdx);
        _a.Label(missing);
        GoBack(Leave.Lookup, target);
    }

    private void GoBack(Leave reason, uint address)
    {
        WriteDown();
        TellCache();
        _a.mov(__dword_ptr[r15 + _at.State(0)], (int)address);
        _a.mov(eax, (int)reason);
        _a.jmp(_leave);
    }
}
