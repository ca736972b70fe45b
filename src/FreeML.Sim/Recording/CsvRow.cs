using System.Globalization;
using CsvHelper;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>A row of a CSV file that may come from elsewhere; its fields are taken by position among the columns asked for, and checked.</summary>
public readonly struct CsvRow
{
    /// <summary>No time, voltage or count is larger, in base units; arithmetic with it stays finite.</summary>
    public const double Largest = 1e18;

    /// <summary>Longest row that is read; ten numbers have less than 300 characters.</summary>
    private const int RowLimitBytes = 1 << 12;

    private readonly string _path;
    private readonly int _line;
    private readonly string[] _values;
    private readonly IReadOnlyList<string> _columns;

    private CsvRow(string path, int line, string[] values, IReadOnlyList<string> columns) => (_path, _line, _values, _columns) = (path, line, values, columns);

    /// <summary>Reads a file, as it is gone through; memory does not grow with its size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Names of the columns, which the header must have.</param>
    /// <param name="hasOthers">Whether there may be other columns, and any order; the rows then have those asked for.</param>
    /// <exception cref="InputException">It is not there, has another header, or a row that does not fit it.</exception>
    public static IEnumerable<CsvRow> Read(string path, IReadOnlyList<string> columns, bool hasOthers = false)
    {
        CsvReaderOptions options = new()
        {
            Separator = ',', HasHeader = false, MaxRecordSize = RowLimitBytes, TrackLineNumbers = true, AllowLineBreaksInQuotes = false, FormatProvider = CultureInfo.InvariantCulture,
        };
        using CsvReader reader = Reading(path, () => CsvReader.FromFile(path, options));
        (int[] Places, int Width)? header = null;
        while (Reading(path, reader.Read))
        {
            string[] fields = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            int line = (int)Math.Min(reader.LineNumber, int.MaxValue);
            if (header is not { } known)
            {
                header = (PlacesOf(path, line, fields, columns, hasOthers), fields.Length);
            }
            else if (fields.Length != known.Width)
            {
                throw new InputException(path, line, $"{fields.Length} fields", $"{known.Width}");
            }
            else
            {
                yield return new CsvRow(path, line, [.. known.Places.Select(place => fields[place])], columns);
            }
        }

        if (header is null)
        {
            throw new InputException(path, null, "nothing", $"the header {string.Join(',', columns)}");
        }
    }

    /// <summary>The field as it is.</summary>
    public string Text(int column) => _values[column];

    /// <summary>Whether nothing is there.</summary>
    public bool IsEmpty(int column) => _values[column].Length == 0;

    /// <summary>A number of a size that can be.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public double Number(int column) =>
        !double.TryParse(_values[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) ? throw Wrong(column, "a finite number")
        : Math.Abs(value) <= Largest ? value
        : throw Wrong(column, string.Create(CultureInfo.InvariantCulture, $"at most {Largest:0e0}"));

    /// <summary>A time that is not before the last one.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public double Time(int column, ref double last)
    {
        double value = Number(column);
        return last = value >= last ? value : throw Wrong(column, $"at least {RunFiles.Number(last)}");
    }

    /// <summary>1 or 0.</summary>
    /// <exception cref="InputException">It is neither.</exception>
    public bool Flag(int column) => _values[column] switch
    {
        "0" => false,
        "1" => true,
        _ => throw Wrong(column, "0 or 1"),
    };

    /// <summary>An address as <see cref="RunFiles.Address"/> writes it.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public uint Address(int column) =>
        IsEmpty(column) ? 0
        : _values[column].StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(_values[column].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) ? value
        : throw Wrong(column, "an address such as 0x0440C");

    /// <summary>What is said of a field that is not as it should be.</summary>
    public InputException Wrong(int column, string expected) => new(_path, _line, $"{_columns[column]} {InputException.Quote(_values[column])}", expected);

    private static int[] PlacesOf(string path, int line, string[] fields, IReadOnlyList<string> columns, bool hasOthers)
    {
        int[] places = [.. columns.Select(name => Array.IndexOf(fields, name))];
        if (hasOthers ? places.Contains(-1) : !fields.SequenceEqual(columns))
        {
            throw new InputException(path, line, InputException.Quote(string.Join(',', fields)), $"the header {string.Join(',', columns)}");
        }

        return places;
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, "a file of a recorded run");
        }
        catch (CsvFormatException problem)
        {
            int? line = problem.LineNumber is > 0 and <= int.MaxValue ? (int)problem.LineNumber : null;
            throw new InputException(path, line, $"broken quotes, or a row of more than {RowLimitBytes} bytes", "a row of numbers");
        }
    }
}
