using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Compression;

/// <summary>Shapes of the CIFAR-10 networks that FreeML's paper compresses, untrained.</summary>
public static class PublishedNetworks
{
    /// <summary>Names by which <see cref="Find"/> knows them.</summary>
    public static ImmutableArray<string> Names { get; } = ["cifar10-s", "cifar10-m"];

    /// <summary>A network by its name, or null; weights random, the same for the same seed.</summary>
    public static Network? Find(string name, ulong seed = 0) => name.ToUpperInvariant() switch
    {
        "CIFAR10-S" => Initialization.Random(Small(), seed),
        "CIFAR10-M" => Initialization.Random(Medium(), seed),
        _ => null,
    };

    // No activation between the fully connected layers, as published.
    private static Network Small()
    {
        var network = new Chain([3, 32, 32]);
        foreach (int channels in (ReadOnlySpan<int>)[64, 128, 64])
        {
            network.Convolution(channels, margin: 0);
            network.Relu();
            network.Pool();
        }

        network.Flatten();
        foreach (int outputs in (ReadOnlySpan<int>)[256, 64, 10])
        {
            network.Dense(outputs);
        }

        return network.Build("cifar10-s");
    }

    // Batch normalisation comes after the activation, so that no convolution can take it; also once after the last hidden layer.
    private static Network Medium()
    {
        var network = new Chain([3, 32, 32]);
        foreach (int channels in (ReadOnlySpan<int>)[32, 64, 128])
        {
            for (int n = 0; n < 2; n++)
            {
                network.Convolution(channels, margin: 1);
                network.Relu();
                network.Normalisation();
            }

            network.Pool();
        }

        network.Flatten();
        for (int n = 0; n < 4; n++)
        {
            network.Dense(128);
            network.Relu();
        }

        network.Normalisation();
        network.Dense(10);
        return network.Build("cifar10-m");
    }

    // Mean 0, variance 1 and the usual 1e-5 below the root.
    private static readonly float UntrainedScale = 1 / MathF.Sqrt(1 + 1e-5f);

    /// <summary>Layers one after the other.</summary>
    private sealed class Chain(Shape inputShape)
    {
        private readonly ImmutableArray<Layer>.Builder _layers = ImmutableArray.CreateBuilder<Layer>();
        private readonly Shape _input = inputShape;
        private Shape _shape = inputShape;
        private int _convolutions;
        private int _dense;

        public void Convolution(int channels, int margin) =>
            Add(new Convolution($"conv{++_convolutions}", Last, new Tensor([channels, _shape[0], 3, 3]), new Tensor([channels]), new Window(3, 3, 1, 1, new Margins(margin, margin, margin, margin))));

        public void Dense(int outputs) => Add(new Dense($"fc{++_dense}", Last, new Tensor([outputs, _shape[0]]), new Tensor([outputs])));

        public void Relu() => Add(new Activation($"relu{_layers.Count}", Last, ActivationKind.Relu));

        public void Pool() => Add(new Pooling($"pool{_convolutions}", Last, PoolingKind.Maximum, new Window(2, 2, 2, 2, default)));

        public void Normalisation() => Add(new ChannelAffine($"bn{_layers.Count}", Last, new Tensor([_shape[0]], [.. Enumerable.Repeat(UntrainedScale, _shape[0])]), new Tensor([_shape[0]])));

        public void Flatten() => Add(new Reshape("flatten", Last, [_shape.Count]));

        public Network Build(string name) => new(name, _input, _layers.ToImmutable());

        private ImmutableArray<int> Last => [_layers.Count];

        private void Add(Layer layer)
        {
            _shape = layer.OutputShape([_shape]);
            _layers.Add(layer);
        }
    }
}
