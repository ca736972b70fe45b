using System.Text;

namespace FreeML.Sim.Cli.Figures;

/// <summary>How much space text takes, near enough to place it: widths of Helvetica, which Arial, Liberation Sans and Nimbus Sans share, with room for what may stand in for them.</summary>
public static class TextMetrics
{
    /// <summary>Millimetres of a typographic point (1/72 in).</summary>
    public const double MmPerPoint = 25.4 / 72;

    /// <summary>Distance of lines, in heights of the font.</summary>
    public const double LineHeight = 1.2;

    /// <summary>DejaVu Sans, and Computer Modern in small sizes, are that much wider.</summary>
    private const double Margin = 1.16;

    private const int OtherWidth = 600;
    private const int FullWidth = 1000;
    private const char Ellipsis = '…';

    /// <summary>Letters of the shortest word that is broken.</summary>
    private const int LeastBroken = 6;

    /// <summary>Widths of the characters from space to tilde, in thousandths of the font's size.</summary>
    private static readonly int[] Widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Width of a line, in millimetres, at a size in points.</summary>
    public static double WidthMm(string text, double points) => text.EnumerateRunes().Sum(WidthOf) * Margin / 1000 * points * MmPerPoint;

    /// <summary>Breaks text between words into lines that fit, or in a word where it is longer than a line, and cuts what does not fit then.</summary>
    /// <param name="text">One line.</param>
    /// <param name="points">Size.</param>
    /// <param name="widthMm">Space for a line.</param>
    /// <param name="most">The most lines.</param>
    public static IReadOnlyList<string> Wrap(string text, double points, double widthMm, int most)
    {
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, points, widthMm)))
        {
            bool fits = lines.Count > 0 && WidthMm($"{lines[^1]} {word}", points) <= widthMm;
            if (fits || lines.Count == most)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return [.. lines.Select(line => Cut(line, points, widthMm))];
    }

    /// <summary>The text, or its beginning and an ellipsis.</summary>
    public static string Cut(string text, double points, double widthMm)
    {
        if (WidthMm(text, points) <= widthMm)
        {
            return text;
        }

        StringBuilder kept = new();
        double left = widthMm - WidthMm(Ellipsis.ToString(), points);
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= WidthMm(rune.ToString(), points);
            if (left < 0)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append(Ellipsis).ToString();
    }

    /// <summary>Text that any writer can take: one line, without control characters, halves of surrogate pairs and marks that turn the direction.</summary>
    public static string Clean(string text)
    {
        StringBuilder clean = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            clean.Append(Rune.GetUnicodeCategory(rune) switch
            {
                System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator => " ",
                System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.OtherNotAssigned or System.Globalization.UnicodeCategory.PrivateUse => "",
                _ => rune.ToString(),
            });
        }

        return clean.ToString().Trim();
    }

    /// <summary>A word, or where it is longer than a line: its parts at a hyphen, or its halves with a hyphen, if they are not.</summary>
    private static string[] Pieces(string word, double points, double widthMm)
    {
        int hyphen = word.IndexOf('-', StringComparison.Ordinal) + 1;
        int half = (word.Length + 1) / 2;
        string[] pieces = hyphen > 1 && hyphen < word.Length ? [word[..hyphen], word[hyphen..]]
            : word.Length >= LeastBroken && word.All(char.IsAsciiLetterOrDigit) ? [word[..half] + "-", word[half..]]
            : [word];
        return WidthMm(word, points) > widthMm && pieces.All(piece => WidthMm(piece, points) <= widthMm) ? pieces : [word];
    }

    private static int WidthOf(Rune rune) => rune.Value switch
    {
        >= ' ' and <= '~' => Widths[rune.Value - ' '],
        '…' => FullWidth,
        >= 0x1100 => FullWidth,
        _ => OtherWidth,
    };
}
