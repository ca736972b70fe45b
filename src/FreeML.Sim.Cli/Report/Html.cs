using System.Net;

namespace FreeML.Sim.Cli.Report;

/// <summary>Writes a page: whatever a text contains, it stays text.</summary>
internal sealed class Html(TextWriter output)
{
    /// <summary>Writes markup of our own.</summary>
    public void Raw(string markup) => output.Write(markup);

    /// <summary>Writes text.</summary>
    public void Text(string text) => output.Write(WebUtility.HtmlEncode(Figures.TextMetrics.Clean(text)));

    /// <summary>Writes an element that holds text, on a line of its own.</summary>
    public void Element(string name, string text, string? style = null)
    {
        output.Write(style is null ? $"<{name}>" : $"<{name} class=\"{style}\">");
        Text(text);
        output.Write($"</{name}>\n");
    }

    /// <summary>Writes text as it is, lines and all.</summary>
    public void Verbatim(string text)
    {
        output.Write("<pre>");
        foreach (string line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            // Cleaned line by line: indentation is kept, control characters are not.
            int indent = line.Length - line.TrimStart(' ').Length;
            output.Write(new string(' ', indent));
            Text(line);
            output.Write('\n');
        }

        output.Write("</pre>\n");
    }

    /// <summary>Writes a table.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">Cells, as many in each row as columns.</param>
    public void Table(IReadOnlyList<string> header, params IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        output.Write("<div class=\"wide\"><table>\n<thead><tr>");
        for (int n = 0; n < header.Count; n++)
        {
            output.Write(rows.Count > 0 && rows[0][n].IsText ? "<th class=\"text\">" : "<th>");
            Text(header[n]);
            output.Write("</th>");
        }

        output.Write("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<Cell> row in rows)
        {
            output.Write("<tr>");
            foreach (Cell cell in row)
            {
                output.Write(cell.IsText ? "<td class=\"text\">" : cell.IsBreakable ? "<td class=\"words\">" : "<td>");
                output.Write(cell.IsBest ? "<b>" : "");
                Text(cell.Value);
                output.Write(cell.IsBest ? "</b></td>" : "</td>");
            }

            output.Write("</tr>\n");
        }

        output.Write("</tbody></table></div>\n");
    }
}

/// <summary>A cell of a table.</summary>
/// <param name="Value">What it says.</param>
/// <param name="IsText">Whether it is words.</param>
/// <param name="IsBest">Whether it is the best in its column.</param>
internal readonly record struct Cell(string Value, bool IsText = false, bool IsBest = false)
{
    /// <summary>Whether it may go on in the next line.</summary>
    public bool IsBreakable { get; init; }

    /// <summary>Words.</summary>
    public static Cell Words(string value) => new(value, IsText: true);

    /// <summary>A number or what stands for it.</summary>
    public static implicit operator Cell(string value) => new(value);
}
