using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Lowering;

/// <summary>Kinds of device operations. The numbers are those of the device's table.</summary>
public enum OperationKind
{
    /// <summary><see cref="ConvolutionOperation"/>.</summary>
    Convolution = 0,

    /// <summary><see cref="FullyConnectedOperation"/>.</summary>
    FullyConnected = 1,

    /// <summary><see cref="MaximumPoolOperation"/>.</summary>
    MaximumPool = 2,

    /// <summary><see cref="AveragePoolOperation"/>.</summary>
    AveragePool = 3,

    /// <summary><see cref="AdditionOperation"/>.</summary>
    Addition = 4,

    /// <summary><see cref="MultiplicationOperation"/>.</summary>
    Multiplication = 5,

    /// <summary><see cref="ScaleOperation"/>.</summary>
    Scale = 6,

    /// <summary><see cref="SigmoidOperation"/>.</summary>
    Sigmoid = 7,

    /// <summary><see cref="CopyOperation"/>.</summary>
    Copy = 8,

    /// <summary><see cref="FillOperation"/>.</summary>
    Fill = 9,
}

/// <summary>
/// One step of the device: it reads values, writes one value, and has everything that it needs beside them. What each computes, bit for bit,
/// is in the README of Quantization. Every result is clamped to the bounds of the value it is written to.
/// </summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">Values read, as indices into <see cref="IntegerNetwork.Values"/>.</param>
/// <param name="Output">The value written, wholly or in part.</param>
public abstract record IntegerOperation(string Name, ImmutableArray<int> Inputs, int Output)
{
    /// <summary>The kind.</summary>
    public abstract OperationKind Kind { get; }

    /// <summary>Multiplications of one inference; those by a weight of 0 that is not stored are not done.</summary>
    public virtual long Macs => 0;
}

/// <summary>Sizes of a map, which lies in memory in this order.</summary>
public readonly record struct MapSize(int Channels, int Height, int Width)
{
    /// <summary>Elements of one channel.</summary>
    public int Plane => Height * Width;

    /// <summary>Elements.</summary>
    public int Count => Channels * Height * Width;
}

/// <summary>An operation with weights: a sum of products for each output, a bias, a shift.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Output">The value written.</param>
/// <param name="Weights">A row for each output channel.</param>
/// <param name="Biases">One for each row, or none.</param>
/// <param name="BiasShift">A bias counts 2^this in the accumulator; 0 to 14.</param>
/// <param name="Shifts">Right shift of the accumulator, 0 to 30: one for all rows, or one for each.</param>
public abstract record WeightedOperation(
    string Name, ImmutableArray<int> Inputs, int Output, EncodedWeights Weights, ImmutableArray<short> Biases, int BiasShift, ImmutableArray<byte> Shifts)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <summary>Where the accumulator of a row begins: its bias and what makes the shift round.</summary>
    public int Start(int row)
    {
        int shift = Shift(row);
        int half = shift == 0 ? 0 : 1 << (shift - 1);
        return half + (Biases.IsEmpty ? 0 : Biases[row] << BiasShift);
    }

    /// <summary>The right shift of a row's accumulator.</summary>
    public int Shift(int row) => Shifts[Shifts.Length == 1 ? 0 : row];
}

/// <summary>Convolution of a map. A row of the weights is [input channels / groups, height, width].</summary>
public sealed record ConvolutionOperation(
    string Name, ImmutableArray<int> Inputs, int Output, EncodedWeights Weights, ImmutableArray<short> Biases, int BiasShift, ImmutableArray<byte> Shifts,
    MapSize InputSize, MapSize OutputSize, Window Window, int Groups)
    : WeightedOperation(Name, Inputs, Output, Weights, Biases, BiasShift, Shifts)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Convolution;

    /// <inheritdoc/>
    public override long Macs => (long)Weights.Entries * OutputSize.Plane;
}

