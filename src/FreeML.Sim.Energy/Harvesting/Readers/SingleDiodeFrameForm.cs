namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>Single-diode parameters over time as shepherd's tools keep them: a pickled data frame with columns a (A), b (A), c (1/V) and time (s), meaning <c>i(v) = a - b (exp(c v) - 1)</c>.</summary>
internal static class SingleDiodeFrameForm
{
    /// <summary>Reads the frame.</summary>
    public static TraceReadResult Read(byte[] bytes, string source, TraceReadOptions options)
    {
        PickledTable table = PickledTable.Read(bytes, source);
        double[] Column(string name) => table.Names.ToList().IndexOf(name) is >= 0 and int index
            ? table.Columns[index]
            : throw new TraceFormatException(source, null, $"no column {name} among {TraceFormatException.Quote(string.Join(", ", table.Names))}", "a data frame with columns a, b, c and time");

        (double[] a, double[] b, double[] c, double[] time) = (Column("a"), Column("b"), Column("c"), Column("time"));
        TraceBuilder builder = new(source, options) { Form = "single-diode data frame", Quantity = TraceQuantity.SingleDiode, Column = "a, b, c" };
        builder.Assumptions.Add("the model has neither series resistance nor shunt");
        double[] parameters = new double[Trace.SingleDiodeColumns];
        for (int n = 0; n < time.Length; n++)
        {
            // Rows are numbered from 1, as lines are.
            int row = n + 1;
            if (!double.IsFinite(time[n]))
            {
                throw new TraceFormatException(source, row, "a time that is not a number", "a time in seconds");
            }

            if (double.IsFinite(a[n]) && double.IsFinite(b[n]) && c[n] > 0 && double.IsFinite(1 / c[n]))
            {
                SingleDiodeFit.Put(a[n], b[n], c[n], parameters);
            }
            else
            {
                builder.Note(TraceFindingKind.NotANumber, row, $"a {a[n]}, b {b[n]}, c {c[n]}");
                Array.Fill(parameters, double.NaN);
            }

            builder.Add(row, time[n], parameters);
        }

        return builder.Finish(0);
    }
}
