namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// Tables with a heading that names columns and units: our own CSV, NREL's MIDC and BMS files, NSRDB's, logic analysers',
/// single-diode tables, and the tab-separated rows that some put under a heading with commas.
/// </summary>
internal static class TableForm
{
    private static readonly string[] IrradianceNames = ["GHI", "DNI", "DHI"];

    /// <summary>What the radiation networks write in place of a value.</summary>
    private static readonly double[] Missing = [-7999, -6999, -9999, -9999.9, -99999, -99999.9];

    /// <summary>Columns of a table of measured cells, from which the single-diode curve follows.</summary>
    private static readonly string[] CellPoints = ["isc_A", "voc_V", "vmpp_V", "pmpp_W"];

    /// <summary>Which column to take where nothing was chosen: the first for which the earliest rule holds.</summary>
    private static readonly Func<Heading, bool>[] Preferences =
    [
        heading => heading.Unit!.Quantity == TraceQuantity.Power,
        heading => heading.Name.Equals("GHI", StringComparison.OrdinalIgnoreCase),
        heading => IsGlobal(heading) && heading.Name.Contains("platform", StringComparison.OrdinalIgnoreCase),
        IsGlobal,
        _ => true,
    ];

    /// <summary>Any first line with a word in it.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) => head.Count > 0 && head[0].Any(char.IsLetter);

    /// <summary>Reads the table.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        string header = lines.Read()!;
        if (header.StartsWith("Source,Location ID", StringComparison.OrdinalIgnoreCase))
        {
            // NSRDB puts a heading and a row about the site before the table.
            _ = lines.Read();
            header = lines.Read() ?? throw lines.Error("the end of the file", "the heading of a table");
        }

        // Lines with # before the table are comments, but for one that is the heading itself.
        Heading[] headings = Headings(header);
        while (header.StartsWith('#') && StampScheme.Of(headings) is null)
        {
            header = lines.Read() ?? throw lines.Error("the end of the file", "the heading of a table");
            headings = Headings(header);
        }

        (StampScheme scheme, TraceBuilder builder, Selection[] columns, bool areCellPoints) = Plan(lines, options, headings);
        int line = 0;
        (int Line, double Stamp)? open = null;
        double[] values = new double[columns.Length];
        double[] parameters = new double[Trace.SingleDiodeColumns];
        Range[] cells = new Range[headings.Length + 1];
        int needed = Math.Max(scheme.Columns.Max(), columns.Max(column => column.Index)) + 1;
        char? separator = null;
        while (lines.Read() is { } row)
        {
            line = lines.Line;
            separator ??= Cells.Separator(row);
            int count = Cells.Split(row, separator.Value, cells);
            CheckCount(lines, row, cells, count, needed, headings.Length);
            if (scheme.Columns.All(column => row.AsSpan()[cells[column]].IsEmpty))
            {
                builder.Note(TraceFindingKind.RowBeyondEnd, line, "a row without a time");
                continue;
            }

            double stamp = scheme.Read(lines, builder, row, cells);
            if (open is { } before)
            {
                // Only the last row may have no values: it says where the trace ends. This one did not.
                builder.Note(TraceFindingKind.MissingValue, before.Line, "a row without values");
                Array.Fill(values, double.NaN);
                Add(before.Line, before.Stamp);
                open = null;
            }

            if (columns.All(column => row.AsSpan()[cells[column.Index]].IsEmpty))
            {
                open = (line, stamp);
                continue;
            }

            for (int n = 0; n < columns.Length; n++)
            {
                values[n] = builder.Value(line, row.AsSpan()[cells[columns[n].Index]], columns[n].PerSi);
            }

            Add(line, stamp);
        }

        return builder.Finish(lines.Line, open?.Stamp);

