using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace FreeML.Compiler.Models;

/// <summary>The sizes of a tensor's axes, outermost first; row-major. Maps of a network are [channels, height, width], without a batch axis.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly ImmutableArray<int> _sizes;

    private Shape(ImmutableArray<int> sizes) => _sizes = sizes;

    /// <summary>Number of axes; 0 is a scalar.</summary>
    public int Rank => _sizes.IsDefault ? 0 : _sizes.Length;

    /// <summary>Number of axes. Spreads (<c>[.. shape]</c>) take the number of their elements from a property of this name before <see cref="Count"/>.</summary>
    public int Length => Rank;

    /// <summary>Number of elements.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            for (int axis = 0; axis < Rank; axis++)
            {
                count = checked(count * _sizes[axis]);
            }

            return count;
        }
    }

    /// <inheritdoc/>
    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>Size of an axis.</summary>
    public int this[int axis] => _sizes[axis];

    /// <summary>A shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        foreach (int size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        }

        return new Shape([.. sizes]);
    }

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) => this.AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in AsSpan())
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<int> AsSpan() => _sizes.IsDefault ? [] : _sizes.AsSpan();

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_sizes.IsDefault ? [] : _sizes)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As in papers: 6x28x28.</summary>
    public override string ToString() => string.Join('x', this.Select(size => size.ToString(CultureInfo.InvariantCulture)));
}
