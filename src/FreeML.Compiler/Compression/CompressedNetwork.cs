using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Compression;

/// <summary>What comes of a compression.</summary>
/// <param name="Network">In floats, without dead channels.</param>
/// <param name="Integers">As the device computes it.</param>
/// <param name="Size">Exactly what it takes there.</param>
/// <param name="Cost">With predicted cycles and joules.</param>
public sealed record CompressedNetwork(Network Network, IntegerNetwork Integers, DeployedSize Size, NetworkCost Cost)
{
    private const int CalibrationSamples = 500;

    /// <summary>Quantises the end of a compression.</summary>
    /// <param name="state">The end.</param>
    /// <param name="training">Training samples, some of which tell the ranges of values.</param>
    /// <param name="kernels">Cycles.</param>
    /// <param name="device">Joules.</param>
    public static CompressedNetwork Of(CompressionState state, LabelledData training, KernelCosts kernels, DeviceCosts device)
    {
        Network network = DeadUnits.Remove(state.Network);
        var options = new QuantizationOptions
        {
            WeightBits = 16,
            WeightBitsByLayer = System.Collections.Immutable.ImmutableDictionary.CreateRange(network.Layers.Select((layer, n) => KeyValuePair.Create(layer.Name, state.Bits[n]))),
        };
        IntegerNetwork integers = Quantizer.Quantize(network, training.Take(CalibrationSamples), options);
        return new CompressedNetwork(network, integers, DeployedSize.Of(integers), NetworkCost.Of(integers, kernels, device));
    }
}
