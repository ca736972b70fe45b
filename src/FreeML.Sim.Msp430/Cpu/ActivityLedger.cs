using System.Runtime.CompilerServices;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>What the device did, in counts; prices are somebody else's business.</summary>
public struct ActivityLedger
{
    /// <summary>Instructions executed.</summary>
    public long Instructions;

    /// <summary>Words read from FRAM, by code fetches and by data: cache hits and misses together.</summary>
    public long FramReads;

    /// <summary>Reads that missed the FRAM cache: accesses of the array, each of one 8-byte line.</summary>
    public long CacheMisses;

    /// <summary>Words or bytes written to FRAM.</summary>
    public long FramWrites;

    /// <summary>Words read from SRAM, by code fetches and by data.</summary>
    public long SramReads;

    /// <summary>Words or bytes written to SRAM.</summary>
    public long SramWrites;

    /// <summary>Reads of peripheral registers.</summary>
    public long PeripheralReads;

    /// <summary>Writes of peripheral registers.</summary>
    public long PeripheralWrites;

    /// <summary>MCLK cycles spent waiting for FRAM, part of the active cycles.</summary>
    public long WaitCycles;

    /// <summary>Interrupts accepted.</summary>
    public long Interrupts;

    /// <summary>Picoseconds slept, for each of LPM0 to LPM4.</summary>
    public PerLowPowerMode SleepPicoseconds;

    /// <summary>Interrupts that woke the CPU, for each of LPM0 to LPM4.</summary>
    public PerLowPowerMode WakeUps;

    /// <summary>Picoseconds from the request of such an interrupt to its acceptance: the CPU is neither asleep nor running.</summary>
    public long WakePicoseconds;

    /// <summary>Picoseconds in which boot code ran after a brown-out reset with the supply up.</summary>
    public long BootPicoseconds;

    /// <summary>Reads that the FRAM cache answered.</summary>
    public readonly long CacheHits => FramReads - CacheMisses;

    /// <summary>Adds what was counted since an earlier state a number of times more: identical passes of a loop.</summary>
    public void AddPasses(ActivityLedger before, long passes)
    {
        Instructions += passes * (Instructions - before.Instructions);
        FramReads += passes * (FramReads - before.FramReads);
        CacheMisses += passes * (CacheMisses - before.CacheMisses);
        FramWrites += passes * (FramWrites - before.FramWrites);
        SramReads += passes * (SramReads - before.SramReads);
        SramWrites += passes * (SramWrites - before.SramWrites);
        PeripheralReads += passes * (PeripheralReads - before.PeripheralReads);
        PeripheralWrites += passes * (PeripheralWrites - before.PeripheralWrites);
        WaitCycles += passes * (WaitCycles - before.WaitCycles);
        Interrupts += passes * (Interrupts - before.Interrupts);
    }
}

/// <summary>A count for each of LPM0 to LPM4.</summary>
[InlineArray(Count)]
public struct PerLowPowerMode
{
    /// <summary>Number of modes.</summary>
    public const int Count = 5;

    private long _lpm0;
}
