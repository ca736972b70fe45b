using System.Runtime.InteropServices;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// What a piece of code adds to the ledger each time it runs, known when it is translated. Generated code keeps the sums in two vector
/// registers, one lane a count.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct Counts(int Instructions, int FramReads, int SramReads, int SramWrites, int FramWrites, int CacheMisses, int Spare0, int Spare1)
{
    /// <summary>An instruction of some words, fetched.</summary>
    public static Counts Fetch(int words, bool inFram) => new() { Instructions = 1, FramReads = inFram ? words : 0, SramReads = inFram ? 0 : words };

    public static Counts operator +(Counts a, Counts b) => new(
        a.Instructions + b.Instructions,
        a.FramReads + b.FramReads,
        a.SramReads + b.SramReads,
        a.SramWrites + b.SramWrites,
        a.FramWrites + b.FramWrites,
        a.CacheMisses + b.CacheMisses,
        0,
        0);

    public static Counts operator -(Counts a, Counts b) => a + new Counts(
        -b.Instructions, -b.FramReads, -b.SramReads, -b.SramWrites, -b.FramWrites, -b.CacheMisses, 0, 0);

    /// <summary>The lanes of the first register.</summary>
    public readonly (int, int, int, int) First => (Instructions, FramReads, SramReads, SramWrites);

    /// <summary>The lanes of the second register.</summary>
    public readonly (int, int, int, int) Second => (FramWrites, CacheMisses, 0, 0);
}
