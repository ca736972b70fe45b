namespace FreeML.Compiler.Lowering;

/// <summary>How a matrix of weights lies in the device's FRAM. The numbers are those of the device's table.</summary>
/// <remarks>Ordered by what it costs to decode: of two forms as small as each other the first is taken.</remarks>
public enum WeightForm
{
    /// <summary>All values, row after row.</summary>
    Dense = 0,

    /// <summary>Entries with 16-bit gaps: zeros since the entry before.</summary>
    Gap16 = 1,

    /// <summary>Entries with 8-bit gaps. A longer gap is bridged by entries of value 0 with the largest gap.</summary>
    Gap8 = 2,

    /// <summary>As <see cref="Gap8"/> with 4-bit gaps, the low half of a byte first; a row begins with a whole byte.</summary>
    Gap4 = 3,

    /// <summary>A bit for each position, lowest bit first, a row begins with a whole byte; then only the values that are not 0.</summary>
    Bitmap = 4,
}
