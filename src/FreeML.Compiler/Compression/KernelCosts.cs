using FreeML.Compiler.Lowering;

namespace FreeML.Compiler.Compression;

/// <summary>What a device pays for its work.</summary>
/// <param name="ClockHertz">Cycles in a second.</param>
/// <param name="JoulesPerCycle">Mean over a cycle of the runtime's inner loops, with the memory reads in it.</param>
/// <param name="JoulesPerWrite">A word written to FRAM, beside its cycle.</param>
public sealed record DeviceCosts(double ClockHertz, double JoulesPerCycle, double JoulesPerWrite)
{
    /// <summary>Energy of so many cycles that write so many words.</summary>
    public double Joules(double cycles, double writes) => (cycles * JoulesPerCycle) + (writes * JoulesPerWrite);
}

/// <summary>
/// Cycles that the device's kernels take: predictions, all in this one place, that compression weighs layers with. What an image really
/// takes is measured on the simulator.
/// </summary>
/// <remarks>
/// The numbers are fitted to what <c>compile --report</c> measures with the strategy freeml at 8 MHz, see this folder's README. A product is two moves of an
/// operand into a register of the multiplier, 4 cycles each, and a share of the loop; a sparse one finds its element first.
/// </remarks>
public sealed record KernelCosts
{
    /// <summary>The runtime's kernels.</summary>
    public static KernelCosts Default { get; } = new();

    /// <summary>A multiplication by a weight of a dense row.</summary>
    public double DenseMac { get; init; } = 8.2;

    /// <summary>A multiplication by a stored weight of a sparse row.</summary>
    public double SparseMac { get; init; } = 12.6;

    /// <summary>Taking a 4-bit gap out of its byte.</summary>
    public double UnpackedGap { get; init; } = 3.5;

    /// <summary>Looking at one bit of a bitmap.</summary>
    public double BitmapBit { get; init; } = 0.8;

    /// <summary>Turning to the next row of a window.</summary>
    public double WindowRow { get; init; } = 1.7;

    /// <summary>An output of a convolution: begin, shift, clamp, store, commit.</summary>
    public double Output { get; init; } = 72;

    /// <summary>An output of a fully connected layer: its row has to be found, too.</summary>
    public double ConnectedOutput { get; init; } = 145;

    /// <summary>An element under a pooling window.</summary>
    public double PooledElement { get; init; } = 17;

    /// <summary>An output of a pooling.</summary>
    public double PooledOutput { get; init; } = 38;

    /// <summary>An element of anything else: addition, a factor, a copy.</summary>
    public double Element { get; init; } = 55;

    /// <summary>Entering a layer and leaving it: its table row, scales, its place in the progress record.</summary>
    public double Layer { get; init; } = 3400;

    /// <summary>Cycles of all outputs at one position of a layer with weights, without <see cref="Output"/> or <see cref="ConnectedOutput"/>.</summary>
    /// <param name="form">How its weights lie.</param>
    /// <param name="entries">Weights stored.</param>
    /// <param name="positions">Weights that there are, zeros included.</param>
    /// <param name="windowRows">Rows of the window over all channels in and out; 0 of a fully connected layer.</param>
    public double Position(WeightForm form, double entries, double positions, double windowRows) => form switch
    {
        WeightForm.Dense => (DenseMac * entries) + (WindowRow * windowRows),
        WeightForm.Gap4 => (SparseMac + UnpackedGap) * entries,
        WeightForm.Bitmap => (SparseMac * entries) + (BitmapBit * positions),
        _ => SparseMac * entries,
    };
}
