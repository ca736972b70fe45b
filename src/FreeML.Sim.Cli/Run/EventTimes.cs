using System.Collections.Immutable;
using System.Globalization;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Run;

/// <summary>A table of the times at which samples come: a heading <c>time_s</c>, then a time a row, ascending. More columns are let be.</summary>
internal static class EventTimes
{
    private const string Header = "time_s";
    private const double LatestSeconds = 9e6;
    private const int RowLimit = 1_000_000;
    private const int LongestRow = 1 << 12;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is no such table.</exception>
    public static ImmutableArray<double> Read(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return Read(path, reader);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, $"a table with the column {Header}");
        }
    }

    private static ImmutableArray<double> Read(string path, StreamReader reader)
    {
        ImmutableArray<double>.Builder times = ImmutableArray.CreateBuilder<double>();
        bool hasHeader = false;
        int line = 0;
        while (reader.ReadLine() is { } row)
        {
            line++;
            if (row.Length > LongestRow)
            {
                throw new InputException(path, line, $"a row of {row.Length} characters", "a time");
            }

            string cell = row.Split(',', 2)[0].Trim();
            if (cell.Length == 0 || cell[0] == '#')
            {
                continue;
            }

            if (!hasHeader)
            {
                hasHeader = cell == Header ? true : throw new InputException(path, line, InputException.Quote(cell), $"the heading {Header}");
                continue;
            }

            double last = times.Count == 0 ? 0 : times[^1];
            times.Add(double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds >= last && seconds <= LatestSeconds && times.Count < RowLimit
                ? seconds
                : throw new InputException(path, line, InputException.Quote(cell), string.Create(CultureInfo.InvariantCulture, $"a time from {last} to {LatestSeconds} s, in one of at most {RowLimit} rows")));
        }

        return times.Count > 0 ? times.ToImmutable() : throw new InputException(path, Math.Max(line, 1), "no times", $"the heading {Header} and at least one time");
    }
}
