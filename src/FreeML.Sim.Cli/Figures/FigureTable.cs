using System.Globalization;
using CsvHelper;

namespace FreeML.Sim.Cli.Figures;

/// <summary>The numbers behind a figure as CSV, one row for each point, bar or band, in base units.</summary>
public static class FigureTable
{
    /// <summary>Columns. <c>x_to</c> ends a step or band, <c>y_to</c> is the upper edge of an area; what a kind has no use for is empty. Panels count from 1.</summary>
    public static IReadOnlyList<string> Header { get; } = ["panel", "quantity", "series", "kind", "x_unit", "x", "x_to", "y_unit", "y", "y_to"];

    /// <summary>Writes the table.</summary>
    public static void Write(Figure figure, TextWriter output)
    {
        using CsvWriter csv = CsvWriter.Create(output, new CsvWriterOptions { NewLine = "\n", FormatProvider = CultureInfo.InvariantCulture }, leaveOpen: true);
        csv.WriteRecord([.. Header]);
        for (int n = 0; n < figure.Panels.Count; n++)
        {
            Panel panel = figure.Panels[n];
            string number = (n + 1).ToString(CultureInfo.InvariantCulture);
            foreach (Series series in panel.Series)
            {
                foreach (DataRow row in series.Rows)
                {
                    csv.WriteRecord(number, panel.Y.Label, series.Label, series.Kind, Unit(figure.X), Place(figure.X, row.X), Text(row.XTo), Unit(panel.Y), Text(row.Y), Text(row.YTo));
                }
            }
        }
    }

    private static string Unit(Axis axis) => axis.Unit.FixedFactor == 1 ? axis.Unit.Symbol : "";

    private static string Place(Axis axis, double x) => axis.Categories.Count > 0 && x >= 0 && x < axis.Categories.Count ? axis.Categories[(int)x] : Text(x);

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
