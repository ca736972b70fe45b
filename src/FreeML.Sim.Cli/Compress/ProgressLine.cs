using System.Globalization;
using FreeML.Compiler.Compression;

namespace FreeML.Sim.Cli.Compress;

/// <summary>How compression goes, on standard error while somebody watches: a line for each turn, and one for epochs that overwrites itself.</summary>
internal sealed class ProgressLine(Terminal terminal) : IProgress<CompressionProgress>
{
    private const int BarWidth = 20;

    private int _shown;

    /// <inheritdoc/>
    public void Report(CompressionProgress value)
    {
        if (!terminal.IsWatched)
        {
            return;
        }

        if (value.Epoch is { } epoch)
        {
            int done = (int)(BarWidth * value.Share);
            terminal.Error.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"\r\e[Kturn {value.State.Turn} [{new string('#', done)}{new string('.', BarWidth - done)}] epoch {epoch.Epoch}: loss {epoch.TrainingLoss:0.0000}, accuracy {100 * epoch.ValidationAccuracy:0.00} %"));
            return;
        }

        foreach (CompressionStep step in value.State.Steps.Skip(_shown))
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{Line.Of(step.Layer)}: {step.Change}; {step.Bytes / 1000:0.0} kB{Accuracy(step)}"));
        }

        _shown = value.State.Steps.Length;
    }

    /// <summary>Clears the line.</summary>
    public void End()
    {
        if (terminal.IsWatched)
        {
            terminal.Error.Write("\r\e[K");
        }
    }

    private static string Accuracy(CompressionStep step) => step.Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $", accuracy {100 * accuracy:0.00} %") : "";
}
