using System.Diagnostics.CodeAnalysis;
using FreeML.Sim.Shared;

namespace FreeML.Compiler;

/// <summary>
/// A network or a data set that cannot be used. The message is always one short line, <c>source: found X, expected Y</c>, whatever the file
/// contained.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "An error without its four parts would not be the line promised.")]
public sealed class ModelException : Exception
{
    private const int PartLimit = 200;

    /// <summary>Makes the message from its parts.</summary>
    /// <param name="source">File or other origin, as the user named it.</param>
    /// <param name="found">What is there, with the node's or array's name, or the offset.</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="line">Line number from 1, or null where lines mean nothing.</param>
    public ModelException(string source, string found, string expected, int? line = null)
        : base(InputMessage.Compose(source, line, found, expected, PartLimit))
    {
        Input = source;
        Found = found;
        Expected = expected;
    }

    /// <summary>The origin as given, unescaped.</summary>
    public string Input { get; }

    /// <summary>What was found, unescaped.</summary>
    public string Found { get; }

    /// <summary>What was expected, unescaped.</summary>
    public string Expected { get; }

    /// <summary>Input text in single quotes, escaped and cut to a few words, for use in <see cref="Found"/>.</summary>
    public static string Quote(ReadOnlySpan<char> text) => InputMessage.Quote(text);
}
