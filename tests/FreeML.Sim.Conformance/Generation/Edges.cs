using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>Values at which flags change, and status registers to start from.</summary>
internal static class Edges
{
    public const int CarryBit = 0x001;

    // Set before, so that an instruction must clear what it does not set, and must leave GIE, OSCOFF, SCG0 alone.
    private static readonly int[] StatusPatterns = [0x000, 0x106, 0x02C, 0x142];

    /// <summary>All instructions of Format I.</summary>
    public static IReadOnlyList<Operation> Operations { get; } = Enum.GetValues<Operation>();

    /// <summary>Zero, one, the largest and smallest signed numbers, alternating bits, minus one and their neighbours.</summary>
    public static IReadOnlyList<int> Binary(Size size)
    {
        int mask = size.Mask();
        int smallest = (mask + 1) / 2;
        return [0, 1, smallest - 1, smallest, smallest + 1, 0x55555 & mask, 0xAAAAA & mask, mask];
    }

    /// <summary>Decimal numbers around each carry.</summary>
    public static IReadOnlyList<int> Decimal(Size size) => size switch
    {
        Size.Byte => [0x00, 0x01, 0x09, 0x10, 0x49, 0x50, 0x90, 0x99],
        Size.Word => [0x0000, 0x0001, 0x0009, 0x0999, 0x4999, 0x5000, 0x9000, 0x9999],
        _ => [0x00000, 0x00001, 0x00009, 0x09999, 0x49999, 0x50000, 0x90000, 0x99999],
    };

    public static IReadOnlyList<int> For(Operation operation, Size size) =>
        operation == Operation.Dadd ? Decimal(size) : Binary(size);

    /// <summary>Both carries for instructions that read C; otherwise C follows <paramref name="index"/>.</summary>
    public static IEnumerable<int> Status(Operation operation, int index)
    {
        int pattern = StatusPatterns[index % StatusPatterns.Length];
        return operation.UsesCarry() ? [pattern, pattern + CarryBit] : [pattern + (index / StatusPatterns.Length % 2)];
    }

    public static int StatusAt(int index) => StatusPatterns[index % StatusPatterns.Length] + (index / StatusPatterns.Length % 2);

    /// <summary>A typical pair of operands: (source, destination), decimal where it must be.</summary>
    public static (int Source, int Destination) Typical(Operation operation, Size size, int variant)
    {
        (int source, int destination) = operation == Operation.Dadd
            ? variant == 0 ? (0x12345, 0x47890) : (0x99876, 0x58124)
            : variant == 0 ? (0x1A5C3, 0x2E71B) : (0x8C96E, 0x9F0A4);
        return (source & size.Mask(), destination & size.Mask());
    }
}
