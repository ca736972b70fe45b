using System.Globalization;
using FreeML.Sim.Cli.Powering;

namespace FreeML.Sim.Cli.Exec;

/// <summary>Results as lines: name, stop reason, exit code, instructions, cycles; where it stopped if it should not have.</summary>
internal sealed class ExecText : IResultWriter
{
    private readonly Terminal _terminal;
    private readonly TextWriter _results;
    private readonly int _nameWidth;
    private readonly bool _isOnly;

    /// <summary>A writer for the results of certain images.</summary>
    /// <param name="terminal">Where errors go.</param>
    /// <param name="results">Where results go.</param>
    /// <param name="images">All images, for the width of the first column; notes are shown if there is one only.</param>
    public ExecText(Terminal terminal, TextWriter results, IReadOnlyList<string> images)
    {
        _terminal = terminal;
        _results = results;
        _nameWidth = images.Max(image => image.Length);
        _isOnly = images.Count == 1;
    }

    /// <inheritdoc/>
    public void Write(ExecResult result)
    {
        if (result.Error is { } error)
        {
            // Among several it has its line in its place.
            (_isOnly ? _terminal.Error : _results).WriteLine(error.Message);
            return;
        }

        string name = Line.Of(result.Image).PadRight(_nameWidth);
        string exitCode = result.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-";
        string place = result.Verdict == ExitCode.Done || result.ExitCode is not null ? "" : $"  at 0x{result.Registers[0]:X5}";
        _results.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}  {(result.Divergence is null ? result.StopName : "different"),-10}  {exitCode,3}  {result.Ledger.Instructions,12} instructions  {result.Cycles,12} cycles{Failures(result)}{place}"));
        if (_isOnly)
        {
            if (result.Supply is { } report)
            {
                SupplyResult.WriteText(_results, report);
            }

            foreach (string note in result.Notes)
            {
                _results.WriteLine("  note: " + Line.Of(note));
            }

            result.Divergence?.WriteText(_results);
            if (result.Translation is { } translation)
            {
                _terminal.Output.Write(translation);
            }
        }
    }

    private static string Failures(ExecResult result) =>
        result.Supply is { } report ? string.Create(CultureInfo.InvariantCulture, $"  {report.PowerFailures,6} power failures") : "";

    /// <inheritdoc/>
    public void End() => _results.Flush();
}
