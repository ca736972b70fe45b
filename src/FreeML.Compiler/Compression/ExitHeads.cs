using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Compression;

/// <summary>How a network can end early.</summary>
public enum ExitKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>One head for all exits (gNet).</summary>
    Shared,

    /// <summary>A head for each exit.</summary>
    Separate,
}

/// <summary>Heads for the ends of a network's convolutional blocks, trained on the network as it is.</summary>
public static class ExitHeads
{
    // Rows and columns that a head reads of each map, as published.
    private const int PooledSize = 2;

    /// <summary>Trains heads.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="network">The compressed network, which stays as it is.</param>
    /// <param name="training">What is learnt.</param>
    /// <param name="validation">What decides which epoch was best.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ModelException">The network has no maps to end at.</exception>
    public static ImmutableArray<ExitHead> Train(ExitKind kind, Network network, LabelledData training, LabelledData validation, ExitTrainingOptions options, CancellationToken cancellation = default) => kind switch
    {
        ExitKind.Shared => [ExitTrainer.Train(network, Points(kind, network), training, validation, options, null, cancellation)],
        ExitKind.Separate => ExitTrainer.TrainSeparate(network, Points(kind, network), training, validation, options, cancellation),
        _ => [],
    };

    /// <summary>What heads will take of a byte budget at most: they shrink with the channels that they read.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="network">The network before compression.</param>
    /// <param name="calibration">A few samples.</param>
    /// <exception cref="ModelException">The network has no maps to end at.</exception>
    public static double Bytes(ExitKind kind, Network network, LabelledData calibration)
    {
        if (kind is ExitKind.None)
        {
            return 0;
        }

        int classes = calibration.Classes;
        ImmutableArray<ExitPoint> points = Points(kind, network);
        ExitHead[] heads = kind is ExitKind.Shared ? [Full([.. points])] : [.. points.Select(point => Full([point]))];
        var options = new QuantizationOptions();
        return DeployedSize.Of(Quantizer.Quantize(network, calibration, options, [.. heads])).Bytes - DeployedSize.Of(Quantizer.Quantize(network, calibration, options)).Bytes;

        ExitHead Full(ImmutableArray<ExitPoint> read)
        {
            int inputs = ExitHead.FeatureCount(read) + ExitHead.BitCount(read.Length);
            return new ExitHead(read, Ones([classes, inputs]), Ones([classes]));
        }
    }

    private static ImmutableArray<ExitPoint> Points(ExitKind kind, Network network) => kind is ExitKind.Shared
        ? ExitPoint.At(network, ExitPoint.FindValues(network), (PooledSize, PooledSize))
        : ExitPoint.WithWindow(network, ExitPoint.FindValues(network), PooledSize);

    private static Tensor Ones(Shape shape) => new(shape, [.. Enumerable.Repeat(1f, shape.Count)]);
}
