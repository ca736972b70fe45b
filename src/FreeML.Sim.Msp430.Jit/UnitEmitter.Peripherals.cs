using FreeML.Sim.Msp430.Cpu;
using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

// Registers of peripherals other than the multiplier: generated code calls them and goes on.
internal sealed unsafe partial class UnitEmitter
{
    private static readonly HostOperand[] MultiplierLanes = [xmm9, xmm10, xmm11, xmm12, xmm13];
    private readonly Label _callPeripheral;
    private bool _callsPeripherals;

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
        _callsPeripherals = true;
        WriteDown();
        TellCache();
        Counts behind = Sum(_plans, _index + 1, CountOf(_block));
        uint access = (address & AddressMask) | (Current.Bits == 8 ? PeripheralCall.Byte : 0) | (writes ? PeripheralCall.Write : 0);
        Count(behind, add: false);
        _a.lea(rdx, __[r14 + Behind()]);
        _a.mov(eax, unchecked((int)access));
        _a.call(_callPeripheral);
        Count(behind, add: true);
    }

    // Somebody else's turn comes behind the instruction.
    private void LeaveIfAsked()
    {
        Label leave = _a.CreateLabel();
        Counts behind = Sum(_plans, _index + 1, CountOf(_block));
        int cycles = Behind();
        uint next = Current.Decoded.NextAddress;
        CacheKnowledge cache = _cache;
        Deferred deferred = _deferred;
        _a.cmp(__byte_ptr[r15 + _at.Asked], 0);
        _a.jne(leave);
        _cold.Add(() =>
        {
            _a.Label(leave);
            (_cache, _deferred) = (cache, deferred);
            WriteDown();
            _a.add(r14, cycles);
            _a.sub(r14, __qword_ptr[r15 + _at.Stolen]);
            Count(behind, add: false);
            GoBack(Leave.Asked, next);
        });
    }

    // In: what to do in EAX, a value in ECX, the cycles left in RDX. Out: what was read in EAX; ECX as it was.
    private void EmitPeripheralRoutine()
    {
        if (!_callsPeripherals)
        {
            return;
        }

        // Room for what Windows wants, for the vectors, and for ECX; the stack is aligned to 16 bytes then.
        const int Vectors = 32;
        int value = Vectors + (16 * MultiplierLanes.Length);
        int room = value + 24;
        bool isWindows = OperatingSystem.IsWindows();
        _a.Label(_callPeripheral);
        _a.sub(rsp, room);
        _a.mov(__qword_ptr[r15 + _at.Remaining], rdx);
        _a.mov(__qword_ptr[rsp + value], rcx);
        for (int n = 0; n < MultiplierLanes.Length; n++)
        {
            _a.vmovdqu(__xmmword_ptr[rsp + (Vectors + (16 * n))], MultiplierLanes[n]);
        }

        _a.vmovdqu(__ymmword_ptr[r15 + _at.Sums], ymm15);
        _a.vmovdqu(__xmmword_ptr[r15 + (_at.Sums + 32)], xmm14);
        ForEachRegister((host, place) => _a.mov(place, host));
        _a.vzeroupper();
        HostOperand third = isWindows ? HostOperand.General(8, 32) : edx;
        HostOperand second = isWindows ? edx : HostOperand.General(6, 32);
        _a.mov(third, ecx);
        _a.mov(second, eax);
        _a.mov(isWindows ? rcx : rdi, HostOperand.Constant((long)_at.Cpu));
        _a.mov(rax, HostOperand.Constant((long)(nint)(delegate* unmanaged<CpuState*, uint, uint, uint>)&PeripheralCall.Run));
        _a.call(rax);
        ForEachRegister((host, place) => _a.mov(host, place));
        _a.vpxor(ymm15, ymm15, ymm15);
        _a.vmovdqu(xmm14, __xmmword_ptr[r15 + (_at.Sums + 32)]);
        for (int n = 0; n < MultiplierLanes.Length; n++)
        {
            _a.vmovdqu(MultiplierLanes[n], __xmmword_ptr[rsp + (Vectors + (16 * n))]);
        }

        _a.mov(rcx, __qword_ptr[rsp + value]);
        _a.add(rsp, room);
        _a.ret();

        void ForEachRegister(Action<HostOperand, HostOperand> move)
        {
            for (int register = 1; register < 16; register++)
            {
                if (HostLayout.TryGetHost(register, out int host))
                {
                    move(HostOperand.General(host, 32), __dword_ptr[r15 + _at.State(register)]);
                }
            }
        }
    }
}
