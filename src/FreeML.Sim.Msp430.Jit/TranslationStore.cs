using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;
using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>What a translation takes for granted of a device, beside the words it was made from and what it asks as it runs.</summary>
/// <param name="Map">The memory map.</param>
/// <param name="WaitStates">Wait states of FRAM.</param>
/// <param name="MultiplierAddress">Where the multiplier is; 0 for nowhere.</param>
/// <param name="MultiplierIsPlain">Whether it neither saturates, nor is fractional, nor delays writes.</param>
/// <param name="TakesHostCalls">Whether calls of some addresses are services of the simulator.</param>
internal sealed record Circumstances(string Map, long WaitStates, uint MultiplierAddress, bool MultiplierIsPlain, bool TakesHostCalls)
{
    /// <summary>Those of a device now.</summary>
    public static unsafe Circumstances Of(CpuState* cpu, AddressSpace memory) =>
        new(memory.Map, cpu->WaitStates, cpu->Multiplier.BaseAddress, cpu->Multiplier.IsPlain, cpu->TakesHostCalls);
}

/// <summary>
/// Translations, with the memory that their host code lies in. Nothing in the code names a device, so that all devices alike in a process run the
/// same: a scenario's devices, the ones of a sweep, and one that comes back to a clock or to code that it had before. What is found here is used only
/// if the device's memory holds the words that it was made from.
/// </summary>
internal sealed unsafe class TranslationStore : IDisposable
{
    /// <summary>Bytes of host code at most.</summary>
    public const int CodeBytes = 32 << 20;

    // Of units that begin at one address, so many at most are kept; the oldest go first.
    private const int MaximumOfAddress = 16;

    private readonly CodeMemory _code;
    private readonly ConcurrentDictionary<uint, Unit[]> _units = [];

    private TranslationStore(CodeMemory code, HostLayout at, int waitStates)
    {
        _code = code;
        (byte[] gate, int leave) = Gate(at, code.NextAddress);
        Enter = (delegate* unmanaged<nint, nint, int>)code.NextAddress;
        Leave = code.NextAddress + (ulong)leave;
        code.TryAdd(gate);
        Counts = new CountPool(at.EngineRoom);
        (byte[] routines, Routines) = UnitEmitter.Routines(at, waitStates, Counts, code.NextAddress);
        code.TryAdd(routines);
    }

    /// <summary>Enters host code at an address, for the device whose memory is given; the reason for coming back.</summary>
    public delegate* unmanaged<nint, nint, int> Enter { get; }

    /// <summary>Address of the code that goes back; reason in EAX.</summary>
    public ulong Leave { get; }

    /// <summary>Where what units call begins.</summary>
    public IReadOnlyList<ulong> Routines { get; }

    /// <summary>The counts that code adds.</summary>
    public CountPool Counts { get; }

    /// <summary>Held by who translates.</summary>
    public Lock Gatekeeper { get; } = new();

    /// <summary>Where the next code will lie.</summary>
    public ulong NextAddress => _code.NextAddress;

    /// <summary>An empty store; null where the host gives no memory for code.</summary>
    public static TranslationStore? TryCreate(HostLayout at, int waitStates) => CodeMemory.TryCreate(CodeBytes) is { } code ? new TranslationStore(code, at, waitStates) : null;

    /// <inheritdoc/>
    public void Dispose() => _code.Dispose();

    /// <summary>A unit that can be entered at an address and whose words a memory holds.</summary>
    public Unit? Find(uint address, AddressSpace memory) => _units.TryGetValue(address, out Unit[]? units) ? Array.FindLast(units, unit => unit.Fits(memory)) : null;

    /// <summary>Adds host code for the address it was written for; false if there is no room.</summary>
    public bool TryAdd(byte[] host) => _code.TryAdd(host);

    /// <summary>Lets others find a unit.</summary>
    public void Publish(Unit unit)
    {
        foreach ((uint guest, _) in unit.Entries)
        {
            _units.AddOrUpdate(guest, _ => [unit], (_, units) => [.. units.TakeLast(MaximumOfAddress - 1), unit]);
        }
    }

    /// <summary>Nobody is to find a unit any more: there will be a better one.</summary>
    public void Withdraw(Unit unit)
    {
        foreach ((uint guest, _) in unit.Entries)
        {
            _units.AddOrUpdate(guest, _ => [], (_, units) => Array.FindAll(units, other => other != unit));
        }
    }

