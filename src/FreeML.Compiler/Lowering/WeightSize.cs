using System.Numerics;

namespace FreeML.Compiler.Lowering;

/// <summary>Bytes that a matrix of weights takes in FRAM in one form. Each array begins at an even address, so odd sizes are rounded up.</summary>
/// <param name="Form">The form.</param>
/// <param name="Entries">Values stored, those that only bridge a gap included.</param>
/// <param name="ValueBytes">Bytes of the values.</param>
/// <param name="IndexBytes">Bytes of gaps or bits.</param>
/// <param name="CountBytes">Bytes of the numbers of entries of each row.</param>
public readonly record struct WeightSize(WeightForm Form, int Entries, int ValueBytes, int IndexBytes, int CountBytes)
{
    /// <summary>All of it.</summary>
    public int Bytes => ValueBytes + IndexBytes + CountBytes;

    /// <summary>The size in one form.</summary>
    /// <typeparam name="T">Integers, or floats not yet quantised, of which only those that are 0 are known to stay so.</typeparam>
    /// <param name="weights">Row after row.</param>
    /// <param name="rows">Filters or outputs.</param>
    /// <param name="bits">8 or 16.</param>
    /// <param name="form">The form.</param>
    public static WeightSize Of<T>(ReadOnlySpan<T> weights, int rows, int bits, WeightForm form)
        where T : struct, INumber<T>
    {
        int columns = weights.Length / rows;
        int entries = 0;
        int mostInRow = 0;
        int indexBytes = 0;
        for (int row = 0; row < rows; row++)
        {
            int inRow = CountEntries(weights.Slice(row * columns, columns), form);
            entries += inRow;
            mostInRow = Math.Max(mostInRow, inRow);
            indexBytes += IndexBytesOfRow(form, inRow, columns);
        }

        return new WeightSize(form, entries, Even(entries * (bits / 8)), Even(indexBytes), HasCounts(form) ? Even(rows * CountWidth(mostInRow)) : 0);
    }

    /// <summary>The size in the smallest form.</summary>
    /// <inheritdoc cref="Of"/>
    public static WeightSize Smallest<T>(ReadOnlySpan<T> weights, int rows, int bits)
        where T : struct, INumber<T>
    {
        WeightSize smallest = Of(weights, rows, bits, WeightForm.Dense);
        foreach (WeightForm form in EncodedWeights.SparseForms)
        {
            WeightSize size = Of(weights, rows, bits, form);
            smallest = size.Bytes < smallest.Bytes ? size : smallest;
        }

        return smallest;
    }

    /// <summary>Whether a form tells the number of entries of each row.</summary>
    internal static bool HasCounts(WeightForm form) => form is WeightForm.Gap16 or WeightForm.Gap8 or WeightForm.Gap4;

    /// <summary>Largest gap that one entry can tell.</summary>
    internal static int LargestGap(WeightForm form) => form switch
    {
        WeightForm.Gap16 => ushort.MaxValue,
        WeightForm.Gap8 => byte.MaxValue,
        _ => 15,
    };

    /// <summary>Bytes of one count when this is the largest.</summary>
    internal static int CountWidth(int mostInRow) => mostInRow <= byte.MaxValue ? 1 : 2;

    /// <summary>Bytes of a row's gaps or bits.</summary>
    internal static int IndexBytesOfRow(WeightForm form, int entries, int columns) => form switch
    {
        WeightForm.Gap16 => 2 * entries,
        WeightForm.Gap8 => entries,
        WeightForm.Gap4 => (entries + 1) / 2,
        WeightForm.Bitmap => (columns + 7) / 8,
        _ => 0,
    };

    private static int CountEntries<T>(ReadOnlySpan<T> row, WeightForm form)
        where T : struct, INumber<T>
    {
        if (form is WeightForm.Dense)
        {
            return row.Length;
        }

        int step = form is WeightForm.Bitmap ? int.MaxValue : LargestGap(form) + 1;
        int entries = 0;
        int next = 0;
        for (int column = 0; column < row.Length; column++)
        {
            if (row[column] != T.Zero)
            {
                entries += 1 + ((column - next) / step);
                next = column + 1;
            }
        }

        return entries;
    }

    private static int Even(int bytes) => (bytes + 1) & ~1;
}
