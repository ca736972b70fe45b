using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Compression;

/// <summary>
/// A checkpoint in a file: a zip of <c>state.json</c>, the weights and biases as little-endian floats in the layers' order, and how far the
/// training of this turn is. Structure is not stored but repeated: the original network's layers are exchanged as they were before.
/// </summary>
public static class CheckpointFile
{
    private const string StateEntry = "state.json";
    private const string WeightsEntry = "weights.f32";
    private const string TrainingEntry = "training.bin";
    private const int MostRewrites = 1000;

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Writes a checkpoint beside its place and moves it there, so that there is always a whole one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="request">What was asked, in a word that another request does not have.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string path, string request, CompressionCheckpoint checkpoint)
    {
        string partial = path + ".partial";
        using (ZipArchive zip = new(File.Create(partial), ZipArchiveMode.Create))
        {
            using (Stream json = Open(zip, StateEntry))
            {
                JsonSerializer.Serialize(json, Progress.Of(request, checkpoint.State));
            }

            using (Stream weights = Open(zip, WeightsEntry))
            {
                foreach (Tensor tensor in TensorsOf(checkpoint.State.Network))
                {
                    weights.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
                }
            }

            if (checkpoint.Training is { } training)
            {
                using Stream stream = Open(zip, TrainingEntry);
                training.Write(stream);
            }
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a checkpoint; null if there is none, or one of another request.</summary>
    /// <param name="path">The file.</param>
    /// <param name="request">As it was written with.</param>
    /// <param name="original">The network as it was before compression.</param>
    /// <exception cref="ModelException">The file is damaged.</exception>
    public static CompressionCheckpoint? TryRead(string path, string request, Network original)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            using Stream json = Entry(zip, StateEntry);
            Progress progress = JsonSerializer.Deserialize<Progress>(json, Strict) ?? throw new JsonException();
            if (progress.Request != request)
            {
                return null;
            }

            CompressionState state = progress.Into(new CompressionState(original));
            using Stream weights = Entry(zip, WeightsEntry);
            state = state with { Network = WithWeights(state.Network, weights) };
            using Stream? training = zip.GetEntry(TrainingEntry)?.Open();
            return new CompressionCheckpoint(state, training is null ? null : TrainingState.Read(training, path, state.Network));
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or EndOfStreamException or ArgumentException or IndexOutOfRangeException or UnreachableException)
        {
            throw new ModelException(path, "a damaged file", "how far an earlier run came; without the file it begins anew");
        }
    }

    private static Stream Open(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    private static Stream Entry(ZipArchive zip, string name) => zip.GetEntry(name)?.Open() ?? throw new InvalidDataException();

    private static IEnumerable<Tensor> TensorsOf(Network network) => network.Layers.SelectMany<Layer, Tensor?>(layer => layer switch
    {
        WeightedLayer weighted => [weighted.Weights, weighted.Bias],
        ChannelAffine affine => [affine.Scale, affine.Shift],
        _ => [],
    }).OfType<Tensor>();

    private static Network WithWeights(Network network, Stream stream) => new(network.Name, network.InputShape, [.. network.Layers.Select(layer => layer switch
    {
        WeightedLayer weighted => weighted with { Weights = Read(stream, weighted.Weights), Bias = weighted.Bias is { } bias ? Read(stream, bias) : null },
        ChannelAffine affine => affine with { Scale = Read(stream, affine.Scale), Shift = Read(stream, affine.Shift) },
        _ => layer,
    })]);

    private static Tensor Read(Stream stream, Tensor like)
    {
        var tensor = new Tensor(like.Shape);
        stream.ReadExactly(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        return tensor;
    }

    /// <summary>A state without its network.</summary>
    private sealed record Progress(
        string Request, Rewrite[] Rewrites, double[] Densities, int[] Bits, bool[] Fragile, CompressionStep[] Steps, double? Accuracy, int Turn, bool IsTrained, bool IsFinal)
    {
        public static Progress Of(string request, CompressionState state) => new(
            request, [.. state.Rewrites], [.. state.Densities], [.. state.Bits], [.. state.Fragile], [.. state.Steps], state.Accuracy, state.Turn, state.IsTrained, state.IsFinal);

        public CompressionState Into(CompressionState start)
        {
            if (Rewrites.Length > MostRewrites)
            {
                throw new InvalidDataException();
            }

            CompressionState state = Rewrites.Aggregate(start, (now, rewrite) => now.With(rewrite));
            int layers = state.Network.Layers.Length;
            return Densities.Length == layers && Bits.Length == layers && Fragile.Length == layers
                ? state with { Densities = [.. Densities], Bits = [.. Bits], Fragile = [.. Fragile], Steps = [.. Steps], Accuracy = Accuracy, Turn = Turn, IsTrained = IsTrained, IsFinal = IsFinal }
                : throw new InvalidDataException();
        }
    }
}
