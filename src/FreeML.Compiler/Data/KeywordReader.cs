using System.Globalization;

namespace FreeML.Compiler.Data;

/// <summary>
/// Keyword features of MLPerf Tiny (v0.7, hls4ml-FINN): <c>y_labels.csv</c> with lines <c>file, classes, class</c>, and a .bin of one record a
/// line: 10 MFCC by 49 frames of signed bytes, one coefficient after the other. The samples here are frames by coefficients, as real values.
/// </summary>
internal static class KeywordReader
{
    private const int Coefficients = 10;
    private const int Frames = 49;
    private const int Record = Coefficients * Frames;

    // What one step of the bytes is worth, zero point 0: from the input quantiser of that entry's network.
    private const float Scale = 0.33674246072769165f;

    /// <summary>Reads features and labels if both are among the files.</summary>
    public static LabelledData? TryRead(DataFile[] files, DataSplit? split, int most)
    {
        DataFile? list = Array.Find(files, file => file.Name == "y_labels.csv");
        DataFile? features = Array.Find(files, file => file.Name.EndsWith(".bin", StringComparison.Ordinal));
        if (list is null || features is null)
        {
            return null;
        }

        (int classes, int[] labels) = ReadLabels(list);
        byte[] bytes = features.ReadAll();
        if (bytes.Length != (long)labels.Length * Record)
        {
            throw features.Error($"{bytes.Length} bytes", $"{labels.Length} records of {Record}, as there are labels");
        }

        return DataSets.Create(features, "keywords (MFCC, int8)", [1, Frames, Coefficients], Math.Min(labels.Length, most), classes, (samples, targets) =>
        {
            labels.AsSpan(0, targets.Length).CopyTo(targets);
            for (int i = 0; i < samples.Length; i++)
            {
                int frame = i % Record / Coefficients;
                int coefficient = i % Coefficients;
                samples[i] = (sbyte)bytes[(i / Record * Record) + (coefficient * Frames) + frame] * Scale;
            }
        });
    }

    private static (int Classes, int[] Labels) ReadLabels(DataFile list)
    {
        const int MostClasses = 1 << 16;
        string[] lines = list.ReadLines();
        int classes = 0;
        int[] labels = new int[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',', StringSplitOptions.TrimEntries);
            if (cells is not [_, var count, var label]
                || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out classes)
                || !int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out labels[i])
                || labels[i] >= classes
                || classes > MostClasses)
            {
                throw list.Error(ModelException.Quote(lines[i].Trim()), "file, number of classes, class from 0", i + 1);
            }
        }

        return (classes, labels);
    }
}
