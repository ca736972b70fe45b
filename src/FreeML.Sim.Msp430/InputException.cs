using System.Diagnostics.CodeAnalysis;
using FreeML.Sim.Shared;

namespace FreeML.Sim.Msp430;

/// <summary>
/// Something a user handed in cannot be used. The message is always one short line,
/// <c>source:line: found X, expected Y</c>, whatever the input contained: control and invisible characters are
/// escaped and long quotes are cut, so that a hostile file cannot write to the terminal through an error.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "An error without its four parts would not be the line promised.")]
public sealed class InputException : Exception
{
    private const int PartLimit = 160;

    /// <summary>Makes the message from its four parts.</summary>
    /// <param name="source">File, option or other origin, as the user named it.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing (binary files, options).</param>
    /// <param name="found">What is there; a binary file's offset belongs here.</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="column">Column from 1 in that line, or null where it would not help.</param>
    public InputException(string source, int? line, string found, string expected, int? column = null)
        : base(InputMessage.Compose(source, line, found, expected, PartLimit, column))
    {
        Input = source;
        Line = line;
        Column = column;
        Found = found;
        Expected = expected;
    }

    /// <summary>The origin as given, unescaped.</summary>
    public string Input { get; }

    /// <summary>Line number from 1, or null.</summary>
    public int? Line { get; }

    /// <summary>Column from 1, or null.</summary>
    public int? Column { get; }

    /// <summary>What was found, unescaped.</summary>
    public string Found { get; }

    /// <summary>What was expected, unescaped.</summary>
    public string Expected { get; }

    /// <summary>Input text in single quotes, escaped and cut to a few words, for use in <see cref="Found"/>.</summary>
    public static string Quote(string text) => InputMessage.Quote(text);

    /// <inheritdoc cref="Quote(string)"/>
    internal static string Quote(ReadOnlySpan<byte> text) => InputMessage.Quote(text);
}
