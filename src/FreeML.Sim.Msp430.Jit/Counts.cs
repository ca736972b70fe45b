using System.Runtime.InteropServices;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// What a piece of code adds to the ledger each time it runs, known when it is translated. Generated code keeps the sums in vector registers,
/// one lane a count: the first eight in one, the rest in another.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct Counts(
    int Instructions, int FramReads, int SramReads, int SramWrites, int FramWrites, int CacheMisses, int PeripheralReads, int PeripheralWrites, int MultiplierCycles)
{
    /// <summary>An instruction of some words, fetched.</summary>
    public static Counts Fetch(int words, bool inFram) => new() { Instructions = 1, FramReads = inFram ? words : 0, SramReads = inFram ? 0 : words };

    public static Counts operator +(Counts a, Counts b) => Sum(a, b, 1);

    public static Counts operator -(Counts a, Counts b) => Sum(a, b, -1);

    private static Counts Sum(Counts a, Counts b, int sign) => new(
        a.Instructions + (sign * b.Instructions),
        a.FramReads + (sign * b.FramReads),
        a.SramReads + (sign * b.SramReads),
        a.SramWrites + (sign * b.SramWrites),
        a.FramWrites + (sign * b.FramWrites),
        a.CacheMisses + (sign * b.CacheMisses),
        a.PeripheralReads + (sign * b.PeripheralReads),
        a.PeripheralWrites + (sign * b.PeripheralWrites),
        a.MultiplierCycles + (sign * b.MultiplierCycles));
}
