using System.Globalization;
using System.Runtime.InteropServices;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>Collects the samples of a recording, repairs what can be repaired, and keeps the books on it.</summary>
internal sealed class TraceBuilder(string source, TraceReadOptions options)
{
    /// <summary>Stamps beyond this are no times: a trace of thirty thousand years.</summary>
    private const double LargestStamp = 1e15;

    /// <summary>Repairs that a file of any length may need; longer ones may have one in a hundred.</summary>
    private const int ToleratedRepairs = 8;

    private readonly List<double> _times = [];
    private readonly List<double> _values = [];
    private readonly List<int> _lines = [];
    private readonly SortedDictionary<TraceFindingKind, TraceFinding> _findings = [];
    private int _usable;

    /// <summary>Name of the form.</summary>
    public required string Form { get; init; }

    /// <summary>What the numbers are.</summary>
    public required TraceQuantity Quantity { get; init; }

    /// <summary>The column read.</summary>
    public required string Column { get; init; }

    /// <summary>The columns there were to choose from.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Volts of an I-V surface's columns.</summary>
    public double[] Axis { get; init; } = [];

    /// <summary>Stamps are in seconds times this.</summary>
    public double StampsPerSecond { get; init; } = 1;

    /// <summary>Whether stamps count seconds since year 1, as those of <see cref="StampScheme.Date"/> do.</summary>
    public bool StampsAreDates { get; init; }

    /// <summary>Values that stand for "no value".</summary>
    public IReadOnlyList<double> MissingCodes { get; init; } = [];

    /// <summary>What had to be assumed.</summary>
    public List<string> Assumptions { get; } = [];

    /// <summary>Samples so far.</summary>
    public int Count => _times.Count;

    private int Width => Quantity switch
    {
        TraceQuantity.IvSurface => Axis.Length,
        TraceQuantity.SingleDiode => Trace.SingleDiodeColumns,
        _ => 1,
    };

    /// <summary>Notes something found in the file.</summary>
    public void Note(TraceFindingKind kind, int? line, string found, double amount = 0)
    {
        _findings[kind] = _findings.TryGetValue(kind, out TraceFinding? before)
            ? before with { Count = before.Count + 1, Total = before.Total + amount, Extreme = Math.Abs(amount) > Math.Abs(before.Extreme) ? amount : before.Extreme }
            : new TraceFinding(kind, 1, line, found, amount, amount);
    }

    /// <summary>The number in a cell, or NaN where there is none (noted).</summary>
    public double Value(int line, ReadOnlySpan<char> cell, double unitsPerSi = 1)
    {
        if (cell.IsEmpty || cell.Equals("NA", StringComparison.OrdinalIgnoreCase) || cell.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            Note(TraceFindingKind.MissingValue, line, cell.IsEmpty ? "an empty cell" : TraceFormatException.Quote(cell));
            return double.NaN;
        }

        if (!Cells.TryNumber(cell, out double value))
        {
            throw new TraceFormatException(source, line, TraceFormatException.Quote(cell), $"a number for {Column}");
        }

        if (!double.IsFinite(value) || !double.IsFinite(value / unitsPerSi))
        {
            Note(TraceFindingKind.NotANumber, line, TraceFormatException.Quote(cell));
            return double.NaN;
        }

        if (MissingCodes.Contains(value))
        {
            Note(TraceFindingKind.MissingValue, line, $"the code {TraceFormatException.Quote(cell)}");
            return double.NaN;
        }

        return value / unitsPerSi;
    }

    /// <summary>The stamp in a cell.</summary>
    public double Stamp(int line, ReadOnlySpan<char> cell) =>
        Cells.TryNumber(cell, out double stamp) && double.Abs(stamp) <= LargestStamp
            ? stamp
            : throw new TraceFormatException(source, line, TraceFormatException.Quote(cell), "a time");

    /// <summary>Adds a sample of one number; NaN when it is missing.</summary>
    public void Add(int line, double stamp, double value) => Add(line, stamp, [value]);

