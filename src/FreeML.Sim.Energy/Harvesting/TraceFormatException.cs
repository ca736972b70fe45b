using System.Diagnostics.CodeAnalysis;
using FreeML.Sim.Shared;

namespace FreeML.Sim.Energy.Harvesting;

/// <summary>
/// A trace that cannot be used. The message is always one short line, <c>source:line: found X, expected Y</c>, whatever
/// the file contained: control and invisible characters are escaped and long quotes are cut.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "An error without its four parts would not be the line promised.")]
public sealed class TraceFormatException : Exception
{
    private const int PartLimit = 200;

    /// <summary>Makes the message from its four parts.</summary>
    /// <param name="source">File or other origin, as the user named it.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing.</param>
    /// <param name="found">What is there.</param>
    /// <param name="expected">What should be there.</param>
    public TraceFormatException(string source, int? line, string found, string expected)
        : base(InputMessage.Compose(source, line, found, expected, PartLimit))
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
    public static string Quote(ReadOnlySpan<char> text) => InputMessage.Quote(text);
}
