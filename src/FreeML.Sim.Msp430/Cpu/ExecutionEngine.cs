using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>Who executes the instructions of one device. All engines agree to the bit, in state, cycles and counts; they differ in speed.</summary>
public abstract unsafe class ExecutionEngine : IDisposable
{
    // Below this, instructions are counted one by one.
    private const long CountedCycles = 50;

    /// <summary>Name at the command line.</summary>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gets to know the memory that the device's program lies in.</summary>
    internal virtual void Attach(AddressSpace memory)
    {
    }

    /// <summary>
    /// Runs from the program counter until the first instruction boundary at or after the cycle limit, or until something asks for attention.
    /// </summary>
    internal abstract void Run(CpuState* cpu, long limit);

    /// <summary>
    /// Runs as <see cref="Run"/> does, but only as long as the next instruction certainly stays within an allowance.
    /// </summary>
    /// <remarks>What the dearest program could not use up certainly fits, and needs no counting; the real one uses less, so some more fits, again and again.</remarks>
    internal virtual void RunWithin(CpuState* cpu, long limit, Allowance allowance)
    {
        while (cpu->Cycles < limit && cpu->Attention == Attention.None)
        {
            long certain = allowance.CertainCycles(cpu) - Isa.Cycles.Longest(cpu->WaitStates);
            if (certain < CountedCycles)
            {
                Interpreter.RunWithin(cpu, limit, allowance);
                return;
            }

            Interpreter.Run(cpu, Math.Min(limit, cpu->Cycles + certain));
        }
    }

    /// <summary>Releases what the engine holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The reference engine.</summary>
public sealed unsafe class InterpreterEngine : ExecutionEngine
{
    /// <inheritdoc/>
    public override string Name => "interpreter";

    internal override void Run(CpuState* cpu, long limit) => Interpreter.Run(cpu, limit);
}
