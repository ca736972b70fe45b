using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// A trace that cannot be used. The message is always one short line, <c>source:line: found X, expected Y</c>, whatever
/// the file contained: control and invisible characters are escaped and long quotes are cut.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "An error without its four parts would not be the line promised.")]
public sealed class TraceFormatException : Exception
{
    private const int QuoteLimit = 40;
    private const int PartLimit = 200;

    /// <summary>Makes the message from its four parts.</summary>
    /// <param name="source">File or other origin, as the user named it.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing.</param>
    /// <param name="found">What is there.</param>
    /// <param name="expected">What should be there.</param>
    public TraceFormatException(string source, int? line, string found, string expected)
        : base(Compose(source, line, found, expected))
    {
        Input = source;
        Line = line;
        Found = found;
        Expected = expected;
    }

    /// <summary>The origin as given, unescaped.</summary>
    public string Input { get; }

    /// <summary>Line number from 1, or null.</summary>
    public int? Line { get; }

    /// <summary>What was found, unescaped.</summary>
    public string Found { get; }

    /// <summary>What was expected, unescaped.</summary>
    public string Expected { get; }

    /// <summary>Input text in single quotes, escaped and cut to a few words, for use in <see cref="Found"/>.</summary>
    public static string Quote(ReadOnlySpan<char> text) => $"'{Printable(text[..Math.Min(text.Length, QuoteLimit + 2)], QuoteLimit)}'";

    private static string Compose(string source, int? line, string found, string expected)
    {
        // A path is known by its end, so a long one loses its beginning.
        string origin = source.Length <= PartLimit ? source : "…" + source[^(PartLimit - 1)..];
        string where = line is { } number ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "";
        return $"{Printable(origin, 6 * PartLimit)}{where}: found {Printable(found, PartLimit)}, expected {Printable(expected, PartLimit)}";
    }

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

    /// <summary>Format characters are escaped as well: bidirectional overrides reorder a line.</summary>
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Escaped(Rune rune) =>
        string.Format(CultureInfo.InvariantCulture, rune.Value < 0x100 ? @"\x{0:X2}" : @"\u{0:X4}", rune.Value);
}
