using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>How a table's columns say when a sample was taken.</summary>
internal abstract class StampScheme
{
    /// <summary>Stamps a second has.</summary>
    public virtual double PerSecond => 1;

    /// <summary>Whether stamps are dates: seconds since year 1.</summary>
    public virtual bool IsDate => true;

    /// <summary>The columns it needs.</summary>
    public abstract IReadOnlyList<int> Columns { get; }

    /// <summary>The stamp of a row.</summary>
    public abstract double Read(LineSource lines, TraceBuilder builder, ReadOnlySpan<char> row, ReadOnlySpan<Range> cells);

    /// <summary>The scheme that fits these headings, or null.</summary>
    public static StampScheme? Of(IReadOnlyList<Heading> headings)
    {
        int Index(params string[] names) => headings.ToList().FindIndex(heading => names.Contains(heading.Name, StringComparer.OrdinalIgnoreCase));

        int time = headings.ToList().FindIndex(heading => heading.Unit is { IsTime: true });
        if (time >= 0)
        {
            return new NumberStamp(time, headings[time].Unit!.PerSi);
        }

        int date = headings.ToList().FindIndex(heading => heading.Text.StartsWith("DATE (MM/DD/YYYY)", StringComparison.OrdinalIgnoreCase));
        if (date >= 0 && date + 1 < headings.Count)
        {
            return new DateStamp(date, date + 1);
        }

        (int year, int day, int clock) = (Index("Year"), Index("DOY"), Index("MST", "PST", "CST", "EST", "LST", "UTC"));
        if (year >= 0 && day >= 0 && clock >= 0)
        {
            return new DayOfYearStamp(year, day, clock);
        }

        int[] calendar = [year, Index("Month"), Index("Day"), Index("Hour"), Index("Minute")];
        return calendar.All(column => column >= 0) ? new CalendarStamp(calendar) : null;
    }

    /// <summary>Seconds of a date since year 1; null for days that do not exist.</summary>
    public static double? Date(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day).DayNumber * 86400.0
            : null;

    /// <summary>Seconds of a clock time written hhmm without leading zeros: 0, 59, 100, 2400.</summary>
    public static double? HoursMinutes(int clock) => clock is >= 0 and <= 2400 && clock % 100 < 60 ? (clock / 100 * 3600.0) + (clock % 100 * 60.0) : null;

    /// <summary>Seconds of a date <c>month/day/year</c> and a time <c>h:mm[:ss]</c> since year 1.</summary>
    public static double? DateAndTime(ReadOnlySpan<char> date, ReadOnlySpan<char> time)
    {
        Span<Range> parts = stackalloc Range[4];
        if (date.Split(parts, '/') != 3
            || !Cells.TryWhole(date[parts[0]], out int month) || !Cells.TryWhole(date[parts[1]], out int day) || !Cells.TryWhole(date[parts[2]], out int year)
            || Date(year, month, day) is not { } midnight)
        {
            return null;
        }

        int count = time.Split(parts, ':');
        int second = 0;
        bool fits = count is 2 or 3
            && Cells.TryWhole(time[parts[0]], out int hour) && hour <= 24
            && Cells.TryWhole(time[parts[1]], out int minute) && minute < 60
            && (count == 2 || (Cells.TryWhole(time[parts[2]], out second) && second < 60));
        return fits ? midnight + (int.Parse(time[parts[0]], CultureInfo.InvariantCulture) * 3600.0) + (int.Parse(time[parts[1]], CultureInfo.InvariantCulture) * 60.0) + second : null;
    }

    private sealed class NumberStamp(int column, double perSecond) : StampScheme
    {
        public override double PerSecond => perSecond;

        public override bool IsDate => false;

        public override IReadOnlyList<int> Columns { get; } = [column];

        public override double Read(LineSource lines, TraceBuilder builder, ReadOnlySpan<char> row, ReadOnlySpan<Range> cells) =>
            builder.Stamp(lines.Line, row[cells[column]]);
    }

    private sealed class DateStamp(int date, int time) : StampScheme
    {
        public override IReadOnlyList<int> Columns { get; } = [date, time];

        public override double Read(LineSource lines, TraceBuilder builder, ReadOnlySpan<char> row, ReadOnlySpan<Range> cells) =>
            DateAndTime(row[cells[date]], row[cells[time]])
            ?? throw lines.Error($"{TraceFormatException.Quote(row[cells[date]])}, {TraceFormatException.Quote(row[cells[time]])}", "a date month/day/year and a time hours:minutes");
    }

    private sealed class DayOfYearStamp(int year, int day, int clock) : StampScheme
    {
        public override IReadOnlyList<int> Columns { get; } = [year, day, clock];

        public override double Read(LineSource lines, TraceBuilder builder, ReadOnlySpan<char> row, ReadOnlySpan<Range> cells)
        {
            ReadOnlySpan<char> y = row[cells[year]];
            ReadOnlySpan<char> d = row[cells[day]];
            ReadOnlySpan<char> c = row[cells[clock]];
            return Cells.TryWhole(y, out int yearNumber) && Date(yearNumber, 1, 1) is { } newYear
                && Cells.TryWhole(d, out int dayNumber) && dayNumber is >= 1 and <= 366
                && Cells.TryWhole(c, out int clockNumber) && HoursMinutes(clockNumber) is { } seconds
                ? newYear + ((dayNumber - 1) * 86400.0) + seconds
                : throw lines.Error($"{TraceFormatException.Quote(y)}, {TraceFormatException.Quote(d)}, {TraceFormatException.Quote(c)}", "a year, a day of the year and a time hhmm");
        }
    }

    private sealed class CalendarStamp(int[] columns) : StampScheme
    {
        public override IReadOnlyList<int> Columns => columns;

        public override double Read(LineSource lines, TraceBuilder builder, ReadOnlySpan<char> row, ReadOnlySpan<Range> cells)
        {
            Span<int> parts = stackalloc int[5];
            bool fits = true;
            for (int n = 0; n < parts.Length; n++)
            {
                fits &= Cells.TryWhole(row[cells[columns[n]]], out parts[n]);
            }

            return fits && parts[3] <= 24 && parts[4] < 60 && Date(parts[0], parts[1], parts[2]) is { } midnight
                ? midnight + (parts[3] * 3600.0) + (parts[4] * 60.0)
                : throw lines.Error(TraceFormatException.Quote(row), "year, month, day, hour and minute");
        }
    }
}
