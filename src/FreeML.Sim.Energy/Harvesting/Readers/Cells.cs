using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>Splitting lines into cells and cells into numbers.</summary>
internal static class Cells
{
    /// <summary>Separates at one character, or at runs of blanks and tabs for ' '. Cells are trimmed and lose their quotes.</summary>
    public static int Split(ReadOnlySpan<char> line, char separator, Span<Range> cells)
    {
        int count = separator == ' '
            ? line.SplitAny(cells, " \t", StringSplitOptions.RemoveEmptyEntries)
            : line.Split(cells, separator);
        for (int n = 0; n < count; n++)
        {
            (int start, int length) = cells[n].GetOffsetAndLength(line.Length);
            int end = start + length;
            while (start < end && IsPadding(line[start]))
            {
                start++;
            }

            while (end > start && IsPadding(line[end - 1]))
            {
                end--;
            }

            cells[n] = start..end;
        }

        return count;
    }

    /// <summary>All cells of a line as text.</summary>
    public static string[] Split(string line, char separator)
    {
        Range[] cells = new Range[line.Length + 1];
        int count = Split(line, separator, cells);
        return [.. cells.Take(count).Select(cell => line[cell])];
    }

    /// <summary>The separator a line of numbers uses: comma, semicolon, tab, else blanks.</summary>
    public static char Separator(string line) =>
        line.Contains(',', StringComparison.Ordinal) ? ',' : line.Contains(';', StringComparison.Ordinal) ? ';' : line.Contains('\t', StringComparison.Ordinal) ? '\t' : ' ';

    /// <summary>A number written with a decimal point, whatever the host's language; NaN and infinities (also as inf) included.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, out double value)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        ReadOnlySpan<char> magnitude = cell.StartsWith('-') || cell.StartsWith('+') ? cell[1..] : cell;
        value = cell.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        return magnitude.Equals("inf", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A whole number of digits only.</summary>
    public static bool TryWhole(ReadOnlySpan<char> cell, out int value) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Whether all cells of a line are numbers, and there are so many.</summary>
    public static bool AreNumbers(string line, char separator, int count)
    {
        string[] cells = Split(line, separator);
        return cells.Length == count && cells.All(cell => TryNumber(cell, out _));
    }

    private static bool IsPadding(char c) => c is '"' || char.IsWhiteSpace(c);
}
