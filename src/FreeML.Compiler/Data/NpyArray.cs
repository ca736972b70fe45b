using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Data;

/// <summary>Types of an <see cref="NpyArray"/>'s elements.</summary>
public enum NpyType
{
    /// <summary>IEEE single precision, <c>&lt;f4</c>.</summary>
    Float32,

    /// <summary>IEEE double precision, <c>&lt;f8</c>.</summary>
    Float64,

    /// <summary><c>|i1</c>.</summary>
    Int8,

    /// <summary><c>&lt;i2</c>.</summary>
    Int16,

    /// <summary><c>&lt;i4</c>.</summary>
    Int32,

    /// <summary><c>&lt;i8</c>.</summary>
    Int64,

    /// <summary><c>|u1</c>.</summary>
    UInt8,

    /// <summary><c>&lt;u2</c>.</summary>
    UInt16,

    /// <summary><c>&lt;u4</c>.</summary>
    UInt32,

    /// <summary><c>|b1</c>: a byte of 0 or 1.</summary>
    Boolean,
}

/// <summary>An array of numbers as NumPy stores it: row-major, little-endian. Immutable by convention.</summary>
public sealed class NpyArray
{
    internal NpyArray(NpyType type, ImmutableArray<int> dimensions, byte[] bytes)
    {
        Type = type;
        Dimensions = dimensions;
        Bytes = bytes;
    }

    /// <summary>Type of the elements.</summary>
    public NpyType Type { get; }

    /// <summary>Sizes of the axes, outermost first; none for a single number. A size can be 0.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>The elements, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Bytes.Length / NpyFormat.SizeOf(Type);

    /// <summary>An array of numbers.</summary>
    /// <typeparam name="T">float, double, sbyte, short, int, long, byte, ushort, uint.</typeparam>
    /// <exception cref="ArgumentException">The sizes do not fit the number of values, or there is no such element type.</exception>
    public static NpyArray From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<int> dimensions)
        where T : unmanaged, INumber<T>
    {
        long count = 1;
        foreach (int size in dimensions)
        {
            count = checked(count * size);
        }

        if (count != values.Length)
        {
            throw new ArgumentException($"{values.Length} values for an array of {count}.", nameof(values));
        }

        return new NpyArray(NpyFormat.TypeOf<T>(), [.. dimensions], MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>A tensor's numbers.</summary>
    public static NpyArray From(Tensor tensor) => From<float>(tensor.Values, tensor.Shape.AsSpan());

    /// <summary>The elements in their own type.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged, INumber<T> => Type == NpyFormat.TypeOf<T>()
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span).ToArray()
            : throw new InvalidOperationException($"An array of {Type}, not of {typeof(T).Name}.");

    /// <summary>The elements as floats, rounded where they must be.</summary>
    public float[] ToFloats() => Type switch
    {
        NpyType.Float32 => ToArray<float>(),
        NpyType.Float64 => Convert<double, float>(),
        NpyType.Int8 => Convert<sbyte, float>(),
        NpyType.Int16 => Convert<short, float>(),
        NpyType.Int32 => Convert<int, float>(),
        NpyType.Int64 => Convert<long, float>(),
        NpyType.UInt16 => Convert<ushort, float>(),
        NpyType.UInt32 => Convert<uint, float>(),
        _ => Convert<byte, float>(),
    };

    /// <summary>The elements as whole numbers; floats are cut off, and what is too large is the largest.</summary>
    public long[] ToIntegers() => Type switch
    {
        NpyType.Float32 => Convert<float, long>(),
        NpyType.Float64 => Convert<double, long>(),
        NpyType.Int8 => Convert<sbyte, long>(),
        NpyType.Int16 => Convert<short, long>(),
        NpyType.Int32 => Convert<int, long>(),
        NpyType.Int64 => ToArray<long>(),
        NpyType.UInt16 => Convert<ushort, long>(),
        NpyType.UInt32 => Convert<uint, long>(),
        _ => Convert<byte, long>(),
    };

    private TTo[] Convert<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(Bytes.Span);
        var to = new TTo[from.Length];
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = TTo.CreateSaturating(from[i]);
        }

        return to;
    }
}
