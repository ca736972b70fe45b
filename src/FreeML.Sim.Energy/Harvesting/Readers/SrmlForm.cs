namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// University of Oregon SRML files: tab-separated; the first line has station, year and an element number above every value
/// column; rows have day of the year, hhmm (1 to 2400), then value and flag by turns. Flag 99 means missing.
/// </summary>
internal static class SrmlForm
{
    private const int MissingFlag = 99;

    /// <summary>Tab-separated whole numbers, the second one a year.</summary>
    public static bool Recognizes(IReadOnlyList<string> head)
    {
        if (head.Count < 2)
        {
            return false;
        }

        string[] first = Cells.Split(head[0], '\t');
        return first.Length >= 4 && first.Length % 2 == 0
            && first.Take(4).All(cell => Cells.TryWhole(cell, out _)) && Cells.TryWhole(first[1], out int year) && year is > 1900 and < 2200
            && Cells.Split(head[1], '\t').Length == first.Length;
    }

    /// <summary>Reads the file.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        string[] elements = Cells.Split(lines.Read()!, '\t');
        _ = Cells.TryWhole(elements[1], out int year);
        double newYear = StampScheme.Date(year, 1, 1)!.Value;
        (int Column, string Element)[] irradiances = [.. Enumerable.Range(1, (elements.Length / 2) - 1).Select(n => (2 * n, elements[2 * n])).Where(at => at.Item2.Length == 4 && at.Item2[0] is '1' or '2' or '3')];
        string wanted = options.Column ?? "GHI";
        (int column, string element) = Array.Find(irradiances, at => at.Element == wanted || (at.Element[0] == FirstDigit(wanted)));
        if (element is null)
        {
            throw lines.Error($"no element {TraceFormatException.Quote(wanted)}", "one of " + string.Join(", ", irradiances.Select(at => at.Element)));
        }

        TraceBuilder builder = new(lines.Name, options)
        {
            Form = "SRML table",
            Quantity = TraceQuantity.Irradiance,
            StampsAreDates = true,
            Column = element,
            Columns = [.. irradiances.Select(at => at.Element)],
        };
        builder.Assumptions.Add("1xxx is global, 2xxx direct and 3xxx diffuse irradiance in W/m2, as the network defines them");
        Range[] cells = new Range[elements.Length + 1];
        while (lines.Read() is { } row)
        {
            ReadOnlySpan<char> text = row;
            int count = Cells.Split(text, '\t', cells);
            if (count != elements.Length || !Cells.TryWhole(text[cells[0]], out int day) || day is < 1 or > 366
                || !Cells.TryWhole(text[cells[1]], out int clock) || StampScheme.HoursMinutes(clock) is not { } seconds)
            {
                throw lines.Error(TraceFormatException.Quote(text), $"day of the year, hhmm and {elements.Length - 2} more cells");
            }

            ReadOnlySpan<char> flag = text[cells[column + 1]];
            bool isMissing = Cells.TryWhole(flag, out int number) && number == MissingFlag;
            double value = builder.Value(lines.Line, isMissing ? [] : text[cells[column]]);
            builder.Add(lines.Line, newYear + ((day - 1) * 86400.0) + seconds, value);
        }

        return builder.Finish(lines.Line);
    }

    private static char FirstDigit(string commonName) => commonName.ToUpperInvariant() switch
    {
        "GHI" => '1',
        "DNI" => '2',
        "DHI" => '3',
        _ => ' ',
    };
}
