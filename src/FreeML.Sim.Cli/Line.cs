using System.Globalization;

namespace FreeML.Sim.Cli;

/// <summary>Text from outside (names of files, symbols, sections) for a result that has one line for each thing.</summary>
internal static class Line
{
    /// <summary>The text with everything replaced that could end the line or command a terminal.</summary>
    public static string Of(string text) => text.All(IsPlain) ? text : string.Concat(text.Select(c => IsPlain(c) ? c : '?'));

    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
