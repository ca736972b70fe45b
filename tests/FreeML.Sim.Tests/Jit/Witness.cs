using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Tests.Jit;

/// <summary>An engine in whose device a test can look at what no program can read: the FRAM cache and the multiplier's inner state.</summary>
internal sealed unsafe class Witness(ExecutionEngine engine) : ExecutionEngine
{
    private AddressSpace _memory = null!;

    /// <summary>Who does the work.</summary>
    public ExecutionEngine Inner => engine;

    public override string Name => engine.Name;

    /// <summary>The two sets of the FRAM cache, newest line first.</summary>
    public ReadOnlySpan<uint> CacheLines => new(_memory.State->CacheLines, 4);

    /// <summary>All of memory.</summary>
    public ReadOnlySpan<byte> Memory => new(_memory.State->Memory, AddressSpace.Size);

    /// <summary>What the multiplier holds, without what only counts until a result is ready if it is.</summary>
    public MultiplierState Multiplier
    {
        get
        {
            MultiplierState state = _memory.State->Multiplier;
            if (state.Ready <= _memory.State->Cycles)
            {
                (state.Ready, state.ShownBefore, state.SumExtensionBefore) = (0, 0, 0);
                (state.LowWritten, state.HighWritten, state.LatencyRow) = (0, 0, 0);
            }

            if (!state.ExpectsHighWord)
            {
                state.NextLowWritten = 0;
            }

            return state;
        }
    }

    internal override void Attach(AddressSpace memory)
    {
        _memory = memory;
        engine.Attach(memory);
    }

    internal override void Run(CpuState* cpu, long limit) => engine.Run(cpu, limit);

    protected override void Dispose(bool disposing)
    {
        engine.Dispose();
        base.Dispose(disposing);
    }
}
