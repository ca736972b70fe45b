using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>One number a line and nothing else: volts at a fixed step, often with a byte-order mark at the start.</summary>
internal static class BareVoltageForm
{
    /// <summary>A number alone on each of the first lines.</summary>
    public static bool Recognizes(IReadOnlyList<string> head) => head.Count > 0 && head.All(line => Cells.TryNumber(line.AsSpan().Trim().TrimEnd(',').TrimEnd(';'), out _));

    /// <summary>Reads the numbers.</summary>
    public static TraceReadResult Read(LineSource lines, TraceReadOptions options)
    {
        TraceBuilder builder = new(lines.Name, options) { Form = "bare voltages", Quantity = TraceQuantity.Voltage, Column = "voltage", StampsPerSecond = Math.Round(1 / options.StepSeconds, 9) };
        builder.Assumptions.Add(string.Create(CultureInfo.InvariantCulture, $"the form names neither unit nor time: values are taken as volts, {options.StepSeconds} s apart"));
        if (lines.HadByteOrderMark)
        {
            builder.Assumptions.Add("the byte-order mark at the start was left out");
        }

        while (lines.Read() is { } row)
        {
            builder.Add(lines.Line, builder.Count, builder.Value(lines.Line, row.AsSpan().Trim().TrimEnd(',').TrimEnd(';')));
        }

        return builder.Finish(lines.Line);
    }
}
