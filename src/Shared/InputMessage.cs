using System.Globalization;
using System.Text;

namespace FreeML.Sim.Shared;

/// <summary>
/// The one line that is said of anything a user hands in and that cannot be used: <c>source:line: found X, expected Y</c>. Whatever the
/// input contained, it stays one short line: control and invisible characters are escaped and long quotes are cut, so that a hostile file
/// cannot write to the terminal through an error.
/// </summary>
/// <remarks>A source file of several assemblies, which need not know one another to speak alike.</remarks>
internal static class InputMessage
{
    private const int QuoteLimit = 40;

    /// <summary>Makes the line.</summary>
    /// <param name="source">File, option or other origin, as the user named it.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing.</param>
    /// <param name="found">What is there.</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="partLimit">Characters of each part at most.</param>
    /// <param name="column">Column from 1 in that line, or null.</param>
    public static string Compose(string source, int? line, string found, string expected, int partLimit, int? column = null)
    {
        // A path is known by its end, so a long one loses its beginning.
        string origin = source.Length <= partLimit ? source : "…" + source[^(partLimit - 1)..];
        string where = string.Concat(new[] { line, column }.Select(number => number is { } place ? string.Create(CultureInfo.InvariantCulture, $":{place}") : ""));
        return $"{Printable(origin, 6 * partLimit)}{where}: found {Printable(found, partLimit)}, expected {Printable(expected, partLimit)}";
    }

    /// <summary>Input text in single quotes, escaped and cut to a few words.</summary>
    public static string Quote(ReadOnlySpan<char> text) => $"'{Printable(text[..Math.Min(text.Length, QuoteLimit + 2)], QuoteLimit)}'";

    /// <inheritdoc cref="Quote(ReadOnlySpan{char})"/>
    public static string Quote(ReadOnlySpan<byte> text) =>
        // One character more than the limit, in the widest encoding, is enough to know that it is cut.
        Quote(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * (QuoteLimit + 1))]));

    private static string Printable(ReadOnlySpan<char> text, int limit)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            string next = IsPlain(rune) ? rune.ToString() : Escaped(rune);
            if (shown.Length + next.Length > limit)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(next);
        }

        return shown.ToString();
    }

    // Format characters are escaped as well: bidirectional overrides reorder a line.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Escaped(Rune rune) =>
        string.Format(CultureInfo.InvariantCulture, rune.Value < 0x100 ? @"\x{0:X2}" : @"\u{0:X4}", rune.Value);
}