/// <summary>Product of a matrix and a vector.</summary>
public sealed record FullyConnectedOperation(
    string Name, ImmutableArray<int> Inputs, int Output, EncodedWeights Weights, ImmutableArray<short> Biases, int BiasShift, ImmutableArray<byte> Shifts)
    : WeightedOperation(Name, Inputs, Output, Weights, Biases, BiasShift, Shifts)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.FullyConnected;

    /// <inheritdoc/>
    public override long Macs => Weights.Entries;
}

/// <summary>Largest value under a window. What lies outside the map is not looked at.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Output">The value written.</param>
/// <param name="InputSize">Map read.</param>
/// <param name="OutputSize">Map written.</param>
/// <param name="Window">The window.</param>
/// <param name="Shift">Right shift of the result, rounded; where the output has a smaller exponent.</param>
public sealed record MaximumPoolOperation(string Name, ImmutableArray<int> Inputs, int Output, MapSize InputSize, MapSize OutputSize, Window Window, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.MaximumPool;
}

/// <summary>Sum under a window, times a reciprocal.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Output">The value written.</param>
/// <param name="InputSize">Map read.</param>
/// <param name="OutputSize">Map written.</param>
/// <param name="Window">The window.</param>
/// <param name="Multipliers">One for all positions; or one for each number of elements under the window, from 1.</param>
/// <param name="Shift">Right shift of the product, 1 to 31.</param>
public sealed record AveragePoolOperation(
    string Name, ImmutableArray<int> Inputs, int Output, MapSize InputSize, MapSize OutputSize, Window Window, ImmutableArray<short> Multipliers, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.AveragePool;
}

/// <summary>Sum of two values, each times a power of two.</summary>
public sealed record AdditionOperation(string Name, ImmutableArray<int> Inputs, int Output, short FirstFactor, short SecondFactor, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Addition;
}

/// <summary>Product of two values; the second may have one element for a run of elements of the first (a factor for each channel).</summary>
public sealed record MultiplicationOperation(string Name, ImmutableArray<int> Inputs, int Output, int Run, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Multiplication;
}

/// <summary>Each element times one factor, or another where it is negative: activations that could not be part of the operation before.</summary>
public sealed record ScaleOperation(string Name, ImmutableArray<int> Inputs, int Output, short Factor, short NegativeFactor, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Scale;
}

/// <summary>Hyperbolic tangent or logistic function of each element, by <see cref="Quantization.TanhTable"/>.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Output">The value written.</param>
/// <param name="IsLogistic">1 / (1 + exp(-x)) instead of tanh(x).</param>
/// <param name="ArgumentShift">Left shift (right, if negative) that makes the table's argument of an element.</param>
/// <param name="Shift">Right shift of the result, 0 to 15.</param>
public sealed record SigmoidOperation(string Name, ImmutableArray<int> Inputs, int Output, bool IsLogistic, int ArgumentShift, int Shift)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Sigmoid;
}

/// <summary>Where the elements of a copy lie: the first, and the distance from one to the next along each of three axes.</summary>
public readonly record struct Stride(int Start, int Outer, int Middle, int Inner)
{
    /// <summary>Place of an element.</summary>
    public int At(int outer, int middle, int inner) => Start + (outer * Outer) + (middle * Middle) + (inner * Inner);
}

/// <summary>Copies a box of elements: concatenation, padding, transposition.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Inputs">One value.</param>
/// <param name="Output">The value written.</param>
/// <param name="Size">Of the box, along three axes.</param>
/// <param name="From">Where it lies in the input.</param>
/// <param name="To">Where it goes in the output.</param>
public sealed record CopyOperation(string Name, ImmutableArray<int> Inputs, int Output, MapSize Size, Stride From, Stride To)
    : IntegerOperation(Name, Inputs, Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Copy;
}

/// <summary>Sets all elements of a value.</summary>
public sealed record FillOperation(string Name, int Output, short Element)
    : IntegerOperation(Name, [], Output)
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Fill;
}
