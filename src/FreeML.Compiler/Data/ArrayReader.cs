using FreeML.Compiler.Models;

namespace FreeML.Compiler.Data;

/// <summary>
/// NumPy arrays, in one .npz or in .npy files side by side: samples are the array of two axes or more, labels the array of one axis with as many
/// whole numbers. Arrays may name their part (<c>x_train</c>). Without labels all samples are of class 0, which is enough to calibrate with.
/// </summary>
internal static class ArrayReader
{
    private const int MostClasses = 1 << 16;
    private const int MostColours = 4;

    /// <summary>Reads samples and labels from the first .npz, or from the .npy files.</summary>
    public static LabelledData? TryRead(DataFile[] files, DataSplit? split, int most)
    {
        DataFile? zip = Array.Find(files, file => file.Head is [(byte)'P', (byte)'K', 3, 4, ..] && file.Name.EndsWith(".npz", StringComparison.Ordinal));
        DataFile[] single = [.. files.Where(file => file.Head is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..])];
        DataFile? file = zip ?? single.FirstOrDefault();
        if (file is null)
        {
            return null;
        }

        IReadOnlyDictionary<string, NpyArray> arrays = zip is null
            ? single.ToDictionary(one => one.Name, one => NpyFormat.Read(new MemoryStream(one.ReadAll()), one.Path), StringComparer.Ordinal)
            : NpyFormat.ReadZip(new MemoryStream(zip.ReadAll()), zip.Path);

        // In one zip names can tell the parts; files were chosen by theirs already.
        if (zip is not null && zip.Split is null && arrays.Keys.Any(name => DataFile.SplitOf(name) is not null))
        {
            arrays = arrays.Where(array => DataFile.SplitOf(array.Key) == split).ToDictionary(StringComparer.Ordinal);
        }
        else if (file.Split is null && split is DataSplit.Training)
        {
            return null;
        }

        return arrays.Count == 0 ? null : Read(file, arrays, most);
    }

    private static LabelledData Read(DataFile file, IReadOnlyDictionary<string, NpyArray> arrays, int most)
    {
        KeyValuePair<string, NpyArray>[] candidates = [.. arrays.Where(array => array.Value.Dimensions.Length >= 2).OrderBy(array => array.Key, StringComparer.Ordinal)];
        if (candidates is not [var (_, samples)])
        {
            throw file.Error($"{candidates.Length} arrays of two axes or more ({string.Join(", ", arrays.Keys.Take(6))})", "one: the samples");
        }

        int count = samples.Dimensions[0];
        long[]? labels = arrays.Values.Where(array => array.Dimensions is [var length] && length == count).Select(array => array.ToIntegers()).FirstOrDefault();
        if (labels is not null && Array.Exists(labels, label => label is < 0 or >= MostClasses))
        {
            throw file.Error("a label below 0 or very large", $"classes from 0 to {MostClasses - 1}");
        }

        if (samples.Count is 0 or > (int)DataSets.MostNumbers)
        {
            throw file.Error($"samples of {string.Join('x', samples.Dimensions)}", $"1 to {DataSets.MostNumbers} numbers");
        }

        float[] numbers = samples.ToFloats();
        Shape stored = [.. samples.Dimensions[1..]];
        bool isChannelsLast = stored.Rank == 3 && stored[2] <= MostColours && stored[0] > MostColours;
        Shape shape = stored.Rank == 2 ? [1, stored[0], stored[1]] : isChannelsLast ? [stored[2], stored[0], stored[1]] : stored;
        int classes = labels is null ? 1 : (int)labels.Max() + 1;
        return DataSets.Create(file, "arrays (NumPy)", shape, Math.Min(count, most), classes, (to, targets) =>
        {
            for (int i = 0; i < targets.Length; i++)
            {
                targets[i] = labels is null ? 0 : (int)labels[i];
            }

            int size = shape.Count;
            for (int i = 0; i < to.Length; i++)
            {
                int sample = i / size;
                int from = isChannelsLast ? (i % (size / shape[0]) * shape[0]) + (i % size / (size / shape[0])) : i % size;
                to[i] = float.IsFinite(numbers[(sample * size) + from]) ? numbers[(sample * size) + from] : throw file.Error($"a number that is not finite in sample {sample}", "finite numbers");
            }
        });
    }
}
