using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Sim.Tests.Support;

namespace FreeML.Compiler.Tests.Data;

public sealed class DataSetsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("freeml-data-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Digits_in_IDX_are_found_whatever_they_are_called()
    {
        Put("train-pictures", Idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), gzip: true);
        Put("train-classes", Idx([3], [7, 0, 9]));
        Put("t10k-i", Idx([1, 2, 2], [255, 0, 0, 1]));
        Put("t10k-l", Idx([1], [4]), gzip: true);
        Put("README.md", "words"u8.ToArray());

        LabelledData training = DataSets.Load(_folder.FullName, DataSplit.Training);
        Assert.Equal([1, 2, 2], training.SampleShape);
        Assert.Equal([7, 0, 9], training.Labels.ToArray());
        Assert.Equal([5, 6, 7, 8], training.Sample(1).ToArray());
        Assert.Equal(10, training.Classes);
        Assert.Equal([255, 0, 0, 1], DataSets.Load(_folder.FullName, DataSplit.Test).Samples.ToArray());
        Assert.Equal(2, DataSets.Load(_folder.FullName, DataSplit.Training, 2).Count);
        Assert.Equal((3, 1), DataSets.LoadBoth(_folder.FullName) is var (a, b) ? (a.Count, b.Count) : default);
    }

    [Theory]
    [InlineData(new[] { 2, 2, 2 }, 4, new[] { 2 }, 2, "found 4 pixels, expected 2 images of 2x2")]
    [InlineData(new[] { 1, 2, 2 }, 4, new[] { 2 }, 2, "found 2 labels, 2 told, expected 1, as there are images")]
    [InlineData(new[] { -1, -1, -1 }, 4, new[] { 1 }, 1, "found 4 pixels, expected 4294967295 images")]
    public void Digits_that_do_not_add_up_are_refused(int[] sizes, int pixels, int[] labels, int classes, string message)
    {
        Put("images", Idx(sizes, new byte[pixels]));
        Put("labels", Idx(labels, new byte[classes]));
        Assert.Contains(message, Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_all_training_batches_are_joined()
    {
        Put("data_batch_1.bin", Cifar(3, 8));
        Put("data_batch_2.bin", Cifar(1));
        Put("test_batch.bin", Cifar(9), gzip: false);
        LabelledData training = DataSets.Load(_folder.FullName, DataSplit.Training);
        Assert.Equal([3, 8, 1], training.Labels.ToArray());
        Assert.Equal([3, 32, 32], training.SampleShape);
        Assert.Equal([3f, 4f, 5f], training.Sample(0)[..3].ToArray());
        Assert.Equal([9], DataSets.Load(_folder.FullName, DataSplit.Test).Labels.ToArray());
    }

    [Fact]
    public void Arrays_are_told_apart_by_their_shape_and_parts_by_their_names()
    {
        using (FileStream zip = File.Create(Path.Combine(_folder.FullName, "digits.npz")))
        {
            NpyFormat.WriteZip(zip,
            [
                new("x_train", NpyArray.From<byte>([1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2)),
                new("y_train", NpyArray.From<long>([1, 0], 2)),
                new("x_test", NpyArray.From<float>([9, 8, 7, 6], 1, 2, 2)),
                new("y_test", NpyArray.From<int>([2], 1)),
            ]);
        }

        string file = Path.Combine(_folder.FullName, "digits.npz");
        LabelledData training = DataSets.Load(file, DataSplit.Training);
        Assert.Equal([1, 2, 2], training.SampleShape);
        Assert.Equal([1, 0], training.Labels.ToArray());
        Assert.Equal([9, 8, 7, 6], DataSets.Load(_folder.FullName, DataSplit.Test).Samples.ToArray());
    }

    [Fact]
    public void Colours_come_first_even_where_they_are_stored_last()
    {
        PutArray("X.npy", NpyArray.From<byte>([.. Enumerable.Range(0, 5 * 4 * 3).Select(i => (byte)i)], 1, 5, 4, 3));
        PutArray("y.npy", NpyArray.From<byte>([1], 1));
        LabelledData data = DataSets.Load(_folder.FullName, DataSplit.Test);
        Assert.Equal([3, 5, 4], data.SampleShape);
        Assert.Equal([0, 3, 6, 9], data.Samples[..4].ToArray());
        Assert.Equal([1, 4], data.Samples[20..22].ToArray());

        DataFit back = DataFit.To(data, [5, 4, 3]);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (float)i), back.Data.Samples.ToArray());
        Assert.Equal("axes of 3x5x4 turned to 5x4x3", back.Note);
    }

    [Fact]
    public void Without_parts_every_fifth_sample_is_kept_for_testing()
    {
        PutArray("X.npy", NpyArray.From<int>([.. Enumerable.Range(0, 22)], 11, 2));
        PutArray("Y.npy", NpyArray.From<sbyte>(new sbyte[11], 11));
        (LabelledData training, LabelledData test) = DataSets.LoadBoth(_folder.FullName);
        Assert.Equal([8, 9, 18, 19], test.Samples.ToArray());
        Assert.Equal(9, training.Count);
        Assert.Equal(11, DataSets.Load(_folder.FullName, DataSplit.Test).Count);
        Assert.Contains("found no training data", Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Training)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Series_of_several_channels_are_read_from_text()
    {
        string text = "# about\n@problemName x\n@timeStamps false\n@dimensions 2\n@classLabel true Stand Walk\n@data\n1,2,3:4,5,6:Walk\n-1,-2,-3e0:0,0,0.5:Stand\n";
        Put("x_TRAIN.ts", Encoding.UTF8.GetBytes(text), gzip: true);
        LabelledData data = DataSets.Load(_folder.FullName, DataSplit.Training);
        Assert.Equal([2, 1, 3], data.SampleShape);
        Assert.Equal([1, 0], data.Labels.ToArray());
        Assert.Equal([-1, -2, -3, 0, 0, 0.5f], data.Sample(1).ToArray());

        Put("x_TRAIN.ts", Encoding.UTF8.GetBytes(text.Replace("0,0,0.5", "0,?,0.5", StringComparison.Ordinal)));
        File.Delete(Path.Combine(_folder.FullName, "x_TRAIN.ts.gz"));
        Assert.EndsWith("x_TRAIN.ts:8: found value '?', expected a number", Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Training)).Message, StringComparison.Ordinal);
        Put("x_TRAIN.ts", Encoding.UTF8.GetBytes(text.Replace("-3e0", "3,4", StringComparison.Ordinal)));
        Assert.EndsWith(":8: found a channel of 4 values, expected 3, as before", Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Training)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_and_damaged_files_are_refused_in_one_line()
    {
        Assert.Contains("found no data set", Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Test)).Message, StringComparison.Ordinal);
        Assert.Contains("found no file there", Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName + "/nothing", DataSplit.Test)).Message, StringComparison.Ordinal);

        byte[] idx = Idx([400, 4, 4], new byte[6400]);
        new Random(1).NextBytes(idx.AsSpan(16));
        Put("images", idx, gzip: true);
        Put("labels", Idx([400], new byte[400]));
        string path = Path.Combine(_folder.FullName, "images.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^900]);
        Assert.StartsWith(path, Assert.Throws<ModelException>(() => DataSets.Load(_folder.FullName, DataSplit.Test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_thinned_out_or_framed_to_fit()
    {
        LabelledData data = new("x", [1, 4, 4], Enumerable.Range(1, 16).Select(i => (float)i).ToArray(), new int[1], 1);
        Assert.Equal([1, 3, 9, 11], DataFit.To(data, [1, 2, 2]).Data.Samples.ToArray());
        DataFit framed = DataFit.To(data, [1, 6, 6]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 5], framed.Data.Samples[..14].ToArray());
        Assert.Equal("zeros put around, 1x4x4 to 1x6x6", framed.Note);
        Assert.Null(DataFit.To(data, [16]).Note);
        Assert.Throws<ModelException>(() => DataFit.To(data, [3, 4, 4]));
        Assert.Throws<ModelException>(() => DataFit.To(data, [15]));
    }

    [Fact]
    public void Scalings_are_what_they_say()
    {
        LabelledData data = new("x", [2, 1, 2], new float[] { 0, 255, 10, 10, 0, 255, 30, 30 }, new int[2], 1);
        Assert.Equal([0, 1], InputScaling.Unit.Apply(data).Sample(0)[..2].ToArray());
        Assert.Equal([-1, 1], InputScaling.Symmetric.Apply(data).Sample(0)[..2].ToArray());
        Assert.Equal([-1, 1, -1, -1], InputScaling.Standardised(data).Apply(data).Sample(0).ToArray());
        Assert.Equal("standardised, (x - [127.5, 20]) * [0.0078431, 0.1]", InputScaling.Standardised(data).ToString());
        Assert.Equal("raw, x * 1", InputScaling.Raw.ToString());
        Assert.Same(InputScaling.Unit, InputScaling.Parse("unit", data));
        Assert.Throws<ModelException>(() => InputScaling.Parse("half", data));

        // With channels last the numbers follow the axis that has as many.
        float[] real = new float[6];
        new InputScaling("x", [1, 2], [1, 1]).Apply([1, 2, 3, 4, 5, 6], [3, 1, 2], real);
        Assert.Equal([0, 0, 2, 2, 4, 4], real);
    }

    [Fact]
    public void The_scaling_is_chosen_under_which_the_network_is_right()
    {
        // Class 1 begins between 90 / 255 and 100 / 255; then between 90 and 100.
        LabelledData data = new("x", [1], new float[] { 0, 255, 100, 200, 90 }, new[] { 0, 1, 1, 1, 0 }, 2);
        (InputScaling scaling, string note) = InputScaling.Choose(Threshold(0.38f), data);
        Assert.Equal(InputScaling.Unit, scaling);
        Assert.Equal("input scaling unit, x * 0.0039216, by what is right of 5 training samples (unit 5, raw 4, standardised 4, symmetric 4)", note);
        Assert.Equal(InputScaling.Raw, InputScaling.Choose(Threshold(95), data).Scaling);

        static Network Threshold(float at) => new("n", [1], [new Dense("d", [0], new Tensor([2, 1], [0, 1]), new Tensor([2], [at, 0]))]);
    }

    [DataFact("dataset-kws-mfcc-int8")]
    public void Keyword_features_are_frames_by_coefficients()
    {
        LabelledData data = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-kws-mfcc-int8"), DataSplit.Test);
        Assert.Equal([1, 49, 10], data.SampleShape);
        Assert.Equal([92, 92, 81, 89, 70, 84, 75, 78, 84, 89, 80, 86], Counts(data));
        float mean = 0;
        foreach (float value in data.Samples)
        {
            mean += value / data.Samples.Length;
        }

        Assert.Equal(-3.79 * 0.33674, mean, 0.01);
    }

    [DataFact("dataset-cifar10-subset")]
    public void The_recorded_data_sets_hold_what_their_notes_say()
    {
        LabelledData pictures = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-cifar10-subset"), DataSplit.Training);
        Assert.Equal([299, 287, 322, 285, 311, 279, 312, 297, 308, 300], Counts(pictures));
        Assert.Equal([6, 9, 9, 4, 1, 1, 2, 7, 8, 3], pictures.Labels[..10].ToArray());

        LabelledData digits = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-mnist"), DataSplit.Test);
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], Counts(digits));

        LabelledData motions = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-basicmotions"), DataSplit.Training);
        Assert.Equal([6, 1, 100], motions.SampleShape);
        Assert.Equal([10, 10, 10, 10], Counts(motions));

        LabelledData activities = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-har-emlearn"), DataSplit.Test);
        Assert.Equal([92], activities.SampleShape);
        Assert.Equal([10, 10, 10, 10, 10, 10], Counts(activities));
    }

    private static int[] Counts(LabelledData data) => [.. data.Labels.ToArray().CountBy(label => label).OrderBy(count => count.Key).Select(count => count.Value)];

    private static byte[] Idx(int[] sizes, byte[] content)
    {
        byte[] file = new byte[4 + (4 * sizes.Length)];
        file[2] = 8;
        file[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        }

        return [.. file, .. content];
    }

    private static byte[] Cifar(params byte[] labels) => [.. labels.SelectMany(label => Enumerable.Range(0, 3073).Select(i => (byte)(i == 0 ? label : label + i - 1)))];

    private void PutArray(string name, NpyArray array)
    {
        using FileStream file = File.Create(Path.Combine(_folder.FullName, name));
        NpyFormat.Write(file, array);
    }

    private void Put(string name, byte[] content, bool gzip = false)
    {
        using FileStream file = File.Create(Path.Combine(_folder.FullName, name + (gzip ? ".gz" : "")));
        using Stream to = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        to.Write(content);
    }
}
