using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.EarlyExit;

/// <summary>
/// One fully connected layer that answers at every exit point (gNet). It reads the pooled maps of all exits, one after the other, each
/// [channel][row][column]; then a bit for each exit that is 1 if its map is there. Maps that are not computed yet are zeros, so its inputs are
/// all that has to be held. A head of a single exit has no bit.
/// </summary>
/// <param name="Points">The exits, in order.</param>
/// <param name="Weights">[classes, inputs].</param>
/// <param name="Bias">[classes].</param>
public sealed record ExitHead(ImmutableArray<ExitPoint> Points, Tensor Weights, Tensor Bias)
{
    /// <summary>Numbers in the pooled maps of some exits.</summary>
    public static int FeatureCount(IEnumerable<ExitPoint> points) => points.Sum(point => point.Pooled.Count);

    /// <summary>How many validity bits a head of so many exits reads.</summary>
    public static int BitCount(int exits) => exits > 1 ? exits : 0;

    /// <summary>Numbers in the pooled maps of all exits.</summary>
    public int Features => FeatureCount(Points);

    /// <summary>All that it reads, bits included.</summary>
    public int Inputs => Weights.Shape[1];

    /// <summary>Classes.</summary>
    public int Classes => Weights.Shape[0];

    /// <summary>Weights and biases, those that are 0 included.</summary>
    public int Parameters => Weights.Count + Bias.Count;

    /// <summary>Bytes that it takes on the device: weights in their smallest form, and four for each bias.</summary>
    /// <param name="bits">Of a weight: 8 or 16.</param>
    public int Bytes(int bits) => WeightSize.Smallest<float>(Weights.Values, Classes, bits).Bytes + (sizeof(int) * Bias.Count);

    /// <summary>Multiplications and additions to answer at an exit: only of the maps that are there.</summary>
    public int Macs(int exit) => Classes * FeatureCount(Points[..(exit + 1)]);

    /// <summary>Bias at an exit: the head's own, and the weights of the bits that are set there.</summary>
    public Tensor BiasAt(int exit)
    {
        float[] bias = [.. Bias.Values];
        for (int bit = 0; bit < BitCount(Points.Length) && bit <= exit; bit++)
        {
            for (int n = 0; n < Classes; n++)
            {
                bias[n] += Weights.Values[(n * Inputs) + Features + bit];
            }
        }

        return new Tensor([Classes], bias);
    }

    /// <summary>What the head computes at an exit, as a network of its own: the backbone up to there, poolings, and the part of the head in use.</summary>
    /// <param name="backbone">The network whose exits these are.</param>
    /// <param name="exit">Number of the exit, from 0.</param>
    public Network AsNetwork(Network backbone, int exit)
    {
        ImmutableArray<ExitPoint> points = Points[..(exit + 1)];
        Network features = FeatureNetwork(backbone, points);
        int used = FeatureCount(points);
        float[] weights = new float[Classes * used];
        for (int n = 0; n < Classes; n++)
        {
            Weights.Values.AsSpan(n * Inputs, used).CopyTo(weights.AsSpan(n * used));
        }

        var dense = new Dense("exit", [features.Layers.Length], new Tensor([Classes, used], weights), BiasAt(exit));
        return new Network($"{backbone.Name}, exit {exit + 1}", backbone.InputShape, features.Layers.Add(dense));
    }

    /// <summary>The backbone up to the last of some exits, with the pooled maps of them all, one after the other, as its output.</summary>
    public static Network FeatureNetwork(Network backbone, ImmutableArray<ExitPoint> points)
    {
        var layers = ImmutableArray.CreateBuilder<Layer>();
        layers.AddRange(backbone.Layers.AsSpan(0, points[^1].Value));
        var flat = ImmutableArray.CreateBuilder<int>();
        foreach (ExitPoint point in points)
        {
            layers.Add(new Pooling($"{point.Name}/exit pool", [point.Value], PoolingKind.Maximum, point.Window));
            layers.Add(new Reshape($"{point.Name}/exit flat", [layers.Count], [point.Pooled.Count]));
            flat.Add(layers.Count);
        }

        if (points.Length > 1)
        {
            layers.Add(new Concatenation("exit maps", flat.ToImmutable(), 0));
        }

        return new Network($"{backbone.Name}, exit maps", backbone.InputShape, layers.ToImmutable());
    }

    /// <summary>Logits at an exit.</summary>
    /// <param name="features">Pooled maps of all exits, sample after sample.</param>
    /// <param name="exit">Number of the exit, from 0: what comes after it is not read.</param>
    public float[] Logits(LabelledData features, int exit)
    {
        Network answer = new("exit head", [Features], [new Dense("exit", [0], new Tensor([Classes, Features], MaskedWeights(exit)), BiasAt(exit))]);
        return BatchRunner.Run(answer, features);
    }

    private float[] MaskedWeights(int exit)
    {
        int used = FeatureCount(Points[..(exit + 1)]);
        float[] weights = new float[Classes * Features];
        for (int n = 0; n < Classes; n++)
        {
            Weights.Values.AsSpan(n * Inputs, used).CopyTo(weights.AsSpan(n * Features));
        }

        return weights;
    }
}
