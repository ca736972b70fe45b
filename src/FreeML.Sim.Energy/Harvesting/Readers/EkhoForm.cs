using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// I-V surfaces as Ekho and SIREN write them: a line with n, a line with the lowest and highest volts, then a line for each curve,
/// its time in seconds and the currents at 2^n + 1 equally spaced volts. A curve holds until its time.
/// </summary>
internal static class EkhoForm
{
    private const int LargestExponent = 12;

    /// <summary>A whole number alone, then two numbers.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) =>
        head.Count >= 3 && Cells.TryWhole(head[0].AsSpan().Trim(), out _) && Cells.AreNumbers(head[1], ',', 2) && head[2].Count(c => c == ',') > 2;

    /// <summary>Reads the surface.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        string first = lines.Read()!.Trim();
        if (!Cells.TryWhole(first, out int exponent) || exponent is < 1 or > LargestExponent)
        {
            throw lines.Error(TraceFormatException.Quote(first), $"n from 1 to {LargestExponent}, for 2^n voltage steps");
        }

        string[] range = Cells.Split(lines.Read()!, ',');
        _ = Cells.TryNumber(range[0], out double lowest) & Cells.TryNumber(range[1], out double highest);
        if (!(highest > lowest))
        {
            throw lines.Error($"volts from {range[0]} to {range[1]}", "a lower and a higher voltage");
        }

        int steps = 1 << exponent;
        TraceBuilder builder = new(lines.Name, options)
        {
            Form = "Ekho/SIREN I-V surface",
            Quantity = TraceQuantity.IvSurface,
            Column = "all curves",
            Axis = [.. Enumerable.Range(0, steps + 1).Select(n => lowest + (n * (highest - lowest) / steps))],
        };
        Range[] cells = new Range[steps + 3];
        double[] currents = new double[steps + 1];
        double largest = 0;
        while (lines.Read() is { } row)
        {
            int count = Cells.Split(row, ',', cells);
            if (count != steps + 2)
            {
                throw lines.Error($"{count - 1} currents", $"{steps + 1}, after n = {exponent}");
            }

            for (int n = 0; n < currents.Length; n++)
            {
                currents[n] = builder.Value(lines.Line, row.AsSpan()[cells[n + 1]]);
                largest = Math.Max(largest, currents[n]);
            }

            builder.Add(lines.Line, builder.Stamp(lines.Line, row.AsSpan()[cells[0]]), currents);
        }

        builder.Assumptions.Add(string.Create(CultureInfo.InvariantCulture, $"the form names no unit: currents are taken as amperes (largest {largest} A)"));
        return builder.Finish(lines.Line);
    }
}
