using System.Runtime.CompilerServices;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>
/// The reference engine: runs prepared instructions one by one. Please keep it simple; whatever is faster is measured against it.
/// </summary>
internal static unsafe class Interpreter
{
    /// <summary>
    /// Runs from the program counter until the first instruction boundary at or after the cycle limit, or until something asks for attention.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(CpuState* cpu, long limit)
    {
        cpu->Limit = limit;
        PreparedInstruction* i = cpu->At(cpu->Registers[0]);
        while (cpu->Cycles < cpu->Limit)
        {
            MakeReady(cpu, i);
            i = Execute(cpu, i);
        }

        cpu->Registers[0] = cpu->AddressOf(i);
    }

    /// <summary>
    /// Runs one instruction or more, as <see cref="Run"/> does, but not past where another engine could take over.
    /// </summary>
    /// <param name="cpu">The state.</param>
    /// <param name="limit">The cycle limit.</param>
    /// <param name="entries">Not 0 where the other engine could, one for each word of the address space.</param>
    /// <param name="most">Instructions at most.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunTo(CpuState* cpu, long limit, nint* entries, int most)
    {
        cpu->Limit = limit;
        PreparedInstruction* i = cpu->At(cpu->Registers[0]);
        for (int n = 0; n < most && cpu->Cycles < cpu->Limit && (n == 0 || entries[i - cpu->Prepared] == 0); n++)
        {
            MakeReady(cpu, i);
            i = Execute(cpu, i);
        }

        cpu->Registers[0] = cpu->AddressOf(i);
    }

    /// <summary>
    /// Runs as <see cref="Run"/> does, but only as long as the next instruction certainly stays within an allowance.
    /// </summary>
    /// <param name="cpu">The state.</param>
    /// <param name="limit">The cycle limit.</param>
    /// <param name="allowance">How far to go.</param>
    /// <param name="entries">Where not to go on, as in <see cref="RunTo"/>; null for nowhere.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunWithin(CpuState* cpu, long limit, Allowance allowance, nint* entries = null)
    {
        cpu->Limit = limit;
        ActivityWeights weights = allowance.Weights;
        PreparedInstruction* i = cpu->At(cpu->Registers[0]);
        for (bool isFirst = true; cpu->Cycles < cpu->Limit && (isFirst || entries == null || entries[i - cpu->Prepared] == 0); isFirst = false)
        {
            MakeReady(cpu, i);
            if (i->Body != null || weights.Sum(cpu) + Most(weights, cpu, i) > allowance.End)
            {
                break;
            }

            i = Execute(cpu, i);
        }

        cpu->Registers[0] = cpu->AddressOf(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MakeReady(CpuState* cpu, PreparedInstruction* i)
    {
        if (i->Handler == null)
        {
            InstructionPreparer.Prepare(cpu, i);
        }
    }

    // Gives the instruction that comes next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PreparedInstruction* Execute(CpuState* cpu, PreparedInstruction* i)
    {
        cpu->Ledger.Instructions++;
        cpu->Cycles += i->Cycles;
        Fetch(cpu, i);
        return i->Handler(cpu, i);
    }

    // CALLA of a cell reads and writes four words in the three cycles that fetching leaves, of which there are never fewer.
    private const int MoreAccesses = 2;
    private const int CyclesOfMore = 3;

    // Of an instruction without repetitions. Each access takes a cycle; where there are no more cycles than words, and of a jump, nothing but registers is reached.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Most(ActivityWeights weights, CpuState* cpu, PreparedInstruction* i)
    {
        int fetches = i->Line == PreparedInstruction.NoLine ? i->Words : i->WordsInSecondLine == 0 ? 1 : 2;
        int cycles = i->Cycles - i->Words;

        // What has no target has address 0 for one.
        bool isJump = cycles == 1 && i->Target != cpu->Prepared;
        int accesses = cycles == 0 || isJump ? 0 : cycles < CyclesOfMore ? cycles + 1 : cycles + MoreAccesses;
        return weights.Most(i->Cycles, (fetches + accesses) * cpu->WaitStates, fetches, accesses);
    }

    // All words of the instruction are fetched before its operands: the order in which they pass the cache.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(CpuState* cpu, PreparedInstruction* i)
    {
        if (i->Line == PreparedInstruction.NoLine)
        {
            cpu->Ledger.SramReads += i->Words;
            return;
        }

        cpu->Ledger.FramReads += i->Words;
        CpuState.TouchLine(cpu, i->Line);
        if (i->WordsInSecondLine != 0)
        {
            CpuState.TouchLine(cpu, i->Line + 1);
        }
    }
}
