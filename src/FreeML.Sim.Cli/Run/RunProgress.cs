using System.Diagnostics;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Cli.Run;

/// <summary>How far a scenario is, on standard error while somebody watches: one line that overwrites itself.</summary>
/// <param name="terminal">Where.</param>
/// <param name="variants">What is run.</param>
internal sealed class RunProgress(Terminal terminal, Variant[] variants)
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(0.2);

    private readonly int[] _answers = new int[variants.Length];
    private readonly bool[] _done = new bool[variants.Length];
    private readonly Lock _lock = new();
    private long _shown;

    /// <summary>A variant has given so many answers.</summary>
    public void Show(int variant, int answers)
    {
        if (!terminal.IsWatched)
        {
            return;
        }

        lock (_lock)
        {
            _answers[variant] = answers;
            if (Stopwatch.GetElapsedTime(_shown) < Often)
            {
                return;
            }

            _shown = Stopwatch.GetTimestamp();
            IEnumerable<string> running = variants.Select((one, n) => (one.Name, n)).Where(row => !_done[row.n] && _answers[row.n] > 0).Select(row => $"{row.Name} {_answers[row.n]}{(variants[row.n].Inferences is { } all ? $" of {all}" : "")}");
            terminal.Error.Write($"\r\e[K{_done.Count(done => done)} of {variants.Length} variants; {string.Join(", ", running)}");
        }
    }

    /// <summary>A variant is done.</summary>
    public void Done(int variant)
    {
        lock (_lock)
        {
            _done[variant] = true;
        }
    }

    /// <summary>Clears the line.</summary>
    public void End()
    {
        if (terminal.IsWatched)
        {
            terminal.Error.Write("\r\e[K");
        }
    }
}
