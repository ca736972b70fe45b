using System.Collections.Immutable;

namespace FreeML.Compiler.Lowering;

/// <summary>Where the values of a network lie in the device's memory for maps.</summary>
/// <param name="Offsets">Byte offset of each value.</param>
/// <param name="Lifetimes">When each value is in use; parts of a value have the lifetime of the whole.</param>
/// <param name="Bytes">Size of the arena.</param>
/// <param name="LeastBytes">Most bytes in use at any one time: no plan can be smaller.</param>
public sealed record ArenaPlan(ImmutableArray<int> Offsets, ImmutableArray<Lifetime> Lifetimes, int Bytes, int LeastBytes);

/// <summary>First and last step in which a value is in use.</summary>
public readonly record struct Lifetime(int First, int Last)
{
    /// <summary>Whether two values are in use at the same time.</summary>
    public bool Overlaps(Lifetime other) => First <= other.Last && other.First <= Last;
}
