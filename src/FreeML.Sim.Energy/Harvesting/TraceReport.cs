using System.Globalization;

namespace FreeML.Sim.Energy.Harvesting;

/// <summary>What was wrong with samples of a trace, and what was done about it.</summary>
public enum TraceFindingKind
{
    /// <summary>A step longer than one and a half times the usual one. Filled as <see cref="TraceReadOptions.Gaps"/> says. Amount: missing seconds.</summary>
    Gap,

    /// <summary>A stamp that runs backwards, or is too high so that the next ones would; put midway between its neighbours. Amount: seconds it was moved.</summary>
    BackwardStamp,

    /// <summary>A stamp equal to the one before; the later sample counts, the earlier one is dropped.</summary>
    DuplicateStamp,

    /// <summary>A blank, or one of the form's codes for "no value"; the sample before it holds on (0 at the start).</summary>
    MissingValue,

    /// <summary>Not a number, or infinite; the sample before it holds on (0 at the start).</summary>
    NotANumber,

    /// <summary>A negative value where the quantity has none (thermal offset of a pyranometer at night); set to 0. Amount: the value.</summary>
    NegativeValue,

    /// <summary>The file itself marks the value as doubtful; it is used as it is.</summary>
    FlaggedValue,

    /// <summary>A current at 0 V that was not measured; extrapolated. Amount: amperes.</summary>
    Extrapolated,

    /// <summary>Rows after the end of the chosen column; left out.</summary>
    RowBeyondEnd,
}

/// <summary>All findings of one kind: how many, where the first one is, how large.</summary>
/// <param name="Kind">What was wrong.</param>
/// <param name="Count">How many times.</param>
/// <param name="FirstLine">Line of the first one, from 1; null where lines mean nothing.</param>
/// <param name="FirstFound">The first one in words.</param>
/// <param name="Total">Sum of the amounts, in the unit the kind states; 0 for kinds without.</param>
/// <param name="Extreme">The amount of largest magnitude.</param>
public sealed record TraceFinding(TraceFindingKind Kind, int Count, int? FirstLine, string FirstFound, double Total, double Extreme);

/// <summary>How a trace was read: which form, which column, what was assumed, and everything that was repaired.</summary>
/// <param name="Source">The file as the user named it.</param>
/// <param name="Form">Name of the form detected.</param>
/// <param name="Column">The column read, as the file calls it.</param>
/// <param name="Columns">All columns that could have been chosen; empty where the form has only one.</param>
/// <param name="Lines">Lines read, or 0 where lines mean nothing.</param>
/// <param name="StepSeconds">The usual (median) step between samples, in seconds.</param>
/// <param name="Assumptions">What the file does not say and was assumed, and conversions made.</param>
/// <param name="Findings">Gaps and repairs, in the order of <see cref="TraceFindingKind"/>.</param>
public sealed record TraceReport(
    string Source,
    string Form,
    string Column,
    IReadOnlyList<string> Columns,
    int Lines,
    double StepSeconds,
    IReadOnlyList<string> Assumptions,
    IReadOnlyList<TraceFinding> Findings)
{
    private static readonly Dictionary<TraceFindingKind, (string What, string? Done)> Words = new()
    {
        [TraceFindingKind.Gap] = ("gaps", null),
        [TraceFindingKind.BackwardStamp] = ("stamps out of order", "put between their neighbours"),
        [TraceFindingKind.DuplicateStamp] = ("duplicate stamps", "the later sample counts"),
        [TraceFindingKind.MissingValue] = ("missing values", "the value before holds on"),
        [TraceFindingKind.NotANumber] = ("values that are not finite numbers", "the value before holds on"),
        [TraceFindingKind.NegativeValue] = ("negative values", "set to 0"),
        [TraceFindingKind.FlaggedValue] = ("values the file marks as doubtful", "used as they are"),
        [TraceFindingKind.Extrapolated] = ("currents at 0 V not measured", "extrapolated"),
        [TraceFindingKind.RowBeyondEnd] = ("rows after the end of the column", "left out"),
    };

    /// <summary>The finding of a kind, or null when there was none.</summary>
    public TraceFinding? this[TraceFindingKind kind] => Findings.FirstOrDefault(finding => finding.Kind == kind);

    /// <summary>The report as lines of text: the form, the assumptions, then one line <c>source:line: …</c> for each kind of finding.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"{Source}: {Form}, column {Column}" + (Columns.Count > 1 ? $" (of {string.Join(", ", Columns)})" : "");
        foreach (string assumption in Assumptions)
        {
            yield return $"{Source}: {assumption}";
        }

        foreach (TraceFinding finding in Findings)
        {
            (string what, string? done) = Words[finding.Kind];
            string where = finding.FirstLine is { } line ? string.Create(CultureInfo.InvariantCulture, $":{line}") : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{Source}{where}: {finding.Count} {what}{(done is null ? "" : ", " + done)}; the first: {finding.FirstFound}");
        }
    }
}

/// <summary>A trace and how it was read.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="Report">Form, column, assumptions, gaps and repairs.</param>
public sealed record TraceReadResult(Trace Trace, TraceReport Report);
