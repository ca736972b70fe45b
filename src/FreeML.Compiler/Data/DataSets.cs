using FreeML.Compiler.Models;

namespace FreeML.Compiler.Data;

/// <summary>
/// Reads data sets in the forms that the field has, telling them apart by content: MNIST's IDX, CIFAR-10's binary batches, keyword features
/// of MLPerf Tiny in int8, NumPy arrays, and the .ts text of the UEA archive; each compressed by gzip or not. Samples are as stored: pixels
/// are 0 to 255. Channels come first, as networks here want them.
/// </summary>
public static class DataSets
{
    /// <summary>Numbers in a data set at most: a gigabyte of floats.</summary>
    internal const long MostNumbers = 1L << 28;

    private const int MostFiles = 4096;
    private const int TestEvery = 5;

    private static readonly Func<DataFile[], DataSplit?, int, LabelledData?>[] Readers =
    [
        IdxReader.TryRead,
        ArrayReader.TryRead,
        TsReader.TryRead,
        KeywordReader.TryRead,
        CifarReader.TryRead,
    ];

    /// <summary>
    /// Reads one part of a data set. Which files belong to it is told by their names: <c>test</c>, <c>t10k</c>, <c>val</c>; <c>train</c>,
    /// <c>data_batch</c>. Where no name tells, the whole is test data.
    /// </summary>
    /// <param name="path">A directory, or one file that holds samples and labels.</param>
    /// <param name="split">Which part.</param>
    /// <param name="most">Samples at most; the first are read.</param>
    /// <exception cref="ModelException">Nothing there is a data set, the part is missing, or a file is damaged.</exception>
    public static LabelledData Load(string path, DataSplit split, int most = int.MaxValue) =>
        TryLoad(path, split, most)
        ?? throw new ModelException(path, split is DataSplit.Training ? "no training data" : "no data set", split is DataSplit.Training ? "files whose names say 'train'" : "MNIST IDX, CIFAR-10 binary, .npy, .npz or .ts files, or keyword features");

    /// <summary>Like <see cref="Load"/>, but null where there is no such part, or no data set at all.</summary>
    /// <exception cref="ModelException">A file is not there or damaged.</exception>
    public static LabelledData? TryLoad(string path, DataSplit split, int most = int.MaxValue)
    {
        DataFile[] files = FindFiles(path);
        DataFile[] named = [.. files.Where(file => file.Split == split)];
        DataFile[] unnamed = [.. files.Where(file => file.Split is null)];
        foreach (Func<DataFile[], DataSplit?, int, LabelledData?> read in Readers)
        {
            if ((read(named, split, most) ?? (split is DataSplit.Test ? read(unnamed, split, most) : null)) is { } data)
            {
                return data;
            }
        }

        // Only arrays can name their part inside a file that does not.
        return split is DataSplit.Training ? ArrayReader.TryRead(unnamed, split, most) : null;
    }

    /// <summary>
    /// Reads a data set to train with: both parts. Where its files name no parts, or only one, every fifth sample is for testing and the rest
    /// for training, so that the two never share a sample.
    /// </summary>
    /// <exception cref="ModelException">Nothing there is a data set, or a file is damaged.</exception>
    public static (LabelledData Training, LabelledData Test) LoadBoth(string path)
    {
        LabelledData? training = TryLoad(path, DataSplit.Training);
        LabelledData? test = TryLoad(path, DataSplit.Test);
        if (training is not null && test is not null)
        {
            return (training, test);
        }

        LabelledData all = training ?? test ?? Load(path, DataSplit.Test);
        return (Where(all, index => index % TestEvery != TestEvery - 1), Where(all, index => index % TestEvery == TestEvery - 1));
    }

    /// <summary>Checks sizes before memory is taken for samples.</summary>
    internal static LabelledData Create(DataFile file, string name, Shape shape, long count, int classes, Action<float[], int[]> fill)
    {
        if (count < 1 || count * shape.Count > MostNumbers)
        {
            throw file.Error($"{count} samples of {shape}", $"1 sample to {MostNumbers} numbers in all");
        }

        float[] samples = new float[count * shape.Count];
        int[] labels = new int[count];
        fill(samples, labels);
        return new LabelledData(name, shape, samples, labels, classes);
    }

    private static DataFile[] FindFiles(string path)
    {
        if (!Directory.Exists(path))
        {
            using (InputFile.Open(path))
            {
                // Says so if it is not there.
            }

            return DataFile.TryOpen(path) is { } file ? [file] : [];
        }

        string[] names = [.. InputFile.List(path).Take(MostFiles).Order(StringComparer.Ordinal)];
        return [.. names.Select(DataFile.TryOpen).OfType<DataFile>()];
    }

    private static LabelledData Where(LabelledData data, Func<int, bool> isChosen)
    {
        int[] chosen = [.. Enumerable.Range(0, data.Count).Where(isChosen)];
        int size = data.SampleShape.Count;
        float[] samples = new float[chosen.Length * size];
        for (int i = 0; i < chosen.Length; i++)
        {
            data.Sample(chosen[i]).CopyTo(samples.AsSpan(i * size));
        }

        int[] labels = new int[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            labels[i] = data.Labels[chosen[i]];
        }

        return new LabelledData(data.Name, data.SampleShape, samples, labels, data.Classes);
    }
}
