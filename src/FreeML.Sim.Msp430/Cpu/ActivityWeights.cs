namespace FreeML.Sim.Msp430.Cpu;

/// <summary>What each count of a ledger is worth, in a unit of whoever asks: their sum is a measure that only grows.</summary>
/// <param name="Cycle">Of an MCLK cycle that is not one of waiting.</param>
/// <param name="Wait">Of an MCLK cycle spent waiting for FRAM.</param>
/// <param name="CacheMiss">Of a read that missed the FRAM cache.</param>
/// <param name="FramWrite">Of a write to FRAM.</param>
/// <param name="SramAccess">Of a read or write of SRAM.</param>
/// <param name="PeripheralAccess">Of a read or write of a peripheral's register.</param>
public readonly record struct ActivityWeights(double Cycle, double Wait, double CacheMiss, double FramWrite, double SramAccess, double PeripheralAccess)
{
    /// <summary>Of the dearest access.</summary>
    public double DearestAccess => Math.Max(Math.Max(CacheMiss, FramWrite), Math.Max(SramAccess, PeripheralAccess));

    /// <summary>Of a cycle with the dearest access.</summary>
    public double DearestCycle => Math.Max(Cycle, Wait) + DearestAccess;

    /// <summary>The same, with something more for each cycle.</summary>
    public ActivityWeights WithEachCycle(double more) => this with { Cycle = Cycle + more, Wait = Wait + more };

    /// <summary>Of all that was done so far.</summary>
    internal unsafe double Sum(CpuState* cpu)
    {
        ref ActivityLedger ledger = ref cpu->Ledger;
        return (Cycle * (cpu->Cycles - ledger.WaitCycles)) + (Wait * ledger.WaitCycles) + (CacheMiss * ledger.CacheMisses) + (FramWrite * ledger.FramWrites)
            + (SramAccess * (ledger.SramReads + ledger.SramWrites)) + (PeripheralAccess * (ledger.PeripheralReads + ledger.PeripheralWrites));
    }

    /// <summary>Most of an instruction.</summary>
    /// <param name="cycles">Its cycles, without waiting.</param>
    /// <param name="waits">Most cycles of waiting that come on top.</param>
    /// <param name="fetches">Lines of FRAM, or words of SRAM, that it is fetched from.</param>
    /// <param name="accesses">Most reads and writes of data.</param>
    internal double Most(long cycles, long waits, long fetches, long accesses) =>
        (Cycle * cycles) + (Wait * waits) + (Math.Max(CacheMiss, SramAccess) * fetches) + (DearestAccess * accesses);
}

/// <summary>How far a run may go.</summary>
/// <param name="Weights">What is summed up.</param>
/// <param name="End">The sum of all that was done so far that is not to be passed.</param>
internal readonly record struct Allowance(ActivityWeights Weights, double End)
{
    private readonly double _dearestCycle = Weights.DearestCycle;

    /// <summary>Cycles that even the dearest program could not use up what is left in.</summary>
    public unsafe long CertainCycles(CpuState* cpu) => (long)((End - Weights.Sum(cpu)) / _dearestCycle);
}