    // The way in and the way out: what the host's calling convention wants kept, and the guest's registers.
    private static (byte[] Code, int Leave) Gate(HostLayout at, ulong origin)
    {
        bool isWindows = OperatingSystem.IsWindows();
        HostOperand[] kept = isWindows ? [rbx, rbp, rdi, rsi, r12, r13, r14, r15] : [rbx, rbp, r12, r13, r14, r15];
        HostOperand[] vectors = isWindows ? [xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15] : [];
        (HostOperand Register, string Field)[] lanes =
        [
            (xmm13, nameof(InlineMultiplier.Start)),
            (xmm12, nameof(InlineMultiplier.Product)),
            (xmm11, nameof(InlineMultiplier.Operand1)),
            (xmm10, nameof(InlineMultiplier.Operand2)),
            (xmm9, nameof(InlineMultiplier.Before)),
        ];
        int room = (16 * vectors.Length) + 8;

        var a = new HostAssembler();
        Label leave = a.CreateLabel();
        foreach (HostOperand register in kept)
        {
            a.push(register);
        }

        a.sub(rsp, room);
        for (int n = 0; n < vectors.Length; n++)
        {
            a.vmovdqu(__xmmword_ptr[rsp + (16 * n)], vectors[n]);
        }

        a.mov(rax, isWindows ? rcx : rdi);
        a.mov(r15, isWindows ? rdx : rsi);
        a.mov(r14, __qword_ptr[r15 + at.Remaining]);
        a.vpxor(ymm15, ymm15, ymm15);
        a.vmovd(xmm14, __dword_ptr[r15 + (at.Sums + 32)]);
        foreach ((HostOperand register, string field) in lanes)
        {
            a.vmovd(register, __dword_ptr[r15 + (at.InlineMultiplier + (int)Marshal.OffsetOf<InlineMultiplier>(field))]);
        }

        ForEachRegister((host, place) => a.mov(host, place));
        a.jmp(rax);

        a.Label(leave);
        ForEachRegister((host, place) => a.mov(place, host));
        a.mov(__qword_ptr[r15 + at.Remaining], r14);
        a.vmovdqu(__ymmword_ptr[r15 + at.Sums], ymm15);
        a.vmovdqu(__xmmword_ptr[r15 + (at.Sums + 32)], xmm14);
        foreach ((HostOperand register, string field) in lanes)
        {
            a.vmovd(__dword_ptr[r15 + (at.InlineMultiplier + (int)Marshal.OffsetOf<InlineMultiplier>(field))], register);
        }

        a.vzeroupper();
        for (int n = 0; n < vectors.Length; n++)
        {
            a.vmovdqu(vectors[n], __xmmword_ptr[rsp + (16 * n)]);
        }

        a.add(rsp, room);
        for (int n = kept.Length - 1; n >= 0; n--)
        {
            a.pop(kept[n]);
        }

        a.ret();
        return (a.Finish(origin), a.OffsetOf(leave));

        void ForEachRegister(Action<HostOperand, HostOperand> move)
        {
            for (int register = 1; register < 16; register++)
            {
                if (HostLayout.TryGetHost(register, out int host))
                {
                    move(HostOperand.General(host, 32), __dword_ptr[r15 + at.State(register)]);
                }
            }
        }
    }
}

/// <summary>Stores, by what their translations take for granted.</summary>
/// <param name="disposes">Whether a store that leaves is nobody else's.</param>
internal sealed class StoreShelf(bool disposes) : IDisposable
{
    // The one that came first leaves first; devices that still use it keep it.
    private const int Most = 4;

    private readonly Lock _gate = new();
    private readonly List<(Circumstances For, TranslationStore Store)> _stores = [];

    /// <summary>The process's own.</summary>
    public static StoreShelf Shared { get; } = new(disposes: false);

    /// <summary>The store for devices alike; null where the host gives no memory for code.</summary>
    public TranslationStore? Find(Circumstances circumstances, HostLayout at)
    {
        lock (_gate)
        {
            foreach ((Circumstances known, TranslationStore store) in _stores)
            {
                if (known == circumstances)
                {
                    return store;
                }
            }

            if (TranslationStore.TryCreate(at, (int)circumstances.WaitStates) is not { } added)
            {
                return null;
            }

            if (_stores.Count == Most)
            {
                Remove(0);
            }

            _stores.Add((circumstances, added));
            return added;
        }
    }

    /// <summary>A store is full: whoever comes next begins another one.</summary>
    public void Retire(TranslationStore store)
    {
        lock (_gate)
        {
            int index = _stores.FindIndex(known => known.Store == store);
            if (index >= 0)
            {
                Remove(index);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_stores.Count > 0)
        {
            Remove(0);
        }
    }

    private void Remove(int index)
    {
        if (disposes)
        {
            _stores[index].Store.Dispose();
        }

        _stores.RemoveAt(index);
    }
}
