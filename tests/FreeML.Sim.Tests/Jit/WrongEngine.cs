using FreeML.Sim.Msp430.Cpu;

namespace FreeML.Sim.Tests.Jit;

/// <summary>An interpreter that makes one mistake: at the first instruction boundary at or after a cycle it turns bits of SR over.</summary>
internal sealed unsafe class WrongEngine(long cycle, uint bits) : ExecutionEngine
{
    private bool _isDone;

    public override string Name => "wrong";

    internal override void Run(CpuState* cpu, long limit)
    {
        if (!_isDone)
        {
            Interpreter.Run(cpu, Math.Min(limit, cycle));
            if (cpu->Cycles < cycle)
            {
                return;
            }

            cpu->Status ^= bits;
            _isDone = true;
        }

        if (cpu->Attention == Attention.None)
        {
            Interpreter.Run(cpu, limit);
        }
    }
}
