using System.Collections.Immutable;

namespace FreeML.Compiler.Quantization;

/// <summary>How a network is put into integers.</summary>
public sealed record QuantizationOptions
{
    /// <summary>Bits of a weight where nothing else is said: 8 or 16.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>Bits of the weights of some layers, by name.</summary>
    public ImmutableDictionary<string, int> WeightBitsByLayer { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>A power of two for each output channel instead of one for each layer: a byte for each channel, smaller errors.</summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>Room above the largest magnitude seen in calibration, as a factor of 1 or more.</summary>
    public double Headroom { get; init; } = 1.25;

    /// <summary>Part of the magnitudes seen in calibration that must fit: 1 is all of them.</summary>
    public double Percentile { get; init; } = 1;

    /// <summary>Bits of the weights of a layer.</summary>
    public int BitsOf(string layer) => WeightBitsByLayer.GetValueOrDefault(layer, WeightBits);

    /// <summary>
    /// Greatest magnitude of an element that weights of so many bits are multiplied with. The accumulator's 31 bits are shared: 16-bit weights
    /// get as many of them as the 13 bits left to the elements.
    /// </summary>
    public static int ElementLimit(int weightBits) => weightBits == 16 ? 8191 : FixedPoint.Limit;
}

/// <summary>Least and greatest element of a value, seen in calibration.</summary>
public readonly record struct ValueRange(double Least, double Greatest)
{
    /// <summary>Greatest magnitude.</summary>
    public double Magnitude => Math.Max(Math.Abs(Least), Math.Abs(Greatest));
}
