using System.Collections.Immutable;

namespace FreeML.Compiler.Models;

/// <summary>
/// A trained feed-forward network: layers in an order in which each reads only what comes before it. Immutable, and always consistent: the
/// shapes of all values are known. The output is that of the last layer.
/// </summary>
public sealed class Network
{
    /// <summary>A network.</summary>
    /// <param name="name">For people.</param>
    /// <param name="inputShape">Of one sample: [channels, height, width], or [length].</param>
    /// <param name="layers">In order.</param>
    /// <exception cref="ModelException">A layer reads a value that is not there yet, or of a shape that does not fit.</exception>
    public Network(string name, Shape inputShape, ImmutableArray<Layer> layers)
    {
        Name = name;
        InputShape = inputShape;
        Layers = layers;
        Shapes = InferShapes(inputShape, layers);
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>Shape of one sample.</summary>
    public Shape InputShape { get; }

    /// <summary>The layers, in order.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>Shapes of all values: the input, then each layer's output.</summary>
    public ImmutableArray<Shape> Shapes { get; }

    /// <summary>Shape of the output.</summary>
    public Shape OutputShape => Shapes[^1];

    /// <summary>Weights and biases of all layers.</summary>
    public long Parameters => Layers.Sum(layer => layer switch
    {
        WeightedLayer weighted => (long)weighted.Weights.Count + (weighted.Bias?.Count ?? 0),
        ChannelAffine affine => affine.Scale.Count + affine.Shift.Count,
        _ => 0,
    });

    /// <summary>Shapes of a layer's inputs.</summary>
    public Shape[] InputShapes(int layer) => [.. Layers[layer].Inputs.Select(value => Shapes[value])];

    /// <summary>The same network with one layer exchanged for one that gives the same shape.</summary>
    public Network With(int layer, Layer replacement) => new(Name, InputShape, Layers.SetItem(layer, replacement));

    /// <summary>
    /// The same network with one layer exchanged for several. Their inputs are written as in their own little network: 0 is the old layer's
    /// first input, n + 1 the output of the n-th of them; the last one's output stands for the old layer's.
    /// </summary>
    /// <exception cref="ModelException">They do not fit.</exception>
    public Network WithSeveral(int layer, IReadOnlyList<Layer> replacements)
    {
        ArgumentOutOfRangeException.ThrowIfZero(replacements.Count);
        int input = Layers[layer].Inputs[0];
        int more = replacements.Count - 1;
        var layers = ImmutableArray.CreateBuilder<Layer>(Layers.Length + more);
        layers.AddRange(Layers.AsSpan(0, layer));
        foreach (Layer replacement in replacements)
        {
            layers.Add(replacement with { Inputs = [.. replacement.Inputs.Select(value => value == 0 ? input : layer + value)] });
        }

        foreach (Layer later in Layers.AsSpan()[(layer + 1)..])
        {
            layers.Add(later with { Inputs = [.. later.Inputs.Select(value => value > layer ? value + more : value)] });
        }

        return new Network(Name, InputShape, layers.ToImmutable());
    }

    private static ImmutableArray<Shape> InferShapes(Shape input, ImmutableArray<Layer> layers)
    {
        var shapes = ImmutableArray.CreateBuilder<Shape>(layers.Length + 1);
        shapes.Add(input);
        Span<Shape> inputs = new Shape[8];
        foreach (Layer layer in layers)
        {
            if (layer.Inputs.Length > inputs.Length)
            {
                inputs = new Shape[layer.Inputs.Length];
            }

            for (int i = 0; i < layer.Inputs.Length; i++)
            {
                int value = layer.Inputs[i];
                if (value < 0 || value >= shapes.Count)
                {
                    throw new ModelException(layer.Name, $"input value {value}", "a value computed before it");
                }

                inputs[i] = shapes[value];
            }

            shapes.Add(layer.OutputShape(inputs[..layer.Inputs.Length]));
        }

        return shapes.ToImmutable();
    }
}