    /// <summary>Adds a sample; NaN where a number is missing.</summary>
    public void Add(int line, double stamp, ReadOnlySpan<double> values)
    {
        if (_values.Count + values.Length > options.MaxValues)
        {
            throw new TraceFormatException(source, line, string.Create(CultureInfo.InvariantCulture, $"more than {options.MaxValues:N0} values"), "a trace within the size limit");
        }

        for (int n = 0; n < values.Length; n++)
        {
            _values.Add(Repaired(line, values[n]));
        }

        if (Quantity == TraceQuantity.SingleDiode && CollectionsMarshal.AsSpan(_values)[^Width..] is not [>= 0, > 0, >= 0, >= 0, > 0])
        {
            throw new TraceFormatException(source, line, "parameters of no cell", "light current, series and shunt resistance of 0 or more, saturation current and diode voltage above 0");
        }

        _times.Add(stamp);
        _lines.Add(line);
    }

    /// <summary>Makes the trace.</summary>
    /// <param name="lines">Lines the file had, or 0.</param>
    /// <param name="endStamp">Where the last sample ends, if the file says so.</param>
    /// <param name="leastEnd">Where it ends if its usual length would end it before.</param>
    public TraceReadResult Finish(int lines, double? endStamp = null, double? leastEnd = null)
    {
        if (_times.Count == 0)
        {
            throw new TraceFormatException(source, lines == 0 ? null : lines, "no samples", "at least one row of numbers");
        }

        if (_usable == 0)
        {
            throw new TraceFormatException(source, lines == 0 ? null : lines, $"no usable value in {Column}", "at least one finite number");
        }

        double origin = _times[0];
        if (origin != 0)
        {
            Assumptions.Add($"the first stamp, {Origin(origin)}, becomes time 0");
        }

        double[] times = [.. _times.Select(stamp => (stamp - origin) / StampsPerSecond)];
        double[] values = [.. _values];
        int count = RepairTimes(times, values);
        Array.Resize(ref times, count);
        Array.Resize(ref values, count * Width);
        double shift = times[0];
        for (int n = 0; n < times.Length && shift != 0; n++)
        {
            times[n] -= shift;
        }

        double step = MedianStep(times);
        (times, values) = FillGaps(times, values, step);
        double duration = endStamp is { } end ? FromStart(end) : times[^1] + step;
        duration = leastEnd is { } least ? Math.Max(duration, FromStart(least)) : duration;
        if (!(duration > times[^1]))
        {
            throw new TraceFormatException(source, lines == 0 ? null : lines, endStamp is null ? "one sample without an end" : "an end that is not after the last sample", "a later time, which says how long the last sample holds");
        }

        try
        {
            Trace trace = new(NameOf(source), Quantity, times, duration, values, Axis);
            return new TraceReadResult(trace, new TraceReport(source, Form, Column, Columns, lines, step > 0 ? step : duration, Assumptions, [.. _findings.Values]));
        }
        catch (ArgumentException error)
        {
            throw new TraceFormatException(source, null, error.Message, "samples in order of time");
        }

        double FromStart(double stamp) => ((stamp - origin) / StampsPerSecond) - shift;
    }

    /// <summary>Voltages may alternate, and a dark cell takes current beyond its open-circuit voltage; the rest is noise around 0.</summary>
    private bool NeverNegative => Quantity is TraceQuantity.Power or TraceQuantity.Irradiance or TraceQuantity.Current;

