using System.IO.Compression;
using FreeML.Sim.Energy.Harvesting.Readers;

namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// Reads harvesting traces in the forms the field has, told apart by content, never by name: our own CSV and other tables with
/// units in the heading, Mementos recordings and other stamped or bare voltages, Ekho/SIREN I-V surfaces, measured I-V curves and
/// irradiance of the SIMBA simulator (JSON), single-diode parameters (tables and pickled data frames), and irradiance of NREL MIDC
/// and BMS, NSRDB, SURFRAD, SRML and dated rows. Gzip is transparent. Memory and time are bounded by <see cref="TraceReadOptions"/>.
/// </summary>
public static class TraceReader
{
    private const string Expected = "a harvesting trace in a known form, as CSV with time_s and power_W";

    /// <summary>Reads a file.</summary>
    /// <exception cref="TraceFormatException">The file cannot be read, or is no trace.</exception>
    public static TraceReadResult ReadFile(string path, TraceReadOptions? options = null)
    {
        FileStream file;
        try
        {
            file = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TraceFormatException(path, null, File.Exists(path) || Directory.Exists(path) ? "something that cannot be opened" : "no such file", "a readable trace");
        }

        return Read(file, path, options);
    }

    /// <summary>Reads a stream to its end and closes it.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="source">What to call it in reports and errors.</param>
    /// <param name="options">Choices and limits.</param>
    /// <exception cref="TraceFormatException">It is no trace.</exception>
    public static TraceReadResult Read(Stream stream, string source, TraceReadOptions? options = null)
    {
        options ??= TraceReadOptions.Default;
        if (!(options.StepSeconds > 0 && options.LoadOhms > 0 && double.IsFinite(1 / options.StepSeconds)))
        {
            throw new ArgumentException("step and load must be above 0", nameof(options));
        }

        using PeekStream plain = new(stream, source, options.MaxBytes);
        TraceReadResult read = plain.Head is [0x1F, 0x8B, ..] ? ReadGzip(plain, source, options) : ReadPlain(plain, source, options);
        if (options.Column is { } column && read.Report.Columns.Count == 0 && !column.Equals(read.Report.Column, StringComparison.OrdinalIgnoreCase))
        {
            throw new TraceFormatException(source, null, $"no column {TraceFormatException.Quote(column)}", $"no choice of a column, as this form has one ({read.Report.Column})");
        }

        return read;
    }

    private static TraceReadResult ReadGzip(PeekStream plain, string source, TraceReadOptions options)
    {
        using PeekStream inflated = new(new GZipStream(plain, CompressionMode.Decompress), source, options.MaxBytes) { AtEnd = CheckLength };
        return ReadPlain(inflated, source, options);

        // The decompressor takes the end of the file for the end of the data, so a file cut short would pass for a short one.
        void CheckLength(PeekStream whole)
        {
            if (plain.ReadToLastFour() != (uint)whole.Count)
            {
                throw new TraceFormatException(source, null, "compressed data that is cut short or in several parts", "one whole gzip file");
            }
        }
    }

    private static TraceReadResult ReadPlain(PeekStream stream, string source, TraceReadOptions options)
    {
        ReadOnlySpan<byte> head = stream.Head;
        if (head.IsEmpty)
        {
            throw new TraceFormatException(source, null, "an empty file", Expected);
        }

        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new TraceFormatException(source, 1, "UTF-16 text", "ASCII or UTF-8");
        }

        if (PickledTable.Recognizes(head))
        {
            return SingleDiodeFrameForm.Read(stream.ReadToEnd(options.MaxDocumentBytes), source, options);
        }

        ReadOnlySpan<byte> first = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        if (first.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
        {
            return JsonForms.Read(stream.ReadToEnd(options.MaxDocumentBytes), source, options);
        }

        LineSource lines = new(stream, source, options);
        TextForm? form = TextForm.All.FirstOrDefault(candidate => candidate.Recognizes(lines.Head));
        return form is not null
            ? form.Read(lines, options)
            : throw new TraceFormatException(source, 1, lines.Head.Count == 0 ? "blank lines" : TraceFormatException.Quote(lines.Head[0]), Expected);
    }
}
