using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli;

/// <summary>
/// Reads quantities as people write them on a command line: <c>8MHz</c>, <c>2.4V</c>, <c>100uF</c>, <c>1.5 mW</c>. The unit is required,
/// and capitals matter: a millihertz is no megahertz.
/// </summary>
internal static class Quantity
{
    private const int MaximumLength = 64;

    private static readonly (string Symbol, decimal Factor)[] Prefixes =
    [
        ("", 1m),
        ("p", 1e-12m),
        ("n", 1e-9m),
        ("u", 1e-6m),
        ("\u00B5", 1e-6m),  // µ, on keyboards
        ("\u03BC", 1e-6m),  // μ, the Greek letter
        ("m", 1e-3m),
        ("k", 1e3m),
        ("M", 1e6m),
        ("G", 1e9m),
        ("T", 1e12m),
    ];

    /// <summary>Reads a quantity, in the SI base unit.</summary>
    /// <param name="source">Option or place it comes from, for the message.</param>
    /// <param name="text">The text.</param>
    /// <param name="unit">What it has to be.</param>
    /// <exception cref="InputException">It is not; the message says what was found and shows an example.</exception>
    public static decimal Parse(string source, string text, Unit unit) => TryParse(text, unit, out decimal value, out string? found)
        ? value
        : throw new InputException(source, null, found, $"{unit.Name} such as {unit.Example}");

    /// <summary>Reads a quantity that must lie in a range, bounds included.</summary>
    /// <inheritdoc cref="Parse(string, string, Unit)"/>
    public static decimal Parse(string source, string text, Unit unit, string least, string most)
    {
        decimal value = Parse(source, text, unit);
        return value >= Parse(source, least, unit) && value <= Parse(source, most, unit)
            ? value
            : throw new InputException(source, null, text, $"{unit.Name} from {least} to {most}");
    }

    /// <summary>Reads a quantity; on failure tells what was found instead.</summary>
    public static bool TryParse(string text, Unit unit, out decimal value, [NotNullWhen(false)] out string? found)
    {
        value = 0;
        found = InputException.Quote(text);
        if (text.Length > MaximumLength)
        {
            return false;
        }

        int digits = NumberLength(text);
        if (!decimal.TryParse(
            text.AsSpan(0, digits),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out decimal number))
        {
            return false;
        }

        ReadOnlySpan<char> symbol = text.AsSpan(digits);
        if (symbol.IsEmpty)
        {
            found = $"{text} without a unit";
            return false;
        }

        if (symbol is [' ', not ' ', ..])
        {
            symbol = symbol[1..];
        }

        if (Factor(symbol, unit) is not { } factor)
        {
            return false;
        }

        found = $"{text}, which is out of any range";
        return TryScale(number, factor, out value);
    }

    private static bool TryScale(decimal number, decimal factor, out decimal value)
    {
        try
        {
            value = number * factor;

            // What is too small for 28 decimals must not pass for nothing at all.
            return value != 0 || number == 0;
        }
        catch (OverflowException)
        {
            value = 0;
            return false;
        }
    }

    private static decimal? Factor(ReadOnlySpan<char> symbol, Unit unit)
    {
        if (Prefixed(symbol, unit.Symbol) is { } factor)
        {
            return factor;
        }

        foreach ((string other, decimal size) in unit.Others)
        {
            if ((size == 1 ? Prefixed(symbol, other) : symbol.SequenceEqual(other) ? size : null) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static decimal? Prefixed(ReadOnlySpan<char> symbol, string unit)
    {
        if (symbol.EndsWith(unit, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> rest = symbol[..^unit.Length];
            foreach ((string prefix, decimal factor) in Prefixes)
            {
                if (rest.SequenceEqual(prefix))
                {
                    return factor;
                }
            }
        }

        return null;
    }

    // Sign, digits, point; and an exponent only where digits follow the E.
    private static int NumberLength(string text)
    {
        int length = Digits(text, text is ['+' or '-', ..] ? 1 : 0, allowsPoint: true);
        if (length < text.Length && text[length] is 'e' or 'E')
        {
            int start = length + (length + 1 < text.Length && text[length + 1] is '+' or '-' ? 2 : 1);
            int end = Digits(text, start, allowsPoint: false);
            length = end > start ? end : length;
        }

        return length;
    }

    private static int Digits(string text, int index, bool allowsPoint)
    {
        while (index < text.Length && (char.IsAsciiDigit(text[index]) || (allowsPoint && text[index] == '.')))
        {
            index++;
        }

        return index;
    }
}
