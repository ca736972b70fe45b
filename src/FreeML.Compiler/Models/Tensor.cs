namespace FreeML.Compiler.Models;

/// <summary>A dense tensor of floats, row-major. Whoever made it may change its values; a tensor inside a <see cref="Network"/> is not changed any more.</summary>
public sealed class Tensor
{
    /// <summary>A tensor of zeros.</summary>
    public Tensor(Shape shape)
        : this(shape, new float[shape.Count])
    {
    }

    /// <summary>A tensor over an array, which it keeps.</summary>
    /// <exception cref="ArgumentException">The array has another number of elements.</exception>
    public Tensor(Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
        {
            throw new ArgumentException($"{values.Length} values for a tensor of {shape}.", nameof(values));
        }

        Shape = shape;
        Values = values;
    }

    /// <summary>Sizes of its axes.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, last axis fastest.</summary>
    public float[] Values { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Values.Length;

    /// <summary>Number of elements that are not 0.</summary>
    public int NonZeros => Values.Length - Values.AsSpan().Count(0f);

    /// <summary>A copy that shares nothing.</summary>
    public Tensor Clone() => new(Shape, [.. Values]);
}
