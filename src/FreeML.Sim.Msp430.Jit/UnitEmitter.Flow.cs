using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using Code = Iced.Intel.Code;

namespace FreeML.Sim.Msp430.Jit;

// Jumps, branches, calls, and the ways out of generated code.
internal sealed partial class UnitEmitter
{
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

        // A jump backwards is mostly taken, so it goes straight on; one forwards waits where the cold code is.
        if (target <= i.Address && Opposite(i.Name) is { } opposite)
        {
            Label skip = _a.CreateLabel();
            JumpIf(opposite, host, skip);
            uint[] kept = [.. _newest];
            Take(i);
            kept.CopyTo(_newest, 0);
            _a.Label(ref skip);
            _a.nop();
            return;
        }

        Label taken = _a.CreateLabel();
        JumpIf(i.Name, host, taken);
        uint[] newest = [.. _newest];
        _cold.Add(() =>
        {
            _a.Label(ref taken);
            newest.CopyTo(_newest, 0);
            Take(i);
        });
    }

    private void Take(GuestInstruction i)
    {
        Count(new Counts { FramReads = i.InFram ? 1 : 0, SramReads = i.InFram ? 0 : 1 }, add: true);
        FetchInVain(i);
        Go(i.Decoded.Target, null);
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
        int bytes = i.Bits == 20 ? 4 : 2;
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
}