    private static string NameOf(string source)
    {
        string name = Path.GetFileName(source.Replace('\\', '/'));
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name) is { Length: > 0 } stem ? stem : "trace";
    }

    private string Origin(double stamp) => StampsAreDates && stamp < DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond
        ? new DateTime((long)stamp * TimeSpan.TicksPerSecond).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : Seconds(stamp / StampsPerSecond);

    private double Repaired(int line, double value)
    {
        if (double.IsNaN(value))
        {
            return _times.Count == 0 ? 0 : _values[^Width];
        }

        _usable++;
        if (value < 0 && NeverNegative && options.Negatives == TraceNegativePolicy.SetToZero)
        {
            Note(TraceFindingKind.NegativeValue, line, string.Create(CultureInfo.InvariantCulture, $"{value}"), value);
            return 0;
        }

        return value;
    }

    /// <summary>
    /// Makes the times increase, in place; returns how many samples remain. A single bad stamp between good neighbours is put
    /// between them; of equal stamps the later sample counts. Anything worse is a clock nobody can guess.
    /// </summary>
    private int RepairTimes(double[] times, double[] values)
    {
        int last = 0;
        int repairs = 0;
        int tolerated = Math.Max(ToleratedRepairs, times.Length / 100);
        for (int n = 1; n < times.Length; n++)
        {
            int line = _lines[n];
            if (times[n] == times[last])
            {
                Note(TraceFindingKind.DuplicateStamp, line, Seconds(times[n]));
                Copy(n, last);
                continue;
            }

            if (times[n] < times[last])
            {
                double? next = n + 1 < times.Length ? times[n + 1] : null;
                bool earlierIsTooHigh = (last == 0 || times[n] > times[last - 1]) && next > times[n] && next <= times[last];
                bool thisIsTooLow = next is null ? last > 0 : next > times[last];
                if (++repairs > tolerated || !(earlierIsTooHigh || thisIsTooLow))
                {
                    throw new TraceFormatException(source, line, $"a stamp running backwards, {Seconds(times[n])} after {Seconds(times[last])}", "times that increase, but for single bad stamps");
                }

                double wrong = earlierIsTooHigh ? times[last] : times[n];
                double right;
                if (earlierIsTooHigh)
                {
                    right = times[last] = last == 0 ? times[n] - (next!.Value - times[n]) : Middle(times[last - 1], times[n]);
                }
                else
                {
                    right = times[n] = next is { } following ? Middle(times[last], following) : times[last] + (times[last] - times[last - 1]);
                }

                Note(TraceFindingKind.BackwardStamp, earlierIsTooHigh ? _lines[n - 1] : line, $"{Seconds(wrong)} moved to {Seconds(right)}", right - wrong);
            }

            Copy(n, ++last);
        }

        return last + 1;

        void Copy(int from, int to)
        {
            times[to] = times[from];
            _lines[to] = _lines[from];
            Array.Copy(values, from * Width, values, to * Width, Width);
        }
    }

    private (double[] Times, double[] Values) FillGaps(double[] times, double[] values, double step)
    {
        List<int> gaps = [];
        for (int n = 1; n < times.Length; n++)
        {
            double missing = times[n] - times[n - 1] - step;
            if (missing > 0.5 * step)
            {
                gaps.Add(n);
                Note(TraceFindingKind.Gap, _lines[n], $"{Seconds(times[n] - times[n - 1])} instead of {Seconds(step)}", missing);
            }
        }

        if (gaps.Count == 0)
        {
            return (times, values);
        }

        if (options.Gaps == TraceGapPolicy.Hold)
        {
            Assumptions.Add("in gaps the last sample holds on");
            return (times, values);
        }

        Assumptions.Add("in gaps nothing is harvested");
        List<double> filledTimes = [];
        List<double> filledValues = [];
        int from = 0;
        foreach (int n in gaps.Append(times.Length))
        {
            filledTimes.AddRange(times.AsSpan(from..n));
            filledValues.AddRange(values.AsSpan((from * Width)..(n * Width)));
            from = n;
            if (n < times.Length)
            {
                // A cell in the dark is a cell without light current; its other parameters stay.
                double[] nothing = values[((n - 1) * Width)..(n * Width)];
                Array.Clear(nothing, 0, Quantity == TraceQuantity.SingleDiode ? 1 : Width);
                filledTimes.Add(times[n - 1] + step);
                filledValues.AddRange(nothing);
            }
        }

        return ([.. filledTimes], [.. filledValues]);
    }

    private static double MedianStep(double[] times)
    {
        if (times.Length < 2)
        {
            return 0;
        }

        double[] steps = new double[times.Length - 1];
        for (int n = 0; n < steps.Length; n++)
        {
            steps[n] = times[n + 1] - times[n];
        }

        Array.Sort(steps);
        return steps[steps.Length / 2];
    }

    private static double Middle(double a, double b) => a + ((b - a) / 2);

    private static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value} s");
}
