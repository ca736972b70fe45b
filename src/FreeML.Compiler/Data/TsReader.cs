using System.Globalization;

namespace FreeML.Compiler.Data;

/// <summary>
/// The .ts text of the UEA archive: <c>@</c> lines that describe, then after <c>@data</c> one line a series, its channels separated by colons,
/// the class last. Series are equally long, without missing values or time stamps. A sample is [channels, 1, length].
/// </summary>
internal static class TsReader
{
    private const int MostClasses = 1 << 16;

    /// <summary>Reads the first .ts file.</summary>
    public static LabelledData? TryRead(DataFile[] files, DataSplit? split, int most)
    {
        if (Array.Find(files, file => file.Name.EndsWith(".ts", StringComparison.Ordinal) && file.Head is [(byte)'#' or (byte)'@', ..]) is not { } file)
        {
            return null;
        }

        string[] lines = file.ReadLines();
        (string[] classes, int first) = ReadHeader(file, lines);
        List<float[]> series = [];
        List<int> labels = [];
        int channels = 0;
        for (int i = first; i < lines.Length && labels.Count < most; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] parts = line.Split(':');
            string[][] cells = [.. parts[..^1].Select(channel => channel.Split(','))];
            channels = channels == 0 ? cells.Length : channels;
            int label = Array.IndexOf(classes, parts[^1].Trim());
            if (label < 0 || cells.Length != channels || channels == 0)
            {
                throw file.Error($"{cells.Length} channels of class {ModelException.Quote(parts[^1])}", $"{Math.Max(1, channels)} of one of {classes.Length} classes", i + 1);
            }

            float[] numbers = [.. cells.SelectMany(channel => channel).Select(cell => Parse(file, cell, i + 1))];
            int length = series.Count == 0 ? numbers.Length / channels : series[0].Length / channels;
            if (Array.Find(cells, channel => channel.Length != length) is { } odd)
            {
                throw file.Error($"a channel of {odd.Length} values", $"{length}, as before", i + 1);
            }

            series.Add(numbers);
            labels.Add(label);
        }

        return series.Count == 0
            ? throw file.Error("no series", "lines after @data")
            : DataSets.Create(file, "time series (.ts)", [channels, 1, series[0].Length / channels], series.Count, classes.Length, (samples, targets) =>
            {
                labels.CopyTo(targets);
                for (int i = 0; i < series.Count; i++)
                {
                    series[i].CopyTo(samples, i * series[0].Length);
                }
            });
    }

    private static (string[] Classes, int First) ReadHeader(DataFile file, string[] lines)
    {
        string[] classes = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case [var word, var yes, ..] when Is(word, "@timestamps") && Is(yes, "true"):
                    throw file.Error("time stamps", "@timeStamps false", i + 1);
                case [var word, var yes, .. var names] when Is(word, "@classlabel") && Is(yes, "true"):
                    classes = names.Length <= MostClasses ? names : throw file.Error($"{names.Length} classes", $"at most {MostClasses}", i + 1);
                    break;
                case [var word] when Is(word, "@data"):
                    return classes.Length > 0 ? (classes, i + 1) : throw file.Error("no classes", "@classLabel true and their names", i + 1);
            }
        }

        throw file.Error("no @data", "series");

        static bool Is(string word, string expected) => word.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }

    private static float Parse(DataFile file, string cell, int line) =>
        float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw file.Error($"value {ModelException.Quote(cell)}", "a number", line);
}