        void Add(int at, double stamp)
        {
            if (!areCellPoints)
            {
                builder.Add(at, stamp, values);
                return;
            }

            if (values.Any(double.IsNaN))
            {
                Array.Fill(parameters, double.NaN);
            }
            else if (!SingleDiodeFit.TryFit(values[0], values[1], values[2], values[3], parameters))
            {
                throw lines.Error("four points no single-diode curve passes through", "0 < pmpp < isc x vmpp and vmpp < voc");
            }

            builder.Add(at, stamp, parameters);
        }
    }

    private static Heading[] Headings(string header)
    {
        string text = header.TrimStart('#', ' ');
        return [.. Cells.Split(text, Cells.Separator(text)).Select(Heading.Parse)];
    }

    private static void CheckCount(LineSource lines, string row, Range[] cells, int count, int needed, int headings)
    {
        if (count < needed)
        {
            throw lines.Error($"{count} cells in {TraceFormatException.Quote(row)}", $"{needed} or more, as in the heading");
        }

        if (count > headings && !row.AsSpan()[cells[headings]].IsEmpty)
        {
            throw lines.Error($"more cells than the {headings} of the heading", "one cell for each heading");
        }
    }

    private static (StampScheme Scheme, TraceBuilder Builder, Selection[] Columns, bool AreCellPoints) Plan(LineSource lines, TraceReadOptions options, Heading[] headings)
    {
        if (Array.Find(headings, heading => heading.IsContradictory) is { } contradiction)
        {
            throw lines.Error(TraceFormatException.Quote(contradiction.Text), $"a unit that fits the name, as in time_s, power_W, voltage_V, current_A, irradiance_W_m2");
        }

        Heading[] known = [.. headings.Where(heading => heading.Unit?.Quantity is not null)];
        Heading? unitless = Array.Find(headings, heading => heading.LacksUnit);
        StampScheme scheme = StampScheme.Of(headings)
            ?? throw lines.Error($"no column of times in {TraceFormatException.Quote(string.Join(',', headings.Select(heading => heading.Text)))}", "time_s and a column with its unit, or another known form");

        if (headings.Any(heading => heading.Text.StartsWith(TraceColumns.CurrentAt, StringComparison.Ordinal)))
        {
            return Surface(lines, options, headings, scheme);
        }

        if (TraceColumns.SingleDiode.All(name => headings.Any(heading => heading.Text == name)))
        {
            TraceBuilder builder = new(lines.Name, options) { Form = "single-diode table", Quantity = TraceQuantity.SingleDiode, Column = "single-diode parameters", StampsPerSecond = scheme.PerSecond, StampsAreDates = scheme.IsDate };
            return (scheme, builder, Select(headings, TraceColumns.SingleDiode), false);
        }

        if (options.Column is null && CellPoints.All(name => headings.Any(heading => heading.Text == name)))
        {
            TraceBuilder builder = new(lines.Name, options) { Form = "table of cell points", Quantity = TraceQuantity.SingleDiode, Column = "single-diode parameters", Columns = [.. known.Select(heading => heading.Text)], StampsPerSecond = scheme.PerSecond, StampsAreDates = scheme.IsDate };
            builder.Assumptions.Add("isc, voc, vmpp and pmpp become the single-diode curve through them, without series resistance or shunt");
            return (scheme, builder, Select(headings, CellPoints), true);
        }

        if (known.Length == 0)
        {
            throw lines.Error(
                unitless is null ? "no column with a known unit" : $"{TraceFormatException.Quote(unitless.Text)}, which has no known unit",
                "power_W, voltage_V, current_A, irradiance_W_m2, current_A@<volts>V or single-diode columns");
        }

        Heading chosen = Choose(lines, options, known);
        Unit unit = chosen.Unit!;
        TraceBuilder plain = new(lines.Name, options)
        {
            Form = FormName(headings, scheme),
            Quantity = unit.Quantity!.Value,
            Column = chosen.Text,
            Columns = [.. known.Select(heading => heading.Text)],
            StampsPerSecond = scheme.PerSecond,
            StampsAreDates = scheme.IsDate,
            MissingCodes = unit.Quantity == TraceQuantity.Irradiance ? Missing : [],
        };
        if (lines.HadByteOrderMark)
        {
            plain.Assumptions.Add("the byte-order mark at the start was left out");
        }

        return (scheme, plain, [new Selection(Array.IndexOf(headings, chosen), unit.PerSi)], false);
    }

    private static (StampScheme Scheme, TraceBuilder Builder, Selection[] Columns, bool AreCellPoints) Surface(LineSource lines, TraceReadOptions options, Heading[] headings, StampScheme scheme)
    {
        List<double> axis = [];
        List<Selection> columns = [];
        for (int n = 0; n < headings.Length; n++)
        {
            if (scheme.Columns.Contains(n))
            {
                continue;
            }

            if (!TraceColumns.TryVolts(headings[n].Text, out double volts) || (axis.Count > 0 && volts <= axis[^1]))
            {
                throw lines.Error(TraceFormatException.Quote(headings[n].Text), "current_A@<volts>V with increasing volts");
            }

            axis.Add(volts);
            columns.Add(new Selection(n, 1));
        }

        TraceBuilder builder = new(lines.Name, options) { Form = "I-V surface", Quantity = TraceQuantity.IvSurface, Column = "all curves", Axis = [.. axis], StampsPerSecond = scheme.PerSecond, StampsAreDates = scheme.IsDate };
        return (scheme, builder, [.. columns], false);
    }

    private static Selection[] Select(Heading[] headings, IEnumerable<string> names) =>
        [.. names.Select(name => new Selection(Array.FindIndex(headings, heading => heading.Text == name), 1))];

    private static Heading Choose(LineSource lines, TraceReadOptions options, Heading[] known)
    {
        if (options.Column is not { } wanted)
        {
            return Preferences.Select(rule => Array.Find(known, heading => rule(heading))).First(heading => heading is not null)!;
        }

        return Array.Find(known, heading => heading.Text.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(known, heading => heading.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(known, heading => IsCalled(heading, wanted))
            ?? throw lines.Error($"no column {TraceFormatException.Quote(wanted)}", "one of " + string.Join(", ", known.Select(heading => heading.Text)));
    }

    private static bool IsGlobal(Heading heading) => IsCalled(heading, "GHI");

    private static bool IsCalled(Heading heading, string commonName) =>
        Array.FindIndex(IrradianceNames, name => name.Equals(commonName, StringComparison.OrdinalIgnoreCase)) is >= 0 and int index
        && heading.Name.StartsWith(((string[])["Global", "Direct", "Diffuse"])[index], StringComparison.OrdinalIgnoreCase);

    private static string FormName(Heading[] headings, StampScheme scheme) => headings switch
    {
        _ when headings[0].Text == TraceColumns.Time => "CSV with units",
        _ when headings[0].Text.StartsWith("DATE (", StringComparison.OrdinalIgnoreCase) => "NREL MIDC/BMS table",
        _ when scheme.Columns.Count == 3 => "NREL MIDC raw table",
        _ when scheme.Columns.Count == 5 => "NSRDB table",
        _ when headings.Any(heading => heading.Text.EndsWith("-Analog", StringComparison.Ordinal)) => "logic analyser table",
        _ => "table with units",
    };

    private readonly record struct Selection(int Index, double PerSi);
}
