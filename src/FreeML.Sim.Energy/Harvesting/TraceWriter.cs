using System.Globalization;
using FreeML.Sim.Energy.Harvesting.Readers;

namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// Writes a trace as CSV: a heading with units, a row for each sample, and a last row with the end time and no values. Numbers are
/// the shortest that read back as the same double, with a decimal point; lines end in LF.
/// </summary>
public static class TraceWriter
{
    /// <summary>Writes a file, replacing one that is there.</summary>
    public static void WriteFile(Trace trace, string path)
    {
        using StreamWriter writer = new(path);
        Write(trace, writer);
    }

    /// <summary>The trace as text.</summary>
    public static string ToText(Trace trace)
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        Write(trace, writer);
        return writer.ToString();
    }

    /// <summary>Writes to an open writer.</summary>
    public static void Write(Trace trace, TextWriter writer)
    {
        string[] columns = [.. TraceColumns.Of(trace)];
        writer.Write(TraceColumns.Time);
        foreach (string column in columns)
        {
            writer.Write(',');
            writer.Write(column);
        }

        writer.Write('\n');
        for (int n = 0; n < trace.Times.Count; n++)
        {
            writer.Write(Text(trace.Times[n]));
            for (int column = 0; column < columns.Length; column++)
            {
                writer.Write(',');
                writer.Write(Text(trace.Values[(n * columns.Length) + column]));
            }

            writer.Write('\n');
        }

        writer.Write(Text(trace.DurationSeconds));
        for (int column = 0; column < columns.Length; column++)
        {
            writer.Write(',');
        }

        writer.Write('\n');
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
