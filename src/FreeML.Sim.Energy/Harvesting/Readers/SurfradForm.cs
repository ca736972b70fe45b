namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// NOAA SURFRAD files: a line with the station, one with latitude, longitude and elevation, then blank-separated rows: year,
/// day of the year, month, day, hour, minute (UTC), decimal hour, zenith angle, and value and flag by turns. -9999.9 is missing.
/// </summary>
internal static class SurfradForm
{
    private const int Cell = 48;

    private static readonly (string Name, int Column)[] Values = [("GHI", 8), ("upwelling", 10), ("DNI", 12), ("DHI", 14)];

    /// <summary>The third line is a row of 48 numbers.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) =>
        head.Count >= 3 && head[0].Any(char.IsLetter) && Cells.AreNumbers(head[2], ' ', Cell);

    /// <summary>Reads the file.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        _ = lines.Read();
        _ = lines.Read();
        string wanted = options.Column ?? "GHI";
        (string name, int column) = Array.Find(Values, value => value.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (name is null)
        {
            throw lines.Error($"no column {TraceFormatException.Quote(wanted)}", "one of " + string.Join(", ", Values.Select(value => value.Name)));
        }

        TraceBuilder builder = new(lines.Name, options)
        {
            Form = "SURFRAD table",
            Quantity = TraceQuantity.Irradiance,
            StampsAreDates = true,
            Column = name,
            Columns = [.. Values.Select(value => value.Name)],
            MissingCodes = [-9999.9],
        };
        Range[] cells = new Range[Cell + 1];
        Span<int> date = stackalloc int[6];
        while (lines.Read() is { } row)
        {
            ReadOnlySpan<char> text = row;
            int count = Cells.Split(text, ' ', cells);
            bool fits = count == Cell;
            for (int n = 0; n < date.Length && fits; n++)
            {
                fits = Cells.TryWhole(text[cells[n]], out date[n]);
            }

            if (!fits || date[4] > 24 || date[5] > 59 || StampScheme.Date(date[0], date[2], date[3]) is not { } midnight)
            {
                throw lines.Error(TraceFormatException.Quote(text.Trim()), $"{Cell} numbers, the first six a date");
            }

            double value = builder.Value(lines.Line, text[cells[column]]);
            if (!double.IsNaN(value) && text[cells[column + 1]] is not "0")
            {
                builder.Note(TraceFindingKind.FlaggedValue, lines.Line, $"flag {TraceFormatException.Quote(text[cells[column + 1]])}");
            }

            builder.Add(lines.Line, midnight + (date[4] * 3600.0) + (date[5] * 60.0), value);
        }

        return builder.Finish(lines.Line);
    }
}
