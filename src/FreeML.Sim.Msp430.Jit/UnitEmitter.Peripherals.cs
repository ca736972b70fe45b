using System.Runtime.InteropServices;
using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

// Registers of peripherals other than the multiplier: generated code comes back for them and goes on where it was.
internal sealed partial class UnitEmitter
{
    // A value of EAX or elsewhere, combined with a peripheral's register.
    private void ToPeripheral(Value source, HostFlags host)
    {
        GuestInstruction i = Current;
        source = InEcx(source);
        HostFlags flags = HostFlags.None;
        if (i.ReadsDestination)
        {
            CallPeripheral(i.DestinationValue, writes: false);
            if (!i.WritesDestination || i.WritesFlags)
            {
                flags = Operate(i, Eax, source, host);
                KeepResult(i.WritesDestination);
                Remember(flags, source);
                TakeResult(i.WritesDestination);
            }
            else
            {
                Operate(i, Eax, source, host);
            }

            _a.mov(ecx, eax);
        }

        if (i.WritesDestination)
        {
            CallPeripheral(i.DestinationValue, writes: true);
        }

        _hostUntil = -1;
    }

    private void KeepResult(bool isNeeded)
    {
        if (isNeeded)
        {
            _a.mov(__dword_ptr[r15 + _at.Spare], eax);
        }
    }

    private void TakeResult(bool isNeeded)
    {
        if (isNeeded)
        {
            _a.mov(eax, __dword_ptr[r15 + _at.Spare]);
        }
    }

    // ECX holds what is written, and keeps its value; what is read comes in EAX. EDX is lost. What is behind the instruction is given back meanwhile.
    private void CallPeripheral(uint address, bool writes)
    {
        WriteDown();
        TellCache();
        Counts behind = _plans.CountsFrom(_index + 1);
        uint access = (address & AddressMask) | (Current.Bits == 8 ? PeripheralCall.Byte : 0) | (writes ? PeripheralCall.Write : 0);
        Label resume = _a.CreateLabel();
        Count(behind, add: false);
        _a.lea(rax, resume);
        _a.mov(__qword_ptr[At(nameof(PeripheralState.Resume))], rax);
        _a.mov(__dword_ptr[At(nameof(PeripheralState.Behind))], Behind());
        _a.mov(__dword_ptr[At(nameof(PeripheralState.Access))], unchecked((int)access));
        _a.mov(__dword_ptr[At(nameof(PeripheralState.Value))], ecx);
        _a.mov(eax, (int)Leave.Peripheral);
        _a.jmp(_leave);
        _a.Label(resume);
        _a.mov(eax, __dword_ptr[At(nameof(PeripheralState.Result))]);
        _a.mov(ecx, __dword_ptr[At(nameof(PeripheralState.Value))]);
        Count(behind, add: true);
    }

    private HostOperand At(string field) => __[r15 + (_at.Peripheral + (int)Marshal.OffsetOf<PeripheralState>(field))];

    // Somebody else's turn comes behind the instruction.
    private void LeaveIfAsked()
    {
        Label leave = _a.CreateLabel();
        Counts behind = _plans.CountsFrom(_index + 1);
        int cycles = Behind();
        uint next = Current.Decoded.NextAddress;
        CacheKnowledge cache = _cache;
        Deferred deferred = _deferred;
        _a.cmp(__dword_ptr[At(nameof(PeripheralState.IsAsked))], 0);
        _a.jne(leave);
        _cold.Add(() =>
        {
            _a.Label(leave);
            (_cache, _deferred) = (cache, deferred);
            WriteDown();
            _a.add(r14, cycles);
            _a.sub(r14, __qword_ptr[At(nameof(PeripheralState.Stolen))]);
            Count(behind, add: false);
            GoBack(Leave.Asked, next);
        });
    }
}
