namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>Rows <c>"month/day/year","h:mm",value</c> without a heading, as the SensEH plug-in has its light recordings.</summary>
internal static class DatedForm
{
    /// <summary>A date, a time and a number.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) =>
        head.Count > 0 && Cells.Split(head[0], ',') is [var date, var time, var value] && StampScheme.DateAndTime(date, time) is not null && Cells.TryNumber(value, out _);

    /// <summary>Reads the rows.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        TraceBuilder builder = new(lines.Name, options) { Form = "dated rows", Quantity = TraceQuantity.Irradiance, Column = "third", StampsAreDates = true, MissingCodes = [-7999, -9999, -9999.9] };
        builder.Assumptions.Add("the form names no unit: values are taken as W/m2");
        Range[] cells = new Range[4];
        while (lines.Read() is { } row)
        {
            ReadOnlySpan<char> text = row;
            if (Cells.Split(text, ',', cells) != 3 || StampScheme.DateAndTime(text[cells[0]], text[cells[1]]) is not { } stamp)
            {
                throw lines.Error(TraceFormatException.Quote(text), "\"month/day/year\",\"h:mm\",value");
            }

            builder.Add(lines.Line, stamp, builder.Value(lines.Line, text[cells[2]]));
        }

        return builder.Finish(lines.Line);
    }
}
