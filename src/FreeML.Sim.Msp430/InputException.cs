using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace FreeML.Sim.Msp430;

/// <summary>
/// Something a user handed in cannot be used. The message is always one short line,
/// <c>source:line: found X, expected Y</c>, whatever the input contained: control and invisible characters are
/// escaped and long quotes are cut, so that a hostile file cannot write to the terminal through an error.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "An error without its four parts would not be the line promised.")]
public sealed class InputException : Exception
{
    private const int QuoteLimit = 40;
    private const int PartLimit = 160;

    /// <summary>Makes the message from its four parts.</summary>
    /// <param name="source">File, option or other origin, as the user named it.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing (binary files, options).</param>
    /// <param name="found">What is there; a binary file's offset belongs here.</param>
    /// <param name="expected">What should be there.</param>
    public InputException(string source, int? line, string found, string expected)
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
    public static string Quote(string text) => $"'{Printable(text, QuoteLimit)}'";

    /// <inheritdoc cref="Quote(string)"/>
    internal static string Quote(ReadOnlySpan<byte> text) =>
        // One character more than the limit, in the widest encoding, is enough to know that it is cut.
        Quote(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * (QuoteLimit + 1))]));

    private static string Compose(string source, int? line, string found, string expected)
    {
        string where = line is { } number ? $":{number}" : "";
        return $"{PrintableTail(source)}{where}: found {Printable(found, PartLimit)}, expected {Printable(expected, PartLimit)}";
    }

    /// <summary>A path is known by its end, so a long one loses its beginning.</summary>
    private static string PrintableTail(string text)
    {
        string tail = text.Length <= PartLimit ? text : text[^(PartLimit - 1)..];
        return (tail.Length < text.Length ? "…" : "") + Printable(tail, 6 * PartLimit);
    }

    private static string Printable(string text, int limit)
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
